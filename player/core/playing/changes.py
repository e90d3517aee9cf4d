"""Playing: one layer on screen, the next item cued on the other; the change, holding, and the deadlines.

Knows: plays, places in playlists, which layer is visible. Touches nothing.
Must not: choose the scene (playing/scene.py does), or end a play by any other way than playing/ending.py.

    CUEING --ItemCued--> CUED --its turn (StartItem)--> RUNNING --ItemEnded, or its time is up--> ENDED
       |                   |                               |
       +---- ItemFailed, the decoder's end, a deadline: the content failed once more; twice in a row: quarantine
"""

from __future__ import annotations

from dataclasses import replace

from player.base.clocks import later
from player.contract.reports import NowReport
from player.core.decoders.care import kill, recycle
from player.core.effects import (
    ContinueItem,
    CueItem,
    DropItem,
    HideCard,
    HoldItem,
    PublishNow,
    SendReply,
    ShowCard,
    StartItem,
)
from player.core.kinds import traits_of
from player.core.model import MediaItem
from player.core.playing.ending import cover_play, end_play, show_play
from player.core.playing.failures import blame, forget_lost, lift_passing, pass_over, reset_failures
from player.core.playing.rotation import Place, find_place
from player.core.playing.stutter import count_play, is_behind
from player.core.playing.survey import ITEMS_A_TURN, is_usable, next_usable
from player.core.state import Ending, Play, PlayPhase, Scene, SceneKind, State
from player.core.turn import Turn

LATE_END_S = 3.0
"""How long after its length a video may still be without an end (EndReached may be late or never come, facts.md)."""
SLOWEST = 10.0
"""A film may take so many times its length: 4K60 in HEVC took twice its length on two busy cores (2026-11-26), and is played."""
SHOW_S = 10.0
"""For an item that does not end by itself and says no time; the library always gives one."""
OVER_BOUNDARY_S = 60.0
STANDS_STILL_S = 4.0
"""A film is cued in 0.4 s on a panel. What needs more than this while the last picture of the item before stands is passed
over once."""
OTHER_ITEM_S = 2.0
"""So much later the item that has just played is taken again: of that one it is known that it can be shown."""


def run_scene(t: Turn) -> None:
    """Brings the screen nearer to the scene; called at the end of every turn."""
    scene = t.playing.scene
    if scene is None or t.stage.opened is None:
        return
    if scene.kind is SceneKind.CARD:
        _run_card(t, scene)
    else:
        _run_playlist(t, scene)


def _run_card(t: Turn, scene: Scene) -> None:
    if scene.card is not None and t.playing.card != scene.card:
        if not scene.long:
            cover_play(t)
        t.ask(ShowCard(scene.card))
        t.playing = replace(t.playing, card=scene.card)
        _publish_now(t, None, scene)
    hold(t)
    if scene.long:
        for layer, play in enumerate(t.playing.plays):
            if play is not None:
                t.ask(DropItem(layer, play.id))
        t.playing = replace(t.playing, visible=None)
        for layer in range(len(t.playing.plays)):
            end_play(t, layer, Ending.CUT)


def _run_playlist(t: Turn, scene: Scene) -> None:
    current, cut = t.playing.current, t.playing.cut
    running = current is not None and current.phase is PlayPhase.RUNNING
    if current is not None and running:
        cut = cut or current.item.file_hash in t.playing.dropped  # also one that was held under a card meanwhile
        if t.playing.card is not None and not cut and current.scene == scene.key:
            _uncover(t, current, scene)
        if t.playing.paused_until_mono is None:
            proceed(t)
    layer = _free_layer(t)
    target = _next_item(t, scene)
    if layer is None or target is None:
        return
    index, item = target
    cued = t.playing.plays[layer]
    if cued is not None and (cued.scene, cued.index, cued.item) == (scene.key, index, item):
        wanted = not running or cut
        if cued.phase is PlayPhase.CUED and wanted and (t.playing.paused_until_mono is None or cut):
            _start(t, layer, cued, scene)
            _run_playlist(t, scene)  # and at once the next one is cued on the layer that was covered
    elif t.decoders[layer].usable:
        _cue(t, layer, scene, index, item)


def _uncover(t: Turn, current: Play, scene: Scene) -> None:
    """Back from a brief card or a message to the item that was held under it."""
    visible = t.playing.visible
    assert visible is not None, "current is the visible layer's play"
    t.ask(HideCard())
    t.playing = replace(t.playing, card=None)
    show_play(t, visible, current)
    if t.playing.paused_until_mono is None:
        proceed(t)
    _publish_now(t, t.playing.current, scene)


def _free_layer(t: Turn) -> int | None:
    """The layer for the next item: the one that is not on screen, or the only one whose decoder runs."""
    visible, decoders = t.playing.visible, t.decoders
    if visible is None:
        return next((i for i, decoder in enumerate(decoders) if decoder.usable), None)
    hidden = 1 - visible
    if (
        t.playing.plays[visible] is None
        and not decoders[hidden].usable
        and decoders[visible].usable
        and decoders[hidden].failing
    ):
        return visible  # only one decoder can run: a short black is better than no picture at all
    return hidden


def _next_item(t: Turn, scene: Scene) -> tuple[int, MediaItem] | None:
    items, jump = scene.items, t.playing.jump
    if jump is not None and jump < len(items) and is_usable(t.s, items[jump], t.now.wall):
        return jump, items[jump]
    if (again := _proven_item(t, scene)) is not None:
        return again
    index = _next_not_passed(t, scene, find_place(items, t.playing.places.get(scene.key)))
    return None if index is None else (index, items[index])


def _proven_item(t: Turn, scene: Scene) -> tuple[int, MediaItem] | None:
    """The item that has just played, when one after the other fails while its last picture stands."""
    current, items = t.playing.current, scene.items
    if not t.playing.passed or current is None or current.ended_mono is None or current.scene != scene.key:
        return None
    if t.now.mono < current.ended_mono + STANDS_STILL_S + OTHER_ITEM_S or current.item.content_hash in t.playing.passed:
        return None
    if current.index >= len(items) or items[current.index] != current.item:
        return None
    return (current.index, current.item) if is_usable(t.s, current.item, t.now.wall) else None


def _next_not_passed(t: Turn, scene: Scene, start: int) -> int | None:
    """The next usable index behind `start` that has not just failed; when each has, the next one all the same."""
    first = index = next_usable(t.s, scene, start, t.now.wall)
    for _ in range(min(len(scene.items), ITEMS_A_TURN)):
        if index is None or scene.items[index].content_hash not in t.playing.passed:
            return index
        index = next_usable(t.s, scene, index, t.now.wall)
        if index == first:
            break
    return first


def _cue(t: Turn, layer: int, scene: Scene, index: int, item: MediaItem) -> None:
    play = Play(
        id=t.playing.next_play_id, item=item, scene=scene.key, index=index, phase=PlayPhase.CUEING,
        give_up_mono=t.now.mono + traits_of(item.kind).cue_limit_s,
        software=item.content_hash in t.playing.failures,
    )  # fmt: skip
    end_play(t, layer, Ending.CUT)  # an item that was cued there in vain
    t.playing = replace(t.playing, next_play_id=play.id + 1)
    t.set_play(layer, play)
    t.ask(CueItem(layer, play.id, item, item.fit or t.s.rules.fit, play.software))


def volume_of(s: State, item: MediaItem) -> int:
    """Percent: the item's own, else the office's, else the setting's."""
    if item.volume is not None:
        return item.volume
    return s.rules.volume if s.playing.volume is None else s.playing.volume


def _start(t: Turn, layer: int, play: Play, scene: Scene) -> None:
    mono, item, before = t.now.mono, play.item, t.playing.visible
    length_s = max(
        filter(None, (play.length_s, item.length_s)), default=None
    )  # of a joined film VLC knows only one part
    ends = give_up = None
    if not traits_of(item.kind).ends_by_itself:
        ends = mono + (item.show_s or SHOW_S)
    elif length_s is not None:
        give_up = mono + length_s + LATE_END_S
    t.ask(StartItem(layer, play.id, volume_of(t.s, item)))
    if t.playing.card is not None:
        t.ask(HideCard())
    started = replace(
        play, phase=PlayPhase.RUNNING, started_mono=mono, started_wall=t.now.wall, ends_mono=ends, give_up_mono=give_up,
        length_s=length_s, moved_mono=mono,
    )  # fmt: skip
    t.playing = replace(
        t.playing, visible=layer, card=None, jump=None, cut=False, finish_by_mono=None, paused_until_mono=None,
        passed=frozenset(), changes=t.playing.changes + 1, places={**t.playing.places, scene.key: Place(play.index, item.path)},
    )  # fmt: skip
    if before is not None and before != layer:
        end_play(t, before, Ending.CUT)
    show_play(t, layer, started)
    for move in t.commands.moves:
        t.ask(SendReply(move.command_id, "done", detail=item.told_as))
    t.commands = replace(t.commands, moves=())
    _publish_now(t, started, scene)
    if before is not None and before != layer:
        recycle(t, before, ends or give_up)


def _publish_now(t: Turn, play: Play | None, scene: Scene) -> None:
    until = scene.until
    if play is not None and t.playing.paused_until_mono is None:
        length_s = (play.ends_mono - play.started_mono) if play.ends_mono and play.started_mono else play.length_s
        until = later(t.now.wall, length_s) if length_s else None
    item = play.item.told_as if play is not None else None
    ticker = t.playing.now_report.ticker if t.playing.now_report is not None else None
    report = NowReport(item, scene.playlist, scene.reason, t.now.wall, until, scene.text, scene.by, ticker)
    t.playing = replace(t.playing, now_report=report)
    t.ask(PublishNow(report))


# ---- holding


def hold(t: Turn) -> None:
    """Holds the running item of the visible layer, if it is not held already."""
    visible, current = t.playing.visible, t.playing.current
    if visible is None or current is None or current.phase is not PlayPhase.RUNNING or current.held_mono is not None:
        return
    t.ask(HoldItem(visible, current.id))
    t.set_play(visible, replace(current, held_mono=t.now.mono))


def proceed(t: Turn) -> None:
    """Lets the held item go on; what was due is due later by as long as it was held."""
    visible, current = t.playing.visible, t.playing.current
    if visible is None or current is None or current.held_mono is None:
        return
    later_s = t.now.mono - current.held_mono
    t.ask(ContinueItem(visible, current.id))
    t.set_play(
        visible,
        replace(
            current, held_mono=None, moved_mono=t.now.mono,
            ends_mono=None if current.ends_mono is None else current.ends_mono + later_s,
            give_up_mono=None if current.give_up_mono is None else current.give_up_mono + later_s,
        ),
    )  # fmt: skip


# ---- what the decoders say of their items, and time


def hear_cued(t: Turn, layer: int, play_id: int, length_s: float | None, *, lit: bool) -> None:
    play = t.playing.plays[layer]
    if play is not None and play.id == play_id and play.phase is PlayPhase.CUEING:
        cued = replace(play, phase=PlayPhase.CUED, length_s=length_s, give_up_mono=None, cued_black=not lit)
        t.set_play(layer, cued)


def hear_ended(t: Turn, layer: int, play_id: int) -> None:
    play = t.playing.plays[layer]
    if play is not None and play.id == play_id and play.phase is PlayPhase.RUNNING:
        _finish(t, layer, play)


def _finish(t: Turn, layer: int, play: Play) -> None:
    end_play(t, layer, Ending.END)
    reset_failures(t, play)
    count_play(t, play)


def hear_beat(t: Turn, layer: int, play_id: int, position_s: float | None, frames: int | None) -> None:
    play = t.playing.plays[layer]
    if play is None or play.id != play_id or play.phase is not PlayPhase.RUNNING:
        return
    moved = position_s != play.position_s or frames != play.frames
    t.set_play(
        layer,
        replace(play, position_s=position_s, frames=frames, moved_mono=t.now.mono if moved else play.moved_mono),
    )


def check_deadlines(t: Turn) -> None:
    """Items whose time is up, items that do not cue, ends that never come, videos that stand still."""
    forget_lost(t)
    lift_passing(t)
    mono = t.now.mono
    for layer, play in enumerate(t.playing.plays):
        if play is None or play.held_mono is not None or play.phase is PlayPhase.ENDED:
            continue
        if play.ends_mono is not None and mono >= play.ends_mono:
            _finish(t, layer, play)
        elif _is_late(play, mono) and is_behind(t, play):
            kill(t, layer, f"{play.item.told_as}: too heavy to come to its end in time", Ending.CUT)
        elif (why := _overdue(play, mono)) is not None:
            kill(t, layer, f"{play.item.told_as}: {why}", Ending.FAILED)
            blame(t, play, why, passing=True)
            pass_over(t, play)
    _pass_over_slow(t)


def _pass_over_slow(t: Turn) -> None:
    """The screen does not stand still for a hidden item that does not come: another one is tried first. Once for each item,
    so that one which always needs long is shown all the same."""
    due, layer = _patience_mono(t.s), _hidden_layer(t.s)
    play = None if layer is None else t.playing.plays[layer]
    if due is None or layer is None or play is None or t.now.mono < due:
        return
    passed = frozenset({play.item.content_hash})
    t.playing = replace(t.playing, passed=t.playing.passed | passed, slow=t.playing.slow | passed)
    scene = t.playing.scene
    if scene is None or _next_item(t, scene) in (None, (play.index, play.item)):
        return  # there is no other one
    end_play(t, layer, Ending.CUT)
    t.note(f"{play.item.told_as}: no picture yet, and the screen stands still; another item is tried first", "warning")


def _hidden_layer(s: State) -> int | None:
    return None if s.playing.visible is None else 1 - s.playing.visible


def _patience_mono(s: State) -> float | None:
    """Until when the last picture of the ended item may stand while the next one is being cued; None: it does not."""
    layer, current = _hidden_layer(s), s.playing.current
    play = None if layer is None else s.playing.plays[layer]
    if play is None or current is None or current.ended_mono is None or play.item.content_hash in s.playing.slow:
        return None
    if play.phase is not PlayPhase.CUEING or play.give_up_mono is None or s.playing.card is not None:
        return None
    cued_mono = play.give_up_mono - traits_of(play.item.kind).cue_limit_s
    return max(current.ended_mono, cued_mono) + STANDS_STILL_S


def _is_late(play: Play, mono: float) -> bool:
    """A running film whose end has not come."""
    give_up = _give_up_mono(play)
    return play.phase is PlayPhase.RUNNING and give_up is not None and mono >= give_up


def _overdue(play: Play, mono: float) -> str | None:
    give_up = _give_up_mono(play)
    if give_up is not None and mono >= give_up:
        if play.phase is PlayPhase.CUEING:
            return f"no picture within {traits_of(play.item.kind).cue_limit_s:.0f} s"
        return "its end never came"
    stalls = _stall_mono(play)
    return None if stalls is None or mono < stalls else f"its picture stood still at {play.position_s} s"


def _give_up_mono(play: Play) -> float | None:
    """When the cueing, or the end of a video, is overdue: a film that is too heavy still moves when its time is up, and has the
    same time again, and again."""
    if play.give_up_mono is None or play.phase is not PlayPhase.RUNNING or play.started_mono is None:
        return play.give_up_mono
    longest = play.started_mono + SLOWEST * (play.give_up_mono - play.started_mono)
    return max(play.give_up_mono, min(play.moved_mono + LATE_END_S, longest))


def _stall_mono(play: Play) -> float | None:
    """When a running item that has not moved since counts as hung."""
    limit_s = traits_of(play.item.kind).stall_limit_s
    return None if limit_s is None or play.phase is not PlayPhase.RUNNING else play.moved_mono + limit_s


def wake_mono(s: State) -> list[float]:
    times = [m for m in (s.playing.paused_until_mono, s.playing.finish_by_mono) if m is not None]
    times += [lost.retry_mono for lost in s.playing.lost.values()]
    times += [each.until_mono for each in s.playing.quarantined.values() if each.until_mono is not None]
    patience = _patience_mono(s)
    times += [] if patience is None else [patience]
    for play in s.playing.plays:
        if play is not None and play.held_mono is None and play.phase is not PlayPhase.ENDED:
            times += [m for m in (play.ends_mono, _give_up_mono(play), _stall_mono(play)) if m is not None]
    return times
