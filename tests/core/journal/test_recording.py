"""What is on screen becomes records: each second has one name, and each item its true begin, length, end and evidence."""

from __future__ import annotations

import itertools
import signal
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.base.clocks import ClockTrust
from player.bundle.source import Source
from player.contract import commands as c
from player.contract.records import (
    Evidence,
    PlayRecord,
    RecordEnd,
    RecordKind,
    encode_record,
    evidence_of,
    seconds_within,
    span_of_day,
)
from player.core import effects as f
from player.core import events as e
from player.core.model import BrightnessPlan, BrightnessStep, Schedule, ScheduleRule
from player.core.running_text import TickerPlan
from player.core.state import Rules
from tests.kit.days import MIDNIGHT, Days
from tests.kit.drawn_events import EVENTS
from tests.kit.world import START, World, clip, image, release

JAKARTA = ZoneInfo("Asia/Jakarta")
LIT = e.ScreenSampled(True, True, True, True, True, True)
BLACK = e.ScreenSampled(True, False, False, False, True, True)


def records_of(world: World) -> list[PlayRecord]:
    return [effect.record for effect in world.asked(f.KeepRecord) if isinstance(effect, f.KeepRecord)]


def told(world: World) -> list[tuple[str, str, float, str]]:
    """(kind, item, seconds, end) of each record."""
    return [(r.kind.value, r.item, round(r.seconds, 1), r.ended.value) for r in records_of(world)]


def abut(records: list[PlayRecord]) -> bool:
    return all(one.ends == two.at for one, two in itertools.pairwise(records))


def test_each_item_has_a_record_of_its_true_length() -> None:
    """Films of four seconds in turn: each record begins where the one before ends, and has its item's four seconds."""
    world = World().open(clip("a"), clip("b"))
    world.run(17)
    started = world.started_items()
    records = records_of(world)
    items = [record for record in records if record.kind is RecordKind.ITEM]
    assert [record.item for record in items] == [name for _, name in started][: len(items)]
    assert len(items) == 4
    assert {round(record.seconds, 3) for record in items} == {4.0}
    assert abut(records)
    for record, (at, _) in zip(items, started, strict=False):
        assert abs((record.at - START).total_seconds() - at) < 0.001


def test_a_record_says_where_its_item_came_from_and_why() -> None:
    """Hash, title, playlist, source, release, serial, and the director's own words."""
    world = World()
    signed = replace(release(replace(clip("a"), title="Festival"), clip("b"), number=7), serial=42)
    world.tell(e.ReleaseAdopted(signed))
    world.open()
    world.run(6)
    record = next(r for r in records_of(world) if r.item == "a")
    assert (record.sha256, record.title, record.playlist) == ("hash-a", "Festival", "default")
    assert (record.source, record.release, record.serial) == ("folder", 7, 42)
    assert record.reason == "default playlist"
    assert record.clock == "synced"


@pytest.mark.parametrize(
    ("samples", "evidence"),
    [
        ([LIT, LIT], Evidence.SEEN),
        ([], Evidence.PLAYED),
        ([LIT, BLACK], Evidence.BROKEN),
        ([replace(LIT, lit=None, moving=None)], Evidence.PLAYED),
        ([replace(LIT, moving=False)], Evidence.BROKEN),
    ],
)
def test_the_samples_that_fall_into_a_play_are_its_evidence(samples: list[e.ScreenSampled], evidence: Evidence) -> None:
    """Lit and moving: seen. None fell into it, or none could tell: played. One dark, or a film that never moved: broken."""
    world = World().open(clip("a", 8), clip("b", 8))
    world.run(1)
    for sample in samples:
        world.run(1.5)  # the decoder's beat falls into it
        world.tell(sample)
    world.run(8)
    assert evidence_of(next(r for r in records_of(world) if r.item == "a")) is evidence


def test_a_still_picture_need_not_move() -> None:
    """An image that stands still as it should is seen."""
    world = World().open(image("a", 5), image("b", 5))
    world.run(2)
    world.tell(replace(LIT, moving=False))
    world.run(5)
    record = next(r for r in records_of(world) if r.item == "a")
    assert record.seen is not None
    assert record.seen.moved is None
    assert evidence_of(record) is Evidence.SEEN


# ---- the kinds


def test_the_urgent_message_has_a_record_and_cuts_the_item() -> None:
    """Item, message, item again; the message's record holds its words."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(5)
    world.order(c.Show(text="BANJIR", seconds=10))
    world.run(20)
    world.order(c.Next())
    world.run(1)
    kinds = [(r.kind.value, r.item, r.ended.value) for r in records_of(world)][-3:]
    assert kinds == [("item", "a", "cut"), ("message", "", "end"), ("item", "a", "cut")]
    message = records_of(world)[-2]
    assert (message.title, round(message.seconds)) == ("BANJIR", 10)


def test_blank_and_dark_are_told_apart() -> None:
    """What a person commanded is blank; what the schedule plans is dark."""
    rules = (ScheduleRule(None, begins=time(10, 5), ends=time(10, 6)),)
    world = World()
    world.tell(e.ReleaseAdopted(release(image("a", 5), schedule=Schedule(JAKARTA, rules))))
    world.open()
    world.run(60)
    world.order(c.Blank())
    world.run(60)
    world.order(c.Unblank())
    world.run(300)
    blank, dark = [r for r in records_of(world) if r.kind in (RecordKind.BLANK, RecordKind.DARK)]
    assert (blank.kind, round(blank.seconds), blank.reason) == (RecordKind.BLANK, 60, "blank")
    assert (dark.kind, round(dark.seconds)) == (RecordKind.DARK, 60)
    assert dark.reason.startswith("schedule: dark")


def test_a_screen_dimmed_to_nothing_is_dark() -> None:
    """Items that play on behind a brightness of 0 % were seen by nobody."""
    plan = BrightnessPlan(UTC, (BrightnessStep(time.min, 0),))
    world = World(Rules(brightness=plan)).open(image("a", 5), image("b", 5))
    world.run(30)
    world.tell(e.StopRequested("SIGTERM"))
    last = records_of(world)[-1]
    assert last.kind is RecordKind.DARK
    assert last.reason.startswith("brightness 0 %")


def test_a_panel_without_content_shows_a_card() -> None:
    """Waiting for content, from the first card on."""
    world = World().open()
    world.run(5)
    world.tell(e.StopRequested("SIGTERM"))
    assert [(r.kind, r.reason) for r in records_of(world)] == [(RecordKind.CARD, "waiting for content")]


def test_a_lost_display_is_a_fault_until_the_next_picture() -> None:
    """From the loss to the first picture of the new stage."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(5)
    world.tell(e.StageLost("the X server went away"))
    world.run(10)
    world.open()
    world.run(70)
    kinds = told(world)
    at = kinds.index(next(row for row in kinds if row[0] == "fault"))
    assert kinds[at - 1][0] == "item"
    assert kinds[at - 1][3] == "crash"
    assert kinds[at][2] >= 10
    assert kinds[at + 1][0] == "item"


def test_a_black_screen_is_a_fault_from_its_first_dark_sample_through_all_repairs() -> None:
    """The fault begins where the pixels first looked wrong and ends with the first sample that looks right."""
    world = World().open(*[image(name, 60) for name in "abcd"])
    world.run(3.5)
    begun = world.mono - world.started
    for _ in range(8):
        world.tell(BLACK)
        world.run(2)
    world.tell(LIT)
    world.run(100)
    (fault,) = (r for r in records_of(world) if r.kind is RecordKind.FAULT)
    assert abs((fault.at - START).total_seconds() - begun) < 0.01
    assert abs(fault.seconds - 16) < 0.01
    assert fault.reason.startswith("the screen is black although a")
    assert abut(records_of(world))


def test_a_last_picture_that_stands_for_long_is_a_fault_and_not_a_play() -> None:
    """A film ends, and for eight seconds nothing else is there: its record ends where the film did."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(5)
    visible, play = world.state.playing.visible, world.state.playing.current
    assert visible is not None
    assert play is not None
    hidden = 1 - visible
    world.kill(hidden, signal.SIGKILL)
    world.tell(e.ItemEnded(visible, play.id))
    world.pass_time(8)
    world.tell(e.DecoderReady(hidden, world.state.decoders[hidden].generation))
    following = world.state.playing.plays[hidden]
    assert following is not None
    world.tell(e.ItemCued(hidden, following.id, 60.0))
    item, fault = records_of(world)[-2:]
    assert (item.item, item.ended, round(item.seconds)) == ("a", RecordEnd.END, 4)
    assert (fault.kind, fault.seconds) == (RecordKind.FAULT, 8.0)
    assert fault.reason.startswith("the last picture of a stands")
    assert abut(records_of(world))


def test_a_killed_decoder_costs_its_play_and_no_second() -> None:
    """The record of the play ends in crash; the next one begins where it ends."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(5)
    world.kill(world.state.playing.visible or 0, signal.SIGKILL)
    world.run(70)
    records = records_of(world)
    assert next(r for r in records if r.item == "a").ended is RecordEnd.CRASH
    assert abut(records)


# ---- the clock


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-2), timedelta(days=-20_000)])
def test_a_step_of_the_clock_is_a_record_of_its_own(step: timedelta) -> None:
    """Never smoothed over: what was on screen before it and after it has its true length, and all records abut."""
    world = World().open(image("a", 60), image("b", 60))
    world.run(30)
    world.step_wall(step)
    world.run(40)
    records = records_of(world)
    steps = [r for r in records if r.kind is RecordKind.CLOCK]
    assert [round(r.seconds) for r in steps] == [round(step.total_seconds())]
    parts = [r for r in records if r.item == "a"]
    assert abs(sum(r.seconds for r in parts) - 60) < 0.01
    assert [r.ended for r in parts] == [RecordEnd.CUT, RecordEnd.END]
    assert abut(records)


def test_a_clock_that_is_slewed_makes_no_steps() -> None:
    """NTP's half a millisecond in a second is no step, however long it goes on."""
    world = World().open(image("a", 600))
    for _ in range(600):
        world.run(1)
        world.step_wall(timedelta(microseconds=500))
    assert not [r for r in records_of(world) if r.kind is RecordKind.CLOCK]


def test_the_open_record_is_kept_again_within_thirty_seconds() -> None:
    """A power cut takes less than half a minute of an item that lasts an hour."""
    world = World().open(image("a", 3600))
    world.run(600)
    beats = [at for at, effect in world.log if isinstance(effect, f.KeepRunning)]
    assert max(later - sooner for sooner, later in itertools.pairwise(beats)) <= 30
    assert len(beats) < 60


def test_without_the_journal_nothing_is_recorded() -> None:
    """journal.enabled = false."""
    world = World(Rules(journal=False)).open(clip("a"))
    world.run(20)
    assert not world.asked(f.KeepRecord)
    assert not world.asked(f.KeepRunning)


# ---- whole days

PAUSES = st.sampled_from([0.0, 0.02, 0.7, 8.0, 40.0, 400.0, 1800.0])
AWAY = st.sampled_from([0.5, 20.0, 3600.0, 30_000.0])
ENDS = st.tuples(st.sampled_from(["stop", "kill", "power", "clock"]), AWAY)
STEPS_OF_WALL = st.sampled_from([0.3, -0.3, 7200.0, -7200.0, 90_000.0, -90_000.0]).map(lambda s: timedelta(seconds=s))
HAPPENINGS = st.lists(
    st.one_of(st.tuples(PAUSES, EVENTS), st.tuples(PAUSES, ENDS), st.tuples(PAUSES, STEPS_OF_WALL)),
    min_size=20,
    max_size=150,
)
DAYS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SHOW = release(
    image("a", 300),
    clip("b", 200),
    number=1,
    schedule=Schedule(JAKARTA, (ScheduleRule(None, begins=time(22), ends=time(4)),)),
)


def live_through(days: Days, happenings: list[tuple[float, object]]) -> None:
    for pause_s, happens in happenings:
        days.wait(pause_s)
        match happens:
            case timedelta():
                days.world.step_wall(happens)
                days.tell(e.Tick())
            case ("stop", float() as away_s):
                days.stop(away_s)
            case ("kill", float() as away_s):
                days.kill(away_s)
            case ("power", float() as away_s):
                days.cut_power(away_s)
            case ("clock", float() as away_s):
                days.cut_power(away_s, ClockTrust.BAD, datetime(1970, 1, 1, 0, 2, tzinfo=UTC))
            case tuple():
                pass
            case _:
                days.tell(happens)  # type: ignore[arg-type]  # everything else that is drawn is an event


@DAYS
@given(HAPPENINGS)
def test_every_second_of_every_day_has_a_name(happenings: list[tuple[float, object]]) -> None:
    """Whatever happens (kills, power cuts, clocks of 1970, steps, messages, sticks, quarantines): each local day is 86,400 s."""
    days = Days(MIDNIGHT - timedelta(hours=5))
    days.tell(e.ReleaseAdopted(SHOW))
    days.tell(e.ReleaseAdopted(replace(SHOW, source=Source.STICK)))
    days.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
    live_through(days, happenings)
    days.cut_power(86_400 * 3, wall=max(days.world.wall, MIDNIGHT) + timedelta(days=3))
    days.tell(e.ReleaseAdopted(SHOW))
    days.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
    days.wait(5)
    days.stop(1)
    records = days.records
    assert abut(records)
    assert all(r.seconds > 0 or r.kind is RecordKind.CLOCK for r in records)
    for day in {r.at.astimezone(JAKARTA).date() for r in records if records[0].ends < r.at < records[-1].at}:
        begins, ends = span_of_day(day, JAKARTA)
        if records[0].at <= begins and ends <= records[-1].ends:
            assert abs(sum(seconds_within(r, begins, ends) for r in records) - 86_400) <= 1


def test_the_time_between_two_runs_is_off_with_its_why() -> None:
    """Stopped, crashed and cut off are told apart; the open record is closed where it was last kept."""
    days = Days(MIDNIGHT)
    for how in ("stop", "kill", "power"):
        days.tell(e.ReleaseAdopted(release(image("a", 3600))))
        days.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
        days.world.run(70)
        days.take()
        {"stop": days.stop, "kill": days.kill, "power": days.cut_power}[how](600.0)
    days.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
    days.stop(1)
    off = [r for r in days.records if r.kind is RecordKind.OFF]
    assert [r.reason.partition(":")[0] for r in off] == ["stop", "crash", "power"]
    assert all(600 <= r.seconds < 632 for r in off)
    items = [r for r in days.records if r.kind is RecordKind.ITEM]
    assert [r.ended for r in items] == [RecordEnd.CUT, RecordEnd.CRASH, RecordEnd.POWER]
    assert abut(days.records)


# ---- the running text


def test_a_record_holds_the_texts_that_ran_over_it() -> None:
    """One that begins or goes in the middle of a play cuts nothing; over the urgent message none runs."""
    world = World()
    plan = TickerPlan(("masuk gratis", "parkir"), Schedule(JAKARTA))
    world.tell(e.ReleaseAdopted(replace(release(clip("a", 8), clip("b", 8)), ticker=plan)))
    world.open()
    world.run(12)
    world.order(c.Ticker(text="Jalan Veteran ditutup"), "t1")
    world.run(8)
    world.order(c.Show(text="BANJIR"), "s1")
    world.run(3)
    world.order(c.ClearTicker(), "t2")
    world.order(c.Clear(), "s2")
    world.run(9)
    whole = [(r.item or r.kind.value, r.ticker) for r in records_of(world) if r.seconds > 1]
    file_text, asked = "masuk gratis \u2022 parkir", "Jalan Veteran ditutup"
    assert whole[:4] == [("a", file_text), ("b", f"{file_text} / {asked}"), ("a", asked), ("message", "")]
    assert {ticker for _, ticker in whole[4:]} == {file_text}
    assert {r.ended for r in records_of(world) if r.item == "b"} == {RecordEnd.END}


def test_without_a_running_text_a_record_says_nothing_of_it() -> None:
    """Its line is as short as before."""
    world = World().open(clip("a"), clip("b"))
    world.run(9)
    assert b"ticker" not in b"".join(map(encode_record, records_of(world)))
