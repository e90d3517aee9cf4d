"""What is told of the folder's state: which alert, which problem, and in which words.

Knows: the sentences. Touches nothing but the reporter that it is given. Must not: look at the folder or the store.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Sequence
from dataclasses import replace

from player.base.text import printable
from player.bundle.refusals import BundleRefused
from player.core.alerts import Alert
from player.core.model import Problem
from player.library.folder.report import FolderReporter
from player.library.store.copying import CopyFault, StoreFull, StoreReadOnly
from player.library.store.release_builder import Built
from player.library.vetting.verdicts import VettingFailed

NAMES_LIMIT = 5
"""Named one by one in an alert; of the others the number is said."""
BROKEN_OFF = "a newer version of it was being copied, and the copy has broken off"
PLAYS_ON = "the present release goes on playing"
NOTHING_YET = "nothing plays yet"


def tell_conclusion(
    tell: FolderReporter, built: Built, broken_off: Sequence[str], coming: Collection[str], *, playing: bool
) -> None:
    """The folder has been dealt with. playing: its source has a release.

    broken_off: files that are there, and whose next version a sync tool has begun to write and given up.
    coming: files that are there and whose copy into the library has not begun: nothing is missing of them.
    """
    problems = [
        Problem(printable(path), BROKEN_OFF, "let it sync again, or copy the file again") for path in broken_off
    ]
    tell.problems([*built.problems, *problems])
    tell.condition(Alert.DISK_LOW, built.full[0] if built.full else None)
    tell.condition(Alert.DISK_READ_ONLY, None)
    skipped = [path for path in (built.record.skipped if built.record else built.waiting) if path not in coming]
    incomplete = [f"left out until it is there and whole: {_names(skipped)}; copy it again"] if skipped else []
    if broken_off:
        incomplete.append(f"the old version plays of {_names(broken_off)}: {BROKEN_OFF}; let it sync again")
    tell.condition(Alert.CONTENT_INCOMPLETE, "; ".join(incomplete) or None)
    rejected = _all_named(built.refused or built.problems) or "nothing in the content folder can be played"
    nothing_usable = built.record is None and playing
    tell.condition(Alert.CONTENT_REJECTED, rejected if built.refused or nothing_usable else None)


def tell_refusal(tell: FolderReporter, refused: BundleRefused) -> None:
    """The folder's bundle is not to be trusted."""
    tell.problems([Problem("manifest.json", str(refused))])
    tell.condition(Alert.CONTENT_REJECTED, str(refused))
    tell.condition(Alert.CONTENT_INCOMPLETE, None)


def tell_waiting(
    tell: FolderReporter, waiting: Sequence[str], files_done: int, *, for_long: bool, playing: bool
) -> None:
    """Something that the folder names is not there yet. for_long: the office is told. playing: something is on screen."""
    tell.waiting(printable(waiting[0]), files_done)
    if for_long:
        tell.condition(Alert.CONTENT_INCOMPLETE, f"waiting for {_names(waiting)}; {_meanwhile(playing)}")


def tell_out_of_sight(tell: FolderReporter, problem: Problem, *, for_long: bool) -> None:
    """The folder itself is not there, or cannot be listed."""
    if for_long:
        tell.condition(Alert.CONTENT_INCOMPLETE, problem.what)
    tell.problems([problem])
    tell.progress(None)


def tell_no_answer(tell: FolderReporter, folder: str, *, playing: bool) -> None:
    """A call on the folder does not return: a dead share. Stands until the folder sync tells something else."""
    problem = Problem(
        "the content folder", f"{folder} does not answer", f"check the network share; {_meanwhile(playing)}"
    )
    tell.problems([problem])
    tell.condition(Alert.CONTENT_INCOMPLETE, str(problem))


def tell_fault(tell: FolderReporter, error: CopyFault | VettingFailed | OSError, *, playing: bool) -> str:
    """A disk, the share or the vetting process fails; returns what was said."""
    number = error.errno if isinstance(error, OSError) else None
    words = os.strerror(number or errno.EIO) if isinstance(error, OSError) else str(error)
    if isinstance(error, StoreFull) or number in (errno.ENOSPC, errno.EDQUOT):
        tell.condition(Alert.DISK_LOW, f"{words}; remove content that is not needed, or fit a larger disk")
    elif isinstance(error, StoreReadOnly) or number == errno.EROFS:
        tell.condition(Alert.DISK_READ_ONLY, f"{words}; {_meanwhile(playing)}")
    tell.problems([Problem("the library", words, _meanwhile(playing))])
    tell.progress(None)
    return words


def _meanwhile(playing: bool) -> str:
    return PLAYS_ON if playing else NOTHING_YET


def _names(paths: Sequence[str]) -> str:
    """ "a.mp4, b.mp4, c.mp4, d.mp4, e.mp4 and 7 more"."""
    named = ", ".join(printable(path) for path in paths[:NAMES_LIMIT])
    return f"{named} and {len(paths) - NAMES_LIMIT} more" if len(paths) > NAMES_LIMIT else named


def _all_named(problems: Sequence[Problem]) -> str:
    """One with its remedy; of several the first in full, and of the others what is wrong with each. "": there is none."""
    if not problems:
        return ""
    others = [str(replace(problem, remedy="")) for problem in problems[1:NAMES_LIMIT]]
    more = f" and {len(problems) - NAMES_LIMIT} more" if len(problems) > NAMES_LIMIT else ""
    return " | ".join([str(problems[0]), *others]) + more
