"""When each content was last on any panel, as the records say.

Knows: how old an answer may be. Touches: the records' database, reading, at most once in ten minutes.
Must not: hold a page up: where there is no database, or it does not answer, nothing is known.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from player.office.signing import OfficeError

BEHIND = timedelta(days=31)
"""What was shown longer ago is told as not shown: a month of a thousand panels is what a database gives in a moment."""
AGAIN = timedelta(minutes=10)


class LastShown:
    """Called with a hash. Several threads may ask."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self._url, self._now = url, now
        self._lock = threading.Lock()
        self._asked: datetime | None = None
        self._known: dict[str, int] = {}

    def __call__(self, sha256: str) -> datetime | None:
        with self._lock:
            now = self._now()
            if self._asked is None or not timedelta() <= now - self._asked < AGAIN:
                self._asked, self._known = now, self._read(now)
            ms = self._known.get(sha256)
        return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)

    def _read(self, now: datetime) -> dict[str, int]:
        # Here: SQLAlchemy is 20 MB, which a server holds only where records are asked for.
        from player.office.records.database import open_database, plain_database_errors, reading
        from player.office.records.queries import last_shown

        try:
            engine = open_database(self._url)
            try:
                with plain_database_errors(self._url), reading(engine) as connection:
                    return last_shown(connection, int((now - BEHIND).timestamp() * 1000))
            finally:
                engine.dispose()
        except OfficeError:
            return {}
