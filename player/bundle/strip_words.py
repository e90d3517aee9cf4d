"""The words on the technician's strip, in Bahasa Indonesia and English: one table for who writes and who draws them.

Knows: what the strip says beside a refusal's own three words (refusals.py). Touches nothing.
Must not: name anything that passers-by should not read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StripWords:
    """reading: before the percents. refused: before a refusal's number. left: before the minutes to go."""

    reading: str
    done: str
    refused: str
    left: str


STRIP_WORDS = {
    "id": StripWords(reading="MEMBACA", done="SELESAI - CABUT USB", refused="DITOLAK", left="sisa"),
    "en": StripWords(reading="READING", done="DONE - PULL OUT USB STICK", refused="REFUSED", left="left"),
}


def strip_words(language: str) -> StripWords:
    """In `language`; in Bahasa Indonesia when there is no such language here."""
    return STRIP_WORDS.get(language, STRIP_WORDS["id"])
