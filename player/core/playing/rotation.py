"""Which item comes next: round and round, past what is quarantined or out of date.

Knows: a playlist's items and a place in it. Touches nothing. Must not: read a clock (the moment is passed in).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, methodcaller

from player.base.clocks import ClockTrust
from player.base.text import hide_keys
from player.core.model import PAGE_MARK, MediaItem

_path_of, _title_of = attrgetter("path"), attrgetter("title")
_is_address = methodcaller("__contains__", "://")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a playlist we are: the item started last. The path finds it again in an edited playlist."""

    index: int
    path: str


def is_due(item: MediaItem, wall: datetime, trust: ClockTrust) -> bool:
    """Whether the item's own dates allow it now; with a clock that is not believed, dates are not obeyed."""
    if trust is ClockTrust.BAD:
        return True
    if item.valid_from is not None and wall < item.valid_from:
        return False
    return item.valid_until is None or wall < item.valid_until


def find_place(items: Sequence[MediaItem], place: Place | None) -> int:
    """The index of the place in these items, which may have been edited since; -1: before the first.

    The same path at the same index, else the nearest same path, else just before what has moved up.
    """
    if place is None:
        return -1
    if place.index < len(items) and items[place.index].path == place.path:
        return place.index
    paths = list(map(_path_of, items))
    if place.path not in paths:
        return min(place.index, len(items)) - 1
    before = paths[: place.index][::-1]
    after_far = paths.index(place.path, place.index) - place.index if place.path in paths[place.index :] else None
    before_far = before.index(place.path) + 1 if place.path in before else None
    if before_far is not None and (after_far is None or before_far <= after_far):
        return min(place.index, len(paths)) - before_far
    return place.index + (after_far or 0)


def step(
    items: Sequence[MediaItem], start: int, usable: Callable[[MediaItem], bool], direction: int, most: int
) -> int | None:
    """The next usable index after (before) `start`, at last `start` itself; None: none of the next `most` is usable."""
    count = len(items)
    if start < 0 and direction < 0:
        start = 0  # back from before the first: the last
    for far in range(1, min(count, most) + 1):
        index = (start + direction * far) % count
        if usable(items[index]):
            return index
    return None


PAGED_ENDINGS = (".pdf", ".txt")
"""Of files that may be several items: by the file's name the first of them is meant."""


def find_item(items: Sequence[MediaItem], wanted: str | int) -> int | None:
    """The index of an item given by its number (from 1), its path, its file name, or its title."""
    if isinstance(wanted, int) or wanted.isdecimal():
        number = int(wanted)
        if 1 <= number <= len(items):
            return number - 1
        if isinstance(wanted, int):
            return None
    # By map and list.index, which cost a turn next to nothing, also with 100,000 items.
    paths = list(map(_path_of, items))
    if wanted in paths:
        return paths.index(wanted)
    if "://" in wanted:  # a stream as the office knows it, without the keys in its address
        streams = list(filter(_is_address, paths))
        if wanted in (told := list(map(hide_keys, streams))):
            return paths.index(streams[told.index(wanted)])
    ends = [] if "/" in wanted else list(map(methodcaller("endswith", f"/{wanted}"), paths))
    if True in ends:
        return ends.index(True)
    if wanted.casefold().endswith(PAGED_ENDINGS):
        pages = f"{wanted}{PAGE_MARK}"
        first = next((n for n, path in enumerate(paths) if path.startswith(pages) or f"/{pages}" in path), None)
        if first is not None:
            return first
    titles = list(map(_title_of, items))
    return titles.index(wanted) if wanted in titles else None
