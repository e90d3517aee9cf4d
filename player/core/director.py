"""The director: everything that affects the screen is decided here, one event at a time.

Knows: the whole state. Touches nothing: `decide` takes a state, an event and the time and returns a new state and what
to ask of the world; `wake_at` says when it wants to be asked again. Must not: read a clock, do anything itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from player.base.clocks import ClockTrust, Now
from player.core import events as e
from player.core.brightness import control as dimming
from player.core.decoders import supervision as supervision
from player.core.effects import (
    Effect,
    KillDecoder,
    OfferPlaylists,
    RollBackLibrary,
    SaveState,
    SendReply,
    SetVolume,
    ShowNotice,
    StartDecoder,
    SuspendDecoder,
)
from player.core.model import MediaKind, Release
from player.core.office import health
from player.core.office import obey as orders
from player.core.picture import check as picture
from player.core.picture import escalation as escalation
from player.core.playing import changes as program
from player.core.playing.scene import WALL_ASK_S, next_ask_mono, pick_scene
from player.core.state import LAYERS, PlayPhase, SceneKind, State, Turn

SECOND_LAYER_S = 3.0
"""The second layer starts when the first has a picture on screen, or after this: the first frame comes first."""
HEARD_SAVED_EVERY = timedelta(hours=1)
ROLLBACK_AT = 12
"""So many failures since a release was adopted, with nothing played to its end between them, send it back."""


def decide(state: State, event: e.Event, now: Now) -> tuple[State, list[Effect]]:
    """The whole of a turn: hear what happened, then bring the world nearer to what it should be."""
    t = Turn(state, now)
    _hear(t, event)
    orders.check_ends(t)
    program.check_deadlines(t)
    _care_for_layers(t)
    _settle_scene(t)
    _care_for_layers(t)  # the second layer starts in the turn in which the first has its picture
    _settle_release(t)
    dimming.settle(t)
    _save_heard(t)
    _suspend_waiting(t)
    escalation.escalate(t)
    health.settle_alerts(t)
    health.settle_reports(t)
    return t.s, t.effects


def wake_at(state: State, now: Now) -> float:
    """The monotonic moment at which `decide` wants a Tick, when nothing else happens before.

    Wall deadlines (schedule, validity, ends of overrides) are turned into monotonic ones, 30 s away at most.
    """
    s = state
    times = [s.started_mono, health.wake_mono(s)] if s.reported_mono is None else [health.wake_mono(s)]
    times += [w for decoder in s.decoders if (w := supervision.wake_mono(decoder)) is not None and s.stage is not None]
    for play in s.plays:
        if play is not None and play.held_mono is None and play.phase is not PlayPhase.ENDED:
            times += [m for m in (play.ends_mono, play.give_up_mono, program.stall_mono(play)) if m is not None]
    if s.stage is not None and any(decoder.phase is supervision.Phase.STOPPED for decoder in s.decoders):
        times.append(s.started_mono + SECOND_LAYER_S)
    times += [m.deadline_mono for m in s.moves] + [w.deadline_mono for w in s.pending]
    times += [m for m in (s.paused_until_mono, s.show_ends_mono, s.finish_by_mono) if m is not None]
    if (rung_mono := escalation.wake_mono(s.escalation)) is not None:
        times.append(rung_mono)
    if s.brief is not None:
        times.append(s.brief.until_mono)
    if (light_mono := dimming.wake_mono(s, now)) is not None:
        times.append(light_mono)
    if s.choice is not None:
        times.append(next_ask_mono(s.choice, now))
    for wall in (s.saved.blank_until if s.saved.blank else None, s.saved.play.until if s.saved.play else None):
        if wall is not None:
            times.append(now.mono + min(WALL_ASK_S, max(0.0, (wall - now.wall).total_seconds())))
    return min(times)


def _hear(t: Turn, event: e.Event) -> None:
    match event:
        case e.Started(saved, version, _, after_crash):
            t.set(
                saved=saved, started_mono=t.now.mono, started_wall=t.now.wall, after_crash=after_crash, volume=saved.volume,
                brightness=saved.brightness,
            )  # fmt: skip
            t.note(f"panel-player {version} started" + (" after a crash" if after_crash else ""))
            if saved.show is not None:
                t.set(show_ends_mono=t.now.mono + max(0.0, (saved.show.until - t.now.wall).total_seconds()))
        case e.Tick():
            pass
        case e.StopRequested(why):
            t.set(stopping=why)
        case e.VitalsMeasured(vitals):
            t.set(vitals=vitals)
        case e.ClockChecked(trust, why):
            t.set(trust=trust, clock_why=why)
        case e.ConditionReported(reporter, alert, detail):
            others = {key: d for key, d in t.s.conditions.items() if key != (reporter, alert)}
            t.set(conditions=others if detail is None else {**others, (reporter, alert): detail})
        case e.PowerRefused(what, why):
            orders.hear_refusal(t, what, why)
        case e.StageOpened() | e.StageLost():
            _hear_stage(t, event)
        case e.DecoderReady(layer, generation):
            if generation == t.s.decoders[layer].generation:
                t.set_decoder(layer, supervision.become_ready(t.s.decoders[layer], t.now.mono))
        case e.DecoderExited(layer, generation, how):
            program.hear_exited(t, layer, generation, how)
        case e.DecoderBeat(layer, generation, play_id, position_s, frames, memory_bytes):
            if generation == t.s.decoders[layer].generation:
                t.set_decoder(layer, supervision.beat(t.s.decoders[layer], t.now.mono, memory_bytes))
                program.hear_beat(t, layer, play_id, position_s, frames)
        case e.ItemCued(layer, play_id, length_s):
            program.hear_cued(t, layer, play_id, length_s)
        case e.ItemEnded(layer, play_id):
            program.hear_ended(t, layer, play_id)
        case e.ItemFailed(layer, play_id, why):
            program.hear_failed(t, layer, play_id, why)
        case e.ScreenSampled():
            picture.hear_sample(t, event)
        case e.ScreenshotTaken():
            orders.hear_screenshot(t, event)
        case e.BrightnessSet():
            dimming.hear(t, event)
        case e.ReleaseAdopted(release):
            _hear_release(t, release)
        case e.ImportProgressed(source, progress):
            rest_of = {s: p for s, p in t.s.progress.items() if s != source}
            t.set(progress=rest_of if progress is None else {**rest_of, source: progress})
        case e.ProblemsFound(source, problems):
            for problem in problems:
                if problem not in t.s.problems.get(source, ()):
                    t.note(str(problem), "warning")
            t.set(problems={**t.s.problems, source: problems})
        case e.FolderChanged():
            t.set(folder_changed=t.now.wall)
        case e.FolderAged(changed_at):
            t.set(folder_aged=changed_at)
        case e.LibraryAnswered():
            orders.hear_library(t, event)
        case e.StickNoticed(notice):
            if notice != t.s.notice:
                t.set(notice=notice)
                t.ask(ShowNotice(notice))
        case e.OfficeConnected():
            t.note("connected to the office")
            t.set(office_connected=True, office_heard=t.now.wall)
        case e.OfficeDisconnected(why):
            if t.s.office_connected:
                t.note(f"the office is not reached: {why}", "warning")
            t.set(office_connected=False, office_heard=t.now.wall if t.s.office_connected else t.s.office_heard)
        case e.CommandArrived(command):
            t.set(office_heard=t.now.wall)
            orders.obey(t, command)
        case e.LogLinesRead():
            orders.hear_log(t, event)
        case _ as never:
            assert_never(never)


def _hear_release(t: Turn, release: Release) -> None:
    before = t.s.releases.get(release.source)
    t.set(releases={**t.s.releases, release.source: release})
    t.ask(OfferPlaylists(tuple(sorted({p.name for r in t.s.releases.values() for p in r.playlists}))))
    if before is None or before.number != release.number:
        t.set(release_failures=0)
        t.note(f"{release.source.value} release {release.number}: {release.files} files, {release.size_bytes} bytes")


def _hear_stage(t: Turn, event: e.StageOpened | e.StageLost) -> None:
    """A new stage has empty windows: nothing of the old one is worth keeping."""
    for layer, decoder in enumerate(t.s.decoders):
        if decoder.phase in (supervision.Phase.STARTING, supervision.Phase.RUNNING):
            if not decoder.stopping:
                t.ask(KillDecoder(layer, decoder.generation, "its window is gone"))
            t.set_decoder(layer, supervision.begin_stop(decoder, t.now.mono, wanted=True))
    t.set(plays=(None,) * LAYERS, visible=None, card=None)
    dimming.lose_stage(t, event.why if isinstance(event, e.StageLost) else "the display was opened anew")
    if isinstance(event, e.StageLost):
        if t.s.stage is not None or t.s.stage_lost != event.why:
            t.note(f"no stage: {event.why}", "warning")
        t.set(stage=None, stage_lost=event.why)
        return
    t.set(stage=event, stage_lost=None)
    t.note(f"stage {event.width}x{event.height}, region {list(event.region)}")
    if t.s.notice is not None:
        t.ask(ShowNotice(t.s.notice))


def _care_for_layers(t: Turn) -> None:
    if t.s.stage is None:
        return
    mono = t.now.mono
    for layer, decoder in enumerate(t.s.decoders):
        t.set_decoder(layer, supervision.forget_crashes(decoder, mono))
        why = supervision.overdue(decoder, mono)
        if why is not None and decoder.stopping:
            t.ask(KillDecoder(layer, decoder.generation, why))  # again, and at once
            t.set_decoder(layer, supervision.begin_stop(decoder, mono, wanted=True))
        elif why is not None:
            play = t.s.plays[layer]
            program.kill(t, layer, why)
            if play is not None and play.phase is PlayPhase.CUEING:
                program.blame(t, play, f"the layer hung while opening it ({why})")
            elif play is not None and play.phase is PlayPhase.RUNNING and t.s.rules.hardware and not play.software:
                program.blame(t, play, f"the layer hung while playing it ({why})")
        decoder = t.s.decoders[layer]
        first = layer == 0 or t.s.visible is not None or mono >= t.s.started_mono + SECOND_LAYER_S
        stopped = decoder.phase is supervision.Phase.STOPPED and (first or t.s.card is not None)
        if stopped or (decoder.phase is supervision.Phase.BACKOFF and mono >= decoder.retry_mono):
            begun = supervision.start(decoder, mono)
            t.set_decoder(layer, begun)
            t.ask(StartDecoder(layer, begun.generation))


def _suspend_waiting(t: Turn) -> None:
    """A layer whose item is painted and waits does nothing until its turn: VLC would redraw it twelve times a second."""
    for layer, (decoder, play) in enumerate(zip(t.s.decoders, t.s.plays, strict=True)):
        waits = play is not None and play.phase is PlayPhase.CUED and play.item.kind is not MediaKind.STREAM
        suspended = waits and decoder.usable
        woken = suspended and decoder.suspended and any(isinstance(effect, SetVolume) for effect in t.effects)
        if woken:
            t.ask(
                SuspendDecoder(layer, decoder.generation, suspend=True)
            )  # an order wakes it; it is read when its turn comes
        if suspended != decoder.suspended:
            t.set_decoder(layer, supervision.suspend(decoder, t.now.mono, suspended=suspended))
            t.ask(SuspendDecoder(layer, decoder.generation, suspended))


def _settle_scene(t: Turn) -> None:
    """Asks anew what should be on screen, and how the present item makes way for it."""
    before, scene = t.s.scene, pick_scene(t)
    if before is None or before.key != scene.key:
        t.note(f"scene: {scene.reason}")
        t.set(jump=None, cut=False, finish_by_mono=None)
        if scene.urgent:
            t.set(paused_until_mono=None)
        for move in t.s.moves if scene.kind is SceneKind.CARD else ():
            t.ask(SendReply(move.command_id, "failed", "not-playing", scene.reason))
            t.set(moves=tuple(m for m in t.s.moves if m != move))
        current = t.current
        if scene.kind is SceneKind.PLAY and current is not None and current.scene != scene.key:
            at_once = scene.urgent or (before is not None and before.urgent) or t.s.rules.boundary == "cut"
            if at_once:
                t.set(cut=True)
            else:
                t.set(finish_by_mono=t.now.mono + program.OVER_BOUNDARY_S)
    t.set(scene=scene)
    if t.s.finish_by_mono is not None and t.now.mono >= t.s.finish_by_mono:
        t.set(cut=True, finish_by_mono=None)
    program.run_scene(t)


def _save_heard(t: Turn) -> None:
    """Remembers over a restart when somebody was last heard, or a panel that is switched off at night never counts on."""
    s = t.s
    moments = [m for m in (s.folder_changed, t.now.wall if s.office_connected else s.office_heard) if m is not None]
    heard = max(moments, default=None)
    saved = s.saved.heard_at
    if heard is None or s.trust is ClockTrust.BAD or (saved is not None and abs(heard - saved) < HEARD_SAVED_EVERY):
        return
    t.set(saved=replace(s.saved, heard_at=heard))
    t.ask(SaveState(t.s.saved))


def _settle_release(t: Turn) -> None:
    """A new release that makes the player fail again and again is given back (content.md)."""
    if t.s.release_failures < ROLLBACK_AT:
        return
    scene = t.s.scene
    if scene is None or scene.kind is not SceneKind.CARD or scene.state != "idle":
        return
    for release in t.s.releases.values():
        t.ask(RollBackLibrary(release.source, why="nothing in it can be played"))
    t.set(release_failures=0)
