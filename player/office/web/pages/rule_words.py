"""A rule of the schedule in words: `Mon-Fri 06:00-09:30, 1 Dec to 7 Dec`.

Knows: the names of days in both languages. Touches nothing: pure. Must not: say which rule wins.
"""

from __future__ import annotations

from collections.abc import Sequence

from player.office.web.content.schedule_rules import RuleRow
from player.office.web.words import Language, t
from player.office.web.words.moments import DAYS, spell_day

WHOLE_WEEK = tuple(range(7))


def spell_days(days: Sequence[int], language: Language) -> str:
    """`Mon-Fri`, `Sat, Sun`, `every day`."""
    numbers = tuple(sorted(set(days)))
    if not numbers or numbers == WHOLE_WEEK:
        return t(language, "every day")
    names = DAYS[language]
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{names[numbers[0]]}–{names[numbers[-1]]}"
    return ", ".join(names[number] for number in numbers)


def spell_hours(begins: str, ends: str, language: Language) -> str:
    if not begins and ends in ("", "24:00"):
        return t(language, "all day")
    return f"{begins or '00:00'}–{ends or '24:00'}"


def spell_rule(row: RuleRow, language: Language) -> str:
    """Everything but what it plays."""
    parts = [spell_days(row.days, language), spell_hours(row.begins, row.ends, language)]
    if row.start and row.end:
        first, last = spell_day(language, row.start), spell_day(language, row.end)
        parts.append(t(language, "{first} to {last}", first=first, last=last))
    elif row.start:
        parts.append(t(language, "from {day} on", day=spell_day(language, row.start)))
    elif row.end:
        parts.append(t(language, "until {day}", day=spell_day(language, row.end)))
    if row.priority:
        parts.append(t(language, "priority {n}", n=row.priority))
    if row.through_dark:
        parts.append(t(language, "also in the dark"))
    return ", ".join(parts)
