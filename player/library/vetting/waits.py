"""How long a film's picture stands still, because the clock of its recording jumps ahead.

Knows: what VLC makes of such a clock, and what the panel takes for a decoder that hangs. Touches: the open film, reading
it whole. Must not: judge the film (trial.py does).
"""

from __future__ import annotations

import math
import os

from player.base.stream_clock import steps_of
from player.core.kinds import traits_of
from player.core.model import MediaKind

READ_BYTES = 256 << 20
"""A transport or program stream up to this size is searched: half a second of processor time."""
JUMP_S = 2.0
"""Less is no jump: a recorder may have written no clock for so long."""
WAITED_FOR_S = 60.0
"""VLC waits until its own clock has come to one that jumped ahead by less; a longer jump it takes for a new beginning
(CR_MAX_GAP; seen with jumps of 3, 12 and 70 s, VLC 3.0.24, 2026-11-26)."""
STANDS_MOST_S = (traits_of(MediaKind.VIDEO).stall_limit_s or math.inf) - 0.5
"""A film that stands still for longer is taken for a decoder that hangs; the wait is a little longer than the jump."""


def longest_wait(number: int, rate: float | None) -> float | None:
    """number: the open transport or program stream. rate: its pictures a second. None: it never waits. Raises OSError."""
    if os.fstat(number).st_size > READ_BYTES:
        return None
    least_s = JUMP_S + 1 / (rate or 25.0)  # a film of a picture every five seconds has no more clocks than that
    return max((round(step_s, 2) for step_s in steps_of(number) if least_s < step_s <= WAITED_FOR_S), default=None)
