"""Sessions: who is signed in, on which browser; kept on the server, over its restarts.

Knows: how long a session lasts. Touches: the table sessions, which holds a token's hash and never the token.
Must not: know a cookie (guard.py does) or a password.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from player.office.web.people.database import PeopleDatabase, from_ms, in_ms

IDLE = timedelta(hours=12)
"""A working day: who was away for longer signs in again."""
LONGEST = timedelta(days=7)
HALFWAY = timedelta(minutes=10)
"""Between the password and the code of the second factor."""
SEEN_EVERY = timedelta(minutes=1)
"""A page with a stream asks all the time; that it was seen is written once a minute."""
TEXT_MOST = 300


class SessionStage(StrEnum):
    """PASSWORD: the password was right, the code of the second factor is still to come."""

    PASSWORD = "password"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class OpenSession:
    """id: what others may know of it. csrf: what its forms hold."""

    id: str
    account: str
    stage: SessionStage
    made: datetime
    seen: datetime
    address: str
    browser: str
    csrf: str = ""


class Sessions:
    """A token stands in the person's cookie only; here is its hash, so that a stolen copy of the file signs nobody in."""

    def __init__(self, database: PeopleDatabase, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def begin(self, account: str, stage: SessionStage, address: str, browser: str) -> str:
        """The token of a new session: never one that came from a browser."""
        token, now = secrets.token_urlsafe(32), in_ms(self._now())
        with self._database.writing():
            self._forget_ended()
            self._database.write(
                "INSERT INTO sessions (id, token, account, stage, made_ms, seen_ms, address, browser)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (secrets.token_hex(8), _hash(token), account, stage.value, now, now, address, browser[:TEXT_MOST]),
            )
        return token

    def find(self, token: str) -> OpenSession | None:
        """The session of this token, as long as it lasts; notes that it was used."""
        found = self._read("token = ?", _hash(token))
        if not found or self._is_over(found[0]):
            return None
        session = found[0]
        if self._now() - session.seen > SEEN_EVERY:
            self._database.write("UPDATE sessions SET seen_ms = ? WHERE id = ?", (in_ms(self._now()), session.id))
        return OpenSession(
            session.id, session.account, session.stage, session.made, session.seen, session.address, session.browser,
            csrf=csrf_of(token),
        )  # fmt: skip

    def is_open(self, session: str) -> bool:
        found = self._read("id = ?", session)
        return bool(found) and not self._is_over(found[0])

    def of(self, account: str) -> list[OpenSession]:
        """The account's open sessions, the one used last first."""
        return [each for each in self._read("account = ? ORDER BY seen_ms DESC", account) if not self._is_over(each)]

    def end(self, session: str) -> None:
        self._database.write("DELETE FROM sessions WHERE id = ?", (session,))

    def end_all(self, account: str, but: str = "") -> int:
        """How many were ended."""
        return self._database.write("DELETE FROM sessions WHERE account = ? AND id != ?", (account, but))

    def say(self, session: str, said: str) -> None:
        """What the next page of this session shows once."""
        self._database.write("UPDATE sessions SET said = ? WHERE id = ?", (said[: 10 * TEXT_MOST], session))

    def take_said(self, session: str) -> str:
        found = self._database.rows("SELECT said FROM sessions WHERE id = ? AND said != ''", (session,))
        if found:
            self.say(session, "")
        return str(found[0][0]) if found else ""

    def _read(self, where: str, value: str) -> list[OpenSession]:
        rows = self._database.rows(
            f"SELECT id, account, stage, made_ms, seen_ms, address, browser FROM sessions WHERE {where}", (value,)
        )
        return [
            OpenSession(row[0], row[1], SessionStage(row[2]), from_ms(row[3]), from_ms(row[4]), row[5], row[6])
            for row in rows
        ]

    def _is_over(self, session: OpenSession) -> bool:
        """A clock that was set back ends nothing."""
        now = self._now()
        if session.stage is SessionStage.PASSWORD:
            return now - session.made > HALFWAY
        return now - session.seen > IDLE or now - session.made > LONGEST

    def _forget_ended(self) -> None:
        now = self._now()
        self._database.write(
            "DELETE FROM sessions WHERE made_ms < ? OR seen_ms < ?", (in_ms(now - LONGEST), in_ms(now - IDLE))
        )


def csrf_of(token: str) -> str:
    """From the token alone, so that it need not be kept; from it the token cannot be found."""
    return hashlib.sha256(b"csrf " + token.encode()).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
