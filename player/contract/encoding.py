"""Reports out: the contract's values as JSON, and back again for the office.

Knows: how times, numbers and missing values are written. Pure: touches nothing, asks no clock.
Must not: know topics or MQTT.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from player.contract.parsing import explain
from player.contract.reports import (
    MESSAGE_FIELDS,
    AlertReport,
    BrightnessReport,
    HealthReport,
    JournalReport,
    NowReport,
    Reply,
    StateReport,
)

T = TypeVar("T")

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


@dataclass(frozen=True, slots=True)
class StatusExtras:
    """What the status on the panel itself says beside the health report; None in one that an older version wrote."""

    brightness: BrightnessReport | None = None
    journal: JournalReport | None = None


def encode_status(report: HealthReport, extras: StatusExtras) -> bytes:
    """For `panel-player status` on the panel itself: the report, and what it has no field for."""
    return encode_health(report)[:-1] + b"," + encode(extras)[1:]


def decode_extras(status: bytes) -> StatusExtras:
    """Raises ReportError."""
    return _decode(StatusExtras, status)


def encode_now(now: NowReport) -> bytes:
    """Times to the second, as in the report: 46 KB a day at an item every 15 s; an urgent message's words only while it is on."""
    until = now.until and now.until.replace(microsecond=0)
    plain = _plain(dataclasses.replace(now, since=now.since.replace(microsecond=0), until=until))
    return encode({key: value for key, value in plain.items() if value is not None or key not in MESSAGE_FIELDS})


def encode_reply(reply: Reply) -> bytes:
    return encode(reply)


class ReportError(ValueError):
    """The bytes are no such report."""


def decode_health(payload: bytes) -> HealthReport:
    """Raises ReportError."""
    return _decode(HealthReport, payload)


def decode_now(payload: bytes) -> NowReport:
    """Raises ReportError."""
    return _decode(NowReport, payload)


def decode_reply(payload: bytes) -> Reply:
    """Raises ReportError."""
    return _decode(Reply, payload)


def decode_state(payload: bytes) -> StateReport:
    """Raises ReportError."""
    return _decode(StateReport, payload)


def decode_alert(payload: bytes) -> AlertReport:
    """Raises ReportError."""
    return _decode(AlertReport, payload)


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    """Made once for each kind of report: an office reads those of a thousand panels, and making one costs more than reading."""
    return TypeAdapter(kind)


def _decode(kind: type[T], payload: bytes) -> T:
    of: Any = kind  # mypy takes no type[T] for a key
    try:
        read: T = _reader(of).validate_json(payload)
    except ValidationError as error:
        raise ReportError(explain(error)) from error
    return read
