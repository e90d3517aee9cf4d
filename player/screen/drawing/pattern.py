"""The test pattern: what shows that every pixel of the panel is driven, in its place and in its colour.

Knows: bars, ramp, grid, circle, corner marks. Touches nothing.
Must not: know about X, windows or time.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from player.screen.drawing.colours import BLACK, INK, Colour
from player.screen.drawing.picture import inset
from player.screen.drawing.text import write_text

BARS: tuple[Colour, ...] = (
    (255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255), BLACK,
)  # fmt: skip


def draw_test_pattern(width: int, height: int, panel: str) -> Image.Image:
    """Bars, a ramp of greys, a grid, a frame of one pixel, marks in the corners, a circle, the size in pixels."""
    canvas = Image.new("RGB", (width, height), BLACK)
    pen = ImageDraw.Draw(canvas)
    ramp = height * 3 // 4
    for n, colour in enumerate(BARS):
        pen.rectangle((width * n // 8, 0, width * (n + 1) // 8 - 1, ramp - 1), fill=colour)
    for n in range(16):
        grey = n * 17
        pen.rectangle((width * n // 16, ramp, width * (n + 1) // 16 - 1, height), fill=(grey, grey, grey))
    step = max(8, round(min(width, height) / 9))
    for x in range(width // 2 % step, width, step):
        pen.line((x, 0, x, height), fill=(96, 96, 96))
    for y in range(height // 2 % step, height, step):
        pen.line((0, y, width, y), fill=(96, 96, 96))
    radius = min(width, height) * 0.46
    centre = (width / 2, height / 2)
    thin = max(1, min(width, height) // 240)
    ring = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    pen.ellipse(ring, outline=BLACK, width=thin * 3)
    pen.ellipse(ring, outline=INK, width=thin)
    half = (round(width * 0.3), round(height * 0.18))
    plate = (width // 2 - half[0], height // 2 - half[1], width // 2 + half[0], height // 2 + half[1])
    pen.rectangle(plate, fill=BLACK, outline=INK, width=thin)
    write_text(canvas, f"{panel}\n{width} × {height}", inset(plate, 0.06), INK)
    _corner_marks(pen, width, height)
    return canvas


def _corner_marks(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """A frame of one pixel, each corner in a colour of its own: a lost row or column, a mirrored picture is seen."""
    arm, thick = max(6, min(width, height) // 10), max(2, min(width, height) // 60)
    corners = {(0, 0): (255, 0, 0), (1, 0): (0, 255, 0), (0, 1): (0, 0, 255), (1, 1): (255, 255, 0)}
    for outline in (1, 0):
        for (right, low), colour in corners.items():
            x, y = right * (width - arm), low * (height - arm)
            edge_x, edge_y = right * (width - thick), low * (height - thick)
            for left, top, wide, tall in ((x, edge_y, arm, thick), (edge_x, y, thick, arm)):
                box = (left - outline, top - outline, left + wide - 1 + outline, top + tall - 1 + outline)
                pen.rectangle(box, fill=BLACK if outline else colour)
        if outline:
            pen.rectangle((0, 0, width - 1, height - 1), outline=INK, width=1)
