"""Thumbnails: a small picture of each media file of a folder, made once for each content and kept.

Knows: how a thumbnail is named (by the file's SHA-256). Touches: its own folder of pictures, one child process.
Must not: decode a foreign byte in this process, or let one hostile file be tried again and again.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from player.base.children import ChildDied, ParserChild
from player.base.disk import replace_file

CHILD = "player.office.web.content.thumbnail_child"
DEADLINE_S = 30.0
JPEG = b"\xff\xd8\xff"
LIMIT_BYTES = 1 << 20
MOST_KEPT = 5000
"""Pictures of about 20 kB; a folder of a city holds some hundreds of files."""
DIGEST = re.compile(r"[0-9a-f]{64}")


class Thumbnails:
    """The pictures in one folder. Any number of threads may ask; one child makes one picture after another.

    The child ends when nobody waits for a picture any more: its imports cost as much as three pictures (0.2 s, 2026-11-26).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._asking = 0
        self.child = ParserChild.of(CHILD, DEADLINE_S)

    def kept(self, digest: str) -> bytes | None:
        """The picture, if it is there; empty: the file has none."""
        if not DIGEST.fullmatch(digest):
            return b""
        try:
            return self._place(digest).read_bytes()
        except FileNotFoundError:
            return None

    def make(self, file: Path, digest: str, kind: str) -> bytes:
        """The picture of the file with this content, made if it is not there; empty: none can be made of it."""
        if (kept := self.kept(digest)) is not None:
            return kept
        with self._child_kept(), self._lock:
            if (kept := self.kept(digest)) is not None:
                return kept
            try:
                picture = self._ask(file.absolute(), kind)
            except ChildDied as died:
                if not died.by_question:  # the machine's fault: the next visit tries again
                    return b""
                picture = b""
            self._make_room()
            replace_file(self._place(digest), picture, lasting=False)
            return picture

    @contextmanager
    def _child_kept(self) -> Iterator[None]:
        """While anybody waits."""
        with self._counting:
            self._asking += 1
        try:
            yield
        finally:
            with self._counting:
                self._asking -= 1
                if not self._asking:  # so nobody else holds the lock of the child
                    self.child.end()

    def _ask(self, file: Path, kind: str) -> bytes:
        """Raises ChildDied."""
        content = bytearray()
        self.child.see(file.parent)
        try:
            self.child.ask({"path": str(file), "kind": kind}, sink=content.extend)
        except (OSError, ValueError) as error:
            raise ChildDied(str(error), by_question=False) from error
        whole = content.startswith(JPEG) and len(content) <= LIMIT_BYTES
        return bytes(content) if whole else b""

    def _place(self, digest: str) -> Path:
        return self._folder / f"{digest}.jpg"

    def _make_room(self) -> None:
        kept = list(self._folder.glob("*.jpg")) if self._folder.exists() else []
        if len(kept) >= MOST_KEPT:
            kept.sort(key=lambda path: path.stat().st_mtime)
            for path in kept[: MOST_KEPT // 10]:
                path.unlink(missing_ok=True)
