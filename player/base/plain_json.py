"""Frozen values as JSON and back, by the types that their classes say: for files that the daemon itself wrote.

Knows: dataclasses, tuples, unions, literals, enumerations, moments, times of the day, paths. Touches nothing.
Must not: read what strangers send, or convert: "50" is no number. Unknown names are left out, missing ones take the default.
Why: the first picture waits for these files, and pydantic takes 0.1 s to load (2026-11).
"""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import datetime, time
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from player.base.strict_json import parse_json

T = TypeVar("T")


def to_json(value: Any) -> bytes:
    """A dataclass as JSON, a field a line."""
    return json.dumps(asdict(value), default=_written, indent=1).encode()


def from_json(kind: type[T], data: bytes) -> T:
    """The dataclass `kind` as `to_json` wrote it. Raises ValueError with what is wrong."""
    value: T = _value(kind, parse_json(data))
    return value


def _written(value: object) -> str:
    if isinstance(value, datetime | time):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no file of ours holds a {type(value).__name__}")


def _value(kind: Any, said: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _first_that_fits(get_args(kind), said)
    if origin is Literal:
        return _fitting(any(said == one and type(said) is type(one) for one in get_args(kind)), said, kind)
    if origin is tuple:
        return _tuple(get_args(kind), _fitting(type(said) is list, said, kind))
    if is_dataclass(kind):
        return _dataclass(kind, _fitting(type(said) is dict, said, kind))
    if kind is float and type(said) is int:
        return float(said)
    if kind in (bool, int, float, NoneType):
        return _fitting(type(said) is kind, said, kind)
    return _from_text(kind, _fitting(type(said) is str, said, kind))


def _fitting(fits: bool, said: Any, kind: Any) -> Any:
    if not fits:
        raise ValueError(f"{str(said)[:40]!r} is no {getattr(kind, '__name__', kind)}")
    return said


def _first_that_fits(kinds: tuple[Any, ...], said: Any) -> Any:
    why = ""
    for kind in sorted(kinds, key=lambda each: each is NoneType):
        try:
            return _value(kind, said)
        except ValueError as error:
            why = why or str(error)
    raise ValueError(why)


def _tuple(kinds: tuple[Any, ...], said: list[Any]) -> tuple[Any, ...]:
    if kinds[1:] == (...,):
        return tuple(_value(kinds[0], each) for each in said)
    return tuple(_value(kind, each) for kind, each in zip(kinds, said, strict=True))


def _dataclass(kind: Any, said: dict[str, Any]) -> Any:
    kinds = get_type_hints(kind)
    for field in fields(kind):
        if field.default is MISSING and field.default_factory is MISSING and field.name not in said:
            raise ValueError(f"{field.name} is missing")
    return kind(
        **{field.name: _value(kinds[field.name], said[field.name]) for field in fields(kind) if field.name in said}
    )


def _from_text(kind: Any, said: str) -> Any:
    said.encode()  # half a character of two is a UnicodeError, which is a ValueError
    if kind is datetime:
        at = datetime.fromisoformat(said)
        return _fitting(at.tzinfo is not None, at, "time with a zone")
    if kind is time:
        return time.fromisoformat(said)
    if isinstance(kind, type) and issubclass(kind, Enum | Path):
        return kind(said)
    return _fitting(kind is str, said, kind)
