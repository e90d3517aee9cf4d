"""Which playlist plays at a moment, and until when: dayparting, planned dark, calendars, clock trust.

Knows: rules and windows, their priorities, how a wall time of day becomes a moment in a time zone (RFC 5545, 3.3.5).
Touches nothing: the wall clock is passed in. Must not: know what lies in a playlist, or what plays now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from player.base.clocks import ClockTrust, local
from player.core.model import ALL_DAYS, DEFAULT_PLAYLIST, Choice, Schedule, ScheduleRule

HORIZON = timedelta(days=8)
"""How far ahead a change is looked for: a week, in which every weekly rule has had its turn, and a day."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Span:
    """One stretch of time that one rule or window claims. Lower rank wins."""

    rank: tuple[int, bool, int]
    playlist: str | None
    begins: datetime
    ends: datetime


def choose_playlist(schedule: Schedule, wall: datetime, trust: ClockTrust, known: Collection[str]) -> Choice:
    """What should play at `wall` (aware), and why.

    known: the playlists that exist; a rule that names another one is passed over.
    valid_until is aware and after `wall`: the next moment at which another playlist (or the dark) has its turn. When
    there is none within HORIZON it is the end of HORIZON: ask again then. None: time alone will change nothing.
    With a bad clock only rules without any day, date or time count.
    """
    if trust is ClockTrust.BAD:
        return _choose_blind(schedule, known)
    if not schedule.rules and not schedule.windows:
        return _without_schedule(known, "")
    wall = wall.astimezone(UTC)
    limit = wall + HORIZON
    spans = list(_spans(schedule, wall, limit, known))
    first = _best_at(spans, wall)
    changes = _next_change(spans, wall, limit, first)
    if first is None:
        default = _without_schedule(known, "")
        return Choice(default.playlist, default.reason, changes or limit)
    until = f" until {spell_moment(changes, wall, schedule.timezone)}" if changes else ""
    return Choice(first.playlist, f"schedule: {_spell(first.playlist)}{until}", changes or limit)


def list_choices(
    schedule: Schedule, begins: datetime, ends: datetime, known: Collection[str]
) -> Iterator[tuple[datetime, Choice]]:
    """Each change of choice with its moment (aware), from `begins` until `ends`, as a trusted clock sees it."""
    moment, before = begins, None
    while moment < ends:
        choice = choose_playlist(schedule, moment, ClockTrust.SYNCED, known)
        if before is None or choice.playlist != before.playlist:
            yield moment, choice
        if choice.valid_until is None:
            return
        moment, before = choice.valid_until, choice


def is_always(rule: ScheduleRule) -> bool:
    """Whether the rule holds whatever the clock says."""
    return (
        rule.days >= ALL_DAYS and rule.begins is None and rule.ends is None and rule.start is None and rule.end is None
    )


def spell_moment(moment: datetime, seen_from: datetime, zone: tzinfo) -> str:
    """ "09:30" within the coming 24 hours, "2026-12-08 00:00" later; in the schedule's zone; seconds only if any."""
    there = local(moment, zone)
    clock = there.strftime("%H:%M:%S" if there.second else "%H:%M")
    return clock if moment - seen_from <= DAY else f"{there.date().isoformat()} {clock}"


def _spell(playlist: str | None) -> str:
    return "dark" if playlist is None else playlist


def _without_schedule(known: Collection[str], why: str) -> Choice:
    """The default playlist; where an operator made none, the first by name: something is always seen."""
    if DEFAULT_PLAYLIST in known or not known:
        return Choice(DEFAULT_PLAYLIST, f"default playlist{why}")
    instead = min(known)
    return Choice(instead, f"no default playlist, {instead} plays instead{why}")


def _choose_blind(schedule: Schedule, known: Collection[str]) -> Choice:
    always = [
        (_rank(rule.priority, rule.playlist, order), rule)
        for order, rule in enumerate(schedule.rules)
        if is_always(rule) and (rule.playlist is None or rule.playlist in known)
    ]
    if always:
        playlist = min(always, key=lambda pair: pair[0])[1].playlist
        return Choice(playlist, f"schedule: {_spell(playlist)}")
    timed = bool(schedule.rules or schedule.windows)
    return _without_schedule(known, ": the clock cannot be trusted" if timed else "")


def _rank(priority: int, playlist: str | None, order: int) -> tuple[int, bool, int]:
    return -priority, playlist is not None, order


def _spans(schedule: Schedule, begins: datetime, ends: datetime, known: Collection[str]) -> Iterator[_Span]:
    """Every stretch of time that touches [begins, ends), of rules and windows whose playlist exists."""
    # A window over midnight began the day before; local dates differ from UTC's by up to a day.
    first = begins.astimezone(schedule.timezone).date() - DAY
    days = [first + DAY * n for n in range((ends - begins).days + 3)]
    for order, rule in enumerate(schedule.rules):
        if rule.playlist is None or rule.playlist in known:
            rank = _rank(rule.priority, rule.playlist, order)
            for day in days:
                if _counts_on(rule, day):
                    start, stop = _bounds(rule, day, schedule.timezone)
                    if start < stop and stop > begins and start < ends:
                        yield _Span(rank, rule.playlist, start, stop)
    for order, window in enumerate(schedule.windows, len(schedule.rules)):
        if window.ends > begins and window.begins < ends and (window.playlist is None or window.playlist in known):
            rank = _rank(window.priority, window.playlist, order)
            yield _Span(rank, window.playlist, window.begins, window.ends)


def _counts_on(rule: ScheduleRule, day: date) -> bool:
    return (
        day.weekday() in rule.days
        and (rule.start is None or day >= rule.start)
        and (rule.end is None or day <= rule.end)
    )


def _bounds(rule: ScheduleRule, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The window that the rule opens on `day`, in UTC. One bound missing: from, or until, the day's midnight."""
    begins = rule.begins or time.min
    ends = rule.ends or time.min
    last = day if ends > begins else day + DAY
    # fold=0 as RFC 5545 says: a time that comes twice means the first, a time that is skipped the hour after.
    start = datetime.combine(day, begins.replace(tzinfo=None, fold=0), zone)
    stop = datetime.combine(last, ends.replace(tzinfo=None, fold=0), zone)
    return start.astimezone(UTC), stop.astimezone(UTC)


def _best_at(spans: list[_Span], moment: datetime) -> _Span | None:
    return min((s for s in spans if s.begins <= moment < s.ends), key=lambda s: s.rank, default=None)


def _next_change(spans: list[_Span], moment: datetime, limit: datetime, first: _Span | None) -> datetime | None:
    """When another playlist than `first`'s has its turn; None: not before `limit`."""
    now = first
    while True:
        better = (s.begins for s in spans if s.begins > moment and (now is None or s.rank < now.rank))
        moment = min(better, default=limit) if now is None else min(now.ends, min(better, default=limit))
        if moment >= limit:
            return None
        now = _best_at(spans, moment)
        if (now is None) != (first is None) or (now and first and now.playlist != first.playlist):
            return moment
