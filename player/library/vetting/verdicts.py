"""Vetting from the daemon's side: a verdict on each new content, asked of a child process that may die or hang.

Knows: the child's life (one for an import, ended afterwards), its deadline, how a verdict is written down.
Touches: child processes. Must not: look into a media file itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from player.base.children import WALL_S, ChildDied, ParserChild
from player.base.strict_json import as_list, as_seconds, as_text, as_truth, as_whole, perhaps
from player.core.model import FilmFacts, MediaKind
from player.library.renditions.recipes import Recipe
from player.library.vetting.facts import facts_of, facts_row

VETTING_VERSION = 4
"""Raised when the rules change, so that every content is looked into again."""

BLACK = "#000000"
TRIES = 2
"""A child may have died of its age, or of a signal that was not this file's fault."""
PROGRAM = (sys.executable, "-m", "player.library.vetting.child")


@dataclass(frozen=True, slots=True)
class Verdict(FilmFacts):
    """kind None: refused, and `why` says so. cut: it may be whole later, when the rest of it has come.

    recipe: what has to be made of it before it can be shown; None: nothing. pages: of a document.
    """

    kind: MediaKind | None
    width: int = 0
    height: int = 0
    length_s: float | None = None
    why: str = ""
    cut: bool = False
    recipe: Recipe | None = None
    pages: int = 0

    def pack(self) -> list[Any]:
        return [
            self.kind, self.width, self.height, self.length_s, self.why, self.cut, facts_row(self), self.recipe, self.pages,
        ]  # fmt: skip

    @classmethod
    def unpack(cls, row: object) -> Self:
        """Raises ValueError."""
        if len(fields := as_list(row)) != 9:
            raise ValueError("a verdict has nine fields")
        kind, width, height, length_s, why, cut, film, recipe, pages = fields
        return cls(
            MediaKind(as_text(kind)) if kind else None, as_whole(width), as_whole(height), perhaps(as_seconds, length_s),
            as_text(why), as_truth(cut), perhaps(_as_recipe, recipe), as_whole(pages), **facts_of(film),
        )  # fmt: skip


def _as_recipe(value: object) -> Recipe:
    return Recipe(as_text(value))


class VettingFailed(Exception):
    """The child could not be started or asked: the machine's fault, not the file's."""


class VettingUndone(Exception):
    """The machine ended the child over this one file, twice: nothing is known about the file, so it is asked again later."""


class FilmUnseen(VettingUndone):
    """It may be a film, and this computer (Windows, macOS) has no libraries to look into one."""


class Vetting:
    """Asks one child after another. Not thread-safe: one for each import."""

    def __init__(
        self,
        max_pixels: int,
        deadline_s: float = WALL_S,
        program: tuple[str, ...] = PROGRAM,
        *,
        folder: Path | None = None,
        ground: str = BLACK,
    ) -> None:
        """ground: the colour on which pictures lie (`screen.background`).

        folder: below it lie the files that will be judged; None: each one's own folder, so another child for each folder.
        """
        self._max_pixels = max_pixels
        self._ground = ground
        self.child = ParserChild(program, deadline_s)
        if folder is not None:
            self.child.see(folder.absolute())

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

    def judge(self, path: Path, breathe: Callable[[], None] = lambda: None, *, as_text: bool = False) -> Verdict:
        """The verdict on the content of `path`. breathe: see ParserChild.ask. as_text: it is meant as a text page.

        A file that ends the child twice by what it holds is refused. Raises VettingUndone when it was the machine that
        did (no memory, no time) or it cannot look into films (FilmUnseen), and VettingFailed when nothing can be asked at all.
        """
        deaths: list[ChildDied] = []
        while len(deaths) < TRIES:
            try:
                return self._verdict_of(self._ask(path, breathe, as_text=as_text))
            except ChildDied as died:
                deaths.append(died)
        if all(died.by_question for died in deaths):
            return Verdict(
                None, why=f"looking into it ends the vetting process ({deaths[0]}); it is damaged or hostile"
            )
        raise VettingUndone(f"it could not be looked into ({deaths[-1]}); it is tried again")

    def _verdict_of(self, answer: Mapping[str, Any]) -> Verdict:
        """Raises VettingFailed when the disk fails, FilmUnseen, and ChildDied for an answer that only a hijacked child gives."""
        if "error" in answer:
            raise VettingFailed(f"it cannot be read ({answer['error']})")
        if "unseen" in answer:
            raise FilmUnseen("this computer cannot look into films")
        try:
            if "why" in answer:
                return Verdict(None, why=as_text(answer["why"]), cut=as_truth(answer.get("cut")))
            width, height = as_whole(answer.get("width")), as_whole(answer.get("height"))
            kind, length_s = MediaKind(as_text(answer.get("kind"))), perhaps(as_seconds, answer.get("length_s"))
            recipe, pages = perhaps(_as_recipe, answer.get("recipe")), as_whole(answer.get("pages", 0))
            film = facts_of(answer.get("film", {}))
        except ValueError as error:
            self.rest()
            raise ChildDied("its answer makes no sense", by_question=True) from error
        if width * height > self._max_pixels:
            why = f"{width}x{height} pixels are more than content.max_pixels ({self._max_pixels}); scale it down"
            return Verdict(None, width, height, why=why)
        return Verdict(kind, width, height, length_s, recipe=recipe, pages=pages, **film)

    def _ask(self, path: Path, breathe: Callable[[], None], *, as_text: bool) -> Mapping[str, Any]:
        self.child.see(path.absolute().parent)
        self.warm_up()
        asked = {
            "path": str(path.absolute()), "most_pixels": self._max_pixels, "as_text": as_text, "ground": self._ground,
        }  # fmt: skip
        return self.child.ask(asked, breathe=breathe)
