"""Since when the folder, and each file in it, has been quiet.

Knows: how a file's time of change becomes a moment of our own clock. Pure: told the snapshots and the time.
Must not: decide when the folder may be adopted (settle.py does).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from player.library.content.snapshot import Snapshot

NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the folder. began, last_began: this one and the one before (monotonic); wall_ns: at its begin."""

    began: float
    last_began: float
    wall_ns: int

    def moment_of(self, changed_ns: int) -> float:
        """A file's ctime is when it was really changed, if this clock set it: then it lies after the last look."""
        return min(self.began, max(self.last_began, self.began - (self.wall_ns - changed_ns) / 1e9))


@dataclass(slots=True)
class Calm:
    """Moments are monotonic seconds. consistent_since: since when all that is named is there and usable.

    waiting_since: since when something that is named has been missing. patient: files whose early copy was in vain.
    written_at: when each temporary file was changed last; a time stamp from the future counts as now.
    """

    quiet_since: float = NEVER
    consistent_since: float | None = None
    waiting_since: float | None = None
    changed_at: dict[str, float] = field(default_factory=dict)
    patient: set[str] = field(default_factory=set)
    written_at: dict[str, float] = field(default_factory=dict)

    def note_changes(self, snapshot: Snapshot, before: Snapshot, look: Look) -> None:
        """`snapshot` is not the same as `before`: what changed, and when."""
        newest_ns = snapshot.last_change_ns(before)
        self.quiet_since = look.moment_of(newest_ns) if newest_ns else look.began
        for path, fingerprint in snapshot.files.items():
            if before.files.get(path) != fingerprint:
                self.changed_at[path] = look.moment_of(fingerprint.ctime_ns)
        self.written_at = {
            path: self.written_at[path]
            if path in self.written_at and before.temporary.get(path) == fingerprint
            else look.moment_of(fingerprint.ctime_ns)
            for path, fingerprint in snapshot.temporary.items()
        }

    def is_written(self, temporary: Iterable[str], since: float) -> bool:
        """Whether one of the temporary files was changed after `since`."""
        return any(self.written_at.get(path, NEVER) > since for path in temporary)

    def copy_at(self, path: str, eager_s: float, settle_s: float) -> float:
        """From when the file may be copied."""
        quiet_s = settle_s if path in self.patient else min(eager_s, settle_s)
        return self.changed_at.get(path, NEVER) + quiet_s

    def last_change_of(self, paths: Iterable[str]) -> float:
        return max((self.changed_at.get(path, NEVER) for path in paths), default=NEVER)

    def conclude(self) -> None:
        """The folder is dealt with until it changes."""
        self.changed_at.clear()
        self.patient.clear()
        self.waiting_since = self.consistent_since = None
