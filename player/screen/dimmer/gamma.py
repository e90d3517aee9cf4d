"""Dimming by the gamma tables of the outputs: what the graphics card makes of white.

Knows: straight tables, and those that somebody calibrated. Touches: the X server, through x11/gamma.py.
Must not: touch a calibrated display at full brightness.
"""

from __future__ import annotations

from player.screen.x11.connection import XConnection
from player.screen.x11.gamma import gamma_tables, read_gamma, write_gamma

FULL = 65535
ROUNDED = FULL // 64
"""Some drivers keep fewer bits of a gamma table than they are given."""
CANNOT_DIM = "this display cannot be dimmed: none of its outputs has a gamma table (RandR)"


class GammaDimmer:
    """The Dimmer of every output that a graphics driver drives."""

    def __init__(self, server: XConnection) -> None:
        self._server = server

    def why_not(self) -> str:
        return "" if gamma_tables(self._server) else CANNOT_DIM

    def dim(self, percent: int) -> str:
        """At 100 a table that is not one of ours (a calibration of the display) is left as it is."""
        tables = gamma_tables(self._server)
        for table in tables:
            ramp = _ramp(table.size, percent)
            has = read_gamma(self._server, table)
            if has == ramp or (percent == 100 and not _is_straight(has)):
                continue
            refused = write_gamma(self._server, table, ramp)
            if refused:
                return f"the X server refuses to dim this display ({refused})"
            has = read_gamma(self._server, table)
            if abs(has[-1] - ramp[-1]) > ROUNDED:
                return "the graphics driver did not take the brightness"
        return "" if tables else CANNOT_DIM


def _is_straight(ramp: list[int]) -> bool:
    """Whether the table is one that this program may have set, or the server's own."""
    last = len(ramp) - 1
    return all(abs(value - ramp[-1] * i // last) <= ROUNDED for i, value in enumerate(ramp))


def _ramp(size: int, percent: int) -> list[int]:
    return [FULL * i * percent // ((size - 1) * 100) for i in range(size)]
