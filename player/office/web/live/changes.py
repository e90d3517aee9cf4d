"""What has changed since a follower looked last: each thing once, however often it changed, so that a slow follower costs little.

Knows: readers, and what each has not seen yet. Touches nothing but events of the loop. Must not: know what a panel is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """STATE: whether the panel is on, off or silent. LINK: the connection to the broker."""

    NOW = "now"
    HEALTH = "health"
    STATE = "state"
    ALERT = "alert"
    LINK = "link"
    PICTURE = "picture"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Change:
    """panel "": the broker's connection."""

    panel: str
    what: ChangeKind


class Follower:
    """One open page. At most one entry waits for each panel and kind of change."""

    def __init__(self) -> None:
        self._waiting: dict[Change, None] = {}
        self._any = asyncio.Event()

    def put(self, change: Change) -> None:
        self._waiting[change] = None
        self._any.set()

    async def take(self, within_s: float) -> list[Change]:
        """All that waits, oldest first, as soon as there is anything; empty when nothing came in time."""
        try:
            await asyncio.wait_for(self._any.wait(), within_s)
        except TimeoutError:
            return []
        taken = list(self._waiting)
        self._waiting.clear()
        self._any.clear()
        return taken


class Followers:
    """Everybody who follows the changes."""

    def __init__(self) -> None:
        self._followers: set[Follower] = set()

    def tell(self, change: Change) -> None:
        for follower in self._followers:
            follower.put(change)

    @contextmanager
    def following(self) -> Iterator[Follower]:
        follower = Follower()
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)

    async def follow(self) -> AsyncIterator[Change]:
        """Each change, for as long as the caller asks for more."""
        with self.following() as follower:
            while True:
                for change in await follower.take(3600.0):
                    yield change

    def __len__(self) -> int:
        return len(self._followers)
