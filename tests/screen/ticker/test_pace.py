"""The pace: whole pixels in time with the screen, near the speed that is wanted, and never uneven."""

from __future__ import annotations

import pytest

from player.screen.ticker.pace import pace_of


@pytest.mark.parametrize(
    ("widths", "along", "hz", "pixels", "every"),
    [
        (6, 1280, 60.0, 2, 1), (6, 3840, 60.0, 6, 1), (6, 1920, 50.0, 4, 1), (6, 192, 60.0, 1, 3), (6, 384, 60.0, 1, 2),
        (0.1, 200, 60.0, 1, 180), (60, 7680, 30.0, 256, 1), (6, 960, None, 2, 1),
    ],
)  # fmt: skip
def test_a_speed_is_whole_pixels_at_the_screens_rate(
    widths: float, along: int, hz: float | None, pixels: int, every: int
) -> None:
    """A small panel moves one pixel and leaves pictures of the screen out, evenly; a large one several at each."""
    pace = pace_of(widths, along, hz)
    assert (pace.pixels, pace.every) == (pixels, every)
    assert pace.step_s == pytest.approx(every / (hz or 60))


@pytest.mark.parametrize("along", [192, 384, 960, 1280, 3840])
def test_the_speed_is_near_the_one_that_is_wanted(along: int) -> None:
    """At the usual six widths a minute no panel is off by more than a quarter."""
    pace = pace_of(6, along, 60.0)
    assert pace.pixels / pace.step_s == pytest.approx(6 * along / 60, rel=0.25)
