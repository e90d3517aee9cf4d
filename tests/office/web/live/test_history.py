"""The last day of a panel is kept as little as is enough for its charts, and never more."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from player.contract.reports import NowReport, PlayerState, StateReport
from player.office.fleet import Panel, Presence
from player.office.web.live.history import (
    STEP,
    STEPS,
    STRETCHES_MOST,
    DayHistory,
    DayStretch,
    Reading,
    Shown,
    shown_now,
)
from tests.kit.reports import REPORT

WALL = datetime(2026, 11, 26, 3, 2, tzinfo=UTC)


def health(cpu: float | None, free: int | None = None) -> object:
    return replace(REPORT, machine=replace(REPORT.machine, cpu_percent=cpu, disk_free_bytes=free))


def noted(*readings: tuple[timedelta, float | None]) -> DayHistory:
    history = DayHistory()
    for after, cpu in readings:
        history.note_health(health(cpu), WALL + after)  # type: ignore[arg-type]
    return history


def test_a_peak_within_a_step_is_not_lost() -> None:
    """Of several reports the highest stands in the chart."""
    minute = timedelta(minutes=1)
    series = noted((0 * minute, 10.0), (minute, 95.0), (2 * minute, 12.0)).series(Reading.CPU, WALL + 2 * minute)
    assert series[-1] == 95.0
    assert series[:-1] == [None] * (STEPS - 1)


def test_of_the_disk_the_least_stands_in_the_chart() -> None:
    """A disk that was nearly full for a minute was nearly full."""
    history = DayHistory()
    for free in (80_000_000_000, 1_000_000_000, 70_000_000_000):
        history.note_health(health(1.0, free), WALL)  # type: ignore[arg-type]
    assert history.series(Reading.DISK, WALL)[-1] == 1.0


def test_a_gap_stays_a_gap() -> None:
    """Where nothing was heard the chart has no line, also when nothing is heard until now."""
    series = noted((timedelta(), 10.0), (4 * STEP, 20.0)).series(Reading.CPU, WALL + 6 * STEP)
    assert series[-7:] == [10.0, None, None, None, 20.0, None, None]


@pytest.mark.parametrize("pause", [timedelta(days=1), timedelta(days=3), timedelta(days=400)], ids=str)
def test_what_is_older_than_a_day_is_gone(pause: timedelta) -> None:
    """The ring holds nothing of the day before, however long nobody looked."""
    history = noted((timedelta(), 10.0))
    assert history.series(Reading.CPU, WALL + pause) == [None] * STEPS


def test_an_older_report_stands_at_its_own_time() -> None:
    """One of more than a day ago stands nowhere."""
    history = noted((timedelta(), 10.0), (-3 * STEP, 30.0), (-STEPS * STEP, 50.0))
    assert history.series(Reading.CPU, WALL)[-4:] == [30.0, None, None, 10.0]
    assert 50.0 not in history.series(Reading.CPU, WALL)


def test_what_a_machine_cannot_tell_is_no_reading() -> None:
    """None and numbers that are none leave the chart empty."""
    history = noted((timedelta(), None), (timedelta(), math.nan), (timedelta(), math.inf))
    assert history.series(Reading.CPU, WALL) == [None] * STEPS


def a_panel(**now: object) -> Panel:
    defaults = {"item": None, "playlist": None, "reason": "because", "since": WALL, "until": None}
    report = NowReport(**{**defaults, **now})  # type: ignore[arg-type]
    return Panel("serang-01", StateReport(True), REPORT, report, seen=WALL)


def in_state(panel: Panel, state: PlayerState) -> Panel:
    panel.health = replace(REPORT, player=replace(REPORT.player, state=state))
    return panel


@pytest.mark.parametrize(
    ("panel", "presence", "shown"),
    [
        (a_panel(item="media/a.mp4", playlist="pagi"), Presence.ONLINE, (Shown.PLAYLIST, "pagi")),
        (a_panel(item="media/a.mp4"), Presence.ONLINE, (Shown.PLAYLIST, "media/a.mp4")),
        (a_panel(text="Banjir"), Presence.ONLINE, (Shown.MESSAGE, "Banjir")),
        (in_state(a_panel(), PlayerState.DARK), Presence.ONLINE, (Shown.DARK, "")),
        (in_state(a_panel(), PlayerState.BLANK), Presence.ONLINE, (Shown.BLANK, "")),
        (in_state(a_panel(), PlayerState.IDLE), Presence.ONLINE, (Shown.CARD, "because")),
        (in_state(a_panel(), PlayerState.PLAYING), Presence.ONLINE, None),
        (a_panel(item="media/a.mp4"), Presence.OFFLINE, (Shown.OFF, "")),
        (a_panel(item="media/a.mp4"), Presence.SILENT, None),
    ],
)
def test_the_newest_reports_say_what_is_on_screen(
    panel: Panel, presence: Presence, shown: tuple[Shown, str] | None
) -> None:
    """Reports that do not agree yet, and silence, say nothing."""
    assert shown_now(panel, presence) == shown


def test_what_is_alike_is_one_stretch() -> None:
    """Items of one playlist follow one another, and the bar has one piece."""
    history, minute = DayHistory(), timedelta(minutes=1)
    for n, shown in enumerate(
        [(Shown.PLAYLIST, "pagi")] * 3 + [(Shown.MESSAGE, "Banjir")] * 2 + [(Shown.PLAYLIST, "pagi")]
    ):
        history.note_shown(shown, WALL + n * minute)
    assert history.stretches(WALL, WALL + 10 * minute) == [
        DayStretch(WALL, WALL + 3 * minute, Shown.PLAYLIST, "pagi"),
        DayStretch(WALL + 3 * minute, WALL + 5 * minute, Shown.MESSAGE, "Banjir"),
    ]


def test_what_a_panel_says_of_before_is_believed_where_nothing_else_was_heard() -> None:
    """A console that was just started knows since when the item is on screen; never over what it heard itself."""
    history, hour = DayHistory(), timedelta(hours=1)
    history.note_shown((Shown.PLAYLIST, "pagi"), WALL, WALL - hour)
    history.note_shown((Shown.DARK, ""), WALL + hour, WALL - 2 * hour)
    history.note_shown((Shown.PLAYLIST, "siang"), WALL + 2 * hour, WALL + 9 * hour)
    history.note_shown((Shown.PLAYLIST, "siang"), WALL + 3 * hour)
    assert history.stretches(WALL - 9 * hour, WALL + 9 * hour) == [
        DayStretch(WALL - hour, WALL, Shown.PLAYLIST, "pagi"),
        DayStretch(WALL, WALL + hour, Shown.DARK, ""),
        DayStretch(WALL + 2 * hour, WALL + 3 * hour, Shown.PLAYLIST, "siang"),
    ]


def test_a_silence_is_no_stretch() -> None:
    """What was on screen while nobody was heard is not known, and stays open in the bar."""
    history, hour = DayHistory(), timedelta(hours=1)
    history.note_shown((Shown.PLAYLIST, "pagi"), WALL)
    history.note_shown((Shown.PLAYLIST, "pagi"), WALL + timedelta(minutes=1))
    history.note_shown((Shown.OFF, ""), WALL + hour)
    history.note_shown((Shown.OFF, ""), WALL + 2 * hour)
    found = history.stretches(WALL, WALL + 3 * hour)
    assert [(each.begins - WALL, each.ends - WALL) for each in found] == [(0 * hour, hour / 60), (hour, 2 * hour)]


def test_a_panel_that_changes_its_mind_each_second_fills_nothing() -> None:
    """The number of stretches is bounded."""
    history = DayHistory()
    for n in range(5 * STRETCHES_MOST):
        history.note_shown((Shown.PLAYLIST, f"list {n}"), WALL + timedelta(seconds=n))
    assert len(history.stretches(WALL, WALL + timedelta(days=1))) <= STRETCHES_MOST
