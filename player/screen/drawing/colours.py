"""The colours of the player's own pictures, and those that an operator may name.

Knows: the palette, the names in Indonesian and English, which letters stand out from a ground. Touches nothing.
Must not: draw.
"""

from __future__ import annotations

from PIL import ImageColor

Colour = tuple[int, int, int]

INK: Colour = (255, 255, 255)
SOFT_INK: Colour = (176, 190, 206)
GROUND: Colour = (12, 20, 32)
CALM: Colour = (46, 134, 222)
AMBER: Colour = (255, 176, 0)
URGENT: Colour = (12, 52, 118)
"""The ground of an urgent message for which the office named no colour."""
BLACK: Colour = (0, 0, 0)
NAMED = {
    "merah": "#c40018", "jingga": "#e06a00", "oranye": "#e06a00", "kuning": "#ffd400", "hijau": "#00792b",
    "biru": "#0c3476", "ungu": "#5b1f8a", "putih": "#ffffff", "hitam": "#000000", "abu-abu": "#5a6470",
    "red": "#c40018", "orange": "#e06a00", "yellow": "#ffd400", "green": "#00792b", "blue": "#0c3476",
    "purple": "#5b1f8a",
}  # fmt: skip
"""Colours by the names that an operator types; darker than the web's, so that white letters stand on them."""


def colour_of(name: str) -> Colour | None:
    """`#rrggbb`, or a colour's name in Indonesian or English; None when it is neither."""
    wanted = name.strip().lower()
    try:
        return ImageColor.getrgb(NAMED.get(wanted, wanted))[:3]
    except ValueError:
        return None


def luminance(colour: Colour) -> float:
    """0 (black) to 1 (white) as the monitor sees it (WCAG 2.1)."""
    shares = [value / 255 for value in colour]
    red, green, blue = (s / 12.92 if s <= 0.04045 else float(((s + 0.055) / 1.055) ** 2.4) for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def letters_on(ground: Colour) -> Colour:
    """White or black, whichever stands out more."""
    light = luminance(ground) + 0.05
    return INK if 1.05 / light >= light / 0.05 else BLACK
