"""Files that survive a power cut: written whole or not at all, through one seam that a test can break at every call.

Knows: the order that makes a change last (write, fsync the file, rename, fsync the folder).
Touches: the files that it is given. Must not: know what they mean.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from pathlib import Path

from player.base.portable import NO_LINK, PRIVATE, bytes_free_and_all, sync_file, sync_folder

PART = ".part"
"""Ends the name of a file that is being written: sync tools' own ending, which neither a panel nor a bundle takes in."""
_WAIT_BEFORE, _WRITE, _WAIT_AFTER = 1, 2, 4  # sync_file_range(2)
_NO_SUCH_CALL = frozenset({errno.ENOSYS, errno.EINVAL, errno.ESPIPE, errno.EOPNOTSUPP})


class Disk:
    """The real file system. Tests derive from it and raise, or kill the process, at the nth call."""

    def make_folder(self, path: Path) -> None:
        """Makes `path` and what is missing above it; an entry survives a power cut once its parent is synced."""
        if path.is_dir():
            return
        if path.parent == path:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))  # a drive that is not there
        self.make_folder(path.parent)
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o755)
        self.sync_folder(path.parent)

    def create(self, path: Path, mode: int = 0o644, *, fresh: bool = False) -> int:
        """Opens `path` for reading and writing. fresh: FileExistsError when it is there; else it is gone on with."""
        how = os.O_RDWR | os.O_CREAT | PRIVATE | NO_LINK | (os.O_EXCL if fresh else 0)
        return os.open(path, how, mode)

    def write(self, number: int, block: bytes | memoryview) -> int:
        return os.write(number, block)

    def cut(self, number: int, size: int) -> None:
        """Takes away what stands behind the first `size` bytes; the next write goes on there."""
        os.ftruncate(number, size)
        os.lseek(number, size, os.SEEK_SET)

    def sync_file(self, number: int) -> None:
        sync_file(number)

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
        """Makes a rename or a removal in the folder last."""
        sync_folder(path)

    def rename(self, source: Path, target: Path) -> None:
        os.replace(source, target)

    def remove(self, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)

    def free_bytes(self, path: Path) -> int:
        return bytes_free_and_all(path)[0]

    def total_bytes(self, path: Path) -> int:
        return bytes_free_and_all(path)[1]

    def replace_file(self, path: Path, content: bytes, *, lasting: bool = True, mode: int = 0o644) -> None:
        """`path` holds the old or the new content at every moment. lasting False: a power cut may bring the old back.

        mode: the new file's. A part that an earlier attempt left behind is not written over: it may have another mode.
        """
        part = part_of(path)
        try:
            number = self.create(part, mode, fresh=True)
        except FileExistsError:
            self.remove(part)
            number = self.create(part, mode, fresh=True)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[self.write(number, rest) :]
            if lasting:
                self.sync_file(number)
        except OSError:
            with contextlib.suppress(OSError):
                self.remove(part)  # on a full disk it would only take room
            raise
        finally:
            os.close(number)
        self.rename(part, path)
        if lasting:
            self.sync_folder(path.parent)


def part_of(path: Path) -> Path:
    """Where the next content of `path` is written before it takes that name."""
    return path.with_name(f".{path.name}{PART}")


def replace_file(path: Path, content: bytes, *, lasting: bool = True, mode: int = 0o644) -> None:
    """As Disk.replace_file, on the real disk; makes the folder when it is not there. Raises OSError."""
    disk = Disk()
    disk.make_folder(path.parent)
    disk.replace_file(path, content, lasting=lasting, mode=mode)


def set_aside(path: Path) -> Path | None:
    """Renames a file that cannot be read, so that someone can look at it; the one set aside before is replaced."""
    aside = path.with_name(f"{path.name}.unreadable")
    try:
        os.replace(path, aside)
    except OSError:
        return None
    return aside
