"""Playing: one layer on screen, the next item cued on the other; the change, the deadlines, the failures.

Knows: plays, places in playlists, who is on top. Touches nothing. Must not: choose the scene (playing/scene.py does).

    CUEING --ItemCued--> CUED --its turn (StartItem)--> RUNNING --ItemEnded, or its time is up--> ENDED
       |                   |                               |
       +---- ItemFailed, the layer's death, a deadline: the content failed once more; twice in a row: quarantine
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from player.contract.reports import NowReport
from player.core.decoders import supervision as supervision
from player.core.effects import (
    ContinueItem,
    CueItem,
    DropItem,
    HideCard,
    HoldItem,
    KillDecoder,
    PublishNow,
    SendReply,
    ShowCard,
    StartItem,
)
from player.core.model import MediaItem, MediaKind
from player.core.playing.rotation import Place, find_place, step
from player.core.playing.scene import is_usable
from player.core.state import Failure, Play, PlayPhase, Scene, SceneKind, Turn

CUE_LIMIT_S = 10.0
STREAM_CUE_LIMIT_S = 15.0
LATE_END_S = 3.0
"""How long after its length a video may still be without an end (EndReached may be late or never come, facts.md)."""
STALL_S = 4.0
"""Media time of a running video that stands still so long is a hang; it moves in steps of 0.25 s."""
STREAM_STALL_S = 15.0
OVER_BOUNDARY_S = 60.0
QUARANTINE_AT = 2
BLIND_S = 1.5
RECYCLE_BYTES = 600_000_000
RECYCLE_S = 6 * 3600.0
RECYCLE_MARGIN_S = 5.0
"""A layer is recycled only while the other one has so long to go that the new process can cue in time."""


def run_scene(t: Turn) -> None:
    """Brings the screen nearer to the scene; called at the end of every turn."""
    scene = t.s.scene
    if scene is None or t.s.stage is None:
        return
    if scene.kind is SceneKind.CARD:
        _run_card(t, scene)
    else:
        _run_program(t, scene)


def _run_card(t: Turn, scene: Scene) -> None:
    if scene.card is not None and t.s.card != scene.card:
        t.ask(ShowCard(scene.card))
        t.set(card=scene.card)
        _publish_now(t, None, scene)
    current = t.current
    if current is not None and current.phase is PlayPhase.RUNNING and current.held_mono is None:
        hold(t)
    if scene.long:
        for layer, play in enumerate(t.s.plays):
            if play is not None:
                t.ask(DropItem(layer, play.id))
                t.set_play(layer, None)
        t.set(visible=None)


def _run_program(t: Turn, scene: Scene) -> None:
    current = t.current
    running = current is not None and current.phase is PlayPhase.RUNNING
    if current is not None and running and t.s.card is not None and not t.s.cut and current.scene == scene.key:
        t.ask(HideCard())  # back from a brief card or a message to the item that was held under it
        t.set(card=None)
        if t.s.paused_until_mono is None:
            proceed(t)
        _publish_now(t, current, scene)
    if current is not None and running and current.held_mono is not None and t.s.paused_until_mono is None:
        proceed(t)
    layer = _free_layer(t)
    if layer is None:
        return
    target = _next_item(t, scene)
    if target is None:
        return
    index, item = target
    cued = t.s.plays[layer]
    if cued is not None and (cued.scene, cued.index, cued.item) == (scene.key, index, item):
        wanted = not running or t.s.cut
        if cued.phase is PlayPhase.CUED and wanted and (t.s.paused_until_mono is None or t.s.cut):
            _start(t, layer, cued, scene)
            _run_program(t, scene)  # and at once the next one is cued on the layer that was covered
        return
    if t.s.decoders[layer].usable:
        _cue(t, layer, scene, index, item)


def _free_layer(t: Turn) -> int | None:
    """The layer for the next item: the one that is not on screen, or the only one that decoders."""
    visible = t.s.visible
    decoders = t.s.decoders
    if visible is None:
        return next((i for i, decoder in enumerate(decoders) if decoder.usable), None)
    hidden = 1 - visible
    current = t.s.plays[visible]
    if current is None and not decoders[hidden].usable and decoders[visible].usable and decoders[hidden].failing:
        return visible  # only one layer can live: a short black is better than none at all
    return hidden


def _next_item(t: Turn, scene: Scene) -> tuple[int, MediaItem] | None:
    def usable(item: MediaItem) -> bool:
        return is_usable(t.s, item, t.now.wall)

    items = scene.items
    if t.s.jump is not None and t.s.jump < len(items) and usable(items[t.s.jump]):
        return t.s.jump, items[t.s.jump]
    index = step(items, find_place(items, t.s.places.get(scene.key)), usable)
    return None if index is None else (index, items[index])


def _cue(t: Turn, layer: int, scene: Scene, index: int, item: MediaItem) -> None:
    limit_s = STREAM_CUE_LIMIT_S if item.kind is MediaKind.STREAM else CUE_LIMIT_S
    failure = t.s.failures.get(item.content_hash)
    play = Play(
        id=t.s.next_play_id, item=item, scene=scene.key, index=index, phase=PlayPhase.CUEING,
        give_up_mono=t.now.mono + limit_s, software=failure is not None,
    )  # fmt: skip
    t.set(next_play_id=play.id + 1)
    t.set_play(layer, play)
    volume = item.volume if item.volume is not None else t.s.volume if t.s.volume is not None else t.s.rules.volume
    t.ask(CueItem(layer, play.id, item, item.fit or t.s.rules.fit, volume, play.software))


def _start(t: Turn, layer: int, play: Play, scene: Scene) -> None:
    mono, item = t.now.mono, play.item
    length_s = play.length_s or item.length_s
    ends = give_up = None
    if item.kind is not MediaKind.VIDEO:
        ends = mono + (item.show_s or 10.0)
    elif length_s is not None:
        give_up = mono + length_s + LATE_END_S
    started = replace(
        play, phase=PlayPhase.RUNNING, started_mono=mono, started_wall=t.now.wall, ends_mono=ends, give_up_mono=give_up,
        length_s=length_s, moved_mono=mono,
    )  # fmt: skip
    before = t.s.visible
    t.ask(StartItem(layer, play.id))
    if t.s.card is not None:
        t.ask(HideCard())
    t.set_play(layer, started)
    t.set(
        visible=layer, card=None, jump=None, cut=False, finish_by_mono=None, paused_until_mono=None,
        changes=t.s.changes + 1, places={**t.s.places, scene.key: Place(play.index, item.path)},
    )  # fmt: skip
    for move in t.s.moves:
        t.ask(SendReply(move.command_id, "done", detail=item.path))
    t.set(moves=())
    _publish_now(t, started, scene)
    if before is not None and before != layer:
        _leave(t, before, ends or give_up)


def _leave(t: Turn, layer: int, next_change_mono: float | None) -> None:
    """The layer that has just been covered: it is recycled when it is old or fat."""
    decoder = t.s.decoders[layer]
    t.set_play(layer, None)
    if not decoder.usable:
        return
    fat = (decoder.memory_bytes or 0) > RECYCLE_BYTES
    old = t.now.mono - decoder.since_mono > RECYCLE_S
    time_left = next_change_mono is None or next_change_mono - t.now.mono > RECYCLE_MARGIN_S
    if (fat or old) and time_left:
        kill(t, layer, "recycled: " + ("memory" if fat else "age"), wanted=True)


def _publish_now(t: Turn, play: Play | None, scene: Scene) -> None:
    until = scene.until
    if play is not None and t.s.paused_until_mono is None:
        length_s = (play.ends_mono - play.started_mono) if play.ends_mono and play.started_mono else play.length_s
        until = t.now.wall + timedelta(seconds=length_s) if length_s else None
    item = play.item.path if play is not None else None
    report = NowReport(item, scene.playlist, scene.reason, t.now.wall, until)
    t.set(now_report=report)
    t.ask(PublishNow(report))


# ---- holding


def hold(t: Turn) -> None:
    current = t.current
    if (
        t.s.visible is None
        or current is None
        or current.phase is not PlayPhase.RUNNING
        or current.held_mono is not None
    ):
        return
    t.ask(HoldItem(t.s.visible, current.id))
    t.set_play(t.s.visible, replace(current, held_mono=t.now.mono))


def proceed(t: Turn) -> None:
    """Lets the held item go on; what was due is due later by as long as it was held."""
    current = t.current
    if t.s.visible is None or current is None or current.held_mono is None:
        return
    later_s = t.now.mono - current.held_mono
    t.ask(ContinueItem(t.s.visible, current.id))
    t.set_play(
        t.s.visible,
        replace(
            current, held_mono=None, moved_mono=t.now.mono,
            ends_mono=None if current.ends_mono is None else current.ends_mono + later_s,
            give_up_mono=None if current.give_up_mono is None else current.give_up_mono + later_s,
        ),
    )  # fmt: skip


# ---- what the layers say


def hear_cued(t: Turn, layer: int, play_id: int, length_s: float | None) -> None:
    play = t.s.plays[layer]
    if play is not None and play.id == play_id and play.phase is PlayPhase.CUEING:
        t.set_play(layer, replace(play, phase=PlayPhase.CUED, length_s=length_s, give_up_mono=None))


def hear_ended(t: Turn, layer: int, play_id: int) -> None:
    play = t.s.plays[layer]
    if play is None or play.id != play_id:
        return
    if play.phase is PlayPhase.RUNNING:
        _end(t, layer, play)


def _end(t: Turn, layer: int, play: Play) -> None:
    t.set_play(layer, replace(play, phase=PlayPhase.ENDED, ends_mono=None, give_up_mono=None))
    failures = dict(t.s.failures)
    failure = failures.pop(play.item.content_hash, None)
    if failure is not None:  # it played to its end: what it did before does not count any more
        if t.s.rules.hardware and play.software:
            failures[play.item.content_hash] = replace(failure, count=0)  # but in software, and so it shall go on
        t.set(failures=failures)
    t.set(release_failures=0)


def hear_failed(t: Turn, layer: int, play_id: int, why: str) -> None:
    play = t.s.plays[layer]
    if play is not None and play.id == play_id:
        t.set_play(layer, None if play.phase is not PlayPhase.RUNNING else replace(play, phase=PlayPhase.ENDED))
        blame(t, play, why)


def blame(t: Turn, play: Play, why: str) -> None:
    """Counts a failure against the item's content; twice in a row and it is not tried again.

    Not while the display does not answer: nothing can be painted on an X server that hangs, however good the item.
    Nor while the hardware decoded it: from then on the software does, and only what it cannot do either counts.
    """
    item = play.item
    if is_blind(t):
        t.note(f"{item.path}: {why}; not its fault: the display does not answer", "warning")
        return
    before = t.s.failures.get(item.content_hash)
    if t.s.rules.hardware and not play.software and item.kind is not MediaKind.IMAGE:
        failure = Failure(item.path, 0 if before is None else before.count, why)
        t.set(failures={**t.s.failures, item.content_hash: failure}, failed=t.s.failed + 1)
        t.note(f"{item.path}: {why}; from now on the software decodes it", "warning")
        return
    count = 1 if before is None else before.count + 1
    failure = Failure(item.path, count, why, quarantined=count >= QUARANTINE_AT)
    t.set(
        failures={**t.s.failures, item.content_hash: failure}, failed=t.s.failed + 1,
        release_failures=t.s.release_failures + 1,
    )  # fmt: skip
    verdict = "it is quarantined until its content changes or `rescan`" if failure.quarantined else "it is tried again"
    t.note(f"{item.path}: {why}; {verdict}", "warning")


def is_blind(t: Turn) -> bool:
    """Whether the eye, which looks every look_s, has not been able to look for longer than it may take."""
    looked = t.s.picture.sampled_mono
    return looked is not None and t.now.mono - looked > t.s.rules.look_s + BLIND_S


# ---- the layers' decoders


def hear_exited(t: Turn, layer: int, generation: int, how: str) -> None:
    decoder = t.s.decoders[layer]
    if generation != decoder.generation:
        return
    play = t.s.plays[layer]
    wanted = decoder.stopping and decoder.crash_count < 0
    t.set_decoder(layer, supervision.exited(decoder, t.now.mono))
    if not wanted:
        t.note(f"layer {layer} ended: {how}", "warning" if not decoder.stopping else "info")
    if play is None:
        return
    t.set_play(layer, replace(play, phase=PlayPhase.ENDED) if layer == t.s.visible else None)
    # Somebody's kill -9 is not the item's fault; a crash of the decoder is, and so is eating up the memory.
    crashed = any(signal in how for signal in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"))
    if not decoder.stopping and (crashed or (decoder.memory_bytes or 0) > RECYCLE_BYTES):
        blame(t, play, f"the decoder died ({how})")


def kill(t: Turn, layer: int, why: str, *, wanted: bool = False) -> None:
    """Ends a layer's process. wanted: recycling, which is no failure of anybody."""
    decoder = t.s.decoders[layer]
    if decoder.phase not in (supervision.Phase.STARTING, supervision.Phase.RUNNING):
        return
    t.ask(KillDecoder(layer, decoder.generation, why, abort=not wanted))
    t.note(f"layer {layer} is replaced: {why}", "info" if wanted else "warning")
    t.set_decoder(layer, supervision.begin_stop(decoder, t.now.mono, wanted=wanted))
    play = t.s.plays[layer]
    if play is not None:
        t.set_play(layer, replace(play, phase=PlayPhase.ENDED) if layer == t.s.visible else None)


def hear_beat(t: Turn, layer: int, play_id: int, position_s: float | None, frames: int | None) -> None:
    play = t.s.plays[layer]
    if play is None or play.id != play_id or play.phase is not PlayPhase.RUNNING:
        return
    moved = position_s != play.position_s or frames != play.frames
    t.set_play(
        layer,
        replace(play, position_s=position_s, frames=frames, moved_mono=t.now.mono if moved else play.moved_mono),
    )


def check_deadlines(t: Turn) -> None:
    """Images whose time is up, items that do not cue, ends that never come, videos that stand still."""
    mono = t.now.mono
    for layer, play in enumerate(t.s.plays):
        if play is None or play.held_mono is not None or play.phase is PlayPhase.ENDED:
            continue
        if play.ends_mono is not None and mono >= play.ends_mono:
            _end(t, layer, play)
        elif play.give_up_mono is not None and mono >= play.give_up_mono:
            if play.phase is PlayPhase.CUEING:
                why = f"no picture within {STREAM_CUE_LIMIT_S if play.item.kind is MediaKind.STREAM else CUE_LIMIT_S:.0f} s"
            else:
                why = "its end never came"
            kill(t, layer, f"{play.item.path}: {why}")
            blame(t, play, why)
        elif mono >= (stall_mono(play) or mono + 1):
            why = f"its picture stood still at {play.position_s} s"
            kill(t, layer, f"{play.item.path}: {why}")
            blame(t, play, why)


def stall_mono(play: Play) -> float | None:
    """When a running video or stream that has not moved since counts as hung."""
    if play.phase is not PlayPhase.RUNNING or play.item.kind is MediaKind.IMAGE or play.held_mono is not None:
        return None
    return play.moved_mono + (STREAM_STALL_S if play.item.kind is MediaKind.STREAM else STALL_S)
