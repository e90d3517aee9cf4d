"""The office's tables: an urgent message can be read back, and a panel that is off says what it showed last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rich.console import Console, RenderableType

from player.contract.reports import AlertReport, NowReport, PlayerState, StateReport
from player.office.fleet import Fleet, Panel
from player.office.tables import table_of_alerts, table_of_now, table_of_panels
from tests.kit.reports import REPORT

WALL = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
UNTIL = WALL + timedelta(hours=2)
MESSAGE = NowReport(
    None, None, 'message "Banjir di Jalan Veteran" by dina until 18:00', WALL, UNTIL, "Banjir di Jalan Veteran", "dina"
)
FILM = NowReport("media/a.mp4", "pagi", "schedule: pagi until 09:30", WALL, None)


def panel(name: str, now: NowReport, *, online: bool = True, seen: datetime = WALL) -> Panel:
    return Panel(name, StateReport(online), now=now, seen=seen)


def drawn(table: RenderableType) -> str:
    console = Console(width=200, no_color=True)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def fleet_of(*panels: Panel) -> Fleet:
    fleet = Fleet("panels")
    fleet.panels = {each.name: each for each in panels}
    return fleet


def test_an_urgent_message_can_be_read_back() -> None:
    """Its words, who sent it, and until when in one zone, whose name stands there; in `now` as in `watch`."""
    until = UNTIL.astimezone()
    now = drawn(table_of_now([panel("serang-01", MESSAGE)], WALL))
    assert '"Banjir di Jalan Veteran"' in now
    assert "urgent message by dina" in now
    assert until.strftime("%H:%M:%S %Z") in now
    watch = drawn(table_of_panels(fleet_of(panel("serang-01", MESSAGE)), WALL, 200))
    assert '"Banjir di Jalan Veteran"' in watch
    assert f"urgent message by dina until {until:%H:%M %Z}" in watch
    assert "until 18:00" not in now + watch or until.strftime("%H:%M") == "18:00", "one zone, never two"


def test_a_panel_that_is_off_showed_its_item_last() -> None:
    """What an offline or a silent panel published last is not said to be on screen."""
    off, silent = panel("off", FILM, online=False), panel("still", FILM, seen=WALL - timedelta(minutes=10))
    now = drawn(table_of_now([off, silent], WALL))
    assert "offline; last: media/a.mp4" in now
    assert "silent; last: media/a.mp4" in now
    assert drawn(table_of_panels(fleet_of(off, silent), WALL, 200)).count(" last: media/a.mp4") == 2


def test_a_dark_panel_is_dark_as_planned() -> None:
    """A screen that is black in planned darkness is no fault in `watch`; one that should play says that it is not lit."""
    dark = replace(
        REPORT, screen=replace(REPORT.screen, lit=False), player=replace(REPORT.player, state=PlayerState.DARK)
    )
    black = replace(dark, player=REPORT.player)
    for health, said in ((dark, "dark, as planned"), (black, "lit no")):
        assert said in drawn(table_of_panels(fleet_of(replace(panel("serang-01", FILM), health=health)), WALL, 200))


def test_what_a_panel_that_is_off_reported_last_is_not_in_colour() -> None:
    """Its screen and machine are of hours ago: dim, never green as if they were so now."""
    for online in (True, False):
        console = Console(width=200, force_terminal=True, color_system="standard", legacy_windows=False)
        reported = replace(panel("serang-01", FILM, online=online), health=REPORT)
        with console.capture() as capture:
            console.print(table_of_panels(fleet_of(reported), WALL, 200))
        row = next(line for line in capture.get().splitlines() if "lit" in line)
        assert ("\x1b[32mlit" in row) is online


def test_the_dead_are_troubles() -> None:
    """An offline and a silent panel have a row beside the alerts that they raised; one that is online and well has none."""
    off = panel("off", FILM, online=False, seen=WALL - timedelta(hours=3))
    off.alerts["disk.low"] = AlertReport(WALL - timedelta(hours=5), "1 GB left")
    assert [(trouble.id, trouble.raised) for trouble in off.troubles(WALL)] == [
        ("offline", WALL - timedelta(hours=3)),
        ("disk.low", WALL - timedelta(hours=5)),
    ]
    assert [trouble.id for trouble in panel("x", FILM, seen=WALL - timedelta(minutes=10)).troubles(WALL)] == ["silent"]
    assert panel("well", FILM).troubles(WALL) == []
    assert "look at its power" in drawn(table_of_alerts([off], WALL))
