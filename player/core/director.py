"""The director: everything that affects the screen is decided here, one event at a time.

Knows: the whole state. Touches nothing: `decide` takes a state, an event and the time and returns a new state and what
to ask of the world; `wake_at` says when it wants to be asked again. Must not: read a clock, do anything itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from operator import attrgetter
from typing import assert_never

from player.base.clocks import ClockTrust, Now
from player.bundle.source import Source
from player.core import events as e
from player.core.brightness import control as brightness
from player.core.decoders import care, supervision
from player.core.effects import Effect, FitRenditions, OfferPlaylists, RollBackLibrary, SendReply, ShowNotice
from player.core.journal import delivery, recording
from player.core.model import Problem, Release
from player.core.office import ends, health, obey, pending, take_down
from player.core.picture import check, escalation
from player.core.playing import changes, failures, stutter, survey, ticker
from player.core.playing.ending import end_play
from player.core.playing.scene import next_ask_mono, pick_scene
from player.core.state import LAYERS, Ending, Scene, SceneKind, State
from player.core.turn import Turn

HEARD_SAVED_EVERY = timedelta(hours=1)
MOST_PROBLEMS = 100
"""Of one source; the report holds 50, the log as many lines as this when all of them are new."""
MOST_OFFERED = 500
"""Playlists that a person is offered to choose from; `play` knows all of them."""
ROLLBACK_AT = 12
"""So many failures since a release was adopted, with nothing played to its end between them, send it back."""
_content_of = attrgetter("content_hash")


def decide(state: State, event: e.Event, now: Now) -> tuple[State, list[Effect]]:
    """The new state, and what to ask of the world."""
    t = take_turn(state, event, now)
    return t.s, t.effects


def take_turn(state: State, event: e.Event, now: Now) -> Turn:
    """The whole of a turn: hear what happened, then bring the world nearer to what it should be."""
    t = Turn(state, now)
    _hear(t, event)
    pending.check_pending(t)
    ends.check_ends(t)
    changes.check_deadlines(t)
    care.care_for_decoders(t)
    survey.survey_releases(t)
    _settle_scene(t)
    ticker.settle(t)
    care.care_for_decoders(t)  # the second decoder starts in the turn in which the first has its picture
    _settle_release(t)
    brightness.settle(t)
    _save_heard(t)
    care.suspend_waiting(t)
    escalation.escalate(t)
    if t.s.finished and t.playing.visible is not None:
        end_play(t, t.playing.visible, Ending.STOPPED)
    recording.settle_records(t)
    delivery.settle_delivery(t)
    health.settle_alerts(t)
    health.settle_reports(t)
    return t


def wake_at(state: State, now: Now) -> float:
    """The monotonic moment at which `decide` wants a Tick, when nothing else happens before.

    Each owner says when it has something to do. Wall deadlines (schedule, validity, ends of overrides) are turned into
    monotonic ones, 30 s away at most.
    """
    return min(
        *health.wake_mono(state), *care.wake_mono(state), *changes.wake_mono(state), *pending.wake_mono(state),
        *ends.wake_mono(state, now), *survey.wake_mono(state, now), *brightness.wake_mono(state, now),
        *escalation.wake_mono(state), *ticker.wake_mono(state, now), *recording.wake_mono(state), *delivery.wake_mono(state),
        *([] if state.playing.choice is None else [next_ask_mono(state.playing.choice, now)]), float("inf"),
    )  # fmt: skip


def _hear(t: Turn, event: e.Event) -> None:
    """Passes the event on to the owner of what it is about."""
    match event:
        case e.Tick():
            pass
        case e.Started():
            _hear_started(t, event)
        case e.StopRequested(why):
            t.run = replace(t.run, stopping=why)
        case e.VitalsMeasured() | e.ClockChecked() | e.ConditionReported():
            _hear_machine(t, event)
        case e.PowerRefused(what, why):
            pending.hear_refusal(t, what, why)
        case e.StageOpened() | e.StageLost():
            _hear_stage(t, event)
        case (
            e.DecoderReady()
            | e.DecoderExited()
            | e.DecoderBeat()
            | e.ItemCued()
            | e.ItemEnded()
            | e.ItemFailed()
            | e.ItemLost()
        ):
            _hear_decoder(t, event)
        case e.StateSaved() | e.LettersFound():
            pending.hear_kept(t, event)
        case e.ScreenSampled():
            check.hear_sample(t, event)
        case e.CardShown(card):
            recording.hear_card(t, card)
        case e.ScreenshotTaken():
            pending.hear_screenshot(t, event)
        case e.OutputsChanged():
            brightness.forget_dimming(t)
        case e.BrightnessSet():
            brightness.hear(t, event)
        case (
            e.ReleaseAdopted()
            | e.ImportProgressed()
            | e.ProblemsFound()
            | e.FolderChanged()
            | e.FolderAged()
            | e.ParsersConfined()
            | e.StickNoticed()
        ):
            _hear_content(t, event)
        case e.LibraryAnswered():
            pending.hear_library(t, event)
        case e.JournalKept() | e.BatchMade() | e.RecordsAcknowledged():
            delivery.hear_journal(t, event)
        case e.OfficeConnected() | e.OfficeDisconnected():
            _hear_office(t, event)
        case e.CommandArrived(command):
            t.office = replace(t.office, heard_at=t.now.wall)
            obey.obey(t, command)
        case e.LogLinesRead():
            pending.hear_log(t, event)
        case _ as never:
            assert_never(never)


def _hear_started(t: Turn, event: e.Started) -> None:
    saved, after_crash = event.saved, event.after_crash
    t.saved = saved
    t.run = replace(t.run, started_mono=t.now.mono, started_wall=t.now.wall, after_crash=after_crash)
    t.playing = replace(t.playing, volume=saved.volume)
    t.brightness = replace(t.brightness, wish=saved.brightness)
    t.note(f"panel-player {event.version} started" + (" after a crash" if after_crash else ""))
    ends.take_up(t)
    take_down.take_up(t)


def _hear_machine(t: Turn, event: e.VitalsMeasured | e.ClockChecked | e.ConditionReported) -> None:
    match event:
        case e.VitalsMeasured(vitals):
            t.machine = replace(t.machine, vitals=vitals)
        case e.ClockChecked(trust, why):
            t.machine = replace(t.machine, trust=trust, clock_why=why)
        case e.ConditionReported(reporter, alert, detail):
            conditions = {key: words for key, words in t.machine.conditions.items() if key != (reporter, alert)}
            if detail is not None:
                conditions[reporter, alert] = detail
            t.machine = replace(t.machine, conditions=conditions)
        case _ as never:
            assert_never(never)


def _hear_decoder(
    t: Turn,
    event: e.DecoderReady | e.DecoderExited | e.DecoderBeat | e.ItemCued | e.ItemEnded | e.ItemFailed | e.ItemLost,
) -> None:
    match event:
        case e.DecoderReady(layer, generation, confined):
            if generation == t.decoders[layer].generation:
                t.set_decoder(layer, supervision.become_ready(t.decoders[layer], t.now.mono, confined=confined))
        case e.DecoderExited():
            care.hear_exited(t, event)
        case e.DecoderBeat(layer, generation, play_id, position_s, frames, memory_bytes, lost):
            if generation == t.decoders[layer].generation:
                t.set_decoder(layer, supervision.beat(t.decoders[layer], t.now.mono, memory_bytes))
                changes.hear_beat(t, layer, play_id, position_s, frames)
                stutter.hear_beat(t, layer, play_id, frames, lost)
        case e.ItemCued(layer, play_id, length_s, lit):
            changes.hear_cued(t, layer, play_id, length_s, lit=lit)
        case e.ItemEnded(layer, play_id):
            changes.hear_ended(t, layer, play_id)
        case e.ItemFailed(layer, play_id, why):
            failures.hear_failed(t, layer, play_id, why)
        case e.ItemLost(layer, play_id):
            failures.hear_lost(t, layer, play_id)
        case _ as never:
            assert_never(never)


def _hear_content(
    t: Turn,
    event: (
        e.ReleaseAdopted
        | e.ImportProgressed
        | e.ProblemsFound
        | e.FolderChanged
        | e.FolderAged
        | e.ParsersConfined
        | e.StickNoticed
    ),
) -> None:
    content = t.content
    match event:
        case e.ReleaseAdopted(release):
            _hear_release(t, release)
        case e.ImportProgressed(source, progress):
            others = {s: p for s, p in content.progress.items() if s != source}
            t.content = replace(content, progress=others if progress is None else {**others, source: progress})
        case e.ProblemsFound(source, problems):
            _hear_problems(t, source, problems)
        case e.FolderChanged():
            t.content = replace(content, folder_changed=t.now.wall)
        case e.FolderAged(changed_at):
            t.content = replace(content, touched_at=changed_at)
        case e.ParsersConfined(why_not):
            t.content = replace(content, confined=not why_not)
            if why_not:
                t.note(
                    f"what reads foreign files is not confined ({why_not}); let the kernel allow user namespaces",
                    "warning",
                )
        case e.StickNoticed(notice):
            if notice != content.notice:
                t.content = replace(content, notice=notice)
                t.ask(ShowNotice(notice))
        case _ as never:
            assert_never(never)


def _hear_problems(t: Turn, source: Source, problems: tuple[Problem, ...]) -> None:
    """The first of them are kept and noted: nobody reads more, and a folder of faults costs a turn no more for it."""
    told = problems[:MOST_PROBLEMS]
    if len(problems) > len(told):
        more = Problem("the content", f"{len(problems) - len(told)} more problems", "run panel-player check")
        told = (*told, more)
    before = set(t.content.problems.get(source, ()))
    for problem in told:
        if problem not in before:
            t.note(str(problem), "warning")
    t.content = replace(t.content, problems={**t.content.problems, source: told})


def _hear_release(t: Turn, release: Release) -> None:
    before = t.content.releases.get(release.source)
    t.playing = replace(t.playing, lost={})  # what the library has just told of is there
    t.content = replace(t.content, releases={**t.content.releases, release.source: release})
    take_down.hear_release(t, release)
    names = sorted(set().union(*(r.names for r in t.content.releases.values())))
    t.ask(OfferPlaylists(tuple(names[:MOST_OFFERED])))
    changed = before is None or before.number != release.number
    if changed:
        t.content = replace(t.content, release_failures=0)
        t.playing = replace(t.playing, stutters={}, pictures={}, slow=frozenset())
    if before is None or (changed and not release.rolled_back):  # of a rollback the library logs why
        t.note(f"{release.source.value} release {release.number}: {release.files} files, {release.size_bytes} bytes")


def _hear_stage(t: Turn, event: e.StageOpened | e.StageLost) -> None:
    """A new stage has empty windows: nothing of the old one is worth keeping."""
    care.lose_windows(t)
    ticker.forget_shown(t)
    for layer in range(LAYERS):
        end_play(t, layer, Ending.STAGE_LOST)
    t.playing = replace(t.playing, plays=(None,) * LAYERS, visible=None, card=None)
    t.picture = replace(t.picture, fault_mono=None)
    if isinstance(event, e.StageLost):
        brightness.lose_stage(t, event.why)
        if t.stage.opened is not None or t.stage.lost != event.why:
            t.note(f"no stage: {event.why}", "warning")
        t.stage = replace(t.stage, opened=None, lost=event.why)
        return
    brightness.lose_stage(t, "the display was opened anew")
    t.stage = replace(t.stage, opened=event, lost=None)
    t.note(f"stage {event.width}x{event.height}, region {list(event.region)}")
    t.ask(FitRenditions(*event.region[2:]))
    if t.content.notice is not None:
        t.ask(ShowNotice(t.content.notice))


def _hear_office(t: Turn, event: e.OfficeConnected | e.OfficeDisconnected) -> None:
    match event:
        case e.OfficeConnected():
            t.office = replace(t.office, connected=True, heard_at=t.now.wall)
        case e.OfficeDisconnected():
            if t.office.connected:
                t.office = replace(t.office, connected=False, heard_at=t.now.wall)
        case _ as never:
            assert_never(never)


def _settle_scene(t: Turn) -> None:
    """Asks anew what should be on screen, and how the present item makes way for it."""
    before, scene = t.playing.scene, pick_scene(t)
    if before is None or before.key != scene.key:
        _change_scene(t, before, scene)
    if before is None or before.items is not scene.items:
        _end_unlisted(t, scene)
    if t.playing.scene is None or t.playing.scene.items is not scene.items or t.playing.scene != scene:
        t.playing = replace(t.playing, scene=scene)
    finish_by_mono = t.playing.finish_by_mono
    if finish_by_mono is not None and t.now.mono >= finish_by_mono:
        t.playing = replace(t.playing, cut=True, finish_by_mono=None)
    changes.run_scene(t)


def _change_scene(t: Turn, before: Scene | None, scene: Scene) -> None:
    t.note(f"scene: {scene.reason}")
    t.playing = replace(t.playing, jump=None, cut=False, finish_by_mono=None)
    if scene.urgent:
        t.playing = replace(t.playing, paused_until_mono=None)
    if scene.kind is SceneKind.CARD:
        for move in t.commands.moves:
            t.ask(SendReply(move.command_id, "failed", "not-playing", scene.reason))
        t.commands = replace(t.commands, moves=())
    current = t.playing.current
    if scene.kind is SceneKind.PLAY and current is not None and current.scene != scene.key:
        at_once = scene.urgent or (before is not None and before.urgent) or t.s.rules.boundary == "cut"
        finish_by_mono = None if at_once else t.now.mono + changes.OVER_BOUNDARY_S
        t.playing = replace(t.playing, cut=at_once, finish_by_mono=finish_by_mono)


def _end_unlisted(t: Turn, scene: Scene) -> None:
    """With boundary "cut" an item that its playlist lists no more, as it was on screen, ends at once."""
    current = t.playing.current
    if t.s.rules.boundary != "cut" or current is None or current.scene != scene.key or scene.kind is not SceneKind.PLAY:
        return
    if current.item.content_hash not in map(_content_of, scene.items):
        t.note(f"{current.item.told_as} is listed no more: it ends now (content.boundary is cut)")
        t.playing = replace(t.playing, cut=True)


def _save_heard(t: Turn) -> None:
    """Remembers over a restart when the folder or the office was last heard of.

    Else a panel that is switched off every night would never count its hours up to usb.after_hours.
    """
    heard_of = (t.content.folder_changed, t.now.wall if t.office.connected else t.office.heard_at)
    heard = max((moment for moment in heard_of if moment is not None), default=None)
    saved = t.saved.heard_at
    if heard is None or t.machine.trust is ClockTrust.BAD:
        return
    if saved is None or abs(heard - saved) >= HEARD_SAVED_EVERY:
        t.save(replace(t.saved, heard_at=heard))


def _settle_release(t: Turn) -> None:
    """A new release that makes the player fail again and again is given back."""
    scene = t.playing.scene
    if t.content.release_failures < ROLLBACK_AT or scene is None:
        return
    if scene.kind is SceneKind.CARD and scene.state == "idle":
        for release in t.content.releases.values():
            t.ask(RollBackLibrary(release.source, why="nothing in it can be played"))
        t.content = replace(t.content, release_failures=0)
