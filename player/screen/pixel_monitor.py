"""The monitor: looks at the screen's real pixels, and takes screenshots of them.

Knows: a few lines of the region as they were at the look before. Touches: X, over a connection of its own.
Must not: ask VLC anything, and must not delay the stage (it has its own thread).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import zlib
from collections.abc import Callable

from player.core.effects import TakeScreenshot
from player.core.events import Event, ScreenSampled, ScreenshotTaken
from player.screen.x11.connection import XServerError
from player.screen.x11.server import XServer
from player.settings.models import ScreenSection

log = logging.getLogger(__name__)

LOOK_ROWS = 32
"""Lines of the region that are read at each look: 164 kB at 1280 pixels, whatever the height."""
LIT_LEVEL = 24
"""A channel above this (of 255) is not black."""


def is_lit(pixels: bytes) -> bool:
    """Whether any of the B, G, R, X pixels is brighter than black."""
    return max(max(pixels[0::4]), max(pixels[1::4]), max(pixels[2::4])) > LIT_LEVEL


class PixelMonitor:
    """One thread from construction's `look_at` to `stop`. `visible_window`, `painted_mono`: told by the stage."""

    def __init__(self, screen: ScreenSection, post: Callable[[Event], None]) -> None:
        self._screen = screen
        self._post = post
        self._asked: queue.SimpleQueue[TakeScreenshot | None] = queue.SimpleQueue()
        self._region: tuple[int, int, int, int] | None = None
        self._thread: threading.Thread | None = None
        self._before: dict[str, int] = {}
        self._looked_mono = 0.0
        self.painted_mono = 0.0
        self.visible_window: int | None = None

    def look_at(self, region: tuple[int, int, int, int] | None) -> None:
        """From now on this part of the screen is looked at; None: there is no screen."""
        self._region = region
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)
            self._thread.start()

    def take(self, effect: TakeScreenshot) -> None:
        self._asked.put(effect)

    def stop(self) -> None:
        self._asked.put(None)

    def _run(self) -> None:
        server: XServer | None = None
        look_mono = time.monotonic() + self._screen.look_seconds
        while True:
            try:
                asked = self._asked.get(timeout=max(0.0, look_mono - time.monotonic()))
                if asked is None:
                    return
            except queue.Empty:
                asked = None
                look_mono = time.monotonic() + self._screen.look_seconds
            region = self._region
            try:
                if region is None:
                    raise XServerError("there is no screen to look at")
                if server is None:
                    server = XServer(self._screen.display).__enter__()
                if asked is None:
                    self._post(self._look(server, region))
                else:
                    self._post(ScreenshotTaken(asked.command_id, self._shoot(server, region, asked.width)))
            except Exception as error:  # an monitor that has closed for ever would call everything well
                if not isinstance(error, XServerError):
                    log.exception("a look at the screen failed")
                if server is not None:
                    server.__exit__()
                    server = None
                self._before = {}
                if asked is None:
                    self._post(ScreenSampled(None, None, None, None))
                else:
                    self._post(ScreenshotTaken(asked.command_id, None, str(error)))

    def _look(self, server: XServer, region: tuple[int, int, int, int]) -> ScreenSampled:
        x, y, width, height = region
        count = min(LOOK_ROWS, height)
        tops = [height * (2 * i + 1) // (2 * count) for i in range(count)]
        pixels = b"".join(server.grab_all(server.root, [(x, y + top, width, 1) for top in tops]))
        lit, moving = is_lit(pixels), self._changed("screen", pixels)
        own_lit = own_moving = None
        window = self.visible_window
        if window is not None and (not lit or moving is False):
            # Something is amiss, or the film is black or still by itself: its own window tells which.
            own = b"".join(server.grab_all(window, [(0, top, width, 1) for top in tops]))
            own_lit, own_moving = is_lit(own), self._changed(str(window), own)
        painting = self.painted_mono > self._looked_mono
        self._looked_mono = time.monotonic()
        return ScreenSampled(server.outputs_connected(), lit, moving, painting, own_lit, own_moving)

    def _changed(self, what: str, pixels: bytes) -> bool | None:
        mark, before = zlib.crc32(pixels), self._before.get(what)
        self._before = {**self._before, what: mark}
        return None if before is None else mark != before

    @staticmethod
    def _shoot(server: XServer, region: tuple[int, int, int, int], width: int | None) -> bytes:
        # Pillow only when a screenshot is asked for.
        from player.screen.drawing.jpeg import encode_jpeg

        pixels = server.grab(server.root, region)
        return encode_jpeg(pixels, region[2], region[3], region[2] * 4, width or region[2])
