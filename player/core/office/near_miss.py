"""What was meant by an item or a playlist that is not there, as the end of an answer: `; did you mean media/festival.mp4?`.

Knows: that people type a file's name without its folder. Touches nothing. Must not: decide anything, or take long of the loop.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from itertools import islice

from player.core.model import MediaItem

ITEMS_MOST = 500
"""With more than these nobody is told what was meant: the loop has a picture to change meanwhile."""


def near_item(items: Iterable[MediaItem], wanted: str | int) -> str:
    """ "" where nothing is near, a number was asked for, or there are too many."""
    few = list(islice(items, ITEMS_MOST + 1))
    if isinstance(wanted, int) or wanted.isdecimal() or len(few) > ITEMS_MOST:
        return ""
    names: dict[str, str] = {}
    for item in few:
        path = item.file_told_as
        names.setdefault(path, path)
        names.setdefault(posixpath.basename(path), path)
    return near_name(names, wanted, names)


def near_name(known: Iterable[str], wanted: str, told_as: dict[str, str] | None = None) -> str:
    """told_as: another name under which what is near is told."""
    from player.base.near import NearNames  # here: difflib, which nothing else of the daemon needs

    near = NearNames(list(known)).near(wanted, 0.6)
    return f"; did you mean {(told_as or {}).get(near, near)}?" if near is not None else ""
