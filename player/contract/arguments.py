"""What the office may ask, as pydantic models: each command's arguments, checked, turned into core's frozen values.

Knows: names, types and ranges of every command's arguments. Pure: touches nothing.
Must not: know topics, ids, replies or the wire.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import to_json

from player.contract import commands
from player.contract.commands import Order


def to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # year 9999 in a zone west of Greenwich
        raise ValueError("that year is out of range") from error


Percent = Annotated[int, Field(ge=0, le=100, description="percent")]
Seconds = Annotated[float, Field(gt=0, le=86400, description="seconds, a day at most")]
Name = Annotated[str, Field(min_length=1, max_length=255)]


def _has_words(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing but spaces")
    return text


Words = Annotated[str, AfterValidator(_has_words), Field(min_length=1, max_length=2000, description="any Unicode text")]
Moment = Annotated[
    AwareDatetime,
    AfterValidator(to_utc),
    Field(description="ISO 8601 with a time zone, like 2026-11-22T18:00:00+07:00"),
]
COLOUR = r"^(#[0-9a-fA-F]{6}|[a-z]{3,20})?$"


class Args(BaseModel):
    """Unknown names are errors: a misspelt `untl` must never mean "without an end"."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class NoArgs(Args):
    pass


class GotoArgs(Args):
    item: (
        Annotated[int, Field(ge=1, description="counted from 1")] | Annotated[str, Field(min_length=1, max_length=1024)]
    )


class BlankArgs(Args):
    until: Moment | None = None


class ShowArgs(Args):
    media: Annotated[str, Field(min_length=1, max_length=1024, description="path in the library")] | None = None
    text: Words | None = None
    colour: str = Field(default="", pattern=COLOUR, description="background: #rrggbb or a name like red")
    until: Moment | None = None
    seconds: Seconds | None = None
    priority: int = Field(default=0, ge=-1000, le=1000)

    # "Exactly one of" for whoever reads only the JSON schema; the validator below says the same in words.
    SCHEMA: ClassVar[dict[str, Any]] = {
        "allOf": [
            {"oneOf": [{"required": ["media"]}, {"required": ["text"]}]},
            {"oneOf": [{"required": ["until"]}, {"required": ["seconds"]}]},
        ]
    }
    model_config = ConfigDict(json_schema_extra=SCHEMA)

    @model_validator(mode="after")
    def _one_of_each(self) -> ShowArgs:
        if (self.media is None) == (self.text is None):
            raise ValueError("give either media or text")
        if (self.until is None) == (self.seconds is None):
            raise ValueError("give either until or seconds: an urgent message always has an end")
        return self


class PlayArgs(Args):
    playlist: Name
    until: Moment | None = None


class LevelArgs(Args):
    percent: Percent
    keep: bool = Field(default=False, description="also after the next start")


def _none_for_auto(percent: int | str) -> int | None:
    return None if isinstance(percent, str) else percent


class BrightnessArgs(Args):
    percent: Annotated[
        Percent | Annotated[Literal["auto"], Field(description="back to what the panel's settings say")],
        AfterValidator(_none_for_auto),
    ]
    keep: bool = Field(default=False, description="also after the next start")


class ScreenshotArgs(Args):
    width: Annotated[int, Field(ge=16, le=7680, description="pixels")] | None = None


class IdentifyArgs(Args):
    seconds: Seconds = 10.0


class TestPatternArgs(Args):
    seconds: Seconds = 30.0


class LogsArgs(Args):
    lines: int = Field(default=50, ge=1, le=200)


ARGS: dict[str, type[Args]] = {order.do: NoArgs for order in commands.ORDERS} | {
    "goto": GotoArgs,
    "blank": BlankArgs,
    "show": ShowArgs,
    "play": PlayArgs,
    "volume": LevelArgs,
    "brightness": BrightnessArgs,
    "screenshot": ScreenshotArgs,
    "identify": IdentifyArgs,
    "test-pattern": TestPatternArgs,
    "logs": LogsArgs,
}
"""The name of every command -> the model of its arguments."""

ORDER_OF: dict[str, type[Order]] = {order.do: order for order in commands.ORDERS}


class ArgsError(ValueError):
    """The arguments do not fit the command; the text says which and why."""


def read_order(do: str, args: dict[str, Any]) -> Order:
    """The order `do` with its arguments. `do` must be a key of ARGS. Raises ArgsError."""
    try:
        # Through JSON's rules (a date is a string there), yet without lax conversions ("50" is no number).
        model = ARGS[do].model_validate_json(to_json(args))
    except ValidationError as error:
        raise ArgsError(explain(error)) from error
    return ORDER_OF[do](**{name: getattr(model, name) for name in type(model).model_fields})


def explain(error: ValidationError) -> str:
    """Every fault on one line: `percent: Input should be less than or equal to 100`."""
    faults = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(str(part) for part in fault["loc"][:1])
        faults.append(f"{where}: {fault['msg']}" if where else fault["msg"].removeprefix("Value error, "))
    return "; ".join(dict.fromkeys(faults))[:500]
