"""What the library's room tells the loop: each thing once, when it changes.

Knows: what was told last. Touches nothing but `post`. Must not: decide what is worth an alert.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from player.bundle.source import Source
from player.core.alerts import Alert, Reporter
from player.core.events import (
    ConditionReported,
    Event,
    FolderAged,
    FolderChanged,
    ImportProgressed,
    ParsersConfined,
    ProblemsFound,
    ReleaseAdopted,
)
from player.core.model import ImportProgress, Problem, Release

PROBLEMS_LIMIT = 100


class FolderReporter:
    """For one source. May be called from any thread."""

    def __init__(self, post: Callable[[Event], None], source: Source = Source.FOLDER) -> None:
        self._post = post
        self._source = source
        self._lock = threading.Lock()
        self._problems: tuple[Problem, ...] = ()
        self._conditions: dict[Alert, str] = {}
        self._progress: ImportProgress | None = None
        self._changed_at: datetime | None = None
        self._not_confined: str | None = None

    def changed(self) -> None:
        self._post(FolderChanged())

    def age(self, changed_at: datetime | None) -> None:
        with self._lock:
            if changed_at != self._changed_at:
                self._changed_at = changed_at
                self._post(FolderAged(changed_at))

    def release(self, release: Release) -> None:
        self._post(ReleaseAdopted(release))

    def progress(self, progress: ImportProgress | None) -> None:
        with self._lock:
            if progress != self._progress:
                self._progress = progress
                self._post(ImportProgressed(self._source, progress))

    def confinement(self, not_confined: str | None) -> None:
        """None: not known yet."""
        with self._lock:
            if not_confined not in (None, self._not_confined):
                self._not_confined = not_confined
                self._post(ParsersConfined(not_confined))

    def waiting(self, name: str, files_done: int) -> None:
        self.progress(ImportProgress(self._source, files_done, files_done + 1, 0, 0, None, name))

    def problems(self, problems: Sequence[Problem]) -> None:
        told = tuple(problems[:PROBLEMS_LIMIT])
        if len(problems) > PROBLEMS_LIMIT:
            told += (
                Problem(
                    "the content folder", f"{len(problems) - PROBLEMS_LIMIT} more problems", "run panel-player check"
                ),
            )
        with self._lock:
            if told != self._problems:
                self._problems = told
                self._post(ProblemsFound(self._source, told))

    def condition(self, alert: Alert, detail: str | None) -> bool:
        """True: it was news, and has been told."""
        with self._lock:
            if self._conditions.get(alert) == detail:
                return False
            if detail is None:
                del self._conditions[alert]
            else:
                self._conditions[alert] = detail
            self._post(ConditionReported(Reporter.LIBRARY, alert, detail))
            return True
