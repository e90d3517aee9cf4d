"""The accounts: who may sign in, as what, in which language.

Knows: what a name may be, and that the last admin stays. Touches: the tables accounts and recovery.
Must not: see a password, only its hash; know a session (sessions.py ends those).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from player.office.web.faults import PageFault
from player.office.web.people.database import PeopleDatabase, from_ms, in_ms
from player.office.web.people.roles import Role
from player.office.web.words import Language, language_of

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
SHOWN_MOST = 60
_COLUMNS = "name, shown_name, role, language, made_ms, disabled_ms, secret, password, counter"


@dataclass(frozen=True, slots=True)
class Person:
    """One account. password: its hash. secret: of the second factor, "" without one. counter: of the last code used."""

    account: str
    name: str
    role: Role
    language: Language
    made: datetime
    disabled: datetime | None
    secret: str
    password: str
    counter: int

    @property
    def has_second_factor(self) -> bool:
        return bool(self.secret)


class Accounts:
    """language: a new account's."""

    def __init__(self, database: PeopleDatabase, now: Callable[[], datetime], language: Language) -> None:
        self._database, self._now, self._language = database, now, language

    def all(self) -> list[Person]:
        return [_person(row) for row in self._database.rows(f"SELECT {_COLUMNS} FROM accounts ORDER BY name")]

    def find(self, account: str) -> Person | None:
        found = self._database.rows(f"SELECT {_COLUMNS} FROM accounts WHERE name = ?", (account,))
        return _person(found[0]) if found else None

    def get(self, account: str) -> Person:
        """Raises PageFault: there is none."""
        found = self.find(account)
        if found is None:
            raise PageFault("No account is called {name}.", "account", 404, name=account)
        return found

    def add(self, account: str, shown_name: str, role: Role, password_hash: str) -> Person:
        """Raises PageFault: the name cannot be one, or is taken."""
        account = account.strip().lower()
        if NAME.fullmatch(account) is None:
            raise PageFault(
                "An account's name has 2 to 32 letters a to z, digits, dots or hyphens, without spaces.", "account"
            )
        shown_name = check_shown_name(shown_name or account)
        with self._database.writing():
            if self.find(account) is not None:
                raise PageFault("There is an account {name} already.", "account", 409, name=account)
            self._database.write(
                "INSERT INTO accounts (name, shown_name, role, password, language, made_ms) VALUES (?, ?, ?, ?, ?, ?)",
                (account, shown_name, role.value, password_hash, self._language, in_ms(self._now())),
            )
        return self.get(account)

    def set_password(self, account: str, password_hash: str) -> None:
        self._set(account, "password", password_hash)

    def set_language(self, account: str, language: Language) -> None:
        self._set(account, "language", language)

    def set_shown_name(self, account: str, shown_name: str) -> None:
        self._set(account, "shown_name", check_shown_name(shown_name))

    def set_role(self, account: str, role: Role) -> None:
        """Raises PageFault: nobody would be admin any more."""
        with self._database.writing():
            if role is not Role.ADMIN:
                self._keep_an_admin(account)
            self._set(account, "role", role.value)

    def disable(self, account: str) -> None:
        """The account stays, for the log; nobody signs in with it. Raises PageFault: it is the last admin's."""
        with self._database.writing():
            self._keep_an_admin(account)
            self._set(account, "disabled_ms", in_ms(self._now()))

    def enable(self, account: str) -> None:
        self._set(account, "disabled_ms", None)

    def set_second_factor(self, account: str, secret: str, counter: int, recovery_hashes: Sequence[str]) -> None:
        """secret "": without one again."""
        with self._database.writing():
            self._set(account, "secret", secret)
            self._set(account, "counter", counter)
            self._database.write("DELETE FROM recovery WHERE account = ?", (account,))
            for each in recovery_hashes:
                self._database.write("INSERT INTO recovery (account, hash) VALUES (?, ?)", (account, each))

    def use_counter(self, account: str, counter: int) -> bool:
        """A code is good once. False: this one, or a later one, was used already."""
        return (
            self._database.write(
                "UPDATE accounts SET counter = ? WHERE name = ? AND counter < ?", (counter, account, counter)
            )
            == 1
        )

    def use_recovery(self, account: str, code_hash: str) -> bool:
        """A recovery code is good once."""
        return self._database.write("DELETE FROM recovery WHERE account = ? AND hash = ?", (account, code_hash)) == 1

    def recovery_left(self, account: str) -> int:
        ((count,),) = self._database.rows("SELECT count(*) FROM recovery WHERE account = ?", (account,))
        return int(count)

    def _set(self, account: str, column: str, value: object) -> None:
        if self._database.write(f"UPDATE accounts SET {column} = ? WHERE name = ?", (value, account)) != 1:
            raise PageFault("No account is called {name}.", "account", 404, name=account)

    def _keep_an_admin(self, but: str) -> None:
        admins = [each.account for each in self.all() if each.role is Role.ADMIN and each.disabled is None]
        if admins == [but]:
            raise PageFault("This is the last admin; make somebody else an admin first.", "role", 409)


def check_shown_name(given: str) -> str:
    """The name that others see, in one line. Raises PageFault."""
    name = " ".join(given.split())
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") for char in name):
        raise PageFault("A name has only letters and signs that can be seen.", "shown_name")
    if not 1 <= len(name) <= SHOWN_MOST:
        raise PageFault("A name has 1 to {n} characters.", "shown_name", n=SHOWN_MOST)
    return name


def _person(row: tuple[object, ...]) -> Person:
    account, name, role, language, made, disabled, secret, password, counter = row
    return Person(
        str(account), str(name), Role(str(role)), language_of(str(language), "id"), from_ms(int(str(made))),
        None if disabled is None else from_ms(int(str(disabled))), str(secret), str(password), int(str(counter)),
    )  # fmt: skip
