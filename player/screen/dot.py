"""The dot that runs over the test pattern: people who look at the panel see by it that the picture is live.

Knows: where the dot is when, and its pixels, for which no Pillow is needed. Touches: X, through XServer.
Must not: know what lies below the dot.
"""

from __future__ import annotations

from player.screen.x11.server import XServer
from player.screen.x11.windows import Box

DOT_S = 1.0
"""How long the dot stands in one place."""
LEAST_DOT_PX = 8
DOT_SHARE = 12
"""The dot's diameter is this part of the region's shorter side."""
BLACK, WHITE, RED = bytes(4), b"\xff\xff\xff\0", b"\0\0\xff\0"
"""A pixel as X takes it: blue, green, red, unused."""


class Dot:
    """In the region's frame. Where it belongs is told by the clock: `mono` is in seconds."""

    def __init__(self, server: XServer, frame: int, region_size: tuple[int, int]) -> None:
        self._server = server
        self._frame = frame
        self._size = region_size
        self._diameter = max(LEAST_DOT_PX, min(region_size) // DOT_SHARE)
        self._window = 0
        self._box: Box = (0, 0, 0, 0)

    def show(self, mono: float) -> None:
        """Over whatever was raised last."""
        self._box = self._place(mono)
        self._window = self._server.open_window(self._frame, self._box, black=False, shown=False)
        self._server.paint(self._window, self._diameter, self._diameter, draw_dot(self._diameter))
        self._server.show_window(self._window, True)

    def move(self, mono: float) -> None:
        """To where it belongs at this moment; without a dot, nothing."""
        if self._window and (box := self._place(mono)) != self._box:
            self._box = box
            self._server.move_window(self._window, box)

    def hide(self) -> None:
        if self._window:
            self._server.close_window(self._window)
            self._window = 0

    def _place(self, mono: float) -> Box:
        """Along a line above the middle, one diameter a step, round and round."""
        width, height = self._size
        steps = max(1, (width - self._diameter) // self._diameter)
        return int(mono / DOT_S) % steps * self._diameter, height // 8, self._diameter, self._diameter


def draw_dot(diameter: int) -> bytes:
    """A white disc on black with a red centre, diameter x diameter pixels."""
    centre = diameter - 2 * (diameter // 3)
    squares = [(2 * n + 1 - diameter) ** 2 for n in range(diameter)]
    far = (x + y for y in squares for x in squares)
    return b"".join(RED if each < centre**2 else WHITE if each < diameter**2 else BLACK for each in far)
