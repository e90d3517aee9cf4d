"""For the operator, before it goes live: can everything be made that the lines of a folder ask for?

Knows: the words. Touches: the folder, reading only; a rendition child. Must not: keep what was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from player.base.text import printable
from player.core.model import Problem
from player.library.content.draft import Draft, DraftPlaylist, Line
from player.library.renditions.asking import NotMadeNow, RenditionChildren
from player.library.renditions.recipes import Canvas, NotMade, Wanted
from player.library.store.made_rows import asked_by
from player.library.store.workshop import UNKNOWN
from player.library.vetting.verdicts import Verdict
from player.settings.models import Settings


def check_renditions(
    folder: Path, draft: Draft, verdicts: Mapping[str, Verdict], settings: Settings
) -> dict[Line, Problem]:
    """The lines of which something cannot be made, and why. What only this computer cannot make (no ffmpeg) is not told."""
    canvas = _canvas(settings)
    children = RenditionChildren(folder)
    tried: dict[tuple[str, Wanted], NotMade | None] = {}
    problems: dict[Line, Problem] = {}
    try:
        for playlist in draft.playlists:
            for line in playlist.lines:
                verdict = verdicts.get(line.target)
                asked = asked_by(line, verdict, settings.content.image_seconds) if verdict and verdict.kind else None
                if asked is None:
                    continue
                wanted = asked.wanted("", canvas)
                fault = wanted if isinstance(wanted, NotMade) else None
                for one in dict.fromkeys(wanted) if not isinstance(wanted, NotMade) else ():
                    if (line.target, one) not in tried:
                        tried[line.target, one] = _try(children, folder / line.target, one)
                    fault = fault or tried[line.target, one]
                if fault is not None:
                    problems[line] = _problem(playlist, line, fault)
    finally:
        children.child.end()
    return problems


def _try(children: RenditionChildren, path: Path, wanted: Wanted) -> NotMade | None:
    try:
        made = children.ask(path, wanted, 0, lambda block: None)
    except NotMadeNow:
        return None
    return made if isinstance(made, NotMade) else None


def _problem(playlist: DraftPlaylist, line: Line, fault: NotMade) -> Problem:
    why, _, remedy = fault.why.partition("; ")
    name = printable(line.target)
    if playlist.file:
        return Problem(printable(playlist.file), f"{name}: {why}", remedy, line.entry.line)
    return Problem(name, why, remedy or "remove it")


def _canvas(settings: Settings) -> Canvas:
    screen = settings.screen
    wide, tall = screen.region[2:] if screen.region else (UNKNOWN.width, UNKNOWN.height)
    return Canvas(*((tall, wide) if screen.rotation % 180 else (wide, tall)), screen.background)
