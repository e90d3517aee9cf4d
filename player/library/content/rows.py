"""What the parsers of texts find, as rows of JSON and back: for a release's record, and for the child that parses.

Knows: the rows of a rule, an occurrence, a playlist entry, a problem. Touches nothing.
Must not: believe a row: it comes from a disk that may be damaged, or from a child that a hostile file has taken over.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from player.base.strict_json import as_list, as_moment, as_seconds, as_table, as_text, as_truth, as_whole, perhaps
from player.core.model import Fit, Problem, ScheduleRule, ScheduleWindow
from player.library.content.playlist_entry import PlaylistEntry
from player.library.content.ticker_rule import TickerRule

Row = dict[str, Any]
PRIORITY_LIMIT = 1_000_000
"""What `schedule.toml` may say (content/schedule_file.py); a calendar's priorities are smaller."""


def rule_row(rule: ScheduleRule) -> Row:
    row: Row = {
        "playlist": rule.playlist,
        "days": sorted(rule.days),
        "from": iso(rule.begins),
        "until": iso(rule.ends),
        "start": iso(rule.start),
        "end": iso(rule.end),
        "priority": rule.priority,
    }
    return _with_through_dark(row, rule.through_dark)


def rule_of(row: object) -> ScheduleRule:
    """Raises ValueError."""
    table = as_table(row)
    return ScheduleRule(
        playlist=perhaps(as_text, table.get("playlist")),
        days=frozenset(as_whole(day, most=6) for day in as_list(table.get("days"))),
        begins=perhaps(_as_time, table.get("from")),
        ends=perhaps(_as_time, table.get("until")),
        start=perhaps(_as_date, table.get("start")),
        end=perhaps(_as_date, table.get("end")),
        priority=_as_priority(table.get("priority")),
        through_dark=as_truth(table.get("through_dark", False)),
    )


def window_row(window: ScheduleWindow) -> Row:
    row: Row = {
        "playlist": window.playlist,
        "from": iso(window.begins),
        "until": iso(window.ends),
        "priority": window.priority,
    }
    return _with_through_dark(row, window.through_dark)


def _with_through_dark(row: Row, through_dark: bool) -> Row:
    """Only where it is said: the rows of a release that an earlier version adopted stay the same rows."""
    return {**row, "through_dark": True} if through_dark else row


def window_of(row: object) -> ScheduleWindow:
    """Raises ValueError."""
    table = as_table(row)
    begins, ends = as_moment(table.get("from")), as_moment(table.get("until"))
    return ScheduleWindow(
        perhaps(as_text, table.get("playlist")), begins, ends, _as_priority(table.get("priority")),
        as_truth(table.get("through_dark", False)),
    )  # fmt: skip


def ticker_row(ticker: TickerRule) -> list[Any]:
    return [rule_row(ticker.rule), ticker.text, ticker.file, ticker.line]


def ticker_of(row: object) -> TickerRule:
    """Raises ValueError."""
    rule, text, file, line = _fields(row, 4)
    return TickerRule(rule_of(rule), as_text(text), as_text(file), perhaps(as_whole, line))


def entry_row(entry: PlaylistEntry) -> list[Any]:
    return [entry.where, entry.line, entry.seconds, entry.title, entry.volume, entry.fit, iso(entry.valid_from),
            iso(entry.valid_until)]  # fmt: skip


def entry_of(row: object) -> PlaylistEntry:
    """Raises ValueError."""
    where, line, seconds, title, volume, fit, begins, ends = _fields(row, 8)
    return PlaylistEntry(
        as_text(where), perhaps(as_whole, line), perhaps(as_seconds, seconds), perhaps(as_text, title),
        perhaps(as_percent, volume), perhaps(as_fit, fit), perhaps(as_moment, begins), perhaps(as_moment, ends),
    )  # fmt: skip


def problem_row(problem: Problem) -> list[Any]:
    return [problem.where, problem.what, problem.remedy, problem.line]


def problem_of(row: object) -> Problem:
    """Raises ValueError."""
    where, what, remedy, line = _fields(row, 4)
    return Problem(as_text(where), as_text(what), as_text(remedy), perhaps(as_whole, line))


def as_percent(value: object) -> int:
    return as_whole(value, most=100)


def as_fit(value: object) -> Fit:
    return Fit(as_text(value))


def iso(value: datetime | date | time | None) -> str | None:
    return None if value is None else value.isoformat()


def _fields(row: object, count: int) -> list[Any]:
    if len(fields := as_list(row)) != count:
        raise ValueError(f"a row of {len(fields)} fields instead of {count}")
    return fields


def _as_time(value: object) -> time:
    moment = time.fromisoformat(as_text(value))
    if moment.tzinfo is not None:
        raise ValueError("a rule's time of the day has a time zone")
    return moment


def _as_date(value: object) -> date:
    return date.fromisoformat(as_text(value))


def _as_priority(value: object) -> int:
    return as_whole(value, -PRIORITY_LIMIT, PRIORITY_LIMIT)
