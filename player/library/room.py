"""The library's room: what plays is always a complete, verified release; the world outside may do what it likes.

Knows: its two threads (the folder sync's, which a dead share may hold for ever, and the commands', which nothing holds).
Touches: state_folder/library, the synced folder. Must not: decide what plays.
"""

from __future__ import annotations

import errno
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from player.base.clocks import ClockTrust
from player.base.worker import Worker
from player.bundle.serials import SerialBook
from player.bundle.source import Source
from player.core.alerts import Alert
from player.core.effects import FitRenditions, LibraryEffect, RescanLibrary, RollBackLibrary
from player.core.events import Event, LibraryAnswered, ReleaseAdopted
from player.library.folder.patience import PATIENCE, Patience
from player.library.folder.sync import FolderSync
from player.library.opening import Opening
from player.library.renditions.recipes import Canvas
from player.library.store.known_files import KnownFiles
from player.library.store.made_rows import canvas_of
from player.library.store.record import release_of
from player.library.store.store import NoEarlierRelease
from player.library.store.workshop import Workshop
from player.settings.models import ContentSection, PanelSection, ScreenSection, TrustSection

if TYPE_CHECKING:
    from player.bundle.manifest import Manifest, Trust
    from player.bundle.minisign import PublicKey

log = logging.getLogger(__name__)

STOP_S = 2.0
"""How long __exit__ waits for each thread; one that a dead share holds ends with the process."""

FAULT = "a fault of the player's own ended the part that takes in content; it starts again, and what is shown goes on"


@dataclass(frozen=True, slots=True)
class RoomTimes:
    """How long the library's room waits for its own folder sync; apart, so that tests can be quick."""

    hanging_s: float = 15.0
    """So long inside one look or copy without a sign of life means that the share does not answer."""
    rescan_answer_s: float = 60.0
    turn_s: float = 1.0
    """Between two looks at the folder sync while no command comes."""
    restart_s: float = 5.0
    """From the end of a thread by a fault of our own to the next one; each time doubled."""
    sound_s: float = 60.0
    """A thread that has worked for so long since then does not fail any more."""
    reopen_s: float = 10.0
    """Between two tries to open a library whose folder cannot be written: somebody may mend its rights or free space."""


ROOM_TIMES = RoomTimes()
SCREEN = ScreenSection()


class Library:
    """The room. After __enter__ the releases that the library holds have been posted."""

    def __init__(
        self,
        content: ContentSection,
        trust: TrustSection,
        panel: PanelSection,
        clock: Callable[[], tuple[datetime, ClockTrust]],
        post: Callable[[Event], None],
        *,
        screen: ScreenSection = SCREEN,
        opening: Opening | None = None,
        patience: Patience = PATIENCE,
        times: RoomTimes = ROOM_TIMES,
    ) -> None:
        """opening: what the daemon has opened already, for the first picture."""
        self._trust = trust
        self._panel = panel
        self._screen = screen
        self._clock = clock
        self._post = post
        self._opening = opening or Opening(content, panel, post)
        self._reporter = self._opening.tell
        self._serials = SerialBook(panel.state_folder)
        self._store = self._opening.store
        known_files = KnownFiles(panel.state_folder / "library" / "ledger.json", self._store.disk)
        self.workshop = Workshop(self._store, known_files, content, self._opening.zone)
        """Also for imports from sticks, into their own source (library/bundle_import.py)."""
        self._patience = patience
        self._times = times
        self._folder_sync = self._make_folder_sync()
        self._inbox: queue.SimpleQueue[LibraryEffect | None] = queue.SimpleQueue()
        self._asked: dict[str, float] = {}
        self._taken_up: set[str] = set()
        self._asked_lock = threading.Lock()
        self._keys: tuple[PublicKey, ...] | None = None
        self._hanging = False
        self._command_worker = Worker("library-commands", self._serve, self._commands_died, times.restart_s)
        self._sync_worker = Worker("library", self._run_folder_sync, self._folder_sync_died, times.restart_s)
        self._serving: LibraryEffect | None = None
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        if not self._opening.is_open:
            self._opening.open()
        for source in Source:
            if (record := self._store.current(source)) is not None and (canvas := canvas_of(record)) is not None:
                self.workshop.easel.put(canvas)  # until the screen has told its region
        self._sync_worker.start()
        self._command_worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._inbox.put(None)
        self._command_worker.stop(STOP_S)
        self._folder_sync.stop()
        self._sync_worker.stop(STOP_S)

    def perform(self, effect: LibraryEffect) -> None:
        """Returns at once; a command is answered with LibraryAnswered."""
        self._inbox.put(effect)

    # ---- the folder sync's thread

    def _make_folder_sync(self) -> FolderSync:
        return FolderSync(
            self.workshop, self._read_trust, self._clock, self._reporter, self._accepted, self._take_up_rescans,
            self._answer_rescans, self._patience,
        )  # fmt: skip

    def _run_folder_sync(self) -> None:
        while not self._opening.is_open:
            if self._stopping.wait(self._times.reopen_s):
                return
            self._opening.open()
        self.workshop.known_files.load()
        self._folder_sync.run()

    def _read_trust(self) -> Trust:
        # Here, not at the top: most folders have no manifest (memory, start).
        from player.bundle.manifest import Trust
        from player.bundle.minisign import parse_public_keys

        if self._keys is None:
            self._keys, faults = parse_public_keys(self._trust.keys)
            for fault in faults:
                log.error("trust.keys: %s; nothing that this key signs is accepted", fault)
        signed = self._trust.folder == "signed"
        return Trust(self._panel.name, signed, self._keys, lambda key: self._serials.last(Source.FOLDER, key))

    def _accepted(self, manifest: Manifest) -> None:
        self._serials.accept(Source.FOLDER, manifest.key, manifest.serial)

    # ---- the commands' thread

    def _serve(self) -> None:
        while True:
            try:
                effect = self._inbox.get(timeout=self._times.turn_s)
            except queue.Empty:
                self._watch_folder_sync()
                continue
            self._serving = effect
            match effect:
                case None:
                    return
                case RescanLibrary(command_id):
                    if command_id:
                        with self._asked_lock:
                            self._asked[command_id] = time.monotonic() + self._times.rescan_answer_s
                    self._folder_sync.rescan()
                case RollBackLibrary():
                    self._roll_back(effect)
                case FitRenditions(width, height):
                    self._fit_renditions(width, height)
            self._serving = None

    def _roll_back(self, effect: RollBackLibrary) -> None:
        try:
            record = self._store.roll_back(effect.source)
        except NoEarlierRelease as error:
            ok, words = False, str(error)
        except OSError as error:
            ok, words = False, f"the library cannot be written ({os.strerror(error.errno or errno.EIO)})"
        else:
            ok, words = True, f"release {record.number} plays again, until the folder changes"
            log.warning("rolled back to release %d%s", record.number, f": {effect.why}" if effect.why else "")
            release = release_of(record, self._store.blob_path, self.workshop.zone, rolled_back=True)
            self._post(ReleaseAdopted(release))
        if effect.command_id:
            self._post(LibraryAnswered(effect.command_id, ok, words))

    def _fit_renditions(self, width: int, height: int) -> None:
        """The folder sync makes anew what was made for a region of another size, and looks what the folder means with it."""
        upright = (height, width) if self._screen.rotation % 180 else (width, height)
        if self.workshop.easel.put(Canvas(*upright, self._screen.background)):
            self._folder_sync.wake()

    def _take_up_rescans(self) -> None:
        """The folder sync looks anew now: what was asked until here gets its answer from this look."""
        with self._asked_lock:
            self._taken_up |= self._asked.keys()

    def _answer_rescans(self, ok: bool, words: str) -> None:
        with self._asked_lock:
            ready = [command_id for command_id in self._asked if command_id in self._taken_up]
            for command_id in ready:
                del self._asked[command_id]
            self._taken_up.clear()
        for command_id in ready:
            self._post(LibraryAnswered(command_id, ok, words))

    def _watch_folder_sync(self) -> None:
        if min(self._sync_worker.sound_for_s, self._command_worker.sound_for_s) > self._times.sound_s:
            self._reporter.condition(Alert.LIBRARY_FAILING, None)
        now, since = time.monotonic(), self._folder_sync.inside_since
        with self._asked_lock:
            late = any(deadline < now for deadline in self._asked.values())
        if late:
            self._take_up_rescans()
            self._answer_rescans(False, "the folder has not come to rest within a minute; see the health report")
        hanging = since is not None and now - since > self._times.hanging_s
        if hanging and not self._hanging:
            log.error("%s does not answer: look at the network share", self.workshop.content.folder)
            self._folder_sync.tell_no_answer()
        elif self._hanging and not hanging:
            self._folder_sync.rescan()
        self._hanging = hanging

    # ---- a fault of our own

    def _folder_sync_died(self) -> None:
        """What was asked of the folder sync is answered; the next one knows nothing, and looks at everything."""
        self._folder_sync.let_go()
        self._folder_sync = self._make_folder_sync()
        self._reporter.condition(Alert.LIBRARY_FAILING, FAULT)
        self._take_up_rescans()
        self._answer_rescans(False, FAULT)

    def _commands_died(self) -> None:
        self._reporter.condition(Alert.LIBRARY_FAILING, FAULT)
        serving, self._serving = self._serving, None
        if isinstance(serving, RollBackLibrary) and serving.command_id:
            self._post(LibraryAnswered(serving.command_id, False, FAULT))
