"""Drafts: what a person changes in a folder before it goes live, kept apart from the folder until it is published.

Knows: where drafts lie (data_folder/drafts/FOLDER/ACCOUNT), and that each file remembers what it was when its change began.
Touches: the data folder; the content folder, reading only. A draft outlives the server.
Must not: write into the content folder (publishing.py does).
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import shutil
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from player.base.disk import Disk, set_aside
from player.bundle.manifest import MANIFEST_NAME
from player.library.content.snapshot import Fingerprint
from player.library.vetting.meaning import FolderMeaning
from player.office.web.content.draft_reading import TEXT_LIMIT_BYTES, DraftReading
from player.office.web.content.draft_record import DraftRecord, Edit, EditStep, base_name
from player.office.web.content.drafted_folder import DraftedFolder
from player.office.web.content.edited_folder import EditedFolder
from player.office.web.content.faults import ContentFault
from player.office.web.content.listing import ChangeWord, GivenUp, is_list
from player.office.web.content.paths import checked_path, place_inside

MEANING_KEPT = timedelta(hours=1)
"""A calendar is read from a moment on: from two days before it to two months after."""
OURS = frozenset([MANIFEST_NAME, f"{MANIFEST_NAME}.minisig"])
BASE_LIMIT_BYTES = 1 << 20
SIGNED = (
    "The folder {name} is signed: panels take only what was signed. Change it where the key is, and sign it there with "
    "panel-office sign"
)
Word = Literal["added", "changed", "removed", "renamed"]


@dataclass(frozen=True, slots=True)
class FileChange:
    """was: the path before, of a file that was renamed."""

    path: str
    what: Word
    was: str = ""
    bytes: int = 0


class Drafts:
    """All drafts of all folders. Several threads may use it."""

    def __init__(self, place: Path, folders: Mapping[str, EditedFolder]) -> None:
        """place: the folder of all drafts, below the data folder."""
        self._place = place
        self.folders = folders
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], FolderDraft] = {}

    def open(self, folder: str, account: str) -> FolderDraft:
        """The draft of this person in this folder, begun when there is none. Raises ContentFault and OSError."""
        if folder not in self.folders:
            raise ContentFault("There is no folder called {name}", field="folder", name=folder)
        with self._lock:
            if (folder, account) not in self._open:
                place = self._place / _as_name(folder) / _as_name(account)
                self._open[folder, account] = FolderDraft(self.folders[folder], account, place)
            return self._open[folder, account]

    def begun(self, folder: str) -> Iterator[FolderDraft]:
        """Of everybody who has changed something in this folder and has not published it yet."""
        place = self._place / _as_name(folder)
        for name in sorted(os.listdir(place)) if place.is_dir() else ():
            draft = self.open(folder, unquote(name))
            if not draft.is_empty:
                yield draft


def _as_name(text: str) -> str:
    """One part of a path, whatever the text holds."""
    return quote(text, safe="").replace(".", "%2E") or "%"


class FolderDraft(DraftReading):
    """One person's draft of one folder. Several threads may use it; what it says is of the moment when it is asked."""

    def __init__(self, folder: EditedFolder, account: str, place: Path, disk: Disk | None = None) -> None:
        """place: the draft's own folder; it need not be there. Raises OSError."""
        self.folder, self.account = folder, account
        self._place, self._files = place, place / "files"
        self._disk = disk or Disk()
        self.lock = threading.RLock()
        self.given_up: dict[tuple[str, Fingerprint], GivenUp] = {}
        self.record = self._read()
        self._meaning: tuple[datetime, FolderMeaning] | None = None

    def meaning(self) -> FolderMeaning:
        """As read before, while no file has changed: what a playlist says is asked of a process, which takes its time."""
        now, kept = self.folder.now(), self._meaning
        if kept is not None and timedelta() <= now - kept[0] < MEANING_KEPT and self._scan() == kept[1].snapshot:
            return kept[1]
        meaning = super().meaning()
        self._meaning = now, meaning
        return meaning

    # ---- what differs

    @property
    def is_empty(self) -> bool:
        return not self.record.edits

    @property
    def can_undo(self) -> bool:
        return bool(self.record.steps)

    def changes(self) -> tuple[FileChange, ...]:
        """By path."""
        with self.lock:
            moved = {edit.renamed_from for edit in self.record.edits.values() if edit.renamed_from}
            found = []
            for path, edit in sorted(self.record.edits.items()):
                if edit.is_gone and path in moved:
                    continue  # said with the new name
                if edit.is_gone:
                    found.append(FileChange(path, "removed"))
                elif edit.renamed_from:
                    found.append(FileChange(path, "renamed", edit.renamed_from, edit.size_bytes))
                else:
                    found.append(
                        FileChange(path, "changed" if self.record.base.get(path) else "added", "", edit.size_bytes)
                    )
            return tuple(found)

    def content(self) -> DraftedFolder:
        """The folder as it would be."""
        with self.lock:
            root = self.folder.plain.root
            places = {path: self._place_of(root, edit) for path, edit in self.record.edits.items()}
            return DraftedFolder(root, places)

    def _place_of(self, root: Path, edit: Edit) -> Path | None:
        if edit.kept:
            return self._files / edit.kept
        return root / edit.renamed_from if edit.renamed_from else None

    def change_words(self) -> Mapping[str, ChangeWord]:
        """Of the files that are there."""
        return {change.path: change.what for change in self.changes() if change.what != "removed"}

    # ---- changing

    def write(self, path: str, data: bytes, began_from: str | None = None) -> None:
        """A text file with this content. began_from: the SHA-256 of what the person saw when the change began ("": nothing);
        None: what lies in the folder now. Raises ContentFault and OSError.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        with self._changing(path):
            same = began_from in (None, sha256) and self._folder_sha256(path) == sha256
            if same and path not in self.record.edits:
                return  # as it is there already
            self._put(
                "write",
                {path: None if same else self._kept(path, data)},
                {} if began_from is None else {path: began_from},
            )

    def change(self, what: str, files: Mapping[str, bytes | None]) -> None:
        """Several texts in one step, which is taken back as one; None: the file is removed, although something names it.

        Raises ContentFault and OSError.
        """
        with ExitStack() as held:
            for path in files:
                held.enter_context(self._changing(path))
            self._put(
                what, {path: self._gone(path) if raw is None else self._kept(path, raw) for path, raw in files.items()}
            )

    def _kept(self, path: str, raw: bytes) -> Edit:
        if len(raw) > TEXT_LIMIT_BYTES:
            raise ContentFault("{path} is too large to be edited here", field="path", path=path)
        sha256 = hashlib.sha256(raw).hexdigest()
        return Edit(self._keep(path, sha256, raw), sha256, len(raw))

    def take_in(self, path: str, source: Path, sha256: str) -> None:
        """A file that lies whole elsewhere in the data folder is moved into the draft. Raises ContentFault and OSError."""
        with self._changing(path):
            size = source.stat().st_size
            target = self._files / (sha256 + posixpath.splitext(path)[1].lower())
            self._disk.make_folder(self._files)
            try:
                self._disk.rename(source, target)
            except OSError:
                shutil.copyfile(source, target)
                source.unlink()
            self._disk.sync_folder(self._files)
            self.folder.book.note_sha256(target, sha256)
            self._put("upload", {path: Edit(target.name, sha256, size)})

    def remove(self, path: str, *, although_used: bool = False) -> None:
        """Raises ContentFault: it is not there, or something names it."""
        if self.path_of(path) is None:
            raise ContentFault("{path} is not there any more", field="path", path=path)
        if not although_used and (uses := self.uses(path)):
            where = ", ".join(name for name, _ in uses)
            raise ContentFault(
                "{path} is used in {where}; take it out there first", field="path", path=path, where=where
            )
        with self._changing(path):
            self._put("remove", {path: self._gone(path)})

    def rename(self, old: str, new: str) -> None:
        """The playlists that name it name it by its new name. Raises ContentFault and OSError."""
        place = self.path_of(old)
        if place is None:
            raise ContentFault("{path} is not there any more", field="path", path=old)
        if posixpath.splitext(old)[1].lower() != posixpath.splitext(new)[1].lower():
            raise ContentFault(
                "The ending of a name says what the file is; keep {ending}", "new", ending=posixpath.splitext(old)[1]
            )
        others = {path.casefold() for path in self.files() if path != old}
        if checked_path(new).casefold() in others or self.path_of(new) is not None:
            raise ContentFault("There is already a file called {path}", field="new", path=new)
        pointed = self._pointing(old, new)
        with self._changing(old), self._changing(new):
            edit = self.record.edits.get(old) or Edit("", self.sha256_of(old), place.stat().st_size, renamed_from=old)
            back = edit.renamed_from == new
            changes: dict[str, Edit | None] = {new: None if back else edit, old: self._gone(old)}
            changes |= {path: self._kept(path, raw) for path, raw in pointed.items()}
            self._put("rename", changes)

    def replace_by(self, old: str, new: str) -> None:
        """The playlists that name `old` name `new`, which is there already; `old` is gone. Raises ContentFault and OSError."""
        pointed = self._pointing(old, new)
        with self._changing(old):
            changes: dict[str, Edit | None] = {old: self._gone(old)}
            changes |= {path: self._kept(path, raw) for path, raw in pointed.items()}
            self._put("convert", changes)

    def _pointing(self, old: str, new: str) -> dict[str, bytes]:
        """The editable playlists that name `old`, with `new` in its place."""
        found = {}
        for path in self.files():
            if path.casefold().endswith((".m3u", ".m3u8")):
                before = playlist = self.playlist(path)
                if not playlist.editable:
                    continue
                for index, item in enumerate(before.items):
                    if item.target == old and not item.stream:
                        playlist = playlist.point(index, new)
                if playlist.raw != before.raw:
                    found[path] = playlist.raw
        return found

    def revert(self, path: str) -> None:
        """The file is again as it is in the folder; that can be undone, too."""
        with self._changing(path):
            if path in self.record.edits:
                self._put("revert", {path: None})

    def undo(self) -> str:
        """Takes back the newest step, and tells whose path it was; "": there is none."""
        with self.lock:
            step: EditStep | None = self.record.undo()
            if step is not None:
                self._save()
            return step.path if step is not None else ""

    def discard(self) -> None:
        """Nothing of the draft is left."""
        with self.lock:
            self.record = DraftRecord()
            shutil.rmtree(self._place, ignore_errors=True)

    def resolve(self, path: str, choice: Literal["mine", "theirs"] | bytes) -> None:
        """After a conflict: "theirs": the file stays as the folder has it; "mine" or a content: that one is published over it."""
        with self._changing(path):
            if choice == "theirs":
                self._put("resolve", {path: None})
                return
            now = self._folder_sha256(path)
            if isinstance(choice, bytes):
                self._put("resolve", {path: self._kept(path, choice)})
            self.record.base[path] = now
            self._save()

    # ---- on the disk

    def _gone(self, path: str) -> Edit | None:
        """How a path is told to be no more: nothing, where the folder never had it."""
        base = self.record.base.get(path)
        there = bool(base) if base is not None else (self.folder.plain.root / path).exists()
        return Edit() if there else None

    def _put(self, what: str, changes: dict[str, Edit | None], began: Mapping[str, str] | None = None) -> None:
        fresh = [path for path in changes if path not in self.record.edits]
        bases = {path: (began or {}).get(path, self._folder_sha256(path) if path in fresh else "") for path in fresh}
        for path, sha256 in bases.items():
            self._keep_base(path, sha256)
        self.record.put(what, changes, bases)
        self._save()

    def _keep_base(self, path: str, sha256: str) -> None:
        """A text as it was when its change began, to be shown beside both versions when they differ."""
        place = self.folder.plain.root / path
        there = bool(sha256) and is_list(path) and self._folder_sha256(path) == sha256
        if there and place.stat().st_size <= BASE_LIMIT_BYTES:
            self._disk.make_folder(self._files)
            self._disk.replace_file(self._files / base_name(sha256), self.folder.plain.read(path, BASE_LIMIT_BYTES))

    def base_of(self, path: str) -> bytes | None:
        """The text as it was when its change began; None: it was not there, or is not kept."""
        sha256 = self.record.base.get(path, "")
        try:
            return (self._files / base_name(sha256)).read_bytes() if sha256 else None
        except OSError:
            return None

    def _folder_sha256(self, path: str) -> str:
        """Of what lies in the folder now; "": nothing. Raises OSError when it cannot be read."""
        try:
            return self.folder.book.sha256_of(place_inside(self.folder.plain.root, path))
        except FileNotFoundError:
            return ""

    @contextmanager
    def _changing(self, path: str) -> Iterator[None]:
        """Raises ContentFault for what nobody may change here."""
        if self.folder.is_signed:
            raise ContentFault(SIGNED, field="path", name=self.folder.name)
        if checked_path(path) in OURS:
            raise ContentFault("{path} is written by panel-office sign only", field="path", path=path)
        place_inside(self.folder.plain.root, path)
        with self.lock:
            yield

    def _keep(self, path: str, sha256: str, data: bytes) -> str:
        name = sha256 + posixpath.splitext(path)[1].lower()
        self._disk.make_folder(self._files)
        if not (self._files / name).exists():
            self._disk.replace_file(self._files / name, data)
        return name

    def _save(self) -> None:
        """The record first, so that no file is missing that it names; then what nothing names any more is removed."""
        self._disk.make_folder(self._place)
        self._disk.replace_file(self._place / "draft.json", self.record.encode())
        needed: Collection[str] = self.record.kept_names()
        if self._files.is_dir():
            for entry in os.scandir(self._files):
                if entry.name not in needed:
                    self._disk.remove(Path(entry.path))

    def _read(self) -> DraftRecord:
        """A draft that cannot be read is set aside, so that somebody can look at it, and another one is begun."""
        path = self._place / "draft.json"
        try:
            return DraftRecord.decode(path.read_bytes())
        except FileNotFoundError:
            return DraftRecord()
        except ValueError:
            set_aside(path)
            return DraftRecord()
