"""The orientation of pictures, as values."""

from __future__ import annotations

import numpy as np
import pytest

from player.core.geometry import BY_EXIF, UPRIGHT, Orientation
from tests.kit.oriented import EVERY_ORIENTATION

EXIF_FIRST_ROW_AND_COLUMN = {
    1: ("top", "left"), 2: ("top", "right"), 3: ("bottom", "right"), 4: ("bottom", "left"),
    5: ("left", "top"), 6: ("right", "top"), 7: ("right", "bottom"), 8: ("left", "bottom"),
}  # fmt: skip
"""EXIF 2.3, tag 274: on which side of the seen picture the first stored row and the first stored column lie."""


def seen(stored: np.ndarray, orientation: Orientation) -> np.ndarray:
    """By numpy: mirrored left to right, then turned clockwise."""
    return np.rot90(stored[:, ::-1] if orientation.mirrored else stored, -orientation.turn // 90)


@pytest.mark.parametrize("number", EXIF_FIRST_ROW_AND_COLUMN)
def test_exif_numbers_mean_what_the_standard_says(number: int) -> None:
    """The first stored row and column come to lie on the sides that EXIF names."""
    stored = np.zeros((4, 6), int)
    stored[0] = 1
    stored[:, 0] += 2
    picture = seen(stored, BY_EXIF[number])
    sides = {"top": picture[0], "bottom": picture[-1], "left": picture[:, 0], "right": picture[:, -1]}
    row, column = EXIF_FIRST_ROW_AND_COLUMN[number]
    assert (sides[row] & 1).all()
    assert (sides[column] & 2).all()


def test_the_eight_orientations_are_all_there_are() -> None:
    """EXIF's table holds each once, and turning one on a turned panel gives another of the eight."""
    assert set(BY_EXIF.values()) == set(EVERY_ORIENTATION)
    for orientation in EVERY_ORIENTATION:
        assert {orientation.then_turned(degrees) for degrees in (0, 90, 180, 270)} == {
            each for each in EVERY_ORIENTATION if each.mirrored == orientation.mirrored
        }


@pytest.mark.parametrize("orientation", EVERY_ORIENTATION, ids=str)
@pytest.mark.parametrize("panel", [0, 90, 180, 270])
def test_a_turned_panel_turns_the_upright_picture(orientation: Orientation, panel: int) -> None:
    """First the picture's own orientation, then the panel's; the stored size is that of the array."""
    stored = np.arange(24).reshape(4, 6)
    both = orientation.then_turned(panel)
    picture = seen(stored, both)
    assert (picture == np.rot90(seen(stored, orientation), -panel // 90)).all()
    assert both.stored_size(picture.shape[1], picture.shape[0]) == (6, 4)
    assert both.swaps_sides == (picture.shape != stored.shape)
    assert UPRIGHT.then_turned(panel).turn == panel
