"""What a hub hears from panels, as the messages that the thread would hand it; for tests without a broker."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from player.base.mqtt.messages import Arrived
from player.contract.encoding import OFFLINE, encode, encode_health, encode_now
from player.contract.reports import AlertReport, NowReport, PlayerState, StateReport
from player.office.web.live.broker_thread import BrokerFound
from player.office.web.live.hub import Hub
from tests.kit.reports import REPORT


def message(topic: str, payload: bytes, *, retained: bool = False, **more: Any) -> Arrived:
    return Arrived(f"panels/{topic}", payload, 0, retained, **more)


def said_state(name: str, at: datetime, *, online: bool = True) -> Arrived:
    return message(f"{name}/state", encode(StateReport(True, at, "0.1.0", "b1", None)) if online else OFFLINE)


def said_now(name: str, at: datetime, item: str | None = "media/a.mp4", **more: Any) -> Arrived:
    report = NowReport(item, "siang", "schedule: siang until 17:00", at, None)
    return message(f"{name}/now", encode_now(replace(report, **more)))


def said_alert(
    name: str, at: datetime, alert: str = "disk.low", detail: str = "1 GB left", *, retained: bool = False
) -> Arrived:
    return message(f"{name}/alert/{alert}", encode(AlertReport(at, detail)), retained=retained)


def said_health(
    name: str, at: datetime, state: PlayerState = PlayerState.PLAYING, groups: tuple[str, ...] = (), **content: Any
) -> Arrived:
    report = replace(
        REPORT, at=at, player=replace(REPORT.player, state=state, quarantined=()), groups=groups, alerts=(),
        content=replace(REPORT.content, **{"pending": None, "problems": (), **content}),
    )  # fmt: skip
    return message(f"{name}/health", encode_health(report))


def fill(hub: Hub, at: datetime, *names: str) -> None:
    """Panels on a good day, over a broker that is there."""
    hub.take(BrokerFound())
    for name in names:
        for heard in (said_state(name, at), said_health(name, at), said_now(name, at)):
            hub.take(heard)
