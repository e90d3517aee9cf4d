"""JSON from a file that a damaged disk may have changed: whatever is not as it was written is one exception, ValueError.

Knows: which values JSON can hold that a program does not expect (booleans for numbers, infinities, naive times, endless
nesting). Touches nothing. Must not: know what the values mean, or mend any of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 2**63 - 1
"""The largest number that the disk's own sizes and times come to (nanoseconds until the year 2262)."""


def parse_json(raw: bytes | str) -> object:
    """What `raw` holds. Raises ValueError, also for nesting that no parser can follow."""
    try:
        return json.loads(raw)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def as_table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{_short(value)} is not an object")
    return value


def as_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{_short(value)} is not a list")
    return value


def as_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_short(value)} is not text")
    return value


def as_whole(value: object, least: int = 0, most: int = MOST) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{_short(value)} is not a whole number from {least} to {most}")
    return value


def as_seconds(value: object, most: float = 1e9) -> float:
    """A length of time, as it was written: whole or not. most: far beyond any that is used."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"{_short(value)} is not a length of time")
    return value


def as_moment(value: object) -> datetime:
    moment = datetime.fromisoformat(as_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{_short(value)} has no time zone")
    return moment


def as_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{_short(value)} is neither true nor false")
    return value


def perhaps(read: Callable[[object], T], value: object) -> T | None:
    """`read(value)`, or None when the value is null."""
    return None if value is None else read(value)


def _short(value: object) -> str:
    """A value for a message: a damaged file may hold millions of characters in one."""
    return f"{value!r:.40}" if isinstance(value, str | float | bool) or value is None else f"a {type(value).__name__}"
