"""The technician's strip: what the stick's reader says, at the lower edge of the region.

Knows: the colours and the layout of the strip. Touches nothing.
Must not: know about X, windows or time.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

from player.core.model import StickNotice, StickStage
from player.screen.drawing.colours import BLACK, INK, Colour
from player.screen.drawing.picture import Picture, to_picture, turned
from player.screen.drawing.text import write_text
from player.screen.drawing.words import notice_words

STRIP_COLOURS: dict[StickStage, tuple[Colour, Colour]] = {
    StickStage.READING: ((10, 58, 120), INK),
    StickStage.DONE: ((0, 110, 44), INK),
    StickStage.REFUSED: ((186, 0, 20), INK),
    StickStage.NOT_OURS: ((64, 72, 84), INK),
    StickStage.SLOW: ((255, 190, 0), BLACK),
}
STRIP_SHARE = 0.2
STRIP_LEAST_PX = 40
"""On a panel of 96 pixels in height a fifth of the picture would hold no letters that are read from a ladder."""


def draw_notice(notice: StickNotice, width: int, height: int, language: str, rotation: int = 0) -> Picture:
    """The technician's strip for a region of width x height: as wide as the region, a fifth of its height or more.

    The strip is turned with the panel: with a rotation of 90 the strip stands upright, and belongs at the region's left edge.
    """
    if rotation % 180:
        width, height = height, width
    tall = min(height, max(STRIP_LEAST_PX, round(height * STRIP_SHARE)))
    ground, ink = STRIP_COLOURS[notice.stage]
    canvas = Image.new("RGB", (width, tall), ground)
    pen = ImageDraw.Draw(canvas)
    rule = max(1, tall // 40)
    pen.rectangle((0, 0, width - 1, rule - 1), fill=ink)
    bottom = tall
    if notice.percent is not None and notice.stage in (StickStage.READING, StickStage.SLOW):
        bar = max(5, tall // 7)
        bottom = tall - bar
        done = round((width - 2 * rule) * min(100, max(0, notice.percent)) / 100)
        pen.rectangle((0, bottom, width - 1, tall - 1), fill=BLACK)
        if done:
            pen.rectangle((rule, bottom + rule, rule + done - 1, tall - 1 - rule), fill=(90, 220, 120))
    text, detail = notice_words(notice, language)
    margin = max(2, min(width, tall) // 20)
    box = (margin, rule + 1, width - margin, bottom - 1)
    if detail and tall >= 120:  # smaller panels keep every pixel for the words that matter
        cut = box[1] + round((box[3] - box[1]) * 0.72)
        write_text(canvas, detail, (box[0], cut, box[2], box[3]), ink)
        box = (box[0], box[1], box[2], cut)
    write_text(canvas, text, box, ink)
    return to_picture(turned(canvas, rotation))
