"""What the X server tells by itself: something was drawn in a watched window, the screen or its outputs changed.

Knows: the events of Damage and RandR. Touches: the X server.
Must not: wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import xcffib
import xcffib.damage
import xcffib.randr

from player.screen.x11.connection import REFUSALS, XConnection


@dataclass(frozen=True, slots=True)
class Painted:
    """Something was drawn in a watched window."""

    window: int


@dataclass(frozen=True, slots=True)
class Resized:
    """The screen's size or its outputs changed (RandR)."""


class ServerNews(XConnection):
    """What is watched, and what came of it."""

    def __init__(self, display: str) -> None:
        super().__init__(display)
        self._damages: dict[int, int] = {}

    def watch_screen(self) -> None:
        """From now on `news` tells of RandR changes."""
        with self.errors():
            randr = self.randr()
            if randr is None:
                return
            mask = xcffib.randr.NotifyMask
            randr.SelectInput(self.root, mask.ScreenChange | mask.OutputChange | mask.CrtcChange)
            self._conn.flush()

    def watch_paint(self, window: int) -> None:
        """From now on `news` tells when something is drawn in the window or in its inferiors."""
        with self.errors():
            damage = self._conn.generate_id()
            self._damage.Create(damage, window, xcffib.damage.ReportLevel.NonEmpty)
            self._damages[window] = damage
            self._conn.flush()

    def rearm_paint(self, window: int) -> None:
        """The next drawing in the window is told again (each is told once until this call)."""
        with self.errors():
            if window in self._damages:
                self._damage.Subtract(self._damages[window], 0, 0)
                self._conn.flush()

    def news(self) -> list[Painted | Resized]:
        """What has come in since the last call; does not wait."""
        told: list[Painted | Resized] = []
        with self.errors():
            while True:
                try:
                    event: Any = self._conn.poll_for_event()
                except REFUSALS:
                    continue  # an answer to a request about a window that is gone meanwhile
                if event is None:
                    self._conn.invalid()  # raises when the server is gone
                    return told
                if isinstance(event, xcffib.damage.NotifyEvent):
                    told.append(Painted(int(event.drawable)))
                elif isinstance(event, xcffib.randr.ScreenChangeNotifyEvent | xcffib.randr.NotifyEvent):
                    told.append(Resized())

    def forget_paint(self, window: int) -> None:
        """Of a window that is closed: the server has forgotten it, too."""
        self._damages.pop(window, None)
