"""For the operator, before it goes live: can everything be made that the lines of a folder ask for?

Knows: the words. Touches: the folder, reading only; a rendition child. Must not: keep what was made.
"""

from __future__ import annotations

from typing import Self

from player.base.text import printable
from player.core.model import Problem
from player.library.content.draft import DraftPlaylist, Line
from player.library.renditions.asking import NotMadeNow, RenditionChildren
from player.library.renditions.recipes import Canvas, NotMade, Wanted
from player.library.store.made_rows import asked_by
from player.library.store.workshop import UNKNOWN
from player.library.vetting.content_folder import ContentFolder
from player.library.vetting.verdicts import Verdict
from player.settings.models import Settings


class RenditionCheck:
    """`with RenditionCheck(content, settings) as made:`; remarks: what should be known of files that can be shown."""

    def __init__(self, content: ContentFolder, settings: Settings) -> None:
        self._content = content
        self._image_seconds = settings.content.image_seconds
        self._canvas = _canvas(settings)
        self._children = RenditionChildren(content.root)
        self._tried: dict[tuple[str, Wanted], NotMade | None] = {}
        self.remarks: list[Problem] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._children.child.end()

    def fault_of(self, playlist: DraftPlaylist, line: Line, verdict: Verdict | None) -> Problem | None:
        """Why something that the line asks for cannot be made. What only this computer cannot make (no ffmpeg) is not told."""
        asked = asked_by(line, verdict, self._image_seconds) if verdict and verdict.kind else None
        wanted = asked.wanted("", self._canvas) if asked is not None else []
        if isinstance(wanted, NotMade):
            return _problem(playlist, line, wanted)
        faults = (self._try(line.target, one) for one in dict.fromkeys(wanted))
        first = next((fault for fault in faults if fault is not None), None)
        return None if first is None else _problem(playlist, line, first)

    def _try(self, target: str, wanted: Wanted) -> NotMade | None:
        if (target, wanted) not in self._tried:
            self._tried[target, wanted] = self._make(target, wanted)
        return self._tried[target, wanted]

    def _make(self, target: str, wanted: Wanted) -> NotMade | None:
        try:
            made = self._children.ask(self._content.place_of(target), wanted, 0, lambda block: None)
        except NotMadeNow:
            return None
        if isinstance(made, NotMade):
            return made
        if made.remark:
            what, _, remedy = made.remark.partition("; ")
            self.remarks.append(Problem(printable(target), what, remedy, remark=True))
        return None


def _problem(playlist: DraftPlaylist, line: Line, fault: NotMade) -> Problem:
    why, _, remedy = fault.why.partition("; ")
    name = printable(line.target)
    if playlist.file:
        return Problem(printable(playlist.file), f"{name}: {why}", remedy, line.entry.line)
    return Problem(name, why, remedy)


def _canvas(settings: Settings) -> Canvas:
    screen = settings.screen
    wide, tall = screen.region[2:] if screen.region else (UNKNOWN.width, UNKNOWN.height)
    return Canvas(*((tall, wide) if screen.rotation % 180 else (wide, tall)), screen.background)
