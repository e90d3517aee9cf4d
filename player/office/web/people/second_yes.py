"""The two-person rule: what one person asks for and another one says yes to, before it is done.

Knows: that nobody says yes to what he asked for himself, and that a yes is for what was asked and nothing else.
Touches: the table second_yes. Must not: do what was asked for; the page that asked does it after the yes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from player.office.web.faults import PageFault
from player.office.web.people.database import PeopleDatabase, from_ms, in_ms

WAITS = timedelta(hours=24)
"""What nobody answered for so long is over."""
_COLUMNS = "id, kind, what, path, digest, asked_by, asked_ms, ends_ms, decided_by, decided_ms, decision"

Decision = Literal["", "yes", "no", "over"]


@dataclass(frozen=True, slots=True)
class SecondYes:
    """what: one sentence for people. path: the page where one looks at it and decides. digest: of exactly what was asked for."""

    id: str
    kind: str
    what: str
    path: str
    digest: str
    asked_by: str
    asked: datetime
    ends: datetime
    decided_by: str
    decided: datetime | None
    decision: Decision

    def may_decide(self, account: str) -> bool:
        return not self.decision and account != self.asked_by


class SecondYeses:
    """asked_by and by are accounts' names; which of them may decide at all is the page's right."""

    def __init__(self, database: PeopleDatabase, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def ask(
        self, kind: str, what: str, by: str, *, path: str = "", digest: str = "", waits: timedelta = WAITS
    ) -> SecondYes:
        """path may hold {id}."""
        asked = self._now()
        identity = secrets.token_hex(8)
        self._database.write(
            "INSERT INTO second_yes (id, kind, what, path, digest, asked_by, asked_ms, ends_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (identity, kind, what, path.replace("{id}", identity), digest, by, in_ms(asked), in_ms(asked + waits)),
        )
        return self.get(identity)

    def get(self, identity: str) -> SecondYes:
        """Raises PageFault: nothing waits under this number."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM second_yes WHERE id = ?", (identity,))
        if not rows:
            raise PageFault("Nothing waits for a second yes here; it was answered or taken back.", status=404)
        return self._made(rows[0])

    def waiting(self) -> list[SecondYes]:
        """What is neither decided nor over, the oldest first."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM second_yes WHERE decision = '' AND ends_ms > ? ORDER BY asked_ms",
            (in_ms(self._now()),),
        )
        return [self._made(row) for row in rows]

    def decide(self, identity: str, by: str, *, yes: bool = True, digest: str = "") -> SecondYes:
        """digest: of what would be done now. Raises PageFault: it may not be decided by this person, or any more, or changed."""
        with self._database.writing():
            asked = self.get(identity)
            if asked.decision:
                raise PageFault("This was decided or taken back already.", status=409)
            if by == asked.asked_by and yes:
                raise PageFault("You asked for this yourself; another person must say yes.", status=403)
            if yes and digest != asked.digest:
                raise PageFault("What was asked for has changed since; ask for it again.", status=409)
            self._database.write(
                "UPDATE second_yes SET decided_by = ?, decided_ms = ?, decision = ? WHERE id = ? AND decision = ''",
                (by, in_ms(self._now()), "yes" if yes else "no", identity),
            )
        return self.get(identity)

    def _made(self, row: tuple[object, ...]) -> SecondYes:
        identity, kind, what, path, digest, asked_by, asked, ends, decided_by, decided, decision = row
        end = from_ms(int(str(ends)))
        made: Decision = (
            "yes" if decision == "yes" else "no" if decision == "no" else "over" if end <= self._now() else ""
        )
        return SecondYes(
            str(identity), str(kind), str(what), str(path), str(digest), str(asked_by), from_ms(int(str(asked))), end,
            str(decided_by), None if decided is None else from_ms(int(str(decided))), made,
        )  # fmt: skip
