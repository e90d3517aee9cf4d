"""Tiles that are drawn already: a thousand panels and twenty pages need each tile once for each language, not twenty times.

Knows: at which change of a panel its tile last looked different. Pure: touches nothing. Must not: know what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

KINDS_MOST = 8
"""Of one panel: two languages, with and without the right to command."""


@dataclass(frozen=True, slots=True)
class DrawnTile:
    """looked_at: the panel's version when this was drawn last. changed: the one at which the text became this one."""

    text: str
    looked_at: int
    changed: int


class DrawnTiles:
    """Kept until the panel changes."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, DrawnTile]] = {}

    def get(self, panel: str, kind: str, version: int, draw: Callable[[], str]) -> DrawnTile:
        """version: of the panel, now. A drawing that comes out as before keeps the version of its text."""
        of = self._of.setdefault(panel, {})
        known = of.get(kind)
        if known is not None and known.looked_at == version:
            return known
        text = draw()
        same = known is not None and known.text == text
        made = DrawnTile(text, version, known.changed if known is not None and same else version)
        if known is None and len(of) >= KINDS_MOST:
            of.clear()
        of[kind] = made
        return made

    def forget(self, panel: str) -> None:
        self._of.pop(panel, None)
