"""What the player itself says on screen: the waiting card's words, and the technician's strip in its parts.

Knows: what stands in big letters and what below (the strip's words: bundle/strip_words.py). Touches nothing.
Must not: draw (drawing/cards.py and drawing/strip.py do), hold another language's words (base/indonesian.py does), or name
anything that passers-by should not read.
"""

from __future__ import annotations

from dataclasses import dataclass

from player.base.catalogue import catalogue_of
from player.base.indonesian import PANEL_WORDS
from player.base.text import drawable
from player.bundle.refusals import REFUSALS, Why
from player.bundle.strip_words import strip_words
from player.core.effects import Waiting
from player.core.model import StickNotice, StickStage

WAITING = {
    Waiting.CONTENT: "waiting for content",
    Waiting.OTHER_CONTENT: "CONTENT REFUSED - CALL THE OFFICE",
    Waiting.FOLDER: "NO CONTENT FOLDER - CALL THE OFFICE",
}
DASH = " - "


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """The strip's parts. number: as large as can be, before all others. head: what became of the stick; words: why.

    detail: in small letters, where there is room for them.
    """

    number: str
    head: str
    words: str
    detail: str


def waiting_words(language: str, waits_for: str = "") -> str:
    """What the named card says below the panel's name; in Bahasa Indonesia when there is no such language here.

    waits_for: a Waiting; anything else is content.
    """
    try:
        english = WAITING[Waiting(waits_for)]
    except ValueError:
        english = WAITING[Waiting.CONTENT]
    return english if language == "en" else PANEL_WORDS[english]


def trouble_words(language: str, text: str) -> str:
    """Why nothing plays, as the catalogue has it."""
    return "\n".join(catalogue_of(language).say(line) for line in text.splitlines())


def notice_words(notice: StickNotice, language: str) -> NoticeWords:
    """What the strip says for this notice."""
    words = strip_words(language)
    said = drawable(notice.words).replace(" %", "\u00a0%")
    number = "" if notice.number is None else str(notice.number)
    detail = "  ·  ".join(part for part in (drawable(notice.label), _time_left(notice, words.left)) if part)
    match notice.stage:
        case StickStage.READING:
            percent = "" if notice.percent is None else f" {notice.percent}\u00a0%"
            return NoticeWords("", said or words.reading + percent, "", detail)
        case StickStage.DONE:
            return NoticeWords("", said or words.done, "", detail)
        case StickStage.REFUSED | StickStage.NOT_OURS:
            # The stick's room may say the words alone, or the whole line: the number stands here once.
            bare = said.removeprefix(words.refused).lstrip(" :").removeprefix(number).lstrip(" :-").upper()
            return NoticeWords(number, words.refused, bare, detail)
        case StickStage.SLOW:
            return NoticeWords(number, "", said or REFUSALS[Why.TOO_SLOW].words(language), detail)


def mark_words(notice: StickNotice, language: str) -> NoticeWords:
    """The few that stay when the notice has been read: its number, or what became of the stick."""
    whole = notice_words(notice, language)
    return NoticeWords(whole.number, whole.head.split(DASH, maxsplit=1)[0], "", "")


def _time_left(notice: StickNotice, left: str) -> str:
    if notice.seconds_left is None or notice.stage not in (StickStage.READING, StickStage.SLOW):
        return ""
    minutes, seconds = divmod(round(notice.seconds_left), 60)
    return f"{left} {minutes}:{seconds:02d}"
