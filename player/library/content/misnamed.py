"""Files that were meant to be a playlist or the schedule and are not called so: Windows hides endings, Word adds its own.

Knows: the names that count, and how they get changed. Touches nothing. Must not: read a file by another name than its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from player.base.text import printable
from player.core.model import Problem
from player.library.content.names import PLAYLIST_ENDINGS, PLAYLISTS_FOLDER

SCHEDULE_NAMES = ("schedule.toml", "schedule.ics")
_OFFICE = (".docx", ".doc", ".rtf", ".odt", ".pages")
_ADDED = (".txt", *_OFFICE, ".html", ".htm", ".xml", ".toml", ".ics", *PLAYLIST_ENDINGS)
_COPY = re.compile(r"\s*(?:\(\d+\)|- copy|- salinan)$|^copy of |^salinan dari ", re.IGNORECASE)


def find_misnamed(paths: Collection[str]) -> list[Problem]:
    """What an operator put there as a playlist or a schedule and will wait for in vain."""
    problems = []
    for path in sorted(paths):
        right = right_name(path)
        if right is None or right == path:
            continue
        name = posixpath.basename(path)
        hidden = posixpath.splitext(name)[1].casefold()
        what = f"it is not called {posixpath.basename(right)}, so it is not read"
        if hidden in _OFFICE:
            remedy = f"save it as plain text (.txt), and rename that to {right}"
        elif hidden == ".txt":
            what = f"Windows has added {hidden} to its name, which hides there, so it is not read"
            remedy = f"rename it to {right} (Explorer, View, File name extensions)"
        else:
            remedy = f"rename it to {right}"
        # Beside the right one it is a copy that somebody keeps: told, and no fault.
        problems.append(Problem(printable(path), what, printable(remedy), remark=right in paths))
    return problems


def right_name(path: str) -> str | None:
    """The path under which a file would count that was meant as a playlist or a schedule; None: it was not."""
    above, name = posixpath.split(path)
    if above.casefold() not in ("", PLAYLISTS_FOLDER):
        return None
    stem, ending = posixpath.splitext(name)
    folded = ending.casefold()
    inner = posixpath.splitext(stem)[1].casefold()
    if folded in _ADDED and inner in (*PLAYLIST_ENDINGS, ".toml", ".ics"):
        stem, folded = stem[: -len(inner)], inner
    elif folded in (".txt", *_OFFICE):
        folded = ".toml" if _plain(stem) == "schedule" and not above else PLAYLIST_ENDINGS[0]
        if not above and _plain(stem) not in ("playlist", "schedule"):
            return None
    if above:
        return f"{PLAYLISTS_FOLDER}/{stem}{folded}" if folded in PLAYLIST_ENDINGS else None
    if folded in PLAYLIST_ENDINGS and _plain(stem) == "playlist":
        return path if (stem.casefold(), ending.casefold()) == ("playlist", folded) else f"playlist{folded}"
    if f"schedule{folded}" in SCHEDULE_NAMES and _plain(stem) == "schedule":
        return f"schedule{folded}"
    if folded in PLAYLIST_ENDINGS:
        return f"{PLAYLISTS_FOLDER}/{stem}{folded}"
    return None


def _plain(stem: str) -> str:
    """Without what browsers and Windows write beside the name of a second copy."""
    return _COPY.sub("", stem).strip().casefold()
