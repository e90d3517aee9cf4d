"""Which panels `watch` shows: what leaves panels out, how far the list is scrolled, and what each key does to both.

Knows: the keys. Pure: touches nothing. Must not: draw (watch_screen.py does) or read the keyboard (keyboard.py does).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from player.office.fleet import Panel

KEYS_HELP = "↑ ↓ PgUp PgDn Home End scroll   / word   g group   t trouble   Esc all   q end"
"""What the last line of `watch` says."""
WORD_MOST = 60


@dataclass(frozen=True, slots=True)
class WatchView:
    """first: the row at the top, counted from 0. group "": all. typing: the keys go into `word`. ended: q was pressed."""

    first: int = 0
    word: str = ""
    group: str = ""
    trouble_only: bool = False
    typing: bool = False
    ended: bool = False

    @property
    def leaves_out(self) -> bool:
        return bool(self.word or self.group or self.trouble_only)

    def pick(self, panels: Iterable[Panel], wall: datetime) -> list[Panel]:
        """The panels that are asked for, in the order in which they come."""
        return [panel for panel in panels if self._wants(panel, wall)]

    def _wants(self, panel: Panel, wall: datetime) -> bool:
        if self.group and self.group not in panel.groups:
            return False
        if self.trouble_only and not panel.in_trouble(wall):
            return False
        word = self.word.casefold()
        return not word or any(word in said.casefold() for said in _words_of(panel, wall))

    def press(self, key: str, *, shown: int, groups: Iterable[str]) -> WatchView:
        """The view after a key. shown: how many rows are on screen now. groups: every group that a panel belongs to.

        A view that is scrolled too far is drawn from its last whole screen.
        """
        if self.typing:
            return self._type(key)
        page = max(1, shown - 1)  # one row stays, so that the eye finds its place again
        match key:
            case "up" | "k":
                return self._scroll(-1)
            case "down" | "j":
                return self._scroll(1)
            case "page-up":
                return self._scroll(-page)
            case "page-down" | " ":
                return self._scroll(page)
            case "home":
                return replace(self, first=0)
            case "end":
                return replace(self, first=10**9)
            case "/":
                return replace(self, typing=True, word="", first=0)
            case "g":
                return replace(self, group=_next_of(self.group, sorted(set(groups))), first=0)
            case "t":
                return replace(self, trouble_only=not self.trouble_only, first=0)
            case "escape":
                return WatchView()
            case "q":
                return replace(self, ended=True)
            case _:
                return self

    def _scroll(self, rows: int) -> WatchView:
        return replace(self, first=max(0, self.first + rows))

    def _type(self, key: str) -> WatchView:
        if key == "enter":
            return replace(self, typing=False)
        if key == "escape":
            return replace(self, typing=False, word="", first=0)
        if key == "backspace":
            return replace(self, word=self.word[:-1], first=0)
        if len(key) == 1 and len(self.word) < WORD_MOST:
            return replace(self, word=self.word + key, first=0)
        return self


def _words_of(panel: Panel, wall: datetime) -> list[str]:
    """Everything that a row says, and the groups, in which a word is looked for."""
    troubles = [word for trouble in panel.troubles(wall) for word in (trouble.id, trouble.detail)]
    return [panel.name, panel.showing, panel.reason, *panel.groups, *troubles]


def _next_of(now: str, names: list[str]) -> str:
    """all, then each group, then all again."""
    ring = ["", *names]
    return ring[(ring.index(now) + 1) % len(ring)] if now in ring else ""
