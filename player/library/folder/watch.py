"""Hints that the folder changed, from inotify where that tells everything; elsewhere the folder has to be polled.

Knows: watchdog and its traps (facts.md, "watchdog"): a folder that was made anew, a full watch table, network shares.
Touches: inotify, /proc/self/mountinfo. Must not: be believed: a hint says "look again", never what happened.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from player.base.mounts import MOUNTINFO, mount_of

log = logging.getLogger(__name__)

STOP_S = 1.0

_REMOTE = re.compile(
    r"cifs|smb3?|smbfs|nfs\d?|9p|ceph|glusterfs|afs|coda|ncpfs|davfs|virtiofs|vboxsf|fuse(\..+)?|overlay9p"
)
TOLD_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip  # not "opened" and "closed without writing": our own reading would be a hint


def is_remote(folder: Path, mountinfo: Path = MOUNTINFO) -> bool:
    """Whether `folder` lies on a file system whose changes by others give no events here."""
    try:
        mount = mount_of(folder, mountinfo)
    except OSError:
        return False
    return mount is not None and _REMOTE.fullmatch(mount.file_system) is not None


class _Handler(FileSystemEventHandler):
    def __init__(self, hint: Callable[[], None]) -> None:
        self._hint = hint

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._hint()


class FolderWatch:
    """Watches one folder, also when it is deleted and made again: call `refresh` about every second.

    `watching` False: nothing will be told; look at the folder yourself.
    """

    def __init__(self, folder: Path, hint: Callable[[], None], mountinfo: Path = MOUNTINFO) -> None:
        self._folder = folder
        self._hint = hint
        self._mountinfo = mountinfo
        self._observer: BaseObserver | None = None
        self._watched: tuple[int, int] | None = None
        self._refused = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def watching(self) -> bool:
        return self._observer is not None

    def refresh(self) -> bool:
        """Sees that the folder that is there now is watched; True when it is another one than before."""
        try:
            state = os.stat(self._folder)
            here: tuple[int, int] | None = (state.st_dev, state.st_ino)
        except OSError:
            here = None
        if here == self._watched and (here is None or self._refused or self._is_alive()):
            return False
        self._end()
        self._watched = here
        self._refused = False
        if here is not None:
            self._begin()
        return True

    def _is_alive(self) -> bool:
        return self._observer is not None and self._observer.is_alive()

    def _begin(self) -> None:
        if is_remote(self._folder, self._mountinfo):
            self._refused = True
            return
        observer = Observer()
        try:
            observer.schedule(_Handler(self._hint), str(self._folder), recursive=True, event_filter=TOLD_EVENTS)
            observer.start()
        except OSError as error:  # the table of watches is full (fs.inotify.max_user_watches), or the folder just went
            log.warning("%s cannot be watched (%s); it is looked at every few seconds instead", self._folder, error)
            self._refused = True
            return
        self._observer = observer

    def _end(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            with contextlib.suppress(RuntimeError):  # never started
                observer.join(STOP_S)
