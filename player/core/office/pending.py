"""Answers to commands: at once, when the room that was asked has answered, or when its time is up.

Knows: the pending commands and the moves that are not on screen yet. Touches nothing. Must not: obey (obey.py does).
"""

from __future__ import annotations

from dataclasses import replace

from player.base.text import is_plain_latin
from player.contract import commands as c
from player.core.effects import FindLetters, PublishScreenshot, SendReply
from player.core.events import LettersFound, LibraryAnswered, LogLinesRead, ScreenshotTaken, StateSaved
from player.core.model import SavedState
from player.core.state import PendingCommand, State
from player.core.turn import Turn

MOVE_LIMIT_S = 15.0
ROOM_LIMIT_S = 30.0
LETTERS_LIMIT_S = 3.0
"""So much later the answer comes at most, where the screen does not say which letters it lacks: it may not be there."""
LETTERS_TOLD = 20


def done(t: Turn, command: c.Command, detail: str = "") -> None:
    t.ask(SendReply(command.id, "done", detail=detail))


def fail(t: Turn, command: c.Command, code: str, detail: str) -> None:
    t.ask(SendReply(command.id, "failed", code, detail))


def wait_for_room(t: Turn, command: c.Command, limit_s: float) -> None:
    """The command is answered by a room's event, or with `timeout`."""
    waits = PendingCommand(command.id, command.order.do, t.now.mono + limit_s, command.order)
    t.commands = replace(t.commands, pending=(*t.commands.pending, waits))


def done_when_saved(t: Turn, command_id: str, saved: SavedState, detail: str = "", text: str = "") -> None:
    """Saves the state; the command is done when that is on the disk, where a restart finds it, and not before.

    text: what it puts on screen; the answer says which of its letters no font here has.
    """
    t.save(saved, command_id)
    if command_id:
        letters = not is_plain_latin(text)
        waits = PendingCommand(command_id, "the saved state", t.now.mono + ROOM_LIMIT_S, None, detail, letters=letters)
        if letters:
            t.ask(FindLetters(command_id, text))
        t.commands = replace(t.commands, pending=(*t.commands.pending, waits))


def take_pending(t: Turn, command_id: str) -> PendingCommand | None:
    """The pending command of this id, which waits no longer; None: it was given up, or nobody asked."""
    found = next((p for p in t.commands.pending if p.command_id == command_id), None)
    if found is not None:
        t.commands = replace(t.commands, pending=tuple(p for p in t.commands.pending if p is not found))
    return found


def hear_screenshot(t: Turn, event: ScreenshotTaken) -> None:
    if take_pending(t, event.command_id) is None:
        return
    if event.jpeg is None:
        t.ask(SendReply(event.command_id, "failed", "no-screen", event.why))
    else:
        t.ask(PublishScreenshot(event.command_id, event.jpeg))
        t.ask(SendReply(event.command_id, "done", detail=f"{len(event.jpeg)} bytes"))


def hear_kept(t: Turn, event: StateSaved | LettersFound) -> None:
    """What a command waits for that shows or changes something for longer."""
    if isinstance(event, LettersFound):
        hear_letters(t, event)
    else:
        hear_saved(t, event)


def hear_saved(t: Turn, event: StateSaved) -> None:
    """A command whose effect must outlast a restart is done when it is on the disk."""
    pending = take_pending(t, event.command_id)
    if pending is None:
        return
    if event.ok and pending.letters:
        _wait_on(t, replace(pending, saved=True, deadline_mono=t.now.mono + LETTERS_LIMIT_S))
    elif event.ok:
        t.ask(SendReply(event.command_id, "done", detail=pending.detail))
    else:
        words = f"it holds until the next restart only: {event.why}"
        t.ask(SendReply(event.command_id, "failed", "not-kept", words))


def hear_letters(t: Turn, event: LettersFound) -> None:
    """Goes into the answer: an operator who sees only letters must be told that the panel shows others."""
    pending = take_pending(t, event.command_id)
    if pending is None:
        return
    told = event.missing[:LETTERS_TOLD] + ("\u2026" if len(event.missing) > LETTERS_TOLD else "")
    missing = f"this panel has no letters for {told}; install {event.package}" if event.missing else ""
    detail = "; ".join(filter(None, (pending.detail, missing)))
    if pending.saved:
        t.ask(SendReply(event.command_id, "done", detail=detail))
    else:
        _wait_on(t, replace(pending, letters=False, detail=detail))


def _wait_on(t: Turn, pending: PendingCommand) -> None:
    t.commands = replace(t.commands, pending=(*t.commands.pending, pending))


def hear_refusal(t: Turn, what: str, why: str) -> None:
    for pending in t.commands.pending:
        if pending.what == what:
            take_pending(t, pending.command_id)
            t.ask(SendReply(pending.command_id, "failed", "refused", why))


def hear_library(t: Turn, event: LibraryAnswered) -> None:
    if take_pending(t, event.command_id) is not None:
        stage, code = ("done", "") if event.ok else ("failed", "library")
        t.ask(SendReply(event.command_id, stage, code, event.detail))


def hear_log(t: Turn, event: LogLinesRead) -> None:
    if take_pending(t, event.command_id) is not None:
        t.ask(SendReply(event.command_id, "done", detail="\n".join(event.lines)))


def check_pending(t: Turn) -> None:
    """Commands whose time is up."""
    mono = t.now.mono
    for move in t.commands.moves:
        if mono >= move.deadline_mono:
            t.ask(SendReply(move.command_id, "failed", "timeout", f"not on screen within {MOVE_LIMIT_S:.0f} s"))
    for pending in t.commands.pending:
        if mono >= pending.deadline_mono and pending.saved:
            t.ask(SendReply(pending.command_id, "done", detail=pending.detail))
        elif mono >= pending.deadline_mono:
            t.ask(SendReply(pending.command_id, "failed", "timeout", f"{pending.what} got no answer"))
    moves = tuple(m for m in t.commands.moves if mono < m.deadline_mono)
    waiting = tuple(p for p in t.commands.pending if mono < p.deadline_mono)
    if (len(moves), len(waiting)) != (len(t.commands.moves), len(t.commands.pending)):
        t.commands = replace(t.commands, moves=moves, pending=waiting)


def wake_mono(s: State) -> list[float]:
    times = [move.deadline_mono for move in s.commands.moves]
    return times + [pending.deadline_mono for pending in s.commands.pending]
