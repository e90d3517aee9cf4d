"""Vetting from the daemon's side: a verdict on each new content, asked of a child process that may die or hang.

Knows: the child's life (one for an import, ended afterwards), its deadline, how a verdict is written down.
Touches: child processes. Must not: look into a media file itself.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from player.base.children import ParserChild
from player.base.strict_json import as_list, as_seconds, as_text, as_truth, as_whole, perhaps
from player.core.model import MediaKind

VETTING_VERSION = 1
"""Raised when the rules change, so that every content is looked into again."""

DEADLINE_S = 10.0
"""libmediainfo needs milliseconds; a file that holds it for so long is hostile, or the disk is dying."""
PROGRAM = (sys.executable, "-m", "player.library.vetting.child")


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind None: refused, and `why` says so. cut: it may be whole later, when the rest of it has come."""

    kind: MediaKind | None
    width: int = 0
    height: int = 0
    length_s: float | None = None
    why: str = ""
    cut: bool = False

    def pack(self) -> list[Any]:
        return [self.kind, self.width, self.height, self.length_s, self.why, self.cut]

    @classmethod
    def unpack(cls, row: object) -> Self:
        """Raises ValueError."""
        if len(fields := as_list(row)) != 6:
            raise ValueError("a verdict has six fields")
        kind, width, height, length_s, why, cut = fields
        seen = MediaKind(as_text(kind)) if kind else None
        return cls(seen, as_whole(width), as_whole(height), perhaps(as_seconds, length_s), as_text(why), as_truth(cut))


class VettingFailed(Exception):
    """The child could not be started or asked: the machine's fault, not the file's."""


class Vetting:
    """Asks one child after another. Not thread-safe: one for each import."""

    def __init__(self, max_pixels: int, deadline_s: float = DEADLINE_S, program: tuple[str, ...] = PROGRAM) -> None:
        self._max_pixels = max_pixels
        self.child = ParserChild(program, deadline_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    def warm_up(self) -> None:
        """Starts the child now, so that its 0.1 s of imports pass while the file is still being copied."""
        try:
            self.child.start()
        except OSError as error:
            raise VettingFailed(f"the vetting process cannot be started: {error}") from error

    def rest(self) -> None:
        """Ends the child; the next question starts another."""
        self.child.end()

    def judge(self, path: Path) -> Verdict:
        """The verdict on the content of `path`. A child that dies on it, or hangs, refuses it. Raises VettingFailed."""
        answer = self._ask(path)
        if answer is None:  # it may have died of its age or of a signal that was not this file's fault: once more
            answer = self._ask(path)
        if answer is None:
            return Verdict(None, why="looking into it kills or hangs the vetting process; it is damaged or hostile")
        if "error" in answer:
            raise VettingFailed(f"it cannot be read ({answer['error']})")
        if "why" in answer:
            return Verdict(None, why=answer["why"], cut=answer["cut"])
        pixels = answer["width"] * answer["height"]
        if pixels > self._max_pixels:
            size = f"{answer['width']}x{answer['height']}"
            why = f"{size} pixels are more than content.max_pixels ({self._max_pixels}); scale it down"
            return Verdict(None, answer["width"], answer["height"], why=why)
        return Verdict(MediaKind(answer["kind"]), answer["width"], answer["height"], answer["length_s"])

    def _ask(self, path: Path) -> Mapping[str, Any] | None:
        self.warm_up()
        return self.child.ask(str(path.absolute()))
