"""What the director does, as stories in simulated time: (seconds, event) -> what is asked of the world."""

from __future__ import annotations

import itertools
import signal
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from player.base.clocks import ClockTrust
from player.bundle.source import Source
from player.contract import commands as c
from player.core import effects as f
from player.core import events as e
from player.core.alerts import Alert, Reporter
from player.core.decoders import supervision
from player.core.model import CardKind, MediaKind, Problem, SavedState, Schedule, ScheduleRule, ShownMessage
from player.core.state import Rules
from tests.kit.world import START, World, clip, image, release

END_OF_TIME = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)


def assert_near(started: tuple[float, str], at_s: float, path: str, within_s: float) -> None:
    assert started[1] == path
    assert started[0] == pytest.approx(at_s, abs=within_s)


def test_items_play_in_turn_without_a_pause() -> None:
    """Each item is cued while the one before plays, and starts in the turn in which that one ends."""
    world = World().open(clip("a", 4), clip("b", 4), image("c", 2))
    world.run(14)
    assert world.started_items() == [(0.6, "a"), (4.6, "b"), (8.6, "c"), (10.6, "a")]


def test_one_item_alone_repeats_on_the_other_layer() -> None:
    """A playlist of one item loops with the same gapless change."""
    world = World().open(clip("a", 2))
    world.run(7)
    assert [at for at, _ in world.started_items()] == [0.6, 2.6, 4.6, 6.6]
    layers = [s.layer for _, s in world.log if isinstance(s, f.StartItem)]
    assert layers == [0, 1, 0, 1]


def test_the_waiting_card_says_what_is_waited_for() -> None:
    """Refused content and a folder that is gone look otherwise than no content yet, and the reason says it, too."""
    world = World().open()
    refused = e.ConditionReported(Reporter.LIBRARY, Alert.CONTENT_REJECTED, "a.mp4: it is empty")
    gone = e.ConditionReported(Reporter.LIBRARY, Alert.CONTENT_INCOMPLETE, "/srv/x is not there")
    for event in (refused, e.ProblemsFound(Source.FOLDER, (Problem(e.OUT_OF_SIGHT, "/srv/x is not there"),)), gone):
        world.tell(event)
    cards = [s.card.text for _, s in world.log if isinstance(s, f.ShowCard)]
    assert cards == [f.Waiting.CONTENT, f.Waiting.OTHER_CONTENT, f.Waiting.CONTENT, f.Waiting.FOLDER]
    assert world.state.playing.scene is not None
    assert world.state.playing.scene.reason == "the content folder is not there"


def test_nothing_to_play_shows_the_waiting_card() -> None:
    """Without content a card is on screen, never nothing."""
    world = World().open()
    cards = [s.card.kind for _, s in world.log if isinstance(s, f.ShowCard)]
    assert cards == [CardKind.WAITING]
    world.tell(e.ReleaseAdopted(release(clip("a"))))
    world.run(1)
    kinds = [type(effect) for _, effect in world.log if isinstance(effect, f.StartItem | f.HideCard)]
    assert kinds == [f.StartItem, f.HideCard], "the card goes only when a picture is under it"


def test_a_killed_visible_decoder_gives_way_to_the_cued_one_at_once() -> None:
    """kill -9 of the visible layer's decoder: the next item starts in the same turn."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(5)
    world.kill(world.state.playing.visible or 0)
    assert world.started_items()[-1] == (5.0, "b")


def test_a_silent_visible_decoder_is_replaced_within_five_seconds() -> None:
    """A visible decoder that sends no more beats is hung: aborted, and the other layer is raised."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(5)
    world.deaf.add(world.state.playing.visible or 0)
    world.run(5)
    at, path = world.started_items()[-1]
    assert path == "b"
    assert at < 10
    kills = [k for _, k in world.log if isinstance(k, f.KillDecoder)]
    assert kills[0].abort


def test_an_end_that_never_comes_is_not_waited_for() -> None:
    """A video past its length by three seconds is given up, and the next one plays."""
    world = World().open(clip("a", 4), clip("b", 4))
    world.run(1)
    play_id = world.state.playing.plays[0].id if world.state.playing.plays[0] else 0
    world._news = [n for n in world._news if not (isinstance(n[2], e.ItemEnded) and n[2].play_id == play_id)]
    world.run(8)
    assert_near(world.started_items()[1], 7.8, "b", 0.3)  # a heartbeat more or less


def test_a_bad_item_is_quarantined_after_two_failures_and_the_good_one_plays() -> None:
    """30 bad items and a good one: the good one loops, the others are named in an alert, and nothing spins."""
    world = World()
    world.bad = {f"bad{i}" for i in range(30)}
    world.open(*[clip(f"bad{i}") for i in range(15)], clip("good", 2), *[clip(f"bad{i}") for i in range(15, 30)])
    world.run(60)
    assert {path for _, path in world.started_items()} == {"good"}
    assert sum(failure.quarantined for failure in world.state.playing.failures.values()) == 30
    assert "item.quarantined" in world.state.office.alerts
    assert len(world.asked(f.CueItem, 30)) <= 16


@pytest.mark.parametrize(
    "order",
    [c.Blank(END_OF_TIME), c.Show(text="x", until=END_OF_TIME), c.PlayPlaylist("default", END_OF_TIME)],
    ids=["blank", "show", "play"],
)
def test_an_end_in_the_year_9999_ends_nothing_else(order: c.Order) -> None:
    """In the panel's zone that moment lies in the year 10000, which no calendar knows: the turn goes on without it."""
    world = World().open(clip("a"))
    world.order(order)
    world.run(5)
    assert world.replies("c1") == ["done"]


@pytest.mark.parametrize("seconds", [3e11, 9e15])
def test_an_image_of_ten_thousand_years_ends_no_turn(seconds: float) -> None:
    """`now` is told without an end, for there is no such date."""
    world = World().open(image("a", seconds))
    world.run(5)
    assert [now.now.until for now in world.asked(f.PublishNow) if isinstance(now, f.PublishNow)] == [None]


def test_an_item_that_the_library_lost_is_left_out_unblamed_and_tried_again() -> None:
    """Nothing is blamed; the library is asked once, an alert says so, and the item plays when its file is there again."""
    world = World()
    world.lost = {"a"}
    world.open(clip("a"), clip("b"))
    world.run(30)
    assert {path for _, path in world.started_items()} == {"b"}
    assert not world.state.playing.failures
    assert "library.failing" in world.state.office.alerts
    assert 1 <= len(world.asked(f.RescanLibrary)) <= 2
    world.lost = set()
    world.run(30)
    assert "a" in {path for _, path in world.started_items()}
    assert "library.failing" not in world.state.office.alerts


def test_what_the_hardware_cannot_decode_is_tried_in_software_before_it_is_blamed() -> None:
    """It plays on in software; what fails there too is quarantined after two failures there."""
    world = World(Rules(hardware=True))
    world.hardware_bad, world.bad = {"b"}, {"c"}
    world.open(clip("a", 2), clip("b", 2), clip("c", 2))
    world.run(20)
    tries = [(cue.item.path, cue.software) for cue in world.asked(f.CueItem) if isinstance(cue, f.CueItem)]
    assert [software for path, software in tries if path == "b"] == [False] + [True] * (
        len([b for b, _ in tries if b == "b"]) - 1
    )
    assert [software for path, software in tries if path == "c"] == [False, True, True]
    assert {software for path, software in tries if path == "a"} == {False}
    assert [path for _, path in world.started_items()].count("b") >= 3
    assert not world.state.playing.failures["hash-b"].quarantined
    assert world.state.playing.failures["hash-c"].quarantined


def test_a_crash_and_a_hang_in_hardware_are_not_the_items_fault_either() -> None:
    """The item whose decoder crashes or hangs while it is on screen: in software the next time."""
    world = World(Rules(hardware=True)).open(clip("a", 60), clip("b", 60))
    world.run(5)
    world.kill(world.state.playing.visible or 0, signal.SIGSEGV)
    world.run(5)
    world.deaf.add(world.state.playing.visible or 0)
    world.run(15)
    assert {h: (x.count, x.quarantined) for h, x in world.state.playing.failures.items()} == {
        "hash-a": (0, False), "hash-b": (0, False),
    }  # fmt: skip
    assert all(play is None or play.software for play in world.state.playing.plays)


def test_without_hardware_decoding_the_first_failure_counts() -> None:
    """There is nothing else to try."""
    world = World()
    world.bad = {"b"}
    world.open(clip("a", 2), clip("b", 2))
    world.run(10)
    assert len([cue for cue in world.asked(f.CueItem) if isinstance(cue, f.CueItem) and cue.item.path == "b"]) == 2


def test_nothing_but_bad_items_shows_a_card_and_asks_to_roll_back() -> None:
    """All bad: a card that says which and why; the release is given back; no more cueing."""
    world = World()
    world.bad = {f"bad{i}" for i in range(8)}
    world.open(*[clip(f"bad{i}") for i in range(8)])
    world.run(30)
    assert [s.card.kind for _, s in world.log if isinstance(s, f.ShowCard)][-1] is CardKind.TROUBLE
    assert world.asked(f.RollBackLibrary)
    assert not world.asked(f.CueItem, 10)


def test_rescan_lifts_the_quarantine() -> None:
    """`rescan` gives a quarantined item another chance."""
    world = World()
    world.bad = {"b"}
    world.open(clip("a", 2), clip("b", 2))
    world.run(10)
    assert world.state.playing.failures["hash-b"].quarantined
    world.bad = set()
    world.order(c.Rescan())
    world.run(6)
    assert "b" in [path for _, path in world.started_items(10)]


def test_what_a_busy_machine_may_have_done_is_tried_again_by_itself() -> None:
    """No picture came in time, twice: tried again after 10 minutes, then after 20; a picture then clears it."""
    world = World()
    world.silent = {"b"}
    world.open(image("a", 30), clip("b", 2))
    tries = [_cued_within(world, "b", seconds) for seconds in (120, 420, 240, 1000, 400)]
    assert tries == [2, 0, 1, 0, 1]
    assert "tried again by itself" in world.state.office.alerts[Alert.ITEM_QUARANTINED]
    world.silent = set()
    world.run(2700)
    assert "b" in {path for _, path in world.started_items(100)}
    assert not world.state.playing.failures
    assert "item.quarantined" not in world.state.office.alerts


def test_a_stream_that_failed_is_tried_again_by_itself() -> None:
    """Its server may be there again an hour later, and nobody is near who would send `rescan`."""
    world = World()
    world.bad = {"s"}
    stream = replace(clip("s"), kind=MediaKind.STREAM, show_s=10.0)
    world.open(image("a", 30), stream)
    assert [_cued_within(world, "s", seconds) for seconds in (120, 420, 240)] == [2, 0, 1]
    world.bad = set()
    world.run(1500)
    assert "s" in {path for _, path in world.started_items(100)}


def _cued_within(world: World, name: str, seconds: float) -> int:
    before = len(world.asked(f.CueItem))
    world.run(seconds)
    return [cue.item.path for cue in world.asked(f.CueItem)[before:] if isinstance(cue, f.CueItem)].count(name)


def test_next_is_on_screen_and_answered_in_one_turn() -> None:
    """With the next item cued, `next` needs no waiting at all."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(5)
    effects = world.order(c.Next())
    assert any(isinstance(s, f.StartItem) for s in effects)
    assert world.replies("c1") == ["done"]


def test_previous_and_goto_cue_and_answer_when_on_screen() -> None:
    """An item that is not cued is answered when it is on screen, not before."""
    world = World().open(clip("a", 60), clip("b", 60), clip("d", 60))
    world.run(5)
    world.order(c.Previous(), "p")
    assert world.replies("p") == []
    world.run(1)
    assert world.replies("p") == ["done"]
    assert world.started_items()[-1][1] == "d"
    world.order(c.Goto(2), "g")
    world.run(1)
    assert world.started_items()[-1][1] == "b"
    world.order(c.Goto("nosuch"), "n")
    assert world.replies("n") == ["failed"]


def test_pause_holds_and_resumes_by_itself() -> None:
    """A paused image keeps its remaining time; after office.pause_limit_minutes playing goes on by itself."""
    world = World(Rules(pause_limit_s=60)).open(image("a", 10), image("b", 10))
    world.run(5)
    world.order(c.Pause())
    world.run(30)
    assert len(world.started_items()) == 1
    world.run(40)
    assert_near(world.started_items()[1], 70.6, "b", 0.2)


def test_a_new_release_does_not_disturb_the_item_that_plays() -> None:
    """The item on screen ends in its own time, and then the edited playlist goes on after it."""
    world = World().open(clip("a", 10), clip("b", 10))
    world.run(5)
    world.tell(e.ReleaseAdopted(release(clip("a", 10), clip("new", 10), clip("b", 10), number=2)))
    world.run(7)
    assert world.started_items() == [(0.6, "a"), (10.6, "new")]


def test_an_urgent_text_is_shown_at_once_and_gives_way_by_itself() -> None:
    """`show` covers the picture in the same turn; at its end the held item goes on where it was."""
    world = World().open(image("a", 10), image("b", 10))
    world.run(5)
    effects = world.order(c.Show(text="BANJIR", seconds=20))
    assert any(isinstance(s, f.ShowCard) and s.card.text == "BANJIR" for s in effects)
    assert world.replies("c1") == ["done"]
    world.run(21)
    assert any(isinstance(s, f.HideCard) for at, s in world.log if at >= 25)
    world.run(5)
    assert_near(world.started_items()[-1], 30.6, "b", 0.3)


def test_an_urgent_message_survives_a_restart() -> None:
    """What was saved is shown again by the next daemon, if it has not expired."""
    saved = SavedState(show=ShownMessage(START + timedelta(seconds=60), text="BANJIR", command_id="f1"))
    world = World(saved=saved).open(clip("a"))
    cards = [s.card.text for _, s in world.log if isinstance(s, f.ShowCard)]
    assert cards == ["BANJIR"]
    world.run(62)
    assert world.started_items()


def test_blank_is_black_on_purpose_and_survives_a_restart() -> None:
    """`blank` is saved; the state is blank, the card black, and no alert is raised for it."""
    world = World().open(clip("a"))
    world.run(3)
    world.order(c.Blank())
    assert world.state.saved.blank
    again = World(saved=world.state.saved).open(clip("a"))
    for _ in range(30):
        again.run(2)
        again.tell(e.ScreenSampled(True, False, False, False))
    assert not again.started_items()
    assert "screen.black" not in again.state.office.alerts
    again.order(c.Unblank())
    again.run(2)
    assert again.started_items()


def test_the_schedule_changes_the_playlist_and_says_why() -> None:
    """At the boundary the present item is finished (at most 60 s over), then the new playlist plays."""
    zone = ZoneInfo("Asia/Jakarta")
    schedule = Schedule(zone, (ScheduleRule("noon", begins=time(10, 1), ends=time(11, 0)),))
    world = World()
    world.tell(e.ReleaseAdopted(release(clip("a", 50), schedule=schedule, noon=[clip("n", 5)])))
    world.open()
    world.run(130)
    assert START.astimezone(zone).time() == time(10, 0)
    assert [path for _, path in world.started_items()][:3] == ["a", "a", "n"]
    assert world.state.playing.scene is not None
    assert world.state.playing.scene.reason == "schedule: noon until 11:00"


def test_boundary_cut_changes_at_the_boundary() -> None:
    """content.boundary = "cut": the new playlist is on screen within a second of the boundary."""
    schedule = Schedule(ZoneInfo("Asia/Jakarta"), (ScheduleRule("noon", begins=time(10, 1), ends=time(11, 0)),))
    world = World(Rules(boundary="cut"))
    world.tell(e.ReleaseAdopted(release(clip("a", 500), schedule=schedule, noon=[clip("n", 5)])))
    world.open()
    world.run(70)
    assert_near(world.started_items()[1], 60.4, "n", 0.5)


def test_finish_waits_sixty_seconds_at_most() -> None:
    """A long film does not carry yesterday's playlist into tomorrow."""
    schedule = Schedule(ZoneInfo("Asia/Jakarta"), (ScheduleRule("noon", begins=time(10, 1), ends=time(11, 0)),))
    world = World()
    world.tell(e.ReleaseAdopted(release(clip("a", 5000), schedule=schedule, noon=[clip("n", 5)])))
    world.open()
    world.run(140)
    assert_near(world.started_items()[1], 120.5, "n", 1)


def test_planned_dark_is_black_and_no_fault() -> None:
    """Dark by schedule is the state `dark`, and the black that the pixel monitor sees is no alert."""
    schedule = Schedule(ZoneInfo("Asia/Jakarta"), (ScheduleRule(None, begins=time(9), ends=time(11)),))
    world = World()
    world.tell(e.ReleaseAdopted(release(clip("a"), schedule=schedule)))
    world.open()
    for _ in range(100):
        world.run(2)
        world.tell(e.ScreenSampled(True, False, False, False))
    assert not world.started_items()
    assert world.state.office.alerts == {}


def test_a_stepped_clock_costs_thirty_seconds_at_most() -> None:
    """The wall clock jumps over a boundary unheard: the schedule is asked again within 30 s."""
    schedule = Schedule(ZoneInfo("Asia/Jakarta"), (ScheduleRule("noon", begins=time(13), ends=time(14)),))
    world = World(Rules(boundary="cut"))
    world.tell(e.ReleaseAdopted(release(image("a", 600), schedule=schedule, noon=[clip("n", 5)])))
    world.open()
    world.run(5)
    world.step_wall(timedelta(hours=3, minutes=10))
    world.run(32)
    assert world.started_items()[-1][1] == "n"


def test_a_bad_clock_plays_the_default_playlist() -> None:
    """Dated and timed rules are not obeyed when the clock cannot be trusted, and an alert says so."""
    schedule = Schedule(ZoneInfo("Asia/Jakarta"), (ScheduleRule(None, begins=time(0), ends=time(23, 59)),))
    world = World()
    world.tell(e.ClockChecked(ClockTrust.BAD))
    world.tell(e.ReleaseAdopted(release(clip("a"), schedule=schedule)))
    world.open()
    world.run(2)
    assert world.started_items()
    assert "clock.untrusted" in world.state.office.alerts


def test_a_lost_stage_is_rebuilt_and_playing_goes_on() -> None:
    """The X server goes and comes back: new decoders, and a picture again."""
    world = World().open(clip("a", 60), clip("b", 60))
    world.run(3)
    world.tell(e.StageLost("the X server went away"))
    assert "screen.disconnected" in world.state.office.alerts
    world.run(3)
    world.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
    world.run(2)
    assert world.started_items(6)
    assert "screen.disconnected" not in world.state.office.alerts


def test_pages_are_drawn_for_the_region_of_the_stage_that_is_there() -> None:
    """Each time the stage opens, the library hears the region's size: not the screen's."""
    world = World().open(clip("a", 60))
    world.tell(e.StageLost("the X server went away"))
    world.tell(e.StageOpened(1280, 720, (100, 50, 192, 96)))
    assert world.asked(f.FitRenditions)[-1] == f.FitRenditions(192, 96)


def test_a_frozen_screen_is_repaired_in_steps_and_reported() -> None:
    """Pixels that stand still while the layer has stopped painting: one decoder, both, the stage; and an alert."""
    world = World().open(clip("a", 600), clip("b", 600))
    world.run(3)
    for _ in range(30):
        world.run(2)
        world.tell(e.ScreenSampled(True, True, False, False, True, False))
    assert "screen.frozen" in {a.alert for _, a in world.log if isinstance(a, f.RaiseAlert)}
    assert world.asked(f.RebuildStage)
    world.run(2)
    world.tell(e.ScreenSampled(True, True, True, True))
    assert "screen.frozen" not in world.state.office.alerts


def test_a_still_or_black_scene_of_a_film_that_paints_is_no_fault() -> None:
    """A film that is still (or black for under two minutes) by itself, and paints on, is left alone."""
    world = World().open(clip("a", 6000))
    for _ in range(40):
        world.run(2)
        world.tell(e.ScreenSampled(True, False, False, True, False, False))
    assert world.state.office.alerts == {}
    assert not world.asked(f.KillDecoder)


def test_health_is_published_every_minute_and_within_a_second_of_a_change() -> None:
    """60 s apart when nothing happens; a change that matters is told within a second."""
    world = World().open(image("a", 5))
    world.run(200)
    quiet = [at for at, h in world.log if isinstance(h, f.PublishHealth) and at > 5]
    assert len(quiet) <= 4
    world.tell(e.ConditionReported(Reporter.MACHINE, Alert.DISK_LOW, "free some space"))
    world.run(1.1)
    assert [at for at, h in world.log if isinstance(h, f.PublishHealth)][-1] >= 200


def test_an_alert_is_raised_once_and_cleared_once() -> None:
    """However often a room repeats itself."""
    world = World().open(clip("a"))
    for _ in range(5):
        world.tell(e.ConditionReported(Reporter.MACHINE, Alert.DISK_LOW, "free some space"))
    world.tell(e.ConditionReported(Reporter.MACHINE, Alert.DISK_LOW, None))
    told = [type(a) for _, a in world.log if isinstance(a, f.RaiseAlert | f.ClearAlert) and a.alert == "disk.low"]
    assert told == [f.RaiseAlert, f.ClearAlert]


def test_an_item_out_of_its_dates_is_passed_over() -> None:
    """`until` of an item is obeyed to the minute; with nothing else the card is shown."""
    old = replace(clip("old", 3), valid_until=START + timedelta(seconds=5))
    world = World().open(old, clip("b", 3))
    world.run(20)
    assert "old" not in [path for at, path in world.started_items() if at > 8]


def test_a_stop_finishes_the_loop() -> None:
    """StopRequested is the end."""
    world = World().open(clip("a"))
    world.tell(e.StopRequested("SIGTERM"))
    assert world.state.finished


def test_several_nexts_at_once_move_several_items() -> None:
    """Each `next` that is answered `done` has moved one item, however quickly they come."""
    world = World().open(*[clip(name, 600) for name in "abcdefgh"])
    world.run(5)
    for number in range(4):
        world.order(c.Next(), f"n{number}")
    world.run(3)
    assert world.started_items()[-1][1] == "e"
    assert [world.replies(f"n{number}") for number in range(4)] == [["done"]] * 4


def test_a_hung_x_server_is_nobodys_fault() -> None:
    """While the pixel monitor gets no answer from the display, no item is blamed for not being painted."""
    world = World().open(clip("a", 6), clip("b", 6))
    for _ in range(2):
        world.run(1)
        world.tell(e.ScreenSampled(True, True, True, True))
    world.deaf = {0, 1}
    world._news.clear()
    world.run(40)
    assert not world.state.playing.failures
    assert "item.quarantined" not in world.state.office.alerts


def test_an_alert_that_names_files_is_told_again_when_the_files_change() -> None:
    """And only then."""
    world = World().open(clip("a"))
    for detail in ("x.mp4 is text", "x.mp4 is text", "y.mp4 is text"):
        world.tell(e.ConditionReported(Reporter.LIBRARY, Alert.CONTENT_REJECTED, detail))
    told = [a.detail for _, a in world.log if isinstance(a, f.RaiseAlert)]
    assert told == ["x.mp4 is text", "y.mp4 is text"]


def test_a_volume_reaches_the_item_on_screen_now_and_the_next_one_with_its_start() -> None:
    """A suspended decoder hears nothing, and an item's own volume stands above the command."""
    loud = replace(clip("b", 4), volume=90)
    world = World().open(clip("a", 10), loud, clip("d", 4))
    world.run(5)
    assert world.loudness == {0: 80}
    effects = world.order(c.Volume(30))
    assert [effect for effect in effects if isinstance(effect, f.ScreenEffect)] == [f.SetVolume(0, 30)]
    world.run(6)
    assert world.loudness == {0: 80, 1: 90}
    world.run(4)
    assert world.loudness == {0: 30, 1: 90}


def test_nothing_is_said_of_volume_to_a_picture() -> None:
    """An image has no sound; the film after it starts with the volume that was asked for meanwhile."""
    world = World().open(image("a", 10), clip("b", 4))
    world.run(5)
    world.order(c.Volume(30))
    assert world.asked(f.SetVolume) == []
    world.run(7)
    assert world.loudness[1] == 30


def test_a_decoder_is_suspended_while_its_item_waits() -> None:
    """Asked once when it is cued, ended by its start; no beats are expected meanwhile."""
    world = World().open(clip("a.mp4", 30.0), clip("b.mp4", 30.0))
    world.run(5.0)
    assert world.state.playing.visible == 0
    assert world.asked(f.SuspendDecoder) == [f.SuspendDecoder(1, 1, suspend=True)]
    world.deaf.add(1)
    world.run(20.0)
    assert world.asked(f.KillDecoder) == []
    world.deaf.clear()
    world.run(8.0)
    assert world.state.playing.visible == 1
    assert world.asked(f.SuspendDecoder, since_s=28.0)[0] == f.SuspendDecoder(1, 1, suspend=False)
    world.deaf.add(1)
    world.run(5.0)
    killed = world.asked(f.KillDecoder)
    assert [k.layer for k in killed if isinstance(k, f.KillDecoder)][:1] == [1]  # its beats count again


def test_a_decoder_that_dies_again_and_again_is_awaited_for_five_seconds_at_most() -> None:
    """So long the other one shows the last frame of its item, when that has ended."""
    decoder = supervision.Supervision(phase=supervision.Phase.RUNNING)
    for mono in range(1, 40):
        decoder = supervision.exited(decoder, float(mono))
        assert supervision.start_mono(decoder, alone=False) - mono <= 5.0
        decoder = replace(decoder, phase=supervision.Phase.RUNNING, since_mono=float(mono))


def test_a_decoder_that_recovered_is_no_alert_while_it_is_suspended() -> None:
    """A suspended decoder sends no beats, for hours maybe: a minute without a crash counts all the same."""
    world = World().open(image("a", 36_000), clip("b"))
    world.run(3)
    for _ in range(3):
        world.kill(1)
        world.run(4)
    assert "layer.failing" in world.state.office.alerts
    world.run(70)
    assert world.state.decoders[1].suspended
    assert "layer.failing" not in world.state.office.alerts


@pytest.mark.parametrize("order", [c.Show(text="Awas 请绕行", seconds=60), c.Ticker(text="Awas 请绕行")])
def test_the_answer_names_letters_that_the_panel_lacks(order: c.Order) -> None:
    """The message is shown at once; what cannot be drawn of it stands in the answer, with what to install."""
    world = World().open(clip("a"))
    world.letterless = "请绕行"
    world.order(order)
    assert f.SaveState in {type(effect) for _, effect in world.log}
    world.run(5)
    [reply] = [r for _, r in world.log if isinstance(r, f.SendReply) and r.command_id == "c1"]
    assert reply.stage == "done"
    assert reply.detail.endswith("this panel has no letters for 请绕行; install fonts-noto-cjk")


@pytest.mark.parametrize("reads", [True, False])
def test_the_answer_comes_without_a_screen_too(reads: bool) -> None:
    """Letters that are there are not spoken of; nor is the answer held back for a screen that is not there."""
    world = World().open(clip("a"))
    world.reads_letters = reads
    world.order(c.Show(text="تحذير", seconds=60))
    world.run(5)
    [reply] = [r for _, r in world.log if isinstance(r, f.SendReply) and r.command_id == "c1"]
    assert (reply.stage, "letters" in reply.detail) == ("done", False)


def test_nobody_looks_for_latin_letters() -> None:
    """A message in Indonesian is answered as soon as it is on the disk."""
    world = World().open(clip("a"))
    world.order(c.Show(text="Awas – banjir di Jalan “Veteran”…", seconds=60))
    assert [r.stage for _, r in world.log if isinstance(r, f.SendReply)] == ["done"]
    assert not [effect for _, effect in world.log if isinstance(effect, f.FindLetters)]


KEEPING: list[c.Order] = [
    c.Blank(), c.Unblank(), c.Show(text="x", seconds=5), c.Clear(), c.PlayPlaylist("default"), c.Volume(5, True),
    c.Brightness(40, True),
]  # fmt: skip


@pytest.mark.parametrize("order", KEEPING, ids=lambda order: type(order).__name__)
def test_what_must_outlast_a_restart_is_done_when_it_is_on_the_disk(order: c.Order) -> None:
    """A disk that takes nothing: the command has failed, with why; it is never told as done."""
    world = World().open(clip("a"))
    world.run(2)
    world.disk_full = "/state: No space left on device"
    world.order(order)
    world.run(2)
    told = [r for _, r in world.log if isinstance(r, f.SendReply) and r.command_id == "c1"]
    assert [(r.stage, r.code) for r in told] == [("failed", "not-kept")]
    assert world.disk_full in told[0].detail


@pytest.mark.parametrize("order", KEEPING, ids=lambda order: type(order).__name__)
def test_no_done_comes_before_the_disks_own_word(order: c.Order) -> None:
    """The turn that obeys asks for the state to be saved; only the answer ends the command."""
    world = World().open(clip("a"))
    world.run(2)
    world.order(order)
    world.run(2)
    about = [effect for _, effect in world.log if isinstance(effect, f.SaveState | f.SendReply)]
    saves = [n for n, effect in enumerate(about) if isinstance(effect, f.SaveState) and effect.command_id == "c1"]
    answers = [n for n, effect in enumerate(about) if isinstance(effect, f.SendReply) and effect.command_id == "c1"]
    assert len(saves) == len(answers) == 1
    assert saves < answers


@pytest.mark.parametrize("trust", [ClockTrust.SYNCED, ClockTrust.BAD])
def test_what_has_an_end_ends_after_a_restart_with_what_was_left(trust: ClockTrust) -> None:
    """Half of its time before the restart, a wall clock that has stepped back by a year: it is over in what it was given."""
    before = World().open(clip("a"))
    before.order(c.Show(text="x", until=START + timedelta(seconds=60)))
    before.order(c.PlayPlaylist("default", START + timedelta(seconds=60)), "c2")
    before.run(30)
    world = World(saved=before.state.saved)
    world.step_wall(-timedelta(days=365))
    world.tell(e.ClockChecked(trust))
    world.open(clip("a"))
    world.run(59)
    assert world.state.saved.show is not None
    world.run(2)
    assert world.state.saved.show is None
    assert world.state.saved.play is None


def test_another_playlist_and_a_test_pattern_name_who_asked() -> None:
    """The reason of what stands above the schedule has the person's name, and keeps it over a restart."""
    world = World().open(clip("a"))
    world.tell(e.CommandArrived(c.Command("c1", c.PlayPlaylist("default"), by="dina")))
    assert world.state.playing.scene is not None
    assert world.state.playing.scene.reason == "override play default by dina"
    again = World(saved=world.state.saved).open(clip("a"))
    assert again.state.playing.scene is not None
    assert again.state.playing.scene.reason == "override play default by dina"
    world.tell(e.CommandArrived(c.Command("c2", c.Identify(5.0), by="budi")))
    assert world.state.playing.scene.reason == "identify by budi"


def test_a_decoder_that_crashes_every_twenty_seconds_stays_an_alert() -> None:
    """Between two of its crashes it runs longer than after a burst of them, and is no less failing for that."""
    world = World().open(clip("a"), clip("b"))
    world.run(5)
    for _ in range(4):
        world.run(20)
        world.kill(0)
    alerts = [a for a in world.asked(f.RaiseAlert) if isinstance(a, f.RaiseAlert) and a.alert is Alert.LAYER_FAILING]
    world.run(19)
    assert len(alerts) == 1
    assert Alert.LAYER_FAILING in world.state.office.alerts
    world.run(60)
    assert Alert.LAYER_FAILING not in world.state.office.alerts


def test_what_fails_while_it_is_hidden_is_passed_over_at_once() -> None:
    """The next usable item is cued instead of the same one again; it is tried once more in the next round, and quarantined."""
    world = World()
    world.bad = {"bad"}
    world.open(clip("a"), clip("bad"), clip("c"))
    world.run(3)
    assert [cue.item.path for cue in world.asked(f.CueItem) if isinstance(cue, f.CueItem)] == ["a", "bad", "c"]
    world.run(20)
    paths = [path for _, path in world.started_items()]
    assert paths[:4] == ["a", "c", "a", "c"]
    assert world.state.playing.failures["hash-bad"].count == 2


def test_the_screen_does_not_stand_still_for_an_item_that_does_not_come() -> None:
    """No picture within its time: 4 s after the end of the item before another one is cued."""
    world = World()
    world.silent = {"silent"}
    world.open(clip("a", 2), clip("silent"), clip("c", 2))
    world.run(12)
    starts = world.started_items()
    assert [path for _, path in starts[:2]] == ["a", "c"]
    stood_s = starts[1][0] - starts[0][0] - 2
    assert 4 <= stood_s < 5


def test_an_item_that_always_needs_long_is_shown_all_the_same() -> None:
    """It is passed over once, then it has all of its time; and it is not blamed for what it needed."""
    world = World()
    world.cue_s = {"slow": 7.0}
    world.open(clip("a", 1), clip("slow", 1))
    world.run(40)
    assert "slow" in {path for _, path in world.started_items()}
    assert not world.state.playing.failures


def test_where_one_item_after_the_other_fails_the_good_one_plays_again() -> None:
    """Two hundred failing items behind a good one: its last picture never stands for more than eight seconds."""
    world = World()
    world.bad = {f"bad{i}" for i in range(200)}
    world.open(clip("good", 2), *[clip(f"bad{i}") for i in range(200)])
    world.run(60)
    at = [at for at, path in world.started_items() if path == "good"]
    assert max(after - before for before, after in itertools.pairwise(at)) < 2 + 8


def test_a_film_of_two_lengths_is_given_the_longer_one() -> None:
    """Of two films joined into one VLC knows the length of the first; vetting has counted all of it."""
    world = World()
    joined = replace(clip("joined", 3), length_s=12.0)
    world.cued_length_s = {"joined": 3.0}
    world.open(joined)
    world.run(11)
    assert not world.state.playing.failures


def test_a_decision_is_logged_once() -> None:
    """What a room has logged with its facts (the link's address, why a release was taken back) is not said a second time."""
    world = World().open(clip("a"))
    world.tell(e.ReleaseAdopted(release(clip("a"), clip("b"), number=2)))
    before = len(world.asked(f.Note))
    world.tell(e.OfficeConnected())
    world.tell(e.OfficeDisconnected("Connection refused"))
    world.tell(e.ReleaseAdopted(replace(release(clip("a")), rolled_back=True)))
    told = [note.text for note in world.asked(f.Note)[before:] if isinstance(note, f.Note)]
    assert [words for words in told if "alert" not in words] == []
    assert all(each.rolled_back for each in world.state.content.releases.values())


def test_a_film_that_is_too_heavy_is_played_to_its_end() -> None:
    """It needs three times its length and moves all the time: nothing is blamed. One that never ends is given up."""
    world = World()
    world.slowness = {"heavy": 3.0, "endless": 1000.0}
    world.open(clip("heavy", 4), clip("b", 4))
    world.run(40)
    assert [path for _, path in world.started_items()[:4]] == ["heavy", "b", "heavy", "b"]
    assert not world.state.playing.failures
    world.tell(e.ReleaseAdopted(release(clip("endless", 4), clip("b", 4), number=2)))
    world.run(120)
    assert "hash-endless" in world.state.playing.failures


def test_a_film_that_is_far_behind_at_its_end_is_cut_and_not_blamed() -> None:
    """Its decoder has lost most pictures, or shown less than half of them: the next item comes, and it is played again later."""
    for lost, rate in ((30, None), (0, 120.0)):
        world = World()
        world.pictures_lost, world.slowness = {"heavy": lost}, {"heavy": 1000.0}
        world.open(replace(clip("heavy", 4), frame_rate=rate), clip("b", 4))
        world.frozen_after_s = {"heavy": 3.9}
        world.run(40)
        assert [path for _, path in world.started_items()[:3]] == ["heavy", "b", "heavy"]
        assert not world.state.playing.failures
