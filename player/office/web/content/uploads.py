"""Uploads that survive a closed browser, a killed server and a lost network: each goes on where it was.

Knows: what an upload is until it has its name: a part below data_folder/uploads, which no sync tool looks into.
Touches: that folder, a vetting process. Must not: give a file its name before the panel's own vetting has looked into it, or
take more than there is room for.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from player.base.disk import Disk
from player.base.strict_json import as_table, as_text, as_whole, parse_json
from player.library.content.eligible import FILM_ENDINGS
from player.library.content.text_page import is_text_page
from player.library.vetting.remarks import PREPARE, remarks_on, remedy_of
from player.library.vetting.verdicts import FilmUnseen, Verdict, VettingFailed, VettingUndone
from player.office.probed_film import PrepareError, probe_film
from player.office.signing import OfficeError
from player.office.web.content.drafts import SIGNED, FolderDraft
from player.office.web.content.facts_book import FactsBook
from player.office.web.content.faults import ContentFault
from player.office.web.content.listing import MediaWord, is_plain_list, kind_of
from player.office.web.content.paths import checked_path, safe_name

CHUNK_LIMIT_BYTES = 16 << 20
"""Of one request; more would be read into memory."""
FILE_LIMIT_BYTES = 50 * 10**9
OPEN_LIMIT = 50
"""Of one person in one folder."""
RESERVE_BYTES = 1 << 30
"""What stays free on the disk of the data folder."""
KEPT_S = 7 * 86400.0
"""An upload that nobody went on with for a week is given up."""
BLOCK_BYTES = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}")


class WrongOffset(Exception):
    """The browser and we do not have the same bytes: it goes on from `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"go on at byte {offset}")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Upload:
    """One file under way. path: where it will lie in the folder. modified: as the browser says, to know the file again."""

    id: str
    folder: str
    account: str
    path: str
    size: int
    modified: int
    offset: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class VettedUpload:
    """It has its name in the draft. remark: what is poor about it, or ""; replaces: a file of that name was there."""

    path: str
    sha256: str
    bytes: int
    kind: MediaWord
    length_s: float | None
    width: int
    height: int
    remark: str = ""
    remedy: str = ""
    can_convert: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class RefusedUpload:
    """Why it got no name (English sentences). can_convert: the upload stays, so that a conversion can make a film of it."""

    sentence: str
    remedy: str
    can_convert: bool


class Uploads:
    """All uploads. Several threads may use it; each upload takes one chunk at a time."""

    def __init__(
        self, place: Path, book: FactsBook, disk: Disk | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._place, self._book, self._disk, self._now = place, book, disk or Disk(), now
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._hashes: dict[str, tuple[int, hashlib._Hash]] = {}

    def begin(
        self, draft: FolderDraft, name: str, size: int, modified: int = 0, sha256: str = "", folder: str = ""
    ) -> Upload:
        """The same file again goes on with what is there. folder: below the content folder; "": the folder itself.

        sha256: when the browser has it. Raises ContentFault and OSError.
        """
        if size <= 0:
            raise ContentFault("The file is empty", field="file")
        if size > FILE_LIMIT_BYTES:
            raise ContentFault("The file is larger than 50 GB", field="file")
        if draft.folder.is_signed:
            raise ContentFault(SIGNED, field="file", name=draft.folder.name)
        path = _as_there(draft, checked_path(f"{folder}/{safe_name(name)}" if folder else safe_name(name)))
        self.give_up_old()
        with self._lock:
            mine = self.list(draft)
            same = (path, size, modified)
            known = next((one for one in mine if (one.path, one.size, one.modified) == same), None)
            if known is not None:
                return known
            if len(mine) >= OPEN_LIMIT:
                raise ContentFault("{most} uploads are under way; finish or cancel some first", "file", most=OPEN_LIMIT)
            self._check_room(size + sum(one.size - one.offset for one in self._all()))
            upload = Upload(
                secrets.token_hex(16), draft.folder.name, draft.account, path, size, modified, 0, sha256.lower()
            )
            self._disk.make_folder(self._place)
            row = {name: value for name, value in asdict(upload).items() if name not in ("id", "offset")}
            self._disk.replace_file(self._row_of(upload.id), json.dumps(row).encode())
            os.close(self._disk.create(self.part_of(upload.id), 0o640))
            return upload

    def list(self, draft: FolderDraft) -> Sequence[Upload]:
        """Of this person in this folder."""
        return [one for one in self._all() if (one.folder, one.account) == (draft.folder.name, draft.account)]

    def _all(self) -> Sequence[Upload]:
        rows = self._place.glob("*.json") if self._place.is_dir() else ()
        return [one for row in sorted(rows) if (one := self.find(row.stem)) is not None]

    def find(self, upload_id: str) -> Upload | None:
        """With the offset from which it goes on; None: there is no such upload (any more)."""
        if not _ID.fullmatch(upload_id):
            return None
        try:
            table = as_table(parse_json(self._row_of(upload_id).read_bytes()))
            offset = self.part_of(upload_id).stat().st_size
            return Upload(
                upload_id, as_text(table["folder"]), as_text(table["account"]), as_text(table["path"]),
                as_whole(table["size"]), as_whole(table["modified"]), offset, as_text(table["sha256"]),
            )  # fmt: skip
        except (OSError, ValueError, KeyError):
            return None

    def append(self, upload_id: str, offset: int, chunk: bytes, sha256: str = "") -> int:
        """The new offset. sha256: of the chunk, when the browser has it. Raises WrongOffset, ContentFault and OSError.

        A chunk that is not whole on the disk is cut off again: what the offset says is there.
        """
        upload = self._expect(upload_id)
        if not chunk or len(chunk) > CHUNK_LIMIT_BYTES:
            raise ContentFault("A part of a file has at most {most} MB", "file", most=CHUNK_LIMIT_BYTES >> 20)
        if sha256 and hashlib.sha256(chunk).hexdigest() != sha256.lower():
            raise WrongOffset(upload.offset)
        with self._lock_of(upload_id):
            upload = self._expect(upload_id)
            if offset != upload.offset:
                raise WrongOffset(upload.offset)
            if offset + len(chunk) > upload.size:
                raise ContentFault("The file is longer than it was said to be; begin again", field="file")
            self._check_room(len(chunk))
            number = self._disk.create(self.part_of(upload_id), 0o640)
            try:
                os.lseek(number, offset, os.SEEK_SET)
                rest = memoryview(chunk)
                try:
                    while rest:
                        rest = rest[self._disk.write(number, rest) :]
                    self._disk.sync_file(number)
                except OSError:
                    self._disk.cut(number, offset)
                    raise
            finally:
                os.close(number)
            self._go_on_hashing(upload_id, offset, chunk)
            return offset + len(chunk)

    def finish(self, draft: FolderDraft, upload_id: str) -> VettedUpload | RefusedUpload:
        """Looked into by the panel's own vetting; what can be shown gets its name in the draft.

        Raises ContentFault (not all of it is there, or it is another file than it was said to be), and OSError.
        """
        upload = self._expect(upload_id, draft)
        if upload.offset != upload.size:
            raise WrongOffset(upload.offset)
        with self._lock_of(upload_id):
            part = self.part_of(upload_id)
            sha256 = self._sha256_of(upload)
            if upload.sha256 and upload.sha256 != sha256:
                self._forget(upload_id)
                raise ContentFault("The file was damaged on its way; upload it again", field="file")
            self._book.note_sha256(part, sha256)
            replaces = draft.path_of(upload.path) is not None
            if is_plain_list(upload.path):
                draft.take_in(upload.path, part, sha256)
                self._forget(upload_id)
                return VettedUpload(upload.path, sha256, upload.size, "other", None, 0, 0, replaces=replaces)
            verdict = self._judge(upload, part)
            if isinstance(verdict, RefusedUpload):
                if not verdict.can_convert:
                    self._forget(upload_id)
                return verdict
            draft.take_in(upload.path, part, sha256)
            self._forget(upload_id)
            return _vetted(upload, sha256, verdict, replaces=replaces)

    def cancel(self, draft: FolderDraft, upload_id: str) -> None:
        """Nothing of it is left. Raises ContentFault: it is somebody else's."""
        if self.find(upload_id) is not None:
            self._expect(upload_id, draft)
            with self._lock_of(upload_id):
                self._forget(upload_id)

    def give_up_old(self) -> None:
        """Removes what nobody went on with for a week."""
        rows = self._place.glob("*.json") if self._place.is_dir() else ()
        for row in list(rows):
            part = self.part_of(row.stem)
            newest = max((p.stat().st_mtime for p in (row, part) if p.exists()), default=0.0)
            if self._now() - newest > KEPT_S:
                self._forget(row.stem)

    def part_of(self, upload_id: str) -> Path:
        """Where its bytes lie; upload_id: of an upload that there is."""
        return self._place / f"{upload_id}.part"

    # ---- one upload

    def _judge(self, upload: Upload, part: Path) -> Verdict | RefusedUpload | None:
        """None: this computer cannot look into films, so panels will."""
        try:
            verdict = self._book.judge(part, as_text=is_text_page(upload.path))
        except FilmUnseen:
            return None
        except (VettingFailed, VettingUndone) as error:
            raise ContentFault(
                "It could not be looked into now ({why}); try again", field="file", why=str(error)
            ) from error
        finally:
            self._book.rest()
        if verdict.kind is not None:
            return verdict
        can_convert = not verdict.cut and upload.path.casefold().endswith(FILM_ENDINGS) and _is_film(part)
        return RefusedUpload(verdict.why, remedy_of(verdict), can_convert)

    def _expect(self, upload_id: str, draft: FolderDraft | None = None) -> Upload:
        upload = self.find(upload_id)
        if upload is None:
            raise ContentFault("This upload is not known any more; begin it again", field="file")
        if draft is not None and (upload.folder, upload.account) != (draft.folder.name, draft.account):
            raise ContentFault("This upload is somebody else's", field="file")
        return upload

    def _go_on_hashing(self, upload_id: str, offset: int, chunk: bytes) -> None:
        """While the server lives nothing is read twice."""
        at, digest = self._hashes.get(upload_id, (0, hashlib.sha256()))
        if at == offset:
            digest.update(chunk)
            self._hashes[upload_id] = offset + len(chunk), digest

    def _sha256_of(self, upload: Upload) -> str:
        at, digest = self._hashes.get(upload.id, (0, hashlib.sha256()))
        with open(self.part_of(upload.id), "rb") as file:
            file.seek(at)
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
        return digest.hexdigest()

    def _forget(self, upload_id: str) -> None:
        self._hashes.pop(upload_id, None)
        self._disk.remove(self._row_of(upload_id))
        self._disk.remove(self.part_of(upload_id))

    def _check_room(self, size: int) -> None:
        self._disk.make_folder(self._place)
        free = self._disk.free_bytes(self._place) - RESERVE_BYTES
        if size > free:
            raise ContentFault(
                "There is no room for it on the office's computer: {free} MB are free",
                "file",
                free=max(0, free) // 1_000_000,
            )

    def _row_of(self, upload_id: str) -> Path:
        return self._place / f"{upload_id}.json"

    def _lock_of(self, upload_id: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(upload_id, threading.Lock())


def _as_there(draft: FolderDraft, path: str) -> str:
    """The name of the file that differs only in its case, if there is one: Windows and macOS take the two for one file."""
    folded = path.casefold()
    return next((there for there in draft.files() if there.casefold() == folded), path)


def _is_film(place: Path) -> bool:
    try:
        probe_film(place)
    except (PrepareError, OfficeError, OSError):
        return False
    return True


def _vetted(upload: Upload, sha256: str, verdict: Verdict | None, *, replaces: bool) -> VettedUpload:
    if verdict is None:
        return VettedUpload(upload.path, sha256, upload.size, kind_of(upload.path, None), None, 0, 0, replaces=replaces)
    remarks = remarks_on(verdict)
    first = next((one for one in remarks if one.remedy == PREPARE), remarks[0] if remarks else None)
    return VettedUpload(
        upload.path, sha256, upload.size, kind_of(upload.path, verdict), verdict.length_s, verdict.width, verdict.height,
        first.what if first else "", first.remedy if first else "", bool(first) and kind_of(upload.path, verdict) == "video",
        replaces,
    )  # fmt: skip
