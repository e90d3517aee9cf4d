"""A picture as X11 takes it, and the turning of a picture with the panel.

Knows: the order of the bytes of a pixel. Touches nothing.
Must not: know about X, windows or what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from player.core.geometry import UPRIGHT, Orientation

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom lie outside."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Raw pixels for X11: four bytes a pixel (blue, green, red, unused), row by row, no padding."""

    width: int
    height: int
    bgrx: bytes


TRANSPOSITIONS = {
    Orientation(90): Image.Transpose.ROTATE_270,  # Pillow counts the other way round
    Orientation(180): Image.Transpose.ROTATE_180,
    Orientation(270): Image.Transpose.ROTATE_90,
    Orientation(0, mirrored=True): Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation(90, mirrored=True): Image.Transpose.TRANSVERSE,
    Orientation(180, mirrored=True): Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation(270, mirrored=True): Image.Transpose.TRANSPOSE,
}
"""What Pillow calls each orientation but the upright one."""


def oriented(canvas: Image.Image, orientation: Orientation) -> Image.Image:
    return canvas if orientation == UPRIGHT else canvas.transpose(TRANSPOSITIONS[orientation])


def turned(canvas: Image.Image, rotation: int) -> Image.Image:
    """rotation: degrees clockwise, 0, 90, 180 or 270."""
    return oriented(canvas, UPRIGHT.then_turned(rotation))


def to_picture(canvas: Image.Image) -> Picture:
    return Picture(canvas.width, canvas.height, canvas.tobytes("raw", "BGRX"))


def inset(box: Box, share: float) -> Box:
    """The box without a margin of this share of its shorter side."""
    by = max(2, round(min(box[2] - box[0], box[3] - box[1]) * share))
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by
