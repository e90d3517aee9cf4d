"""Local days and the hours of a day, as windows of Unix time.

Knows: that a day may have 23 or 25 hours. Pure: touches nothing. Must not: read a clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from player.office.signing import OfficeError

MINUTES_OF_A_DAY = 1440
_HOURS = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True, slots=True)
class Window:
    """From `begins_ms` until before `ends_ms`, Unix time."""

    begins_ms: int
    ends_ms: int

    @property
    def length_ms(self) -> int:
        return max(0, self.ends_ms - self.begins_ms)

    def clipped(self, ends_ms: int) -> Window:
        """The part before `ends_ms`."""
        return Window(self.begins_ms, max(self.begins_ms, min(self.ends_ms, ends_ms)))

    def overlap_ms(self, begins_ms: int, length_ms: int) -> int:
        """How much of a record lies in the window; below zero for a record whose length is (a clock that was set back)."""
        low, high = sorted((begins_ms, begins_ms + length_ms))
        inside = max(0, min(high, self.ends_ms) - max(low, self.begins_ms))
        return inside if length_ms >= 0 else -inside


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Minutes of the day; an end that is not after the begin lies on the next day."""

    begins: int
    ends: int

    def __str__(self) -> str:
        return f"{self.begins // 60:02}:{self.begins % 60:02}-{self.ends // 60:02}:{self.ends % 60:02}"


WHOLE_DAY = (Hours(0, MINUTES_OF_A_DAY),)


def parse_hours(text: str) -> Hours:
    """`06:00-22:00`; 24:00 is the day's end. Raises ValueError."""
    found = _HOURS.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text[:40]!r} are no hours")
    begin_h, begin_m, end_h, end_m = map(int, found.groups())
    begins, ends = begin_h * 60 + begin_m, end_h * 60 + end_m
    if begin_m > 59 or end_m > 59 or begins >= MINUTES_OF_A_DAY or ends > MINUTES_OF_A_DAY or begins == ends:
        raise ValueError(f"{text[:40]!r} are no hours")
    return Hours(begins, ends)


def day_window(day: date, zone: tzinfo) -> Window:
    """From this midnight to the next."""
    return Window(_moment_ms(day, 0, zone), _moment_ms(day + timedelta(days=1), 0, zone))


def windows_of(day: date, hours: tuple[Hours, ...], zone: tzinfo) -> tuple[Window, ...]:
    """The parts of the day in which a booking is played, in order and without overlap."""
    found: list[Window] = []
    for each in sorted(hours):
        ends_on = day if each.ends > each.begins else day + timedelta(days=1)
        window = Window(_moment_ms(day, each.begins, zone), _moment_ms(ends_on, each.ends, zone))
        if found and window.begins_ms <= found[-1].ends_ms:
            found[-1] = Window(found[-1].begins_ms, max(found[-1].ends_ms, window.ends_ms))
        else:
            found.append(window)
    return tuple(found)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def moment_of(ms: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)


def in_ms(wall: datetime) -> int:
    """Whole milliseconds of Unix time, without a float in between."""
    return (wall - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def month_of(text: str) -> tuple[date, date]:
    """First and last day of `2026-11`. Raises OfficeError."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        raise OfficeError(f"{text!r} is no month; write it like 2026-11")
    first = date(int(found[1]), int(found[2]), 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, after - timedelta(days=1)


def day_of(text: str, today: date) -> date:
    """`2026-11-25`, `today`, `yesterday` (`hari-ini`, `kemarin`). Raises OfficeError."""
    word = text.strip().casefold()
    if word in ("today", "hari-ini"):
        return today
    if word in ("yesterday", "kemarin"):
        return today - timedelta(days=1)
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise OfficeError(f"{text!r} is no day; write it as year-month-day, like {today.isoformat()}") from None


def _moment_ms(day: date, minutes: int, zone: tzinfo) -> int:
    whole, rest = divmod(minutes, MINUTES_OF_A_DAY)
    wall = datetime.combine(day + timedelta(days=whole), time(rest // 60, rest % 60), zone)
    return in_ms(wall.astimezone(UTC))
