"""Whether a transport stream's picture changes its size inside the film, which VLC shows with black at each change.

Knows: transport packets, and where H.264, HEVC and MPEG-2 say how large their pictures are (ISO 13818, ITU-T H.264 and H.265).
Touches: the file that it is given, reading only. Must not: read more of a long film than READ_BYTES.

Only transport streams are looked through: films get joined there by putting one behind the other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

PACKETS = ((188, 0), (192, 4), (204, 0))
"""Bytes of a packet, and where in it the packet proper begins."""
SYNC = 0x47
READ_BYTES, WINDOW_BYTES = 256 << 20, 4 << 20
"""A film is read to its end up to 256 MB (0.3 s); of a longer one 64 windows at even distances are."""
HEADS = re.compile(
    rb"\x00\x00\x01(?:([\x27\x47\x67](?:[\x2c\x42\x4d\x53\x56\x58\x64\x6e\x7a\xf4]))|(\x42\x01)|(\xb3))", re.S
)
"""What stands before a size: H.264 (with its known profiles), HEVC, MPEG-2."""
HEAD_BYTES = 96
LARGEST = 8192

Size = tuple[int, int]


class Bits:
    """The bits of a header; IndexError: it ends too early."""

    def __init__(self, body: bytes) -> None:
        plain = body.replace(b"\0\0\3", b"\0\0")
        self._value, self._left = int.from_bytes(plain, "big"), len(plain) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise IndexError
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def number(self) -> int:
        """An Exp-Golomb number."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise IndexError
        return (1 << zeros) - 1 + self.take(zeros)


def find_size_change(number: int) -> tuple[Size, Size] | None:
    """The first two sizes of one track's pictures; None: there is one, or the file is no transport stream."""
    head = os.pread(number, 2 * 204 + 1, 0)
    found = [(size, at) for size, at in PACKETS if len(head) > at + 2 * size and set(head[at::size][:3]) == {SYNC}]
    if not found:
        return None
    packet, start = found[0]
    first: dict[int, Size] = {}
    for window in _windows(number, packet):
        for track, size in _sizes(window, packet, start):
            if first.setdefault(track, size) != size:
                return first[track], size
    return None


def _windows(number: int, packet: int) -> Iterator[bytes]:
    length = os.fstat(number).st_size
    count = max(1, READ_BYTES // WINDOW_BYTES)
    step = WINDOW_BYTES if length <= READ_BYTES else length // count
    for begin in range(0, length, max(packet, step // packet * packet)):
        yield os.pread(number, WINDOW_BYTES + HEAD_BYTES, begin)


def _sizes(window: bytes, packet: int, start: int) -> Iterator[tuple[int, Size]]:
    """Track and size of each header that lies in one packet."""
    for match in HEADS.finditer(window):
        begin = match.start() // packet * packet + start
        end = begin + 188
        if window[begin : begin + 1] != b"G" or match.end() > end:
            continue
        track = int.from_bytes(window[begin + 1 : begin + 3], "big") & 0x1FFF
        try:
            size = _size_of(match, window[match.end() : min(end, match.end() + HEAD_BYTES)])
        except IndexError:
            continue
        if min(size) >= 16 and max(size) <= LARGEST:
            yield track, size


def _size_of(match: re.Match[bytes], rest: bytes) -> Size:
    bits = Bits(rest)
    if match[1]:
        return _h264(match[1][1], bits)
    if match[2]:
        return _hevc(bits)
    return bits.take(12), bits.take(12)


def _h264(profile: int, bits: Bits) -> Size:
    bits.take(16)  # constraints, level
    bits.number()
    if profile in (100, 110, 122, 244, 44, 83, 86):
        if bits.number() == 3:
            bits.take(1)
        bits.number(), bits.number()
        bits.take(1)
        if bits.take(1):  # scaling lists: nothing that a size could be read behind, in a few lines
            raise IndexError
    bits.number()
    order = bits.number()
    if order == 0:
        bits.number()
    elif order == 1:
        bits.take(1)
        bits.number(), bits.number()
        for _ in range(min(bits.number(), 255)):
            bits.number()
    bits.number()
    bits.take(1)
    wide, tall = bits.number() + 1, bits.number() + 1
    return wide * 16, tall * 16 * (2 - bits.take(1))


def _hevc(bits: Bits) -> Size:
    bits.take(4)
    layers = bits.take(3)
    bits.take(1)
    bits.take(96)
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for profile, level in present:
        bits.take(88 * profile + 8 * level)
    bits.number()
    if bits.number() == 3:
        bits.take(1)
    return bits.number(), bits.number()
