"""The week as blocks: which rule of a schedule is on screen when, and where two rules want the same time.

Knows: a rule by its place in the file, a calendar's event, the default playlist. Touches nothing.
Must not: decide who wins (core/playing/timetable.py does).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from player.base.clocks import local
from player.core.claims import Claims
from player.core.model import DEFAULT_PLAYLIST, Schedule, ScheduleRule
from player.core.playing.timetable import pick, walk
from player.office.web.content.schedule_rules import RuleRow

WEEK = timedelta(days=7)
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class WeekBlock:
    """A stretch of one day. playlist None: the dark. rule: its place among the schedule's rules; None: no rule of the file.

    begins, ends: minutes of the day as its clock shows them. calendar: an event of schedule.ics asks for it.
    """

    day: date
    begins: int
    ends: int
    playlist: str | None
    rule: int | None = None
    calendar: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """Two shows that want the same time. winner, loser: places of rules; None: a calendar's event.

    begins, ends: the first time in the week, in the schedule's zone. times: so often in the week. equal: their priorities are.
    """

    winner: int | None
    loser: int | None
    winner_playlist: str
    loser_playlist: str
    begins: datetime
    ends: datetime
    times: int
    equal: bool


def week_blocks(schedule: Schedule, known: Collection[str], monday: date) -> list[WeekBlock]:
    """What is on screen in the seven days from `monday` on, as a trusted clock sees it. known: the playlists that exist."""
    marked = _Marked(schedule, known)
    default = DEFAULT_PLAYLIST if DEFAULT_PLAYLIST in known else min(known, default=DEFAULT_PLAYLIST)
    blocks: list[WeekBlock] = []
    for begins, ends, mark in marked.winners(*_bounds(schedule, monday)):
        shown = marked.meaning(mark, default)
        for day, first, last in _days_of(begins, ends, schedule):
            block = replace(shown, day=day, begins=first, ends=last)
            if blocks and replace(blocks[-1], ends=block.ends) == replace(block, begins=blocks[-1].begins):
                blocks[-1] = replace(blocks[-1], ends=block.ends)
            else:
                blocks.append(block)
    return blocks


def week_clashes(schedule: Schedule, known: Collection[str], monday: date) -> list[Clash]:
    """The pairs of shows that want the same time in the week, in the order of their first meeting."""
    marked = _Marked(schedule, known)
    found: dict[tuple[str, str], Clash] = {}
    before: dict[tuple[str, str], datetime] = {}
    for begins, ends, rules, windows in walk(marked.schedule, *_bounds(schedule, monday)):
        claims = _strongest_first(rules, windows, marked.marks)
        for rank, mark in claims[1:]:
            pair = (claims[0][1], mark)
            if pair not in found:
                found[pair] = marked.clash(pair, begins, ends, equal=rank == claims[0][0])
            elif before[pair] != begins:
                found[pair] = replace(found[pair], times=found[pair].times + 1)
            elif found[pair].times == 1:
                found[pair] = replace(found[pair], ends=local(ends, schedule.timezone))
            before[pair] = ends
    return list(found.values())


class _Marked:
    """A schedule whose playlists are replaced by marks, so that the winner of a moment tells which rule it was."""

    def __init__(self, schedule: Schedule, known: Collection[str]) -> None:
        rules = {f"r{n}": rule for n, rule in enumerate(schedule.rules)}
        windows = {f"w{n}": window for n, window in enumerate(schedule.windows)}
        self._playlists = {
            **{mark: rule.playlist for mark, rule in rules.items()},
            **{mark: window.playlist for mark, window in windows.items()},
        }
        self.marks = {mark for mark, playlist in self._playlists.items() if playlist in known}
        self.schedule = Schedule(
            schedule.timezone,
            tuple(replace(rule, playlist=rule.playlist and mark) for mark, rule in rules.items()),
            tuple(replace(window, playlist=window.playlist and mark) for mark, window in windows.items()),
        )
        self._darks = Schedule(
            schedule.timezone,
            tuple(replace(rule, playlist=mark) for mark, rule in rules.items() if rule.playlist is None),
            tuple(replace(window, playlist=mark) for mark, window in windows.items() if window.playlist is None),
        )
        self._dark_marks = {mark for mark, playlist in self._playlists.items() if playlist is None}

    def winners(self, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime, str]]:
        """Each stretch with the mark of its winner; "": nobody claims it."""
        for starts, stops, rules, windows in walk(self.schedule, begins, ends):
            claimed, mark = pick(rules, windows, self.marks)
            if mark is not None:
                yield starts, stops, mark
            elif not claimed:
                yield starts, stops, ""
            else:
                for first, last, dark_rules, dark_windows in walk(self._darks, starts, stops):
                    yield first, last, pick(dark_rules, dark_windows, self._dark_marks)[1] or ""

    def meaning(self, mark: str, default: str) -> WeekBlock:
        """Whose block it is, without its time."""
        playlist = self._playlists[mark] if mark else default
        return WeekBlock(date.min, 0, 0, playlist, _place(mark), mark.startswith("w"))

    def clash(self, pair: tuple[str, str], begins: datetime, ends: datetime, *, equal: bool) -> Clash:
        winner, loser = (self._playlists[mark] or "" for mark in pair)
        zone = self.schedule.timezone
        return Clash(
            _place(pair[0]), _place(pair[1]), winner, loser, local(begins, zone), local(ends, zone), times=1, equal=equal
        )  # fmt: skip


def _place(mark: str) -> int | None:
    return int(mark[1:]) if mark.startswith("r") else None


def _strongest_first(rules: Claims, windows: Claims, marks: Collection[str]) -> Sequence[tuple[int, str]]:
    """Of a moment the shows that can be played; a rule before a calendar's event of the same priority. Nothing in the dark."""
    if rules.dark or windows.dark:
        return ()
    shows = [claim for claim in (*rules.shows, *windows.shows) if claim[1] in marks]
    return sorted(shows, key=lambda claim: claim[0])


def _bounds(schedule: Schedule, monday: date) -> tuple[datetime, datetime]:
    """The week's first and last moment, each as the zone's own clock says midnight."""
    begins, ends = (datetime.combine(day, time.min, schedule.timezone) for day in (monday, monday + WEEK))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _days_of(begins: datetime, ends: datetime, schedule: Schedule) -> Iterator[tuple[date, int, int]]:
    """The stretch cut at midnights, as minutes of each day's clock."""
    there, until = local(begins, schedule.timezone), local(ends, schedule.timezone)
    day, first = there.date(), there.hour * 60 + there.minute
    while day < until.date():
        if first < DAY_MINUTES:
            yield day, first, DAY_MINUTES
        day, first = day + timedelta(days=1), 0
    if (last := until.hour * 60 + until.minute) > first:
        yield day, first, last


def rules_with_places(rows: Sequence[RuleRow]) -> tuple[tuple[ScheduleRule, ...], tuple[int, ...]]:
    """The rules that say what plays, in their order, and of each its place among all rows of the file."""
    found = [(row.rule, place) for place, row in enumerate(rows) if row.rule is not None and row.kind != "ticker"]
    return tuple(rule for rule, _ in found), tuple(place for _, place in found)
