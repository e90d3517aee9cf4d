"""The running text as pictures: its messages in one line, cut into tiles that the X server moves.

Knows: how large the letters are, where each piece of a message stands, which way the text runs. Touches nothing.
Must not: know about X, windows or time.

A place in the text is a distance in the direction of reading, from the begin of the first message: to the right, or, for a
text whose first letter belongs to a script written from right to left, to the left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image

from player.screen.drawing.colours import Colour
from player.screen.drawing.fonts import measure, reach, without_missing
from player.screen.drawing.picture import Picture, to_picture, turned
from player.screen.drawing.text import draw_line
from player.screen.drawing.wrap import clusters, pieces, reads_right_to_left

BETWEEN = "\u2022"
"""Between two messages, and between the last and the first: a bullet, as on the ribbons of news programmes."""
BETWEEN_EMS = 1.2
"""The room on each side of it."""
FILLS = 0.84
"""So much of the band's height the letters take, with the signs above and below them."""
LEAST_REACH = (0.76, 0.24)
"""Of Latin capitals and tails, so that texts without either are no larger."""
TILE_PIXELS, LEAST_TILE_PX, MOST_TILE_PX = 200_000, 256, 1024
"""A tile is so small that drawing it takes less than the time of a step."""
CHUNK_LETTERS = 40
"""A message from right to left is drawn in parts of so many letters at least: inside a part its numbers and Latin words are
put in their order. And no part is so long that drawing it delays a step: a longer word is cut."""


@dataclass(frozen=True, slots=True)
class RibbonPart:
    """What is drawn as a whole: a word, or a part of a message from right to left. place, width: pixels."""

    text: str
    place: float
    width: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The whole text, laid out for a band: `count` tiles of `tile` pixels, then it begins again.

    size: of the letters; base: how far below the band's upper edge their base line lies.
    """

    parts: tuple[RibbonPart, ...]
    size: int
    base: float
    tile: int
    count: int
    right_to_left: bool

    @property
    def length(self) -> int:
        return self.tile * self.count


def lay_out(messages: tuple[str, ...], along: int, tall: int) -> Ribbon:
    """The messages for a band that is `along` pixels long in the direction of reading, and `tall` pixels high.

    A text that is shorter than the band comes again when the band is empty; a longer one follows itself.
    """
    messages = tuple(map(without_missing, messages))
    above, below = map(max, zip(LEAST_REACH, *map(reach, messages), strict=True))
    size = max(1, int(tall * FILLS / (above + below)))
    base = (tall + (above - below) * size) / 2
    right_to_left = reads_right_to_left(" ".join(messages))
    made: list[RibbonPart] = []
    place = 0.0
    for message in messages:
        for part in _parts(message):
            width = measure(part, size) * size
            made.append(RibbonPart(part, place, width))
            place += width
        bullet = measure(BETWEEN, size) * size
        made.append(RibbonPart(BETWEEN, place + BETWEEN_EMS * size, bullet))
        place += 2 * BETWEEN_EMS * size + bullet
    if place < along:
        made.pop()  # alone on the band it needs no bullet
    length = max(along, round(place))
    count = math.ceil(length / max(LEAST_TILE_PX, min(MOST_TILE_PX, TILE_PIXELS // tall)))
    return Ribbon(tuple(made), size, base, math.ceil(length / count), count, right_to_left)


def draw_tile(ribbon: Ribbon, index: int, tall: int, ink: Colour, ground: Colour, rotation: int = 0) -> Picture:
    """One tile of the ribbon for a band `tall` pixels high, turned with the panel."""
    width = ribbon.tile
    place = index * width
    canvas = Image.new("RGB", (width, tall), ground)
    for part in ribbon.parts:
        for begin in (part.place - place, part.place - place + ribbon.length):
            if begin < width and begin + part.width + ribbon.size > 0:  # letters may lean out of their width
                left = width - begin - part.width if ribbon.right_to_left else begin
                draw_line(canvas, part.text, left, ribbon.base, ribbon.size, ink)
    return to_picture(turned(canvas, rotation))


def _parts(message: str) -> list[str]:
    """Words with the space after them, an endless one cut; what is read from right to left in parts of several words."""
    parts, backwards = [""], reads_right_to_left(message)
    for word in pieces(message):
        if not backwards and not reads_right_to_left(word):
            parts += _cut(word)
        elif not backwards:
            _add_to_phrase(parts, word)
        elif len(parts[-1]) >= CHUNK_LETTERS and reads_right_to_left(word):
            parts.append(word)
        else:
            parts[-1] += word
    return [part for part in parts if part]


def _add_to_phrase(parts: list[str], word: str) -> None:
    """A word from right to left in a message from left to right: a phrase of such words stays together, in their own order."""
    phrase = parts[-2] if len(parts) > 1 and parts[-1] == " " else ""
    if reads_right_to_left(phrase) and len(phrase) + len(word) <= 2 * CHUNK_LETTERS:
        parts[-2:] = [f"{phrase} {word.rstrip()}"]
    else:
        parts += _cut(word.rstrip())
    if word.endswith(" "):
        parts.append(" ")


def _cut(word: str) -> list[str]:
    if len(word) <= CHUNK_LETTERS:
        return [word]
    whole = list(clusters(word))
    return ["".join(whole[at : at + CHUNK_LETTERS]) for at in range(0, len(whole), CHUNK_LETTERS)]
