"""Which running text runs, why, until when, and what it never lies over."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from player.contract import commands as c
from player.contract.encoding import encode_now
from player.core import effects as f
from player.core import events as e
from player.core.model import MediaItem, Release, SavedState, Schedule, ScheduleRule
from player.core.office.health import build_report
from player.core.running_text import TickerPlan
from tests.kit.world import START, World, clip, image, release

JAKARTA = ZoneInfo("Asia/Jakarta")
FILE_TEXT = ("masuk gratis", "parkir di alun-alun")


def with_ticker(*items: MediaItem, rules: tuple[ScheduleRule, ...] = (), **texts: tuple[str, ...]) -> Release:
    """A release with ticker.txt, and rules that name `texts`."""
    return replace(release(*items), ticker=TickerPlan(FILE_TEXT, Schedule(JAKARTA, rules), texts))


def world_with(content: Release, saved: SavedState | None = None) -> World:
    world = World(saved=saved)
    world.tell(e.ReleaseAdopted(content))
    return world.open()


def shown(world: World) -> list[tuple[str, ...] | None]:
    """Each change of the running text, None where it went."""
    kinds = (f.ShowTicker, f.HideTicker)
    return [x.messages if isinstance(x, f.ShowTicker) else None for _, x in world.log if isinstance(x, kinds)]


def test_the_folders_text_runs_over_films_and_pictures_whatever_changes() -> None:
    """It is asked for once: no change of item begins it anew."""
    world = world_with(with_ticker(clip("a", 4), image("b", 4)))
    world.run(60)
    assert len(world.started_items()) > 5
    assert shown(world) == [FILE_TEXT]


def test_nothing_runs_without_a_text() -> None:
    """No effect at all, so that a panel that has none never starts its process."""
    world = World().open(clip("a"))
    world.run(20)
    assert shown(world) == []


def test_a_commands_text_stands_above_the_folders_until_its_end() -> None:
    """A message a line; the folder's text comes back by itself."""
    world = world_with(with_ticker(clip("a")))
    world.run(3)
    world.order(c.Ticker("banjir di Cipocok\n\nhindari jalan Bhayangkara", world.wall + timedelta(seconds=30)))
    world.run(40)
    assert shown(world) == [FILE_TEXT, ("banjir di Cipocok", "hindari jalan Bhayangkara"), FILE_TEXT]
    assert world.replies("c1") == ["done"]


def test_clear_ticker_ends_the_commands_text_only() -> None:
    """And nothing is there to run when the content has none."""
    world = World().open(clip("a"))
    world.order(c.Ticker("satu"))
    world.run(2)
    world.order(c.ClearTicker(), "c2")
    assert shown(world) == [("satu",), None]
    assert world.state.saved.ticker is None
    assert world.replies("c2") == ["done"]


def test_a_commands_text_survives_a_restart() -> None:
    """And ends when it was to end, by either clock."""
    world = World().open(clip("a"))
    world.order(c.Ticker("satu", world.wall + timedelta(seconds=60)))
    again = World(saved=world.state.saved).open(clip("a"))
    again.run(10)
    assert shown(again) == [("satu",)]
    again.step_wall(timedelta(hours=-5))
    again.run(60)
    assert shown(again) == [("satu",), None]


@pytest.mark.parametrize(
    "order", [c.Show(text="AWAS", seconds=20), c.Show(media="b", seconds=20), c.Blank(), c.TestPattern(20)]
)
def test_no_text_runs_over_an_urgent_message_the_dark_or_the_test_pattern(order: c.Order) -> None:
    """It goes in the same turn, and comes back afterwards."""
    world = world_with(with_ticker(clip("a"), image("b")))
    world.run(3)
    asked = world.order(order)
    assert any(isinstance(effect, f.HideTicker) for effect in asked)
    if isinstance(order, c.Blank):
        world.order(c.Unblank(), "c2")
    world.run(40)
    assert shown(world) == [FILE_TEXT, None, FILE_TEXT]


def test_no_text_runs_in_planned_dark() -> None:
    """[[dark]] is dark to the last pixel."""
    dark = Schedule(JAKARTA, (ScheduleRule(None),))
    world = world_with(replace(with_ticker(clip("a")), schedule=dark))
    world.run(5)
    assert shown(world) == []


def test_a_new_stage_gets_the_text_again() -> None:
    """After the X server was away, as every other window."""
    world = world_with(with_ticker(clip("a")))
    world.run(2)
    world.tell(e.StageLost("gone"))
    world.run(2)
    world.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
    world.run(2)
    assert shown(world)[-1] == FILE_TEXT
    assert world.state.ticker.shown is not None


def test_a_rules_text_runs_in_its_time() -> None:
    """In the schedule's zone; before and after it the folder's own."""
    local = START.astimezone(JAKARTA)
    begins, ends = (local + timedelta(minutes=1)).time(), (local + timedelta(minutes=2)).time()
    rule = ScheduleRule("ticker 1", begins=time(begins.hour, begins.minute), ends=time(ends.hour, ends.minute))
    world = world_with(with_ticker(clip("a"), rules=(rule,), **{"ticker 1": ("pasar murah",)}))
    world.run(200)
    assert shown(world) == [FILE_TEXT, ("pasar murah",), FILE_TEXT]


def test_reports_say_what_runs_and_why() -> None:
    """`now`, the health report and the log: the text, the command and who sent it."""
    world = world_with(with_ticker(clip("a")))
    world.run(2)
    world.tell(e.CommandArrived(c.Command("c9", c.Ticker("satu\ndua"), by="dina")))
    world.run(1)
    now = [x.now for x in world.asked(f.PublishNow) if isinstance(x, f.PublishNow)][-1]
    assert json.loads(encode_now(now))["ticker"] == "satu \u2022 dua"
    assert build_report(world.state, world.now).player.ticker == "satu \u2022 dua"
    notes = [x.text for x in world.asked(f.Note) if isinstance(x, f.Note)]
    assert "running text: command c9 by dina" in notes


def test_what_now_says_of_the_text_is_what_runs() -> None:
    """From the first report on; in the dark nothing runs, also when the stage was made anew in it."""
    world = world_with(with_ticker(clip("a")))

    def told() -> str | None:
        return [x.now for x in world.asked(f.PublishNow) if isinstance(x, f.PublishNow)][-1].ticker

    world.run(2)
    assert told() == " \u2022 ".join(FILE_TEXT)
    world.tell(e.StageLost("gone"))
    world.order(c.Blank(), "c3")
    world.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
    world.run(2)
    assert shown(world) == [FILE_TEXT]
    assert told() is None
    assert build_report(world.state, world.now).player.ticker is None
    world.order(c.Unblank(), "c4")
    world.run(2)
    assert told() == " \u2022 ".join(FILE_TEXT)


def test_a_text_that_holds_nothing_to_draw_is_refused() -> None:
    """Control characters alone, and a text whose time is over."""
    world = World().open(clip("a"))
    world.order(c.Ticker("\x07\n\u200b"[:1]), "c1")
    world.order(c.Ticker("x", world.wall - timedelta(seconds=1)), "c2")
    assert world.replies("c1") == ["failed"]
    assert world.replies("c2") == ["failed"]
    assert shown(world) == []
