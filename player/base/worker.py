"""A thread that works for ever, and what happens when a fault of our own ends it: it is told, and another one goes on.

Knows: how long to wait before the next one. Touches: threads. Must not: know the work, or hide the fault: Python writes
its traceback to the journal.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

MOST_RESTART_S = 300.0
"""A fault that comes back at every start must not fill the journal."""
CALM_S = 60.0
"""A thread that lived for so long counts as sound again."""


class Worker:
    """The thread `name`. run returns when it is asked to stop, and only then.

    on_death: called in the thread that dies; it must not raise. restart_s: before the first new start; each one doubles it.
    """

    def __init__(self, name: str, run: Callable[[], None], on_death: Callable[[], None], restart_s: float) -> None:
        self._name = name
        self._run = run
        self._on_death = on_death
        self._restart_s = restart_s
        self._stopping = threading.Event()
        self._deaths = 0
        self._began = 0.0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._begin(0.0)

    def stop(self, wait_s: float) -> None:
        """No other thread begins; the one that runs is waited for. Whoever calls it has told `run` to return."""
        self._stopping.set()
        deadline = time.monotonic() + wait_s
        waited_for = None
        while self._thread is not waited_for:  # the one that ends may just have begun its successor, which ends at once
            waited_for = self._thread
            if waited_for is not None:
                waited_for.join(max(0.0, deadline - time.monotonic()))

    @property
    def is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def sound_for_s(self) -> float:
        """How long the present thread has worked; 0: one has died, and the next waits for its turn."""
        return time.monotonic() - self._began if self._began else 0.0

    def _begin(self, delay_s: float) -> None:
        self._began = 0.0
        thread = threading.Thread(target=self._live, args=(delay_s,), name=self._name, daemon=True)
        thread.start()
        self._thread = thread  # only now: one that has not begun cannot be waited for

    def _live(self, delay_s: float) -> None:
        if self._stopping.wait(delay_s):
            return
        self._began = time.monotonic()
        finished = False
        try:
            self._run()
            finished = True
        finally:
            if not finished:
                self._replace()

    def _replace(self) -> None:
        self._deaths = 1 if self.sound_for_s > CALM_S else self._deaths + 1
        self._began = 0.0
        delay_s = min(self._restart_s * 2 ** (self._deaths - 1), MOST_RESTART_S)
        log.error("the thread %s ended by a fault of its own; another one starts in %g s", self._name, delay_s)
        self._on_death()
        if not self._stopping.is_set():
            self._begin(delay_s)
