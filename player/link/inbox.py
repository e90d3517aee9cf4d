"""The inbox: what the broker session reads: effects from the daemon, signals from the connection, the order to stop.

Knows: what may be left out when too much waits. Touches nothing. Must not: read any of it.
"""

from __future__ import annotations

import queue
from dataclasses import dataclass

from player.base.mqtt.messages import Signal
from player.core import effects

INBOX_KEPT = 1000
"""When more than this waits, what comes again anyway (reports, QoS 0 messages) is left out and counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    effect: effects.LinkEffect


@dataclass(frozen=True, slots=True)
class Heard:
    connection: int
    signal: Signal


@dataclass(frozen=True, slots=True)
class Stop:
    deadline_mono: float


class Inbox:
    """A queue that leaves out, and counts, what comes again anyway when too much waits."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Asked | Heard | Stop] = queue.SimpleQueue()
        self.left_out = 0

    def put(self, item: Asked | Heard | Stop, *, comes_again: bool = False) -> None:
        if comes_again and self._queue.qsize() >= INBOX_KEPT:
            self.left_out += 1
        else:
            self._queue.put(item)

    def take(self, within_s: float) -> Asked | Heard | Stop | None:
        try:
            return self._queue.get(timeout=max(0.0, within_s))
        except queue.Empty:
            return None

    @property
    def empty(self) -> bool:
        return self._queue.empty()
