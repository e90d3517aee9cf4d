"""Whether a picture file is whole, and how large it is, from its bytes and before anything decodes it.

Knows: the outer structure of PNG, JPEG, GIF, BMP and WebP (their specifications). Touches: the open file it is given.
Must not: decode a pixel, or trust a length that the file claims beyond the file's own.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

WHOLE_LIMIT_BYTES = 512 << 20
"""A picture file larger than this is not read; a PNG of 8K in 16 bits stays well below it."""


class PictureFault(Exception):
    """Why this picture is refused. cut: it ends too early, so the rest may still come."""

    def __init__(self, what: str, *, cut: bool = False) -> None:
        super().__init__(what)
        self.cut = cut


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """frames: more than 1 for one that moves; length_s of one turn of it."""

    width: int
    height: int
    frames: int = 1
    length_s: float = 0.0


def read_picture(file: BinaryIO) -> PictureFacts | None:
    """The whole picture in `file`; None when it is none of the five formats. Raises PictureFault."""
    head = file.read(32)
    for magic, reader in _READERS:
        if head.startswith(magic) and (magic != b"RIFF" or head[8:12] == b"WEBP"):
            file.seek(0)
            data = file.read(WHOLE_LIMIT_BYTES + 1)
            if len(data) > WHOLE_LIMIT_BYTES:
                raise PictureFault("a picture file of more than 512 MB; save it smaller")
            try:
                return reader(data)
            except (struct.error, IndexError) as error:
                raise PictureFault("it is cut short", cut=True) from error
    return None


def _read_png(data: bytes) -> PictureFacts:
    width = height = 0
    frames, length_s = 1, 0.0
    at = 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise PictureFault("it is cut short", cut=True)
        (crc,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != crc:
            raise PictureFault("it is damaged (a checksum in it is wrong)", cut=True)
        if at == 8:
            if kind != b"IHDR":
                raise PictureFault("it is damaged (no header)")
            width, height = struct.unpack_from(">II", data, at + 8)
        elif kind == b"acTL":
            (frames,) = struct.unpack_from(">I", data, at + 8)
        elif kind == b"fcTL":
            above, below = struct.unpack_from(">HH", data, at + 28)
            length_s += above / (below or 100)
        elif kind == b"IEND":
            return PictureFacts(width, height, frames, length_s)
        at = end


_NO_LENGTH = frozenset([0x01, *range(0xD0, 0xD8)])
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _read_jpeg(data: bytes) -> PictureFacts:
    width = height = 0
    at = 2
    while True:
        if data[at] != 0xFF:
            raise PictureFault("it is damaged (no marker where one must be)", cut=True)
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker == 0xD9:
            if not (width and height):
                raise PictureFault("it is damaged (no picture in it)")
            return PictureFacts(width, height)
        if marker in _NO_LENGTH:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker in _SIZE_MARKERS and not width:
            height, width = struct.unpack_from(">HH", data, at + 3)
        at += length
        if marker == 0xDA:
            at = _end_of_scan(data, at)


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker after the coded picture data stands; FF00 and restart markers belong to the data."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise PictureFault("it is cut short", cut=True)
        following = data[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def _read_gif(data: bytes) -> PictureFacts:
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0)
    frames, length_s = 0, 0.0
    while True:
        kind = data[at]
        if kind == 0x3B:
            if not frames:
                raise PictureFault("it is damaged (no picture in it)")
            return PictureFacts(width, height, frames, length_s)
        if kind == 0x21:
            if data[at + 1] == 0xF9:
                length_s += max(int.from_bytes(data[at + 4 : at + 6], "little"), 2) / 100
            at = _skip_blocks(data, at + 2)
        elif kind == 0x2C:
            frames += 1
            local = data[at + 9]
            at += 10 + (3 << ((local & 7) + 1) if local & 0x80 else 0)
            at = _skip_blocks(data, at + 1)
        else:
            raise PictureFault("it is damaged (an unknown block)", cut=True)


def _skip_blocks(data: bytes, at: int) -> int:
    while size := data[at]:
        at += size + 1
    return at + 1


def _read_bmp(data: bytes) -> PictureFacts:
    (said,) = struct.unpack_from("<I", data, 2)
    header, width, height, _, bits = struct.unpack_from("<IiiHH", data, 14)
    if header < 40 or width <= 0 or height == 0:
        raise PictureFault("it is damaged, or of a kind of BMP that is not shown; save it as PNG")
    (compression,) = struct.unpack_from("<I", data, 30)
    (begins,) = struct.unpack_from("<I", data, 10)
    raw = begins + (width * bits + 31) // 32 * 4 * abs(height)
    if len(data) < said or (compression == 0 and len(data) < raw):
        raise PictureFault("it is cut short", cut=True)
    return PictureFacts(width, abs(height))


def _read_webp(data: bytes) -> PictureFacts:
    (said,) = struct.unpack_from("<I", data, 4)
    if len(data) < said + 8:
        raise PictureFault("it is cut short", cut=True)
    match data[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
            return PictureFacts(width, height, 2 if data[20] & 2 else 1)
        case b"VP8L":
            packed = int.from_bytes(data[21:25], "little")
            return PictureFacts((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            wide, high = struct.unpack_from("<HH", data, 26)
            return PictureFacts(wide & 0x3FFF, high & 0x3FFF)
    raise PictureFault("it is damaged (no picture in it)")


_READERS = (
    (b"\x89PNG\r\n\x1a\n", _read_png),
    (b"\xff\xd8\xff", _read_jpeg),
    (b"GIF87a", _read_gif),
    (b"GIF89a", _read_gif),
    (b"BM", _read_bmp),
    (b"RIFF", _read_webp),
)
