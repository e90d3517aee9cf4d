"""A calendar's occurrences, asked of a child process with limits, which alone bears an endless rule and a large library.

Knows: the child's deadline, the stretch of time that is expanded, how a summary names a playlist.
Touches: a child process. Must not: parse a calendar itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from player.base.children import ParserChild
from player.base.text import printable
from player.core.model import Problem, ScheduleWindow

BEHIND = timedelta(days=2)
AHEAD = timedelta(days=62)
"""Expanded anew every day; two months are what a panel may be switched off without missing anything."""
DEADLINE_S = 20.0
DARK = "dark"


@dataclass(frozen=True, slots=True)
class Expanded:
    """A calendar's occurrences and what is wrong with it. readable False: it is no calendar, or cannot be expanded."""

    windows: list[ScheduleWindow]
    problems: list[Problem]
    readable: bool = True


def expand_calendar(
    text: str, name: str, zone: tzinfo, around: datetime, known: Collection[str]
) -> tuple[list[ScheduleWindow], list[Problem]]:
    """The occurrences from two days before `around` to two months after, and what is wrong with the calendar `name`."""
    expanded = read_calendar(text, name, zone, around, known)
    return expanded.windows, expanded.problems


def read_calendar(text: str, name: str, zone: tzinfo, around: datetime, known: Collection[str]) -> Expanded:
    """As expand_calendar, and whether the calendar could be read at all."""
    asked = {
        "text": text,
        "zone": str(zone),
        "begins": (around - BEHIND).isoformat(),
        "ends": (around + AHEAD).isoformat(),
    }
    try:
        with ParserChild.of("player.library.vetting.calendar_child", DEADLINE_S) as child:
            answer = child.ask(asked)
    except OSError:
        answer = None
    if answer is None:
        what = "it cannot be expanded within reasonable time and memory; it is not used"
        return Expanded([], [Problem(name, what, "look for a rule without an end")], readable=False)
    problems = [Problem(name, what, remedy) for what, remedy in answer["problems"]]
    folded = {playlist.casefold(): playlist for playlist in known}
    windows: list[ScheduleWindow] = []
    strangers: dict[str, None] = {}
    for summary, begins, ends, priority in answer["windows"]:
        playlist: str | None = None
        if summary.casefold() != DARK:
            playlist = summary if summary in known else folded.get(summary.casefold())
            if playlist is None:
                strangers[summary] = None
                continue
        windows.append(ScheduleWindow(playlist, datetime.fromisoformat(begins), datetime.fromisoformat(ends), priority))
    for summary in list(strangers)[:20]:
        what = f"an event is called {printable(summary)!r}, and no playlist is"
        problems.append(Problem(name, what, "name the event like a playlist, or DARK"))
    return Expanded(windows, problems, readable=not answer.get("unreadable"))
