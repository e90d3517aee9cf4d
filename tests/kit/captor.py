"""Watches the screen's real pixels while something else plays on it: as often as the X server says that something was drawn."""

from __future__ import annotations

import itertools
import select
import threading
import time
from dataclasses import dataclass, field

from player.screen.x11.news import Painted
from player.screen.x11.server import XServer
from tests.kit.numbered import read_code

Seen = tuple[int, int] | str
PAUSE_S = 0.004
REST_S = 0.04
"""A look without news. 200 looks a second by the clock cost 8 % of a core here, and saw two of three things that stood for
3 ms; what is drawn, the server tells (2026-11-26)."""


@dataclass
class Run:
    """The same thing was seen from begin_s on, for held_s (monotonic seconds).

    unseen_s: the longest time without a look in it: a hold no longer than that may be the watcher's own.
    """

    seen: Seen
    begin_s: float
    held_s: float = 0.0
    unseen_s: float = 0.0


@dataclass
class Captor:
    """`with Captor(display) as captor:` ... then read `runs`. box: the band is looked for in its middle line.

    steady: it looks 200 times a second, whatever is drawn: for how long something stood. A bench asks for that.
    """

    display: str
    box: tuple[int, int, int, int] | None = None
    steady: bool = False
    runs: list[Run] = field(default_factory=list)
    looks: int = 0

    def __enter__(self) -> Captor:
        self._end = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(5)

    def _watch(self) -> None:
        with XServer(self.display) as server:
            x, y, width, height = self.box or (0, 0, server.width, server.height)
            if not self.steady:
                server.watch_paint(server.root)
            self._ready.set()
            last = time.monotonic()
            while not self._end.is_set():
                server.rearm_paint(server.root)  # before the look: what is drawn after it is told again
                seen = read_code(server.grab(server.root, (x, y + height // 2, width, 1)), width)
                now = time.monotonic()
                self.looks += 1
                if not self.runs or self.runs[-1].seen != seen:
                    self.runs.append(Run(seen, now))
                self.runs[-1].held_s = now - self.runs[-1].begin_s
                self.runs[-1].unseen_s = max(self.runs[-1].unseen_s, now - last)
                last = now
                if self.steady:
                    time.sleep(PAUSE_S)
                else:
                    wait_for_paint(server)

    @property
    def thread_id(self) -> int:
        """The kernel's name of the watching thread."""
        return self._thread.native_id or 0

    @property
    def last(self) -> Seen:
        return self.runs[-1].seen if self.runs else "other"

    def after_first_picture(self) -> list[Run]:
        """The runs from the first thing that was not black; the last one is cut short by the end of watching."""
        first = next((i for i, run in enumerate(self.runs) if run.seen != "black"), len(self.runs))
        return self.runs[first:]

    def frames_of(self, clip: int) -> set[int]:
        """Which frames of the clip have been seen so far."""
        return {run.seen[1] for run in list(self.runs) if isinstance(run.seen, tuple) and run.seen[0] == clip}

    def black_s(self) -> float:
        return sum(run.held_s for run in self.after_first_picture() if run.seen == "black")

    def black_runs(self) -> int:
        return sum(run.seen == "black" for run in self.after_first_picture())

    def black_story(self) -> list[str]:
        """Each black run with what was seen before and after it; empty: nothing was black."""
        runs = self.after_first_picture()
        told = []
        for at, run in enumerate(runs):
            if run.seen == "black":
                before, after = runs[at - 1], runs[at + 1] if at + 1 < len(runs) else None
                since_s = run.begin_s - self.runs[0].begin_s
                told.append(
                    f"{run.held_s * 1000:.0f} ms at {since_s:.2f} s between {before.seen} and {after and after.seen}"
                )
        return told

    def changes(self) -> list[tuple[Seen, Seen]]:
        """(last seen, first seen) at each change of clip."""
        runs = self.after_first_picture()
        return [(a.seen, b.seen) for a, b in itertools.pairwise(runs) if clip_of(a.seen) != clip_of(b.seen)]

    def jumps(self) -> list[tuple[Seen, Seen]]:
        """Pairs of frames of one clip that do not follow each other."""
        runs = self.after_first_picture()
        return [
            (a.seen, b.seen) for a, b in itertools.pairwise(runs)
            if isinstance(a.seen, tuple) and isinstance(b.seen, tuple) and a.seen[0] == b.seen[0]
            and b.seen[1] not in (a.seen[1] + 1, 0)
        ]  # fmt: skip


def wait_for_paint(server: XServer) -> None:
    """Until something is drawn on the screen, or REST_S."""
    until = time.monotonic() + REST_S
    while not any(isinstance(news, Painted) for news in server.news()):
        left_s = until - time.monotonic()
        if left_s <= 0 or not select.select([server.fileno()], [], [], left_s)[0]:
            return


def clip_of(seen: Seen) -> int | str:
    return seen[0] if isinstance(seen, tuple) else seen
