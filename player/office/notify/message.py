"""One message of many notices: the subject, the lines for people, the JSON for programs; in Bahasa Indonesia or English.

Knows: the words. Pure: touches nothing. Must not: send.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from player.base.catalogue import Catalogue, catalogue_of
from player.base.text import for_terminal
from player.bundle.refusals import spoken_refusals
from player.contract.encoding import stamp
from player.office.notify.book import LOST, THE_BROKER, Notice, What

LINES_MOST = 40
"""A city whose network went says so in a mail that can be read."""
WORDS = {
    "en": {
        "new": "{} new", "over": "{} over", "panels": "Panels", "begun": "New", "ended": "Over", "since": "since",
        "at": "at", "more": "and {} more; see panel-office alerts", LOST: "lost", THE_BROKER: "the broker",
        "test": "This is a test of panel-office notify. Whoever reads it will be told of alerts.", "trial": "test",
    },
    "id": {
        "new": "{} baru", "over": "{} selesai", "panels": "Panel", "begun": "Baru", "ended": "Selesai", "since": "sejak",
        "at": "pukul", "more": "dan {} lagi; lihat panel-office alerts", LOST: "hilang", THE_BROKER: "broker",
        "test": "Ini percobaan panel-office notify. Siapa yang membacanya akan diberi tahu tentang alarm.",
        "trial": "percobaan",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A message as every way gets it. notices: for programs, in the order in which they came."""

    subject: str
    text: str
    notices: tuple[dict[str, Any], ...]


def make_message(notices: Iterable[Notice], language: str, wall: datetime) -> Told:
    """The newest trouble first in the subject's count, then a line for each notice, what is new before what is over."""
    notices = list(notices)
    words = WORDS[language]
    begun = [notice for notice in notices if notice.what is What.RAISED]
    ended = [notice for notice in notices if notice.what is What.CLEARED]
    parts = [words["new"].format(len(begun))] * bool(begun) + [words["over"].format(len(ended))] * bool(ended)
    names = list(dict.fromkeys(_name(notice, words) for notice in begun + ended))
    named = ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")
    lines: list[str] = []
    room, catalogue = LINES_MOST, catalogue_of(language, spoken_refusals())
    for title, group in ((words["begun"], begun), (words["ended"], ended)):
        if group:
            lines += [f"{title}:", *(_line(notice, words, catalogue, wall) for notice in group[:room]), ""]
            room = max(0, room - len(group))
    if len(notices) > LINES_MOST:
        lines.append(words["more"].format(len(notices) - LINES_MOST))
    text = "\n".join(lines).strip() + "\n"
    return Told(f"{words['panels']}: {', '.join(parts)} ({named})", text, tuple(_plain(notice) for notice in notices))


def make_test_message(language: str) -> Told:
    words = WORDS[language]
    return Told(f"{words['panels']}: {words['trial']}", words["test"] + "\n", ())


def _name(notice: Notice, words: dict[str, str]) -> str:
    return words[THE_BROKER] if notice.panel == THE_BROKER else for_terminal(notice.panel)


def _line(notice: Notice, words: dict[str, str], catalogue: Catalogue, wall: datetime) -> str:
    """`serang-01: disk.low since 09:12 WIB: 1 GB left; remove films`."""
    local, today = notice.at.astimezone(), wall.astimezone().date()
    day = "" if local.date() == today else "%Y-%m-%d "
    what = words[LOST] if notice.id == LOST else for_terminal(notice.id)
    when = f"{words['since' if notice.what is What.RAISED else 'at']} {local.strftime(day + '%H:%M %Z')}"
    detail = f": {for_terminal(catalogue.say(notice.detail))}" if notice.detail else ""
    return f"{_name(notice, words)}: {what} {when}{detail}"


def _plain(notice: Notice) -> dict[str, Any]:
    return {
        "panel": notice.panel, "id": notice.id, "event": str(notice.what), "at": stamp(notice.at), "detail": notice.detail,
    }  # fmt: skip
