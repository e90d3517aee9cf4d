"""How the few words that the player itself puts on screen are set: the waiting card's, and the technician's strip.

Knows: what stands in big letters and what below (the strip's words: bundle/strip_words.py). Touches nothing.
Must not: draw (drawing/cards.py and drawing/strip.py do), or name anything that passers-by should not read.
"""

from __future__ import annotations

from player.base.text import drawable
from player.bundle.refusals import REFUSALS, Why
from player.bundle.strip_words import strip_words
from player.core.effects import Waiting
from player.core.model import StickNotice, StickStage

WAITING: dict[str, dict[str, str]] = {
    "id": {
        Waiting.CONTENT: "menunggu konten",
        Waiting.OTHER_CONTENT: "ISI DITOLAK\u00a0- HUBUNGI KANTOR",
        Waiting.FOLDER: "FOLDER TIDAK ADA\u00a0- HUBUNGI KANTOR",
    },
    "en": {
        Waiting.CONTENT: "waiting for content",
        Waiting.OTHER_CONTENT: "CONTENT REFUSED\u00a0- CALL THE OFFICE",
        Waiting.FOLDER: "NO CONTENT FOLDER\u00a0- CALL THE OFFICE",
    },
}


def waiting_words(language: str, waits_for: str = "") -> str:
    """What the named card says below the panel's name; in Bahasa Indonesia when there is no such language here.

    waits_for: a Waiting; anything else is content.
    """
    words = WAITING.get(language, WAITING["id"])
    return words.get(waits_for, words[Waiting.CONTENT])


def notice_words(notice: StickNotice, language: str) -> tuple[str, str]:
    """The words in big letters, and the smaller line below where there is room for it."""
    words = strip_words(language)
    said = drawable(notice.words).replace(" %", "\u00a0%")
    number = "" if notice.number is None else str(notice.number)
    match notice.stage:
        case StickStage.READING:
            percent = "" if notice.percent is None else f" {notice.percent}\u00a0%"
            text = said or words.reading + percent
        case StickStage.DONE:
            text = said or words.done
        case StickStage.REFUSED:
            # The stick's room may say the words alone, or the whole line: the number stands here once.
            bare = said.removeprefix(words.refused).lstrip(" :").removeprefix(number).lstrip(" :-").upper()
            text = " ".join(part for part in (f"{words.refused}:", number, bare) if part).rstrip(":")
        case StickStage.NOT_OURS | StickStage.SLOW:
            why = Why.NOT_OURS if notice.stage is StickStage.NOT_OURS else Why.TOO_SLOW
            text = f"{number} {said or REFUSALS[why].words(language)}".strip()
    return text, "  ·  ".join(part for part in (drawable(notice.label), _time_left(notice, words.left)) if part)


def _time_left(notice: StickNotice, left: str) -> str:
    if notice.seconds_left is None or notice.stage not in (StickStage.READING, StickStage.SLOW):
        return ""
    minutes, seconds = divmod(round(notice.seconds_left), 60)
    return f"{left} {minutes}:{seconds:02d}"
