"""`schedule.ics` into dated occurrences, for a bounded stretch of time; vetting/calendar_child.py does it in its process.

Knows: iCalendar (RFC 5545): RRULE, EXDATE, RECURRENCE-ID, PRIORITY, all-day and floating times. Touches nothing.
Must not: be imported by the daemon's process: the libraries are large, and a hostile rule may be endless.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import recurring_ical_events
from icalendar import Calendar

OCCURRENCES_LIMIT = 20_000
EVENTS_LIMIT = 5_000
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})
_MIDDLE_PRIORITY = 5
"""RFC 5545, 3.8.1.9: 1 is the highest, 9 the lowest, 0 not said; not said counts as the middle, our 0."""


def expand(text: str, zone: tzinfo, begins: datetime, ends: datetime) -> dict[str, Any]:
    """{"windows": [[summary, from, until, priority], ...], "problems": [[what, remedy], ...]}; times in UTC.

    With "unreadable": True it is no calendar at all.

    At equal priority the shorter occurrence comes first: an event of an hour in one of a week was meant to show.
    """
    problems: list[list[str]] = []
    again = "export the calendar again"
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError, TypeError, RecursionError) as error:
        return {"windows": [], "problems": [[f"not a calendar ({str(error)[:100]})", again]], "unreadable": True}
    if not isinstance(calendar, Calendar):
        return {"windows": [], "problems": [["not a calendar", again]], "unreadable": True}
    _drop_hopeless(calendar, problems)
    windows: list[tuple[int, timedelta, list[Any]]] = []
    occurrence: Any
    for occurrence in recurring_ical_events.of(calendar, skip_bad_series=True).between(begins, ends):
        if str(occurrence.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if len(windows) >= OCCURRENCES_LIMIT:
            problems.append([f"more than {OCCURRENCES_LIMIT} occurrences; the rest is left out", "export fewer events"])
            break
        start, stop = _moment(occurrence["DTSTART"].dt, zone), _end(occurrence, zone)
        if stop <= start:
            problems.append([f"{_summary(occurrence)!r} on {start.date()} has no length", "give it an end"])
            continue
        priority = _priority(occurrence)
        row = [_summary(occurrence), start.isoformat(), stop.isoformat(), priority]
        windows.append((-priority, stop - start, row))
    windows.sort(key=lambda entry: entry[:2])
    return {"windows": [row for _, _, row in windows], "problems": problems[:100]}


def _drop_hopeless(calendar: Calendar, problems: list[list[str]]) -> None:
    """Events without a name or a begin, and rules that repeat every second, leave before anything is expanded."""
    kept: list[Any] = []
    count = 0
    for part in calendar.subcomponents:
        if part.name == "VEVENT":
            count += 1
            name = _summary(part)
            rules = part.get("RRULE", [])
            often = {
                str(f).upper() for rule in (rules if isinstance(rules, list) else [rules]) for f in rule.get("FREQ", [])
            }
            if count > EVENTS_LIMIT:
                continue
            if not name:
                problems.append(["an event without a summary", "its summary must be a playlist's name, or DARK"])
                continue
            if fault := _fault_of_times(part):
                problems.append([f"{name!r} {fault}; it is left out", "give it a begin and a later end"])
                continue
            if often & _TOO_OFTEN:
                problems.append(
                    [f"{name!r} repeats every second or minute; it is left out", "repeat it by hours or days"]
                )
                continue
        kept.append(part)
    if not count:
        problems.append(["it holds no events", "export the calendar again"])
    if count > EVENTS_LIMIT:
        problems.append([f"more than {EVENTS_LIMIT} events; the rest is left out", "export fewer events"])
    calendar.subcomponents = kept


def _fault_of_times(event: Any) -> str:
    start = getattr(event.get("DTSTART"), "dt", None)
    if not isinstance(start, date):
        return "has no begin that can be read"
    if "DTEND" in event:
        stop = getattr(event["DTEND"], "dt", None)
        if not isinstance(stop, date) or _moment(stop, UTC) <= _moment(start, UTC):
            return "does not end after it begins"
    return ""


def _summary(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:200]


def _priority(event: Any) -> int:
    with contextlib.suppress(ValueError, TypeError):
        said = int(event.get("PRIORITY", 0))
        if 1 <= said <= 9:
            return _MIDDLE_PRIORITY - said
    return 0


def _end(event: Any, zone: tzinfo) -> datetime:
    if "DTEND" in event:
        return _moment(event["DTEND"].dt, zone)
    start = event["DTSTART"].dt
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return _moment(start, zone) + length
    return _moment(start, zone) + (timedelta(0) if isinstance(start, datetime) else timedelta(days=1))


def _moment(value: date | datetime, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
