"""The windows of the stage: one over the whole screen, black borders, the region's frame, and in it one for each layer.

Knows: the region, which layer is on top, what an earlier daemon left on the screen. Touches: X.
Must not: know processes, effects, or what lies over the layers (screen/overlays.py does).
"""

from __future__ import annotations

from player.screen.x11.pixels import is_lit
from player.screen.x11.server import XServer
from player.screen.x11.windows import Box

LAYERS = 2
SMALLEST_REGION_PX = 16
"""A region that leaves less of itself on the screen than this is a mistake: the whole screen is used."""
PROBE_ROWS = 8
"""Lines of a layer that are read to see whether anything is painted in it."""


class StageWindows:
    """Opened hidden below what is on the screen; `finish_raise` brings them to the top when they have a picture."""

    def __init__(self, server: XServer, region: Box | None) -> None:
        self._server = server
        self.size = server.read_size()
        self.region = clip_region(region or (0, 0, *self.size), self.size)
        self.whole = (0, 0, self.region[2], self.region[3])
        self._old = server.marked_windows()
        # Without a background it takes over what is on the screen; only what is outside the region is made black.
        self._window = server.open_window(server.root, (0, 0, *self.size), black=False, mark=True, shown=False)
        for border in borders_around(self.region, self.size):
            server.open_window(self._window, border, black=True)
        self.frame = server.open_window(self._window, self.region, black=False)
        server.redirect_children(self.frame)
        self.layers = [server.open_window(self.frame, self.whole, black=False) for _ in range(LAYERS)]
        for layer in self.layers:
            server.watch_paint(layer)
        self._shown = not self._old

    def open_over_frame(self, box: Box) -> int:
        """A hidden window at this place of the region, over the frame and all that is in it."""
        x, y, width, height = box
        place = (self.region[0] + x, self.region[1] + y, width, height)
        return self._server.open_window(self._window, place, black=False, shown=False)

    def show(self) -> None:
        if self._old:
            self._server.lower_window(self._window)  # the last frame of the daemon before us stays until we have one
        self._server.show_window(self._window, True)

    def raise_layer(self, layer: int) -> None:
        self._server.raise_window(self.layers[layer])

    def finish_raise(self) -> None:
        """The first time that there is a picture: the stage comes to the top, and the one before it goes."""
        if not self._shown:
            self._shown = True
            self._server.raise_window(self._window)
            for window in self._old:
                self._server.kill_owner(window)

    def fill_black(self, layer: int) -> None:
        self._server.fill_black(self.layers[layer])

    def painted_at_all(self, layer: int) -> bool:
        """Whether anything but black is in the layer's window now, seen by PROBE_ROWS lines of it."""
        _, _, width, height = self.whole
        rows = [(0, max(0, height * (2 * i + 1) // (2 * PROBE_ROWS)), width, 1) for i in range(PROBE_ROWS)]
        return any(is_lit(row) for row in self._server.grab_all(self.layers[layer], rows))


def borders_around(region: Box, size: tuple[int, int]) -> list[Box]:
    """The parts of the screen above, below, left and right of the region."""
    x, y, width, height = region
    right, below = size[0] - x - width, size[1] - y - height
    boxes = [(0, 0, size[0], y), (0, y + height, size[0], below), (0, y, x, height), (x + width, y, right, height)]
    return [box for box in boxes if box[2] > 0 and box[3] > 0]


def clip_region(region: Box, size: tuple[int, int]) -> Box:
    """The part of the region that is on the screen; the whole screen when next to nothing of it is."""
    x, y, width, height = region
    width, height = min(width, size[0] - x), min(height, size[1] - y)
    fits = width >= SMALLEST_REGION_PX and height >= SMALLEST_REGION_PX
    return (x, y, width, height) if fits else (0, 0, *size)
