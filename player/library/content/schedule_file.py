"""`schedule.toml`: which named playlist plays when.

Knows: the file's tables and keys. Touches nothing: it gets the text. Must not: decide what plays (core/playing/schedule.py does).
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from player.core.model import ALL_DAYS, Problem, ScheduleRule
from player.library.content.near import NearNames

RULES_LIMIT = 1000
SCHEDULE_LIMIT_BYTES = 1 << 20
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS = ("playlist", "days", "from", "until", "start", "end", "priority")


@dataclass(slots=True)
class ParsedSchedule:
    """timezone "": the panel's own. readable False: nothing of it counts, the schedule before goes on.

    refused: those of the problems that keep something from counting.
    """

    timezone: str = ""
    rules: list[ScheduleRule] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    readable: bool = True

    def refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.refused.append(problem)


class _Wrong(Exception):
    """What is wrong with one value, and what to write."""

    def __init__(self, key: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.key, self.what, self.remedy = key, what, remedy


def parse_schedule(raw: bytes, name: str, known: Collection[str]) -> ParsedSchedule:
    """The rules in the file `name`; a rule that cannot be understood is left out and reported, the rest counts.

    known: the playlists that exist, to say so when a rule names another one.
    """
    parsed = ParsedSchedule()
    if len(raw) > SCHEDULE_LIMIT_BYTES:
        return _unreadable(Problem(name, "larger than 1 MB; it is not read", "make it shorter"))
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        bad_line = raw.count(b"\n", 0, error.start) + 1
        return _unreadable(Problem(name, "not UTF-8 text", "save it as UTF-8", bad_line))
    except (ValueError, RecursionError) as error:  # not only TOMLDecodeError: a number of 5,000 digits is another one
        where = re.search(r"at line (\d+)", str(error))
        what = f"not valid TOML ({re.sub(r' [(]at .*', '', str(error))})"
        # At the end of the file tomllib names no line: it is the last one.
        bad_line = int(where[1]) if where else text.count("\n") + 1
        return _unreadable(Problem(name, what, _remedy_for(text.split("\n")[bad_line - 1]), bad_line))
    heads = _lines_of_tables(text)
    parsed.timezone = _timezone(tables, name, parsed)
    near, near_playlists = NearNames(("timezone", "show", "dark")), NearNames(known)
    for key in tables.keys() - {"timezone", "show", "dark"}:
        what = f"{key!r} is not known here{_did_you_mean(near.near(key, 0.6))}"
        parsed.problems.append(Problem(name, what, "write [[show]], [[dark]] or timezone = ..."))
    rows = []
    for kind in ("show", "dark"):
        entries = tables.get(kind, [])
        if not isinstance(entries, list):
            parsed.problems.append(Problem(name, f"[{kind}] has one pair of brackets", f"write [[{kind}]]"))
            entries = [entries]
        lines = heads.get(kind, [])
        rows += [(lines[n] if n < len(lines) else None, kind, entry) for n, entry in enumerate(entries)]
    if len(rows) > RULES_LIMIT:
        parsed.refuse(Problem(name, f"more than {RULES_LIMIT} rules; the rest is left out", "make it shorter"))
    for line, kind, entry in sorted(rows[:RULES_LIMIT], key=lambda row: row[0] or 0):
        try:
            parsed.rules.append(_rule(kind, entry))
        except _Wrong as wrong:
            at = _line_of_key(text, line, wrong.key)
            parsed.refuse(Problem(name, f"{wrong.what}; the rule is left out", wrong.remedy, at))
            continue
        playlist = parsed.rules[-1].playlist
        if playlist is not None and playlist not in known:
            what = f"there is no playlist {playlist!r}{_did_you_mean(near_playlists.near(playlist, 0.6))}"
            remedy = f"make playlists/{playlist}.m3u8, or correct the name"
            parsed.problems.append(Problem(name, what, remedy, _line_of_key(text, line, "playlist")))
    parsed.readable = bool(parsed.rules) or not rows  # with every rule wrong there is nothing left to obey
    return parsed


def _remedy_for(line: str) -> str:
    """What people write where TOML wants it otherwise."""
    if match := re.search(r"=\s*(\d{1,2})[:.](\d{2})\s*(#|$)", line):
        return f"write the time with its seconds: {int(match[1]):02}:{match[2]}:00"
    if re.search("[\u201c\u201d\u201e\u2018\u2019]", line):
        return 'write straight quotes: "morning"'
    if re.match(r"\s*\[{1,2}\s*\w+\s*\]{0,2}\s*(#|$)", line):
        return "write two brackets on each side: [[show]]"
    if match := re.match(r"\s*(\w+)\s*=\s*([A-Za-z][\w -]*?)\s*(#|$)", line):
        return f'write it in quotes: {match[1]} = "{match[2]}"'
    return "correct the line"


def _unreadable(problem: Problem) -> ParsedSchedule:
    return ParsedSchedule(problems=[problem], refused=[problem], readable=False)


def _timezone(tables: dict[str, Any], name: str, parsed: ParsedSchedule) -> str:
    zone = tables.get("timezone", "")
    try:
        if zone:
            ZoneInfo(zone)
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        parsed.refuse(
            Problem(name, f"no time zone is called {zone!r}; the panel's is used", "write one like Asia/Jakarta")
        )
        return ""
    return str(zone)


def _rule(kind: str, entry: object) -> ScheduleRule:
    if not isinstance(entry, dict):
        raise _Wrong(kind, f"{kind} is not a table", f"write [[{kind}]] on a line of its own")
    for key in entry:
        if key not in _KEYS or (key == "playlist" and kind == "dark"):
            raise _Wrong(
                key,
                f"{key!r} is not known in [[{kind}]]{_did_you_mean(NearNames(_KEYS).near(key, 0.6))}",
                f"use {', '.join(_KEYS)}",
            )
    playlist = entry.get("playlist")
    if kind == "show" and (not isinstance(playlist, str) or not playlist):
        raise _Wrong("playlist", "[[show]] names no playlist", 'write playlist = "NAME"')
    rule = ScheduleRule(
        playlist=playlist,
        days=_days(entry.get("days")),
        begins=_typed(entry, "from", time, "06:00:00"),
        ends=_typed(entry, "until", time, "09:30:00"),
        start=_date(entry, "start"),
        end=_date(entry, "end"),
        priority=_typed(entry, "priority", int, "10") or 0,
    )
    if rule.start and rule.end and rule.end < rule.start:
        raise _Wrong("end", "end lies before start", "correct the dates")
    if rule.begins is not None and rule.begins == rule.ends:
        raise _Wrong(
            "until", "from and until are the same, so the window has no length", "leave both out for the whole day"
        )
    if abs(rule.priority) > 1_000_000:
        raise _Wrong("priority", "priority is too large", "write a number like 10")
    return rule


def _typed(entry: dict[str, Any], key: str, kind: type[Any], example: str) -> Any:
    value = entry.get(key)
    if value is None:
        return None
    if kind is time and isinstance(value, str) and re.fullmatch(r"\d\d?:\d\d(:\d\d)?", value):
        with contextlib.suppress(ValueError):
            return time.fromisoformat(value.zfill(5) if value.count(":") == 1 else value.zfill(8))
    if type(value) is not kind:
        raise _Wrong(key, f"{key} = {str(value)[:40]} is not understood", f"write {key} = {example}")
    return value


def _date(entry: dict[str, Any], key: str) -> date | None:
    value = entry.get(key)
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = date.fromisoformat(value)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise _Wrong(key, f"{key} = {str(value)[:40]} is not understood", f"write {key} = 2026-12-01")


def _days(value: object) -> frozenset[int]:
    if value is None:
        return ALL_DAYS
    example = 'write days = ["mon", "sat"]'
    if not isinstance(value, list) or not value:
        raise _Wrong("days", "days is not a list of days", example)
    days = set()
    for day in value:
        word = day.lower()[:3] if isinstance(day, str) and len(day) >= 3 else ""
        if word not in _DAYS:
            raise _Wrong("days", f"{str(day)[:20]!r} is no day of the week", example)
        days.add(_DAYS.index(word))
    return frozenset(days)


def _did_you_mean(near: str | None) -> str:
    return f" (did you mean {near!r}?)" if near else ""


def _lines_of_tables(text: str) -> dict[str, list[int]]:
    """tomllib tells no lines: where each [[show]] and [[dark]] begins."""
    heads: dict[str, list[int]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if found := re.match(r"\s*\[\[\s*[\"']?(\w+)[\"']?\s*\]\]", line):
            heads.setdefault(found[1], []).append(number)
    return heads


def _line_of_key(text: str, head: int | None, key: str) -> int | None:
    if head is None:
        return None
    for number, line in enumerate(text.split("\n")[head:], head + 1):
        if line.lstrip().startswith("["):
            break
        if line.split("=")[0].strip().strip("\"'") == key:
            return number
    return head
