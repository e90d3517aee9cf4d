"""The contract with the office: topics, the envelope of a command, replies, health, now, alerts (office.md).

Knows: how each of them looks as topic and JSON, both ways. Pure: touches nothing, asks no clock.
Must not: know MQTT's wire, keep state or decide what a command does.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from player.contract.arguments import ARGS, ArgsError, Moment, explain, read_order
from player.contract.commands import Command
from player.contract.reports import BrightnessReport, HealthReport, NowReport

T = TypeVar("T")

COMMAND_BYTES = 16 * 1024
"""A larger command is refused unread (office.md)."""
CORRELATION_BYTES = 64
ALERTS: tuple[str, ...] = (
    "screen.frozen", "screen.black", "screen.disconnected", "layer.failing", "item.quarantined", "content.rejected",
    "content.incomplete", "content.stale", "content.rolled-back", "stick.rejected", "disk.low", "disk.read-only",
    "memory.high", "temperature.high", "clock.untrusted", "daemon.restarted", "config.bad",
)  # fmt: skip
"""The fixed ids (office.md, "Health"), and `config.bad`, which settings.md asks for without naming it."""
REFUSALS: tuple[str, ...] = (
    "retained", "expired", "malformed", "unknown", "bad-args", "too-large", "not-allowed", "too-many",
)  # fmt: skip
"""The codes of a rejected command (office.md, "Commands")."""
STAGES: tuple[str, ...] = ("accepted", "done", "failed", "rejected")

# Where an id stands in a payload that is too large or too broken to be parsed: so that its sender still gets an answer.
ID_SOMEWHERE = re.compile(rb'"id"\s*:\s*"([^"\\\x00-\x1f]{1,64})"')


@dataclass(frozen=True, slots=True)
class Topics:
    """Every topic of one panel. root: the first level, office.root."""

    root: str
    panel: str
    groups: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return f"{self.root}/{self.panel}/state"

    @property
    def health(self) -> str:
        return f"{self.root}/{self.panel}/health"

    @property
    def now(self) -> str:
        return f"{self.root}/{self.panel}/now"

    @property
    def reply(self) -> str:
        return f"{self.root}/{self.panel}/reply"

    @property
    def screenshot(self) -> str:
        return f"{self.root}/{self.panel}/screenshot"

    @property
    def command(self) -> str:
        return f"{self.root}/{self.panel}/command"

    @property
    def commands(self) -> tuple[str, ...]:
        """Where commands for this panel arrive: its own topic, everybody's, and its groups'."""
        return (self.command, f"{self.root}/all/command", *(f"{self.root}/group/{g}/command" for g in self.groups))

    @property
    def discovery(self) -> str:
        return f"homeassistant/device/{self.panel}/config"

    def alert(self, alert: str) -> str:
        return f"{self.root}/{self.panel}/alert/{alert}"


# ---- commands in


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
    expires: Moment | None = Field(default=None, description="not obeyed after this; ISO 8601 with a time zone")
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
    """The order in the envelope, or the refusal `unknown` or `bad-args`."""
    if envelope.do not in ARGS:
        return CommandRefusal(envelope.id, "unknown", f"no command is called {envelope.do!r}; known: {', '.join(ARGS)}")
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


# ---- replies, reports and alerts out


@dataclass(frozen=True, slots=True)
class Reply:
    """What the panel answers. stage: accepted, done, failed, rejected. id null: the command had none."""

    id: str | None
    stage: str
    code: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StateReport:
    """Retained; the last will is only `{"online": false}`. boot: random, new at each start of the daemon."""

    online: bool
    since: datetime | None = None
    version: str | None = None
    boot: str | None = None


@dataclass(frozen=True, slots=True)
class AlertReport:
    raised: datetime
    detail: str


OFFLINE = b'{"online":false}'


def stamp(wall: datetime) -> str:
    """ISO 8601 in UTC with Z; milliseconds only where there are any."""
    text = wall.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return text.removesuffix(".000") + "Z"


def encode(value: Any) -> bytes:
    """Any of the contract's dataclasses as compact JSON: None is null, times end in Z, no NaN."""
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", errors="replace")


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return stamp(value)
        case float():
            return round(value, 2) if math.isfinite(value) else None
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value):
            return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        case _:
            return value


def encode_health(report: HealthReport) -> bytes:
    """The report as the office gets it; times to the second, so that it costs less on a mobile network."""
    since = report.player.since and report.player.since.replace(microsecond=0)
    adopted = report.content.adopted_at and report.content.adopted_at.replace(microsecond=0)
    return encode(
        dataclasses.replace(
            report,
            at=report.at.replace(microsecond=0),
            player=dataclasses.replace(report.player, since=since),
            content=dataclasses.replace(report.content, adopted_at=adopted),
        )
    )


def encode_status(report: HealthReport, brightness: BrightnessReport) -> bytes:
    """For `panel-player status` on the panel itself: the report, and what it has no field for."""
    return encode_health(report)[:-1] + b',"brightness":' + encode(brightness) + b"}"


def decode_brightness(status: bytes) -> BrightnessReport | None:
    """Of a status; None in one that an older version wrote. Raises ReportError."""
    return _decode(TypeAdapter(_Status), status).brightness


@dataclass(frozen=True, slots=True)
class _Status:
    brightness: BrightnessReport | None = None


def encode_now(now: NowReport) -> bytes:
    """Times to the second, as in the report: 46 KB a day at an item every 15 s."""
    until = now.until and now.until.replace(microsecond=0)
    return encode(dataclasses.replace(now, since=now.since.replace(microsecond=0), until=until))


def encode_reply(reply: Reply) -> bytes:
    return encode(reply)


class ReportError(ValueError):
    """The bytes are no such report."""


def decode_health(payload: bytes) -> HealthReport:
    """Raises ReportError."""
    return _decode(TypeAdapter(HealthReport), payload)


def decode_now(payload: bytes) -> NowReport:
    """Raises ReportError."""
    return _decode(TypeAdapter(NowReport), payload)


def decode_reply(payload: bytes) -> Reply:
    """Raises ReportError."""
    return _decode(TypeAdapter(Reply), payload)


def decode_state(payload: bytes) -> StateReport:
    """Raises ReportError."""
    return _decode(TypeAdapter(StateReport), payload)


def decode_alert(payload: bytes) -> AlertReport:
    """Raises ReportError."""
    return _decode(TypeAdapter(AlertReport), payload)


def _decode(kind: TypeAdapter[T], payload: bytes) -> T:
    try:
        return kind.validate_json(payload)
    except ValidationError as error:
        raise ReportError(explain(error)) from error
