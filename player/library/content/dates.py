"""Dates as people write them, for advice: what a date that is refused was meant to be.

Knows: day-first and slashed dates, how long the months are. Touches nothing. Must not: be how a date is read.
"""

from __future__ import annotations

import calendar
import re

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")


def advice_for_date(typed: str) -> tuple[str, str] | None:
    """What is wrong with a date, and the date as it should be written; None: no date can be seen in it."""
    bare = typed.strip().strip("\"'")
    if match := _YEAR_FIRST.fullmatch(bare):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(bare):
        day, month, year = map(int, match.groups())
        if month > 12 >= day:
            day, month = month, day
    else:
        return None
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return f"there is no month {month}", "2026-12-01"
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        return f"{MONTHS[month - 1]} has {length} days", f"{year:04}-{month:02}-{min(max(day, 1), length):02}"
    return "dates are written year-month-day", f"{year:04}-{month:02}-{day:02}"
