"""Obeying the office: what each command changes (when what it began ends by itself: ends.py).

Knows: the commands and the state. Touches nothing. Must not: check what the link has checked (expiry, repeats, rights).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from player.base.text import messages_of
from player.contract import commands as c
from player.core.brightness import control as brightness
from player.core.effects import (
    PublishHealth,
    ReadLog,
    RebootMachine,
    RescanLibrary,
    RollBackLibrary,
    SetVolume,
    TakeScreenshot,
)
from player.core.kinds import traits_of
from player.core.model import Card, CardKind, PlayedPlaylist, ShownMessage
from player.core.office import take_down
from player.core.office.ends import end_mono, resume
from player.core.office.health import build_report
from player.core.office.near_miss import near_item, near_name
from player.core.office.pending import MOVE_LIMIT_S, ROOM_LIMIT_S, done, done_when_saved, fail, wait_for_room
from player.core.playing.changes import hold
from player.core.playing.rotation import find_item, find_place
from player.core.playing.scene import all_items, find_in_library, message_words, pick_release, spell_end, until_words
from player.core.playing.survey import is_usable, next_usable
from player.core.running_text import AskedTicker
from player.core.state import BriefCard, Move, PlayPhase, SceneKind
from player.core.turn import Turn

LIBRARY_LIMIT_S = 600.0
NAMES_TOLD = 50
SHOW_S = 60.0
"""For a Show that was made without an end; the contract refuses one that the office sends."""


def obey(t: Turn, command: c.Command) -> None:
    """Carries the command out as far as this turn can; what waits for a room is answered by that room's event."""
    who = f" by {command.by}" if command.by else ""
    t.note(f"command {command.order.do} ({command.id}){who}" + (f": {command.reason}" if command.reason else ""))
    match command.order:
        case c.Next() | c.Previous() | c.Goto():
            _move(t, command)
        case c.Pause():
            _pause(t, command)
        case c.Resume():
            resume(t)
            done(t, command)
        case c.Blank(until):
            saved = replace(t.saved, blank=True, blank_until=until, blank_asked=t.now.wall)
            _end_at(t, blank=end_mono(t.now, until, t.now.wall))
            done_when_saved(t, command.id, saved)
        case c.Unblank():
            _end_at(t, blank=None)
            done_when_saved(t, command.id, replace(t.saved, blank=False, blank_until=None, blank_asked=None))
        case c.Show() as show:
            _show(t, command, show)
        case c.Clear():
            _end_at(t, show=None, play=None)
            done_when_saved(t, command.id, replace(t.saved, show=None, play=None))
        case c.Drop() as order:
            take_down.drop(t, command, order)
        case c.Ticker() as ticker:
            _run_ticker(t, command, ticker)
        case c.ClearTicker():
            _end_at(t, ticker=None)
            done_when_saved(t, command.id, replace(t.saved, ticker=None))
        case c.PlayPlaylist() as play:
            _play(t, command, play)
        case c.Volume() as volume:
            _set_volume(t, command, volume)
        case c.Brightness() as order:
            brightness.obey(t, command, order)
        case c.Identify(seconds):
            _show_briefly(t, command, Card(CardKind.IDENTIFY), seconds)
        case c.TestPattern(seconds):
            _show_briefly(t, command, Card(CardKind.TEST_PATTERN), seconds)
        case c.Health():
            t.ask(PublishHealth(build_report(t.s, t.now)))
            done(t, command, "published")
        case c.Ping():
            done(t, command, "pong")
        case c.RestartPlayer():
            t.run = replace(t.run, stopping="restart-player")
        case c.Screenshot() | c.Rescan() | c.Rollback() | c.Logs() | c.Reboot() as order:
            _ask_room(t, command, order)
        case _ as never:
            assert_never(never)


def _ask_room(t: Turn, command: c.Command, order: c.Screenshot | c.Rescan | c.Rollback | c.Logs | c.Reboot) -> None:
    """For a command that a room carries out; the room's event ends it."""
    limit_s = ROOM_LIMIT_S
    match order:
        case c.Screenshot(width):
            t.ask(TakeScreenshot(command.id, width))
        case c.Rescan():
            t.playing = replace(t.playing, failures={}, quarantined={}, stutters={}, pictures={})
            t.ask(RescanLibrary(command.id))
            limit_s = LIBRARY_LIMIT_S
        case c.Rollback():
            release, _ = pick_release(t)
            if release is None:
                fail(t, command, "nothing-to-roll-back", "the panel has no release yet")
                return
            t.ask(RollBackLibrary(release.source, command.id, "the office asked for it"))
            limit_s = LIBRARY_LIMIT_S
        case c.Logs(lines):
            t.ask(ReadLog(command.id, lines))
        case c.Reboot():
            t.ask(RebootMachine(f"command {command.id}"))
        case _ as never:
            assert_never(never)
    wait_for_room(t, command, limit_s)


def _move(t: Turn, command: c.Command) -> None:
    scene, moves = t.playing.scene, t.commands.moves
    if scene is None or scene.kind is not SceneKind.PLAY or t.stage.opened is None:
        fail(t, command, "not-playing", f"no playlist is on screen ({scene.reason if scene else t.stage.why_not})")
        return
    here = find_place(scene.items, t.playing.places.get(scene.key))

    if moves:  # the move before is not on screen yet: this one goes on from where that one leads
        following = next_usable(t.s, scene, here, t.now.wall)
        here = t.playing.jump if t.playing.jump is not None else here if following is None else following
    jump = None
    match command.order:
        case c.Previous():
            jump = next_usable(t.s, scene, here, t.now.wall, -1)
        case c.Next() if moves:
            jump = next_usable(t.s, scene, here, t.now.wall)
        case c.Goto(wanted):
            jump = find_item(scene.items, wanted)
            if jump is None:
                count = len(scene.items)
                near = near_item(scene.items, wanted) or f"; it has {count} items"
                fail(t, command, "not-found", f"{wanted!r} is not in playlist {scene.playlist}{near}")
                return
            if not is_usable(t.s, scene.items[jump], t.now.wall):
                fail(t, command, "not-usable", f"{scene.items[jump].told_as} is quarantined, taken down or out of date")
                return
        case _:
            pass
    t.playing = replace(t.playing, jump=jump, cut=True)
    t.commands = replace(t.commands, moves=(*moves, Move(command.id, t.now.mono + MOVE_LIMIT_S)))


def _pause(t: Turn, command: c.Command) -> None:
    current, scene = t.playing.current, t.playing.scene
    playing = current is not None and current.phase is not PlayPhase.CUEING
    if not playing or scene is None or scene.kind is not SceneKind.PLAY:
        fail(t, command, "not-playing", "no item is on screen that could be held")
        return
    t.playing = replace(t.playing, paused_until_mono=t.now.mono + t.s.rules.pause_limit_s)
    hold(t)
    done(t, command, f"resumes by itself after {t.s.rules.pause_limit_s / 60:.0f} minutes")


def _set_volume(t: Turn, command: c.Command, order: c.Volume) -> None:
    """The item that plays hears of it now; the next one is started with it."""
    t.playing = replace(t.playing, volume=order.percent)
    visible, current = t.playing.visible, t.playing.current
    if visible is not None and current is not None and traits_of(current.item.kind).has_sound:
        t.ask(SetVolume(visible, order.percent))
    if order.keep:
        done_when_saved(t, command.id, replace(t.saved, volume=order.percent))
    else:
        done(t, command)


def _show(t: Turn, command: c.Command, show: c.Show) -> None:
    until = show.until if show.until is not None else t.now.wall + timedelta(seconds=show.seconds or SHOW_S)
    before = t.saved.show
    item = find_in_library(t.s, show.media) if show.media is not None else None
    if until <= t.now.wall:
        fail(t, command, "expired", f"its end ({spell_end(t, until)}) is over")
    elif before is not None and before.priority > show.priority:
        words = until_words(t, before.until)
        fail(t, command, "outranked", f"{message_words(before)} with priority {before.priority} is shown{words}")
    elif show.media is not None and item is None:
        fail(t, command, "not-found", f"{show.media} is not in the library{near_item(all_items(t.s), show.media)}")
    elif item is not None and item.file_hash in t.playing.dropped:
        fail(t, command, "not-usable", f"{item.told_as} was taken down by drop")
    else:
        shown = ShownMessage(
            until, show.media, show.text, show.colour, show.priority, command.id, t.now.wall, command.by
        )
        _end_at(t, show=end_mono(t.now, until, t.now.wall))
        done_when_saved(t, command.id, replace(t.saved, show=shown), until_words(t, until).strip(), show.text or "")


def _run_ticker(t: Turn, command: c.Command, ticker: c.Ticker) -> None:
    messages = messages_of(ticker.text)
    if not messages:
        fail(t, command, "nothing-to-show", "the text holds nothing that can be drawn")
    elif ticker.until is not None and ticker.until <= t.now.wall:
        fail(t, command, "expired", f"its end ({spell_end(t, ticker.until)}) is over")
    else:
        asked = AskedTicker(messages, ticker.until, command.id, command.by, t.now.wall)
        _end_at(t, ticker=end_mono(t.now, ticker.until, t.now.wall))
        done_when_saved(
            t, command.id, replace(t.saved, ticker=asked), until_words(t, ticker.until).strip(), ticker.text
        )


def _play(t: Turn, command: c.Command, play: c.PlayPlaylist) -> None:
    release, _ = pick_release(t)
    if release is None or release.playlist(play.playlist) is None:
        playlists = [p.name for p in release.playlists] if release else []
        names = ", ".join(playlists[:NAMES_TOLD]) or "none yet"
        near = near_name(playlists, play.playlist)
        fail(t, command, "not-found", f"there is no playlist {play.playlist!r}{near}; known: {names}")
        return
    played = PlayedPlaylist(play.playlist, play.until, command.id, t.now.wall, command.by)
    _end_at(t, play=end_mono(t.now, play.until, t.now.wall))
    done_when_saved(t, command.id, replace(t.saved, play=played))


def _end_at(t: Turn, **ends: float | None) -> None:
    t.commands = replace(t.commands, ends=replace(t.commands.ends, **ends))


def _show_briefly(t: Turn, command: c.Command, card: Card, seconds: float) -> None:
    t.commands = replace(t.commands, brief=BriefCard(card, t.now.mono + seconds, command.id, command.by))
    done(t, command, f"for {seconds:g} s")
