"""A tile says whether to worry, what is on screen and why, and what to do; in the reader's language, whatever the panel says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from player.contract.commands import COMMANDS
from player.contract.encoding import encode_health
from player.contract.reports import AlertReport, HealthReport, NowReport, PlayerState, StateReport
from player.core.alerts import ALERTS, Alert
from player.office.fleet import SILENT_AFTER, Panel, Presence
from player.office.web.live.controls import BY_NAME
from player.office.web.live.remedies import detail_beside, remedy_of
from player.office.web.live.tile import WORDS_MOST, Rank, rank_of, tile_of
from tests.kit.reports import REPORT

WALL = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
NOW = NowReport("media/a.mp4", "siang", "schedule: siang until 17:00", WALL, None)


def reporting(state: PlayerState = PlayerState.PLAYING) -> HealthReport:
    return replace(REPORT, player=replace(REPORT.player, state=state), alerts=())


def a_panel(state: PlayerState = PlayerState.PLAYING, now: NowReport | None = NOW, *, online: bool = True) -> Panel:
    return Panel("serang-01", StateReport(online), reporting(state), now, seen=WALL)


def alerting(*alerts: str) -> Panel:
    panel = a_panel()
    panel.alerts = {alert: AlertReport(WALL, "look at panel-display.service") for alert in alerts}
    return panel


def test_a_panel_that_is_well_says_what_it_shows_and_why() -> None:
    """The reason stands in the reader's language."""
    tile = tile_of("id", a_panel(), WALL)
    assert (tile.rank, tile.mark, tile.badge) == (Rank.GOOD, "✓", "Tayang")
    assert (tile.showing, tile.reason) == ("media/a.mp4", "jadwal: siang sampai 17:00")
    assert tile.troubles == ()
    assert tile_of("en", a_panel(), WALL).reason == "schedule: siang until 17:00"


@pytest.mark.parametrize(
    ("panel", "after", "rank", "badge"),
    [
        (a_panel(PlayerState.PAUSED), timedelta(), Rank.GOOD, "Paused"),
        (a_panel(PlayerState.DARK, replace(NOW, item=None)), timedelta(), Rank.GOOD, "Dark as planned"),
        (a_panel(PlayerState.BLANK, replace(NOW, item=None)), timedelta(), Rank.GOOD, "Black on purpose"),
        (a_panel(PlayerState.OVERRIDE), timedelta(), Rank.GOOD, "On command"),
        (a_panel(PlayerState.OVERRIDE, replace(NOW, text="Banjir")), timedelta(), Rank.GOOD, "Urgent message"),
        (a_panel(PlayerState.IDLE, replace(NOW, item=None)), timedelta(), Rank.WARN, "Look at this"),
        (alerting("disk.low"), timedelta(), Rank.WARN, "Look at this"),
        (alerting("disk.low", "screen.black"), timedelta(), Rank.BAD, "Picture"),
        (alerting("screen.melted"), timedelta(), Rank.WARN, "Look at this"),
        (a_panel(online=False), timedelta(), Rank.BAD, "Not connected"),
        (a_panel(), SILENT_AFTER + timedelta(seconds=1), Rank.BAD, "Silent"),
        (Panel("serang-01", None, REPORT, NOW), timedelta(), Rank.WARN, "Not known"),
        (Panel("serang-01", StateReport(True), nonsense="health: not JSON"), timedelta(), Rank.WARN, "Look at this"),
    ],
)
def test_trouble_has_its_rank_its_word_and_its_mark(panel: Panel, after: timedelta, rank: Rank, badge: str) -> None:
    """What people see, or that nothing is heard, is worse than any other alert; each worry has words of its own."""
    tile = tile_of("en", panel, WALL + after)
    assert (tile.rank, tile.badge) == (rank, badge)
    assert (tile.rank is Rank.GOOD) == (tile.troubles == ())
    assert tile.mark
    assert rank_of(panel, panel.presence(WALL + after)) is rank


def test_of_a_panel_that_is_off_stands_what_it_showed_last() -> None:
    """Nobody takes the last item for what is on screen."""
    tile = tile_of("en", a_panel(online=False), WALL)
    assert tile.last
    assert tile.until is None
    assert tile.seen == WALL


def test_the_worst_trouble_stands_first() -> None:
    """Of several the one that is seen in the street."""
    tile = tile_of("en", alerting("disk.low", "screen.black", "memory.high"), WALL)
    assert tile.troubles[0].title == "The screen is black and should not be"


@pytest.mark.parametrize("alert", list(Alert))
def test_each_alert_has_its_remedy_in_both_languages_without_markdown(alert: Alert) -> None:
    """What the manual says of an alert stands on the tile in plain words; Indonesian is not English."""
    english, indonesian = remedy_of("en", alert), remedy_of("id", alert)
    for remedy in (english, indonesian):
        assert remedy.known
        assert remedy.meaning
        assert remedy.remedy
        assert not re.search(r"[`\[\]]", remedy.meaning + remedy.remedy)
    assert english.meaning != indonesian.meaning
    assert english.remedy != indonesian.remedy


def test_the_button_of_an_alert_is_the_command_that_its_remedy_names() -> None:
    """There is no second list: each command in a remedy is one, and the wall has a button for it."""
    named = {word for row in ALERTS.values() for word in re.findall(r"`([^`]*)`", row.remedy) if word in COMMANDS}
    offered = {command for alert in Alert for command in remedy_of("en", alert).commands}
    assert offered == named
    assert offered <= BY_NAME.keys()
    assert remedy_of("id", Alert.SCREEN_FROZEN).commands == ("next", "restart-player")


def test_what_a_detail_says_again_is_left_out() -> None:
    """The title says it already; what is more than the title stays."""
    panel = alerting("screen.frozen", "disk.low")
    panel.alerts["screen.frozen"] = AlertReport(
        WALL, "the picture stands still although a film plays; it is being repaired"
    )
    for language, detail in (("en", "It is being repaired"), ("id", "Sedang diperbaiki")):
        assert tile_of(language, panel, WALL).troubles[0].detail == detail


def test_an_alert_of_a_newer_panel_keeps_its_id() -> None:
    """Its detail says what it is; nobody guesses a remedy."""
    trouble = tile_of("id", alerting("screen.melted"), WALL).troubles[0]
    assert (trouble.title, trouble.remedy, trouble.commands) == ("screen.melted", "", ())


def test_a_panel_that_says_too_much_gets_a_tile_like_any_other() -> None:
    """A megabyte of words, line breaks and control characters end as one short line."""
    long = "<script>\n\x00\u2028" * 100_000
    panel = a_panel(now=NowReport(long, long, long, WALL, None, text=long, by=long))
    panel.alerts = {long[:100]: AlertReport(WALL, long)}
    tile = tile_of("id", panel, WALL)
    for said in (tile.showing, tile.reason, *(each.detail for each in tile.troubles)):
        assert len(said) <= WORDS_MOST + 40
        assert said.isprintable()


def test_the_reports_of_the_kit_are_the_contract_s_own() -> None:
    """What the other tests take for a report is one."""
    assert json.loads(encode_health(reporting()))["player"]["state"] == "playing"
    assert a_panel().presence(WALL) is Presence.ONLINE


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("nothing but black for 5 minutes", "Nothing but black for 5 minutes"),
        ("media/a.mp4: it is cut short", "media/a.mp4: it is cut short"),
        ("a.mp4, b.mp4 and 7 more", "a.mp4, b.mp4 and 7 more"),
        ("the screen is black; look at the cable", "Look at the cable"),
        ("", ""),
    ],
)
def test_a_detail_is_a_sentence_and_a_file_keeps_its_name(detail: str, said: str) -> None:
    """Without what the line above it says already."""
    assert detail_beside("The screen is black", detail) == said
