"""What a setting may be, as plain values in its annotation: `Annotated[int, Range(at_least=1)]`.

Knows: limits, patterns, and how a value is read or checked. Touches nothing.
Must not: import pydantic: the daemon reads settings that were checked before without it (settings/kept.py);
settings/validation.py turns these values into pydantic's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """None: no limit. above: more than this."""

    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that the whole text fits, anchored by itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """function: of what was written; gives what is checked further. Raises ValueError with what to write."""

    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """function: of the value in its type; gives it, or a better form of it. Raises ValueError with what to write."""

    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Named:
    """How the setting is called in the file where that is no name in Python."""

    name: str


@dataclass(frozen=True, slots=True)
class NumberOrList:
    """The first of the two forms is written as a number, the second as a list: a fault is told of the form that was meant."""
