"""Screenshots as JPEG."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from player.screen.drawing.jpeg import encode_jpeg
from tests.screen.drawing.pixels import near


def test_a_screenshot_reads_rows_with_padding() -> None:
    """X pads its rows: the stride counts, not the width; the JPEG is as wide as asked, in proportion."""
    row = b"\x00\x00\xff\x00" * 50 + b"\xff\xff\xff\xff" * 14
    with Image.open(io.BytesIO(encode_jpeg(row * 20, 50, 20, 64 * 4, 25))) as back:
        assert back.size == (25, 10)
        assert near(np.asarray(back)[5, 24], (255, 0, 0))


def test_a_screenshot_is_never_enlarged() -> None:
    """Asked for more pixels than there are, the picture stays as it is."""
    for width in (None, 500, 0, -3):
        with Image.open(io.BytesIO(encode_jpeg(bytes(50 * 20 * 4), 50, 20, 200, width))) as back:
            assert back.size == (50, 20)
