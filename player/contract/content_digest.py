"""`content.digest`: what a release means, as one number that the panel and the office work out alike.

Knows: which parts of the meaning count, and how they are written down before they are hashed. Pure: touches nothing.
Must not: read a folder or a release (library/content/meant.py says what a folder means).

What a panel's own settings add (the seconds of a picture without any, its region, its zone) does not count: the office knows the
folder, not the panel. So a moment is written as the wall clock shows it, without an offset.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DIGEST_FORM = "panel-player content 1"
"""The first thing that is hashed; raised when what counts changes, so that no two versions mistake each other."""


@dataclass(frozen=True, slots=True)
class MeantItem:
    """A line of a playlist that is used. content: the SHA-256 of its file, or the address of its stream.

    seconds, volume, fit, title: as the line says; None: not said. begins, ends: the wall clock, without an offset.
    pages: of a document, first and last; None: all.
    """

    path: str
    content: str
    seconds: float | None = None
    title: str | None = None
    volume: int | None = None
    fit: str | None = None
    begins: str | None = None
    ends: str | None = None
    pages: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class MeantRelease:
    """Everything that one folder means. None in place of a part: it is there and cannot be used, so the part before goes on.

    playlists: by name, the default one's included. rules: rows of JSON. calendar: the text of schedule.ics, "" without one.
    ticker: the messages of ticker.txt. tickers: rows of rules with their messages.
    """

    playlists: Mapping[str, Sequence[MeantItem] | None]
    timezone: str = ""
    rules: Sequence[Mapping[str, Any]] | None = ()
    calendar: str | None = ""
    ticker: Sequence[str] = ()
    tickers: Sequence[Mapping[str, Any]] = ()


def digest_of_release(meant: MeantRelease) -> str:
    """SHA-256 in 64 hexadecimal digits. Equal: the same items in the same order, with the same bytes, at the same times."""
    playlists = {
        name: None if items is None else [_item_row(item) for item in items] for name, items in meant.playlists.items()
    }
    rules = None if meant.rules is None else list(meant.rules)
    told = [DIGEST_FORM, playlists, meant.timezone, rules, meant.calendar, list(meant.ticker), list(meant.tickers)]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _item_row(item: MeantItem) -> list[Any]:
    """Seconds as a float: whether the file says 10 or 10.0 is no difference."""
    seconds = None if item.seconds is None else float(item.seconds)
    return list(dataclasses.astuple(dataclasses.replace(item, seconds=seconds)))
