"""Commands in: the envelope around a command, from bytes to a checked value or a refusal.

Knows: the envelope's keys and limits, and which refusals come from the bytes alone. Pure: touches nothing, asks no clock.
Must not: keep state (link/intake.py does) or decide what a command does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from player.contract.commands import COMMANDS, Command
from player.contract.parsing import ArgsError, UtcMoment, explain, read_order

COMMAND_BYTES = 16 * 1024
"""A larger command is refused unread."""
CORRELATION_BYTES = 64

# Where an id stands in a payload that is too large or too broken to be parsed: so that its sender still gets an answer.
ID_SOMEWHERE = re.compile(rb'"id"\s*:\s*"([^"\\\x00-\x1f]{1,64})"')


def _one_line(text: str) -> str:
    """A line of its own in the log could be forged with these."""
    if any(not char.isprintable() for char in text):
        raise ValueError("no control characters or line breaks")
    return text


Line = Annotated[str, AfterValidator(_one_line)]


class Envelope(BaseModel):
    """A command as it is sent. Unknown keys are errors: a misspelt `expire` must never mean "at any time"."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Command")

    id: Line = Field(min_length=1, max_length=64, description="a UUID, or any 1 to 64 characters; obeyed once")
    do: str = Field(min_length=1, max_length=64, description="the command's name")
    args: dict[str, Any] | None = Field(default=None, description="the command's arguments")
    expires: UtcMoment | None = Field(default=None, description="not obeyed after this; ISO 8601 with a time zone")
    by: Line = Field(default="", max_length=200, description="who asks, for the log")
    reason: Line = Field(default="", max_length=500, description="why, for the log")


@dataclass(frozen=True, slots=True)
class CommandRefusal:
    """Why a payload is not obeyed. id None: not even that could be read."""

    id: str | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Request:
    """A well-formed command, with what only the link needs."""

    command: Command
    expires: datetime | None


def read_envelope(payload: bytes) -> Envelope | CommandRefusal:
    """The envelope, or the refusal `too-large` or `malformed`. Never raises, whatever the bytes are."""
    if len(payload) > COMMAND_BYTES:
        return CommandRefusal(
            _salvage_id(payload), "too-large", f"{len(payload)} bytes; a command has at most {COMMAND_BYTES}"
        )
    try:
        value = from_json(payload, allow_inf_nan=False)
    except ValueError as error:
        return CommandRefusal(_salvage_id(payload), "malformed", f"not JSON: {error}"[:300])
    try:
        return Envelope.model_validate_json(payload)
    except ValidationError as error:
        given = value.get("id") if isinstance(value, dict) else None
        usable = isinstance(given, str) and 1 <= len(given) <= 64
        return CommandRefusal(given if usable else None, "malformed", explain(error))


def read_command(envelope: Envelope) -> Request | CommandRefusal:
    """The command in the envelope, or the refusal `unknown` or `bad-args`."""
    if envelope.do not in COMMANDS:
        return CommandRefusal(
            envelope.id, "unknown", f"no command is called {envelope.do!r}; known: {', '.join(COMMANDS)}"
        )
    try:
        order = read_order(envelope.do, envelope.args or {})
    except ArgsError as error:
        return CommandRefusal(envelope.id, "bad-args", str(error))
    return Request(Command(envelope.id, order, envelope.by, envelope.reason), envelope.expires)


def _salvage_id(payload: bytes) -> str | None:
    found = ID_SOMEWHERE.search(payload[:COMMAND_BYTES])
    try:
        return found.group(1).decode("utf-8") if found else None
    except UnicodeDecodeError:
        return None
