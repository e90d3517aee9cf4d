"""Which playlist plays at a moment, and until when: dayparting, planned dark, calendars, clock trust.

Knows: what a choice is called, and what counts when the clock is not believed (who claims a moment: timetable.py).
Touches nothing: the wall clock is passed in. Must not: know what lies in a playlist, or what plays now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, tzinfo

from player.base.clocks import ClockTrust, local
from player.core.claims import NO_CLAIMS, Claims
from player.core.model import ALL_DAYS, DEFAULT_PLAYLIST, Choice, Schedule, ScheduleRule
from player.core.playing.timetable import DAY, Timetable, extend, find_winner, pick

ALL_RULES = float("inf")


def choose_playlist(schedule: Schedule, wall: datetime, trust: ClockTrust, known: Collection[str]) -> Choice:
    """What should play at `wall` (aware), and why. The loop asks `choose_from` instead, which costs it less.

    known: the playlists that exist; a rule that names another one is passed over.
    valid_until is aware and after `wall`: the next moment at which another playlist (or the dark) has its turn. When
    there is none within HORIZON it is the end of HORIZON: ask again then. None: time alone will change nothing.
    With a bad clock only rules without any day, date or time count.
    """
    if trust is ClockTrust.BAD or is_empty(schedule):
        return choose_untimed(schedule, trust, known)
    return choose_from(extend(None, schedule, wall, ALL_RULES), wall, known)


def choose_from(table: Timetable, wall: datetime, known: Collection[str]) -> Choice:
    """As choose_playlist, from a timetable that may not reach HORIZON yet: then valid_until is how far it is known."""
    winner = find_winner(table, wall, known)
    if not winner.claimed:
        default = _without_schedule(known, "")
        return Choice(default.playlist, default.reason, winner.ends or winner.known_until)
    until = f" until {spell_moment(winner.ends, wall, table.schedule.timezone)}" if winner.ends else ""
    return Choice(winner.playlist, f"schedule: {_spell(winner.playlist)}{until}", winner.ends or winner.known_until)


def choose_untimed(schedule: Schedule, trust: ClockTrust, known: Collection[str]) -> Choice:
    """For a schedule that is empty, or a clock that is not believed."""
    return _choose_blind(schedule, known) if trust is ClockTrust.BAD else _without_schedule(known, "")


def is_empty(schedule: Schedule) -> bool:
    return not schedule.rules and not schedule.windows


def list_choices(
    schedule: Schedule, begins: datetime, ends: datetime, known: Collection[str]
) -> Iterator[tuple[datetime, Choice]]:
    """Each change of choice with its moment (aware), from `begins` until `ends`, as a trusted clock sees it."""
    if is_empty(schedule):
        yield begins, choose_untimed(schedule, ClockTrust.SYNCED, known)
        return
    moment, before, table = begins, None, None
    while moment < ends:
        table = extend(table, schedule, moment, ALL_RULES)
        choice = choose_from(table, moment, known)
        if before is None or choice.playlist != before.playlist:
            yield moment, choice
        assert choice.valid_until is not None, "only an empty schedule never changes"
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
    always = [rule for rule in schedule.rules if is_always(rule)]
    always.sort(key=lambda rule: -rule.priority)
    shows = tuple((-rule.priority, rule.playlist) for rule in always if rule.playlist is not None)
    through = tuple(
        (-rule.priority, rule.playlist) for rule in always if rule.playlist is not None and rule.through_dark
    )
    dark = any(rule.playlist is None for rule in always)
    claimed, playlist = pick(Claims(dark, shows, through), NO_CLAIMS, known)
    if claimed:
        return Choice(playlist, f"schedule: {_spell(playlist)}")
    timed = bool(schedule.rules or schedule.windows)
    return _without_schedule(known, ": the clock cannot be trusted" if timed else "")
