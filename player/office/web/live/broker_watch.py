"""Whether the broker still answers: a broker that froze, or a network that swallows everything, says nothing of itself.

Knows: how long a silence is a question, and how long no answer is a loss; how many pages wait to hear of it. Touches an event of
the loop; the clock is passed in. Must not: send anything (hub.py does), or end a session: a broker that was only slow goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class WatchTiming:
    """look_s: between two looks. ask_after_s: of silence. answer_s: for the answer.

    All three together stay below 3 s, after which a page must say that its news is old. Only while somebody looks at a page is a
    silent broker asked, so an office at night costs no traffic: one question of 30 bytes a second, and none where panels talk.
    """

    look_s: float = 0.25
    ask_after_s: float = 0.8
    answer_s: float = 1.3


class WatchStep(StrEnum):
    """ASK: the broker is to be asked. SILENT: it did not answer. ANSWERED: it does again."""

    WAIT = "wait"
    ASK = "ask"
    SILENT = "silent"
    ANSWERED = "answered"


class SilenceJudge:
    """One session. What is due at a moment, from when the broker was heard last."""

    def __init__(self, timing: WatchTiming) -> None:
        self._timing = timing
        self._asked_mono: float | None = None
        self.silent = False

    def begin(self) -> None:
        """A new session, or none any more."""
        self._asked_mono, self.silent = None, False

    def judge(self, heard_mono: float, mono: float, *, watched: bool) -> WatchStep:
        """A silent broker is asked once, however long it is silent."""
        if self._asked_mono is not None and heard_mono >= self._asked_mono:
            self._asked_mono = None
            if self.silent:
                self.silent = False
                return WatchStep.ANSWERED
        if self._asked_mono is None:
            if not watched or mono - heard_mono < self._timing.ask_after_s:
                return WatchStep.WAIT
            self._asked_mono = mono
            return WatchStep.ASK
        if self.silent or mono - self._asked_mono < self._timing.answer_s:
            return WatchStep.WAIT
        self.silent = True
        return WatchStep.SILENT


class LinkNews:
    """Who waits for news of the connection to the broker: every open page."""

    def __init__(self) -> None:
        self._pages = 0
        self.turned = asyncio.Event()
        """Set at the next turn; another one takes its place then."""

    @property
    def watched(self) -> bool:
        return self._pages > 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._pages += 1
        try:
            yield
        finally:
            self._pages -= 1

    def turn(self) -> None:
        """The connection is not what it was."""
        self.turned.set()
        self.turned = asyncio.Event()
