"""Pictures of the player as PNG, for the office's pages.

Knows: Pillow's PNG. Touches nothing. Must not: draw.
"""

from __future__ import annotations

import io

from PIL import Image

from player.screen.drawing.picture import Picture


def encode_png(picture: Picture, widest: int) -> bytes:
    """The picture, made smaller where it is wider than `widest` pixels."""
    canvas = Image.frombuffer("RGB", (picture.width, picture.height), picture.bgrx, "raw", "BGRX", 0, 1)
    if picture.width > widest:
        tall = max(1, round(picture.height * widest / picture.width))
        canvas = canvas.resize((widest, tall), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    canvas.save(out, "PNG")
    return out.getvalue()
