"""The timetable: a schedule's rules and calendars over the coming days, made a day at a time, and asked from there.

Knows: how a wall time of day becomes a moment in a time zone (RFC 5545, 3.3.5), and who claims a moment.
Touches nothing: the wall clock is passed in. Must not: cost more than its bound, whatever stands in the schedule.

The calendars' part is swept when the schedule is made (in the library's thread); the rules' part here, in the loop,
some rules in each turn: RULES_A_TURN.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

from player.core.claims import NO_CLAIMS, Claim, Claims, Span, Stretch, stretch_at, sweep
from player.core.model import DayRule, Schedule

HORIZON = timedelta(days=8)
"""How far ahead a change is looked for: a week, in which every weekly rule has had its turn, and a day."""
DAY = timedelta(days=1)
RULES_A_TURN = 400
"""Rules looked at in one turn, or a single day's if those are more: a schedule of 40 rules is ready in the first turn."""
MOST_STRETCHES = 500
"""Stretches of one winner that are walked to find its end; there the schedule is asked again."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The rules' stretches from `begins` until `ends`; `next_day` is the first that is not in it yet."""

    schedule: Schedule
    begins: datetime
    ends: datetime
    next_day: date
    stretches: tuple[Stretch, ...] = ()

    def reaches(self, wall: datetime) -> bool:
        """Whether all is known that a choice at `wall` may need."""
        return self.begins <= wall and self.ends >= wall + HORIZON


@dataclass(frozen=True, slots=True)
class Winner:
    """claimed False: nobody claims the moment. playlist None: the dark, or nobody. ends None: not before `known_until`."""

    claimed: bool
    playlist: str | None
    ends: datetime | None
    known_until: datetime


def extend(table: Timetable | None, schedule: Schedule, wall: datetime, rules: float = RULES_A_TURN) -> Timetable:
    """The timetable with some days more, at least until `wall` is in it; what has passed is left out."""
    if table is None or table.schedule is not schedule or not table.begins <= wall <= table.ends:
        day = wall.astimezone(schedule.timezone).date()
        begins = _midnight(day, schedule.timezone)
        if begins > wall:  # a midnight that comes twice
            day -= DAY
            begins = _midnight(day, schedule.timezone)
        table = Timetable(schedule, begins, begins, day)
    looked_at = 0
    while not table.reaches(wall) and (
        looked_at == 0 or table.ends <= wall or looked_at + len(schedule.rules) <= rules
    ):
        looked_at += len(schedule.rules)
        table = _with_next_day(table)
    return _without_past(table, wall)


def find_winner(table: Timetable, wall: datetime, known: Collection[str]) -> Winner:
    """Whose playlist it is at `wall`, and until when. known: the playlists that exist."""
    rules, windows = table.stretches, table.schedule.window_stretches
    limit = min(wall + HORIZON, table.ends) if table.schedule.rules else wall + HORIZON
    i, j = stretch_at(rules, wall), stretch_at(windows, wall)
    first = pick(_claims(rules, i), _claims(windows, j), known)
    for _ in range(MOST_STRETCHES):
        ahead = [stretches[k + 1][0] for stretches, k in ((rules, i), (windows, j)) if k + 1 < len(stretches)]
        moment = min(ahead, default=limit)
        if moment >= limit:
            return Winner(*first, None, limit)
        i += i + 1 < len(rules) and rules[i + 1][0] <= moment
        j += j + 1 < len(windows) and windows[j + 1][0] <= moment
        if pick(_claims(rules, i), _claims(windows, j), known) != first:
            return Winner(*first, moment, limit)
    return Winner(*first, None, moment)


def pick(rules: Claims, windows: Claims, known: Collection[str]) -> tuple[bool, str | None]:
    """Whether anybody claims the moment, and the playlist that plays; (True, None): the dark.

    The dark is stronger than every show that does not go on through it. Of equal shows a rule stands before a calendar.
    """
    dark = rules.dark or windows.dark
    rule = _first_known(rules.through if dark else rules.shows, known)
    window = _first_known(windows.through if dark else windows.shows, known)
    show = window if rule is None or (window is not None and window[0] < rule[0]) else rule
    return (dark, None) if show is None else (True, show[1])


def walk(schedule: Schedule, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime, Claims, Claims]]:
    """Each stretch from `begins` until `ends`, with what rules and calendars claim of it. For tables, not for the loop."""
    moment, table, windows = begins, None, schedule.window_stretches
    while moment < ends:
        table = extend(table, schedule, moment, math.inf)
        i, j = stretch_at(table.stretches, moment), stretch_at(windows, moment)
        ahead = [some[k + 1][0] for some, k in ((table.stretches, i), (windows, j)) if k + 1 < len(some)]
        until = min(*ahead, table.ends, ends)
        yield moment, until, _claims(table.stretches, i), _claims(windows, j)
        moment = until


def _claims(stretches: tuple[Stretch, ...], index: int) -> Claims:
    return NO_CLAIMS if index < 0 else stretches[index][1]


def _first_known(shows: tuple[Claim, ...], known: Collection[str]) -> Claim | None:
    for claim in shows:
        if claim[1] in known:
            return claim
    return None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _with_next_day(table: Timetable) -> Timetable:
    day, zone = table.next_day, table.schedule.timezone
    ends = _midnight(day + DAY, zone)
    late, rules = table.schedule.late_rules, table.schedule.day_rules
    spans = _spans_on(late, day - DAY, zone, table.ends, ends) + _spans_on(rules, day, zone, table.ends, ends)
    stretches = sweep(spans)
    before = table.stretches[-1][1] if table.stretches else NO_CLAIMS
    if not stretches or stretches[0][0] > table.ends:
        stretches = ((table.ends, NO_CLAIMS), *stretches)
    if stretches[0][1] == before:
        stretches = stretches[1:]
    if stretches and stretches[-1][0] >= ends:  # what ends at midnight may go on in the next day
        stretches = stretches[:-1]
    return replace(table, ends=ends, next_day=day + DAY, stretches=table.stretches + stretches)


def _spans_on(rules: tuple[DayRule, ...], day: date, zone: tzinfo, begins: datetime, ends: datetime) -> list[Span]:
    """The part within [begins, ends) of what the rules claim on `day`.

    fold=0 as RFC 5545 says: a time that comes twice means the first, a time that is skipped the hour after.
    """
    weekday, at = day.weekday(), datetime.combine
    return [
        (max(begins, at(day, opens, zone).astimezone(UTC)), min(ends, at(day + over, closes, zone).astimezone(UTC)), claim)
        for days, first, last, opens, closes, over, claim in rules if weekday in days and first <= day <= last
    ]  # fmt: skip


def _without_past(table: Timetable, wall: datetime) -> Timetable:
    passed = stretch_at(table.stretches, wall)
    if passed <= 0:
        return table
    return replace(table, begins=table.stretches[passed][0], stretches=tuple(islice(table.stretches, passed, None)))
