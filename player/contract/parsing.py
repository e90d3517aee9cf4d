"""The arguments of a command, checked by what their annotations say: the table of commands is the only list.

Knows: how each plain value of an annotation (contract/arguments.py) is checked, and the sentence of each fault. Pure: touches
nothing. Must not: know topics, ids or replies, name a command, or import pydantic, which costs the daemon 10 MB
(measured.md). The AsyncAPI document has models of the same annotations (contract/models.py); a test compares the two.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from player.contract.arguments import MOMENT_WORDS, ExactlyOne, Limits, NoneIsSent
from player.contract.commands import COMMANDS, Order

FAULTS_LENGTH = 500
"""What is said of all faults together: a reply stays short, whatever was sent."""
NO_LIMITS = Limits()
WRONG_TYPE: dict[type, str] = {
    bool: "Input should be a valid boolean",
    int: "Input should be a valid integer",
    float: "Input should be a valid number",
    str: "Input should be a valid string",
    dict: "Input should be an object",
    datetime: "Input should be a valid datetime",
}
"""In the words of pydantic, which said them first and says them of the settings."""
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt_ ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,6})\d{0,3})?"
    r"(?:([Zz])|([+-]\d\d):?(\d\d))?",
    re.ASCII,
)


class ArgsError(ValueError):
    """The arguments do not fit the command; the text says which and why."""


class WrongValue(ValueError):
    """A value does not fit. limits: the number is outside of these."""

    def __init__(self, words: str, limits: Limits | None = None) -> None:
        super().__init__(words)
        self.limits = limits


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the things that a value may be. word: what stands for None in the message."""

    kind: type
    limits: Limits = NO_LIMITS
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A field of a message: its name, whether it must be given, and what it may be."""

    name: str
    required: bool
    arms: tuple[Arm, ...]


def read_order(do: str, args: dict[str, Any]) -> Order:
    """The command `do` with its arguments. `do` must be a key of COMMANDS. Raises ArgsError."""
    row = COMMANDS[do]
    return row.order(**read_values(row.order, args, row.exactly_one))


def read_values(kind: type, given: dict[str, Any], exactly_one: tuple[ExactlyOne, ...] = ()) -> dict[str, Any]:
    """What `given` (from JSON: nothing is converted, "50" is no number) says for the fields of the dataclass `kind`.

    Unknown names are faults: a misspelt `untl` must never mean "without an end". Raises ArgsError with every fault on one line.
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    expected = _expected_of(kind)
    for each in expected:
        if each.name in given:
            try:
                values[each.name] = _read(each, given[each.name])
            except WrongValue as error:
                faults.append(str(error))
        elif each.required:
            faults.append(f"{each.name}: Field required")
    known = {each.name for each in expected}
    faults += [f"{name}: Extra inputs are not permitted" for name in given if name not in known]
    if not faults:
        faults = [
            f"give either {pair.first} or {pair.second}{pair.why}"
            for pair in exactly_one
            if (values.get(pair.first) is None) == (values.get(pair.second) is None)
        ][:1]
    if faults:
        raise ArgsError("; ".join(dict.fromkeys(faults))[:FAULTS_LENGTH])
    return values


@cache
def _expected_of(kind: type) -> tuple[Expected, ...]:
    """Made once for each command: reading the annotations costs more than checking the arguments."""
    kinds = get_type_hints(kind, include_extras=True)
    return tuple(
        Expected(field.name, field.default is MISSING, tuple(_arms(kinds[field.name]))) for field in fields(kind)
    )


def _arms(kind: Any) -> Iterator[Arm]:
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        for each in inside:
            yield from _arms(each)
    elif origin is not Annotated:
        yield Arm(origin or kind)
    elif isinstance(mark := inside[1], NoneIsSent):
        for arm in _arms(inside[0]):
            yield Arm(NoneType, word=mark.word) if arm.kind is NoneType else arm
    else:
        yield Arm(inside[0], mark)


def _read(expected: Expected, value: Any) -> Any:
    """Raises WrongValue, which says for each arm why it is not that."""
    faults: list[str] = []
    for arm in expected.arms:
        try:
            return _read_as(arm, value)
        except WrongValue as error:
            if error.limits is not None:
                faults.append(f"{expected.name} {_range_words(error.limits)}")
            elif arm.word is not None and any(each.startswith(f"{expected.name} ") for each in faults):
                continue  # a number was meant, so nothing is said of the word
            elif said := str(error):
                faults.append(f"{expected.name}: {said}")
    raise WrongValue("; ".join(faults))


def _read_as(arm: Arm, value: Any) -> Any:
    kind = arm.kind
    if kind is NoneType:
        return _read_none(arm.word, value)
    if kind is datetime:
        return read_moment(value)
    if kind is float and type(value) is int:
        value = _as_float(value)
    given = type(value)
    if given is not kind:
        raise WrongValue(WRONG_TYPE[kind])
    if kind is str:
        _check_text(arm.limits, value)
    elif kind in (int, float):
        _check_number(arm.limits, value)
    return value


def _read_none(word: str | None, value: Any) -> None:
    if value != word:
        raise WrongValue(f"Input should be {word!r}" if word is not None else "")


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _check_number(limits: Limits, value: float) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise WrongValue("Input should be a finite number")
    least, above, most = limits.at_least, limits.above, limits.at_most
    if (
        (least is not None and value < least)
        or (above is not None and value <= above)
        or (most is not None and value > most)
    ):
        raise WrongValue("", limits)


def _range_words(limits: Limits) -> str:
    least, above, most = limits.at_least, limits.above, limits.at_most
    if above is not None:
        return f"is more than {above:g}{f', and {most:g} at most' if most is not None else ''}"
    return f"goes from {least:g} to {most:g}" if least is not None and most is not None else "is out of range"


def _check_text(limits: Limits, text: str) -> None:
    if limits.blank_is_wrong and not text.strip():
        raise WrongValue("Value error, nothing but spaces")
    if limits.shortest is not None and len(text) < limits.shortest:
        raise WrongValue(f"String should have at least {_characters(limits.shortest)}")
    if limits.longest is not None and len(text) > limits.longest:
        raise WrongValue(f"String should have at most {_characters(limits.longest)}")
    if limits.pattern is not None and not re.fullmatch(limits.pattern, text):
        raise WrongValue(f"String should match pattern '{limits.pattern}'")
    if limits.one_line and not text.isprintable():
        raise WrongValue("Value error, no control characters or line breaks")


def _characters(count: int) -> str:
    return f"{count} character{'' if count == 1 else 's'}"


def read_moment(value: Any) -> datetime:
    """ISO 8601 with a time zone, as UTC; fractions of a microsecond are left out. Raises WrongValue."""
    if not isinstance(value, str):
        raise WrongValue(WRONG_TYPE[datetime])
    parts = MOMENT.fullmatch(value)
    if parts is None:
        raise WrongValue(f"{WRONG_TYPE[datetime]}, {MOMENT_WORDS}")
    day, clock, fraction, utc, hours, minutes = parts.groups()
    if not (utc or hours):
        raise WrongValue("Input should have timezone info")
    seconds = clock if len(clock) > 5 else f"{clock}:00"
    zone = f"{hours}:{minutes}" if hours else "+00:00"
    try:
        moment = datetime.fromisoformat(f"{day}T{seconds}.{(fraction or '0'):0<6}{zone}")
    except ValueError as error:
        raise WrongValue(f"{WRONG_TYPE[datetime]}, {error}") from error
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # year 9999 in a zone west of Greenwich
        raise WrongValue("Value error, that year is out of range") from error
