"""Pixels: pictures into windows, and what is on the screen back.

Knows: the format of the server's pixels (four bytes: blue, green, red, unused). Touches: the X server.
Must not: know what a picture shows.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator

import xcffib.xproto as xp

from player.screen.x11.connection import XConnection
from player.screen.x11.windows import Box

MAX_PUT_BYTES = 240_000
"""Below the 256 KiB that every server takes without BIG-REQUESTS."""
PUT_IMAGE, PUT_IMAGE_HEAD = 72, struct.Struct("=xB2xIIHHhhBB2x")
"""X11's number of the request, and its fields: format, drawable, gc, width, height, x, y, left pad, depth; the pixels follow."""
Copy = tuple[int, tuple[int, int], tuple[int, int], tuple[int, int]]
"""A pixmap, where the part begins in it, where it belongs in the window (x, y), and its size."""
LIT_LEVEL = 24
"""A channel above this (of 255) is not black."""


def is_lit(pixels: bytes) -> bool:
    """Whether any of the B, G, R, X pixels is brighter than black."""
    return max(max(pixels[0::4]), max(pixels[1::4]), max(pixels[2::4])) > LIT_LEVEL


def _part_rows(width: int) -> int:
    """How many rows go to the server in one request."""
    return max(1, MAX_PUT_BYTES // (width * 4))


def _unpack(packed: bytes, size: int) -> Iterator[bytes]:
    """What was packed, in parts of this size; the last one may be smaller."""
    unpacker, rest = zlib.decompressobj(), packed
    while part := unpacker.decompress(rest, size):
        rest = unpacker.unconsumed_tail
        yield part


class Pixels(XConnection):
    """Pictures of four bytes a pixel, row by row, without padding."""

    def paint(self, window: int, width: int, height: int, bgrx: bytes) -> None:
        """Makes the picture the window's background: the server repaints it for ever, whatever becomes of this process."""
        self._set_background(window, self.store_picture(window, width, height, bgrx))

    def paint_packed(self, window: int, width: int, height: int, packed: bytes) -> None:
        """As `paint`; packed: by zlib. The whole picture is never in this process."""
        parts = _unpack(packed, _part_rows(width) * width * 4)
        self._set_background(window, self._store_parts(window, width, height, parts))

    def _set_background(self, window: int, pixmap: int) -> None:
        with self.errors():
            core = self._conn.core
            core.ChangeWindowAttributes(window, xp.CW.BackPixmap, [pixmap])
            core.ClearArea(False, window, 0, 0, 0, 0)
            core.FreePixmap(pixmap)  # the window keeps its own reference
            self._conn.core.GetInputFocus().reply()  # a round trip: it is painted now

    def store_picture(self, window: int, width: int, height: int, bgrx: bytes) -> int:
        """The picture in the server's memory, as a pixmap for this window."""
        size = _part_rows(width) * width * 4
        parts = (bgrx[begin : begin + size] for begin in range(0, len(bgrx), size))
        return self._store_parts(window, width, height, parts)

    def _store_parts(self, window: int, width: int, height: int, parts: Iterable[bytes]) -> int:
        """Each part but the last has _part_rows(width) rows."""
        with self.errors():
            core, depth = self._conn.core, self.screen.root_depth
            pixmap, gc = self._conn.generate_id(), self._conn.generate_id()
            core.CreatePixmap(depth, pixmap, window, width, height)
            core.CreateGC(gc, pixmap, 0, [])
            rows = _part_rows(width)
            for top, part in zip(range(0, height, rows), parts, strict=True):
                place = (pixmap, gc, width, min(rows, height - top), 0, top, 0, depth)
                # Not core.PutImage: it packs byte by byte, 0.1 s for 8 MB in which no other thread works (2026-11-26).
                request = PUT_IMAGE_HEAD.pack(xp.ImageFormat.ZPixmap, *place) + part
                core.send_request(PUT_IMAGE, io.BytesIO(request))
            core.FreeGC(gc)
            self._conn.flush()
            return int(pixmap)

    def free_pixmap(self, pixmap: int) -> None:
        with self.errors():
            self._conn.core.FreePixmap(pixmap)

    def open_pen(self, window: int) -> int:
        """What `copy_all` draws with; it tells of nothing, and goes with the connection."""
        with self.errors():
            pen = int(self._conn.generate_id())
            self._conn.core.CreateGC(pen, window, xp.GC.GraphicsExposures, [0])
            return pen

    def copy_all(self, pen: int, window: int, copies: list[Copy]) -> None:
        """The parts of pixmaps into the window, all in one go."""
        with self.errors():
            for pixmap, source, target, size in copies:
                self._conn.core.CopyArea(pixmap, window, pen, *source, *target, *size)
            self._conn.flush()

    def fill_black(self, window: int) -> None:
        """Only its own pixels, not those of its inferiors; its background stays as it is."""
        with self.errors():
            gc = self._conn.generate_id()
            self._conn.core.CreateGC(gc, window, xp.GC.Foreground, [self.screen.black_pixel])
            everything = xp.RECTANGLE.synthetic(0, 0, 32767, 32767)
            self._conn.core.PolyFillRectangle(window, gc, 1, [everything])
            self._conn.core.FreeGC(gc)
            self._conn.flush()

    def grab(self, window: int, box: Box) -> bytes:
        """The pixels of x, y, width, height: 4 bytes each (B, G, R, X), row by row, inferiors included."""
        return self.grab_all(window, [box])[0]

    def grab_all(self, window: int, boxes: list[Box]) -> list[bytes]:
        """Several boxes in one round trip."""
        with self.errors():
            asked = [self._conn.core.GetImage(xp.ImageFormat.ZPixmap, window, *box, 0xFFFFFFFF) for box in boxes]
            return [bytes(cookie.reply().data.buf()) for cookie in asked]
