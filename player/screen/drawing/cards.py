"""The cards: the pictures that cover the whole region.

Knows: what is on each kind of card, where, and what goes on on a further page. Touches nothing.
Must not: know about X, windows or time.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from player.core.effects import Waiting
from player.core.model import Card, CardKind
from player.screen.drawing.colours import (
    AMBER,
    BLACK,
    CALM,
    GROUND,
    INK,
    SOFT_INK,
    URGENT,
    Colour,
    colour_of,
    letters_on,
)
from player.screen.drawing.pattern import draw_test_pattern
from player.screen.drawing.picture import Box, Picture, inset, to_picture, turned
from player.screen.drawing.text import SetText, fits, set_pages, write_page, write_text
from player.screen.drawing.words import DASH, trouble_words, waiting_words

LEAST_SHARE = 0.05
"""Of the shorter side: the smallest letters of a message. What needs smaller ones goes on on another page."""
PAGE_LEAST_S = 4.0
LETTERS_A_SECOND = 12.0
"""Slow readers read 150 words a minute."""
WIDE = 3
"""A region so many times as wide as high has name and line side by side."""
NAME_SHARE = 0.5
"""Of a card's height (of a wide one's width) that the name takes."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """A named card's two boxes, and the ground of the name."""

    name: Box
    line: Box
    plate: Box


def draw_card(
    card: Card, width: int, height: int, panel: str, language: str, rotation: int = 0, page: int = 0
) -> Picture:
    """The whole region, width x height, as one picture. rotation: degrees clockwise, 0, 90, 180 or 270."""
    if card.kind is CardKind.BLACK:
        return Picture(width, height, bytes(width * height * 4))
    if rotation % 180:
        width, height = height, width
    return to_picture(turned(_card(card, width, height, panel, language, page), rotation))


def card_page_seconds(
    card: Card, width: int, height: int, panel: str, language: str, rotation: int = 0
) -> tuple[float, ...]:
    """For how long each page of the card stands, in turn; a card of one page stands as long as it is shown."""
    if rotation % 180:
        width, height = height, width
    match card.kind:
        case CardKind.TEXT:
            text = _message(card, width, height)
        case CardKind.WAITING | CardKind.TROUBLE:
            line = _line_of(card, language)
            parts = _parts(width, height)
            if _both_fit(panel, line, parts):
                return (PAGE_LEAST_S,)
            return PAGE_LEAST_S, *_seconds(_set_line(line, width, height))
        case CardKind.BLACK | CardKind.IDENTIFY | CardKind.TEST_PATTERN:
            return (PAGE_LEAST_S,)
    return _seconds(text)


def message_letter_px(card: Card, width: int, height: int) -> int:
    """The size of an urgent message's letters on such a region, in pixels; all of its pages have the same."""
    return _message(card, width, height).pages[0].size


def _seconds(text: SetText) -> tuple[float, ...]:
    return tuple(max(PAGE_LEAST_S, sum(map(len, page.lines)) / LETTERS_A_SECOND) for page in text.pages)


def _card(card: Card, width: int, height: int, panel: str, language: str, page: int) -> Image.Image:
    canvas = Image.new("RGB", (width, height), BLACK)
    match card.kind:
        case CardKind.BLACK:
            pass
        case CardKind.WAITING | CardKind.TROUBLE:
            alarm = card.kind is CardKind.TROUBLE or card.text in (Waiting.OTHER_CONTENT, Waiting.FOLDER)
            canvas = _named_card(width, height, panel, _line_of(card, language), page, alarm=alarm)
        case CardKind.IDENTIFY:
            canvas = Image.new("RGB", (width, height), CALM)
            _frame(canvas, INK)
            write_text(canvas, panel, inset((0, 0, width, height), 0.08), INK)
        case CardKind.TEST_PATTERN:
            canvas = draw_test_pattern(width, height, panel)
        case CardKind.TEXT:
            ground = colour_of(card.colour) or URGENT
            canvas = Image.new("RGB", (width, height), ground)
            text = _message(card, width, height)
            shown = text.pages[page % len(text.pages)]
            write_page(canvas, shown, text.letters, _inner(width, height), letters_on(ground))
            if len(text.pages) > 1:
                _mark_page(canvas, page % len(text.pages), len(text.pages), letters_on(ground))
    return canvas


def _line_of(card: Card, language: str) -> str:
    """What is wrong and what to do, each on a line of its own."""
    if card.kind is CardKind.WAITING:
        return waiting_words(language, card.text).replace(DASH, "\n")
    return trouble_words(language, card.text)


def _inner(width: int, height: int) -> Box:
    return inset((0, 0, width, height), 0.06)


def _message(card: Card, width: int, height: int) -> SetText:
    box = _inner(width, height)
    least = round(min(width, height) * LEAST_SHARE)
    return set_pages(card.text, box[2] - box[0], box[3] - box[1], least)


def _mark_page(canvas: Image.Image, page: int, pages: int, ink: Colour) -> None:
    """Which page of how many: the lit part of a line along the lower edge."""
    thick = max(1, canvas.height // 90)
    begin, end = canvas.width * page // pages, canvas.width * (page + 1) // pages
    top = canvas.height - thick
    ImageDraw.Draw(canvas).rectangle((begin, top, end - 1, canvas.height - 1), fill=ink)


def _named_card(width: int, height: int, panel: str, line: str, page: int, *, alarm: bool) -> Image.Image:
    """The panel's name large, and a line: under it, on a wide panel beside it, on a very small one on pages of its own.

    alarm: somebody has to do something; the name stands on amber then, which is seen from afar.
    """
    canvas = Image.new("RGB", (width, height), GROUND)
    pen, parts = ImageDraw.Draw(canvas), _parts(width, height)
    if _both_fit(panel, line, parts):
        if alarm:
            pen.rectangle((parts.plate[0], parts.plate[1], parts.plate[2] - 1, parts.plate[3] - 1), fill=AMBER)
        else:
            pen.rectangle(_bar(parts.plate, width, height), fill=CALM)
        size = write_text(canvas, panel, parts.name, BLACK if alarm else INK)
        write_text(canvas, line, parts.line, INK if alarm else SOFT_INK, largest=max(1, round(size * 0.8)))
        return canvas
    text = _set_line(line, width, height)
    page %= 1 + len(text.pages)
    if page == 0:
        pen.rectangle((0, 0, width, height), fill=AMBER if alarm else GROUND)
        write_text(canvas, panel, _inner(width, height), BLACK if alarm else INK)
    else:
        write_page(canvas, text.pages[page - 1], text.letters, _inner(width, height), INK)
    _mark_page(canvas, page, 1 + len(text.pages), (AMBER if page else BLACK) if alarm else CALM)
    return canvas


def _set_line(line: str, width: int, height: int) -> SetText:
    box = _inner(width, height)
    return set_pages(line, box[2] - box[0], box[3] - box[1])


def _both_fit(panel: str, line: str, parts: _Parts) -> bool:
    return all(fits(text, box[2] - box[0], box[3] - box[1]) for text, box in ((panel, parts.name), (line, parts.line)))


def _parts(width: int, height: int) -> _Parts:
    """Side by side on a wide region, else one below the other."""
    edge = max(2, round(min(width, height) * 0.06))
    if width >= WIDE * height:
        cut = round(width * NAME_SHARE)
        return _Parts(
            (edge, edge, cut - edge, height - edge),
            (cut + edge, edge, width - edge, height - edge),
            (0, 0, cut, height),
        )
    cut = round(height * NAME_SHARE)
    return _Parts(
        (edge, edge, width - edge, cut - edge), (edge, cut + edge, width - edge, height - edge), (0, 0, width, cut)
    )


def _bar(plate: Box, width: int, height: int) -> Box:
    """A short line of colour between name and line."""
    thick = max(2, min(width, height) // 60)
    if plate[3] == height:
        long = height // 2
        return plate[2] - thick // 2, (height - long) // 2, plate[2] + (thick - 1) // 2, (height + long) // 2 - 1
    long = max(16, width // 5)
    return (width - long) // 2, plate[3] - thick // 2, (width + long) // 2 - 1, plate[3] + (thick - 1) // 2


def _frame(canvas: Image.Image, colour: Colour) -> None:
    thick = max(1, min(canvas.size) // 48)
    ImageDraw.Draw(canvas).rectangle((0, 0, canvas.width - 1, canvas.height - 1), outline=colour, width=thick)
