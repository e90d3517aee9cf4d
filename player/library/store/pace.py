"""How far an import is, and how long it will still take.

Knows: files and bytes, done and to do. Touches nothing but the report that it is given. Must not: copy anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from player.base.text import printable
from player.bundle.source import Source
from player.core.model import ImportProgress

REPORT_EVERY_S = 1.0
GUESS_AFTER_S = 1.0
"""The speed of the first second says nothing about the rest."""


class ImportPace:
    """Reports once a second at most, and at once when it is told to."""

    def __init__(self, source: Source, report: Callable[[ImportProgress | None], None]) -> None:
        self._source = source
        self._report = report
        self.begin(())

    def begin(self, sizes_bytes: Sequence[int]) -> None:
        """The files that are to be copied; counts anew, without a report."""
        self._files_total, self._bytes_total = len(sizes_bytes), sum(sizes_bytes)
        self._files_done = self._bytes_done = self._file_begins = 0
        self._began = time.monotonic()
        self._reported = 0.0

    def begin_file(self) -> None:
        self._file_begins = self._bytes_done

    def add_bytes(self, done: int) -> None:
        self._bytes_done += done
        if time.monotonic() - self._reported >= REPORT_EVERY_S:
            self.tell()

    def end_file(self, path: str, size_bytes: int) -> None:
        """Counts the whole file, however much of it was really copied."""
        self._files_done += 1
        self._bytes_done = self._file_begins + size_bytes
        if time.monotonic() - self._reported >= REPORT_EVERY_S:
            self.tell(path)

    def tell(self, path: str = "") -> None:
        self._reported = time.monotonic()
        done = min(self._bytes_done, self._bytes_total)
        self._report(
            ImportProgress(
                self._source, self._files_done, self._files_total, done, self._bytes_total, self._seconds_left(),
                printable(path),
            )
        )  # fmt: skip

    def _seconds_left(self) -> float | None:
        spent_s = time.monotonic() - self._began
        if not self._bytes_done or spent_s < GUESS_AFTER_S:
            return None
        return max(0, self._bytes_total - self._bytes_done) * spent_s / self._bytes_done
