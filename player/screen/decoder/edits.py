"""Whether an MP4 or MOV was trimmed without being encoded anew: its edit list leaves pictures out that are still in the file.

Knows: the boxes of ISO/IEC 14496-12 that lead to an edit list. Touches: the open file, reading heads of boxes only.
Must not: trust a size or a count: it reads at most MOST_BOXES heads and MOST_EDITS edits, whatever the file says.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

MOST_BOXES = 2000
MOST_EDITS = 64
REORDERING_S = 0.25
"""Every film with B-frames has an edit that begins one or two pictures late: that leaves nothing out."""
CONTAINERS = frozenset({b"moov", b"trak", b"edts", b"mdia"})
EMPTY = -1
"""The media time of an edit that shows nothing for a while."""


def is_trimmed(film: int) -> bool:
    """Whether any track begins later than its first picture, or leaves something out in the middle."""
    try:
        return any(_leaves_out(edits, timescale) for edits, timescale in _tracks(film))
    except (OSError, struct.error):
        return False  # VLC says what is wrong with it


def _leaves_out(edits: list[int], timescale: int) -> bool:
    shown = [begin for begin in edits if begin != EMPTY]
    return len(shown) > 1 or any(begin > REORDERING_S * timescale for begin in shown)


def _tracks(film: int) -> Iterator[tuple[list[int], int]]:
    """Each track's edits (where each begins in the media) and the ticks of a second of its media."""
    edits: list[int] = []
    timescale = 0
    for kind, at, end in _boxes(film):
        if kind == b"trak":
            if timescale:
                yield edits, timescale
            edits, timescale = [], 0
        elif kind == b"elst":
            edits = list(_edits(film, at, end))
        elif kind == b"mdhd":
            version = os.pread(film, 1, at)
            (timescale,) = struct.unpack(">I", os.pread(film, 4, at + (20 if version == b"\1" else 12)))
    if timescale:
        yield edits, timescale


def _boxes(film: int) -> Iterator[tuple[bytes, int, int]]:
    """Every box on the way to an edit list, in the file's order: its kind, and where its body begins and ends."""
    spans = [(0, os.fstat(film).st_size)]
    for _ in range(MOST_BOXES):
        if not spans:
            return
        at, end = spans.pop()
        head = os.pread(film, 16, at)
        if len(head) < 8 or at + 8 > end:
            continue
        size, kind = struct.unpack(">I4s", head[:8])
        body = at + 8
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack(">Q", head[8:])
            body = at + 16
        next_at = end if size == 0 else at + size
        if not body <= next_at <= end:
            continue
        spans.append((next_at, end))
        yield kind, body, next_at
        if kind in CONTAINERS:
            spans.append((body, next_at))


def _edits(film: int, at: int, end: int) -> Iterator[int]:
    version, count = struct.unpack(">B3xI", os.pread(film, 8, at))
    entry, place = (20, ">8xq") if version == 1 else (12, ">4xi")
    for number in range(min(count, MOST_EDITS)):
        edit = at + 8 + number * entry
        if edit + entry > end:
            return
        (begin,) = struct.unpack(place, os.pread(film, struct.calcsize(place), edit))
        yield begin
