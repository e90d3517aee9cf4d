"""The console's own database, console.db in the data folder: accounts, sessions, logs, what waits for a second yes.

Knows: its tables and their versions. Touches: that file, which only this account may read.
Must not: know what a row means; the modules beside this one do.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from player.base.portable import NO_LINK, PRIVATE
from player.office.signing import OfficeError

FILE_NAME = "console.db"
BUSY_S = 10.0
"""`panel-office account` writes beside the console: each waits so long for the other."""

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE accounts (
        name TEXT PRIMARY KEY, shown_name TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL, language TEXT NOT NULL,
        made_ms INTEGER NOT NULL, disabled_ms INTEGER, secret TEXT NOT NULL DEFAULT '', counter INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE recovery (account TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (account, hash)) STRICT;
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, account TEXT NOT NULL, stage TEXT NOT NULL, made_ms INTEGER NOT NULL,
        seen_ms INTEGER NOT NULL, address TEXT NOT NULL, browser TEXT NOT NULL, said TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE sign_ins (
        n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL, browser TEXT NOT NULL,
        result TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sign_ins_at ON sign_ins (at_ms);
    CREATE TABLE audit (
        n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, target TEXT NOT NULL,
        result TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, chain TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
    CREATE TRIGGER audit_is_so BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
    CREATE TABLE second_yes (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, what TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL,
        asked_by TEXT NOT NULL, asked_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, decided_by TEXT NOT NULL DEFAULT '',
        decided_ms INTEGER, decision TEXT NOT NULL DEFAULT ''
    ) STRICT;
    """,
)
"""What brings a database from version n to n + 1; a row is never changed after its release, another is added."""


def in_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def make_private_folder(folder: Path) -> None:
    """The data folder, which other accounts of this computer may not enter. Raises OfficeError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = folder.stat().st_mode
        if mode & 0o007 and hasattr(os, "getuid"):
            folder.chmod(mode & 0o770)
    except OSError as error:
        raise OfficeError(
            f"{folder}: {error.strerror}; web.data_folder must be a folder that may be written to"
        ) from error


class PeopleDatabase:
    """Open inside `with`. Several threads may use it: each call holds a lock for its moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> PeopleDatabase:
        make_private_folder(self.path.parent)
        try:
            # SQLite gives the files beside it (-wal, -shm) this file's mode.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | NO_LINK | PRIVATE, 0o600))
            opened = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            self._connection = opened
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("PRAGMA synchronous = FULL")
            self._bring_up_to_date()
        except (OSError, sqlite3.Error) as error:
            self.__exit__()
            raise OfficeError(f"{self.path}: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _bring_up_to_date(self) -> None:
        with self.writing():
            ((version,),) = self.rows("PRAGMA user_version")
            if version > len(STEPS):
                raise OfficeError(f"{self.path} was written by a newer panel-office; install that one")
            for step in STEPS[version:]:
                for statement in _statements_of(step):
                    self.write(statement)
            self.write(f"PRAGMA user_version = {len(STEPS)}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing of what is written inside, and nobody else writes meanwhile."""
        with self._lock:
            if self._open().in_transaction:
                yield
                return
            self._open().execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._open().execute("ROLLBACK")
                raise
            self._open().execute("COMMIT")

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """How many rows it changed."""
        with self._lock:
            return self._open().execute(sql, values).rowcount

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._open().execute(sql, values).fetchall()

    def _open(self) -> sqlite3.Connection:
        assert self._connection is not None, "it is open inside `with` only"
        return self._connection


def _statements_of(script: str) -> Iterator[str]:
    """One by one, as a transaction needs them; a trigger's own semicolons stay in it."""
    gathered = ""
    for piece in script.split(";"):
        gathered += f"{piece};"
        if sqlite3.complete_statement(gathered):
            if gathered.strip(" \n;"):
                yield gathered.strip()
            gathered = ""
