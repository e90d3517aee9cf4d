"""Whether the bytes that a panel sent are a JPEG, by its structure; without what a picture does not need.

Knows: the segments of a JPEG (ITU-T T.81, annex B). Pure: touches nothing, decodes nothing: a panel may have been taken over,
and its picture is decoded in the browser of whoever looks, which confines that, and never in the process that holds the accounts.
Must not: cost more than one walk over the segments.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

START, END = b"\xff\xd8", b"\xff\xd9"
START_OF_SCAN = 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start of frame, of any kind; the three others in that range are tables."""
LEFT_OUT = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
"""Comments and what programs add (EXIF, XMP, profiles). JFIF (E0) and Adobe (EE) say what the colours mean."""
UPRIGHT_BY = {90: 8, 180: 3, 270: 6}
"""A panel's rotation, degrees clockwise -> the EXIF orientation (2.3, tag 0x0112) with which a program turns the picture back."""
MOST_BYTES = 4 << 20
MOST_SIDE = 8192
MOST_SEGMENTS = 1000


@dataclass(frozen=True, slots=True)
class Jpeg:
    """data: from its start to its end marker, without comments. width, height: in pixels."""

    data: bytes
    width: int
    height: int


def read_jpeg(data: bytes) -> Jpeg | None:
    """None for what is no whole JPEG, or larger than a screen is."""
    last = data.rfind(END)
    if len(data) > MOST_BYTES or not data.startswith(START) or last < 0:
        return None
    kept, at, size = [START], 2, None
    for _ in range(MOST_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if at + 4 > last or data[at] != 0xFF:
            return None
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if kind < 0xC0 or length < 2 or at + 2 + length > last:
            return None
        if kind in FRAMES and length >= 8:
            size = (int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7]))
        if kind == START_OF_SCAN:
            if size is None or not all(0 < side <= MOST_SIDE for side in size):
                return None
            return Jpeg(b"".join(kept) + data[at : last + 2], *size)
        if kind not in LEFT_OUT:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    return None


def upright(jpeg: Jpeg, rotation: int | None) -> bytes:
    """The picture as people in the street see it: it is turned back by whatever program shows it, its pixels stay.

    rotation: the panel's, degrees clockwise; what is none of its four values turns nothing.
    """
    orientation = UPRIGHT_BY.get(rotation or 0)
    if orientation is None:
        return jpeg.data
    tiff = b"II*\0" + struct.pack(
        "<LHHHLHHL", 8, 1, 0x0112, 3, 1, orientation, 0, 0
    )  # one entry, a SHORT, and no next one
    exif = b"Exif\0\0" + tiff
    return START + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg.data[len(START) :]
