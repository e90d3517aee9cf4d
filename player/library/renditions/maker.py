"""Renditions from the daemon's side: asked of a child process that may die or hang, written into the store like a copy.

Knows: the child's life (one for an import, ended afterwards), and what was made before.
Touches: a child process, the store's incoming folder and blobs. Must not: look into a foreign file itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from player.library.renditions.asking import NotMadeNow, RenditionChildren
from player.library.renditions.recipes import Made, NotMade, Rendition, Wanted
from player.library.store.copying import NotVetted, store_fault
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store

ROOM_STEP_BYTES = 4 << 20
"""So much room is asked for at once."""


@dataclass(slots=True)
class RenditionMaker:
    """Makes what is wanted, once. Not thread-safe: one for each import.

    pause: called while something takes long; what it raises goes through. make_room: sees that so many bytes fit into the
    store, or raises StoreFull.
    """

    store: Store
    known_files: KnownFiles
    pause: Callable[[], None] = lambda: None
    make_room: Callable[[int], None] = lambda size_bytes: None
    children: RenditionChildren = field(init=False)

    def __post_init__(self) -> None:
        self.children = RenditionChildren(self.store.blobs)

    def known(self, wanted: Wanted) -> Made | None:
        """What was made before and is still here; None: it has to be made."""
        made = self.known_files.made_of(wanted.key)
        if made is None or isinstance(made, NotMade):
            return made
        return made if all(self.store.has_blob(one.digest, one.size_bytes) for one in made) else None

    def make(self, wanted: Wanted) -> Made:
        """All pieces of what is wanted, as blobs of the store. Raises CopyFaults (store/copying.py), never the content's."""
        if (made := self.known(wanted)) is not None:
            return made
        done: list[Rendition] = []
        with self.store.copying():
            while True:
                piece = self._make_piece(wanted, len(done))
                if isinstance(piece, NotMade):
                    self.known_files.learn_made(wanted.key, piece)
                    return piece
                done.append(piece[0])
                if len(done) >= piece[1]:
                    break
        self.known_files.learn_made(wanted.key, tuple(done))
        return tuple(done)

    def rest(self) -> None:
        """Ends the child; the next question starts another."""
        self.children.child.end()

    def _make_piece(self, wanted: Wanted, number: int) -> tuple[Rendition, int] | NotMade:
        """The rendition, a blob from now on, and how many there are."""
        disk = self.store.disk
        name = hashlib.sha256(f"{wanted.key} {number}".encode()).hexdigest()[:32]
        part = self.store.incoming_path(f"{name}.part")
        disk.remove(part)  # what a power cut left
        try:
            target = disk.create(part)
        except OSError as error:
            raise store_fault(error) from error
        admitted = False
        try:
            out = _Out(self, target)
            piece = self.children.ask(self.store.blob_path(wanted.digest), wanted, number, out.write, self.pause)
            if isinstance(piece, NotMade):
                return piece
            digest = out.hasher.hexdigest()
            if not self.store.has_blob(digest, piece.size_bytes):
                disk.sync_file(target)
                self.store.admit(part, digest)
                admitted = True
        except NotMadeNow as error:
            raise (NotVetted(str(error), error.remedy) if error.remedy else NotVetted(str(error))) from error
        except OSError as error:
            raise store_fault(error) from error
        finally:
            os.close(target)
            if not admitted:
                with contextlib.suppress(OSError):
                    disk.remove(part)
        made = Rendition(digest, piece.kind, piece.size_bytes, piece.width, piece.height, piece.length_s, piece.show_s)
        return made, piece.pieces


class _Out:
    """The part file of one piece, hashed as it is written."""

    def __init__(self, maker: RenditionMaker, target: int) -> None:
        self._maker = maker
        self._target = target
        self._room = 0
        self.hasher = hashlib.sha256()

    def write(self, block: bytes) -> None:
        """Raises CopyFaults."""
        if len(block) > self._room:
            self._maker.make_room(ROOM_STEP_BYTES)
            self._room = ROOM_STEP_BYTES
        self._room -= len(block)
        self.hasher.update(block)
        rest = memoryview(block)
        try:
            while rest:
                rest = rest[self._maker.store.disk.write(self._target, rest) :]
        except OSError as error:
            raise store_fault(error) from error
