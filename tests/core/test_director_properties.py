"""Whatever happens, in whatever order: the properties that the director keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.contract import commands as c
from player.core import effects as f
from player.core import events as e
from player.core.alerts import Alert
from player.core.director import decide, wake_at
from player.core.state import PlayPhase, Rules, SceneKind
from tests.kit.drawn_events import LAYER, PLAY_ID, STEPS, events_of
from tests.kit.world import World, clip, release

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def play_out(steps: list[tuple[float, e.Event]]) -> World:
    world = World()
    for pause_s, event in steps:
        world.mono += pause_s
        world.wall += timedelta(seconds=pause_s)
        world.tell(event)
        assert wake_at(world.state, world.now) >= world.mono - 1e-6, f"wake_at lies in the past after {event}"
    return world


FACTS = st.lists(
    events_of((
        e.ConditionReported, e.ClockChecked, e.ReleaseAdopted, e.FolderAged, e.StageOpened, e.StageLost, e.ScreenSampled,
    )),
    max_size=12,
)  # fmt: skip


def subject_of(event: e.Event) -> object:
    """What a fact is about; a later fact about the same takes its place."""
    match event:
        case e.ConditionReported(reporter, alert, _):
            return reporter, alert
        case e.ReleaseAdopted(release):
            return release.source
        case e.StageOpened() | e.StageLost():
            return "stage"
        case _:
            return type(event)


@QUICK
@given(FACTS, st.randoms())
def test_the_alerts_depend_on_the_latest_facts_and_not_on_their_order(facts: list[e.Event], random: Random) -> None:
    """Whatever was said before, and in whatever order the rooms say it: the same latest facts, the same alerts."""
    latest = {subject_of(fact): fact for fact in facts}
    mixed = list(latest.values())
    random.shuffle(mixed)
    worlds = [World(Rules(stale_s=30 * 86400.0)) for _ in range(2)]
    for world, told in zip(worlds, (facts, mixed), strict=True):
        for fact in told:
            world.tell(fact)
    assert worlds[0].state.office.alerts == worlds[1].state.office.alerts


@QUICK
@given(STEPS)
def test_what_the_office_has_heard_of_alerts_is_what_stands(steps: list[tuple[float, e.Event]]) -> None:
    """Raised and cleared in turn, so that the retained topics are the alerts of the state."""
    world = play_out(steps)
    standing: set[Alert] = set()
    for _, effect in world.log:
        if isinstance(effect, f.RaiseAlert):
            standing.add(effect.alert)
        elif isinstance(effect, f.ClearAlert):
            assert effect.alert in standing
            standing.remove(effect.alert)
    assert standing == world.state.office.alerts.keys()


@QUICK
@given(STEPS)
def test_wake_at_is_never_in_the_past(steps: list[tuple[float, e.Event]]) -> None:
    """Else the loop would spin."""
    play_out(steps)


@QUICK
@given(STEPS)
def test_the_state_always_wants_an_item_or_a_card(steps: list[tuple[float, e.Event]]) -> None:
    """With a stage there is a scene, and a card scene has its card on screen."""
    state = play_out(steps).state
    assert state.playing.scene is not None
    if state.stage.opened is not None and state.playing.scene.kind is SceneKind.CARD:
        assert state.playing.card == state.playing.scene.card
    if state.playing.scene.kind is SceneKind.PLAY:
        assert state.playing.scene.items


@QUICK
@given(STEPS, PLAY_ID, LAYER)
def test_an_old_play_id_changes_nothing(steps: list[tuple[float, e.Event]], play_id: int, layer: int) -> None:
    """News about a play that is not on that layer leaves plays, failures and the screen as they are."""
    world = play_out(steps)
    world.tell(e.Tick())
    state = world.state
    if any(p is not None and p.id == play_id for p in state.playing.plays):
        return
    for event in (e.ItemCued(layer, play_id, 1.0), e.ItemEnded(layer, play_id), e.ItemFailed(layer, play_id, "x")):
        after, effects = decide(state, event, world.now)
        assert (after.playing.plays, after.playing.failures, after.playing.visible) == (
            state.playing.plays,
            state.playing.failures,
            state.playing.visible,
        )
        assert not any(isinstance(effect, f.StartItem | f.CueItem) for effect in effects)


@QUICK
@given(STEPS)
def test_only_a_cued_item_is_started(steps: list[tuple[float, e.Event]]) -> None:
    """StartItem is asked for an item whose first frame is painted, and for no other: nothing black is ever raised."""
    world = World()
    for pause_s, event in steps:
        world.mono += pause_s
        before = world.state
        effects = world.tell(event)
        for effect in effects:
            if isinstance(effect, f.StartItem):
                play = before.playing.plays[effect.layer]
                just_cued = isinstance(event, e.ItemCued) and event.play_id == effect.play_id
                assert just_cued or (play is not None and play.id == effect.play_id and play.phase is PlayPhase.CUED)


@QUICK
@given(STEPS)
def test_each_showing_of_an_item_ends_exactly_once(steps: list[tuple[float, e.Event]]) -> None:
    """On screen is the running item of the visible layer with no card over it; what leaves the screen is told once, with why."""
    world = World()
    for pause_s, event in steps:
        world.mono += pause_s
        before, told = shown_on(world), len(world.ended)
        effects = world.tell(event)
        gone = [ended.play.id for ended in world.ended[told:]]
        begun = {effect.play_id for effect in effects if isinstance(effect, f.StartItem)}
        begun |= shown_on(world) if f.HideCard() in effects else set()
        assert len(gone) == len(set(gone)), f"{gone} after {event}"
        assert set(gone) == (before | begun) - shown_on(world), f"after {event}"
        assert shown_on(world) <= before | begun
        assert {ended.play.shown_mono is not None for ended in world.ended} <= {True}
    world.tell(e.StopRequested("SIGTERM"))
    assert shown_on(world) == set()


def shown_on(world: World) -> set[int]:
    """What is on screen by the rest of the state, and by the plays themselves."""
    playing = world.state.playing
    current = playing.current
    running = current is not None and current.phase is PlayPhase.RUNNING and playing.card is None
    shown = {play.id for play in playing.plays if play is not None and play.shown_mono is not None}
    if not world.state.finished:
        assert shown == ({current.id} if current is not None and running else set())
    return shown


@QUICK
@given(STEPS)
def test_nothing_is_told_to_a_suspended_decoder(steps: list[tuple[float, e.Event]]) -> None:
    """Every order would wake it for nothing: only its turn, its end and its replacement do."""
    world = World()
    for pause_s, event in steps:
        world.mono += pause_s
        suspended = {layer for layer, decoder in enumerate(world.state.decoders) if decoder.suspended}
        for effect in world.tell(event):
            if isinstance(effect, f.SetVolume | f.HoldItem | f.ContinueItem):
                assert effect.layer not in suspended


@QUICK
@given(STEPS, st.lists(st.floats(0.1, 30), max_size=3))
def test_only_a_decoder_whose_item_waits_is_suspended(steps: list[tuple[float, e.Event]], pauses: list[float]) -> None:
    """Whatever happens: no decoder that should start, play or load stays stopped, and one that counts as suspended waits."""
    world = World()
    for number, (pause_s, event) in enumerate(steps):
        world.mono += pause_s
        world.tell(event)
        assert_suspended_rightly(world)
        for more_s in pauses if number % 5 == 0 else ():
            world.run(more_s)
            assert_suspended_rightly(world)


def assert_suspended_rightly(world: World) -> None:
    for layer, (decoder, play) in enumerate(zip(world.state.decoders, world.state.playing.plays, strict=True)):
        waits = decoder.usable and play is not None and play.phase is PlayPhase.CUED
        assert waits or layer not in world.stopped, f"layer {layer} is stopped while its item is {play}"
        assert waits or not decoder.suspended, f"layer {layer} counts as suspended: {decoder}"
        assert decoder.suspended or layer not in world.stopped


@pytest.mark.slow
@QUICK
@given(STEPS)
def test_after_any_trouble_a_sane_world_plays_again(steps: list[tuple[float, e.Event]]) -> None:
    """However it was shaken: with a stage, a release and working layers, a picture is on screen again."""
    world = play_out(steps)
    world.tell(e.StageLost("for the test"))
    world.state = replace(world.state, playing=replace(world.state.playing, failures={}))
    for order in (c.Unblank(), c.Clear(), c.Resume()):
        world.order(order)
    world.tell(e.ReleaseAdopted(release(clip("fresh", 3), number=99)))
    world.tell(e.StageOpened(640, 360, (0, 0, 640, 360)))
    since = world.mono - world.started
    world.run(130)
    assert [path for _, path in world.started_items(since)], "nothing plays"
