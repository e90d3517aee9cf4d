"""The containers of films: their names, who reads them, and whether a file is shorter than its own structure says.

Knows: the outermost structure of MP4, Matroska, AVI and ASF (ISO 14496-12, RFC 8794, the RIFF and ASF specifications).
Touches: the open file that it is given, reading only. Must not: look at what is inside a track (vetting/trial.py does).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

ZERO_BLOCK_BYTES = 4096
MOST_PARTS = 100_000
"""A fragmented film of a day has so many parts at the outermost level; what has more is not walked to its end."""
LARGEST_OFFSET = (1 << 63) - 1
"""Of a file (off_t); a structure may name more, and pread(2) raises for it."""
UNKNOWN_SIZES = frozenset({(1 << 7 * length) - 1 for length in range(1, 9)})
"""What a live recorder writes for the size of a Matroska segment."""


@dataclass(frozen=True, slots=True)
class Container:
    """named: the tracks stand at its head. length_is_kept: it says its own length, and a whole file has it. has_clock: of its
    own, which may jump where recordings were joined (base/stream_clock.py).
    """

    name: str
    named: bool = False
    length_is_kept: bool = False
    has_clock: bool = False


CONTAINERS = MappingProxyType(
    {
        "mov,mp4,m4a,3gp,3g2,mj2": Container("MP4", named=True),
        "matroska,webm": Container("Matroska", named=True, length_is_kept=True),
        "avi": Container("AVI", named=True, length_is_kept=True),
        "mpegts": Container("MPEG-TS", has_clock=True),
        "mpeg": Container("MPEG-PS", has_clock=True),
        "asf": Container("Windows Media", length_is_kept=True),
        "flv": Container("Flash Video"),
        "ogg": Container("Ogg"),
        "mxf": Container("MXF"),
        "nut": Container("NUT"),
        "rm": Container("RealMedia"),
    }
)
"""FFmpeg's name of the reader -> the container. No list of other files or addresses is among them."""
RAW = MappingProxyType(
    {
        "h264": "H.264", "hevc": "HEVC", "vvc": "VVC", "mpegvideo": "MPEG video", "m4v": "MPEG-4", "av1": "AV1", "obu": "AV1",
        "ivf": "IVF", "vc1": "VC-1", "h263": "H.263", "h261": "H.261", "dirac": "Dirac", "mjpeg": "MJPEG", "dv": "DV",
        "cavsvideo": "CAVS", "rawvideo": "raw video", "yuv4mpegpipe": "raw video",
    }
)  # fmt: skip
"""The same for a stream of pictures without a container, which has no clock and no index."""
SOUND = frozenset(
    {"mp3", "wav", "w64", "flac", "aac", "ac3", "eac3", "aiff", "amr", "amrnb", "amrwb", "au", "dts", "dtshd", "truehd", "ape",
     "wv", "tta", "mpc", "mpc8", "caf", "voc", "tak", "sbc", "gsm", "shn", "oma", "aa", "aax", "xwma", "loas"}
)  # fmt: skip
PICTURES_NOT_SHOWN = (
    (0, b"8BPS", "Photoshop"), (4, b"jP  ", "JPEG 2000"), (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"), (4, b"JXL ", "JPEG XL"), (0, b"\0\0\1\0", "icon"), (0, b"v/1\1", "EXR"), (0, b"SDPX", "DPX"),
    (0, b"XPDS", "DPX"), (0, b"DDS ", "DDS"),
)  # fmt: skip
"""Where which bytes stand at the head of pictures that nobody here draws."""
DOCUMENTS = (
    (0, b"PK\3\4", "a ZIP archive or an Office document"),
    (0, b"\xd0\xcf\x11\xe0", "an old Office document"), (0, b"MZ", "a program"), (0, b"\x7fELF", "a program"),
    (0, b"Rar!", "an archive"), (0, b"7z\xbc\xaf", "an archive"), (0, b"\x1f\x8b", "an archive"),
)  # fmt: skip


def named_by_head(head: bytes, table: tuple[tuple[int, bytes, str], ...]) -> str:
    """ "" when the head is none of the table's."""
    return next((name for at, magic, name in table if head.startswith(magic, at)), "")


def begins_as_film(head: bytes) -> bool:
    """For a file that no reader can open: the head of a film whose rest, with the index, is not there."""
    return (
        head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide")
        or head.startswith((b"\x1aE\xdf\xa3", b"0&\xb2u\x8ef\xcf\x11", b"FLV\1", b"OggS"))
        or (head.startswith(b"RIFF") and head[8:12] == b"AVI ")
    )


def zeros_at_end(number: int, size: int) -> int:
    """How many bytes at the end are zero, in steps of 4 KiB."""
    end, block = size, bytes(ZERO_BLOCK_BYTES)
    while end >= ZERO_BLOCK_BYTES and os.pread(number, ZERO_BLOCK_BYTES, end - ZERO_BLOCK_BYTES) == block:
        end -= ZERO_BLOCK_BYTES
    return size - end


def is_shorter_than_said(number: int, size: int, container: Container) -> bool:
    """Whether a part of the file's outermost structure, one that holds pictures, goes on behind the file's end."""
    match container.name:
        case "MP4":
            parts = _mp4_parts(number)
        case "Matroska":
            parts = _matroska_parts(number)
        case "AVI":
            parts = _avi_parts(number)
        case "Windows Media":
            parts = _asf_parts(number)
        case _:
            return False
    return any(end > size for end, _ in zip(parts, range(MOST_PARTS), strict=False))


def _mp4_parts(number: int) -> Iterator[int]:
    """Of a film in fragments; what the index of another one says is looked at sample by sample."""
    at, in_fragments = 0, False
    while len(head := os.pread(number, 16, at)) >= 8:
        length, kind = struct.unpack(">I4s", head[:8])
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:], "big")
        elif length == 0:
            return  # to the end of the file, wherever that is
        if length < 8:
            return  # stray bytes behind the film
        at += length
        in_fragments = in_fragments or kind == b"moof"
        if in_fragments and kind in (b"mdat", b"moof"):
            yield at
        if at > LARGEST_OFFSET:
            return


def _matroska_parts(number: int) -> Iterator[int]:
    at = 4
    head = os.pread(number, 1 << 12, 0)
    length, at = _matroska_number(head, at)
    at += length
    if head[at : at + 4] == b"\x18\x53\x80\x67":
        length, at = _matroska_number(head, at + 4)
        if length not in UNKNOWN_SIZES:
            yield at + length


def _matroska_number(data: bytes, at: int) -> tuple[int, int]:
    """A number of Matroska's, and where it ends."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    if length > 8:
        return 0, at + 1
    return int.from_bytes(data[at : at + length], "big") & ((1 << 7 * length) - 1), at + length


def _avi_parts(number: int) -> Iterator[int]:
    """A long one is several RIFFs, one behind the other (OpenDML)."""
    at = 0
    while (head := os.pread(number, 8, at))[:4] == b"RIFF" and len(head) == 8:
        length = int.from_bytes(head[4:], "little")
        if length in (0, 0xFFFFFFFF):
            return  # a live recorder knew no size
        at += 8 + length
        yield at
        at += at % 2


def _asf_parts(number: int) -> Iterator[int]:
    at = 0
    while len(head := os.pread(number, 24, at)) == 24:
        length = int.from_bytes(head[16:], "little")
        if length < 24:
            return  # a live recorder knew no size
        at += length
        yield at
