"""Room on the disk that is kept for what must be written although the disk is full: a command, the saved state.

Knows: blocks that are allocated before they are needed. Touches: the files that it is given, and their spare ones.
Must not: fail where there is no room for a reserve: then everything is as it would be without one.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from functools import cache
from pathlib import Path
from typing import Any

from player.base.disk import Disk, replace_file

RESERVE_BYTES = 65_536
"""Some 70 commands with their replies, or the saved state sixty times over."""
SMALLEST_BYTES = 4096
_KEEP_SIZE = 1  # FALLOC_FL_KEEP_SIZE, fallocate(2)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def reserve_after_end(number: int, size: int = RESERVE_BYTES) -> bool:
    """Allocates blocks behind the end of an open file, so that it can grow on a full disk. False: there is no room."""
    end = os.fstat(number).st_size
    return bool(_fallocate()(number, _KEEP_SIZE, ctypes.c_int64(end), ctypes.c_int64(size)) == 0)


@cache
def _fallocate() -> Any:
    return ctypes.CDLL(None, use_errno=True).fallocate


class Reserve:
    """A spare file beside `path` that takes the file's next content when the disk is full."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spare = path.with_name(f".{path.name}.spare")

    def make(self) -> None:
        """Raises nothing; without room, or on a broken disk, there is no reserve, and it is tried again another time."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            number = os.open(self._spare, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
            try:
                os.ftruncate(number, 0)
                if not reserve_after_end(number):
                    reserve_after_end(number, SMALLEST_BYTES)
            finally:
                os.close(number)

    def replace(self, content: bytes) -> None:
        """As disk.replace_file; on a full disk the spare file becomes the file. Raises OSError when that fails too."""
        try:
            replace_file(self._path, content)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self._use_spare(content, error)

    def _use_spare(self, content: bytes, full: OSError) -> None:
        try:
            number = os.open(self._spare, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            raise full from None
        try:
            if os.pwrite(number, content, 0) != len(content):
                raise full
            os.ftruncate(number, len(content))
            os.fdatasync(number)
        finally:
            os.close(number)
        os.replace(self._spare, self._path)
        Disk().sync_folder(self._path.parent)
        self.make()  # in the room of the file of before
