"""How a film comes to lie in its layer: what VLC has to be told, from the film's orientation, the panel's and the fit.

Knows: what VLC 3 does with a turned film (measured 2026-11-26, facts.md "Turned films"): it turns films by their display matrix,
after its filters, and measures crop and aspect before; and it crops a turned film in the wrong place, or makes it plain green.
Touches nothing. Must not: know windows or libvlc (decoder/arrangement.py does).
"""

from __future__ import annotations

from typing import NamedTuple

from player.core.geometry import UPRIGHT, Orientation
from player.screen.decoder.options import DecoderOptions
from player.screen.decoder.protocol import CueOrder


class FilmLayout(NamedTuple):
    """transform: degrees clockwise for VLC's filter of that name, "" when it is not needed. crop, aspect: ratios, None: as
    the film is. box: x, y, width and height of a window inside the layer's, larger than it, which shows the film's middle;
    None: the layer's own window is VLC's.
    """

    transform: str = ""
    crop: str | None = None
    aspect: str | None = None
    box: tuple[int, int, int, int] | None = None


def lay_out(order: CueOrder, rotation: int, width: int, height: int) -> FilmLayout:
    """rotation: the panel's, in degrees clockwise. width, height: of the layer's window."""
    own = Orientation.of(order.turn, mirrored=order.mirrored)
    transform = str((-rotation if own.mirrored else rotation) % 360 or "")  # it is mirrored after the filter
    match order.fit:
        case "stretch":
            stored = own.stored_size(width, height)
            return FilmLayout(transform, aspect=f"{stored[0]}:{stored[1]}")
        case "cover" if own == UPRIGHT or not (order.width and order.height):
            return FilmLayout(transform, crop=f"{width}:{height}")
        case "cover":
            seen = own.then_turned(rotation).stored_size(
                round(order.width * (order.sample_aspect or 1.0)), order.height
            )
            return FilmLayout(transform, box=_covering(seen, width, height))
    return FilmLayout(transform)


def fills_exactly(order: CueOrder, options: DecoderOptions) -> bool:
    """Whether each pixel of the film is one of the window: then VLC's first picture is where it stays. (Of others VLC draws the
    first one before it knows its window's size.)"""
    return (
        (order.width, order.height) == (options.width, options.height)
        and Orientation.of(order.turn, mirrored=order.mirrored) == UPRIGHT
        and order.sample_aspect in (None, 1.0)
        and options.rotation == 0
        and options.output == "x11"
    )


def _covering(seen: tuple[int, int], width: int, height: int) -> tuple[int, int, int, int] | None:
    """Around the middle of width x height, in the proportions of what is seen; None: it fits exactly."""
    scale = max(width / seen[0], height / seen[1])
    wide, tall = max(width, round(seen[0] * scale)), max(height, round(seen[1] * scale))
    if (wide, tall) == (width, height):
        return None
    return (width - wide) // 2, (height - tall) // 2, wide, tall
