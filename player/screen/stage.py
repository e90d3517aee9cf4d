"""The stage: the windows of one connection to the X server, and which of them is on top.

Knows: the region, the layers' windows, the card, the dot, the notice. Touches: X, through XServer.
Must not: know processes, effects or pictures' contents (screen/room.py and drawing/picture.py do).
"""

from __future__ import annotations

import logging
import time

from player.screen.pixel_monitor import is_lit
from player.screen.x11.server import XServer

log = logging.getLogger(__name__)

LAYERS = 2
DOT_S = 1.0
"""How long the test pattern's dot rests in one place."""


class Stage:
    """The windows of one connection: stage (whole screen, black) > frame (the region) > two layers, card, notice."""

    def __init__(self, server: XServer, region: tuple[int, int, int, int] | None) -> None:
        self.server = server
        light_outputs(server)
        self.size = server.read_size()
        self.region = _clip(region or (0, 0, *self.size), self.size)
        self._old = server.marked_windows()
        self._whole = (0, 0, self.region[2], self.region[3])
        server.keep_awake()
        server.outlive()
        server.watch_screen()
        # Without a background it takes over what is on the screen; only what is outside the region is made black.
        self._window = server.open_window(server.root, (0, 0, *self.size), black=False, mark=True, shown=False)
        for border in _around(self.region, self.size):
            server.open_window(self._window, border, black=True)
        self._frame = server.open_window(self._window, self.region, black=False)
        server.redirect_children(self._frame)
        self.layers = [server.open_window(self._frame, self._whole, black=False) for _ in range(LAYERS)]
        for layer in self.layers:
            server.watch_paint(layer)
        self._card = server.open_window(self._frame, self._whole, black=False, shown=False)
        self._notice = 0
        self._dot = 0
        self._dot_box = (0, 0, 0, 0)
        self._shown = not self._old
        if self._old:
            server.lower_window(self._window)  # the last frame of the daemon before us stays until we have one
        server.show_window(self._window, True)

    def raise_layer(self, layer: int) -> None:
        self.server.raise_window(self.layers[layer])
        self._finish_raise()

    def show_card(self, width: int, height: int, bgrx: bytes) -> None:
        self.hide_dot()
        self.server.paint(self._card, width, height, bgrx)
        self.server.show_window(self._card, True)
        self.server.raise_window(self._card)
        self._finish_raise()

    def hide_card(self) -> None:
        self.hide_dot()
        self.server.show_window(self._card, False)

    def show_dot(self, diameter: int, bgrx: bytes) -> None:
        """A dot on the card, which `move_dot` moves: whoever looks sees that what is on the panel is live."""
        self._dot_box = self._place_dot(diameter)
        self._dot = self.server.open_window(self._frame, self._dot_box, black=False, shown=False)
        self.server.paint(self._dot, diameter, diameter, bgrx)
        self.server.show_window(self._dot, True)
        if self._notice:
            self.server.raise_window(self._notice)

    def move_dot(self) -> None:
        """To where it belongs at this moment; without a dot, nothing."""
        if self._dot and (box := self._place_dot(self._dot_box[2])) != self._dot_box:
            self._dot_box = box
            self.server.move_window(self._dot, box)

    def hide_dot(self) -> None:
        if self._dot:
            self.server.close_window(self._dot)
            self._dot = 0

    def _place_dot(self, diameter: int) -> tuple[int, int, int, int]:
        """Along a line above the middle, one diameter a step, round and round."""
        _, _, width, height = self._whole
        steps = max(1, (width - diameter) // diameter)
        return (int(time.monotonic() / DOT_S) % steps * diameter, height // 8, diameter, diameter)

    def show_notice(self, width: int, height: int, bgrx: bytes, rotation: int) -> None:
        """A strip at the edge of the region that is the lower one for who looks at the turned picture."""
        if not self._notice:
            x = self.region[2] - width if rotation == 270 else 0
            y = self.region[3] - height if rotation == 0 else 0
            box = (x, y, width, height)
            self._notice = self.server.open_window(self._frame, box, black=False, shown=False)
        self.server.paint(self._notice, width, height, bgrx)
        self.server.show_window(self._notice, True)
        self.server.raise_window(self._notice)

    def hide_notice(self) -> None:
        if self._notice:
            self.server.close_window(self._notice)
            self._notice = 0

    def _finish_raise(self) -> None:
        if self._notice:
            self.server.raise_window(self._notice)
        if not self._shown:
            self._shown = True
            self.server.raise_window(self._window)
            for window in self._old:
                self.server.kill_owner(window)

    def painted_at_all(self, layer: int) -> bool:
        """Whether anything but black is in the layer's window now, seen by eight lines of it."""
        _, _, width, height = self._whole
        rows = [(0, max(0, height * (2 * i + 1) // 16), width, 1) for i in range(8)]
        return any(is_lit(row) for row in self.server.grab_all(self.layers[layer], rows))


def light_outputs(server: XServer) -> None:
    for output in server.light_outputs():
        log.info("output %s: it has a monitor and was off; it is turned on", output)


def _around(region: tuple[int, int, int, int], size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """The parts of the screen above, below, left and right of the region, as x, y, width, height."""
    x, y, width, height = region
    right, below = size[0] - x - width, size[1] - y - height
    boxes = [(0, 0, size[0], y), (0, y + height, size[0], below), (0, y, x, height), (x + width, y, right, height)]
    return [box for box in boxes if box[2] > 0 and box[3] > 0]


def _clip(region: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of the region that is on the screen; all of the screen when none is."""
    x, y, width, height = region
    width, height = min(width, size[0] - x), min(height, size[1] - y)
    return (x, y, width, height) if width >= 16 and height >= 16 else (0, 0, *size)
