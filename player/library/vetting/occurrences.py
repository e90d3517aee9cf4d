"""A calendar's occurrences, asked of a child process with limits, which alone bears an endless rule and a large library.

Knows: the stretch of time that is expanded, how a summary names a playlist.
Touches: a child process. Must not: parse a calendar itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from player.base.children import ChildDied, ParserChild
from player.base.strict_json import as_list, as_text
from player.base.text import printable
from player.core.model import Problem, ScheduleWindow
from player.library.content.rows import problem_of, window_of
from player.library.vetting.verdicts import VettingFailed

BEHIND = timedelta(days=2)
AHEAD = timedelta(days=62)
"""Expanded anew every day; two months are what a panel may be switched off without missing anything."""
DARK = frozenset({"dark", "gelap"})
WINDOW_FIELDS = ("playlist", "from", "until", "priority", "through_dark")


@dataclass(frozen=True, slots=True)
class Expanded:
    """A calendar's occurrences and what is wrong with it. readable False: it is no calendar, or cannot be expanded.

    refused: those of the problems that cost an event.
    """

    windows: list[ScheduleWindow]
    problems: list[Problem]
    readable: bool = True
    refused: tuple[Problem, ...] = ()


def read_calendar(text: str, name: str, zone: tzinfo, around: datetime, known: Collection[str]) -> Expanded:
    """The occurrences from two days before `around` to two months after, what is wrong with the calendar `name`, and whether it
    could be read at all. Raises VettingFailed: the machine's fault.
    """
    asked = {
        "text": text,
        "zone": str(zone),
        "begins": (around - BEHIND).isoformat(),
        "ends": (around + AHEAD).isoformat(),
    }
    try:
        with ParserChild.of("player.library.vetting.calendar_child") as child:
            answer = child.ask(asked)
        return _expanded(answer, name, known)
    except OSError as error:
        raise VettingFailed(f"the process that reads calendars cannot be started ({error})") from error
    except ChildDied as died:
        if not died.by_question:
            raise VettingFailed(f"{name} could not be expanded ({died}); it is tried again") from died
    except ValueError:
        pass
    what = "it cannot be expanded within reasonable time and memory; it is not used"
    return Expanded([], [Problem(name, what, "look for a rule without an end")], readable=False)


def _expanded(answer: Mapping[str, Any], name: str, known: Collection[str]) -> Expanded:
    """Raises ValueError when the answer is not the child's own: a hostile calendar has taken it over."""
    problems = [problem_of([name, *as_list(row)]) for row in as_list(answer.get("problems"))]
    folded = {playlist.casefold(): playlist for playlist in known}
    windows: list[ScheduleWindow] = []
    strangers: dict[str, None] = {}
    for row in as_list(answer.get("windows")):
        fields = as_list(row)
        if not len(WINDOW_FIELDS) - 1 <= len(fields) <= len(WINDOW_FIELDS):
            raise ValueError(f"a window of {len(fields)} fields")
        window = window_of(dict(zip(WINDOW_FIELDS, fields, strict=False)))
        summary = as_text(window.playlist)
        playlist: str | None = None
        if summary.casefold() not in DARK:
            playlist = summary if summary in known else folded.get(summary.casefold())
            if playlist is None:
                strangers[summary] = None
                continue
        windows.append(replace(window, playlist=playlist))
    for summary in list(strangers)[:20]:
        what = f"an event is called {printable(summary)!r}, and no playlist is"
        problems.append(Problem(name, what, "name the event like a playlist, or DARK (GELAP)"))
    refused = tuple(problem_of([name, *as_list(row)]) for row in as_list(answer.get("refused")))
    return Expanded(windows, problems, not answer.get("unreadable"), refused)
