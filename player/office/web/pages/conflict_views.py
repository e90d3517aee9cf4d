"""Two versions of a file side by side, line by line, and both in one where that is possible.

Knows: which lines differ, how the additions of one playlist go into another. Touches nothing: bytes in, values out.
Must not: choose; a person does.
"""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass

from player.office.web.content.playlist_file import PlaylistFile
from player.office.web.content.playlist_rows import ItemRows, PlaylistRows, split_rows
from player.office.web.content.publishing import ConflictedFile, DraftConflict
from player.office.web.pages.drafting import mark_of
from player.office.web.words import Language, plural, t

LINES_MOST = 400
Side = list[tuple[str, str]]
"""Lines, each with the name of its look: "same", "other" (only on this side), "gap" (only on the other)."""


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One file. left: as the folder has it, right: as the draft has it. choice: what is ticked at first.

    began: the lines of what the folder had when the draft began.
    """

    path: str
    seen: str
    left: Side
    right: Side
    theirs_says: str
    mine_says: str
    can_join: bool
    choice: str
    began: tuple[str, ...]


def conflict_views(conflict: DraftConflict, language: Language) -> list[ConflictView]:
    return [_view(file, language) for file in conflict.files]


def _view(file: ConflictedFile, language: Language) -> ConflictView:
    left, right = side_by_side(_lines(file.theirs), _lines(file.mine))
    can_join = _can_join(file)
    return ConflictView(
        file.path, mark_of(file.theirs or b""), left, right, _says(file.theirs, language), _says(file.mine, language), can_join,
        "both" if can_join else "", tuple(_lines(file.base)[:LINES_MOST]),
    )  # fmt: skip


def _says(raw: bytes | None, language: Language) -> str:
    if raw is None:
        return t(language, "It is no text, or it is not there any more.")
    return plural(language, len(_lines(raw)), "1 line", "{n} lines")


def _lines(raw: bytes | None) -> list[str]:
    return [] if raw is None else raw.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()


def side_by_side(theirs: list[str], mine: list[str]) -> tuple[Side, Side]:
    """Equal lines stand beside each other; where one side has none there is a gap."""
    left: Side = []
    right: Side = []
    matcher = difflib.SequenceMatcher(None, theirs[:LINES_MOST], mine[:LINES_MOST], autojunk=False)
    for word, i1, i2, j1, j2 in matcher.get_opcodes():
        look = "same" if word == "equal" else "other"
        left += [(look, line) for line in theirs[i1:i2]]
        right += [(look, line) for line in mine[j1:j2]]
        tall = max(i2 - i1, j2 - j1)
        left += [("gap", "")] * (tall - (i2 - i1))
        right += [("gap", "")] * (tall - (j2 - j1))
    return left, right


def _can_join(file: ConflictedFile) -> bool:
    """Whether both are playlists that can be edited, and the draft has items that neither the folder nor the beginning had."""
    if file.theirs is None or file.mine is None or not file.path.casefold().endswith((".m3u", ".m3u8")):
        return False
    try:
        for raw in (file.theirs, file.mine):
            raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return PlaylistFile.read(file.theirs, file.path).editable and bool(_added(file))


def _added(file: ConflictedFile) -> list[ItemRows]:
    """The draft's items that are in neither of the others, in their order, with the lines that belong to each."""
    had = Counter(item.where for raw in (file.base, file.theirs) if raw for item in _rows(raw).items)
    added = []
    for item in _rows(file.mine or b"").items:
        if had[item.where]:
            had[item.where] -= 1
        else:
            added.append(item)
    return added


def _rows(raw: bytes) -> PlaylistRows:
    return split_rows(raw.decode("utf-8", "replace").removeprefix("\ufeff"))


def joined_version(file: ConflictedFile) -> bytes:
    """The folder's playlist with the draft's new items at its end, each with its own lines as the draft has them."""
    theirs = file.theirs or b""
    end = "\r\n" if b"\r\n" in theirs else "\n"
    lines = [f"{row.text}{end}" for item in _added(file) for row in item.rows]
    between = "" if not theirs or theirs.endswith(b"\n") else end
    return theirs + (between + "".join(lines)).encode()
