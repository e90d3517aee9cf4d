"""The two clocks of one moment, and how far the wall clock is believed.

Knows: what a moment is. Touches nothing. Must not: read a clock (the daemon does).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
