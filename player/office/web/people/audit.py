"""The log of what was done: who, what, to what, with what result; before and after of each published file. Only added to.

Knows: how each line is tied to the one before. Touches: the table audit. Must not: change or remove a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from player.office.web.people.database import PeopleDatabase, from_ms, in_ms

FIRST_CHAIN = "0" * 64
TEXT_MOST = 200_000
"""Characters of a file before or after that are kept; of a longer one the beginning, its length and its hash."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """chain: SHA-256 over the chain of the line before and everything in this one."""

    n: int
    at: datetime
    who: str
    what: str
    target: str
    result: str
    before: str
    after: str
    chain: str


@dataclass(frozen=True, slots=True)
class AuditState:
    """Whether the lines are those that were written. broken: the first that is not, 0 when all are."""

    count: int
    chain: str
    broken: int


class AuditLog:
    """now: when a line is written. who: an account's name, or `panel-office` for the command line."""

    def __init__(self, database: PeopleDatabase, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def note(self, who: str, what: str, to: str, result: str, before: str = "", after: str = "") -> AuditLine:
        """Adds a line and returns it. what and result: plain English, as the panels' own logs are."""
        with self._database.writing():
            last = self._database.rows("SELECT n, chain FROM audit ORDER BY n DESC LIMIT 1")
            n, chain = (int(last[0][0]) + 1, str(last[0][1])) if last else (1, FIRST_CHAIN)
            at = in_ms(self._now())
            fields = (n, at, who, what, to, result, _bounded(before), _bounded(after))
            line = (*fields, _next_chain(chain, fields))
            self._database.write(
                "INSERT INTO audit (n, at_ms, who, what, target, result, before, after, chain)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                line,
            )
        return _line(line)

    def newest(self, most: int = 100, below: int = 0, words: str = "", who: str = "") -> list[AuditLine]:
        """The newest first. below: only smaller numbers; words: only lines that have them; who: only this account's."""
        like = f"%{words.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM audit WHERE (? = 0 OR n < ?) AND (? = '' OR who = ?)"
            " AND (who LIKE ? ESCAPE '!' OR what LIKE ? ESCAPE '!' OR target LIKE ? ESCAPE '!' OR result LIKE ? ESCAPE '!')"
            " ORDER BY n DESC LIMIT ?",
            (below, below, who, who, like, like, like, like, most),
        )
        return [_line(row) for row in rows]

    def find(self, n: int) -> AuditLine | None:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM audit WHERE n = ?", (n,))
        return _line(rows[0]) if rows else None

    def head(self) -> tuple[int, str]:
        """The last line's number and chain: who wrote these two down elsewhere sees when lines at the end are taken away."""
        rows = self._database.rows("SELECT n, chain FROM audit ORDER BY n DESC LIMIT 1")
        return (int(rows[0][0]), str(rows[0][1])) if rows else (0, FIRST_CHAIN)

    def verify(self) -> AuditState:
        """Computes every chain again."""
        chain, n = FIRST_CHAIN, 0
        for line in self.each():
            n += 1
            fields = (line.n, in_ms(line.at), line.who, line.what, line.target, line.result, line.before, line.after)
            if line.n != n or line.chain != _next_chain(chain, fields):
                return AuditState(n, chain, n)
            chain = line.chain
        return AuditState(n, chain, 0)

    def each(self) -> Iterator[AuditLine]:
        """All lines, the oldest first."""
        n = 0
        while rows := self._database.rows(f"SELECT {_COLUMNS} FROM audit WHERE n > ? ORDER BY n LIMIT 500", (n,)):
            for row in rows:
                yield _line(row)
            n = int(rows[-1][0])


_COLUMNS = "n, at_ms, who, what, target, result, before, after, chain"


def _line(row: tuple[object, ...]) -> AuditLine:
    n, at, who, what, target, result, before, after, chain = row
    return AuditLine(
        int(str(n)),
        from_ms(int(str(at))),
        str(who),
        str(what),
        str(target),
        str(result),
        str(before),
        str(after),
        str(chain),
    )


def _next_chain(chain: str, fields: tuple[object, ...]) -> str:
    return hashlib.sha256(f"{chain}\n{json.dumps(fields, ensure_ascii=True)}".encode()).hexdigest()


def _bounded(text: str) -> str:
    if len(text) <= TEXT_MOST:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:TEXT_MOST]}\n... ({len(text)} characters, SHA-256 {digest})"
