"""From a thread into the event loop: what is put waits in order, and the loop is woken once for all that waits.

Knows: how many news one turn of the loop takes, so that pages are answered in between. Touches: the event loop it was made for.
Must not: drop anything without saying so, or know what the news mean.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

A_TURN = 100
"""News taken in one turn of the loop: some 10 ms of work."""
WAITING_MOST = 50_000
"""All retained messages of 10,000 panels; a loop that is farther behind has hung."""


class Inlet(Generic[T]):
    """take: called in the loop with each of the news, in their order."""

    def __init__(self, loop: asyncio.AbstractEventLoop, take: Callable[[T], None], most: int = WAITING_MOST) -> None:
        self._loop = loop
        self._take = take
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[T] = deque()
        self._woken = False
        self._closed = False

    def put(self, *news: T) -> bool:
        """False: too much waits already, and these are not taken. Any thread may call."""
        with self._lock:
            if self._closed or len(self._waiting) + len(news) > self._most:
                return False
            self._waiting.extend(news)
            if not self._woken:
                self._woken = True
                self._loop.call_soon_threadsafe(self._turn)
            return True

    def close(self) -> None:
        """Called in the loop: nothing more is taken."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    def _turn(self) -> None:
        with self._lock:
            some = [self._waiting.popleft() for _ in range(min(A_TURN, len(self._waiting)))]
            self._woken = bool(self._waiting)
            if self._woken:
                self._loop.call_soon(self._turn)
        for news in some:
            self._take(news)
