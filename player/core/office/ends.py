"""The ends of what commands began: `show`, `blank`, `play` and `ticker` with an end, brief cards, pauses.

Knows: both clocks. An end comes when either of them says so, so that no step of the wall clock keeps a panel black.
Touches nothing. Must not: begin anything (obey.py does).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from player.base.clocks import ClockTrust, Now
from player.core.playing.changes import proceed
from player.core.playing.scene import WALL_ASK_S
from player.core.state import Ends, State
from player.core.turn import Turn


def end_mono(now: Now, until: datetime | None, asked: datetime | None) -> float | None:
    """The monotonic moment of an end; None: it has none.

    asked: the wall clock when it was asked for: what is left is never more than there was then.
    """
    if until is None:
        return None
    left_s = (until - now.wall).total_seconds()
    if asked is not None:
        left_s = min(left_s, (until - asked).total_seconds())
    return now.mono + max(0.0, left_s)


def take_up(t: Turn) -> None:
    """After a start: the ends of what the last run left."""
    saved, now = t.saved, t.now
    ends = Ends(
        show=None if saved.show is None else end_mono(now, saved.show.until, saved.show.asked),
        blank=end_mono(now, saved.blank_until, saved.blank_asked) if saved.blank else None,
        play=None if saved.play is None else end_mono(now, saved.play.until, saved.play.asked),
        ticker=None if saved.ticker is None else end_mono(now, saved.ticker.until, saved.ticker.asked),
    )
    t.commands = replace(t.commands, ends=ends)


def check_ends(t: Turn) -> None:
    """Called in every turn: what is over, ends."""
    mono, saved, ends = t.now.mono, t.saved, t.commands.ends
    if t.commands.brief is not None and mono >= t.commands.brief.until_mono:
        t.commands = replace(t.commands, brief=None)
    if t.playing.paused_until_mono is not None and mono >= t.playing.paused_until_mono:
        t.note("the pause has reached office.pause_limit_minutes; playing goes on")
        resume(t)
    if saved.show is not None and _is_over(t, saved.show.until, ends.show):
        saved, ends = replace(saved, show=None), replace(ends, show=None)
    if saved.play is not None and _is_over(t, saved.play.until, ends.play):
        saved, ends = replace(saved, play=None), replace(ends, play=None)
    if saved.ticker is not None and _is_over(t, saved.ticker.until, ends.ticker):
        saved, ends = replace(saved, ticker=None), replace(ends, ticker=None)
    if saved.blank and _is_over(t, saved.blank_until, ends.blank):
        saved = replace(saved, blank=False, blank_until=None, blank_asked=None)
        ends = replace(ends, blank=None)
    if saved is not t.saved:
        t.save(saved)
        t.commands = replace(t.commands, ends=ends)


def resume(t: Turn) -> None:
    t.playing = replace(t.playing, paused_until_mono=None)
    proceed(t)


def wake_mono(s: State, now: Now) -> list[float]:
    ends = s.commands.ends
    times = [mono for mono in (ends.show, ends.blank, ends.play, ends.ticker) if mono is not None]
    if s.commands.brief is not None:
        times.append(s.commands.brief.until_mono)
    if s.machine.trust is not ClockTrust.BAD:
        times += [now.mono + min(WALL_ASK_S, max(0.0, (until - now.wall).total_seconds())) for until in _walls(s)]
    return times


def _walls(s: State) -> list[datetime]:
    saved = s.saved
    walls = [
        saved.show.until if saved.show is not None else None,
        saved.play.until if saved.play is not None else None,
        saved.ticker.until if saved.ticker is not None else None,
        saved.blank_until if saved.blank else None,
    ]
    return [until for until in walls if until is not None]


def _is_over(t: Turn, until: datetime | None, mono: float | None) -> bool:
    """Either clock says so; a wall clock that is not believed has no say."""
    if until is None:
        return False
    return (mono is not None and t.now.mono >= mono) or (t.machine.trust is not ClockTrust.BAD and t.now.wall >= until)
