"""A text page: a headline, lines below it and QR codes, drawn like the urgent message; more than a screenful is several pages.

Knows: how large letters must be to be read from the road, where headline, lines and code stand. Touches nothing.
Must not: know where the text comes from, or how long a page stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from player.screen.drawing.colours import URGENT as GROUND
from player.screen.drawing.colours import Colour, colour_of, letters_on
from player.screen.drawing.fonts import measure
from player.screen.drawing.picture import Box, inset
from player.screen.drawing.qr import draw_code
from player.screen.drawing.text import SMALLEST_PX, legible, letters_for, write_lines, write_text
from player.screen.drawing.wrap import LINE_HEIGHT, Measure, break_lines, evened, page_end

LEAST_SHARE = 0.078
"""Of the shorter side: the smallest letters. At 100 m a letter must be 25 cm high (1:400, road signs' rule); a panel that is
read from there is at least three metres high."""
LARGEST_SHARE = 0.17
HEADLINE_TO_LINES = 1.45
HEADLINE_SHARE = 0.38
"""Of the height: the most that a headline takes from the lines below it."""
MARGIN_SHARE = 0.06
CODE_SHARES = (0.42, 0.5)
"""Of the longer side: what a code takes from the letters, and what it takes where a small panel has no other room for it."""
NUMBERED_FROM_PX = 150
"""Shorter sides below this have no margin in which the page's number could stand."""
MOST_PAGES = 40


class TextTooLong(Exception):
    """More than anybody reads on a panel; the message says what to do."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """letters: how many there are to read, the headline's too."""

    image: Image.Image
    letters: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """One size for all pages of a text: the letters, where the lines stand, and the lines of each page."""

    size: int
    leading: float
    pages: list[list[str]]


def draw_text_pages(
    headline: str, paragraphs: Sequence[str], addresses: Sequence[str], colour: str, width: int, height: int
) -> list[DrawnPage]:
    """Every page of the text. colour: the ground, as `colour_of` takes it; else the urgent message's. Raises TextTooLong."""
    ground = colour_of(colour) or GROUND
    whole = inset((0, 0, width, height), MARGIN_SHARE)
    alone = not headline and not paragraphs
    shares = (1.0,) if alone else CODE_SHARES
    drawn_codes = {address: _code_of(address, whole, shares) for address in addresses}
    codes = [code for code in drawn_codes.values() if code is not None]
    # An address that has no room as a code is still read as text.
    paragraphs = [*paragraphs, *(address for address, code in drawn_codes.items() if code is None)]
    words = _beside(whole, max(codes, key=lambda code: code.width)) if codes else whole
    if not headline and not paragraphs:
        words = (0, 0, 0, 0)
    layout = _lay_out(headline, paragraphs, words, min(width, height))
    count = max(len(layout.pages), min(len(codes), MOST_PAGES), 1)
    drawn = []
    for number in range(count):
        canvas = Image.new("RGB", (width, height), ground)
        if codes:
            _put_code(canvas, codes[number % len(codes)], whole, alone=words[2] == 0)
        lines = layout.pages[number % len(layout.pages)] if layout.pages else []
        _write_page(canvas, headline, lines, layout, words, letters_on(ground))
        if len(layout.pages) > 1 and min(width, height) >= NUMBERED_FROM_PX:
            _write_number(canvas, f"{number + 1}/{count}", letters_on(ground))
        drawn.append(DrawnPage(canvas, len(headline) + sum(map(len, lines))))
    return drawn


def _code_of(address: str, whole: Box, shares: Sequence[float]) -> Image.Image | None:
    wide, tall = whole[2] - whole[0], whole[3] - whole[1]
    tries = (draw_code(address, int(min(wide, tall, max(wide, tall) * share))) for share in shares)
    return next((code for code in tries if code is not None), None)


def _beside(whole: Box, code: Image.Image) -> Box:
    """What a code leaves: to its left, on a standing panel above it."""
    gap = max(3, code.width // 14)
    if whole[2] - whole[0] >= whole[3] - whole[1]:
        return whole[0], whole[1], whole[2] - code.width - gap, whole[3]
    return whole[0], whole[1], whole[2], whole[3] - code.height - gap


def _put_code(canvas: Image.Image, code: Image.Image, whole: Box, *, alone: bool) -> None:
    middle = ((canvas.width - code.width) // 2, (canvas.height - code.height) // 2)
    if alone:
        canvas.paste(code, middle)
    elif canvas.width >= canvas.height:
        canvas.paste(code, (whole[2] - code.width, middle[1]))
    else:
        canvas.paste(code, (middle[0], whole[3] - code.height))


def _lay_out(headline: str, paragraphs: Sequence[str], box: Box, shorter: int) -> _Layout:
    """The largest letters with which everything fits on one page; else the smallest, on as few pages as they take.

    Raises TextTooLong.
    """
    least = max(SMALLEST_PX + 2, round(shorter * LEAST_SHARE))
    leading = letters_for(" ".join((headline, *paragraphs))).leading(least)
    if not paragraphs:
        return _Layout(least, leading, [[]])
    low, high = least, max(least, round(shorter * LARGEST_SHARE))
    size, fits = least, _one_page(headline, paragraphs, box, least, leading)
    while fits is not None and low <= high:
        tried = (low + high) // 2
        lines = _one_page(headline, paragraphs, box, tried, leading)
        if lines is not None and _headline_fits(headline, box, tried):
            size, fits, low = tried, lines, tried + 1
        else:
            high = tried - 1
    if fits is not None:
        return _Layout(size, leading, [fits])
    room = _room(headline, box, least, leading)
    broken = _broken(paragraphs, box, least, room * MOST_PAGES, cut_words=True)
    pages = [] if broken is None else _paged(broken, room)
    if not pages or len(pages) > MOST_PAGES:
        raise TextTooLong(f"it would be more than {MOST_PAGES} pages on this panel; write less")
    return _Layout(least, leading, pages)


def _one_page(headline: str, paragraphs: Sequence[str], box: Box, size: int, leading: float) -> list[str] | None:
    """The lines of all of it; None: it needs more than one page, or a word more than a line."""
    broken = _broken(paragraphs, box, size, _room(headline, box, size, leading), cut_words=False)
    return None if broken is None else [line for paragraph in broken for line in paragraph]


def _broken(paragraphs: Sequence[str], box: Box, size: int, most: int, *, cut_words: bool) -> list[list[str]] | None:
    """The lines of each paragraph. None: more than so many lines, or a word that is longer than a line and may not be cut."""
    limit = (box[2] - box[0]) / size
    found: list[list[str]] = []
    left = most
    measured = _measure_at(size)
    for paragraph in map(legible, paragraphs):
        broken = break_lines(paragraph, limit, measured, cut_words=cut_words)
        if broken is None or len(broken) > left:
            return None
        found.append(evened(paragraph, broken, limit, measured) if len(broken) > 1 else broken)
        left -= len(broken)
    return found


def _measure_at(size: int) -> Measure:
    return lambda text: measure(text, size)


def _room(headline: str, box: Box, size: int, leading: float) -> int:
    """How many lines of this size stand below the headline."""
    return max(1, int((box[3] - _headline_box(headline, box, size)[3] - _gap(size, headline)) / (size * leading)))


def _paged(paragraphs: list[list[str]], room: int) -> list[list[str]]:
    """Pages of even length. None begins or ends with a gap, ends with the first line of a paragraph alone, or divides a line that
    was typed and could go over whole.
    """
    rows = [(line, n == len(lines) - 1) for lines in paragraphs for n, line in enumerate(lines)]
    rows = [row for n, row in enumerate(rows) if row[0] or (n and rows[n - 1][0])]
    count = max(1, -(-len(rows) // room))
    each = min(room, -(-len(rows) // count) + 1)
    pages: list[list[str]] = []
    while rows:
        end = page_end([last for _, last in rows], each)
        if end < len(rows) and end > 2 and not rows[end - 2][0]:
            end -= 1
        pages.append([line for line, _ in _without_gaps_at_ends(rows[:end])])
        rows = _without_gaps_at_ends(rows[end:])
    return pages


def _without_gaps_at_ends(page: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    while page and not page[-1][0]:
        page = page[:-1]
    while page and not page[0][0]:
        page = page[1:]
    return page


def _headline_box(headline: str, box: Box, size: int) -> Box:
    if not headline:
        return box[0], box[1], box[2], box[1]
    wide, tall = box[2] - box[0], box[3] - box[1]
    large = round(size * HEADLINE_TO_LINES)
    lines = break_lines(legible(headline), wide / large, _measure_at(large), cut_words=False) or ["", "", ""]
    return box[0], box[1], box[2], box[1] + round(min(tall * HEADLINE_SHARE, max(len(lines), 1) * large * LINE_HEIGHT))


def _headline_fits(headline: str, box: Box, size: int) -> bool:
    """Whether it is larger than the lines without taking too much of their room."""
    large = round(size * HEADLINE_TO_LINES)
    lines = break_lines(legible(headline), (box[2] - box[0]) / large, _measure_at(large), cut_words=False)
    return lines is not None and len(lines) * large * LINE_HEIGHT <= (box[3] - box[1]) * HEADLINE_SHARE


def _gap(size: int, headline: str) -> int:
    """Between the headline and the lines, with the bar in its middle."""
    return max(5, round(size * 0.6)) if headline else 0


def _write_page(canvas: Image.Image, headline: str, lines: list[str], layout: _Layout, box: Box, ink: Colour) -> None:
    if not lines:
        write_text(canvas, headline, box, ink)
        return
    head = _headline_box(headline, box, layout.size)
    gap, step = _gap(layout.size, headline), layout.size * layout.leading
    left_over = max(0, round(box[3] - head[3] - gap - step * len(lines))) // 2
    down = min(left_over, layout.size)  # a short text stands in the middle, a page that is nearly full does not move
    head = (head[0], head[1] + down, head[2], head[3] + down)
    if headline:
        write_text(canvas, headline, head, ink, largest=round(layout.size * HEADLINE_TO_LINES))
        _draw_bar(canvas, head, gap, ink)
    centre = (box[0] + box[2]) / 2
    write_lines(canvas, lines, centre, head[3] + gap, layout.size, layout.leading, ink)


def _draw_bar(canvas: Image.Image, head: Box, gap: int, ink: Colour) -> None:
    wide, thick = max(12, (head[2] - head[0]) // 6), max(1, gap // 6)
    centre, top = (head[0] + head[2]) // 2, head[3] + (gap - thick) // 2
    ImageDraw.Draw(canvas).rectangle((centre - wide // 2, top, centre + wide // 2 - 1, top + thick - 1), fill=ink)


def _write_number(canvas: Image.Image, text: str, ink: Colour) -> None:
    """Which page of how many, small, in the lower right corner."""
    size = max(SMALLEST_PX, round(min(canvas.size) * 0.035))
    edge = max(1, size // 5)
    box = (
        canvas.width - edge - 4 * size,
        canvas.height - edge - round(size * LINE_HEIGHT),
        canvas.width - edge,
        canvas.height - edge,
    )
    write_text(canvas, text, box, ink, largest=size)
