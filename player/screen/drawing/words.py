"""The few words that the player itself puts on screen, in Bahasa Indonesia and English.

Knows: what a card and the technician's strip say. Touches nothing.
Must not: draw (drawing/cards.py and drawing/strip.py do), or name anything that passers-by should not read.
"""

from __future__ import annotations

from player.core.model import StickNotice, StickStage
from player.screen.drawing.wrap import clean

WORDS = {
    "id": {
        "waiting": "menunggu konten",
        "reading": "MEMBACA",
        "done": "SELESAI - CABUT USB",
        "refused": "DITOLAK",
        "not-ours": "USB TANPA FOLDER panel",
        "slow": "USB LAMBAT - TUNGGU",
        "left": "sisa",
    },
    "en": {
        "waiting": "waiting for content",
        "reading": "READING",
        "done": "DONE - PULL OUT THE USB STICK",
        "refused": "REFUSED",
        "not-ours": "NO FOLDER panel ON THE USB STICK",
        "slow": "SLOW USB STICK - WAIT",
        "left": "left",
    },
}


def words_in(language: str) -> dict[str, str]:
    """The words of a language; of Bahasa Indonesia when there are none of it."""
    return WORDS.get(language, WORDS["id"])


def notice_words(notice: StickNotice, language: str) -> tuple[str, str]:
    """The words in big letters, and the smaller line below where there is room for it."""
    words = words_in(language)
    said = clean(notice.words).replace(" %", "\u00a0%")
    number = "" if notice.number is None else str(notice.number)
    match notice.stage:
        case StickStage.READING:
            percent = "" if notice.percent is None else f" {notice.percent}\u00a0%"
            text = said or words["reading"] + percent
        case StickStage.DONE:
            text = said or words["done"]
        case StickStage.REFUSED:
            # The stick's room may say the words alone, or the whole line: the number stands here once.
            bare = said.removeprefix(words["refused"]).lstrip(" :").removeprefix(number).lstrip(" :-").upper()
            text = " ".join(part for part in (f"{words['refused']}:", number, bare) if part).rstrip(":")
        case StickStage.NOT_OURS | StickStage.SLOW:
            text = f"{number} {said or words[notice.stage.value]}".strip()
    return text, "  ·  ".join(part for part in (clean(notice.label), _time_left(notice, words["left"])) if part)


def _time_left(notice: StickNotice, left: str) -> str:
    if notice.seconds_left is None or notice.stage not in (StickStage.READING, StickStage.SLOW):
        return ""
    minutes, seconds = divmod(round(notice.seconds_left), 60)
    return f"{left} {minutes}:{seconds:02d}"
