"""One file from a folder or a stick into the store: copied and hashed in one pass, vetted, synced, renamed.

Knows: how to resume a copy, how to see that the source changed meanwhile, reflinks.
Touches: the source (reading), the store's incoming folder. Must not: know which playlist names the file.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.base.boot import read_boot_id
from player.base.disk import Disk
from player.library.content.snapshot import Fingerprint
from player.library.content.text_page import ENDING, TEXT_LIMIT_BYTES, is_text_page, text_too_long
from player.library.folder.scan import fingerprint_of, open_inside
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from player.library.vetting.head import HEAD_BYTES, fault_of_head
from player.library.vetting.verdicts import Verdict, Vetting, VettingUndone

BLOCK_BYTES = 1 << 18
"""Small enough for the processor's cache: what is hashed was read, and what is written was hashed, a moment ago."""
HEADS_LIMIT = 100_000
"""Files refused by their first bytes that are remembered, so that each look need not open them anew."""
WRITE_OUT_BYTES = 16 << 20
"""What is copied is written out and leaves the page cache in such steps: one fsync of a whole film would hold up every
other write on a slow disk for seconds, and a full cache makes the layers wait for memory (MemoryHigh= of the service)."""
_FICLONE = 0x40049409  # linux/fs.h


class CopyFault(Exception):
    """The copy came to nothing; the message says why, in plain words."""


class SourceChanged(CopyFault):
    """Somebody is still writing the file: try again once it is quiet."""


class SourceFault(CopyFault):
    """The file cannot be read: gone, or the disk, the share or the stick fails."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.errno = number


class NotVetted(CopyFault):
    """The machine could not look into it (no memory, no time): nothing is known about it, and it is tried again later."""

    def __init__(self, message: str, remedy: str = "nothing needs to be done") -> None:
        super().__init__(message)
        self.remedy = remedy


class StoreFull(CopyFault):
    """No space left in the library."""


class StoreReadOnly(CopyFault):
    """The library's disk refuses to be written."""


class StoreBroken(CopyFault):
    """The library's disk fails."""


class Interrupted(CopyFault):
    """We were asked to stop."""


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file whose content is known. verdict.kind None: it is not in the library, and verdict.why says why."""

    digest: str
    size_bytes: int
    verdict: Verdict


class Copier:
    """Takes files into the store. One for each import; not thread-safe.

    remember: believe the known files about files whose fingerprint is unchanged (not for sticks: the times of vfat are coarse).
    stop: asked between blocks. on_bytes: called with the bytes that were done since.
    """

    def __init__(
        self,
        store: Store,
        known_files: KnownFiles,
        vetting: Vetting,
        *,
        remember: bool = True,
        stop: Callable[[], bool] = lambda: False,
        on_bytes: Callable[[int], None] = lambda done: None,
    ) -> None:
        self._store = store
        self._known_files = known_files
        self._vetting = vetting
        self._remember = remember
        self._stop = stop
        self._on_bytes = on_bytes
        # A half copy that an earlier boot left may hold zeros where nothing was synced.
        self._boot_mark = hashlib.sha256(read_boot_id().encode()).hexdigest()[:8]
        self._swept = False
        self._heads: dict[tuple[str, Fingerprint], Verdict] = {}
        self._buffer = memoryview(bytearray(BLOCK_BYTES))

    def known(self, path: str, fingerprint: Fingerprint) -> CopiedFile | None:
        """The file's result when nothing has to be read for it."""
        digest = self._known_files.hash_of(path, fingerprint) if self._remember else None
        return self.known_content(path, digest, fingerprint.size) if digest else None

    def held(self, path: str, fingerprint: Fingerprint) -> str | None:
        """The hash of a file whose content the store holds, whatever is known of it otherwise."""
        digest = self._known_files.hash_of(path, fingerprint) if self._remember else None
        return digest if digest and self._store.has_blob(digest, fingerprint.size) else None

    def vet_held(self, path: str, digest: str, size_bytes: int) -> CopiedFile:
        """A content that the store holds and on which no verdict is known (any more): looked into where it lies, not copied.

        Raises NotVetted, Interrupted; VettingFailed when the vetting process cannot run.
        """
        self._vetting.child.see(self._store.blobs.absolute())
        verdict = self._judge(self._store.blob_path(digest), path, digest)
        return CopiedFile(digest, size_bytes, verdict)

    def known_content(self, path: str, digest: str, size_bytes: int) -> CopiedFile | None:
        verdict = self._known_files.verdict_on(_subject(path, digest))
        if verdict is None or (verdict.kind is not None and not self._store.has_blob(digest, size_bytes)):
            return None
        return CopiedFile(digest, size_bytes, verdict)

    def refuse_by_head(self, folder: Path, path: str, fingerprint: Fingerprint) -> Verdict | None:
        """The verdict on a file whose first bytes are enough for one; None: it has to be copied and vetted.

        Costs one small read, so that junk and what is larger than the disk is not copied in vain. Raises SourceFault.
        """
        if is_text_page(path):
            too_long = fingerprint.size > TEXT_LIMIT_BYTES
            return Verdict(None, why=text_too_long(fingerprint.size)) if too_long else None
        if (known := self._heads.get((path, fingerprint))) is not None:
            return known
        try:
            source = open_inside(folder, path)
            try:
                fault = fault_of_head(os.pread(source, HEAD_BYTES, 0))
            finally:
                os.close(source)
        except OSError as error:
            raise _source_fault(error) from error
        verdict = None if fault is None else Verdict(None, why=fault.why, cut=fault.cut)
        if verdict is not None and len(self._heads) < HEADS_LIMIT:
            self._heads[path, fingerprint] = verdict
        return verdict

    def take(self, folder: Path, path: str, fingerprint: Fingerprint) -> CopiedFile:
        """Copies the file, whose fingerprint must still be `fingerprint` afterwards, into the store.

        Raises one of the CopyFaults; VettingFailed when the vetting process cannot run.
        """
        self._vetting.warm_up()
        try:
            source = open_inside(folder, path)
        except OSError as error:
            raise _source_fault(error) from error
        try:
            if fingerprint_of(source) != fingerprint:
                raise SourceChanged("it is still being written")
            return self._copy(source, path, fingerprint)
        finally:
            os.close(source)

    def digest_of(self, folder: Path, path: str, fingerprint: Fingerprint) -> str:
        """The hash of a file that is listed, but not needed in the store. Raises CopyFaults."""
        known = self._known_files.hash_of(path, fingerprint) if self._remember else None
        if known:
            return known
        try:
            source = open_inside(folder, path)
        except OSError as error:
            raise _source_fault(error) from error
        try:
            hasher = hashlib.sha256()
            left = fingerprint.size
            while left and (block := self._read(source, left)):
                hasher.update(block)
                left -= len(block)
                self.pause()
            if fingerprint_of(source) != fingerprint:
                raise SourceChanged("it is still being written")
        finally:
            os.close(source)
        self._known_files.learn_hash(path, fingerprint, hasher.hexdigest())
        return hasher.hexdigest()

    def _copy(self, source: int, path: str, fingerprint: Fingerprint) -> CopiedFile:
        key = f"{path}\0{fingerprint}".encode("utf-8", "surrogateescape")
        part = self._store.incoming_path(f"{self._boot_mark}-{hashlib.sha256(key).hexdigest()[:32]}.part")
        try:
            if not self._swept:
                self._store.remove_copies_of_other_boots(self._boot_mark)
                self._swept = True
            target = self._store.disk.create(part)
        except OSError as error:
            raise store_fault(error) from error
        try:
            digest = self._pour(source, target, fingerprint.size)
            if fingerprint_of(source) != fingerprint:
                self._store.disk.remove(part)
                raise SourceChanged("it was changed while it was copied")
            taken = self._settle(part, target, path, digest, fingerprint.size)
        except StoreFull:
            with contextlib.suppress(OSError):
                self._store.disk.remove(part)  # what is cut off would only keep the disk full
            raise
        except StoreBroken:
            # What the kernel could not write it forgets, and calls the pages clean: a later run must not go on from here.
            with contextlib.suppress(OSError):
                self._store.disk.remove(part)
            raise
        finally:
            os.close(target)
        self._known_files.learn_hash(path, fingerprint, digest)
        return taken

    def _judge(self, file: Path, path: str, digest: str) -> Verdict:
        """The verdict on a content, known or asked for. file: where it lies now. Raises NotVetted."""
        subject = _subject(path, digest)
        verdict = self._known_files.verdict_on(subject)
        if verdict is None:
            try:
                verdict = self._vetting.judge(file, self.pause, as_text=is_text_page(path))
            except VettingUndone as error:
                raise NotVetted(str(error)) from error
            self._known_files.learn_verdict(subject, verdict)
        return verdict

    def _settle(self, part: Path, target: int, path: str, digest: str, size_bytes: int) -> CopiedFile:
        disk, verdict = self._store.disk, self._judge(part, path, digest)
        try:
            if verdict.kind is None or self._store.has_blob(digest, size_bytes):
                disk.remove(part)
            else:
                disk.sync_file(target)
                self._store.admit(part, digest)
        except OSError as error:
            raise store_fault(error) from error
        return CopiedFile(digest, size_bytes, verdict)

    def _pour(self, source: int, target: int, size_bytes: int) -> str:
        """Fills the copy and returns the hash of what is in it."""
        hasher = hashlib.sha256()
        done = self._resume(target, size_bytes, hasher)
        if done == 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(target, _FICLONE, source)
                done = self._resume(target, size_bytes, hasher)
        os.lseek(source, done, os.SEEK_SET)
        os.lseek(target, done, os.SEEK_SET)
        behind = _WriteBehind(self._store.disk, source, target, done)
        while done < size_bytes and (block := self._read(source, size_bytes - done)):
            hasher.update(block)
            done += len(block)
            rest = block
            try:
                while rest:
                    rest = rest[self._store.disk.write(target, rest) :]
                behind.follow(len(block))
            except OSError as error:
                raise store_fault(error) from error
            self._on_bytes(len(block))
            self.pause()
        if done < size_bytes:
            raise SourceChanged("it became shorter while it was copied")
        return hasher.hexdigest()

    def _resume(self, target: int, size_bytes: int, hasher: hashlib._Hash) -> int:
        """What an interrupted copy of the same file already has is hashed, not copied again."""
        if os.fstat(target).st_size > size_bytes:
            os.ftruncate(target, 0)
        os.lseek(target, 0, os.SEEK_SET)
        done = 0
        while count := os.readv(target, [self._buffer]):
            block = self._buffer[:count]
            hasher.update(block)
            done += len(block)
            self._on_bytes(len(block))
            self.pause()
        return done

    def _read(self, source: int, most: int) -> memoryview:
        """The next block, in the one buffer: it is gone with the next call. Empty at the end.

        most: what is left of the file as it was measured; one that grows is not followed, or it would fill the disk.
        """
        try:
            return self._buffer[: os.readv(source, [self._buffer[:most]])]
        except OSError as error:
            raise _source_fault(error) from error

    def pause(self) -> None:
        """Called while something takes long. Raises Interrupted."""
        if self._stop():
            raise Interrupted("interrupted")


def _subject(path: str, digest: str) -> str:
    """What a verdict is about: a content; of a text page that content as a text."""
    return f"{digest}{ENDING}" if is_text_page(path) else digest


class _WriteBehind:
    """Keeps no more than two steps of a copy in the page cache: the one that is filled, and the one on its way out."""

    def __init__(self, disk: Disk, source: int, target: int, begin: int) -> None:
        self._disk = disk
        self._source = source
        self._target = target
        self._end = begin
        self._full = begin
        """Up to here it is being written out."""

    def follow(self, size: int) -> None:
        """`size` more bytes are in the copy. Raises OSError when the disk could not take what was written before."""
        self._end += size
        if self._end - self._full < WRITE_OUT_BYTES:
            return
        self._disk.write_out(self._target, self._full, self._end - self._full, wait=False)
        before = self._full - WRITE_OUT_BYTES
        if before >= 0:
            self._disk.write_out(self._target, before, WRITE_OUT_BYTES, wait=True)
            for number in (self._source, self._target):
                with contextlib.suppress(OSError):
                    os.posix_fadvise(number, before, WRITE_OUT_BYTES, os.POSIX_FADV_DONTNEED)
        self._full = self._end


def _source_fault(error: OSError) -> SourceFault:
    number = error.errno or errno.EIO
    return SourceFault(f"it cannot be read ({os.strerror(number)})", number)


def store_fault(error: OSError) -> CopyFault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull("the panel's disk is full")
    if error.errno == errno.EROFS:
        return StoreReadOnly("the panel's disk has become read-only; it is failing, or was mounted so")
    return StoreBroken(f"the library cannot be written ({os.strerror(error.errno or errno.EIO)})")
