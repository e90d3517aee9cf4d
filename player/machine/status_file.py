"""The newest health report in a file, for `panel-player status` and for the receipt on a stick.

Knows: its name. Touches: that file in the state folder, replaced atomically.
Must not: be synced to the disk: it is worth nothing after a crash, and a disk that is slow to sync is busy with more.
"""

from __future__ import annotations

import logging
from pathlib import Path

from player.base.disk import replace_file

log = logging.getLogger(__name__)

STATUS_FILE = "status.json"


class StatusFile:
    """A fault is logged once, until it can be written again."""

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / STATUS_FILE
        self._failed = False

    def write(self, report: bytes) -> None:
        try:
            replace_file(self._path, report, lasting=False)
            self._failed = False
        except OSError as error:
            if not self._failed:
                log.warning("%s cannot be written: %s", self._path, error.strerror)
            self._failed = True
