"""The last day of one panel as it was heard here: readings for the charts, and what was on screen for the bar of the day.

Knows: how little is enough to draw them: a reading each five minutes, and stretches of what was alike.
Pure: the clock is passed in. Must not: grow: a thousand panels have one each.
"""

from __future__ import annotations

import math
from array import array
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from player.contract.reports import HealthReport, PlayerState
from player.office.fleet import Panel, Presence

STEP = timedelta(minutes=5)
STEPS = 288
"""A day of them: 1.2 KB for each reading."""
KEPT = timedelta(hours=25)
STRETCHES_MOST = 300
"""A day has some tens; a panel that changes its mind each second costs no more than this."""
LABEL_MOST = 80


class Reading(StrEnum):
    CPU = "cpu"
    MEMORY = "memory"
    TEMPERATURE = "temperature"
    DISK = "disk"


def readings_of(health: HealthReport) -> dict[Reading, float | None]:
    """Percent, percent, degrees Celsius, gigabytes that are free."""
    machine = health.machine
    free = machine.disk_free_bytes
    return {
        Reading.CPU: machine.cpu_percent,
        Reading.MEMORY: machine.memory_percent,
        Reading.TEMPERATURE: machine.temperature_c,
        Reading.DISK: None if free is None else free / 1e9,
    }


class Shown(StrEnum):
    """What a stretch of a day was, planned or shown; the same kinds as in the records."""

    PLAYLIST = "playlist"
    MESSAGE = "message"
    CARD = "card"
    DARK = "dark"
    BLANK = "blank"
    FAULT = "fault"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class DayStretch:
    """label: the playlist's name, or the message's words. ends: exclusive."""

    begins: datetime
    ends: datetime
    kind: Shown
    label: str


def shown_now(panel: Panel, presence: Presence) -> tuple[Shown, str] | None:
    """What is on screen by the newest reports; None: they do not agree yet, or nobody can tell."""
    if presence is Presence.OFFLINE:
        return Shown.OFF, ""
    if presence is not Presence.ONLINE or panel.now is None:
        return None
    if panel.now.text is not None:
        return Shown.MESSAGE, panel.now.text[:LABEL_MOST]
    if panel.now.item is not None:
        return Shown.PLAYLIST, (panel.now.playlist or panel.now.item)[:LABEL_MOST]
    match panel.health.player.state if panel.health else None:
        case PlayerState.DARK:
            return Shown.DARK, ""
        case PlayerState.BLANK:
            return Shown.BLANK, ""
        case PlayerState.IDLE:
            return Shown.CARD, panel.now.reason[:LABEL_MOST]
        case PlayerState.OVERRIDE:
            return Shown.MESSAGE, panel.now.reason[:LABEL_MOST]
        case _:
            return None


class DayHistory:
    """Made when a panel is first heard of."""

    def __init__(self) -> None:
        self._series: dict[Reading, array[float]] = {}
        self._last_step = 0
        self._stretches: deque[DayStretch] = deque(maxlen=STRETCHES_MOST)

    def note_health(self, health: HealthReport, wall: datetime) -> None:
        """Of several reports within a step the highest counts (of the disk the lowest): a short peak is not lost."""
        step = _step_of(wall)
        self._move_to(step)
        if step <= self._last_step - STEPS:
            return
        for reading, value in readings_of(health).items():
            if value is None or not math.isfinite(value):
                continue
            series = self._series.setdefault(reading, array("f", [math.nan] * STEPS))
            at, worse = step % STEPS, min if reading is Reading.DISK else max
            series[at] = value if math.isnan(series[at]) else worse(series[at], value)

    def series(self, reading: Reading, wall: datetime) -> list[float | None]:
        """The last day, oldest first; None where nothing was heard."""
        self._move_to(_step_of(wall))
        series = self._series.get(reading)
        if series is None:
            return [None] * STEPS
        first = self._last_step + 1
        return [None if math.isnan(value := series[(first + n) % STEPS]) else value for n in range(STEPS)]

    def note_shown(self, shown: tuple[Shown, str] | None, wall: datetime, since: datetime | None = None) -> None:
        """The stretch that is on goes on until another begins, or ends when it was heard last. None: nobody can tell.

        since: when the panel says that it began; believed where nothing else was heard of that time.
        """
        if shown is None:
            return
        last = self._stretches[-1] if self._stretches else None
        if last is not None and (last.kind, last.label) == shown:
            self._stretches[-1] = replace(last, ends=max(last.ends, wall))
            return
        if last is not None and wall - last.ends <= STEP:
            self._stretches[-1] = replace(last, ends=max(last.ends, wall))
        begins = since if since is not None and wall - KEPT < since < wall else wall
        if last is not None:
            begins = max(begins, self._stretches[-1].ends)
        self._stretches.append(DayStretch(min(begins, wall), wall, *shown))
        while self._stretches and wall - self._stretches[0].ends > KEPT:
            self._stretches.popleft()

    def stretches(self, begins: datetime, ends: datetime) -> list[DayStretch]:
        """What was heard within a time, cut to it."""
        return [
            replace(each, begins=max(each.begins, begins), ends=min(each.ends, ends))
            for each in self._stretches
            if max(each.begins, begins) < min(each.ends, ends)
        ]

    def _move_to(self, step: int) -> None:
        """Steps in which nothing was heard are empty."""
        if step <= self._last_step:
            return
        for series in self._series.values():
            for empty in range(max(self._last_step + 1, step - STEPS + 1), step + 1):
                series[empty % STEPS] = math.nan
        self._last_step = step


def _step_of(wall: datetime) -> int:
    return int(wall.timestamp() // STEP.total_seconds())
