"""What lies in a folder at one moment: every file with its size and times, links and temporary names told apart.

Knows: how to walk a folder without following a link, and how to open one of its files without following any either.
Touches: the folder, reading only; it may hang when the folder is on a network share. Must not: read what files hold.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from player.base.portable import open_for_reading
from player.library.content.names import is_foreign_folder, is_temporary
from player.library.content.snapshot import Fingerprint, Snapshot

FILES_LIMIT = 200_000
"""More files than that are somebody's backup, not a panel's content; the rest is not looked at."""
DEPTH_LIMIT = 32


class FolderUnreadable(Exception):
    """The folder itself is not there or cannot be read; the message says what to do."""


def scan_folder(folder: Path) -> Snapshot:
    """Every file below `folder`. Raises FolderUnreadable when the folder itself cannot be listed."""
    seen = Snapshot()
    unreadable: list[str] = []
    overfull = False
    todo: list[tuple[str, str, int]] = [(os.fspath(folder), "", 0)]
    while todo and not overfull:
        where, prefix, depth = todo.pop()
        try:
            with os.scandir(where) as entries:
                for entry in entries:
                    name = entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if depth < DEPTH_LIMIT and not is_foreign_folder(name):
                            todo.append((entry.path, f"{prefix}{name}/", depth + 1))
                    else:
                        _note(seen, entry, prefix + name)
            overfull = len(seen.files) + len(seen.temporary) > FILES_LIMIT
        except OSError as error:
            if not prefix:
                raise FolderUnreadable(_say_unreadable(folder, error)) from error
            if error.errno != errno.ENOENT:  # gone since its parent was listed: as if it had never been there
                unreadable.append(prefix)
    return Snapshot(seen.files, seen.odd, seen.temporary, tuple(sorted(unreadable)), overfull)


def _note(seen: Snapshot, entry: os.DirEntry[str], path: str) -> None:
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:  # removed while the folder was read
        return
    mode = state.st_mode
    if stat.S_ISREG(mode):
        fingerprint = Fingerprint(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
        (seen.temporary if is_temporary(entry.name) else seen.files)[path] = fingerprint
    else:
        seen.odd[path] = "a link" if stat.S_ISLNK(mode) else "a pipe, a socket or a device"


def _say_unreadable(folder: Path, error: OSError) -> str:
    match error.errno:
        case errno.ENOENT:
            return f"{folder} is not there; make it, or mount the share it lies on"
        case errno.ENOTDIR:
            return f"{folder} is a file; content.folder must name a folder"
        case errno.EACCES | errno.EPERM:
            return f"{folder} may not be read; give the player's user the right to read it"
    return f"{folder} cannot be read ({os.strerror(error.errno or errno.EIO)}); check the disk or the share"


def open_inside(folder: Path, path: str) -> int:
    """A descriptor of the regular file `path` below `folder`; no part of `path` may be a link. Raises OSError.

    O_NONBLOCK: a pipe that took the file's place must not hold us.
    """
    if os.open not in os.supports_dir_fd:
        return _regular(_open_by_path(folder, path), path)
    parent = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        *above, name = path.split("/")
        for part in above:
            deeper = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
            os.close(parent)
            parent = deeper
        number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent)
    finally:
        os.close(parent)
    return _regular(number, path)


def _open_by_path(folder: Path, path: str) -> int:
    """Where no file can be opened by the handle of the folder above it (Windows): each part of the path is looked at first."""
    place = folder
    for part in path.split("/"):
        place = place / part
        if place.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    return open_for_reading(place)


def _regular(number: int, path: str) -> int:
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return number


def fingerprint_of(number: int) -> Fingerprint:
    state = os.fstat(number)
    return Fingerprint(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


def read_inside(folder: Path, path: str, limit_bytes: int) -> bytes:
    """The content of a small file of the folder, at most limit_bytes + 1 of it. Raises OSError."""
    with os.fdopen(open_inside(folder, path), "rb") as file:
        return file.read(limit_bytes + 1)
