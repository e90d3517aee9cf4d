"""The words on the technician's strip, in Bahasa Indonesia and English: the same for who writes and who draws them.

Knows: what the strip says beside a refusal's own three words (refusals.py). Touches nothing.
Must not: name anything that passers-by should not read, or hold another language's words (base/indonesian.py does).
"""

from __future__ import annotations

from dataclasses import dataclass

from player.base.indonesian import PANEL_WORDS


@dataclass(frozen=True, slots=True)
class StripWords:
    """reading: before the percents. refused: beside a refusal's number. left: before the minutes to go."""

    reading: str
    done: str
    refused: str
    left: str


ENGLISH = StripWords(reading="READING", done="DONE - PULL OUT USB STICK", refused="REFUSED", left="left")


def strip_words(language: str) -> StripWords:
    """In `language`; in Bahasa Indonesia when there is no such language here."""
    if language == "en":
        return ENGLISH
    words = (ENGLISH.reading, ENGLISH.done, ENGLISH.refused, ENGLISH.left)
    return StripWords(*(PANEL_WORDS[word] for word in words))
