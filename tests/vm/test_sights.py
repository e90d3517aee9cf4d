"""What the VM's stories conclude from a picture of the monitor: made-up pictures, no machine."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vm.guest import Pixels
from tests.vm.sights import CARD, FILMS, name_sight

SIZE = (64, 48)


def picture(*bands: tuple[int, int, int]) -> Pixels:
    """Bands of these colours, one below the other, in the three quarters of the monitor that are judged."""
    height = SIZE[1] * 3 // 4 // len(bands)
    rows = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for at, colour in enumerate(bands):
        rows[at * height : (at + 1) * height] = colour
    return rows


@pytest.mark.parametrize(
    ("bands", "sight"),
    [
        ([FILMS["red"]], "red"),
        ([CARD], "card"),
        ([(0, 0, 0)], "black"),
        ([FILMS["green"], FILMS["red"]], "torn"),
        ([FILMS["green"], (0, 0, 0)], "strange"),
        ([FILMS["green"], (90, 90, 90)], "strange"),
        ([FILMS["green"], FILMS["red"], FILMS["green"], FILMS["red"]], "strange"),
    ],
)
def test_a_picture_is_named(bands: list[tuple[int, int, int]], sight: str) -> None:
    """Two films, one above the other, are a change that was read half drawn; half a film and anything else is strange."""
    assert name_sight(picture(*bands), SIZE) == sight


def test_another_mode_is_the_firmware() -> None:
    """Before the X server the monitor has another size."""
    assert name_sight(np.zeros((400, 720, 3), np.uint8), SIZE) == "firmware"
