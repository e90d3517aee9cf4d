"""When a folder is "now": the moment at which what lies there may be adopted (terminal.md, "When something is wrong").

Knows: the settle rule and its limits, as pure arithmetic on monotonic seconds. Touches nothing.
Must not: look at a folder.
"""

from __future__ import annotations

from dataclasses import dataclass

from player.library.folder.patience import PATIENCE, Patience


@dataclass(frozen=True, slots=True)
class Folder:
    """What is known about the folder. Moments are monotonic seconds.

    quiet_since: the last change of anything. consistent_since: since when all that is named is there and usable
    (None: it is not). named_quiet_since: the last change of a file that is named and has been copied.
    waiting: something that is named is missing or cut short. writing: a twin of a named file is being written.
    playing: there is a release that plays, of this source or another. usable_since: since when something that has been
    copied can be played (None: nothing can).
    sealed: a manifest says that every byte is right.
    """

    quiet_since: float
    consistent_since: float | None
    named_quiet_since: float
    waiting: bool = False
    writing: bool = False
    playing: bool = True
    usable_since: float | None = None
    sealed: bool = False


def adopt_at(folder: Folder, settle_s: float, patience: Patience = PATIENCE) -> float | None:
    """The moment from which the folder may be adopted, if nothing changes until then; None: not before a change."""
    if folder.sealed:
        return folder.quiet_since
    quiet = folder.quiet_since + settle_s
    if not folder.playing and folder.usable_since is not None:
        # With nothing on screen yet, what is whole beats waiting for the rest, whatever else is on its way.
        return min(quiet, folder.named_quiet_since + settle_s, folder.usable_since + patience.first_s)
    if folder.writing:
        return None
    if folder.waiting:
        return folder.quiet_since + max(settle_s, patience.incomplete_s) if folder.playing else quiet
    if folder.consistent_since is None:
        return quiet
    pushed = max(folder.consistent_since + patience.consistent_s, folder.named_quiet_since + settle_s)
    return min(quiet, pushed)
