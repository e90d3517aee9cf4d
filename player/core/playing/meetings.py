"""Where shows and the dark meet: what an operator planned to be seen and what stays dark instead, for `check` and `schedule`.

Knows: which show would be on screen if it were not dark, and the words for it. Touches nothing: the wall clock is passed in.
Must not: decide what plays (playing/timetable.py does).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from player.base.clocks import local
from player.core.claims import Claims
from player.core.model import Problem, Schedule
from player.core.playing.timetable import DAY, pick, walk

AHEAD = timedelta(days=62)
"""As far as a calendar is expanded (library/vetting/occurrences.py)."""
WEEKLY = timedelta(days=8)
"""A rule or an event of every week meets the dark at least once in it; one that repeats more rarely is told with its last day."""
INSTANT = timedelta(microseconds=1)
"""Until midnight is until the day before."""
WHERE = "the schedule"
THROUGH_RULE = "through_dark = true in its [[show]]"
THROUGH_EVENT = "the category THROUGH-DARK in its event"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A playlist that the dark keeps from the screen: for the first time from begins until ends, and so many times.

    over: the end of the last time. never_seen: it is dark whenever the playlist is scheduled.
    """

    playlist: str
    begins: datetime
    ends: datetime
    over: datetime
    times: int
    never_seen: bool


def list_meetings(schedule: Schedule, begins: datetime, ends: datetime, known: Collection[str]) -> list[Meeting]:
    """Of each playlist that the dark hides between `begins` and `ends` (aware), in the order of their first meetings."""
    hidden: dict[str, list[tuple[datetime, datetime]]] = {}
    seen: set[str] = set()
    for starts, stops, rules, windows in walk(schedule, begins, ends):
        _, playlist = pick(rules, windows, known)
        if playlist is not None:
            seen.add(playlist)
            continue
        _, kept_dark = pick(_lit(rules), _lit(windows), known)
        if kept_dark is None:
            continue
        spans = hidden.setdefault(kept_dark, [])
        if spans and spans[-1][1] == starts:
            spans[-1] = spans[-1][0], stops
        else:
            spans.append((starts, stops))
    return [Meeting(name, *spans[0], spans[-1][1], len(spans), name not in seen) for name, spans in hidden.items()]


def _lit(claims: Claims) -> Claims:
    return claims._replace(dark=False)


def describe_meetings(schedule: Schedule, around: datetime, known: Collection[str]) -> list[Problem]:
    """For the operator: each playlist that the dark hides within two months. A remark, unless it is never seen at all."""
    return [_describe(meeting, schedule, around) for meeting in list_meetings(schedule, around, around + AHEAD, known)]


def _describe(meeting: Meeting, schedule: Schedule, around: datetime) -> Problem:
    ways = [THROUGH_RULE] if schedule.rules else []
    ways += [THROUGH_EVENT] if schedule.windows else []
    way = " or ".join(ways)
    if meeting.never_seen:
        what = f"{meeting.playlist!r} is never seen, as it is dark whenever it is scheduled"
        return Problem(WHERE, what, f"give it another time; {way} would let it go on")
    begins, ends = local(meeting.begins, schedule.timezone), local(meeting.ends, schedule.timezone)
    end = f"{ends:%H:%M}" if ends - begins < DAY else f"{ends:%Y-%m-%d %H:%M}"
    what = (
        f"the dark wins over {meeting.playlist!r}: {begins:%Y-%m-%d %H:%M} to {end}{_again(meeting, schedule, around)}"
    )
    return Problem(WHERE, what, f"{way} would let it go on", remark=True)


def _again(meeting: Meeting, schedule: Schedule, around: datetime) -> str:
    """How often more, and the last day on which both meet: what still meets in the last week that is looked at may go on."""
    more = meeting.times - 1
    if not more:
        return ""
    if meeting.over > around + AHEAD - WEEKLY:
        return f", and {more} times more within {AHEAD.days} days"
    last = f"{local(meeting.over - INSTANT, schedule.timezone):%Y-%m-%d}"
    return f", and once more until {last}" if more == 1 else f", and {more} times more until {last}"
