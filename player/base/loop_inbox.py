"""The loop's inbox: what the rooms post, in order; of news that only repeats itself the newest stands for all.

Knows: how long the oldest thing has waited, so how far the loop is behind. Touches nothing.
Must not: know what an event means (`slot_of` is given), or take a lock that a signal handler could wait for.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

E = TypeVar("E")

MOST_BEHIND_S = 10.0
"""A loop that is so far behind is not alive, however fast it turns: commands and ends of items wait as long."""


def _no_slot(_event: object) -> None:
    return None


class LoopInbox(Generic[E]):
    """Many threads put, one takes.

    clock: monotonic seconds. slot_of: the slot of an event that an event of the same slot makes superfluous while it
    waits; None: the event stands for itself.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, slot_of: Callable[[E], Hashable | None] = _no_slot
    ) -> None:
        self._clock = clock
        self._slot_of = slot_of
        self._queue: queue.SimpleQueue[tuple[Hashable | None, E]] = queue.SimpleQueue()
        self._stamps: deque[float] = deque()
        self._newest: dict[Hashable, E] = {}
        self._lock = threading.Lock()

    def put(self, event: E) -> None:
        """Returns at once. An event without a slot takes no lock, so a signal handler may put it."""
        slot = self._slot_of(event)
        if slot is None:
            self._append(None, event)
            return
        with self._lock:
            waits = slot in self._newest
            self._newest[slot] = event
            if not waits:
                self._append(slot, event)

    def take(self, within_s: float) -> E | None:
        """The event that has waited longest; None: none came in time."""
        try:
            slot, event = self._queue.get(timeout=max(0.0, within_s))
        except queue.Empty:
            return None
        self._stamps.popleft()
        if slot is None:
            return event
        with self._lock:
            return self._newest.pop(slot)

    @property
    def keeps_up(self) -> bool:
        """Whether nothing has waited for longer than MOST_BEHIND_S."""
        try:
            oldest = self._stamps[0]
        except IndexError:
            return True
        return self._clock() - oldest <= MOST_BEHIND_S

    def _append(self, slot: Hashable | None, event: E) -> None:
        self._stamps.append(self._clock())  # before the event: whoever takes the event finds a stamp
        self._queue.put((slot, event))
