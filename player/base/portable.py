"""What a file asks of an operating system that is no Linux: the office's computer may have Windows or macOS.

Knows: which of Linux's ways are missing there, and what comes nearest. Touches: the files that it is given.
Must not: change anything on Linux: a panel does what it did before.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

PRIVATE: int = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0) | getattr(os, "O_BINARY", 0)
"""For os.open: no child takes the file over; and Windows, which would otherwise change the ends of lines, takes bytes."""
NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)
"""A pipe or a device that took a file's place must not hold us. Windows has neither in a folder."""


def open_for_reading(path: str | os.PathLike[str]) -> int:
    """A descriptor of a file; never waits. OSError (ELOOP): it is a link."""
    if not NO_LINK and os.path.islink(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    return os.open(path, os.O_RDONLY | NO_LINK | NO_WAIT | PRIVATE)


def read_at(number: int, size: int, at: int) -> bytes:
    """As os.pread; Windows moves the file's position for it, so only one thread may read there."""
    if sys.platform != "win32":
        return os.pread(number, size, at)
    os.lseek(number, at, os.SEEK_SET)
    return os.read(number, size)


def sync_file(number: int) -> None:
    """What was written to the file is on the disk. Windows does so only for a file that is open for writing."""
    if sys.platform == "linux":
        os.fdatasync(number)
    else:
        os.fsync(number)


def sync_folder(path: Path) -> None:
    """A rename or a removal in the folder lasts. Windows opens no folder, and sees to it by itself."""
    if sys.platform == "win32":
        return
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | PRIVATE)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sync_all() -> None:
    """Everything written so far is on its disk; Windows has no such call, and writes to sticks at once."""
    if sys.platform != "win32":
        os.sync()


def will_be_read_once(number: int) -> None:
    """The kernel reads ahead; elsewhere nothing is told."""
    if sys.platform == "linux":
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_SEQUENTIAL)


def forget_cached(path: Path) -> bool:
    """The next read comes from the device itself. False: this operating system cannot be asked for it."""
    if sys.platform != "linux":
        return False
    number = os.open(path, os.O_RDONLY | PRIVATE)
    try:
        os.fsync(number)
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(number)
    return True


def bytes_free_and_all(path: Path) -> tuple[int, int]:
    """Of the file system on which `path` lies. Raises OSError."""
    if sys.platform != "linux":
        from shutil import disk_usage  # on Linux it loads what the daemon has no use for

        usage = disk_usage(path)
        return usage.free, usage.total
    state = os.statvfs(path)
    return state.f_bavail * state.f_frsize, state.f_blocks * state.f_frsize
