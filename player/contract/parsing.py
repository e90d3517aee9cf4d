"""The arguments of a command, checked: pydantic models made from the table of commands, so that nothing is written twice.

Knows: how each plain value of an annotation (contract/arguments.py) is said to pydantic. Pure: touches nothing.
Must not: know topics, ids or replies, or name a command.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import to_json

from player.contract.arguments import MOMENT_WORDS, ExactlyOne, Limits, NoneIsSent
from player.contract.commands import COMMANDS, CommandRow, Order


class Args(BaseModel):
    """Unknown names are errors: a misspelt `untl` must never mean "without an end"."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True)
    """defer_build: a check is made at its first command; all of them are a tenth of what `panel-office` needs to start."""


class ArgsError(ValueError):
    """The arguments do not fit the command; the text says which and why."""


def read_order(do: str, args: dict[str, Any]) -> Order:
    """The command `do` with its arguments. `do` must be a key of COMMANDS. Raises ArgsError."""
    try:
        # Through JSON's rules (a date is a string there), yet without lax conversions ("50" is no number).
        model = ARGS[do].model_validate_json(to_json(args))
    except ValidationError as error:
        raise ArgsError(explain(error, ARGS[do])) from error
    return COMMANDS[do].order(**{name: getattr(model, name) for name in type(model).model_fields})


def explain(error: ValidationError, model: type[BaseModel] | None = None) -> str:
    """Every fault on one line: `percent goes from 0 to 100`. model: knows the limits of its fields."""
    fields = _limits_of(model) if model is not None else {}
    faults = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(str(part) for part in fault["loc"][:1])
        schema = fields.get(where, {})
        limits: dict[str, Any] = next((one for one in (schema, *schema.get("anyOf", ())) if _RANGE & one.keys()), {})
        if fault["type"] in _OUT_OF_RANGE and limits:
            faults.append(f"{where} {_range_words(limits)}")
        elif fault["type"] == "literal_error" and any(said.startswith(f"{where} ") for said in faults):
            continue  # the other arm of the same argument: `auto`
        elif where:
            faults.append(f"{where}: {fault['msg']}")
        else:
            faults.append(fault["msg"].removeprefix("Value error, "))
    return "; ".join(dict.fromkeys(faults))[:500]


@cache
def _limits_of(model: type[BaseModel]) -> dict[str, Any]:
    """The model's fields in JSON Schema: made once, for making it costs ten times as much as reading a command."""
    fields: dict[str, Any] = model.model_json_schema().get("properties", {})
    return fields


_RANGE = frozenset({"minimum", "maximum", "exclusiveMinimum"})
_OUT_OF_RANGE = frozenset({"less_than_equal", "greater_than_equal", "greater_than", "less_than"})


def _range_words(limits: dict[str, Any]) -> str:
    above, least, most = limits.get("exclusiveMinimum"), limits.get("minimum"), limits.get("maximum")
    if above is not None:
        return f"is more than {above:g}{f', and {most:g} at most' if most is not None else ''}"
    return f"goes from {least:g} to {most:g}" if least is not None and most is not None else "is out of range"


def to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # year 9999 in a zone west of Greenwich
        raise ValueError("that year is out of range") from error


UtcMoment = Annotated[AwareDatetime, AfterValidator(to_utc), Field(description=MOMENT_WORDS)]


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
            return Annotated[_checked(kind), Field(**given)]


def _none_for_word(value: Any) -> Any:
    return None if isinstance(value, str) else value


def _has_words(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing but spaces")
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
