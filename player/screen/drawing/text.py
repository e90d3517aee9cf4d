"""Text in a box: the largest letters with which it fits, centred.

Knows: where the lines and the letters of a text stand. Touches nothing; libfribidi0 orders Arabic letters.
Must not: know what the text is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, features

from player.base.text import drawable
from player.screen.drawing.colours import Colour
from player.screen.drawing.fonts import (
    EMOJI_FONT,
    EMOJI_STRIKE_PX,
    HINTED_BELOW_PX,
    MARKS,
    advance,
    font_at,
    hinted_face,
    hinted_font,
    measure,
    reach,
    runs_of,
    script_of,
    without_missing,
)
from player.screen.drawing.picture import Box
from player.screen.drawing.wrap import (
    LINE_HEIGHT,
    Fitted,
    Letters,
    break_lines,
    fit_pages,
    fit_text,
    reads_right_to_left,
)

TALL_SCRIPTS = {"Javanese", "Balinese", "Sundanese", "Thai", "Khmer", "Myanmar", "Tibetan", "Telugu", "Tamil"}
TALL_LINE_HEIGHT = 1.75
"""These scripts put signs above and below their letters."""
SMALLEST_PX = 8
"""Letters below this are no longer read on an LED panel, whose pixels are its letters' strokes."""
SMALLEST_OTHER_PX = 12
"""Of scripts without a face for few pixels; less shows spots, not letters."""
CAPITALS = 0.73
"""The height of capitals and digits in letter sizes."""
CAPITALS_LEADING = 1.02
"""Lines of capitals have no tails, and need no room for them."""


@dataclass(frozen=True, slots=True)
class SetText:
    """A text as it is set: its pages, one always. capitals: its lines stand close."""

    pages: list[Fitted]
    letters: Letters


def letters_for(text: str, *, capitals: bool = False) -> Letters:
    """The measures for a text: wider lines where its script stands tall, narrower ones for capitals."""
    if any(script_of(char) in TALL_SCRIPTS for char in set(text)):
        above, below = reach(text.replace("\n", " "))
        tall = max(TALL_LINE_HEIGHT, above + below + 0.1)
        return Letters(measure, lambda size: tall)
    if capitals:
        return Letters(measure, lambda size: CAPITALS_LEADING if size >= HINTED_BELOW_PX else 1.0)
    return Letters(measure, lambda size: LINE_HEIGHT if size >= HINTED_BELOW_PX else (size + 1) / size)


def legible(text: str) -> str:
    """What is drawn of a text: no control characters, nothing that would be an empty box."""
    return without_missing(drawable(text))


def smallest_px(text: str) -> int:
    """The smallest letters in which this text is still read."""
    plain = all(hinted_face(char, SMALLEST_PX) for char in set(text) if not char.isspace())
    return SMALLEST_PX if plain else SMALLEST_OTHER_PX


@lru_cache(maxsize=4)  # a card asks for its pages' times, then draws them, again and again
def set_pages(
    text: str, width: int, height: int, least: int = 0, largest: int = 4096, *, capitals: bool = False
) -> SetText:
    """`text` in the largest letters that fit, at least `least`; what does not fit goes on, on the next page."""
    text = legible(text)
    letters = letters_for(text, capitals=capitals)
    smallest = min(max(least, smallest_px(text)), max(1, height))
    return SetText(fit_pages(text, max(1, width), height, letters, smallest, largest), letters)


def fits(text: str, width: int, height: int) -> bool:
    """Whether all of the text has room here in letters that are read, without a word being cut for that."""
    text = legible(text)
    size, letters = smallest_px(text), letters_for(text)
    lines = break_lines(text, width / size, letters.at(size), cut_words=False)
    return lines is not None and len(lines) * letters.leading(size) * size <= height


def write_page(canvas: Image.Image, page: Fitted, letters: Letters, box: Box, ink: Colour) -> None:
    """The lines of a page, in the middle of the box."""
    leading = letters.leading(page.size)
    top = box[1] + (box[3] - box[1] - page.size * leading * len(page.lines)) / 2
    write_lines(canvas, page.lines, (box[0] + box[2]) / 2, top, page.size, leading, ink)


def write_text(canvas: Image.Image, text: str, box: Box, ink: Colour, largest: int = 4096) -> int:
    """`text` in the largest letters that fit the box, centred in it. Returns their size; 0: there was nothing to write."""
    text = legible(text)
    width, height = box[2] - box[0], box[3] - box[1]
    if not text or width < 2 or height < 2:
        return 0
    letters = letters_for(text)
    fitted = fit_text(text, width, height, letters, min(smallest_px(text), height), largest)
    write_page(canvas, fitted, letters, box, ink)
    return fitted.size


def write_lines(
    canvas: Image.Image, lines: Sequence[str], centre: float, top: float, size: int, leading: float, ink: Colour
) -> None:
    """Lines of one letter size, one below the other from `top` on, each centred."""
    drop = CAPITALS / 2  # the middle of its capitals is the middle of a line ...
    if leading >= TALL_LINE_HEIGHT:  # ... unless there are signs above and below
        above, below = reach(" ".join(lines))
        drop = (above - below) / 2
    for n, line in enumerate(lines):
        draw_line(
            canvas,
            line,
            centre - measure(line, size) * size / 2,
            top + (n + 0.5) * size * leading + size * drop,
            size,
            ink,
        )


def draw_line(canvas: Image.Image, line: str, left: float, base: float, size: int, ink: Colour) -> None:
    """The line from `left` on, in letters of this size, whose base line is at `base`; no more than that is measured."""
    backwards, line = reads_right_to_left(line), line.strip(MARKS)
    pen = ImageDraw.Draw(canvas)
    if face := hinted_face(line, size):
        pen.fontmode = "1"  # no half lit pixels
        pen.text((round(left), round(base)), line, fill=ink, font=hinted_font(face, size), anchor="ls")
        return
    runs = list(runs_of(line))
    if backwards:
        runs.reverse()
    x, ordered = left, _orders_letters()
    for text, path in runs:
        if path.endswith(EMOJI_FONT):
            tile = _emoji(text, path, size)
            canvas.paste(tile, (round(x), round(base - size * 0.92)), tile)
        else:
            direction = ("rtl" if backwards else "ltr") if ordered and not text.isascii() else None
            pen.text((x, base), text, fill=ink, font=font_at(path, size), anchor="ls", direction=direction)
        x += advance(text, path) * size


@lru_cache(maxsize=1)
def _orders_letters() -> bool:
    """Whether Pillow has the library that knows of directions."""
    return bool(features.check("raqm"))


def _emoji(text: str, path: str, size: int) -> Image.Image:
    font = font_at(path, EMOJI_STRIKE_PX)
    wide = max(1, round(font.getlength(text)))
    tile = Image.new("RGBA", (wide, round(EMOJI_STRIKE_PX * LINE_HEIGHT)))
    ImageDraw.Draw(tile).text((0, EMOJI_STRIKE_PX * 0.92), text, font=font, anchor="ls", embedded_color=True)
    scale = size / EMOJI_STRIKE_PX
    return tile.resize(
        (max(1, round(tile.width * scale)), max(1, round(tile.height * scale))), Image.Resampling.LANCZOS
    )
