"""`schedule.toml` as it is edited: its rules in order, and every line that nobody touched exactly as it was.

Knows: where a rule begins and ends in the file, and how its keys are written (tomlkit keeps a rule's own comments).
Touches nothing: bytes in, bytes out. Must not: say what plays (core/playing/schedule.py), or mend a rule that it cannot read:
that one is shown with what is wrong, and can be dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from player.base.zones import zone_named
from player.core.model import ALL_DAYS, Problem, ScheduleRule
from player.library.content.draft import SCHEDULE_NAME
from player.library.content.schedule_file import PRIORITY_LIMIT, SCHEDULE_LIMIT_BYTES, parse_schedule
from player.library.content.ticker_rule import TickerRule
from player.office.web.content.faults import ContentFault
from player.office.web.content.schedule_blocks import (
    Kind,
    RuleBlock,
    as_lines,
    closed,
    kind_of,
    merged_gaps,
    quoted,
    split_blocks,
    splits_as_toml,
)

BOM = b"\xef\xbb\xbf"
DAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_ID = ("sen", "sel", "rab", "kam", "jum", "sab", "min")
_INDONESIAN = re.compile(r"sen|sel|rab|kam|jum|sab|min|ahad|hari|akhir|sampai", re.IGNORECASE)
KEYS = ("playlist", "text", "file", "days", "from", "until", "start", "end", "priority", "through_dark")
"""In this order they are written."""
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
UNREAD = "This rule cannot be read; drop it, or mend it in a text editor"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as a person sees it. days: 0 = Monday; empty: every day. begins, ends: "06:00", also "24:00", or "".

    text, file: of a running text. problem: why it does not count (an English sentence), or "". rule: as the panel reads it; None:
    it cannot be understood.
    """

    kind: Kind
    playlist: str = ""
    days: tuple[int, ...] = ()
    begins: str = ""
    ends: str = ""
    start: date | None = None
    end: date | None = None
    priority: int = 0
    through_dark: bool = False
    text: str = ""
    file: str = ""
    line: int | None = None
    problem: str = ""
    remedy: str = ""
    rule: ScheduleRule | None = None


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """Immutable: each change gives another one. why: it cannot be edited, and why (an English sentence); "": it can.

    rules that the file holds and that are none of a schedule (a misspelt head) are no rows; they stay in the file as they are.
    """

    raw: bytes
    timezone: str = ""
    rules: tuple[RuleRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    why: str = ""
    _top: str = ""
    _blocks: tuple[RuleBlock, ...] = ()
    _foot: str = ""
    _places: tuple[int, ...] = ()
    _known: frozenset[str] = frozenset()

    @property
    def editable(self) -> bool:
        return not self.why

    @classmethod
    def read(cls, raw: bytes, known: Collection[str] = ()) -> ScheduleFile:
        """known: the playlists that exist, to say so of a rule that names another one. Never raises."""
        parsed = parse_schedule(raw, SCHEDULE_NAME, known)
        problems = tuple(parsed.problems)
        if len(raw) > SCHEDULE_LIMIT_BYTES:
            return cls(raw, problems=problems, why="This schedule is larger than 1 MB; no panel reads it")
        try:
            text = raw.removeprefix(BOM).decode("utf-8")
        except UnicodeDecodeError:
            return cls(
                raw, problems=problems, why="This schedule is no UTF-8 text; save it as UTF-8 and it can be edited here"
            )
        top, blocks, foot = split_blocks(text)
        places = tuple(n for n, block in enumerate(blocks) if kind_of(block) is not None)
        if "\0" in text or not splits_as_toml(text, blocks):
            why = "This schedule has lines that the console does not understand; it is shown as it is and left alone"
            return cls(raw, parsed.timezone, problems=problems, why=why)
        line = top.count("\n") + 1
        rows = []
        for number, block in enumerate(blocks):
            line += (block.gap + block.lead).count("\n")
            if number in places:
                rows.append(_row(block, line, known))
            line += block.body.count("\n")
        return cls(raw, parsed.timezone, tuple(rows), problems, "", top, blocks, foot, places, frozenset(known))

    def add(self, row: RuleRow) -> ScheduleFile:
        """At the end: of equal priority the first in the file counts."""
        self._check_editable()
        block = RuleBlock("", "", _new_body(_checked(row), self._end))
        head = self._top + "".join(each.gap + each.lead + each.body for each in self._blocks) + self._foot
        between = (
            "" if not head or head.endswith(self._end * 2) else self._end if head.endswith("\n") else self._end * 2
        )
        return self._with(self._top, (*self._blocks, replace(block, gap=self._foot + between)), "")

    def set(self, index: int, row: RuleRow) -> ScheduleFile:
        """Only what differs is written; a rule keeps its kind. Raises ContentFault with the field."""
        place, now = self._place(index), self.rules[index]
        if row.kind != now.kind:
            raise ContentFault("A rule keeps its kind; drop it and add another one", field="kind")
        block = self._blocks[place]
        body = _changed_body(block.body, now, _checked(row), self._end)
        return self._with(
            self._top, (*self._blocks[:place], replace(block, body=body), *self._blocks[place + 1 :]), self._foot
        )

    def drop(self, index: int) -> ScheduleFile:
        place = self._place(index)
        blocks = list(self._blocks)
        gap, foot = blocks.pop(place).gap, self._foot
        if place < len(blocks):
            merged = merged_gaps(gap, blocks[place].gap, self._end)
            at_the_top = not place and not self._top and not merged.strip()
            blocks[place] = replace(blocks[place], gap="" if at_the_top else merged)
        else:
            foot = merged_gaps(gap, foot, self._end)
        return self._with(self._top, tuple(blocks), foot)

    def move(self, index: int, to: int) -> ScheduleFile:
        """Before: of equal priority it counts before those that it passes."""
        place, blocks = self._place(index), list(self._blocks)
        if not 0 <= to < len(self._places):
            raise ContentFault("There is no such place in the schedule", field="to")
        gaps = [block.gap for block in blocks]
        blocks.insert(self._places[to], blocks.pop(place))
        moved = (
            replace(block, gap=gap, body=closed(block.body, self._end)) for block, gap in zip(blocks, gaps, strict=True)
        )
        return self._with(self._top, tuple(moved), self._foot)

    def with_timezone(self, name: str) -> ScheduleFile:
        """ "": the panel's own."""
        self._check_editable()
        try:
            if name:
                zone_named(name)
        except ValueError as error:
            raise ContentFault(
                "No time zone is called {name}; write one like Asia/Jakarta", "timezone", name=name
            ) from error
        top = as_lines(self._top)
        document = _parsed(top)
        if name:
            if "timezone" in document:
                document["timezone"] = name
                top = document.as_string()
            else:
                top = f"timezone = {tomlkit.item(name).as_string()}\n{top}"
        elif "timezone" in document:
            del document["timezone"]
            top = document.as_string()
        return self._with(top.replace("\n", self._end), self._blocks, self._foot)

    # ---- the file

    @property
    def _end(self) -> str:
        return "\r\n" if b"\r\n" in self.raw else "\n"

    def _check_editable(self) -> None:
        if self.why:
            raise ContentFault(self.why)

    def _place(self, index: int) -> int:
        self._check_editable()
        if not 0 <= index < len(self._places):
            raise ContentFault("There is no such rule in the schedule any more", field="index")
        return self._places[index]

    def _with(self, top: str, blocks: tuple[RuleBlock, ...], foot: str) -> ScheduleFile:
        text = top + "".join(block.gap + block.lead + block.body for block in blocks) + foot
        bom = BOM if self.raw.startswith(BOM) else b""
        return ScheduleFile.read(bom + text.encode(), self._known)


# ---- a rule


def _row(block: RuleBlock, line: int, known: Collection[str]) -> RuleRow:
    """What the panel takes the rule for."""
    kind = kind_of(block)
    assert kind is not None
    parsed = parse_schedule(block.body.encode(), SCHEDULE_NAME, known)
    problem = next(iter(parsed.refused or parsed.problems), None)
    what, remedy = (problem.what, problem.remedy) if problem else ("", "")
    rule = next(iter(parsed.rules), None)
    ticker: TickerRule | None = next(iter(parsed.tickers), None)
    rule = ticker.rule if ticker is not None else rule
    if rule is None:
        return RuleRow(kind, line=line, problem=what or "It cannot be understood", remedy=remedy)
    return RuleRow(
        kind, rule.playlist or "", _days(rule), _hour(rule.begins), _until(rule, block.body), rule.start, rule.end,
        rule.priority, rule.through_dark, ticker.text if ticker else "", ticker.file if ticker else "", line, what, remedy, rule,
    )  # fmt: skip


def _days(rule: ScheduleRule) -> tuple[int, ...]:
    return () if rule.days >= ALL_DAYS else tuple(sorted(rule.days))


def _hour(moment: time | None) -> str:
    return "" if moment is None else moment.strftime("%H:%M:%S" if moment.second else "%H:%M")


def _until(rule: ScheduleRule, body: str) -> str:
    """The end of the day is no time of the day in the rule, yet it is said."""
    return "24:00" if rule.ends is None and re.search(r"^\s*until\s*=", body, re.MULTILINE) else _hour(rule.ends)


def _checked(row: RuleRow) -> RuleRow:
    """Raises ContentFault with the field, in words that a person can follow; the panel's own parser has the last word later."""
    if row.kind == "show" and not row.playlist.strip():
        raise ContentFault("Choose the playlist that plays", field="playlist")
    if row.kind == "ticker" and bool(row.text.strip()) == bool(row.file.strip()):
        raise ContentFault("Write the running text, or name the file that holds it", field="text")
    for field, hour in (("begins", row.begins), ("ends", row.ends)):
        if hour and not _HOUR.fullmatch(hour) and not (field == "ends" and hour in ("24:00", "24:00:00")):
            raise ContentFault("{hour} is no time of the day; write it like 18:30", field=field, hour=hour)
    if row.begins and _as_time(row.begins) == _as_time(row.ends):
        raise ContentFault("Beginning and end are the same; leave both empty for the whole day", field="ends")
    if row.start and row.end and row.end < row.start:
        raise ContentFault("The last day lies before the first day", field="end")
    if abs(row.priority) > PRIORITY_LIMIT:
        raise ContentFault("A priority goes from -{most} to {most}", field="priority", most=PRIORITY_LIMIT)
    if not all(day in ALL_DAYS for day in row.days):
        raise ContentFault("Choose days from Monday to Sunday", field="days")
    return replace(
        row, playlist=row.playlist.strip(), days=() if set(row.days) >= ALL_DAYS else tuple(sorted(set(row.days)))
    )


def _as_time(hour: str) -> time | str:
    found = _HOUR.fullmatch(hour)
    return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else hour


def _values(row: RuleRow, *, indonesian: bool = False) -> dict[str, Any]:
    """Key -> value of what the rule says; what is not said is not there."""
    names = DAYS_ID if indonesian else DAYS_EN
    said: dict[str, Any] = {
        "playlist": row.playlist if row.kind == "show" else "", "text": row.text, "file": row.file,
        "days": [names[day] for day in row.days], "from": _as_time(row.begins), "until": _as_time(row.ends), "start": row.start,
        "end": row.end, "priority": row.priority, "through_dark": row.through_dark,
    }  # fmt: skip
    return {key: said[key] for key in KEYS if said[key] not in ("", None, 0, False, [])}


def _new_body(row: RuleRow, end: str) -> str:
    lines = [f"[[{row.kind}]]", *(f"{key} = {tomlkit.item(value).as_string()}" for key, value in _values(row).items())]
    return "".join(line + end for line in lines)


def _changed_body(body: str, before: RuleRow, after: RuleRow, end: str) -> str:
    """Only the keys whose values differ are written anew; comments and the other keys stay as they are."""
    text = quoted(closed(body, "\n"))
    document = _parsed(text)
    tables = cast(Any, document).get(before.kind)
    if not isinstance(tables, AoT):
        raise ContentFault(UNREAD)
    table: Any = tables[0]
    indonesian = _INDONESIAN.search(str(table.get("days", ""))) is not None
    now, wanted = _values(before), _values(after)
    spelled = _values(after, indonesian=indonesian)
    for key in KEYS:
        if key not in wanted:
            if key in table and key in now:
                del table[key]
        elif now.get(key) != wanted[key]:
            table[key] = spelled[key]
    return "".join(_changed_rows(body, text, document.as_string(), end))


def _changed_rows(body: str, before: str, after: str, end: str) -> Iterator[str]:
    """The lines of `after`; those that were in `before` as they stand in the file (their line ends, an unquoted 24:00)."""
    originals = dict(zip(before.split("\n"), body.replace("\r\n", "\n").split("\n"), strict=False))
    for line in after.removesuffix("\n").split("\n"):
        yield originals.get(line, line) + end


def _parsed(text: str) -> tomlkit.TOMLDocument:
    """Raises ContentFault."""
    try:
        return tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise ContentFault(UNREAD) from error
