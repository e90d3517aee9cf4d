"""The people of the console: who may sign in, who is signed in, who tried, what each did, whose second yes is waited for.

Knows: which parts of console.db belong together. Touches: nothing itself. Must not: know the pages, the panels, the content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from player.office.web.people.accounts import Accounts
from player.office.web.people.audit import AuditLog
from player.office.web.people.database import PeopleDatabase
from player.office.web.people.passwords import Passwords
from player.office.web.people.second_yes import SecondYeses
from player.office.web.people.sessions import Sessions
from player.office.web.people.sign_ins import SignIns


@dataclass
class People:
    """All that `panel-office account` needs, and a part of what the server has."""

    accounts: Accounts
    sessions: Sessions
    sign_ins: SignIns
    audit: AuditLog
    second_yes: SecondYeses
    passwords: Passwords


def people_of(
    database: PeopleDatabase,
    now: Callable[[], datetime],
    language: Literal["id", "en"],
    passwords: Passwords | None = None,
) -> People:
    """language: of accounts whose owner has not chosen one. passwords None: at today's cost."""
    return People(
        accounts=Accounts(database, now, language),
        sessions=Sessions(database, now),
        sign_ins=SignIns(database, now),
        audit=AuditLog(database, now),
        second_yes=SecondYeses(database, now),
        passwords=passwords or Passwords(),
    )
