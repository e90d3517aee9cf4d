"""Whether a film says that not all of it is to be shown as it lies in the file: an edit list, or ordered chapters.

Knows: the boxes of ISO/IEC 14496-12 that lead to an MP4's edit list, which leaves pictures out that are still in the file; the
chapters of Matroska that are an order of parts, its own or another film's (RFC 9559). Touches: the open file, reading heads of
boxes, or its begin and end. Must not: trust a size or a count: it reads at most MOST_BOXES heads and MOST_EDITS edits,
whatever the file says.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator

MOST_BOXES = 2000
MOST_EDITS = 64
REORDERING_S = 0.25
"""Every film with B-frames has an edit that begins one or two pictures late: that leaves nothing out."""
CONTAINERS = frozenset({b"moov", b"trak", b"edts", b"mdia"})
EMPTY = -1
"""The media time of an edit that shows nothing for a while."""


CHAPTERS_WITHIN = 256 << 10
"""Bytes from the begin or the end of a Matroska."""
ORDERED = re.compile(rb"(?<!\x53\xab\x84)\x10\x43\xa7\x70.{,200}?\x45\xdd(?:\x81|\x40\x01|\x01\0{6}\x01)[^\0]", re.S)
"""Chapters (and not only their place in the list of places) whose edition has its flag `ordered` set."""


def is_ordered(film: int) -> bool:
    """Whether the chapters of a Matroska say which parts are shown in which order."""
    try:
        size = os.fstat(film).st_size
        begins = (0, max(CHAPTERS_WITHIN, size - CHAPTERS_WITHIN))
        return any(ORDERED.search(os.pread(film, CHAPTERS_WITHIN, begin)) for begin in begins)
    except OSError:
        return False  # VLC says what is wrong with it


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
