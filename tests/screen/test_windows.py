"""Where the region lies on the screen, and what of the screen lies around it: arithmetic alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.screen.windows import SMALLEST_REGION_PX, borders_around, clip_region

SIZE = (100, 60)


@pytest.mark.parametrize(
    ("region", "clipped"),
    [
        ((0, 0, 100, 60), (0, 0, 100, 60)),
        ((10, 5, 40, 30), (10, 5, 40, 30)),
        ((60, 20, 100, 100), (60, 20, 40, 40)),
        ((90, 0, 100, 60), (0, 0, 100, 60)),
        ((500, 500, 10, 10), (0, 0, 100, 60)),
    ],
    ids=["whole", "inside", "over the edge", "next to nothing left", "outside"],
)
def test_a_region_is_cut_at_the_edges_of_the_screen(
    region: tuple[int, int, int, int], clipped: tuple[int, int, int, int]
) -> None:
    """What is on the screen is used; a region of which next to nothing is, is a mistake, and the whole screen is used."""
    assert clip_region(region, SIZE) == clipped


@given(st.tuples(st.integers(0, 120), st.integers(0, 80), st.integers(1, 150), st.integers(1, 100)))
def test_region_and_borders_cover_every_pixel_once(region: tuple[int, int, int, int]) -> None:
    """No pixel of the screen is left to what was there before, and none belongs to two windows."""
    clipped = clip_region(region, SIZE)
    assert min(clipped[2:]) >= SMALLEST_REGION_PX
    count = [[0] * SIZE[0] for _ in range(SIZE[1])]
    for x, y, width, height in [clipped, *borders_around(clipped, SIZE)]:
        for row in count[y : y + height]:
            for column in range(x, x + width):
                row[column] += 1
    assert {value for row in count for value in row} == {1}
