"""Watches the screen for hours: what was black, what stood still, how many changes there were; keeps only what counts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from player.screen.x11.connection import XServerError
from player.screen.x11.server import XServer
from tests.kit.captor import Seen
from tests.kit.numbered import read_code

PAUSE_S = 0.004
LONG_HOLD_S = 0.25
BLIND_S = 0.1
"""A longer time between two looks is counted as blind: the machine was too busy for the watcher."""
IMAGES = 24
"""Clips numbered from here on are images, which stand still by themselves."""


@dataclass(frozen=True, slots=True)
class Black:
    """Black from begin_s on (seconds since the watch began), for held_s; what was there before and after."""

    begin_s: float
    held_s: float
    before: Seen
    after: Seen


@dataclass(frozen=True, slots=True)
class Hold:
    """The same frame of a clip for held_s."""

    begin_s: float
    held_s: float
    seen: Seen


@dataclass(frozen=True, slots=True)
class Late:
    """A change that began with a later frame than the first, at begin_s; before: what was there before it."""

    begin_s: float
    seen: Seen
    before: Seen


@dataclass
class Watcher:
    """`with Watcher(display) as watcher:`. Its numbers may be read at any time; `failure` says why it ended early."""

    display: str
    began_mono: float = field(default_factory=time.monotonic)
    looks: int = 0
    changes: int = 0
    lit: bool = False
    black_now_s: float = 0.0
    blacks: list[Black] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    lates: list[Late] = field(default_factory=list)
    starts: int = 0
    blind_s: float = 0.0
    longest_blind_s: float = 0.0
    failure: str = ""

    def __enter__(self) -> Watcher:
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(5)

    def black_s(self) -> float:
        return sum(black.held_s for black in self.blacks) + self.black_now_s

    def seconds(self) -> float:
        return time.monotonic() - self.began_mono

    def _run(self) -> None:
        try:
            with XServer(self.display) as server:
                self._watch(server)
        except XServerError as error:
            self.failure = str(error)

    def _watch(self, server: XServer) -> None:
        width, line = server.width, (0, server.height // 2, server.width, 1)
        before: Seen = "black"
        last: Seen = "black"
        begin_s = looked_s = self.seconds()
        while not self._end.is_set():
            seen = read_code(server.grab(server.root, line), width)
            now_s = self.seconds()
            self.looks += 1
            gap_s = now_s - looked_s
            looked_s = now_s
            if gap_s > BLIND_S:
                self.blind_s += gap_s
                self.longest_blind_s = max(self.longest_blind_s, gap_s)
            if seen != last:
                self._finish(Hold(begin_s, now_s - begin_s, last), before, seen)
                before, last, begin_s = last, seen, now_s
            self.lit = self.lit or seen != "black"
            self.black_now_s = now_s - begin_s if self.lit and seen == "black" else 0.0
            time.sleep(PAUSE_S)
        self._finish(Hold(begin_s, self.seconds() - begin_s, last), before, "other")
        self.black_now_s = 0.0

    def _finish(self, run: Hold, before: Seen, after: Seen) -> None:
        """One thing was seen for a while, and now something else is."""
        last = run.seen
        if last == "black":
            if self.lit:
                self.blacks.append(Black(run.begin_s, run.held_s, before, after))
        elif isinstance(last, tuple) and last[0] < IMAGES and run.held_s > LONG_HOLD_S:
            self.holds.append(run)
        if not isinstance(after, tuple):
            return
        other = not isinstance(last, tuple) or last[0] != after[0]
        if other or (isinstance(last, tuple) and after[1] < last[1]):
            self.changes += 1
            if after[1]:
                self.lates.append(Late(run.begin_s + run.held_s, after, last))
