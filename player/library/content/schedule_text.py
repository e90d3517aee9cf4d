"""`schedule.toml` as tables with their lines, also where the file as a whole is no TOML: one bad line costs its rule.

Knows: how TOML is cut into tables, what people write instead of it. Touches nothing.
Must not: know what a rule means (content/schedule_file.py does), or give advice that is no TOML itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from player.base.toml_slips import LINE_LIMIT, PAIR, SHOWN_CHARACTERS, Guess, find_slips, load_line
from player.core.model import Problem
from player.library.content.dates import advice_for_date
from player.library.content.schedule_words import advice_for_time, days_in

RULES_LIMIT = 1000
TOP_LINES_LIMIT = 100
LEFT_OUT = "the rule is left out, the rest goes on"
_HEAD = re.compile(r"""\s*(\[{1,2})\s*["']?(\w+)["']?\s*(\]{0,2})\s*(?:#.*)?""")
_END_OF_DAY = re.compile(r"(\s*until\s*=\s*)(24:00(?::00)?)(\s*(?:#.*)?)")
"""No TOML, and what everybody writes."""
_DAY_KEYS = {"from": "start", "until": "end"}


@dataclass(slots=True)
class Table:
    """kind: "show", "dark", or whatever stands in the brackets. line: the head's. entry None: it cannot be read.

    single: its head has one pair of brackets.
    """

    kind: str
    line: int | None
    entry: object
    single: bool = False


@dataclass(slots=True)
class Tables:
    """top: what stands above the first table. problems: what cost a table, or a line of the top."""

    top: dict[str, Any] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class ScheduleText:
    """The text of the file `name`, and where what stands in it."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = [_END_OF_DAY.sub(r'\1"\2"\3', line) for line in text.split("\n")]
        self._name = name

    def read(self) -> Tables:
        """All tables in their order; of a file that is no TOML those that are."""
        try:
            whole = tomllib.loads("\n".join(self._lines))
        except (ValueError, RecursionError):  # not only TOMLDecodeError: a number of 5,000 digits is another one
            return self._read_one_by_one()
        read = Tables()
        heads = self._heads()
        for key, value in whole.items():
            if isinstance(value, dict):
                lines = heads.get(key, [])
                read.tables.append(Table(key, lines[0] if lines else None, value, single=True))
            elif isinstance(value, list) and key in heads:
                lines = heads[key]
                read.tables += [
                    Table(key, lines[n] if n < len(lines) else None, entry) for n, entry in enumerate(value)
                ]
            else:
                read.top[key] = value
        read.tables.sort(key=lambda table: table.line or 0)
        return read

    def line_of_key(self, head: int | None, key: str) -> int | None:
        """The line of `key` in the table whose head stands in the line `head`."""
        if head is None:
            return None
        for number in range(head, len(self._lines)):
            line = self._lines[number]
            if line.lstrip().startswith("["):
                break
            if line.split("=")[0].strip().strip("\"'") == key:
                return number + 1
        return head

    def typed(self, line: int | None, key: str) -> str:
        """The value of `key` as it was typed in this line; empty: it does not stand there."""
        match = PAIR.fullmatch(self._lines[line - 1][:LINE_LIMIT]) if line is not None else None
        return match[2] if match and match[1] == key else ""

    def _heads(self) -> dict[str, list[int]]:
        """tomllib tells no lines: where each table begins."""
        heads: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines, 1):
            if (found := _HEAD.fullmatch(line)) and found[3]:
                heads.setdefault(found[2], []).append(number)
        return heads

    def _read_one_by_one(self) -> Tables:
        read = Tables()
        heads = [(number, found) for number, line in enumerate(self._lines) if (found := _HEAD.fullmatch(line))]
        ends = [number for number, _ in heads[1:]] + [len(self._lines)]
        self._read_top(heads[0][0] if heads else len(self._lines), read)
        for (number, found), end in zip(heads[: RULES_LIMIT + 1], ends, strict=False):
            kind = found[2]
            if len(found[1]) != len(found[3]):
                advice = f"write two brackets on each side: [[{kind}]]"
                fault = self._not_toml(number + 1, "the brackets do not match", advice)
                read.problems.append(replace(fault, what=f"{fault.what}; {LEFT_OUT}"))
                read.tables.append(Table(kind, number + 1, None))
                continue
            try:
                entry: object = tomllib.loads("\n".join(self._lines[number + 1 : end]))
            except (ValueError, RecursionError) as error:
                fault = self._fault(str(error), number + 1, end)
                read.problems.append(replace(fault, what=f"{fault.what}; {LEFT_OUT}"))
                entry = None
            read.tables.append(Table(kind, number + 1, entry, single=len(found[1]) == 1))
        return read

    def _read_top(self, end: int, read: Tables) -> None:
        """A line at a time: one that is no TOML costs itself."""
        text = "\n".join(self._lines[:end])
        try:
            read.top = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            read.problems.append(self._fault(str(error), 0, end))
            for line in self._lines[: min(end, TOP_LINES_LIMIT)]:
                read.top |= load_line(line) or {}

    def _fault(self, said: str, begin: int, end: int) -> Problem:
        """What tomllib said of the lines from begin (exclusive, counted from 1) to end."""
        where = re.search(r"at line (\d+)", said)
        # At the end of the text tomllib names no line: it is the last one that says anything.
        last = next((n for n in range(end, begin, -1) if self._lines[n - 1].strip()), end)
        at = begin + int(where[1]) if where else last
        if said.startswith("Cannot overwrite"):
            return Problem(self._name, "the key stands there twice", "remove one of the two lines", at)
        for what, remedy in find_slips(self._lines[at - 1], _dates_and_hours):
            return Problem(self._name, what, remedy, at)
        return self._not_toml(at, re.sub(r" [(]at .*", "", said), "correct the line")

    def _not_toml(self, line: int, said: str, remedy: str) -> Problem:
        return Problem(self._name, f"not valid TOML ({said[:SHOWN_CHARACTERS]})", remedy, line)


def _dates_and_hours(key: str, value: str) -> Iterator[Guess]:
    """What a schedule's own values may have been meant to be: the advice of one line is never refused as the next."""
    shown = f"{f'{key} = {value}'[:SHOWN_CHARACTERS]!r} is not understood"
    if dated := advice_for_date(value):
        what, day = dated
        right = f"{_DAY_KEYS.get(key, key)} = {day}"
        yield f"{key} = {value[:40]} is not understood ({what})", f"write {right} (year-month-day)", right
    if key in ("from", "until"):
        advice = advice_for_time(key, value)
        mended = re.sub(r"^write (it like )?", "", advice)
        if re.fullmatch(r"\d\d?[:.]\d\d", value) and not value.startswith("24"):
            advice = f"write the time with its seconds: {mended.partition('= ')[2]}"
        yield shown, advice, mended
    elif key in ("start", "end"):
        yield shown, f"write it like {key} = 2026-12-01", f"{key} = 2026-12-01"
    elif key == "days" and (days := days_in(value)):
        mended = f"days = [{', '.join(days)}]"
        yield shown, f"write {mended}", mended
    elif key == "priority":
        yield shown, "write priority = 10", "priority = 10"
