"""Publishing: what a draft changed comes into the folder, media first, each file whole or not at all, what names them last.

Knows: the order of the writes, and how it is found that somebody else changed the folder meanwhile. Touches: the content folder.
Must not: overwrite what another person wrote, or leave half a file under its name.

A file is written under Syncthing's own temporary name, which Syncthing never sends on and every panel knows for what it is, then
synced and renamed. A power cut in between leaves the old file or the new one; publishing again goes on with the rest, and what
was left under a temporary name goes when the console starts (`clean_up`): only what is ours, by its owner and what is in it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player.base.disk import Disk
from player.base.portable import open_for_reading
from player.library.content.draft import CALENDAR_NAME, SCHEDULE_NAME
from player.office.web.content.draft_record import Edit
from player.office.web.content.drafts import SIGNED, FileChange, FolderDraft
from player.office.web.content.faults import ContentFault
from player.office.web.content.listing import is_list
from player.office.web.content.paths import place_inside

SHOWN_LIMIT_BYTES = 100_000
"""Of a text that is shown beside another one, and kept in the log of what was done."""
RESERVE_BYTES = 64 << 20
BLOCK_BYTES = 1 << 20
PART_NAME_BYTES = 200
"""Of a name, in the temporary one: file systems bear 255 in all."""


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """before, after: the texts, or the hash and the size of media; "": it was or is not there."""

    path: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PublishedDraft:
    """digest: the folder's `content.digest` now, by which the panels say that they play it."""

    digest: str
    at: datetime
    files: tuple[PublishedFile, ...]


@dataclass(frozen=True, slots=True)
class ConflictedFile:
    """A file that somebody else changed since the draft's change began. None: not there, or no text."""

    path: str
    base: bytes | None
    theirs: bytes | None
    mine: bytes | None


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """Nothing of these files was written; nothing is lost of either version. FolderDraft.resolve settles each."""

    files: tuple[ConflictedFile, ...]


class _ChangedMeanwhile(Exception):
    """Somebody wrote the file between our look and our rename."""


def publish(
    draft: FolderDraft, disk: Disk | None = None, on_file: Callable[[str], object] = lambda path: None
) -> PublishedDraft | DraftConflict:
    """on_file: called with each path before it is written. The draft is empty afterwards.

    Raises ContentFault (nothing to publish, a signed folder, no room) and OSError (the disk); then the draft is as it was, and
    what was written already is written.
    """
    folder = draft.folder
    with draft.lock, folder.lock:
        if folder.is_signed:
            raise ContentFault(SIGNED, name=folder.name)
        if draft.is_empty:
            raise ContentFault("Nothing was changed, so there is nothing to publish")
        if conflict := find_conflict(draft):
            return conflict
        said = [_told(draft, change) for change in draft.changes()]
        work = _Work(draft, disk or Disk(), on_file)
        work.check_room()
        try:
            work.write()
        except _ChangedMeanwhile:
            if conflict := find_conflict(draft):
                return conflict
            raise
        hashes = {path: edit.sha256 for path, edit in draft.record.edits.items() if edit.sha256}
        draft.discard()
        for path, sha256 in hashes.items():  # the draft's own name for it has gone, which changed the file's times
            folder.book.note_sha256(folder.plain.root / path, sha256)
    return PublishedDraft(folder.digest(), folder.now(), tuple(said))


def find_conflict(draft: FolderDraft) -> DraftConflict | None:
    """What somebody else changed in the folder since the draft's change began; what is there already as wanted is none."""
    found = []
    for path, edit in sorted(draft.record.edits.items()):
        now = _sha256_in_folder(draft, path)
        place = draft.content().changes.get(path)
        lost = bool(edit.renamed_from) and now != edit.sha256 and not (place is not None and place.exists())
        if lost or now not in (draft.record.base.get(path, ""), edit.sha256):
            theirs = _text_at(draft.folder.plain.root / path)
            mine = _text_at(place) if place is not None else None
            found.append(ConflictedFile(path, draft.base_of(path), theirs, mine))
    return DraftConflict(tuple(found)) if found else None


def _sha256_in_folder(draft: FolderDraft, path: str) -> str:
    try:
        return draft.folder.book.sha256_of(place_inside(draft.folder.plain.root, path))
    except FileNotFoundError:
        return ""


def _text_at(place: Path) -> bytes | None:
    try:
        return place.read_bytes() if place.stat().st_size <= SHOWN_LIMIT_BYTES and is_list(place.name) else None
    except OSError:
        return None


def _told(draft: FolderDraft, change: FileChange) -> PublishedFile:
    """For the log: what was there, and what comes."""
    before = draft.folder.plain.root / (change.was or change.path)
    after = draft.content().changes.get(change.path)
    old = _said(before, draft.record.base.get(change.was or change.path, ""), change.path)
    new = "" if after is None else _said(after, draft.record.edits[change.path].sha256, change.path)
    return PublishedFile(change.path, change.what if not change.was else f"renamed from {change.was}", old, new)


def _said(place: Path, sha256: str, path: str) -> str:
    try:
        size = place.stat().st_size
        if is_list(path) and size <= SHOWN_LIMIT_BYTES:
            return place.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
    return f"{size} bytes, SHA-256 {sha256}"


class _Work:
    """One publication: the writes in their order."""

    def __init__(self, draft: FolderDraft, disk: Disk, on_file: Callable[[str], object]) -> None:
        self._draft, self._disk, self._on_file = draft, disk, on_file
        self._root = draft.folder.plain.root
        self._places = dict(draft.content().changes)

    def check_room(self) -> None:
        """Raises ContentFault."""
        needed = sum(edit.size_bytes for edit in self._draft.record.edits.values() if edit.kept)
        free = self._disk.free_bytes(self._root) - RESERVE_BYTES
        if needed > free:
            raise ContentFault(
                "There is no room in the folder: {needed} MB are needed, {free} MB are free",
                needed=needed // 1_000_000, free=max(0, free) // 1_000_000,
            )  # fmt: skip

    def write(self) -> None:
        """Media, playlists, schedule; then what is gone: first what named it. Raises OSError, _ChangedMeanwhile, ContentFault."""
        edits = self._draft.record.edits
        coming = [path for path, edit in edits.items() if not edit.is_gone]
        gone = [path for path, edit in edits.items() if edit.is_gone]
        for path in sorted(coming, key=_rank):
            self._on_file(path)
            self._put(path, edits[path])
        for path in sorted(gone, key=_rank, reverse=True):
            self._on_file(path)
            self._expect_unchanged(path, edits[path])
            self._disk.remove(self._root / path)
            self._disk.sync_folder((self._root / path).parent)

    def _put(self, path: str, edit: Edit) -> None:
        source, target = self._places[path], place_inside(self._root, path)
        assert source is not None
        if _sha256_in_folder(self._draft, path) == edit.sha256:
            return  # a publication that was cut off had written it
        self._disk.make_folder(target.parent)
        part = _free_part(source, target, self._disk)
        try:
            self._bring(source, part)
            self._expect_unchanged(path, edit)
            self._disk.rename(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                self._disk.remove(part)
            raise
        self._disk.sync_folder(target.parent)
        self._draft.folder.book.note_sha256(target, edit.sha256)

    def _bring(self, source: Path, part: Path) -> None:
        """The content under another name, on the disk for good; on one file system no byte is copied."""
        try:
            os.link(source, part)
        except OSError:
            number = self._disk.create(part, 0o644, fresh=True)
            with os.fdopen(number, "wb") as written, open(source, "rb") as read:
                shutil.copyfileobj(read, written, BLOCK_BYTES)
                written.flush()
                self._disk.sync_file(written.fileno())
            return
        with open(part, "rb") as linked:
            self._disk.sync_file(linked.fileno())
        part.chmod(0o644)

    def _expect_unchanged(self, path: str, edit: Edit) -> None:
        """Asked again right before the rename: a text editor on another computer does not wait for us."""
        now = _sha256_in_folder(self._draft, path)
        if now not in (self._draft.record.base.get(path, ""), edit.sha256):
            raise _ChangedMeanwhile


# ---- temporary names


def clean_up(draft: FolderDraft, disk: Disk | None = None) -> None:
    """Removes what a publication of this draft that was killed left under a temporary name. Raises OSError."""
    with draft.lock, draft.folder.lock:
        for path, source in draft.content().changes.items():
            if source is not None:
                for part in _parts_of(place_inside(draft.folder.plain.root, path)):
                    if _is_ours(part, source):
                        (disk or Disk()).remove(part)


def _parts_of(target: Path) -> tuple[Path, ...]:
    """Names for its content until it is whole; the second for when Syncthing uses the first."""
    name = target.name.encode()[:PART_NAME_BYTES].decode("utf-8", "ignore")
    return target.with_name(f".syncthing.{name}.tmp"), target.with_name(f".syncthing.{name}.2.tmp")


def _free_part(source: Path, target: Path, disk: Disk) -> Path:
    """Raises OSError: other tools use both."""
    for part in _parts_of(target):
        if _is_ours(part, source):
            disk.remove(part)
        if not os.path.lexists(part):
            return part
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(part))


def _is_ours(part: Path, source: Path) -> bool:
    """Whether it is a file of this user that holds what we were about to write, or the beginning of it."""
    try:
        state = os.lstat(part)
        if not stat.S_ISREG(state.st_mode) or state.st_uid != source.stat().st_uid:
            return False
        if os.path.samestat(state, source.stat()):
            return True
        with os.fdopen(open_for_reading(part), "rb") as left, open(source, "rb") as whole:
            while block := left.read(BLOCK_BYTES):
                if whole.read(len(block)) != block:
                    return False
    except OSError:
        return False
    return True


def _rank(path: str) -> tuple[int, str]:
    """Media before playlists before the schedule."""
    return (2 if path in (SCHEDULE_NAME, CALENDAR_NAME) else 1 if is_list(path) else 0), path
