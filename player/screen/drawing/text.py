"""Text in a box: the largest letters with which it fits, centred.

Knows: where the lines and the letters of a text stand. Touches nothing; libfribidi0 orders Arabic letters.
Must not: know what the text is for.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from player.base.text import drawable
from player.screen.drawing.colours import Colour
from player.screen.drawing.fonts import EMOJI_FONT, EMOJI_STRIKE_PX, advance, font_at, measure, runs_of, script_of
from player.screen.drawing.picture import Box
from player.screen.drawing.wrap import LINE_HEIGHT, fit_text, reads_right_to_left

TALL_SCRIPTS = {"Javanese", "Balinese", "Sundanese", "Thai", "Khmer", "Myanmar", "Tibetan", "Telugu", "Tamil"}
TALL_LINE_HEIGHT = 1.75
"""These scripts put signs above and below their letters."""
SMALLEST_PX = 8
"""Letters below this are no longer read on an LED panel, whose pixels are its letters' strokes."""


def write_text(canvas: Image.Image, text: str, box: Box, ink: Colour, largest: int = 4096) -> None:
    """`text` in the largest letters that fit the box, centred in it."""
    text = drawable(text)
    width, height = box[2] - box[0], box[3] - box[1]
    if not text or width < 2 or height < 2:
        return
    leading = TALL_LINE_HEIGHT if any(script_of(char) in TALL_SCRIPTS for char in set(text)) else LINE_HEIGHT
    fitted = fit_text(text, width, height, measure, min(SMALLEST_PX, height), largest, leading)
    top = box[1] + (height - fitted.size * leading * len(fitted.lines)) / 2
    write_lines(canvas, fitted.lines, (box[0] + box[2]) / 2, top, fitted.size, leading, ink)


def write_lines(
    canvas: Image.Image, lines: Sequence[str], centre: float, top: float, size: int, leading: float, ink: Colour
) -> None:
    """Lines of one letter size, one below the other from `top` on, each centred."""
    for n, line in enumerate(lines):
        # Letters stand on a base line a good quarter above the bottom of their line.
        base = top + (n + 0.5) * size * leading + size * 0.36
        _write_line(canvas, line, centre, base, size, ink)


def _write_line(canvas: Image.Image, line: str, centre: float, base: float, size: int, ink: Colour) -> None:
    draw_line(canvas, line, centre - measure(line) * size / 2, base, size, ink)


def draw_line(canvas: Image.Image, line: str, left: float, base: float, size: int, ink: Colour) -> None:
    """The line from `left` on, in letters of this size, whose base line is at `base`; no more than that is measured."""
    runs = list(runs_of(line))
    if reads_right_to_left(line):
        runs.reverse()
    x, pen = left, ImageDraw.Draw(canvas)
    for text, path in runs:
        if path.endswith(EMOJI_FONT):
            tile = _emoji(text, path, size)
            canvas.paste(tile, (round(x), round(base - size * 0.92)), tile)
        else:
            pen.text((x, base), text, fill=ink, font=font_at(path, size), anchor="ls")
        x += advance(text, path) * size


def _emoji(text: str, path: str, size: int) -> Image.Image:
    font = font_at(path, EMOJI_STRIKE_PX)
    wide = max(1, round(font.getlength(text)))
    tile = Image.new("RGBA", (wide, round(EMOJI_STRIKE_PX * LINE_HEIGHT)))
    ImageDraw.Draw(tile).text((0, EMOJI_STRIKE_PX * 0.92), text, font=font, anchor="ls", embedded_color=True)
    scale = size / EMOJI_STRIKE_PX
    return tile.resize(
        (max(1, round(tile.width * scale)), max(1, round(tile.height * scale))), Image.Resampling.LANCZOS
    )
