"""The library as it was left: opened, and its releases told, before anything that takes in new content is loaded.

Knows: which releases the store holds. Touches: state_folder/library (reading; folders are made, left-overs removed).
Must not: import what the first picture does not need.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable

from player.base.zones import panel_zone
from player.bundle.source import Source
from player.core.alerts import Alert
from player.core.events import Event, ReleaseAdopted
from player.library.folder.report import FolderReporter
from player.library.store.record import release_of
from player.library.store.store import Store
from player.settings.models import ContentSection, PanelSection

log = logging.getLogger(__name__)


class Opening:
    """`open` may be called again until it returns True. tell: also for the room that goes on from here."""

    def __init__(self, content: ContentSection, panel: PanelSection, post: Callable[[Event], None]) -> None:
        self.store = Store(panel.state_folder / "library", content.keep_releases)
        self.zone = panel_zone(panel.timezone)
        self.tell = FolderReporter(post)
        self.is_open = False
        self._post = post

    def open(self) -> bool:
        """Opens the store and tells what it holds; False: it cannot be opened now, which is an alert until it can."""
        try:
            self.store.open()
        except OSError as error:
            words = f"{self.store.root}: {os.strerror(error.errno or errno.EIO)}"
            alert = Alert.DISK_LOW if error.errno in (errno.ENOSPC, errno.EDQUOT) else Alert.DISK_READ_ONLY
            if self.tell.condition(alert, f"{words}; nothing new can be taken in"):
                log.error("the library cannot be opened: %s", words)
            return False
        self.tell.condition(Alert.DISK_LOW, None)
        self.tell.condition(Alert.DISK_READ_ONLY, None)
        for source in Source:
            if (record := self.store.current(source)) is not None:
                rolled_back = self.store.is_rolled_back(source)
                self._post(ReleaseAdopted(release_of(record, self.store.blob_path, self.zone, rolled_back=rolled_back)))
        self.is_open = True
        return True
