"""The newest health report in a file, for `panel-player status` and for the receipt on a stick.

Knows: its name. Touches: that file in the state folder, replaced atomically.
Must not: be synced to the disk: it is worth nothing after a crash, and a disk that is slow to sync is busy with more.
"""

from __future__ import annotations

import logging
from pathlib import Path

log = logging.getLogger(__name__)

STATUS_FILE = "status.json"


class StatusFile:
    """A fault is logged once, until it can be written again."""

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / STATUS_FILE
        self._failed = False

    def write(self, report: bytes) -> None:
        try:
            fresh = self._path.with_name(f".{STATUS_FILE}.new")
            fresh.write_bytes(report)
            fresh.replace(self._path)
            self._failed = False
        except OSError as error:
            if not self._failed:
                log.warning("%s cannot be written: %s", self._path, error.strerror)
            self._failed = True
