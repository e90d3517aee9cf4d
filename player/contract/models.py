"""Models of the commands and of their envelope, for the AsyncAPI document: made from the table, so that nothing is written twice.

Knows: how each plain value of an annotation (contract/arguments.py) is said to pydantic. Pure: touches nothing.
Must not: check a command (contract/parsing.py does), know topics, ids or replies, name a command, or be imported by the daemon.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, create_model, model_validator

from player.contract.arguments import ExactlyOne, Limits, NoneIsSent
from player.contract.commands import COMMANDS, CommandRow
from player.contract.envelope import Envelope


class Args(BaseModel):
    """Unknown names are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True)
    """defer_build: a model is made when it is asked for."""


def to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # year 9999 in a zone west of Greenwich
        raise ValueError("that year is out of range") from error


def _checked(kind: Any) -> Any:
    """An annotation of a command's argument as pydantic understands it."""
    if kind is datetime:
        return Annotated[AwareDatetime, AfterValidator(to_utc)]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _marked(*inside)
    if origin in (Union, UnionType):
        return Union[tuple(_checked(each) for each in inside)]  # noqa: UP007  # made of a list
    return kind


def _marked(kind: Any, mark: Limits | NoneIsSent) -> Any:
    match mark:
        case NoneIsSent(word, words):
            said = Annotated[Literal[word], Field(description=words)]  # type: ignore[valid-type]  # known at run time only
            arms = [said if each is type(None) else _checked(each) for each in get_args(kind)]
            return Annotated[Union[tuple(arms)], AfterValidator(_none_for_word)]  # noqa: UP007  # made of a list
        case Limits():
            limits = {
                "ge": mark.at_least, "gt": mark.above, "le": mark.at_most, "min_length": mark.shortest,
                "max_length": mark.longest, "pattern": mark.pattern, "description": mark.words,
            }  # fmt: skip
            given: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
            if mark.blank_is_wrong:
                return Annotated[_checked(kind), AfterValidator(_has_words), Field(**given)]
            if mark.one_line:
                return Annotated[_checked(kind), Field(**given), AfterValidator(_one_line)]
            return Annotated[_checked(kind), Field(**given)]


def _none_for_word(value: Any) -> Any:
    return None if isinstance(value, str) else value


def _has_words(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing but spaces")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("no control characters or line breaks")
    return text


def _model_of(row: CommandRow) -> type[Args]:
    kinds = get_type_hints(row.order, include_extras=True)
    given: dict[str, Any] = {
        field.name: (_checked(kinds[field.name]), ... if field.default is MISSING else field.default)
        for field in fields(row.order)
    }
    return create_model(row.schema_name, __base__=_base_of(row.exactly_one), **given)


def _base_of(pairs: tuple[ExactlyOne, ...]) -> type[Args]:
    """Args, with a check that exactly one argument of each pair is given; the JSON schema says the same."""
    if not pairs:
        return Args
    schema: dict[str, Any] = {
        "allOf": [{"oneOf": [{"required": [pair.first]}, {"required": [pair.second]}]} for pair in pairs]
    }

    class ExactlyOneArgs(Args):
        model_config = ConfigDict(json_schema_extra=schema)

        @model_validator(mode="after")
        def _one_of_each(self) -> ExactlyOneArgs:
            for pair in pairs:
                if (getattr(self, pair.first) is None) == (getattr(self, pair.second) is None):
                    raise ValueError(f"give either {pair.first} or {pair.second}{pair.why}")
            return self

    return ExactlyOneArgs


ARGS: dict[str, type[Args]] = {name: _model_of(row) for name, row in COMMANDS.items()}
"""The name of every command -> the model of its arguments."""

ENVELOPE_WORDS = {
    "id": "a UUID, or any 1 to 64 characters; obeyed once",
    "do": "the command's name",
    "args": "the command's arguments",
    "expires": "not obeyed after this; ISO 8601 with a time zone",
    "by": "who asks, for the log",
    "reason": "why, for the log",
}


def _model_of_envelope() -> type[Args]:
    class Titled(Args):
        model_config = ConfigDict(title="Command")

    kinds = get_type_hints(Envelope, include_extras=True)
    given: dict[str, Any] = {
        field.name: (
            _checked(kinds[field.name]),
            Field(... if field.default is MISSING else field.default, description=ENVELOPE_WORDS[field.name]),
        )
        for field in fields(Envelope)
    }
    return create_model("Envelope", __base__=Titled, **given)


ENVELOPE: type[Args] = _model_of_envelope()
"""The model of what is around every command."""
