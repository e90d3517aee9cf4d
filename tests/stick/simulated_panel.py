"""A simulated panel that takes sticks, with the real store, importer and vetting: put a stick in, see what would play."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from player.base.clocks import ClockTrust
from player.base.disk import Disk
from player.bundle.receipt import Receipt, read_receipts
from player.bundle.source import Source
from player.core.events import ConditionReported, Event, ReleaseAdopted, StickNoticed
from player.core.model import Release, StickNotice, StickStage
from player.core.playing.sources import choose_release
from player.library.bundle_import import StickImporter
from player.library.store.known_files import KnownFiles
from player.library.store.record import release_of
from player.library.store.store import Store
from player.library.store.workshop import Workshop
from player.settings.models import ContentSection, PanelSection, TrustSection, UsbSection
from player.stick.room import Sticks
from player.stick.times import StickTimes
from tests.kit.bundles import PANEL, office_key
from tests.kit.waiting import wait_for

QUICK = StickTimes(look_s=0.02)
ENDS = {StickStage.DONE, StickStage.REFUSED, StickStage.NOT_OURS}


@dataclass
class SimulatedPanel:
    """state: the panel's state folder, which may hold releases from before. root: where sticks appear."""

    root: Path
    state: Path
    clock: ClockTrust = ClockTrust.SYNCED
    mode: Literal["off", "fallback", "newest"] = "newest"
    disk: Disk = field(default_factory=Disk)
    keys: tuple[str, ...] = ("office", "second")
    times: StickTimes = QUICK
    events: list[Event] = field(default_factory=list)

    def room(self) -> Sticks:
        for folder in (self.root, self.state):
            folder.mkdir(parents=True, exist_ok=True)
        store = self.open_store()
        known_files = KnownFiles(self.state / "library" / "ledger.json", self.disk)
        known_files.load()
        workshop = Workshop(store, known_files, ContentSection(), UTC)
        return Sticks(
            UsbSection(mode=self.mode, mount_root=self.root),
            TrustSection(keys=tuple(str(office_key(key).public) for key in self.keys)),
            PanelSection(name=PANEL, state_folder=self.state),
            self.read_clock,
            StickImporter(workshop, self.events.append),
            self.events.append,
            times=self.times,
        )

    def read_clock(self) -> tuple[datetime, ClockTrust]:
        return datetime.now(UTC), self.clock

    def open_store(self) -> Store:
        store = Store(self.state / "library", 3, self.disk)
        store.open()
        return store

    @property
    def notice(self) -> StickNotice | None:
        return next((e.notice for e in reversed(self.events) if isinstance(e, StickNoticed)), None)

    @property
    def alerts(self) -> list[str | None]:
        return [e.detail for e in self.events if isinstance(e, ConditionReported)]

    @property
    def adopted(self) -> list[Release]:
        return [e.release for e in self.events if isinstance(e, ReleaseAdopted)]

    @property
    def ends(self) -> list[StickNotice]:
        """The notices that say how a reading ended."""
        told = [event.notice for event in list(self.events) if isinstance(event, StickNoticed)]
        return [notice for notice in told if notice is not None and notice.stage in ENDS]

    @property
    def has_ended(self) -> bool:
        return bool(self.ends)

    def wait_for_end(self, within_s: float = 60.0) -> StickNotice:
        """The first notice that says how it ended."""
        wait_for(lambda: self.has_ended, within_s, f"the stick is dealt with; so far {self.events[-3:]}")
        return self.ends[0]

    def would_play(self) -> Release | None:
        """What a daemon that starts now on this state folder would play: the stick's source is all there is."""
        store = self.open_store()
        record = store.current(Source.STICK)
        if record is None:
            return None
        release = release_of(record, store.blob_path, UTC, without=store.lost_blobs(record))
        wall = datetime.now(UTC)
        return choose_release(
            {Source.STICK: release}, mode=self.mode, after_s=0, folder_changed=None, office_heard=None, wall=wall,
            trust=self.clock,
        )[0]  # fmt: skip


def check_whole(release: Release) -> None:
    """Every item of the release is a file in the library with exactly the content of its name."""
    for playlist in release.playlists:
        for item in playlist.items:
            assert hashlib.sha256(Path(item.location).read_bytes()).hexdigest() == item.content_hash, item.path


def items(release: Release | None) -> list[str]:
    return [item.path for playlist in release.playlists for item in playlist.items] if release else []


def receipt_of(root: Path) -> Receipt | None:
    """The newest receipt; None: there is none, or one is just being written (one that stays strange ends the wait for it)."""
    receipts, strange = read_receipts(root / "panel")
    return receipts[-1] if receipts and not strange else None


def fill(root: Path, files: dict[str, bytes | Path]) -> Path:
    """Writes a `panel` folder with these files (bytes, or a file to copy) and a receipts folder."""
    bundle = root / "panel"
    (bundle / "receipts").mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        target = bundle / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, target)
        else:
            target.write_bytes(content)
    return bundle


Change = Callable[[Path], None]
