"""Screenshots: raw pixels of the screen as a JPEG.

Knows: Pillow's JPEG. Touches nothing.
Must not: read pixels itself (x11/ does).
"""

from __future__ import annotations

import io

from PIL import Image

JPEG_QUALITY = 80


def encode_jpeg(bgrx: bytes, width: int, height: int, stride: int, target_width: int | None = None) -> bytes:
    """A JPEG of raw X11 pixels. stride: bytes a row. target_width: narrower than the pixels, or None as they are."""
    picture = Image.frombuffer("RGB", (width, height), bgrx, "raw", "BGRX", stride, 1)
    if target_width is not None and 0 < target_width < width:
        tall = max(1, round(height * target_width / width))
        picture = picture.resize((target_width, tall), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
