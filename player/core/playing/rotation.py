"""Which item comes next: round and round, past what is quarantined or out of date.

Knows: a playlist's items and a place in it. Touches nothing. Must not: read a clock (the moment is passed in).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from player.base.clocks import ClockTrust
from player.core.model import MediaItem


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
    same = [i for i, item in enumerate(items) if item.path == place.path]
    if same:
        return min(same, key=lambda i: (abs(i - place.index), i))
    return min(place.index, len(items)) - 1


def step(items: Sequence[MediaItem], start: int, usable: Callable[[MediaItem], bool], direction: int = 1) -> int | None:
    """The next usable index after (before) `start`, at last `start` itself; None: nothing here is usable."""
    count = len(items)
    for far in range(1, count + 1):
        index = (start + direction * far) % count
        if usable(items[index]):
            return index
    return None


def find_item(items: Sequence[MediaItem], wanted: str | int) -> int | None:
    """The index of an item given by its number (from 1), its path, its file name, or its title."""
    if isinstance(wanted, int) or wanted.isdecimal():
        number = int(wanted)
        if 1 <= number <= len(items):
            return number - 1
        if isinstance(wanted, int):
            return None
    names = [(item.path, item.told_as, item.path.rsplit("/", 1)[-1], item.title) for item in items]
    return next((i for kind in range(4) for i, name in enumerate(names) if name[kind] == wanted), None)
