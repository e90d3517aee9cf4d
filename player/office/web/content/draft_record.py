"""What a draft holds, as it lies on the disk: the files that differ, what each was when the draft began, and the way back.

Knows: the file's format. Touches nothing: it is given bytes and gives bytes. Must not: know folders or browsers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from player.base.strict_json import as_list, as_table, as_text, as_whole, parse_json, perhaps

FORMAT = 1
ACTIONS_LIMIT = 200
"""So many steps can be undone."""


def base_name(sha256: str) -> str:
    """Of the draft's copy of a text as it was when its change began."""
    return f"base-{sha256}"


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of one path. kept: the name of its new content among the draft's files; "": it is gone.

    renamed_from: the file of the folder that it is, under another name, without a copy.
    """

    kept: str = ""
    sha256: str = ""
    size_bytes: int = 0
    renamed_from: str = ""

    @property
    def is_gone(self) -> bool:
        return not self.kept and not self.renamed_from

    def pack(self) -> list[Any]:
        return [self.kept, self.sha256, self.size_bytes, self.renamed_from]

    @classmethod
    def unpack(cls, row: object) -> Edit:
        """Raises ValueError."""
        kept, sha256, size_bytes, renamed_from = _fields(row, 4)
        return cls(as_text(kept), as_text(sha256), as_whole(size_bytes), as_text(renamed_from))


@dataclass(frozen=True, slots=True)
class EditStep:
    """One thing that a person did, and how each path was before it (None: as in the folder), with what it began from then."""

    what: str
    path: str
    before: dict[str, Edit | None]
    bases: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class DraftRecord:
    """base: of each changed path the SHA-256 of what the folder held when the change began; "": nothing."""

    edits: dict[str, Edit] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)
    steps: list[EditStep] = field(default_factory=list)

    def kept_names(self) -> set[str]:
        """Of the draft's files that a step or the present state needs."""
        edits: Iterable[Edit | None] = (*self.edits.values(), *(e for step in self.steps for e in step.before.values()))
        kept = {edit.kept for edit in edits if edit is not None and edit.kept}
        return kept | {base_name(sha256) for sha256 in self.base.values() if sha256}

    def put(self, what: str, changes: dict[str, Edit | None], bases: dict[str, str]) -> None:
        """Does one step. bases: of the paths that were as in the folder so far."""
        before = {path: self.edits.get(path) for path in changes}
        began = {path: self.base[path] for path in changes if path in self.base}
        self.steps.append(EditStep(what, next(iter(changes)), before, began))
        del self.steps[:-ACTIONS_LIMIT]
        self._apply(changes)
        self.base.update(
            {path: sha256 for path, sha256 in bases.items() if path in self.edits and path not in self.base}
        )

    def undo(self) -> EditStep | None:
        if not self.steps:
            return None
        step = self.steps.pop()
        self._apply(step.before)
        self.base.update({path: began for path, began in step.bases.items() if path in self.edits})
        return step

    def _apply(self, changes: dict[str, Edit | None]) -> None:
        for path, edit in changes.items():
            if edit is None:
                self.edits.pop(path, None)
                self.base.pop(path, None)
            else:
                self.edits[path] = edit

    def encode(self) -> bytes:
        steps = [
            [step.what, step.path, {path: edit and edit.pack() for path, edit in step.before.items()}, step.bases]
            for step in self.steps
        ]
        edits = {path: edit.pack() for path, edit in self.edits.items()}
        return json.dumps({"v": FORMAT, "edits": edits, "base": self.base, "steps": steps}).encode()

    @classmethod
    def decode(cls, raw: bytes) -> DraftRecord:
        """Raises ValueError."""
        table = as_table(parse_json(raw))
        if table.get("v") != FORMAT:
            raise ValueError("not a draft of this version")
        steps = []
        for row in as_list(table.get("steps")):
            what, path, before, bases = _fields(row, 4)
            states = {name: perhaps(Edit.unpack, edit) for name, edit in as_table(before).items()}
            began = {name: as_text(sha256) for name, sha256 in as_table(bases).items()}
            steps.append(EditStep(as_text(what), as_text(path), states, began))
        edits = {path: Edit.unpack(row) for path, row in as_table(table.get("edits")).items()}
        base = {path: as_text(sha256) for path, sha256 in as_table(table.get("base")).items()}
        return cls(edits, base, steps)


def _fields(row: object, count: int) -> list[Any]:
    if len(fields := as_list(row)) != count:
        raise ValueError(f"a row of {len(fields)} fields instead of {count}")
    return fields
