"""A web address as a QR code that a telephone reads from the pavement.

Knows: how many pixels a module needs, and the quiet ground around the code. Touches nothing.
Must not: shorten an address: what is too long for the room is not drawn as a code at all.
"""

from __future__ import annotations

import segno
from PIL import Image

from player.screen.drawing.colours import INK

QUIET_MODULES = 4
"""ISO/IEC 18004: so much light ground on each side."""
LEAST_MODULE_PX = 2
"""A module of one LED runs into its neighbours."""


def draw_code(address: str, room: int) -> Image.Image | None:
    """The code as a square of at most `room` pixels, in whole pixels a module; None: it does not fit."""
    if not address.lower().startswith(("http://", "https://")):
        address = f"https://{address}"
    try:
        code = segno.make(address, micro=False, error="l")
    except segno.DataOverflowError:
        return None
    rows = [bytes(255 * (1 - module) for module in row) for row in code.matrix]
    side = len(rows) + 2 * QUIET_MODULES
    module_px = room // side
    if module_px < LEAST_MODULE_PX:
        return None
    tile = Image.new("RGB", (side, side), INK)
    drawn = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).convert("RGB")
    tile.paste(drawn, (QUIET_MODULES, QUIET_MODULES))
    return tile.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)
