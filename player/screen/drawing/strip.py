"""The technician's strip: what the stick's reader says, at the lower edge of the region.

Knows: the colours and the layout of the strip, and of the mark that stays when it has been read. Touches nothing.
Must not: know about X, windows or time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from player.bundle.refusals import REFUSALS
from player.bundle.strip_words import strip_words
from player.core.model import StickNotice, StickStage
from player.screen.drawing.colours import BLACK, INK, Colour
from player.screen.drawing.fonts import measure
from player.screen.drawing.picture import Box, Picture, to_picture, turned
from player.screen.drawing.text import (
    CAPITALS,
    SMALLEST_PX,
    SetText,
    letters_for,
    set_pages,
    write_lines,
    write_page,
    write_text,
)
from player.screen.drawing.words import NoticeWords, mark_words, notice_words
from player.screen.drawing.wrap import break_lines, evened

REFUSED_RED: Colour = (186, 0, 20)
STRIP_COLOURS: dict[StickStage, tuple[Colour, Colour]] = {
    StickStage.READING: ((10, 58, 120), INK),
    StickStage.DONE: ((0, 110, 44), INK),
    StickStage.REFUSED: (REFUSED_RED, INK),
    StickStage.NOT_OURS: (REFUSED_RED, INK),
    StickStage.SLOW: ((255, 190, 0), BLACK),
}
STRIP_SHARE = 0.2
MOST_SHARE = 0.25
"""Of the picture's height: the strip never takes more, however few pixels that leaves for its letters."""
ENOUGH_PX = 64
"""Below this a strip is as high as MOST_SHARE allows."""
DETAIL_FROM_PX = 100
DETAIL_SHARE = 0.26
"""A high strip has a line for the label and the minutes; a lower one keeps every pixel for the words that matter."""
TWICE = 2
"""The number's size in sizes of the words beside it."""
PLATE = 0.16
"""The room around the number on its plate, in sizes of the number."""
PAGE_S = 2.0
"""How long each of the lines stands that a very low strip shows one after the other."""


BAR_FROM_PX = 20
"""A lower strip has no row to spare for a bar: its ground is the bar."""
BAR_COLOUR: Colour = (90, 220, 120)
BAR_GROUNDS: dict[StickStage, Colour] = {StickStage.READING: (0, 110, 44), StickStage.SLOW: (255, 240, 160)}


@dataclass(frozen=True, slots=True)
class StripLayout:
    """One for all refusals of a panel. number, words: their letters' sizes in pixels; plate: how wide the number's ground is.

    apart: what became of the stick stands on a line of its own. low: even the smallest words do not fit beside the number,
    and come line after line.
    """

    number: int
    words: int
    plate: int
    apart: bool
    low: bool


def strip_height(height: int) -> int:
    """Of a picture that is `height` pixels high; never more than a quarter, of one below 32 pixels a line of letters."""
    most = int(height * MOST_SHARE)
    return min(height, max(SMALLEST_PX, min(most, max(ENOUGH_PX, round(height * STRIP_SHARE)))))


def draw_notice(
    notice: StickNotice, width: int, height: int, language: str, rotation: int = 0, page: int = 0
) -> Picture:
    """The technician's strip for a region of width x height, as wide as the region; a small one: the mark for its corner.

    The strip is turned with the panel: with a rotation of 90 the strip stands upright, and belongs at the region's left edge.
    """
    if rotation % 180:
        width, height = height, width
    tall = strip_height(height)
    ground, ink = STRIP_COLOURS[notice.stage]
    if notice.small:
        canvas = _draw_mark(mark_words(notice, language), width, max(SMALLEST_PX, tall // 2), ground, ink)
        return to_picture(turned(canvas, rotation))
    words = notice_words(notice, language)
    canvas = Image.new("RGB", (width, tall), ground)
    _draw_bar(canvas, notice)
    box = _words_box(notice, width, tall)
    if box[1]:
        ImageDraw.Draw(canvas).rectangle((0, 0, width - 1, box[1] - 1), fill=ink)
    if box[3] < _above_bar(notice, tall):
        margin = _margin(tall)
        write_text(canvas, words.detail, (margin, box[3], width - margin, _above_bar(notice, tall)), ink)
    if words.number:
        layout = lay_out_refusals(language, width, box[3] - box[1])
        _write_refusal(canvas, words, layout, box, ground, ink, page)
    else:
        _write_plain(canvas, notice, words, box, language, ink, page)
    return to_picture(turned(canvas, rotation))


def notice_pages(notice: StickNotice, width: int, height: int, language: str, rotation: int = 0) -> int:
    """How many pages the strip has, which stand for PAGE_S each."""
    if notice.small:
        return 1
    if rotation % 180:
        width, height = height, width
    words, box = notice_words(notice, language), _words_box(notice, width, strip_height(height))
    if words.number:
        return len(_pages(words, lay_out_refusals(language, width, box[3] - box[1]), box))
    return len(_plain_pages(notice, words, box, language).pages)


@lru_cache(maxsize=8)
def lay_out_refusals(language: str, width: int, height: int) -> StripLayout:
    """The largest words, and a number twice as large, with which each refusal of the table fits into width x height."""
    head = strip_words(language).refused
    said = [row.words(language) for row in REFUSALS.values()]
    best = StripLayout(0, 0, 0, apart=True, low=True)
    for apart in (True, False):
        low, high = SMALLEST_PX - 1, height
        while low < high:
            size = (low + high + 1) // 2
            if all(_fits(_joined(head, words, apart=apart), size, width, height) for words in said):
                low = size
            else:
                high = size - 1
        if low >= SMALLEST_PX and low > best.words:
            best = StripLayout(TWICE * low, low, _plate(TWICE * low), apart=apart, low=False)
    if best.low:
        number = max(SMALLEST_PX, min(int(height / CAPITALS), int(width * 0.4)))
        while number > SMALLEST_PX and _plate(number) > width * 0.4:
            number -= 1
        best = StripLayout(number, SMALLEST_PX, _plate(number), apart=True, low=True)
    return best


def _fits(text: str, size: int, width: int, height: int) -> bool:
    number = TWICE * size
    if number * CAPITALS + 1 > height:
        return False
    letters = letters_for(text, capitals=True)
    room = (width - _plate(number) - size) / size
    lines = break_lines(text, room, letters.at(size), cut_words=False) if room > 0 else None
    return lines is not None and len(lines) * size * letters.leading(size) <= height


def _plate(number: int) -> int:
    return round(number * (measure("88", number) + 2 * PLATE))


def _joined(head: str, words: str, *, apart: bool) -> str:
    return "\n".join(filter(None, (head, words))) if apart else ": ".join(filter(None, (head, words)))


def _pages(words: NoticeWords, layout: StripLayout, box: Box) -> list[list[str]]:
    """The lines beside the number; of a low strip as many at a time as there is room for."""
    text = _joined(words.head, words.words, apart=layout.apart)
    letters = letters_for(text, capitals=True)
    room = max(1.0, (box[2] - box[0] - layout.plate - layout.words) / layout.words)
    measured = letters.at(layout.words)
    lines = break_lines(text, room, measured, cut_words=True) or [""]
    if not layout.low:
        lines = evened(text, lines, room, measured)
    count = letters.room(box[3] - box[1], layout.words) if layout.low else len(lines)
    return [lines[at : at + count] for at in range(0, len(lines), count)]


def _write_refusal(
    canvas: Image.Image, words: NoticeWords, layout: StripLayout, box: Box, ground: Colour, ink: Colour, page: int
) -> None:
    pen = ImageDraw.Draw(canvas)
    pen.rectangle((box[0], box[1], box[0] + layout.plate - 1, box[3] - 1), fill=ink)
    middle = (box[1] + box[3]) / 2
    write_lines(
        canvas, [words.number], box[0] + layout.plate / 2, middle - layout.number / 2, layout.number, 1.0, ground
    )
    pages = _pages(words, layout, box)
    lines = pages[page % len(pages)]
    leading = letters_for("".join(lines), capitals=True).leading(layout.words)
    top = middle - len(lines) * layout.words * leading / 2
    centre = (box[0] + layout.plate + box[2]) / 2
    write_lines(canvas, lines, centre, top, layout.words, leading, ink)


def _write_plain(
    canvas: Image.Image, notice: StickNotice, words: NoticeWords, box: Box, language: str, ink: Colour, page: int
) -> None:
    text = _plain_pages(notice, words, box, language)
    write_page(canvas, text.pages[page % len(text.pages)], text.letters, box, ink)


def _plain_pages(notice: StickNotice, words: NoticeWords, box: Box, language: str) -> SetText:
    """Words without a number, as large as the strip allows; while the percents run, as large as all of them allow."""
    margin = _margin(box[3] - box[1])
    wide, tall = box[2] - box[0] - 2 * margin, box[3] - box[1] - margin // 2
    largest = tall
    if notice.stage is StickStage.READING:
        longest = f"{strip_words(language).reading} 100\u00a0%"
        largest = set_pages(longest, wide, tall, capitals=True).pages[0].size
    return set_pages(words.head, wide, tall, largest=largest, capitals=True)


def _draw_mark(words: NoticeWords, width: int, tall: int, ground: Colour, ink: Colour) -> Image.Image:
    text = " ".join(filter(None, (words.head, words.number)))
    size = max(SMALLEST_PX, round(tall * 0.8))
    wide = round(measure(text, size) * size + size)
    if wide > width // 2:
        text = words.number or text
        size = max(SMALLEST_PX, min(size, int(width / 2 / (measure(text) + 1))))
        wide = round(measure(text, size) * size + size)
    canvas = Image.new("RGB", (min(width, wide), tall), ground)
    write_lines(canvas, [text], canvas.width / 2, (tall - size) / 2, size, 1.0, ink)
    return canvas


def _words_box(notice: StickNotice, width: int, tall: int) -> Box:
    """The room for the words: below the strip's upper rule, above its detail and its bar."""
    rule, bottom = tall // 40, _above_bar(notice, tall)
    if tall >= DETAIL_FROM_PX and (notice.label or _has_bar(notice)):
        # The detail's place is kept from the first moment on: the words must not change their size when it comes.
        bottom -= round((bottom - rule) * DETAIL_SHARE)
    return 0, rule, width, bottom


def _has_bar(notice: StickNotice) -> bool:
    return notice.percent is not None and notice.stage in BAR_GROUNDS


def _above_bar(notice: StickNotice, tall: int) -> int:
    return tall - tall // 8 if _has_bar(notice) and tall >= BAR_FROM_PX else tall


def _draw_bar(canvas: Image.Image, notice: StickNotice) -> None:
    """The bar that grows with the percents."""
    if notice.percent is None or not _has_bar(notice):
        return
    width, tall = canvas.size
    pen, top = ImageDraw.Draw(canvas), _above_bar(notice, tall)
    done = min(100, max(0, notice.percent)) / 100
    if top == tall:
        if lit := round(width * done):
            pen.rectangle((0, 0, lit - 1, tall - 1), fill=BAR_GROUNDS[notice.stage])
        return
    edge = (tall - top) // 5
    pen.rectangle((0, top, width - 1, tall - 1), fill=BLACK)
    if lit := round((width - 2 * edge) * done):
        pen.rectangle((edge, top + edge, edge + lit - 1, tall - 1 - edge), fill=BAR_COLOUR)


def _margin(tall: int) -> int:
    return max(1, tall // 8)
