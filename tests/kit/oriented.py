"""A picture that tells how it lies: four quarters in colours of their own, two ends in a fifth; and where each point of it
belongs on the panel, by geometry alone. Films of it that say themselves how they are to be turned."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from player.core.geometry import Orientation
from player.core.model import Fit

RED, GREEN, BLUE, WHITE, MAGENTA, BLACK = (
    (220, 20, 20), (20, 200, 20), (20, 20, 220), (235, 235, 235), (210, 20, 210), (0, 0, 0),
)  # fmt: skip
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]
NEAR = 40
"""What a codec and a scaler make of a colour; the nearest two are further apart."""
EVERY_ORIENTATION = [Orientation(turn, mirrored) for mirrored in (False, True) for turn in (0, 90, 180, 270)]
_MATRICES = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def paint(width: int, height: int) -> np.ndarray:
    """Four quarters, each in a colour of its own, and a magenta tenth at the left and the right end."""
    picture = np.zeros((height, width, 3), np.uint8)
    half_w, half_h, end = width // 2, height // 2, width // 10
    picture[:half_h, :half_w], picture[:half_h, half_w:] = RED, GREEN
    picture[half_h:, :half_w], picture[half_h:, half_w:] = BLUE, WHITE
    picture[:, :end] = picture[:, width - end :] = MAGENTA
    return picture


def expected(
    picture: np.ndarray,
    fit: Fit,
    orientation: Orientation,
    size: tuple[int, int],
    point: tuple[float, float],
    aspect: float = 1.0,
) -> Colour:
    """The colour at a point of a region of this size. orientation: the picture's and the panel's together.

    aspect: how much wider than tall a stored pixel is.
    """
    tall, wide = picture.shape[:2]
    u, v = point[0] / size[0] - 0.5, point[1] / size[1] - 0.5
    u, v = {0: (u, v), 90: (v, -u), 180: (-u, -v), 270: (-v, u)}[orientation.turn]
    stored = orientation.stored_size(*size)
    scales = stored[0] / (wide * aspect), stored[1] / tall
    if fit is not Fit.STRETCH:
        scales = (min(scales),) * 2 if fit is Fit.CONTAIN else (max(scales),) * 2
    column, row = u * stored[0] / (scales[0] * aspect) + wide / 2, v * stored[1] / scales[1] + tall / 2
    if orientation.mirrored:
        column = wide - column
    if not (0 <= column < wide and 0 <= row < tall):
        return BLACK
    red, green, blue = (int(value) for value in picture[int(row), int(column)])
    return red, green, blue


Sure = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Points of a region, their columns, their rows, and the colour of each."""


def sure_points(
    picture: np.ndarray,
    fit: Fit,
    orientation: Orientation,
    size: tuple[int, int],
    *,
    aspect: float = 1.0,
    step: int = 12,
) -> Sure:
    """A grid over a region of this size with what geometry says; points near an edge of two colours do not count."""
    found: list[tuple[int, int, Colour]] = []
    for y in range(4, size[1], step):
        for x in range(4, size[0], step):
            around = {
                expected(picture, fit, orientation, size, (x + i, y + j), aspect)
                for i in (-4, 0, 4)
                for j in (-4, 0, 4)
            }
            if len(around) == 1:
                found.append((x, y, around.pop()))
    columns, rows, colours = zip(*found, strict=True)
    return np.array(columns), np.array(rows), np.array(colours)


def wrong_points(screen: np.ndarray, sure: Sure, region: Box) -> list[str]:
    """Where the screen (height x width x RGB) is not what geometry says."""
    left, top, width, height = region
    columns, rows, colours = sure
    got = screen[top + rows, left + columns]
    far = np.abs(got.astype(int) - colours).max(1) > NEAR
    wrong = [
        f"{x},{y}: {tuple(seen.tolist())} instead of {tuple(wanted.tolist())}"
        for x, y, seen, wanted in zip(columns[far], rows[far], got[far], colours[far], strict=True)
    ]
    outside = screen.copy()
    outside[top : top + height, left : left + width] = 0
    if outside.max() > 0:
        wrong.append("something is lit outside the region")
    return wrong


def orient_film(film: Path, orientation: Orientation, width: int, height: int) -> None:
    """Writes a display matrix into an MP4's first track, as a telephone does that is held so."""
    data = bytearray(film.read_bytes())
    head = data.find(b"tkhd") + 4
    times_bytes = 32 if data[head] == 1 else 20
    a, b, c, d = _MATRICES[orientation.turn]
    if orientation.mirrored:
        a, b = -a, -b
    corners = [(p * a + q * c, p * b + q * d) for p in (0, width) for q in (0, height)]
    x, y = -min(corner[0] for corner in corners), -min(corner[1] for corner in corners)
    fixed = [number << 16 for number in (a, b, c, d, x, y)]
    matrix = (fixed[0], fixed[1], 0, fixed[2], fixed[3], 0, fixed[4], fixed[5], 1 << 30)
    struct.pack_into(">9i", data, head + 4 + times_bytes + 16, *matrix)
    film.write_bytes(data)
