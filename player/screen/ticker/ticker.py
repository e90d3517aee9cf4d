"""The running text as the screen room uses it: a window for the band, and the process that moves the text through it.

Knows: where the band lies in the region, when a process that ended is started again. Touches: X, through XServer; that
process, by its own id. Must not: decide what runs, or when (the core does), nor draw: the process does, so that nothing else
waits for it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Callable

from player.screen.decoder.early import decoder_environment
from player.screen.ticker.order import BandOrder, encode_order
from player.screen.windows import StageWindows
from player.screen.x11.server import XServer
from player.screen.x11.windows import Box
from player.settings.models import ScreenSection, TickerSection

log = logging.getLogger(__name__)

LEAST_PX = 16
"""Letters in a lower band are not read on an LED panel, whatever ticker.height_percent says."""
LARGEST_SHARE = 0.5
RESTART_S = (0.0, 1.0, 5.0, 30.0, 120.0)
"""From the end of a process by a fault of its own to the next one."""


def band_box(region_size: tuple[int, int], rotation: int, ticker: TickerSection) -> Box:
    """Where the band lies in the region: x, y, width, height. ticker.edge is meant as the panel hangs."""
    width, height = region_size
    across = width if rotation % 180 else height
    least = min(LEAST_PX, round(across * LARGEST_SHARE))
    tall = max(1, least, round(across * ticker.height_percent / 100))
    at_end = (ticker.edge == "bottom") == (rotation in (0, 270))
    begin = across - tall if at_end else 0
    return (begin, 0, tall, height) if rotation % 180 else (0, begin, width, tall)


class TickerBand:
    """Of one stage. `show` and `hide` return at once."""

    def __init__(
        self,
        server: XServer,
        windows: StageWindows,
        screen: ScreenSection,
        ticker: TickerSection,
        command: Callable[[str], list[str]] | None = None,
    ) -> None:
        """command: the process's argv for a display."""
        self._server = server
        self._windows = windows
        self._screen = screen
        self._ticker = ticker
        self._command = command or ticker_command
        self.box = band_box(windows.region[2:], screen.rotation, ticker)
        """In the region."""
        self._window = 0
        self._messages: tuple[str, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self._ends = 0
        self._again_mono: float | None = None

    @property
    def pid(self) -> int | None:
        """The process's; None: there is none."""
        return None if self._process is None else self._process.pid

    def show(self, messages: tuple[str, ...]) -> None:
        """The text comes in at the band's edge; one that runs makes way at once."""
        self._messages, self._ends, self._again_mono = messages, 0, None
        if not self._window:
            self._window = self._windows.open_over_frame(self.box)
        if self._process is None or not self._tell():
            self._start()

    def hide(self) -> None:
        self._end_process()
        self._again_mono = None
        if self._window:
            self._server.close_window(self._window)
            self._window = 0

    def close(self) -> None:
        """The process ends; the band stays as it is."""
        self._end_process()

    def tend(self, mono: float) -> None:
        """Called twice a second: a process that ended is started again, each time later."""
        if self._process is not None and self._process.poll() is not None:
            delay_s = RESTART_S[min(self._ends, len(RESTART_S) - 1)]
            log.warning(
                "the running text's process ended with status %s; again in %.0f s", self._process.returncode, delay_s
            )
            self._end_process()
            self._ends += 1
            self._again_mono = mono + delay_s
        if self._again_mono is not None and mono >= self._again_mono:
            self._again_mono = None
            self._start()

    def _start(self) -> None:
        self._end_process()
        try:
            self._process = subprocess.Popen(
                self._command(self._screen.display), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                env=decoder_environment(), cwd="/", bufsize=0,
            )  # fmt: skip
        except OSError as error:
            log.error("the running text's process cannot be started: %s", error)
            return
        self._tell()

    def _tell(self) -> bool:
        """False: the process takes no orders any more."""
        assert self._process is not None
        assert self._process.stdin is not None
        _, _, width, height = self.box
        along, tall = (height, width) if self._screen.rotation % 180 else (width, height)
        order = BandOrder(
            self._window, along, tall, self._screen.rotation, self._ticker.speed, _rgb(self._ticker.colour),
            _rgb(self._ticker.background), self._messages,
        )  # fmt: skip
        line = encode_order(order)
        try:
            os.set_blocking(self._process.stdin.fileno(), False)  # a process that hangs must not hold the stage
            return self._process.stdin.write(line) == len(line)
        except OSError:
            return False

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with contextlib.suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()
            process.wait()


def ticker_command(display: str) -> list[str]:
    return [sys.executable, "-m", "player.screen.ticker.child", display]


def _rgb(colour: str) -> tuple[int, int, int]:
    """Of "#rrggbb"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
