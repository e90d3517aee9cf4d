"""Obeying the office: what each command changes, and how it is answered.

Knows: the commands and the state. Touches nothing. Must not: check what the link has checked (expiry, repeats, rights).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from player.contract import commands as c
from player.core.brightness import control as dimming
from player.core.effects import (
    PublishHealth,
    PublishScreenshot,
    ReadLog,
    RebootMachine,
    RescanLibrary,
    RollBackLibrary,
    SaveState,
    SendReply,
    SetVolume,
    TakeScreenshot,
)
from player.core.events import LibraryAnswered, LogLinesRead, ScreenshotTaken
from player.core.model import Card, CardKind, PlayedPlaylist, SavedState, ShownMessage
from player.core.office.health import build_report
from player.core.playing.changes import hold, proceed
from player.core.playing.rotation import find_item, find_place, step
from player.core.playing.scene import find_in_library, is_usable, pick_release, until_words
from player.core.state import BriefCard, Move, PendingCommand, PlayPhase, SceneKind, Turn

MOVE_LIMIT_S = 15.0
ROOM_LIMIT_S = 30.0
LIBRARY_LIMIT_S = 600.0


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
            t.set(paused_until_mono=None)
            proceed(t)
            _done(t, command)
        case c.Blank(until):
            _keep(t, replace(t.s.saved, blank=True, blank_until=until))
            _done(t, command)
        case c.Unblank():
            _keep(t, replace(t.s.saved, blank=False, blank_until=None))
            _done(t, command)
        case c.Show() as show:
            _show(t, command, show)
        case c.Clear():
            _keep(t, replace(t.s.saved, show=None, play=None))
            t.set(show_ends_mono=None)
            _done(t, command)
        case c.PlayPlaylist() as play:
            _play(t, command, play)
        case c.Volume(percent, keep):
            t.set(volume=percent)
            t.ask(SetVolume(percent))
            if keep:
                _keep(t, replace(t.s.saved, volume=percent))
            _done(t, command)
        case c.Brightness() as brightness:
            dimming.obey(t, command, brightness)
        case c.Screenshot(width):
            t.ask(TakeScreenshot(command.id, width))
            _await(t, command, ROOM_LIMIT_S)
        case c.Identify(seconds):
            _brief(t, command, Card(CardKind.IDENTIFY), seconds)
        case c.TestPattern(seconds):
            _brief(t, command, Card(CardKind.TEST_PATTERN), seconds)
        case c.Rescan():
            t.set(failures={})
            t.ask(RescanLibrary(command.id))
            _await(t, command, LIBRARY_LIMIT_S)
        case c.Rollback():
            release, _ = pick_release(t)
            if release is None:
                _fail(t, command, "nothing-to-roll-back", "the panel has no release yet")
            else:
                t.ask(RollBackLibrary(release.source, command.id, "the office asked for it"))
                _await(t, command, LIBRARY_LIMIT_S)
        case c.Health():
            t.ask(PublishHealth(build_report(t.s, t.now)))
            _done(t, command, "published")
        case c.Ping():
            _done(t, command, "pong")
        case c.Logs(lines):
            t.ask(ReadLog(command.id, lines))
            _await(t, command, ROOM_LIMIT_S)
        case c.RestartPlayer():
            t.set(stopping="restart-player")
        case c.Reboot():
            t.ask(RebootMachine(f"command {command.id}"))
            _await(t, command, ROOM_LIMIT_S)
        case _ as never:
            assert_never(never)


def _done(t: Turn, command: c.Command, detail: str = "") -> None:
    t.ask(SendReply(command.id, "done", detail=detail))


def _fail(t: Turn, command: c.Command, code: str, detail: str) -> None:
    t.ask(SendReply(command.id, "failed", code, detail))


def _await(t: Turn, command: c.Command, limit_s: float) -> None:
    t.set(pending=(*t.s.pending, PendingCommand(command.id, command.order.do, t.now.mono + limit_s)))


def _keep(t: Turn, saved: SavedState) -> None:
    t.set(saved=saved)
    t.ask(SaveState(saved))


def _move(t: Turn, command: c.Command) -> None:
    scene = t.s.scene
    if scene is None or scene.kind is not SceneKind.PLAY or t.s.stage is None:
        _fail(t, command, "not-playing", f"no playlist is on screen ({scene.reason if scene else t.s.stage_why})")
        return
    here = find_place(scene.items, t.s.places.get(scene.key))

    def usable(item: object) -> bool:
        return is_usable(t.s, item, t.now.wall)  # type: ignore[arg-type]  # step passes these very items

    if t.s.moves:  # the one before is not on screen yet: this one goes on from where that one leads
        following = step(scene.items, here, usable)
        here = t.s.jump if t.s.jump is not None else here if following is None else following
    match command.order:
        case c.Previous():
            t.set(jump=step(scene.items, here, usable, -1))
        case c.Next() if t.s.moves:
            t.set(jump=step(scene.items, here, usable))
        case c.Goto(wanted):
            index = find_item(scene.items, wanted)
            if index is None:
                _fail(
                    t,
                    command,
                    "not-found",
                    f"{wanted!r} is not in playlist {scene.playlist}; it has {len(scene.items)} items",
                )
                return
            if not usable(scene.items[index]):
                _fail(t, command, "not-usable", f"{scene.items[index].path} is quarantined or out of date")
                return
            t.set(jump=index)
        case _:
            t.set(jump=None)
    t.set(cut=True, moves=(*t.s.moves, Move(command.id, t.now.mono + MOVE_LIMIT_S)))


def _pause(t: Turn, command: c.Command) -> None:
    current = t.current
    playing = current is not None and current.phase is not PlayPhase.CUEING
    if not playing or t.s.scene is None or t.s.scene.kind is not SceneKind.PLAY:
        _fail(t, command, "not-playing", "no item is on screen that could be held")
        return
    t.set(paused_until_mono=t.now.mono + t.s.rules.pause_limit_s)
    hold(t)
    _done(t, command, f"resumes by itself after {t.s.rules.pause_limit_s / 60:.0f} minutes")


def _show(t: Turn, command: c.Command, show: c.Show) -> None:
    until = show.until if show.until is not None else t.now.wall + timedelta(seconds=show.seconds or 60.0)
    if until <= t.now.wall:
        _fail(t, command, "expired", f"its end ({until.isoformat()}) is over")
        return
    before = t.s.saved.show
    if before is not None and before.priority > show.priority:
        _fail(
            t,
            command,
            "outranked",
            f"{before.command_id} with priority {before.priority} is shown{until_words(t, before.until)}",
        )
        return
    if show.media is not None and find_in_library(t.s, show.media) is None:
        _fail(t, command, "not-found", f"{show.media} is not in the library")
        return
    shown = ShownMessage(until, show.media, show.text, show.colour, show.priority, command.id)
    _keep(t, replace(t.s.saved, show=shown))
    t.set(show_ends_mono=t.now.mono + (until - t.now.wall).total_seconds())
    _done(t, command, until_words(t, until).strip())


def _play(t: Turn, command: c.Command, play: c.PlayPlaylist) -> None:
    release, _ = pick_release(t)
    if release is None or release.playlist(play.playlist) is None:
        names = ", ".join(p.name for p in release.playlists) if release else "none yet"
        _fail(t, command, "not-found", f"there is no playlist {play.playlist!r}; known: {names}")
        return
    _keep(t, replace(t.s.saved, play=PlayedPlaylist(play.playlist, play.until, command.id)))
    _done(t, command)


def _brief(t: Turn, command: c.Command, card: Card, seconds: float) -> None:
    t.set(brief=BriefCard(card, t.now.mono + seconds, command.id))
    _done(t, command, f"for {seconds:g} s")


# ---- the rooms' answers, and time


def hear_screenshot(t: Turn, event: ScreenshotTaken) -> None:
    if not _taken_off(t, event.command_id):
        return
    if event.jpeg is None:
        t.ask(SendReply(event.command_id, "failed", "no-screen", event.why))
    else:
        t.ask(PublishScreenshot(event.command_id, event.jpeg))
        t.ask(SendReply(event.command_id, "done", detail=f"{len(event.jpeg)} bytes"))


def hear_refusal(t: Turn, what: str, why: str) -> None:
    for wait in t.s.pending:
        if wait.what == what:
            t.ask(SendReply(wait.command_id, "failed", "refused", why))
    t.set(pending=tuple(w for w in t.s.pending if w.what != what))


def hear_library(t: Turn, event: LibraryAnswered) -> None:
    if _taken_off(t, event.command_id):
        t.ask(
            SendReply(event.command_id, "done" if event.ok else "failed", "" if event.ok else "library", event.detail)
        )


def hear_log(t: Turn, event: LogLinesRead) -> None:
    if _taken_off(t, event.command_id):
        t.ask(SendReply(event.command_id, "done", detail="\n".join(event.lines)))


def _taken_off(t: Turn, command_id: str) -> bool:
    rest = tuple(w for w in t.s.pending if w.command_id != command_id)
    found = len(rest) != len(t.s.pending)
    t.set(pending=rest)
    return found


def check_ends(t: Turn) -> None:
    """Messages, pauses and answers whose time is up. A stepped wall clock cannot keep a message for ever."""
    mono, wall, saved = t.now.mono, t.now.wall, t.s.saved
    for move in t.s.moves:
        if mono >= move.deadline_mono:
            t.ask(SendReply(move.command_id, "failed", "timeout", f"not on screen within {MOVE_LIMIT_S:.0f} s"))
    t.set(moves=tuple(m for m in t.s.moves if mono < m.deadline_mono))
    for wait in t.s.pending:
        if mono >= wait.deadline_mono:
            t.ask(SendReply(wait.command_id, "failed", "timeout", f"{wait.what} got no answer"))
    t.set(pending=tuple(w for w in t.s.pending if mono < w.deadline_mono))
    if t.s.brief is not None and mono >= t.s.brief.until_mono:
        t.set(brief=None)
    if t.s.paused_until_mono is not None and mono >= t.s.paused_until_mono:
        t.note("the pause has reached office.pause_limit_minutes; playing goes on")
        t.set(paused_until_mono=None)
        proceed(t)
    if saved.show is not None and _is_over(t, saved.show.until, t.s.show_ends_mono):
        _keep(t, replace(saved, show=None))
        t.set(show_ends_mono=None)
        saved = t.s.saved
    if saved.play is not None and saved.play.until is not None and wall >= saved.play.until:
        _keep(t, replace(saved, play=None))
        saved = t.s.saved
    if saved.blank and saved.blank_until is not None and wall >= saved.blank_until:
        _keep(t, replace(saved, blank=False, blank_until=None))


def _is_over(t: Turn, until: datetime, ends_mono: float | None) -> bool:
    return t.now.wall >= until or (ends_mono is not None and t.now.mono >= ends_mono)
