"""The last log lines, in memory, for the `logs` command.

Knows: the lines since the start, the newest thousand. Touches: the root logger while it is open.
Must not: read the system's journal (a technician does that with journalctl).
"""

from __future__ import annotations

import logging
import time
from collections import deque

KEPT_LINES = 1000
LONGEST_LINE = 1000
"""A line with a whole file in it must not push out the evidence."""

RANKS = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}
"""Not logging's own names: under systemd those carry the journal's marks (<4>)."""


class LogRing(logging.Handler):
    """Thread-safe, as every handler is (logging holds its lock around `emit`)."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        form = logging.Formatter("%(asctime)sZ %(rank)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        form.converter = time.gmtime
        self.setFormatter(form)

    def __enter__(self) -> LogRing:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            record.rank = RANKS.get(record.levelno, "NOTE")
            self._lines.extend(line[:LONGEST_LINE] for line in self.format(record).splitlines())
        except Exception:  # noqa: BLE001 - logging's own rule: a handler never raises into the caller
            self.handleError(record)

    def last(self, lines: int) -> tuple[str, ...]:
        """The newest `lines`, oldest first."""
        self.acquire()
        try:
            saved = tuple(self._lines)
        finally:
            self.release()
        return saved[-lines:] if lines > 0 else ()
