"""Since when the folder, and each file in it, has been quiet.

Knows: how a file's time of change becomes a moment of our own clock. Pure: told the snapshots and the time.
Must not: decide when the folder may be adopted (settle.py does).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from player.library.content.snapshot import Snapshot
from player.library.folder.patience import Patience

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
    """Moments are monotonic seconds. consistent_since: since when all that is named is there and usable; usable_since: since
    when anything is.

    waiting_since: since when something that is named has been missing. patient: files whose early copy was in vain.
    rewritten: files that were whole and are being written into, which waits longest: half old and half new may decode.
    written_at: when each temporary file was changed last; a time stamp from the future counts as now.
    """

    quiet_since: float = NEVER
    consistent_since: float | None = None
    usable_since: float | None = None
    waiting_since: float | None = None
    changed_at: dict[str, float] = field(default_factory=dict)
    patient: set[str] = field(default_factory=set)
    rewritten: set[str] = field(default_factory=set)
    written_at: dict[str, float] = field(default_factory=dict)

    def note_changes(self, snapshot: Snapshot, before: Snapshot, look: Look, whole: Collection[str] = ()) -> None:
        """`snapshot` is not the same as `before`: what changed, and when. whole: files that could be played as they were."""
        newest_ns = snapshot.last_change_ns(before)
        self.quiet_since = look.moment_of(newest_ns) if newest_ns else look.began
        for path, fingerprint in snapshot.files.items():
            was = before.files.get(path)
            if was == fingerprint:
                continue
            self.changed_at[path] = look.moment_of(fingerprint.ctime_ns)
            if was is None or was.inode != fingerprint.inode:
                self.rewritten.discard(path)
            elif path in whole and fingerprint.is_rewritten(was):
                self.rewritten.add(path)
        self.written_at = {
            path: self.written_at[path]
            if path in self.written_at and before.temporary.get(path) == fingerprint
            else look.moment_of(fingerprint.ctime_ns)
            for path, fingerprint in snapshot.temporary.items()
        }

    def being_written(self, twins: Mapping[str, Iterable[str]], since: float) -> list[str]:
        """Those files of `twins` (path -> its temporary names) of which a temporary one was changed after `since`."""
        return [
            path
            for path, temporary in twins.items()
            if any(self.written_at.get(each, NEVER) > since for each in temporary)
        ]

    def copy_at(self, path: str, settle_s: float, patience: Patience) -> float:
        """From when the file may be copied."""
        quiet_s = settle_s if path in self.patient else min(patience.eager_s, settle_s)
        if path in self.rewritten:
            quiet_s = max(settle_s, patience.incomplete_s)
        return self.changed_at.get(path, NEVER) + quiet_s

    def last_change_of(self, paths: Iterable[str]) -> float:
        return max((self.changed_at.get(path, NEVER) for path in paths), default=NEVER)

    def conclude(self) -> None:
        """The folder is dealt with until it changes."""
        self.changed_at.clear()
        self.patient.clear()
        self.rewritten.clear()
        self.waiting_since = self.consistent_since = self.usable_since = None
