"""How many dates a repeating event makes the library go through, told from its rule alone, before any is worked out.

Knows: a rule is walked from the event's first begin, whatever stretch is asked for, and the stretch reaches back by the
event's own length. Touches nothing. Must not: be exact; it is never far too low.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from player.library.content.calendar_stamps import Stamp

DATES_OF_ONE = 600_000
"""Every hour since 1960. The library walks some 400,000 in a second of this machine (2026-11); the child has ten."""
DATES_OF_ALL = 1_000_000
LONGEST_REPEATED = timedelta(days=366)
"""An event that lasts longer than its period covers itself, as often as its length holds the period."""
_YEAR_DAYS, _MONTH_DAYS, _WEEK_DAYS = 366, 31, 7


def dates_of(rule: Mapping[str, str], start: Stamp, ends: datetime) -> int:
    """rule: its parts, with an UNTIL in any form. ends: of the stretch that is asked for, aware."""
    days = max(0, (ends - start.moment).days) + 1
    interval = max(1, int(rule.get("INTERVAL", "1")))
    hours, minutes, seconds = (_said(rule, part) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    within_a_day = hours * minutes * seconds
    match rule.get("FREQ"):
        case "HOURLY":
            periods, each = days * 24, minutes * seconds
        case "DAILY":
            periods, each = days, within_a_day
        case "WEEKLY":
            periods, each = days // _WEEK_DAYS + 1, _said(rule, "BYDAY") * within_a_day
        case "MONTHLY":
            periods, each = days // _MONTH_DAYS + 1, _MONTH_DAYS * within_a_day
        case _:
            periods, each = days // _YEAR_DAYS + 1, (_YEAR_DAYS if _chooses(rule) else 1) * within_a_day
    return (periods // interval + 1) * each


def _said(rule: Mapping[str, str], part: str) -> int:
    return rule.get(part, "").count(",") + 1


def _chooses(rule: Mapping[str, str]) -> bool:
    return any(part.startswith("BY") for part in rule)
