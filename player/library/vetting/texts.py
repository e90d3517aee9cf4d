"""The bundle's texts, parsed by a child process with limits, so that no parser of a foreign text runs in the daemon.

Knows: the child's life (one for a look at the bundle), what is said of a text that ends it, what was parsed before.
Touches: a child process. Must not: parse a text itself, or believe the child's answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import tzinfo
from typing import Any, Self, TypeVar

from player.base.children import ChildDied, ParserChild
from player.base.strict_json import as_list, as_text, as_truth, as_whole
from player.core.model import Problem
from player.library.content.playlist_entry import ITEMS_LIMIT, Parsed
from player.library.content.rows import entry_of, problem_of, rule_of, ticker_of
from player.library.content.schedule_file import ParsedSchedule
from player.library.content.ticker_file import ParsedTicker, limit_messages
from player.library.vetting.verdicts import VettingFailed

T = TypeVar("T")
CHILD = "player.library.vetting.text_child"
ENTRIES_AT_ONCE = 500
"""Python's JSON parser holds every other thread for the whole of an answer: a millisecond or two for so many entries."""
UNREADABLE = "it cannot be read within reasonable time and memory; it is not used"


class TextReader:
    """Content's `Texts` for the daemon. A text that has not changed since the look before is not parsed again.

    `with reader:` is one look at a bundle: it ends with no child. Not thread-safe. Its methods raise VettingFailed when
    the machine has no memory or no time for the child; what a text itself does to the child is a problem of that text.
    """

    def __init__(self, breathe: Callable[[], None] = lambda: None) -> None:
        """breathe: see ParserChild.ask."""
        self.child = ParserChild.of(CHILD)
        self._breathe = breathe
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}

    def __enter__(self) -> Self:
        self._before, self._now = self._now, {}
        return self

    def __exit__(self, *_: object) -> None:
        self.child.end()
        self._before = {}

    def playlist(self, raw: bytes, file: str, title: str, zone: tzinfo, hashed: Collection[str] = ()) -> Parsed:
        def parse() -> Parsed:
            asked = {"what": "playlist", "file": file, "title": title, "zone": str(zone), "hashed": sorted(hashed)}
            answer = self._ask(asked, raw)
            parsed = Parsed(problems=[problem_of(row) for row in as_list(answer.get("problems"))])
            total = as_whole(answer.get("entries"), most=ITEMS_LIMIT)
            while len(parsed.entries) < total:
                rows = as_list(self._ask({"what": "entries", "begin": len(parsed.entries)}).get("entries"))
                if not rows:
                    raise ValueError("the child has fewer entries than it said")
                parsed.entries += map(entry_of, rows)
            return parsed

        def unreadable(problem: Problem) -> Parsed:
            return Parsed(problems=[problem])

        return self._parsed(("playlist", file, str(zone), frozenset(hashed), _digest(raw)), parse, unreadable, title)

    def schedule(self, raw: bytes, name: str, known: Collection[str]) -> ParsedSchedule:
        def parse() -> ParsedSchedule:
            answer = self._ask({"what": "schedule", "name": name, "known": sorted(known)}, raw)
            return ParsedSchedule(
                as_text(answer.get("timezone")),
                [rule_of(row) for row in as_list(answer.get("rules"))],
                [ticker_of(row) for row in as_list(answer.get("tickers"))],
                [problem_of(row) for row in as_list(answer.get("problems"))],
                [problem_of(row) for row in as_list(answer.get("refused"))],
                as_truth(answer.get("readable")),
            )

        def unreadable(problem: Problem) -> ParsedSchedule:
            return ParsedSchedule(problems=[problem], refused=[problem], readable=False)

        return self._parsed(("schedule", name, frozenset(known), _digest(raw)), parse, unreadable, name)

    def ticker(self, raw: bytes, name: str) -> ParsedTicker:
        def parse() -> ParsedTicker:
            answer = self._ask({"what": "ticker", "name": name}, raw)
            messages = [as_text(message) for message in as_list(answer.get("messages"))]
            problems = [problem_of(row) for row in as_list(answer.get("problems"))]
            return ParsedTicker(limit_messages(tuple(messages), name).messages, problems)

        def unreadable(problem: Problem) -> ParsedTicker:
            return ParsedTicker(problems=[problem])

        return self._parsed(("ticker", name, _digest(raw)), parse, unreadable, name)

    def _parsed(self, key: Hashable, parse: Callable[[], T], unreadable: Callable[[Problem], T], title: str) -> T:
        found: T
        if key in self._before:
            found = self._before[key]
        else:
            try:
                found = parse()
            except OSError as error:
                raise VettingFailed(f"the process that reads texts cannot be started ({error})") from error
            except ChildDied as died:
                if not died.by_question:
                    raise VettingFailed(f"{title} could not be read ({died}); it is tried again") from died
                found = unreadable(Problem(title, UNREADABLE, "write it anew, and shorter"))
            except ValueError:
                self.child.end()
                found = unreadable(Problem(title, UNREADABLE, "write it anew"))
        self._now[key] = found
        return found

    def _ask(self, question: Mapping[str, Any], raw: bytes | None = None) -> Mapping[str, Any]:
        return self.child.ask(question, raw, self._breathe)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
