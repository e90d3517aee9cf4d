"""The test pattern: what shows that every pixel of the panel is driven, in its place and in its colour.

Knows: bars, ramp, grid, circle, corner marks. Touches nothing.
Must not: know about X, windows or time.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from player.screen.drawing.colours import BLACK, INK, Colour
from player.screen.drawing.picture import Box, inset
from player.screen.drawing.text import fits, write_text

BARS: tuple[Colour, ...] = (
    (255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255), BLACK,
)  # fmt: skip
CELLS, FEW_CELLS = 8, 4
"""Squares of the grid along the shorter side; FEW_CELLS where that side is lower than FEW_BELOW_PX."""
FEW_BELOW_PX = 128
LEAST_PX = 48
"""Below this the plate needs nearly all of the region."""
LINE_PART = 480
"""A line of the grid is this part of the shorter side thick: seen from afar on the largest panel, one pixel on the smallest."""
GRID: Colour = (96, 96, 96)
LONG = 3
"""A panel whose one side is so many times the other has its plate along that side."""


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
    _draw_grid(pen, width, height)
    radius = min(width, height) * 0.46
    centre = (width / 2, height / 2)
    thin = max(1, min(width, height) // 240)
    ring = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    pen.ellipse(ring, outline=BLACK, width=thin * 3)
    pen.ellipse(ring, outline=INK, width=thin)
    plate = _plate(width, height)
    pen.rectangle(plate, fill=BLACK, outline=INK, width=thin)
    inner = inset(plate, 0.06)
    between = "  " if width >= LONG * height else "\n"
    size = f"{width}\u00a0×\u00a0{height}"
    whole = f"{panel}{between}{size}"
    write_text(canvas, whole if fits(whole, inner[2] - inner[0], inner[3] - inner[1]) else size, inner, INK)
    _corner_marks(pen, width, height)
    return canvas


def grid_of(width: int, height: int) -> tuple[int, int]:
    """How far the lines of the grid are apart, and how thick they are."""
    shorter = min(width, height)
    cells = CELLS if shorter >= FEW_BELOW_PX else FEW_CELLS
    return max(4, round(shorter / cells)), max(1, round(shorter / LINE_PART))


def _draw_grid(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """Squares from the middle outwards."""
    step, thick = grid_of(width, height)
    for x in range(width // 2 % step, width, step):
        pen.rectangle((x - thick // 2, 0, x - thick // 2 + thick - 1, height), fill=GRID)
    for y in range(height // 2 % step, height, step):
        pen.rectangle((0, y - thick // 2, width, y - thick // 2 + thick - 1), fill=GRID)


def _plate(width: int, height: int) -> Box:
    """Where name and size stand: in the middle, inside the circle where that is large enough."""
    shorter = min(width, height)
    wide, tall = (0.42, 0.3) if shorter < LEAST_PX else (0.36, 0.2) if shorter < FEW_BELOW_PX else (0.3, 0.18)
    if width >= LONG * height:
        tall = 0.3
    half = round(width * wide), round(height * tall)
    return width // 2 - half[0], height // 2 - half[1], width // 2 + half[0], height // 2 + half[1]


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
