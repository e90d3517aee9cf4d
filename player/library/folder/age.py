"""How old the synced folder is: when a file of it, or a sync tool's own file in it, was last changed.

Knows: hidden folders and temporary names count here, because a sync tool that works touches its own files.
Touches: the folder, reading only; it may hang when the folder is on a network share. Must not: judge the age.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player.base.clocks import ClockTrust
from player.library.folder.scan import DEPTH_LIMIT, FILES_LIMIT
from player.settings.models import ContentSection

FUTURE_ALLOWED = timedelta(days=1)
"""What lies further ahead was written while the clock was wrong, and would hide every later silence."""


AGE_EVERY_S = 60.0
"""Between two looks at how old the folder is: content.stale_days counts in days."""


class FolderAge:
    """Tells when the folder was last touched, if anybody wants to know (content.stale_days)."""

    def __init__(
        self,
        content: ContentSection,
        clock: Callable[[], tuple[datetime, ClockTrust]],
        post: Callable[[datetime | None], None],
    ) -> None:
        self._content = content
        self._clock = clock
        self._post = post
        self._told_mono: float | None = None

    def tell(self) -> None:
        """Looks and posts, once a minute at most; not while the clock is not believed."""
        mono = time.monotonic()
        due = self._told_mono is None or mono - self._told_mono >= AGE_EVERY_S
        if self._content.stale_days and due:
            wall, trust = self._clock()
            if trust is not ClockTrust.BAD:
                self._post(find_last_change(self._content.folder, wall))
            self._told_mono = time.monotonic()


def find_last_change(folder: Path, wall: datetime) -> datetime | None:
    """The newest change (aware) below `folder` that does not lie ahead of `wall`; None: nothing that could tell.

    ctime, because rsync and Syncthing set a file's mtime to the original's; a folder's ctime tells of what was removed.
    """
    limit_s = (wall + FUTURE_ALLOWED).timestamp()
    newest_s = max((changed_s for changed_s in _changes(folder) if changed_s <= limit_s), default=None)
    return None if newest_s is None else datetime.fromtimestamp(newest_s, UTC)


def _changes(folder: Path) -> Iterator[float]:
    """The ctime of everything below the folder; what cannot be read is passed over."""
    todo, count = [(os.fspath(folder), 0)], 0
    try:
        yield os.stat(folder).st_ctime
    except OSError:
        return
    while todo and count < FILES_LIMIT:
        where, depth = todo.pop()
        try:
            with os.scandir(where) as entries:
                for entry in entries:
                    count += 1
                    yield entry.stat(follow_symlinks=False).st_ctime
                    if depth < DEPTH_LIMIT and entry.is_dir(follow_symlinks=False):
                        todo.append((entry.path, depth + 1))
        except OSError:
            continue
