"""Reports out: the contract's values as JSON.

Knows: how times, numbers and missing values are written. Pure: touches nothing, asks no clock.
Must not: know topics or MQTT, or import what reads reports (contract/decoding.py): the panel only writes them.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from player.contract.reports import (
    MESSAGE_FIELDS,
    BrightnessReport,
    HealthReport,
    JournalReport,
    NowReport,
    Reply,
)

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


def encode_now(now: NowReport) -> bytes:
    """Times to the second, as in the report: 46 KB a day at an item every 15 s; an urgent message's words only while it is on."""
    until = now.until and now.until.replace(microsecond=0)
    plain = _plain(dataclasses.replace(now, since=now.since.replace(microsecond=0), until=until))
    return encode({key: value for key, value in plain.items() if value is not None or key not in MESSAGE_FIELDS})


def encode_reply(reply: Reply) -> bytes:
    return encode(reply)
