"""Commands in: the envelope around a command, from bytes to a checked value or a refusal.

Knows: the envelope's keys and limits, and which refusals come from the bytes alone. Pure: touches nothing, asks no clock.
Must not: keep state (link/intake.py does) or decide what a command does.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NoReturn

from player.contract.arguments import Limits, Moment
from player.contract.commands import COMMANDS, Command
from player.contract.parsing import ArgsError, read_order, read_values

COMMAND_BYTES = 16 * 1024
"""A larger command is refused unread."""
CORRELATION_BYTES = 64

# Where an id stands in a payload that is too large or too broken to be parsed: so that its sender still gets an answer.
ID_SOMEWHERE = re.compile(rb'"id"\s*:\s*"([^"\\\x00-\x1f]{1,64})"')


@dataclass(frozen=True, slots=True)
class Envelope:
    """A command as it is sent. Unknown keys are errors: a misspelt `expire` must never mean "at any time".

    What each key means, for the document: contract/models.py.
    """

    id: Annotated[str, Limits(shortest=1, longest=64, one_line=True)]
    do: Annotated[str, Limits(shortest=1, longest=64)]
    args: dict[str, Any] | None = None
    expires: Moment | None = None
    by: Annotated[str, Limits(longest=200, one_line=True)] = ""
    reason: Annotated[str, Limits(longest=500, one_line=True)] = ""


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
        value = _parse(payload)
    except (ValueError, RecursionError) as error:
        return CommandRefusal(_salvage_id(payload), "malformed", f"not JSON: {error}"[:300])
    if not isinstance(value, dict):
        return CommandRefusal(None, "malformed", "Input should be an object")
    try:
        return Envelope(**read_values(Envelope, value))
    except ArgsError as error:
        given = value.get("id")
        usable = isinstance(given, str) and 1 <= len(given) <= 64
        return CommandRefusal(given if usable else None, "malformed", str(error))


def _parse(payload: bytes) -> Any:
    """JSON in UTF-8 and nothing else. Raises ValueError, or RecursionError for nesting that no parser can follow."""
    text = payload.decode("utf-8")
    value = json.loads(text, parse_constant=_refuse_constant)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a character of two: no reply could name it
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON's")


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
