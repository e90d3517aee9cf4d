"""A folder as it would be with a draft on top: what the panel's own parsers and vetting look into, without a byte copied.

Knows: which paths the draft has put, taken away or renamed. Touches: both places, reading only; no link is followed.
Must not: change anything.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.vetting.content_folder import PlainFolder


@dataclass(frozen=True, slots=True)
class DraftedFolder:
    """changes: path -> where its content lies now; None: it is not there any more."""

    root: Path
    changes: Mapping[str, Path | None]

    def scan(self) -> Snapshot:
        """Raises FolderUnreadable."""
        seen = PlainFolder(self.root).scan()
        for path, place in self.changes.items():
            seen.files.pop(path, None)
            seen.odd.pop(path, None)
            if place is not None:
                with contextlib.suppress(
                    FileNotFoundError
                ):  # renamed in the draft, and taken away in the folder meanwhile
                    state = os.lstat(place)
                    seen.files[path] = Fingerprint(state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        return seen

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Raises OSError."""
        with os.fdopen(self.open(path), "rb") as file:
            return file.read(limit_bytes + 1)

    def open(self, path: str) -> int:
        """Raises OSError."""
        if path not in self.changes:
            return PlainFolder(self.root).open(path)
        place = self.changes[path]
        if place is None:
            raise FileNotFoundError(path)
        return PlainFolder(place.parent).open(place.name)

    def place_of(self, path: str) -> Path:
        return self.changes.get(path) or self.root / path
