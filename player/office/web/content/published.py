"""What the console keeps in mind of the folders between two requests: thumbnails, what is published, who looks through which.

Knows: one number for each folder. Touches: nothing that must outlive the server.
Must not: be needed for what is published to be right.
"""

from __future__ import annotations

import threading
from pathlib import Path

from anyio import CapacityLimiter

from player.office.web.content.drafts import FolderDraft
from player.office.web.content.faults import ContentFault
from player.office.web.content.thumbnails import Thumbnails

THUMBNAILS_AT_ONCE = 4
"""Requests that wait for a picture which must be made; more of them would keep the server's threads from other pages."""
END_S = 20.0
"""Of one film's trial decode; the vetting process ends with the console anyway."""


class ContentMemory:
    """Several threads may use it. place: the folder of the thumbnails."""

    def __init__(self, place: Path) -> None:
        self.thumbnails = Thumbnails(place)
        self.waiting_for_thumbnails = CapacityLimiter(THUMBNAILS_AT_ONCE)
        self._lock = threading.Lock()
        self._digests: dict[str, str] = {}
        self._converting: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._opened: dict[str, str] = {}
        self._looking: dict[str, threading.Thread] = {}
        self._closing = threading.Event()

    def note_published(self, folder: str, digest: str) -> None:
        self._digests[folder] = digest

    def published_digest(self, folder: str) -> str:
        """ "": not known since the server began."""
        return self._digests.get(folder, "")

    def note_conversion(self, upload: str, conversion: str) -> None:
        """Which conversion makes a film of which upload."""
        self._converting[upload] = conversion

    def conversion_of(self, upload: str) -> str:
        """ "": none was begun since the server began."""
        return self._converting.get(upload, "")

    def note_refused(self, upload: str, sentence: str) -> None:
        """Why an upload that could still be converted got no name (English)."""
        self._refused[upload] = sentence

    def refused(self, upload: str) -> str:
        """ "": nobody has looked into it since the server began."""
        return self._refused.get(upload, "")

    def note_opened(self, account: str, folder: str) -> None:
        self._opened[account] = folder

    def last_opened(self, account: str) -> str:
        """The folder at which a person looked last; "": at none since the server began."""
        return self._opened.get(account, "")

    def look_through(self, draft: FolderDraft) -> None:
        """Has each file of the folder that nobody looked into yet looked into, one after another, beside everything else."""
        folder = draft.folder.name
        with self._lock:
            if folder in self._looking or self._closing.is_set():
                return
            thread = threading.Thread(target=self._look, args=(draft,), name=f"look {folder}", daemon=True)
            self._looking[folder] = thread
            thread.start()

    def close(self) -> None:
        """Ends after the file that is looked into."""
        self._closing.set()
        for thread in list(self._looking.values()):
            thread.join(END_S)

    def _look(self, draft: FolderDraft) -> None:
        try:
            while not self._closing.is_set() and draft.look_into_next():
                pass
        except ContentFault:  # the folder cannot be read: its page says so
            return
        finally:
            with self._lock:
                self._looking.pop(draft.folder.name, None)
