"""`schedule.ics` into dated occurrences, for a bounded stretch of time; vetting/calendar_child.py does it in its process.

Knows: what of an event counts (iCalendar, RFC 5545: repetitions, exceptions, priority), and the limits. Touches nothing.
Must not: be imported by the daemon's process: the libraries are large, and a hostile rule may be endless.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from player.library.content.calendar_stamps import Zoned
from player.library.content.calendar_text import (
    LIBRARY_FAULTS,
    THROUGH_MARK,
    BadEvent,
    EventText,
    EventWriter,
    read_calendar_text,
    uid_of,
)

OCCURRENCES_LIMIT = 20_000
EVENTS_LIMIT = 5_000
PROBLEMS_LIMIT = 100
LEFT_OUT = "; it is left out, the rest goes on"
_AGAIN = "export the calendar again"
_MIDDLE_PRIORITY = 5
"""RFC 5545, 3.8.1.9: 1 is the highest, 9 the lowest, 0 not said; not said counts as the middle, our 0."""

ProblemRow = list[Any]
"""What is wrong, the remedy, the line in the file or None."""


def expand(text: str, zone: tzinfo, begins: datetime, ends: datetime) -> dict[str, Any]:
    """{"windows": [[summary, from, until, priority], ...], "problems": [...], "refused": [...]}; times in UTC.

    problems: a ProblemRow each; refused: those of them that cost an event.

    A fifth field, True: the occurrence goes on through the dark. With "unreadable": True nothing of it counts: it is no
    calendar, or cut off, or none of its events can be read.
    At equal priority the shorter occurrence comes first: an event of an hour in one of a week was meant to show.
    """
    calendar = read_calendar_text(text)
    if not calendar.begun:
        return _unreadable(["not a calendar", _AGAIN, None])
    if not calendar.whole:
        return _unreadable(["the file is cut off", _AGAIN, None])
    problems: list[ProblemRow] = []
    writer = EventWriter(calendar, Zoned("", zone, floating=True), ends)
    written: list[_Written] = []
    for event in calendar.events[:EVENTS_LIMIT]:
        written += _write(event, writer, problems)
    if not calendar.events:
        problems.append(["it holds no events", _AGAIN, None])
    if len(calendar.events) > EVENTS_LIMIT:
        problems.append([f"more than {EVENTS_LIMIT} events; the rest is left out", "export fewer events", None])
    windows: list[tuple[int, timedelta, list[Any]]] = []
    for occurrence in _occurrences(written, writer.zone_lines(), begins, ends, problems):
        if str(occurrence.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if len(windows) >= OCCURRENCES_LIMIT:
            what = f"more than {OCCURRENCES_LIMIT} occurrences; the rest is left out"
            problems.append([what, "export fewer events", None])
            break
        start, stop = _moment(occurrence["DTSTART"].dt, zone), _moment(occurrence["DTEND"].dt, zone)
        priority = _priority(occurrence)
        row = [_summary(occurrence), start.isoformat(), stop.isoformat(), priority]
        windows.append((-priority, stop - start, row + [True] * (THROUGH_MARK in occurrence)))
    windows.sort(key=lambda entry: entry[:2])
    refused = [row for row in problems if row[0].endswith(LEFT_OUT)]
    found = {
        "windows": [row for _, _, row in windows],
        "problems": problems[:PROBLEMS_LIMIT],
        "refused": refused[:PROBLEMS_LIMIT],
    }
    return {**found, "unreadable": True} if calendar.events and not written else found


def _unreadable(problem: ProblemRow) -> dict[str, Any]:
    return {"windows": [], "problems": [problem], "refused": [problem], "unreadable": True}


# ---- events

_Written = tuple[EventText, list[str]]


def _write(event: EventText, writer: EventWriter, problems: list[ProblemRow]) -> Iterator[_Written]:
    """The event with its lines; one that cannot count is named with its title, day and line."""
    if not event.name:
        problems.append(["an event without a summary", "its summary must be a playlist's name, or DARK", event.line])
        return
    remarks: list[str] = []
    try:
        lines = writer.write(event, remarks)
    except BadEvent as bad:
        problems.append([f"{event.name!r}{event.day} {bad.what}{LEFT_OUT}", bad.remedy, event.line])
        return
    problems += [[f"{event.name!r}{event.day} {remark}", "correct it", event.line] for remark in remarks]
    yield event, lines


def _occurrences(
    written: list[_Written], zones: list[str], begins: datetime, ends: datetime, problems: list[ProblemRow]
) -> Iterator[Any]:
    """All of them at once; when the library chokes on one event, each series by itself, so that one costs only itself."""
    try:
        yield from _expanded([lines for _, lines in written], zones, begins, ends)
        return
    except LIBRARY_FAULTS:
        pass
    series: dict[str, list[_Written]] = {}
    for event, lines in written:
        series.setdefault(uid_of(event), []).append((event, lines))
    for parts in series.values():
        try:
            yield from _expanded([lines for _, lines in parts], zones, begins, ends)
        except LIBRARY_FAULTS:
            event = parts[0][0]
            what = f"{event.name!r}{event.day} cannot be expanded{LEFT_OUT}"
            problems.append([what, "write it anew in the calendar", event.line])


def _expanded(parts: list[list[str]], zones: list[str], begins: datetime, ends: datetime) -> list[Any]:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:panel-player", *zones]
    lines += [line for part in parts for line in part]
    calendar = Calendar.from_ical("\r\n".join([*lines, "END:VCALENDAR", ""]))
    return list(recurring_ical_events.of(calendar).between(begins, ends))


def _summary(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:200]


def _priority(event: Any) -> int:
    said = str(event.get("PRIORITY", 0))
    if said.isdecimal() and 1 <= int(said) <= 9:
        return _MIDDLE_PRIORITY - int(said)
    return 0


def _moment(value: date | datetime, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
