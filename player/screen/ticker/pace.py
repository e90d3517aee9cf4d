"""The pace of the running text: every step the same number of pixels, in time with the screen.

Knows: how a speed in pixels a second becomes whole pixels at the screen's rate. Touches nothing. Must not: wait, or draw.
"""

from __future__ import annotations

from dataclasses import dataclass

USUAL_HZ = 60.0
"""For a screen that does not tell its rate (a virtual one)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`pixels` at every so manieth picture of the screen, which comes every `step_s`."""

    pixels: int
    every: int
    step_s: float


def pace_of(widths_a_minute: float, along: int, hz: float | None) -> Pace:
    """The nearest speed that is smooth: slower than a pixel for each picture of the screen, a step leaves some out."""
    rate = hz or USUAL_HZ
    wanted = widths_a_minute * along / 60 / rate
    every = 1 if wanted >= 1 else max(1, round(1 / wanted))
    return Pace(max(1, round(wanted * every)), every, every / rate)
