"""Everything that the broker keeps of the panels, fetched once.

Knows: when all of it is here. Touches: one session. Must not: judge it (fleet.py does).
"""

from __future__ import annotations

from datetime import UTC, datetime

from player.base.mqtt.messages import Account
from player.office.fleet import Fleet
from player.office.session import OfficeSession


def gather(account: Account, root: str) -> Fleet:
    """All panels, as their retained messages tell of them. Raises OfficeError."""
    fleet = Fleet(root)
    with OfficeSession(account) as session:
        session.listen(*fleet.topics)
        for arrived in session.hear_retained():
            fleet.take(arrived, wall_now())
    return fleet


def wall_now() -> datetime:
    return datetime.now(UTC)
