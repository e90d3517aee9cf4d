"""The journal room for tests: short times, a disk that fails when it is told, and what it posted."""

from __future__ import annotations

import errno
import queue
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from player.base.clocks import ClockTrust
from player.base.disk import Disk
from player.contract.records import PlayRecord
from player.core.effects import KeepRecord, KeepRunning
from player.core.events import BatchMade, ConditionReported, Event, JournalKept
from player.journal.reading import JOURNAL_FOLDER, StoredRecord, read_records
from player.journal.room import Journal, JournalTimes
from player.settings.models import JournalSection, PanelSection
from tests.kit.disks import CountedDisk
from tests.kit.records import PANEL
from tests.kit.waiting import wait_for

QUICK = JournalTimes(sync_s=0.01, retry_s=0.05, prune_s=3600, restart_s=0.01, stop_s=30)
"""stop_s: a busy machine; a good run never waits so long."""
SYNCED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class BrokenDisk(CountedDisk):
    """fault: what the disk answers to everything that changes something; 0: it works."""

    def __init__(self, fault: int = 0) -> None:
        super().__init__()
        self.fault = fault

    def at_call(self, number: int) -> None:
        if self.fault:
            raise OSError(self.fault, errno.errorcode[self.fault])


class Heard:
    """What the room posted."""

    def __init__(self) -> None:
        self._queue = queue.SimpleQueue[Event]()
        self.events: list[Event] = []

    def post(self, event: Event) -> None:
        self._queue.put(event)

    def take(self) -> list[Event]:
        while not self._queue.empty():
            self.events.append(self._queue.get())
        return self.events

    def kept(self) -> list[JournalKept]:
        return [event for event in self.take() if isinstance(event, JournalKept)]

    def batches(self) -> list[bytes]:
        return [event.payload for event in self.take() if isinstance(event, BatchMade)]

    def conditions(self) -> list[str | None]:
        return [event.detail for event in self.take() if isinstance(event, ConditionReported)]


def open_journal(
    folder: Path, post: Callable[[Event], None], *, disk: Disk | None = None, boot: str = "boot 1", keep_days: int = 400,
    times: JournalTimes = QUICK,
) -> Journal:  # fmt: skip
    return Journal(
        JournalSection(keep_days=keep_days), PanelSection(name=PANEL, state_folder=folder), lambda: (SYNCED, ClockTrust.SYNCED),
        boot, post, disk=disk, times=times,
    )  # fmt: skip


def play(journal: Journal, records: list[PlayRecord]) -> None:
    """As the director says it: each record that ended, and the next one, open."""
    for record in records:
        journal.perform(KeepRunning(replace(record, seconds=0.0, n=0, boot="")))
        journal.perform(KeepRecord(replace(record, n=0, boot="")))


def stored_in(state_folder: Path) -> list[PlayRecord]:
    """Every record on the disk; a damaged line fails the test."""
    found = list(read_records(state_folder / JOURNAL_FOLDER))
    assert all(isinstance(stored, StoredRecord) for stored in found)
    return [stored.record for stored in found if isinstance(stored, StoredRecord)]


def wait_kept(heard: Heard, records: int) -> None:
    wait_for(lambda: any(kept.records == records for kept in heard.kept()))
