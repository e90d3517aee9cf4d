"""What the office knows of each panel, gathered from what the panels publish.

Knows: the topics' meaning. Pure: no clock, no network, no terminal. Must not: trust a panel's words to be printable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from player.base.mqtt.messages import Arrived
from player.contract.decoding import ReportError, decode_alert, decode_health, decode_now, decode_state
from player.contract.reports import AlertReport, HealthReport, NowReport, StateReport
from player.settings.models import PANEL_NAME

SILENT_AFTER = timedelta(seconds=200)
"""Three reports missed: the panel says it is online, but is it?"""
A_PANEL = re.compile(PANEL_NAME)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a panel: an alert that it raised, or that nothing is heard of it. raised None: not known since when."""

    id: str
    raised: datetime | None
    detail: str


class Presence(StrEnum):
    ONLINE = "online"
    SILENT = "silent"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


DEAD: dict[Presence, str] = {
    Presence.OFFLINE: "off, or without a network; look at its power and its connection",
    Presence.SILENT: "it says it is online, and has sent nothing for minutes; look at its network, send ping",
}
"""Why an absent panel is a trouble, and what to do."""


@dataclass
class Panel:
    """seen: when it last said something, by our clock for what we heard live, by its own clock for what was retained."""

    name: str
    state: StateReport | None = None
    health: HealthReport | None = None
    now: NowReport | None = None
    alerts: dict[str, AlertReport] = field(default_factory=dict)
    seen: datetime | None = None
    nonsense: str = ""  # what it published that cannot be read, until it says the same readably

    def presence(self, wall: datetime) -> Presence:
        if self.state is None:
            return Presence.UNKNOWN
        if not self.state.online:
            return Presence.OFFLINE
        if self.seen is not None and wall - self.seen > SILENT_AFTER:
            return Presence.SILENT
        return Presence.ONLINE

    def troubles(self, wall: datetime) -> list[Trouble]:
        """That it is off or silent, then its alerts by age; a dead panel raises none by itself."""
        presence, found = self.presence(wall), []
        if presence in DEAD:
            found.append(Trouble(presence.value, self.seen, DEAD[presence]))
        by_age = sorted(self.alerts.items(), key=lambda each: each[1].raised)
        return found + [Trouble(alert, report.raised, report.detail) for alert, report in by_age]

    @property
    def groups(self) -> tuple[str, ...]:
        """Its groups, as its newest report says; that one stays at the broker when the panel is off."""
        return self.health.groups if self.health else ()

    def in_trouble(self, wall: datetime) -> bool:
        """Whether its row says anything that somebody should look at."""
        clock_bad = self.health is not None and self.health.clock == "bad"
        return bool(self.nonsense) or clock_bad or bool(self.troubles(wall))

    @property
    def showing(self) -> str:
        """What is on screen, in the words of the newest report; of an urgent message its words."""
        if self.now is not None and self.now.text is not None:
            return f'"{self.now.text}"'
        state = self.health.player.state if self.health else None
        item = self.now.item if self.now else self.health.player.item if self.health else None
        if item:
            return f"{item} ({state})" if state and state not in ("playing", "override") else item
        return str(state) if state else ""

    @property
    def reason(self) -> str:
        return self.now.reason if self.now else self.health.player.reason if self.health else ""

    @property
    def since(self) -> datetime | None:
        return self.now.since if self.now else self.health.player.since if self.health else None


class Fleet:
    """All panels heard of, by name."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.panels: dict[str, Panel] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(f"{self.root}/+/{kind}" for kind in ("state", "health", "now", "alert/+"))

    def take(self, arrived: Arrived, wall: datetime) -> Panel | None:
        """Keeps what the message says; returns the panel that it is about; None: about none, or about one that is gone."""
        levels = arrived.topic.removeprefix(f"{self.root}/").split("/")
        if len(levels) < 2 or not A_PANEL.fullmatch(levels[0]):
            return None
        if not arrived.payload and (levels[0] not in self.panels or levels[1] != "alert"):
            if levels[1:] == ["state"]:
                self.panels.pop(levels[0], None)  # somebody took it out of service (panel-office forget)
            return None
        panel = self.panels.setdefault(levels[0], Panel(levels[0]))
        said_at = None if arrived.retained else wall
        try:
            match levels[1:]:
                case ["state"]:
                    panel.state = decode_state(arrived.payload)
                    said_at = panel.seen or panel.state.since if not panel.state.online else said_at
                case ["health"]:
                    panel.health = decode_health(arrived.payload)
                    said_at = said_at or panel.health.at
                case ["now"]:
                    panel.now = decode_now(arrived.payload)
                    said_at = said_at or panel.now.since
                case ["alert", alert] if arrived.payload:
                    panel.alerts[alert] = decode_alert(arrived.payload)
                case ["alert", alert]:
                    panel.alerts.pop(alert, None)
                case _:
                    return None
        except ReportError as error:
            panel.nonsense = f"{'/'.join(levels[1:])}: {error}"
        else:
            if panel.nonsense.startswith(f"{'/'.join(levels[1:])}: "):
                panel.nonsense = ""
        if said_at is not None:
            panel.seen = max(panel.seen or said_at, said_at)
        return panel

    def ordered(self, wall: datetime) -> list[Panel]:
        """Those in trouble first, then by name."""
        trouble = {Presence.OFFLINE: 0, Presence.SILENT: 1}
        return sorted(self.panels.values(), key=lambda p: (trouble.get(p.presence(wall), 3 - bool(p.alerts)), p.name))


def ago(moment: datetime | None, wall: datetime) -> str:
    """`12 s`, `5 min`, `3 h`, `4 d`: how long ago, in the largest unit that says enough."""
    if moment is None:
        return ""
    seconds = (wall - moment).total_seconds()
    if seconds < -5:
        return "its clock is ahead" if seconds < -120 else "0 s"
    for unit, size, below in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172_800)):
        if seconds < below:
            return f"{max(0, int(seconds // size))} {unit}"
    return f"{int(seconds // 86400)} d"
