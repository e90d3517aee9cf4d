"""A content folder as it is looked at before it goes live: as it lies on the disk, or as it would be with a draft on top.

Knows: how each of its files is reached. Touches: the folder, reading only; no link is followed.
Must not: say what the files mean (vetting/meaning.py), or whether they are any good (vetting/folder_check.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from player.library.content.snapshot import Snapshot
from player.library.folder.scan import open_inside, read_inside, scan_folder


class ContentFolder(Protocol):
    """What parsers and vetting ask of a folder. A path is relative to it, with slashes."""

    @property
    def root(self) -> Path:
        """The folder that is meant, for words and for the absolute paths that a playlist may hold."""
        ...

    def scan(self) -> Snapshot:
        """Raises FolderUnreadable when the folder itself cannot be listed."""
        ...

    def read(self, path: str, limit_bytes: int) -> bytes:
        """At most limit_bytes + 1 of a small file. Raises OSError."""
        ...

    def open(self, path: str) -> int:
        """A descriptor of a regular file. Raises OSError."""
        ...

    def place_of(self, path: str) -> Path:
        """Where the file lies that has this path. It need not be there."""
        ...


@dataclass(frozen=True, slots=True)
class PlainFolder:
    """The folder as it lies on the disk."""

    root: Path

    def scan(self) -> Snapshot:
        return scan_folder(self.root)

    def read(self, path: str, limit_bytes: int) -> bytes:
        return read_inside(self.root, path, limit_bytes)

    def open(self, path: str) -> int:
        return open_inside(self.root, path)

    def place_of(self, path: str) -> Path:
        return self.root / path
