"""What an argument of a command may be, as plain values in its annotation: `Annotated[int, Limits(at_least=1)]`.

Knows: limits, units and their words. Touches nothing.
Must not: import pydantic: the core imports the commands. contract/parsing.py checks by these values, contract/models.py makes
the document's schemas of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, get_args, get_type_hints


@dataclass(frozen=True, slots=True)
class Limits:
    """What a number or a text may be; None: no limit. words: what it is, with its unit, for the document.

    one_line: no control characters and no line breaks, with which a line of its own in the log could be forged.
    """

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    shortest: int | None = None
    longest: int | None = None
    pattern: str | None = None
    blank_is_wrong: bool = False
    one_line: bool = False
    words: str | None = None


@dataclass(frozen=True, slots=True)
class NoneIsSent:
    """The value None is a word in the message: `percent=auto`."""

    word: str
    words: str


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """One of the two arguments must be given, and not both. why: what the refusal adds, ": " in front."""

    first: str
    second: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command, for help and manuals. default is meaningless where it is required."""

    name: str
    required: bool
    default: object
    words: str
    is_text: bool


MOMENT_WORDS = "ISO 8601 with a time zone, like 2026-11-22T18:00:00+07:00"
COLOUR = r"^(#[0-9a-fA-F]{6}|[a-zA-Z][a-zA-Z-]{2,19})?$"

Percent = Annotated[int, Limits(at_least=0, at_most=100, words="percent")]
Seconds = Annotated[float, Limits(above=0, at_most=86400, words="seconds, a day at most")]
Moment = Annotated[datetime, Limits(words=MOMENT_WORDS)]
ItemNumber = Annotated[int, Limits(at_least=1, words="counted from 1")]
ItemPath = Annotated[str, Limits(shortest=1, longest=1024)]
MediaPath = Annotated[str, Limits(shortest=1, longest=1024, words="path in the library")]
Words = Annotated[str, Limits(shortest=1, longest=2000, blank_is_wrong=True, words="any Unicode text")]
Colour = Annotated[str, Limits(pattern=COLOUR, words="background: #rrggbb or a name like red")]
PlaylistName = Annotated[str, Limits(shortest=1, longest=255)]
Priority = Annotated[int, Limits(at_least=-1000, at_most=1000)]
Keep = Annotated[bool, Limits(words="also after the next start")]
Pixels = Annotated[int, Limits(at_least=16, at_most=7680, words="pixels")]
LineCount = Annotated[int, Limits(at_least=1, at_most=200)]


def list_arguments(order: type) -> list[Argument]:
    """The arguments of a command (one of the dataclasses of contract/commands.py), in their order."""
    kinds = get_type_hints(order, include_extras=True)
    made = []
    for field in dataclasses.fields(order):
        parts = list(_parts(kinds[field.name]))
        words = " or ".join(part.words for part in parts if isinstance(part, Limits | NoneIsSent) and part.words)
        types = {part for part in parts if isinstance(part, type)} - {type(None)}
        required = field.default is dataclasses.MISSING
        made.append(Argument(field.name, required, None if required else field.default, words, types == {str}))
    return made


def _parts(kind: Any) -> Iterator[Any]:
    """The types and the plain values of an annotation, from the inside out."""
    inside = get_args(kind)
    for each in inside:
        yield from _parts(each)
    if not inside:
        yield kind
