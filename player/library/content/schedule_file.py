"""`schedule.toml`: which named playlist plays when.

Knows: the file's tables and keys. Touches nothing: it gets the text. Must not: decide what plays (core/playing/schedule.py does).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from player.base.near import NearNames
from player.base.zones import zone_named
from player.core.model import DEFAULT_PLAYLIST, Problem, ScheduleRule
from player.library.content.disguises import what_it_is
from player.library.content.names import PLAYLIST_ENDINGS, PLAYLISTS_FOLDER
from player.library.content.schedule_text import LEFT_OUT, RULES_LIMIT, ScheduleText, Table
from player.library.content.schedule_words import Wrong, read_date, read_days, read_time
from player.library.content.ticker_rule import TickerRule

SCHEDULE_LIMIT_BYTES = 1 << 20
PRIORITY_LIMIT = 1_000_000
_KINDS = ("show", "dark", "ticker")
_DARK_KEYS = ("days", "from", "until", "start", "end", "priority")
_SHOW_KEYS = ("playlist", *_DARK_KEYS, "through_dark")
_KEYS = {"show": _SHOW_KEYS, "dark": _DARK_KEYS, "ticker": ("text", "file", *_DARK_KEYS)}
_OTHER_WORDS = {
    "dari": "from", "mulai": "from", "sampai": "until", "hingga": "until", "hari": "days", "day": "days",
    "prioritas": "priority", "begin": "start", "date": "start", "tanggal": "start", "to": "until", "name": "playlist",
}  # fmt: skip
_ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}


@dataclass(slots=True)
class ParsedSchedule:
    """timezone "": the panel's own. readable False: nothing of it counts, the schedule before goes on.

    refused: those of the problems that keep something from counting.
    """

    timezone: str = ""
    rules: list[ScheduleRule] = field(default_factory=list)
    tickers: list[TickerRule] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    readable: bool = True

    def refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.refused.append(problem)


def parse_schedule(raw: bytes, name: str, known: Collection[str]) -> ParsedSchedule:
    """The rules in the file `name`; a rule that cannot be understood is left out and reported, the rest counts.

    known: the playlists that exist, to say so when a rule names another one.
    """
    if len(raw) > SCHEDULE_LIMIT_BYTES:
        return _unreadable(Problem(name, "larger than 1 MB; it is not read", "make it shorter"))
    if disguise := what_it_is(raw):
        return _unreadable(Problem(name, f"it is {disguise}, not a plain text", "save it as plain text"))
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        bad_line = raw.count(b"\n", 0, error.start) + 1
        return _unreadable(Problem(name, "not UTF-8 text", "save it as UTF-8", bad_line))
    return _Reading(ScheduleText(text, name), name, known).read()


def _unreadable(problem: Problem) -> ParsedSchedule:
    return ParsedSchedule(problems=[problem], refused=[problem], readable=False)


class _Reading:
    """One file."""

    def __init__(self, text: ScheduleText, name: str, known: Collection[str]) -> None:
        self._text, self._name, self._known = text, name, known
        self._near_playlists = NearNames(known)
        self._parsed = ParsedSchedule()

    def read(self) -> ParsedSchedule:
        read, parsed = self._text.read(), self._parsed
        for problem in read.problems:
            parsed.refuse(problem)
        self._read_top(read.top)
        rules = [table for table in read.tables if table.kind in _KINDS]
        for kind in dict.fromkeys(table.kind for table in read.tables):
            tables = [table for table in read.tables if table.kind == kind]
            if kind not in _KINDS:
                self._tell_stranger(kind, tables[0].line)
            elif any(table.single for table in tables):
                self._tell_single(kind, tables[0].line)
        if len(rules) > RULES_LIMIT:
            what = f"more than {RULES_LIMIT} rules; the rest is left out"
            parsed.refuse(Problem(self._name, what, "make it shorter"))
        for table in rules[:RULES_LIMIT]:
            if table.entry is not None:
                self._read_rule(table)
        # With every rule wrong there is nothing left to obey; a file without rules says that nothing is scheduled.
        parsed.readable = bool(parsed.rules or parsed.tickers) or (not rules and not read.problems)
        return parsed

    def _read_top(self, top: dict[str, Any]) -> None:
        self._parsed.timezone = self._timezone(top.get("timezone", ""))
        for key, value in top.items():
            if key in _KINDS:
                for entry in value if isinstance(value, list) else ():
                    self._read_rule(Table(key, None, entry))
                if not isinstance(value, list):
                    self._tell_single(key, None)
            elif key in _SHOW_KEYS:
                what = f"{key} stands above all rules"
                self._parsed.problems.append(Problem(self._name, what, "write [[show]] on a line before it"))
            elif key != "timezone":
                self._tell_stranger(key, None)

    def _tell_single(self, kind: str, line: int | None) -> None:
        what = f"[{kind}] has one pair of brackets"
        self._parsed.problems.append(Problem(self._name, what, f"write [[{kind}]]", line))

    def _tell_stranger(self, key: str, line: int | None) -> None:
        near = NearNames(("timezone", *_KINDS)).near(key, 0.6)
        what = f"{key!r} is not known here{_did_you_mean(near)}"
        remedy = f"write [[{near}]]" if near in _KINDS else "write [[show]], [[dark]], [[ticker]] or timezone = ..."
        self._parsed.problems.append(Problem(self._name, what, remedy, line))

    def _timezone(self, zone: Any) -> str:
        try:
            if zone:
                zone_named(zone)
        except ValueError:
            better = _ZONES.get(str(zone).casefold())
            remedy = f'write timezone = "{better}"' if better else 'write one like timezone = "Asia/Jakarta"'
            what = f"no time zone is called {zone!r:.60}; the panel's is used"
            self._parsed.refuse(Problem(self._name, what, remedy))
            return ""
        return str(zone)

    def _read_rule(self, table: Table) -> None:
        try:
            rule = self._rule(table)
        except Wrong as wrong:
            at = self._text.line_of_key(table.line, wrong.key)
            self._parsed.refuse(Problem(self._name, f"{wrong.what}; {LEFT_OUT}", wrong.remedy, at))
            return
        if table.kind == "ticker" and isinstance(table.entry, dict):
            text, file = (table.entry.get(key, "") for key in ("text", "file"))
            self._parsed.tickers.append(TickerRule(rule, text, file, table.line))
            return
        self._parsed.rules.append(rule)
        if rule.playlist is not None and rule.playlist not in self._known:
            at = self._text.line_of_key(table.line, "playlist")
            self._parsed.problems.append(self._unknown_playlist(rule.playlist, at))

    def _unknown_playlist(self, playlist: str, line: int | None) -> Problem:
        bare = playlist.replace("\\", "/").removeprefix("./").removeprefix(f"{PLAYLISTS_FOLDER}/")
        for ending in PLAYLIST_ENDINGS:
            bare = bare[: -len(ending)] if bare.casefold().endswith(ending) else bare
        bare = DEFAULT_PLAYLIST if bare.casefold() == "playlist" else bare
        if bare != playlist and bare in self._known:
            return Problem(
                self._name, f"a playlist is named without its folder and its ending, not {playlist!r}",
                f'write playlist = "{bare}"', line,
            )  # fmt: skip
        what = f"there is no playlist {playlist!r:.200}{_did_you_mean(self._near_playlists.near(playlist, 0.6))}"
        return Problem(self._name, what, f"make playlists/{bare[:200]}.m3u8, or correct the name", line)

    def _rule(self, table: Table) -> ScheduleRule:
        """Raises Wrong."""
        kind, entry = table.kind, table.entry
        if not isinstance(entry, dict):
            raise Wrong(kind, f"{kind} is not a table", f"write [[{kind}]] on a line of its own")
        self._check_keys(kind, entry)
        playlist = entry.get("playlist")
        if kind == "show" and (not isinstance(playlist, str) or not playlist):
            example = min(set(self._known) - {DEFAULT_PLAYLIST}, default=DEFAULT_PLAYLIST)
            raise Wrong("playlist", "[[show]] names no playlist", f'write playlist = "{example}"')
        if kind == "ticker":
            _check_text(entry)
        begins, ends = (read_time(key, entry.get(key), self._typed(table, key)) for key in ("from", "until"))
        rule = ScheduleRule(
            playlist=playlist,
            days=read_days(entry.get("days")),
            begins=begins,
            ends=ends,
            start=read_date("start", entry.get("start"), self._typed(table, "start")),
            end=read_date("end", entry.get("end"), self._typed(table, "end")),
            priority=_priority(entry.get("priority")),
            through_dark=_truth("through_dark", entry.get("through_dark")),
        )
        if rule.start and rule.end and rule.end < rule.start:
            raise Wrong("end", "end lies before start", "correct the dates")
        if begins is not None and begins == ends:
            what = "from and until are the same, so the window has no length"
            raise Wrong("until", what, "leave both out for the whole day")
        return rule

    def _typed(self, table: Table, key: str) -> str:
        return self._text.typed(self._text.line_of_key(table.line, key), key)

    def _check_keys(self, kind: str, entry: dict[str, Any]) -> None:
        keys = _KEYS[kind]
        for key in entry:
            if key in keys:
                continue
            near = _OTHER_WORDS.get(key.casefold()) or NearNames(keys).near(key, 0.6)
            if key in _SHOW_KEYS:
                near = None
            raise Wrong(key, f"{key!r} is not known in [[{kind}]]{_did_you_mean(near)}", f"use {', '.join(keys)}")


def _check_text(entry: dict[str, Any]) -> None:
    """Raises Wrong."""
    said = [key for key in ("text", "file") if key in entry]
    if len(said) != 1:
        what = "[[ticker]] has both text and file" if said else "[[ticker]] has no text"
        raise Wrong(said[0] if said else "text", what, 'write text = "..." or file = "NAME.txt"')
    key, value = said[0], entry[said[0]]
    if not isinstance(value, str) or not value.strip():
        raise Wrong(key, f"{key} = {str(value)[:40]} is not understood", f'write {key} = "..."')


def _priority(value: object) -> int:
    """Raises Wrong."""
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        digits = str(value).strip().removesuffix(".0")
        example = digits if digits.removeprefix("-").isdecimal() and len(digits) < 7 else "10"
        raise Wrong("priority", f"priority = {str(value)[:40]} is not understood", f"write priority = {example}")
    if abs(value) > PRIORITY_LIMIT:
        raise Wrong("priority", "priority is too large", "write priority = 10")
    return value


def _truth(key: str, value: object) -> bool:
    """Raises Wrong."""
    if value is not None and not isinstance(value, bool):
        said = "false" if str(value).casefold() in ("no", "tidak", "off", "0", "false") else "true"
        raise Wrong(key, f"{key} = {str(value)[:40]} is not understood", f"write {key} = {said}")
    return bool(value)


def _did_you_mean(near: str | None) -> str:
    return f" (did you mean {near!r}?)" if near else ""
