"""A QR code as SVG, for the page that sets up the second factor.

Knows: the quiet ground around a code. Touches nothing. Must not: send what is in the code anywhere.
"""

from __future__ import annotations

import segno
from markupsafe import Markup

QUIET_MODULES = 4
"""ISO/IEC 18004: so much light ground on each side."""


def draw_code_svg(text: str) -> Markup:
    """One path in black; its size comes from the page. Built of numbers alone, so there is nothing to escape."""
    rows = [list(row) for row in segno.make(text, micro=False, error="m").matrix]
    side = len(rows) + 2 * QUIET_MODULES
    squares = "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return Markup('<svg viewBox="0 0 {0} {0}" aria-hidden="true"><path d="{1}" fill="#000"/></svg>').format(
        side, squares
    )
