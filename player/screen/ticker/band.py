"""The band on the screen: the tiles of a ribbon as pixmaps on the X server, copied into the window a step further each time.

Knows: which tiles are visible after so many pixels, and where they belong in a window that is turned with the panel.
Touches: X, through XServer. Must not: wait, or draw letters (drawing/ticker.py does).
"""

from __future__ import annotations

from collections.abc import Iterator

from player.screen.drawing.ticker import Ribbon, draw_tile
from player.screen.ticker.order import BandOrder
from player.screen.x11.pixels import Copy
from player.screen.x11.server import XServer

MOST_TILES_BYTES = 16 << 20
"""Of the X server's memory. A ribbon that needs more has its tiles drawn anew, each shortly before it comes."""


class Band:
    """One text on its way through one window. `paint` first, then `step` as long as it runs."""

    def __init__(self, server: XServer, order: BandOrder, ribbon: Ribbon, most_bytes: int = MOST_TILES_BYTES) -> None:
        self._server = server
        self._order = order
        self._ribbon = ribbon
        self._travelled = 0
        self._pen = server.open_pen(order.window)
        self._size = (order.tall, order.along) if order.rotation % 180 else (order.along, order.tall)
        ground = bytes((*reversed(order.ground), 0)) * (order.along * order.tall)
        self._whole = server.store_picture(order.window, *self._size, ground)
        self._tiles: dict[int, int] = {}
        self._keeps_all = ribbon.length * order.tall * 4 <= most_bytes

    def paint(self) -> None:
        """The empty band, before the text comes in."""
        self._server.copy_all(self._pen, self._order.window, [(self._whole, (0, 0), (0, 0), self._size)])

    def step(self, pixels: int) -> None:
        """The text so much further, in one go; then the tile that comes next is made, while there is time."""
        self._travelled += pixels
        tile, order = self._ribbon.tile, self._order
        copies: list[Copy] = []
        for number in self._visible():
            left = order.along - self._travelled + number * tile
            if self._ribbon.right_to_left:
                left = order.along - left - tile
            begin, end = max(0, -left), min(tile, order.along - left)
            source, target, size = _turned_boxes(order, tile, begin, end - begin, left + begin)
            copies.append((self._pixmap(number), source, target, size))
        # Into the window as one request: nobody ever sees one tile moved and the next one not.
        self._server.copy_all(self._pen, self._whole, copies)
        self._server.copy_all(self._pen, order.window, [(self._whole, (0, 0), (0, 0), self._size)])
        self._pixmap(self._last() + 1)
        self._forget_passed()

    @property
    def tiles_held(self) -> int:
        """Of the X server's memory."""
        return len(self._tiles)

    def close(self) -> None:
        for pixmap in (self._whole, *self._tiles.values()):
            self._server.free_pixmap(pixmap)
        self._tiles = {}

    def _last(self) -> int:
        return (self._travelled - 1) // self._ribbon.tile

    def _visible(self) -> Iterator[int]:
        """The numbers of the tiles that are in the window, counted from the first round on."""
        first = max(0, self._travelled - self._order.along) // self._ribbon.tile
        yield from range(first, self._last() + 1)

    def _pixmap(self, number: int) -> int:
        index = number % self._ribbon.count
        if index not in self._tiles:
            order = self._order
            picture = draw_tile(self._ribbon, index, order.tall, order.ink, order.ground, order.rotation)
            self._tiles[index] = self._server.store_picture(order.window, picture.width, picture.height, picture.bgrx)
        return self._tiles[index]

    def _forget_passed(self) -> None:
        if self._keeps_all:
            return
        needed = {number % self._ribbon.count for number in (*self._visible(), self._last() + 1)}
        for index in self._tiles.keys() - needed:
            self._server.free_pixmap(self._tiles.pop(index))


def _turned_boxes(
    order: BandOrder, tile: int, begin: int, length: int, place: int
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Where the part of a tile stands in its pixmap and in the window (x, y), and its size, as the panel hangs.

    begin, length: of the part, in the direction of the band; place: where it belongs on the band.
    """
    if order.rotation in (180, 270):  # there the band's begin is the window's end
        begin, place = tile - begin - length, order.along - place - length
    if order.rotation in (90, 270):
        return (0, begin), (0, place), (order.tall, length)
    return (begin, 0), (place, 0), (length, order.tall)
