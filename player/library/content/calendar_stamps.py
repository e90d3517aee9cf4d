"""The dates and times of a calendar, as an event says them, brought to one kind: with the event's begin they are compared.

Knows: DATE, DATE-TIME, DURATION and UNTIL of RFC 5545, and 24:00, which it forbids and programs write. Touches nothing.
Must not: read what it does not understand as something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?", re.IGNORECASE)
_DURATION = re.compile(r"([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Zoned:
    """A time zone with the name under which it is written. name "": it is written without one, as UTC or as floating.

    floating: a time without a zone, which means the panel's.
    """

    name: str
    zone: tzinfo
    floating: bool = False


IN_UTC = Zoned("", UTC)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day (zoned None), or a moment (naive) in a zone."""

    value: date
    zoned: Zoned | None

    @property
    def moment(self) -> datetime:
        """Aware. A day: its first moment in UTC, only to be compared with other days."""
        if isinstance(self.value, datetime):
            return self.value.replace(tzinfo=self.zoned.zone if self.zoned else UTC)
        return datetime.combine(self.value, time.min, UTC)

    def written(self) -> str:
        """As the value of a property."""
        text = self.value.isoformat().replace("-", "").replace(":", "")
        if not isinstance(self.value, datetime):
            return text
        return text + ("Z" if self.zoned is not None and not self.zoned.name and not self.zoned.floating else "")

    def parameters(self) -> str:
        if self.zoned is None:
            return ";VALUE=DATE"
        return f';TZID="{self.zoned.name}"' if self.zoned.name else ""


def read_stamp(text: str, zoned: Zoned) -> Stamp:
    """zoned: the zone that the property names, or the panel's. Raises ValueError."""
    match = _STAMP.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:40]!r} is neither a date nor a time")
    year, month, day, hour, minute, second, utc = match.groups()
    on = date(int(year), int(month), int(day))
    if hour is None:
        return Stamp(on, None)
    after = timedelta(0)
    if (hour, minute, second or "00") == ("24", "00", "00"):
        hour, after = "00", _DAY
    at = datetime.combine(on, time(int(hour), int(minute), min(int(second or 0), 59))) + after
    return Stamp(at, IN_UTC if utc else zoned)


def as_kind_of(start: Stamp, stamp: Stamp, panel: Zoned) -> Stamp:
    """A stamp brought to the kind of the event's begin: a day where that is a day, else a moment in the same zone.

    A day of an event with a time means the occurrence of that day. panel: whose days are meant where none are said.
    """
    if start.zoned is None:
        if stamp.zoned is None:
            return stamp
        return Stamp(stamp.moment.astimezone(panel.zone).date(), None)
    if stamp.zoned is None:
        assert isinstance(start.value, datetime)
        return Stamp(datetime.combine(stamp.value, start.value.time()), start.zoned)
    return Stamp(stamp.moment.astimezone(start.zoned.zone).replace(tzinfo=None), start.zoned)


def until_as_kind_of(start: Stamp, until: Stamp, panel: Zoned) -> str:
    """The UNTIL of a rule, as RFC 5545 wants it: a day for a day, floating for floating, else UTC. A day counts to its end."""
    if until.zoned is None and start.zoned is not None:
        until = Stamp(datetime.combine(until.value, time(23, 59, 59)), start.zoned if start.zoned.name else panel)
    if start.zoned is None or start.zoned.floating:
        return as_kind_of(start, until, panel).written()
    return Stamp(until.moment.astimezone(UTC).replace(tzinfo=None), IN_UTC).written()


def read_duration(text: str) -> timedelta:
    """Raises ValueError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        raise ValueError(f"{text[:40]!r} is no length of time")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise ValueError("a length of time without end") from error
    return -length if match[1] == "-" else length
