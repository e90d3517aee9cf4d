"""Rooms that the first picture does not need: loaded and entered when it is on screen, in a thread of their own.

Knows: when that is, and the effects that came before they were there. Touches nothing.
Must not: decide anything, or make the loop wait.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack

from player.core.effects import JournalEffect, LibraryEffect, LinkEffect, WriteStatus
from player.core.events import Event, StopRequested

log = logging.getLogger(__name__)

AFTER_S = 4.0
"""Without any picture they begin so long after the start: the office shall know of a panel that has none."""
STOP_S = 4.0
LateEffect = JournalEffect | LibraryEffect | LinkEffect | WriteStatus
"""What these rooms perform; the status is encoded with the contract's models, which are loaded with them."""
Perform = Callable[[LateEffect], None]


class LateRooms:
    """`enter` loads the rooms (on a slow mini-PC a second of work), enters them on the stack it is given, and returns
    what performs their effects. It is called once, by `begin` or after `after_s`.
    """

    def __init__(
        self, enter: Callable[[ExitStack], Perform], post: Callable[[Event], None], after_s: float = AFTER_S
    ) -> None:
        self._enter = enter
        self._post = post
        self._after_s = after_s
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._waiting: list[LateEffect] = []
        self._perform: Perform | None = None
        self._begun = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="late", daemon=True)

    def __enter__(self) -> LateRooms:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self.begin()
        self._thread.join(STOP_S)
        self._stack.close()

    def begin(self) -> None:
        """Returns at once."""
        self._begun.set()

    def perform(self, effect: LateEffect) -> None:
        """Returns at once; what comes too early is held back, in order."""
        with self._lock:
            if self._perform is None:
                self._waiting.append(effect)
                return
        self._perform(effect)

    def _run(self) -> None:
        self._begun.wait(self._after_s)
        if self._stopping:
            return
        try:
            perform = self._enter(self._stack)
            with self._lock:
                for effect in self._waiting:
                    try:
                        perform(effect)
                    except Exception:  # as in the loop: one effect that fails must not end the picture
                        log.exception("this could not be done: %s", type(effect).__name__)
                self._waiting.clear()
                self._perform = perform
        except Exception:  # a fault of ours; a panel that cannot be reached is worse than a new start
            log.exception("the office and the sticks could not be begun")
            self._post(StopRequested("a fault at the start"))
