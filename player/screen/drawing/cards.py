"""The cards: the pictures that cover the whole region, and the test pattern's dot.

Knows: what is on each kind of card, and where. Touches nothing.
Must not: know about X, windows or time.
"""

from __future__ import annotations

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
from player.screen.drawing.picture import Picture, inset, to_picture, turned
from player.screen.drawing.text import SMALLEST_PX, write_text
from player.screen.drawing.words import waiting_words


def draw_card(card: Card, width: int, height: int, panel: str, language: str, rotation: int = 0) -> Picture:
    """The whole region, width x height, as one picture. rotation: degrees clockwise, 0, 90, 180 or 270."""
    if card.kind is CardKind.BLACK:
        return Picture(width, height, bytes(width * height * 4))
    if rotation % 180:
        width, height = height, width
    return to_picture(turned(_card(card, width, height, panel, language), rotation))


def _card(card: Card, width: int, height: int, panel: str, language: str) -> Image.Image:
    canvas = Image.new("RGB", (width, height), BLACK)
    match card.kind:
        case CardKind.BLACK:
            pass
        case CardKind.WAITING:
            accent = AMBER if card.text in (Waiting.OTHER_CONTENT, Waiting.FOLDER) else CALM
            canvas = _named_card(width, height, panel, waiting_words(language, card.text), accent)
        case CardKind.TROUBLE:
            canvas = _named_card(width, height, panel, card.text, AMBER)
        case CardKind.IDENTIFY:
            canvas = Image.new("RGB", (width, height), CALM)
            _frame(canvas, INK)
            write_text(canvas, panel, inset((0, 0, width, height), 0.08), INK)
        case CardKind.TEST_PATTERN:
            canvas = draw_test_pattern(width, height, panel)
        case CardKind.TEXT:
            ground = colour_of(card.colour) or URGENT
            canvas = Image.new("RGB", (width, height), ground)
            write_text(canvas, card.text, inset((0, 0, width, height), 0.06), letters_on(ground))
    return canvas


def draw_dot(diameter: int) -> Picture:
    """A white disc on black with a red centre: moved over the test pattern it shows that frames arrive."""
    canvas = Image.new("RGB", (diameter, diameter), BLACK)
    pen = ImageDraw.Draw(canvas)
    pen.ellipse((0, 0, diameter - 1, diameter - 1), fill=INK)
    middle = diameter // 3
    pen.ellipse((middle, middle, diameter - 1 - middle, diameter - 1 - middle), fill=(255, 0, 0))
    return to_picture(canvas)


def _named_card(width: int, height: int, panel: str, line: str, accent: Colour) -> Image.Image:
    """The panel's name large, one line under it, a short bar of colour between them."""
    canvas = Image.new("RGB", (width, height), GROUND)
    box = inset((0, 0, width, height), 0.08)
    tall = box[3] - box[1]
    middle = box[1] + round(tall * 0.52)
    write_text(canvas, panel, (box[0], box[1] + round(tall * 0.06), box[2], middle), INK)
    thick, wide = max(2, height // 90), max(16, width // 7)
    bar = middle + round(tall * 0.05)
    ImageDraw.Draw(canvas).rectangle(((width - wide) // 2, bar, (width + wide) // 2 - 1, bar + thick - 1), fill=accent)
    below = (box[0], bar + thick + round(tall * 0.04), box[2], box[3])
    write_text(canvas, line, below, SOFT_INK, largest=max(SMALLEST_PX, round(height * 0.13)))
    return canvas


def _frame(canvas: Image.Image, colour: Colour) -> None:
    thick = max(1, min(canvas.size) // 48)
    ImageDraw.Draw(canvas).rectangle((0, 0, canvas.width - 1, canvas.height - 1), outline=colour, width=thick)
