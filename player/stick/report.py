"""What the stick's room tells the loop: the technician's notice and the alert, each once, when it changes.

Knows: the notice board and what was told last. Touches nothing but `post`. Must not: decide what a stick is worth.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

from player.bundle.refusals import BundleRefused
from player.core.alerts import Alert, Reporter
from player.core.events import ConditionReported, Event, StickNoticed
from player.core.model import StickNotice
from player.stick.notice_board import NoticeBoard
from player.stick.plugged import Stick


class StickReporter:
    """May be called from any thread. cancel: set when the stick has been pulled; its notices come too late then.

    strip_s: how long a result is told in full while its stick stays in (usb.strip_minutes)."""

    def __init__(self, post: Callable[[Event], None], strip_s: float) -> None:
        self._post = post
        self._strip_s = strip_s
        self._lock = threading.Lock()
        self._board = NoticeBoard()
        self._shown: StickNotice | None = None
        self._alerted = False
        self._failing: str | None = None

    def reading(self, stick: Stick, notice: StickNotice, cancel: threading.Event) -> None:
        with self._lock:
            if not cancel.is_set():
                self._board = self._board.with_reading(stick, notice)
                self._show()

    def result(self, stick: Stick, notice: StickNotice, cancel: threading.Event) -> None:
        """How the reading of the stick ended; told until the stick is pulled."""
        with self._lock:
            if not cancel.is_set():
                self._board = self._board.with_result(stick, notice, time.monotonic() + self._strip_s)
                self._show()

    def end_reading(self, stick: Stick) -> None:
        with self._lock:
            self._board = self._board.without_reading(stick)

    def keep_only(self, present: Collection[Stick]) -> None:
        """The notices of sticks that were pulled go."""
        with self._lock:
            self._board = self._board.only(present)

    def refresh(self) -> float | None:
        """Shows what is to be seen now; returns when that changes by itself (monotonic seconds)."""
        with self._lock:
            self._show()
            return self._board.wake_at(time.monotonic())

    def raise_alert(self, stick: Stick, refused: BundleRefused) -> None:
        with self._lock:
            self._alerted = True
            self._post(ConditionReported(Reporter.STICK, Alert.STICK_REJECTED, f"{stick} {refused}"))

    def failing(self, why: str | None) -> None:
        """A thread of the room died; None: it works again."""
        with self._lock:
            if why != self._failing:
                self._failing = why
                self._post(ConditionReported(Reporter.STICK, Alert.LIBRARY_FAILING, why))

    def clear_alert(self) -> None:
        with self._lock:
            if self._alerted:
                self._alerted = False
                self._post(ConditionReported(Reporter.STICK, Alert.STICK_REJECTED, None))

    def _show(self) -> None:
        """Posts the notice when it is another one than the panel shows."""
        notice = self._board.notice(time.monotonic())
        if notice != self._shown:
            self._shown = notice
            self._post(StickNoticed(notice))
