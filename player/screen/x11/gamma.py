"""Gamma tables: what an output makes of each level of brightness, read and written.

Knows: RandR's CRTCs, and which of them drive a real output. Touches: the X server.
Must not: decide how bright it shall be (dimmer/gamma.py does).
"""

from __future__ import annotations

from dataclasses import dataclass

from player.screen.x11.connection import REFUSALS, XConnection


@dataclass(frozen=True, slots=True)
class GammaTable:
    """The table of one CRTC that drives an output; size: how many levels it has."""

    crtc: int
    size: int


def gamma_tables(server: XConnection) -> list[GammaTable]:
    """Of each CRTC that drives an output and can be dimmed by its table."""
    with server.errors():
        randr = server.randr()
        if randr is None:
            return []
        resources = randr.GetScreenResourcesCurrent(server.root).reply()
        found: dict[int, GammaTable] = {}
        for output in resources.outputs:
            crtc = randr.GetOutputInfo(output, resources.config_timestamp).reply().crtc
            # Virtual servers (Xvfb, Xvnc) take a table and do nothing with it. The server itself gives every output the
            # property "non-desktop"; a driver adds those of its connector ("link-status", "EDID", ...).
            if crtc and len(randr.ListOutputProperties(output).reply().atoms) > 1:
                size = randr.GetCrtcGammaSize(crtc).reply().size
                if size >= 2:
                    found[crtc] = GammaTable(crtc, size)
        return [found[crtc] for crtc in sorted(found)]


def read_gamma(server: XConnection, table: GammaTable) -> list[int]:
    """The table's levels of red."""
    with server.errors():
        return list(server.randr().GetCrtcGamma(table.crtc).reply().red)


def write_gamma(server: XConnection, table: GammaTable, levels: list[int]) -> str:
    """The same levels for red, green and blue. "": the server has taken them; else the name of its error."""
    with server.errors():
        try:
            server.randr().SetCrtcGamma(table.crtc, table.size, levels, levels, levels, is_checked=True).check()
        except REFUSALS as error:
            return type(error).__name__
        return ""
