"""`bookings.toml`: what was promised to whom; which items, how often a day, on which panels, when.

Knows: the file's keys, and a clear sentence for each wrong thing in it. Pure: touches nothing, it gets the bytes.
Must not: know what was shown (reports/airtime.py does).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from itertools import combinations
from typing import Any

from player.base.near import NearNames
from player.base.toml_slips import Guess
from player.bundle.manifest import PANEL_NAME
from player.library.content.dates import advice_for_date
from player.office.records.days import MINUTES_OF_A_DAY, WHOLE_DAY, Hours, parse_hours
from player.settings.toml_fault import spell_toml_fault

BOOKINGS_LIMIT_BYTES = 1 << 20
BOOKINGS_LIMIT = 1000
PLAYS_LIMIT = 86_400
"""A play a second."""
SECONDS_LIMIT = 86_400
KEYS = ("client", "contract", "items", "plays_per_day", "seconds_per_day", "start", "end", "panels", "hours")
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")


@dataclass(frozen=True, slots=True)
class Booking:
    """plays or seconds (the other is None): for each day and each panel. panels: names and patterns."""

    client: str
    contract: str
    items: tuple[str, ...]
    plays: int | None
    seconds: int | None
    start: date
    end: date
    panels: tuple[str, ...] = ("*",)
    hours: tuple[Hours, ...] = WHOLE_DAY
    line: int = 0

    def covers_panel(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.panels)

    def covers_day(self, day: date) -> bool:
        return self.start <= day <= self.end

    def covers_item(self, path: str, sha256: str) -> bool:
        """By its path, a pattern of it, or its content."""
        for wanted in self.items:
            if found := _SHA256.fullmatch(wanted):
                if found[1].casefold() == sha256.casefold():
                    return True
            elif wanted == path or fnmatchcase(path, wanted):
                return True
        return False

    def __str__(self) -> str:
        return f"{self.client} ({self.contract})" if self.contract else self.client


@dataclass(frozen=True, slots=True)
class Bookings:
    """faults: one sentence for each thing that somebody should put right; what they are about may count all the same."""

    bookings: tuple[Booking, ...] = ()
    faults: tuple[str, ...] = ()


class _Wrong(Exception):
    """What is wrong with one booking, and what to write."""


def parse_bookings(raw: bytes, name: str) -> Bookings:
    """Every booking that can be understood; one that cannot is left out and named, the rest counts."""
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n")
        tables = tomllib.loads(text) if len(raw) <= BOOKINGS_LIMIT_BYTES else None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Bookings(faults=(f"{name} line {line}: not UTF-8 text; save it as UTF-8",))
    except tomllib.TOMLDecodeError as error:
        return Bookings(faults=(f"{name}: not valid TOML: {spell_toml_fault(error, text, _meant_dates)}",))
    except (ValueError, RecursionError):  # the parser's own limits: a number of 5,000 digits, 3,000 brackets
        return Bookings(faults=(f"{name}: not valid TOML: a number is too long, or brackets are too deep",))
    if tables is None:
        return Bookings(faults=(f"{name}: larger than 1 MB; that is no list of bookings",))
    faults = [f"{name}: {key!r} is not known here; write [[booking]]" for key in tables if key != "booking"]
    entries = tables.get("booking", [])
    if not isinstance(entries, list):
        faults.append(f"{name}: [booking] has one pair of brackets; write [[booking]]")
        entries = [entries]
    if len(entries) > BOOKINGS_LIMIT:
        faults.append(f"{name}: more than {BOOKINGS_LIMIT} bookings; the rest is left out")
    lines = [n for n, line in enumerate(text.split("\n"), 1) if re.match(r"\s*\[\[?\s*booking\s*\]", line)]
    bookings: list[Booking] = []
    for number, entry in enumerate(entries[:BOOKINGS_LIMIT]):
        line = lines[number] if number < len(lines) else 0
        try:
            bookings.append(_booking(entry, line))
        except _Wrong as wrong:
            faults.append(f"{name} line {line}: {_called(entry)}{wrong}; this booking is left out")
    faults += [f"{name} {sentence}" for sentence in _overlaps(bookings)]
    return Bookings(tuple(bookings), tuple(faults))


def _booking(entry: object, line: int) -> Booking:
    if not isinstance(entry, dict):
        raise _Wrong("it is no table; write [[booking]] on a line of its own")
    for key in entry:
        if key not in KEYS:
            near = NearNames(KEYS).near(key, 0.6)
            raise _Wrong(f"{key!r} is not known; " + (f"did you mean {near}?" if near else f"use {', '.join(KEYS)}"))
    plays = _count(entry, "plays_per_day", PLAYS_LIMIT)
    seconds = _count(entry, "seconds_per_day", SECONDS_LIMIT)
    if (plays is None) == (seconds is None):
        both = "gives both" if plays is not None else "gives neither"
        raise _Wrong(
            f"it {both} plays_per_day {'and' if plays is not None else 'nor'} seconds_per_day; write one of them"
        )
    booking = Booking(
        client=_text(entry, "client", required=True),
        contract=_text(entry, "contract"),
        items=_texts(entry, "items", "media/film.mp4"),
        plays=plays,
        seconds=seconds,
        start=_date(entry, "start"),
        end=_date(entry, "end"),
        panels=_texts(entry, "panels", "*") if "panels" in entry else ("*",),
        hours=_hours(entry.get("hours")),
        line=line,
    )
    if booking.end < booking.start:
        raise _Wrong(f"its end {booking.end} lies before its start {booking.start}; correct the dates")
    for panel in booking.panels:
        if not PANEL_NAME.fullmatch(re.sub(r"[*?]+", "aaa", panel)[:32]):
            raise _Wrong(f'{panel[:40]!r} is no panel\'s name; write names like alun-alun, or "*" for all')
    return booking


def _called(entry: object) -> str:
    client = entry.get("client") if isinstance(entry, dict) else None
    return f"the booking of {client[:60]}: " if isinstance(client, str) and client else ""


def _text(entry: dict[str, Any], key: str, *, required: bool = False) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise _Wrong(f'{key} is missing; write {key} = "..."' if not value else f"{key} is no text; put it in quotes")
    return value.strip()


def _texts(entry: dict[str, Any], key: str, example: str) -> tuple[str, ...]:
    value = entry.get(key)
    value = [value] if isinstance(value, str) else value
    good = isinstance(value, list) and value and all(isinstance(each, str) and each.strip() for each in value)
    if not good:
        raise _Wrong(f'{key} names nothing; write {key} = ["{example}"]')
    assert isinstance(value, list)
    return tuple(each.strip() for each in value)


def _count(entry: dict[str, Any], key: str, most: int) -> int | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise _Wrong(f"{key} goes from 1 to {most:,}, and not to {str(value)[:20]}")
    return value


def _date(entry: dict[str, Any], key: str) -> date:
    value = entry.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
        for what, remedy, _ in _meant_dates(key, value.strip()):
            raise _Wrong(f"{what}; {remedy}")
    if value is None:
        raise _Wrong(f"{key} is missing; write {key} = 2026-12-01")
    raise _Wrong(f"{key} = {str(value)[:40]} is no date; write it as year-month-day, like {key} = 2026-12-01")


def _meant_dates(key: str, value: str) -> Iterator[Guess]:
    if dated := advice_for_date(value):
        what, day = dated
        right = f"{key} = {day}"
        yield f"{key} = {value[:40]} is not understood ({what})", f"write {right}", right


def _hours(value: object) -> tuple[Hours, ...]:
    if value is None:
        return WHOLE_DAY
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts:
        raise _Wrong('hours are a list; write hours = ["06:00-22:00"]')
    try:
        return tuple(parse_hours(each if isinstance(each, str) else str(each)) for each in texts)
    except ValueError as error:
        raise _Wrong(f'{error}; write hours = ["06:00-22:00"]') from error


def _overlaps(bookings: list[Booking]) -> Iterator[str]:
    """Two bookings that would count the same plays."""
    for one, other in combinations(bookings, 2):
        shared = sorted(set(one.items) & set(other.items))
        days = one.start <= other.end and other.start <= one.end
        if shared and days and _share_panels(one, other) and _share_hours(one, other):
            yield (
                f"lines {one.line} and {other.line}: the bookings of {one} and {other} share {shared[0]} on the same "
                "days, panels and hours; each play counts for both: give each its own film, or correct the dates"
            )


def _share_panels(one: Booking, other: Booking) -> bool:
    return any(fnmatchcase(a, b) or fnmatchcase(b, a) for a in one.panels for b in other.panels)


def _share_hours(one: Booking, other: Booking) -> bool:
    return any(a.begins < _end(b) and b.begins < _end(a) for a in one.hours for b in other.hours)


def _end(hours: Hours) -> int:
    """Minutes from the begin of the day; more than a day's where it lies on the next one."""
    return hours.ends if hours.ends > hours.begins else MINUTES_OF_A_DAY + hours.ends
