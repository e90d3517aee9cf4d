"""Pruning: which segments go, and when.

Knows: ages, what the office has, how much room is left. Touches: removes whole segments, through base/disk.py.
Must not: take away what the office does not have while there is any other way; touch the segment that is written to.
"""

from __future__ import annotations

import itertools
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player.base.clocks import ClockTrust
from player.base.disk import Disk
from player.journal.reading import StoredRecord, list_segments, read_segment

log = logging.getLogger(__name__)

MIB = 1 << 20
NEEDED_BYTES, NEEDED_SHARE = 256 * MIB, 0.025
"""A quarter of what raises disk.low, on a large disk and on a small one: below it acknowledged segments make room."""
LAST_BYTES = 16 * MIB
"""The last reserve: only below it do records go that the office does not have."""


def prune(folder: Path, acknowledged: int, keep_days: int, now: tuple[datetime, ClockTrust], disk: Disk) -> list[Path]:
    """Removes what may go and should; returns it. now: the wall clock and how far it is believed. Raises OSError."""
    segments = list_segments(folder)
    closed = [(path, following - 1) for (_, path), (following, _) in itertools.pairwise(segments)]
    needed = min(NEEDED_BYTES, round(disk.total_bytes(folder) * NEEDED_SHARE))
    gone: list[Path] = []
    for path, last in closed:
        has_it = last <= acknowledged
        free = disk.free_bytes(folder)
        if has_it and (free < needed or _is_old(path, keep_days, now)):
            log.info("%s: the office has these records; removed", path.name)
        elif not has_it and free < LAST_BYTES:
            log.error("%s: removed although the office does not have these records: the disk is full", path.name)
        else:
            break  # only ever the oldest, so that what is left has no hole
        disk.remove(path)
        gone.append(path)
    if gone:
        disk.sync_folder(folder)
    return gone


def _is_old(path: Path, keep_days: int, now: tuple[datetime, ClockTrust]) -> bool:
    """A clock that is not believed makes nothing old."""
    wall, trust = now
    if trust is ClockTrust.BAD:
        return False
    ends = [stored.record.ends for stored in read_segment(path) if isinstance(stored, StoredRecord)]
    return wall.astimezone(UTC) - max(ends, default=wall) > timedelta(days=keep_days)
