"""A panel's day: planned from the folder's schedule, shown from the records and from what was heard since."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from player.contract.records import RecordKind
from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from player.office.web.live.history import DayStretch, Shown
from player.office.web.live.today import (
    PanelDay,
    day_of_panel,
    join,
    put_together,
    read_planned,
    read_recorded,
    share_as_planned,
)
from tests.kit.city import MIDNIGHT, SimulatedPanel

ZONE = ZoneInfo("Asia/Jakarta")
DAY = day_of_panel(date(2026, 11, 22), ZONE)
HOUR = timedelta(hours=1)


def stretch(begins: float, ends: float, label: str = "pagi", kind: Shown = Shown.PLAYLIST) -> DayStretch:
    return DayStretch(DAY.begins + begins * HOUR, DAY.begins + ends * HOUR, kind, label)


def hours(found: list[DayStretch] | None) -> list[tuple[float, float, str, str]]:
    return [
        (
            round((each.begins - DAY.begins) / HOUR, 2),
            round((each.ends - DAY.begins) / HOUR, 2),
            each.kind.value,
            each.label,
        )
        for each in found or []
    ]


def test_a_day_is_the_panels_own() -> None:
    """It begins at midnight in the panels' zone; on a day when the clock is put forward it has 23 hours."""
    assert PanelDay(MIDNIGHT, MIDNIGHT + 24 * HOUR) == DAY
    short = day_of_panel(date(2026, 3, 29), ZoneInfo("Europe/Berlin"))
    assert short.ends - short.begins == 23 * HOUR
    assert short.begins.tzinfo is UTC


def test_what_lies_side_by_side_and_is_alike_is_one() -> None:
    """Cut to the day; what lies outside it is not in the bar."""
    found = join([stretch(6, 7), stretch(-2, 3), stretch(3, 6), stretch(30, 31), stretch(7, 26, "malam")], DAY)
    assert hours(found) == [(0, 7, "playlist", "pagi"), (7, 24, "playlist", "malam")]


def test_what_was_heard_goes_on_where_the_records_end() -> None:
    """The records are the truth as far as they reach."""
    found = put_together([stretch(0, 6)], [stretch(2, 5, "heard"), stretch(5, 8, "siang")], DAY)
    assert hours(found) == [(0, 6, "playlist", "pagi"), (6, 8, "playlist", "siang")]
    assert hours(put_together(None, [stretch(2, 5)], DAY)) == [(2, 5, "playlist", "pagi")]


@pytest.mark.parametrize(
    ("shown", "share"),
    [
        ([stretch(0, 12)], 1.0),
        ([stretch(0, 6), stretch(6, 12, "malam")], 0.5),
        ([stretch(0, 6, kind=Shown.OFF, label="")], 0.0),
        ([], None),
    ],
)
def test_the_share_counts_only_what_is_known(shown: list[DayStretch], share: float | None) -> None:
    """A panel that was not heard is neither right nor wrong."""
    assert share_as_planned([stretch(0, 12), stretch(12, 24, "siang")], shown) == share


def test_the_records_of_a_day_become_its_bar(url: str) -> None:
    """Items by their playlist, everything else by its kind; a step of the clock takes no time."""
    panel = SimulatedPanel()
    panel.add(RecordKind.DARK, 5 * 3600, reason="dark until 05:00")
    panel.plays(4 * 60, seconds=60)
    panel.add(RecordKind.CLOCK, 2.0, reason="set")
    panel.add(RecordKind.MESSAGE, 3600, title="Banjir", reason="show by dina")
    engine = open_database(url, make=True)
    with writing(engine) as connection:
        BatchStore(connection, MIDNIGHT + 12 * HOUR).take(panel.name, panel.batch(), Way.MQTT)
    engine.dispose()
    assert hours(read_recorded(url, panel.name, DAY)) == [
        (0, 5, "dark", ""),
        (5, 9, "playlist", "default"),
        (9, 10, "message", "Banjir"),
    ]


def test_without_records_the_bar_does_without(url: str) -> None:
    """No database, or one without this panel, is no fault of the page."""
    assert read_recorded(url, "serang-01", DAY) is None
    open_database(url, make=True).dispose()
    assert read_recorded(url, "serang-01", DAY) is None


@pytest.mark.slow
def test_the_folder_s_schedule_becomes_the_plan(tmp_path: Path) -> None:
    """Playlists by their hours, the dark as dark, in the panels' zone."""
    media = tmp_path / "media"
    media.mkdir()
    for name in ("a.png", "b.png"):
        (media / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "playlist.m3u8").write_text("media/a.png\n")
    (tmp_path / "playlists").mkdir()
    (tmp_path / "playlists" / "siang.m3u8").write_text("media/b.png\n")
    (tmp_path / "schedule.toml").write_text(
        '[[show]]\nplaylist = "siang"\nfrom = 09:00:00\nuntil = 17:00:00\n[[dark]]\nfrom = 22:00:00\nuntil = 05:00:00\n'
    )
    assert hours(read_planned(tmp_path, DAY, ZONE)) == [
        (0, 5, "dark", ""), (5, 9, "playlist", "default"), (9, 17, "playlist", "siang"),
        (17, 22, "playlist", "default"), (22, 24, "dark", ""),
    ]  # fmt: skip


def test_a_folder_that_is_not_there_has_no_plan(tmp_path: Path) -> None:
    """The page says so, and goes on."""
    assert read_planned(tmp_path / "nothing", DAY, ZONE) is None
