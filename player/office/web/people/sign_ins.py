"""The sign-in log: each try, when, for which account, from where, with what result; and the wait that follows from it.

Knows: what counts as wrong. Touches: the table sign_ins. Must not: hold a password, or a name that is no account's in full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from player.base.text import printable
from player.office.web.people.database import PeopleDatabase, from_ms, in_ms
from player.office.web.people.throttle import LIMITS, LOOKED_BACK, network_of, wait_s

KEPT = timedelta(days=400)
"""Longer than a year's audit asks for; addresses of people are not kept for ever."""
TEXT_MOST = 300


class SignInResult(StrEnum):
    """What became of a try. HALF: the password was right, the second factor's code is asked for."""

    RIGHT = "right"
    HALF = "half"
    WRONG_PASSWORD = "wrong-password"
    WRONG_CODE = "wrong-code"
    DISABLED = "disabled"
    TOO_MANY = "too-many"
    OUT = "out"


WRONG = (SignInResult.WRONG_PASSWORD, SignInResult.WRONG_CODE, SignInResult.DISABLED)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the log."""

    at: datetime
    account: str
    address: str
    browser: str
    result: SignInResult


class SignIns:
    """The log. A right sign-in ends the counting for its account and address; a code that is still to come does not."""

    def __init__(self, database: PeopleDatabase, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def note(self, account: str, address: str, browser: str, result: SignInResult) -> None:
        now = self._now()
        with self._database.writing():
            self._database.write("DELETE FROM sign_ins WHERE at_ms < ?", (in_ms(now - KEPT),))
            self._database.write(
                "INSERT INTO sign_ins (at_ms, account, address, browser, result) VALUES (?, ?, ?, ?, ?)",
                (in_ms(now), account[:64], network_of(address), printable(browser)[:TEXT_MOST], result.value),
            )

    def newest(self, most: int = 200) -> list[SignIn]:
        rows = self._database.rows(
            "SELECT at_ms, account, address, browser, result FROM sign_ins ORDER BY n DESC LIMIT ?", (most,)
        )
        return [SignIn(from_ms(row[0]), row[1], row[2], row[3], SignInResult(row[4])) for row in rows]

    def wait_s(self, account: str, address: str) -> float:
        """How long this account must wait at this address before the next try; 0: it need not."""
        now, network = self._now(), network_of(address)
        asked = {
            "account and address": ("account = ? AND address = ?", (account, network)),
            "address": ("address = ?", (network,)),
            "account": ("account = ?", (account,)),
        }
        return max(wait_s(LIMITS[name], self._wrong(where, values), now) for name, (where, values) in asked.items())

    def _wrong(self, where: str, values: tuple[str, ...]) -> list[datetime]:
        """The wrong ones of the last hour, since the last right one of the same."""
        rows = self._database.rows(
            f"SELECT at_ms, result FROM sign_ins WHERE {where} AND at_ms > ? ORDER BY n DESC LIMIT 200",
            (*values, in_ms(self._now() - LOOKED_BACK)),
        )
        found = []
        for at, result in rows:
            if result == SignInResult.RIGHT:
                break
            if result in WRONG:
                found.append(from_ms(at))
        return found
