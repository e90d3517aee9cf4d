"""The file-system seam: every call with which the library changes the disk, so that a test can break each of them.

Knows: the order that makes a change survive a power cut (write, fsync the file, rename, fsync the folder).
Touches: files below the state folder. Must not: know what the files mean.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from pathlib import Path

_WAIT_BEFORE, _WRITE, _WAIT_AFTER = 1, 2, 4  # sync_file_range(2)
_NO_SUCH_CALL = frozenset({errno.ENOSYS, errno.EINVAL, errno.ESPIPE, errno.EOPNOTSUPP})


class Disk:
    """The real file system. Tests derive from it and raise, or kill the process, at the nth call."""

    def make_folder(self, path: Path) -> None:
        """Makes `path` and what is missing above it; an entry survives a power cut once its parent is synced."""
        if path.is_dir():
            return
        self.make_folder(path.parent)
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o755)
        self.sync_folder(path.parent)

    def create(self, path: Path) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)

    def write(self, number: int, block: bytes | memoryview) -> int:
        return os.write(number, block)

    def sync_file(self, number: int) -> None:
        os.fdatasync(number)

    def write_out(self, number: int, begin: int, size: int, *, wait: bool) -> None:
        """Has a part of a file written to the disk now; wait: until it is there (its place in the file is not synced).

        A file system that cannot do it is left alone: sync_file does all of it at the end.
        """
        how = _WAIT_BEFORE | _WRITE | _WAIT_AFTER if wait else _WRITE
        call = ctypes.CDLL(None, use_errno=True).sync_file_range
        begin_off, size_off = ctypes.c_int64(begin), ctypes.c_int64(size)
        if call(number, begin_off, size_off, how) != 0 and (fault := ctypes.get_errno()) not in _NO_SUCH_CALL:
            raise OSError(fault, os.strerror(fault))

    def sync_folder(self, path: Path) -> None:
        number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(number)
        finally:
            os.close(number)

    def rename(self, source: Path, target: Path) -> None:
        os.replace(source, target)

    def remove(self, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)

    def free_bytes(self, path: Path) -> int:
        state = os.statvfs(path)
        return state.f_bavail * state.f_frsize

    def total_bytes(self, path: Path) -> int:
        state = os.statvfs(path)
        return state.f_blocks * state.f_frsize

    def replace_file(self, path: Path, content: bytes, *, lasting: bool = True) -> None:
        """`path` holds the old or the new content at every moment. lasting False: a power cut may bring the old back."""
        twin = path.with_name(path.name + ".new")
        number = self.create(twin)
        try:
            os.ftruncate(number, 0)
            rest = memoryview(content)
            while rest:
                rest = rest[self.write(number, rest) :]
            if lasting:
                self.sync_file(number)
        finally:
            os.close(number)
        self.rename(twin, path)
        if lasting:
            self.sync_folder(path.parent)
