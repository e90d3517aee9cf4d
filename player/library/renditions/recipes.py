"""What is made of which content: the recipe, what is wanted of it for one size of the region, and what came out.

Knows: how a rendition is named and written down. Touches nothing. Must not: make one (renditions/child.py does).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from player.base.strict_json import as_list, as_seconds, as_text, as_truth, as_whole, perhaps
from player.core.model import PAGE_MARK, MediaKind

RECIPES_VERSION = 2
"""Raised when a rendition comes to look otherwise, so that all are made anew."""
PAGES_LIMIT = 100
"""Of one document that a line may show: at ten seconds each it is over a quarter of an hour."""
MOVING_LIMIT_S = 600.0
"""The longest film that is made of a moving picture; what is to move for longer plays it again, without a gap."""


class Recipe(StrEnum):
    """PICTURE: a photo that decoders do not open. MOVING: a film from pictures that follow each other."""

    PICTURE = "picture"
    MOVING = "moving"
    DOCUMENT = "document"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Canvas:
    """What renditions are made for: the region as people see it (turned with the panel), and the ground of pictures."""

    width: int
    height: int
    ground: str = "#000000"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a content; equal: the same rendition. page: of a document, from 1. seconds: of a moving picture."""

    digest: str
    recipe: Recipe
    canvas: Canvas
    page: int = 0
    seconds: float = 0.0
    version: int = RECIPES_VERSION

    @property
    def key(self) -> str:
        c = self.canvas
        return (
            f"{self.digest} {self.recipe} {self.page} {self.seconds:g} {c.width}x{c.height} {c.ground} {self.version}"
        )

    def on(self, canvas: Canvas) -> Self:
        """The same of the same content, for another region and by this program's way of making it."""
        return replace(self, canvas=canvas, version=RECIPES_VERSION)

    def pack(self) -> list[Any]:
        c = self.canvas
        return [self.digest, self.recipe, self.page, self.seconds, c.width, c.height, c.ground, self.version]

    @classmethod
    def unpack(cls, row: object) -> Self:
        """Raises ValueError."""
        if len(fields := as_list(row)) != 8:
            raise ValueError("what is wanted has eight fields")
        digest, recipe, page, seconds, width, height, ground, version = fields
        canvas = Canvas(as_whole(width), as_whole(height), as_text(ground))
        return cls(
            as_text(digest), Recipe(as_text(recipe)), canvas, as_whole(page), as_seconds(seconds), as_whole(version)
        )


@dataclass(frozen=True, slots=True)
class Rendition:
    """One picture or film, a blob of the store. length_s: the film's. show_s: for how long a text takes to be read."""

    digest: str
    kind: MediaKind
    size_bytes: int
    width: int
    height: int
    length_s: float | None = None
    show_s: float | None = None

    def pack(self) -> list[Any]:
        return [self.digest, self.kind, self.size_bytes, self.width, self.height, self.length_s, self.show_s]

    @classmethod
    def unpack(cls, row: object) -> Self:
        """Raises ValueError."""
        if len(fields := as_list(row)) != 7:
            raise ValueError("a rendition has seven fields")
        digest, kind, size, width, height, length_s, show_s = fields
        return cls(
            as_text(digest), MediaKind(as_text(kind)), as_whole(size), as_whole(width), as_whole(height),
            perhaps(as_seconds, length_s), perhaps(as_seconds, show_s),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotMade:
    """Why a content gives no rendition: the content's own fault, so asking again is in vain."""

    why: str


Made = tuple[Rendition, ...] | NotMade


def pack_made(made: Made) -> object:
    return made.why if isinstance(made, NotMade) else [rendition.pack() for rendition in made]


def unpack_made(value: object) -> Made:
    """Raises ValueError."""
    if isinstance(value, str):
        return NotMade(value)
    return tuple(map(Rendition.unpack, as_list(value)))


@dataclass(frozen=True, slots=True)
class MakeRequest:
    """What a line of a playlist asks of a content. pages: how many the document has, first_last: those that are meant.

    seconds: as the line says; None: not said. default_s: what counts then. turn_s: how long a moving picture takes once.
    """

    recipe: Recipe
    pages: int = 0
    first_last: tuple[int, int] | None = None
    seconds: float | None = None
    default_s: float = 10.0
    turn_s: float | None = None

    def wanted(self, digest: str, canvas: Canvas) -> list[Wanted] | NotMade:
        """Everything that has to be made, in playing order."""
        match self.recipe:
            case Recipe.DOCUMENT:
                return self._pages(digest, canvas)
            case Recipe.MOVING:
                return self._movement(digest, canvas)
            case Recipe.PICTURE | Recipe.TEXT:
                return [Wanted(digest, self.recipe, canvas)]

    def _pages(self, digest: str, canvas: Canvas) -> list[Wanted] | NotMade:
        first, last = self.first_last or (1, self.pages)
        if last > self.pages:
            return NotMade(f"it has {self.pages} {'page' if self.pages == 1 else 'pages'}, and no page {last}")
        if last - first >= PAGES_LIMIT:
            return NotMade(
                f"these are {last - first + 1} pages; at most {PAGES_LIMIT} are shown: name them, like #page=1-20"
            )
        return [Wanted(digest, self.recipe, canvas, page=page) for page in range(first, last + 1)]

    def _movement(self, digest: str, canvas: Canvas) -> list[Wanted] | NotMade:
        """Without seconds it moves through whole turns, for default_s or a little longer."""
        turn_s = self.turn_s or self.default_s
        total_s = self.seconds or math.ceil(self.default_s / turn_s) * turn_s
        parts = math.ceil(total_s / MOVING_LIMIT_S)
        return [Wanted(digest, self.recipe, canvas, seconds=round(total_s / parts, 3))] * parts


@dataclass(frozen=True, slots=True)
class Origin:
    """What an item of a release was made from, so that it can be made anew for another region.

    piece: which of several that came out. name: the file's. numbered: whether the item's name says the page.
    seconds: as the playlist says.
    """

    wanted: Wanted
    piece: int
    name: str
    numbered: bool = False
    seconds: float | None = None

    def pack(self) -> list[Any]:
        return [self.wanted.pack(), self.piece, self.name, self.numbered, self.seconds]

    @classmethod
    def unpack(cls, row: object) -> Self:
        """Raises ValueError."""
        if len(fields := as_list(row)) != 5:
            raise ValueError("an origin has five fields")
        wanted, piece, name, numbered, seconds = fields
        return cls(
            Wanted.unpack(wanted), as_whole(piece), as_text(name), as_truth(numbered), perhaps(as_seconds, seconds)
        )

    @property
    def meant(self) -> list[Any]:
        """What the bundle said, without how it was made."""
        w = self.wanted
        return [w.digest, w.recipe, w.page, w.seconds, self.name, self.seconds]

    def path_of(self, piece: int, pieces: int) -> str:
        """How the office knows the item: `poster.pdf#page=2`."""
        number = self.wanted.page or piece + 1
        return f"{self.name}{PAGE_MARK}{number}" if self.numbered or pieces > 1 else self.name
