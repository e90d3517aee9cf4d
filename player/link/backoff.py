"""How long to wait before the next attempt to reach the broker.

Knows: the bounds of mqtt.md, "How the link behaves". Pure: chance is passed in.
Must not: sleep.
"""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = (2.0, 10.0)
LAST_S = (60.0, 180.0)
STEPS = 5
"""After so many failures in a row the wait has reached LAST_S; it doubles on the way."""


def bounds_s(failures: int) -> tuple[float, float]:
    """The shortest and longest wait after `failures` failures in a row (0: the first wait)."""
    if failures >= STEPS:
        return LAST_S
    return min(FIRST_S[0] * 2**failures, LAST_S[0]), min(FIRST_S[1] * 2**failures, LAST_S[1])


def wait_s(failures: int, chance: Callable[[float, float], float]) -> float:
    """A wait anywhere between the bounds, so that a thousand panels do not come back in the same second."""
    return chance(*bounds_s(failures))
