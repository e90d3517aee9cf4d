"""What lies in a content folder at one moment, as a value: the parsers look into it instead of into the folder.

Knows: what tells that a file is unchanged, and that it was changed in place. Touches nothing.
Must not: look at a folder (folder/scan.py does).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells, without reading it, that a file is unchanged. ctime cannot be set by a program.

    inode: of this look, 0 when it is not known; no part of what makes a file the same (a share may number anew).
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int = field(default=0, compare=False)

    def is_rewritten(self, before: Fingerprint) -> bool:
        """Whether other bytes were written into the very file that was there before, instead of a new file put in its place."""
        same_file = self.inode == before.inode != 0
        return same_file and (self.size, self.mtime_ns) != (before.size, before.mtime_ns)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """files: regular files by path relative to the folder. odd: path -> what it is instead. temporary: paths.

    unreadable: sub-folders that could not be listed. Paths may hold surrogates for bytes that are no UTF-8.
    """

    files: dict[str, Fingerprint] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    temporary: dict[str, Fingerprint] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    overfull: bool = False

    def last_change_ns(self, before: Snapshot) -> int:
        """The newest time of change (wall, ns) of what differs from `before`; 0: nothing, or only removals."""
        pairs = ((self.files, before.files), (self.temporary, before.temporary))
        return max((now.ctime_ns for new, old in pairs for path, now in new.items() if old.get(path) != now), default=0)
