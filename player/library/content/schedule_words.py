"""Days, hours and dates as people write them in `schedule.toml`: what each means, and what to write where one means nothing.

Knows: the names of days in English and Indonesian, ranges, the end of the day, the slips that people make.
Touches nothing. Must not: guess: what has two meanings is refused, with advice made from what was typed.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date, datetime, time

from player.base.near import NearNames
from player.core.model import ALL_DAYS
from player.library.content.dates import advice_for_date

_NAMES = (
    ("mon", "monday", "senin", "sen"),
    ("tue", "tues", "tuesday", "selasa", "sel"),
    ("wed", "weds", "wednesday", "rabu", "rab"),
    ("thu", "thur", "thurs", "thursday", "kamis", "kam"),
    ("fri", "friday", "jumat", "jum'at", "jum"),
    ("sat", "saturday", "sabtu", "sab"),
    ("sun", "sunday", "minggu", "ahad", "min"),
)
_DAYS = {name: frozenset({number}) for number, names in enumerate(_NAMES) for name in names}
_DAYS |= dict.fromkeys(("weekdays", "weekday", "hari kerja"), frozenset(range(5)))
_DAYS |= dict.fromkeys(("weekend", "weekends", "akhir pekan"), frozenset({5, 6}))
_DAYS |= dict.fromkeys(("daily", "every day", "setiap hari", "tiap hari"), ALL_DAYS)
_RANGE = re.compile(r"(.+?)\s*(?:-|\u2013|\u2014|\bto\b|\bsampai\b|\bs/d\b)\s*(.+)")
_HOUR = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")


class Wrong(Exception):
    """What is wrong with the value of a key, and what to write."""

    def __init__(self, key: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.key, self.what, self.remedy = key, what, remedy


# ---- days


def read_days(value: object) -> frozenset[int]:
    """0 = Monday; None: every day. Raises Wrong."""
    if value is None:
        return ALL_DAYS
    if isinstance(value, str):
        raise Wrong("days", "days is not a list of days", f"write days = [{', '.join(_quoted_days(value))}]")
    if not isinstance(value, list) or not value:
        raise Wrong("days", "days is not a list of days", 'write days = ["mon", "sat"]')
    days: set[int] = set()
    for day in value:
        found = _days_called(day) if isinstance(day, str) else None
        if found is None:
            raise Wrong("days", f"{str(day)[:20]!r} is no day of the week", _advice_for_day(day))
        days |= found
    return frozenset(days)


def _days_called(written: str) -> frozenset[int] | None:
    word = " ".join(written.replace("\u2019", "'").casefold().rstrip(".").split())
    if word in _DAYS:
        return _DAYS[word]
    if match := _RANGE.fullmatch(word):
        ends = [_DAYS.get(end, frozenset()) for end in match.groups()]
        if [len(end) for end in ends] == [1, 1]:
            (first,), (last,) = ends
            return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))
    return None


def _quoted_days(written: str) -> Iterator[str]:
    """What of `written` is days, each in quotes, or else an example."""
    words = [word for word in re.split(r"[,;]\s*|\s+", written.strip()) if _days_called(word)]
    if _days_called(written):
        words = [written.strip()]
    yield from (f'"{word}"' for word in words or ["mon", "sat"])


def days_in(written: str) -> list[str]:
    """The days in `written`, each in quotes; none where anything else stands there."""
    words = [written.strip()] if _days_called(written) else re.split(r"[,;]\s*|\s+", written.strip(" []"))
    bare = [word.strip("\"'") for word in words if word]
    return [f'"{word}"' for word in bare] if bare and all(map(_days_called, bare)) else []


def _advice_for_day(day: object) -> str:
    if isinstance(day, str):
        several = [word for word in re.split(r"[,;]\s*|\s+", day.strip()) if word]
        if len(several) > 1 and all(map(_days_called, several)):
            return f"write days = [{', '.join(_quoted_days(day))}]"
        near = NearNames(list(_DAYS)).near(day.strip(), 0.6)
        if near:
            return f'did you mean "{near}"?'
    return 'write days = ["mon", "sat"], or ["mon-fri"], or ["senin", "sabtu"]'


# ---- hours


def read_time(key: str, value: object, typed: str) -> time | None:
    """A time of the day; None: not said, and of `until` also the end of the day. typed: the value as it stands in the file.

    Raises Wrong.
    """
    if value is None or (isinstance(value, time) and value.tzinfo is None):
        return value
    if isinstance(value, str):
        if key == "until" and re.fullmatch(r"24:00(:00)?", value):
            return None
        if (match := _HOUR.fullmatch(value)) and ":" in value and "." not in value and (read := _as_time(match)):
            return read
    if isinstance(value, date):
        there = "start" if key == "from" else "end"
        day = value.date() if isinstance(value, datetime) else value
        what = f"{str(value)[:40]} is not understood (days go into start and end, from and until are hours)"
        raise Wrong(key, f"{key} = {what}", f"write {there} = {day.isoformat()}")
    said = value if isinstance(value, str) else typed or str(value)
    raise Wrong(key, f"{key} = {said[:40]} is not understood", advice_for_time(key, said))


def advice_for_time(key: str, typed: str) -> str:
    """What to write instead of `typed`, made from it where an hour can be seen in it."""
    bare = typed.strip().strip("\"'")
    if match := re.fullmatch(
        r"(?:jam|pukul)?\s*(\d{1,2}(?:[:.]\d{2}){0,2})\s*(am|pm|wib|wita|wit)?\.?", bare.casefold()
    ):
        hour = _HOUR.fullmatch(match[1]) or re.fullmatch(r"(\d{1,2})()()", match[1])
        if hour and (read := _as_time(hour, match[2] or "")):
            return f"write {key} = {read.isoformat()}"
        if hour and int(hour[1]) == 24 and not int(hour[2] or 0):
            return 'write until = "24:00"' if key == "until" else f"write {key} = 00:00:00"
    if (match := re.fullmatch(r"(\d{1,2})(\d{2})", bare)) and (read := _as_time(match)):
        return f"write {key} = {read.isoformat()}"
    return f"write it like {key} = 06:00:00" if key == "from" else f"write it like {key} = 09:30:00"


def _as_time(match: re.Match[str], half: str = "") -> time | None:
    hour, minute, second = (int(part or 0) for part in (*match.groups(), "")[:3])
    if half in ("am", "pm") and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


# ---- dates


def read_date(key: str, value: object, typed: str) -> date | None:
    """None: not said. Raises Wrong."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = date.fromisoformat(value)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if isinstance(value, time):
        there = "from" if key == "start" else "until"
        what = f"{value.isoformat()} is not understood (hours go into from and until, start and end are days)"
        raise Wrong(key, f"{key} = {what}", f"write {there} = {value.isoformat()}")
    if isinstance(value, datetime):
        what = f"{key} = {str(value)[:40]} is not understood (it is more than a day)"
        raise Wrong(key, what, f"write {key} = {value.date().isoformat()}")
    said = value if isinstance(value, str) else typed or str(value)
    shown = f"{key} = {said[:40]} is not understood"
    if dated := advice_for_date(said):
        raise Wrong(key, f"{shown} ({dated[0]})", f"write {key} = {dated[1]}")
    raise Wrong(key, shown, f"write it like {key} = 2026-12-01")
