"""The kinds of item: what each one is like, in one table, so that nothing else in the core asks for a kind by its name.

Knows: the traits of each kind. Touches nothing. Must not: decide.

To add a kind: a member of `MediaKind` (model.py) and its row here; mypy says so when the row is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from player.core.model import MediaKind


@dataclass(frozen=True, slots=True)
class Traits:
    """What the director must know of a kind of item.

    ends_by_itself: it is on screen until its own end; else for its `show_s`. moves: a picture that stands still is a fault.
    has_sound: the volume matters. uses_hardware: a graphics chip may decode it, and fail at it where the software would not.
    waits_suspended: its decoder is suspended from the cue to its turn.
    fails_by_others: its failures are the network's or a server's, which pass, and not its content's.
    cue_limit_s: so long its first frame may take. stall_limit_s: so long its picture may stand still; None: for ever.
    """

    ends_by_itself: bool
    moves: bool
    has_sound: bool
    uses_hardware: bool
    waits_suspended: bool
    fails_by_others: bool
    cue_limit_s: float
    stall_limit_s: float | None


VIDEO = Traits(
    ends_by_itself=True, moves=True, has_sound=True, uses_hardware=True, waits_suspended=True,
    fails_by_others=False,
    cue_limit_s=10.0,
    stall_limit_s=4.0,  # media time moves in steps of 0.25 s
)  # fmt: skip
IMAGE = Traits(
    ends_by_itself=False, moves=False, has_sound=False, uses_hardware=False, waits_suspended=True,
    fails_by_others=False, cue_limit_s=10.0, stall_limit_s=None,
)  # fmt: skip
STREAM = Traits(
    ends_by_itself=False, moves=True, has_sound=True, uses_hardware=True,
    waits_suspended=False,  # its sender would not wait
    fails_by_others=True,
    cue_limit_s=15.0,  # a network's time is added
    stall_limit_s=15.0,
)  # fmt: skip


def traits_of(kind: MediaKind) -> Traits:
    match kind:
        case MediaKind.VIDEO:
            return VIDEO
        case MediaKind.IMAGE:
            return IMAGE
        case MediaKind.STREAM:
            return STREAM
        case _ as never:
            assert_never(never)
