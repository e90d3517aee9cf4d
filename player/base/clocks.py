"""The two clocks of one moment, and how far the wall clock is believed.

Knows: what a moment is. Touches nothing. Must not: read a clock (the daemon does).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Now:
    """Both clocks at one moment: `wall` is aware (UTC), `mono` are seconds of a clock that never steps."""

    wall: datetime
    mono: float


class ClockTrust(StrEnum):
    """How far the wall clock is believed."""

    SYNCED = "synced"
    PLAUSIBLE = "plausible"
    BAD = "bad"


def later(wall: datetime, seconds: float) -> datetime | None:
    """So many seconds after `wall`; None: beyond the calendar (year 9999)."""
    try:
        return wall + timedelta(seconds=seconds)
    except (OverflowError, ValueError):  # ValueError: not a number
        return None


def local(wall: datetime, zone: tzinfo) -> datetime:
    """The moment in the zone; at the calendar's end, where the zone would be in the year 10000, as it is."""
    try:
        return wall.astimezone(zone)
    except OverflowError:
        return wall
