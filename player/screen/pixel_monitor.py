"""The pixel monitor: samples the screen's real pixels, and takes screenshots of them.

Knows: a few lines of the region as they were in the sample before. Touches: X, over a connection of its own.
Must not: ask VLC anything, nor delay the stage (it has its own thread).
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
from player.screen.x11.pixels import is_lit
from player.screen.x11.server import XServer
from player.screen.x11.windows import Box
from player.settings.models import ScreenSection

log = logging.getLogger(__name__)

SAMPLE_ROWS = 32
"""Lines of the region that are read for each sample: 164 kB at 1280 pixels, whatever the height."""


def uncovered(region_size: tuple[int, int], band: Box | None) -> Box:
    """The part of the region beside a band along one of its edges."""
    width, height = region_size
    if band is None:
        return 0, 0, width, height
    x, y, wide, tall = band
    if wide == width:
        return 0, 0 if y else tall, width, height - tall
    return 0 if x else wide, 0, width - wide, height


class PixelMonitor:
    """One thread, from the first `watch` to `stop`. `visible_window` and `painted_mono` are told by the screen room."""

    def __init__(self, screen: ScreenSection, post: Callable[[Event], None]) -> None:
        self._screen = screen
        self._post = post
        self._asked: queue.SimpleQueue[TakeScreenshot | None] = queue.SimpleQueue()
        self._region: Box | None = None
        self._thread: threading.Thread | None = None
        self._before: dict[str, int] = {}
        self._sampled_mono = 0.0
        self.painted_mono = 0.0
        self.visible_window: int | None = None
        self.covered: Box | None = None
        """Where the running text is, in the region: it moves whatever lies below it, so it is not looked at."""

    def watch(self, region: Box | None) -> None:
        """From now on this part of the screen is sampled; None: there is no stage."""
        self._region = region
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)
            self._thread.start()

    def take_screenshot(self, effect: TakeScreenshot) -> None:
        self._asked.put(effect)

    def stop(self) -> None:
        self._asked.put(None)

    def _run(self) -> None:
        server: XServer | None = None
        sample_mono = time.monotonic() + self._screen.look_seconds
        while True:
            try:
                asked = self._asked.get(timeout=max(0.0, sample_mono - time.monotonic()))
                if asked is None:
                    return
            except queue.Empty:
                asked = None
                sample_mono = time.monotonic() + self._screen.look_seconds
            region = self._region
            try:
                if region is None:
                    raise XServerError("there is no screen")
                if server is None:
                    server = XServer(self._screen.display).__enter__()
                if asked is None:
                    self._post(self._sample(server, region))
                else:
                    self._post(ScreenshotTaken(asked.command_id, self._shoot(server, region, asked.width)))
            except Exception as error:  # a monitor that has ended for ever would call everything well
                if not isinstance(error, XServerError):
                    log.exception("the screen could not be sampled")
                if server is not None:
                    server.__exit__()
                    server = None
                self._before = {}
                if asked is None:
                    self._post(ScreenSampled(None, None, None, None))
                else:
                    self._post(ScreenshotTaken(asked.command_id, None, str(error)))

    def _sample(self, server: XServer, region: Box) -> ScreenSampled:
        left, top, width, height = uncovered(region[2:], self.covered)
        count = min(SAMPLE_ROWS, height)
        rows = [(left, top + height * (2 * i + 1) // (2 * count), width, 1) for i in range(count)]
        placed = [(region[0] + x, region[1] + y, wide, tall) for x, y, wide, tall in rows]
        pixels = b"".join(server.grab_all(server.root, placed))
        lit, moving = is_lit(pixels), self._changed("screen", pixels)
        own_lit = own_moving = None
        window = self.visible_window
        if window is not None and (not lit or moving is False):
            # Something is amiss, or the film is black or still by itself: its own window tells which.
            own = b"".join(server.grab_all(window, rows))
            own_lit, own_moving = is_lit(own), self._changed(str(window), own)
        painting = self.painted_mono > self._sampled_mono
        self._sampled_mono = time.monotonic()
        return ScreenSampled(server.outputs_connected(), lit, moving, painting, own_lit, own_moving)

    def _changed(self, what: str, pixels: bytes) -> bool | None:
        """Whether these pixels differ from those of the sample before; None: there was none."""
        mark, before = zlib.crc32(pixels), self._before.get(what)
        self._before = {**self._before, what: mark}
        return None if before is None else mark != before

    @staticmethod
    def _shoot(server: XServer, region: Box, width: int | None) -> bytes:
        # Pillow only when a screenshot is asked for.
        from player.screen.drawing.jpeg import encode_jpeg

        pixels = server.grab(server.root, region)
        return encode_jpeg(pixels, region[2], region[3], region[2] * 4, width or region[2])
