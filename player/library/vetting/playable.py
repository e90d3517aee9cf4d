"""Whether a panel has anything to show in its own content folder, for `panel-player check`, which must answer soon.

Knows: how few files have to be looked into. Touches: the folder, reading only; the children that parse and vet.
Must not: list everything that is wrong (vetting/folder_check.py does), or need the daemon or its library.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from player.base.text import printable
from player.core.model import Problem
from player.library.content.draft import Line
from player.library.content.text_page import is_text_page
from player.library.vetting.content_folder import PlainFolder
from player.library.vetting.folder_check import manifest_faults
from player.library.vetting.made_check import RenditionCheck
from player.library.vetting.meaning import FolderMeaning, MeaningUnknown, read_meaning
from player.library.vetting.remarks import remedy_of
from player.library.vetting.verdicts import FilmUnseen, Verdict, Vetting, VettingFailed, VettingUndone
from player.settings.models import Settings

LOOKED_INTO_MOST = 30
"""Files; a film takes up to a few seconds, and a folder in which so many are bad is told as bad."""

NO_CONTENT = "no film, picture, document or text is in it"


@dataclass(frozen=True, slots=True)
class Playable:
    """items: what the playlists list. empty: nothing lies there. fault: why nothing can be played; "" when something can."""

    items: int
    empty: bool = False
    fault: str = ""


def find_playable(folder: Path, settings: Settings, now: datetime) -> Playable:
    """The panel's folder looked into until something is found that it can play. now: aware."""
    content = PlainFolder(folder)
    try:
        meaning = read_meaning(content, settings, now)
        refused = manifest_faults(content, meaning.snapshot, settings, now)
    except (MeaningUnknown, OSError) as error:
        return Playable(0, fault=str(error))
    lines = [line for playlist in meaning.draft.playlists for line in playlist.lines]
    if refused:
        return Playable(len(lines), fault=_told(refused[0]))
    if not meaning.snapshot.files and not meaning.draft.problems:
        return Playable(0, empty=True)
    return Playable(len(lines), fault=_first_fault(content, meaning, settings))


def _first_fault(content: PlainFolder, meaning: FolderMeaning, settings: Settings) -> str:
    """What is wrong with the first item; "" as soon as one can be played."""
    draft, first = meaning.draft, ""
    looked: dict[str, Verdict | None] = {}
    with (
        Vetting(settings.content.max_pixels, folder=content.root, ground=settings.screen.background) as vetting,
        RenditionCheck(content, settings) as made,
    ):
        for playlist in draft.playlists:
            for line in playlist.lines:
                if line.target in looked or len(looked) >= LOOKED_INTO_MOST:
                    continue
                fault, looked[line.target] = _look(content, vetting, line)
                fault = fault or made.fault_of(playlist, line, looked[line.target])
                if fault is None:
                    return ""
                first = first or _told(fault)
    others = [*draft.problems, *(missing.problem for missing in draft.missing())]
    return first or (_told(others[0]) if others else NO_CONTENT)


def _told(problem: Problem) -> str:
    """Without its line, which `panel-player check FOLDER` tells."""
    return str(replace(problem, line=None))


def _look(content: PlainFolder, vetting: Vetting, line: Line) -> tuple[Problem | None, Verdict | None]:
    """What is wrong with the file or stream of a line, and what vetting says of it."""
    if line.stream:
        return None, None
    name = printable(line.target)
    try:
        verdict = vetting.judge(content.place_of(line.target), as_text=is_text_page(line.target))
    except FilmUnseen:
        return None, None
    except (VettingFailed, VettingUndone) as error:
        return Problem(name, str(error), "check again later"), None
    return (Problem(name, verdict.why, remedy_of(verdict)) if verdict.kind is None else None), verdict
