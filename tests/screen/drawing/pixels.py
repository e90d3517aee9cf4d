"""What the tests of the drawn pictures share: their pixels, and colours that are nearly the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from player.screen.drawing.picture import Picture


def rgb(drawn: Picture) -> NDArray[np.uint8]:
    """Height x width x (red, green, blue)."""
    assert len(drawn.bgrx) == drawn.width * drawn.height * 4
    return np.frombuffer(drawn.bgrx, np.uint8).reshape(drawn.height, drawn.width, 4)[:, :, 2::-1]


def near(pixel: NDArray[np.uint8], colour: tuple[int, int, int], within: int = 12) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= within)
