"""The stick's room: sees which sticks are plugged in, and has each one read when there is something new on it.

Knows: its two threads (the watcher looks for sticks and never reads one; the reader may hang in a dead device).
Touches: the folders below usb.mount_root. Must not: play from a stick, or import the library (it is given an importer).
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player.base.clocks import ClockTrust
from player.base.mounts import MOUNTINFO
from player.base.worker import Worker
from player.bundle.minisign import parse_public_keys
from player.bundle.refusals import Why
from player.bundle.stick_records import StickBatch
from player.core.events import Event, RecordsAcknowledged
from player.settings.models import PanelSection, TrustSection, UsbSection
from player.stick.partitions import Partitions
from player.stick.plugged import Stick, find_sticks, fingerprint_of
from player.stick.reader import LOOKS_PULLED, BundleImporter, StickReader, Visit
from player.stick.receipts import Receipts
from player.stick.report import StickReporter
from player.stick.times import STICK_TIMES, StickTimes

log = logging.getLogger(__name__)

STOP_S = 3.0  # for each of the two threads; a thread inside a dead device's read cannot be waited for

FAULT = "a fault of the player's own ended the part that looks for sticks; it starts again"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What lay on a stick when it was read: other content means to read it again."""

    files: tuple[tuple[int, int, int] | None, ...]
    why: Why | None
    mono: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """The one stick that is being read, and the thread that does."""

    visit: Visit
    thread: threading.Thread


class Sticks:
    """The room, with two threads: the watcher looks for sticks, the reader reads one."""

    def __init__(
        self,
        usb: UsbSection,
        trust: TrustSection,
        panel: PanelSection,
        clock: Callable[[], tuple[datetime, ClockTrust]],
        importer: BundleImporter,
        post: Callable[[Event], None],
        *,
        status_file: Path | None = None,
        batches: Callable[[int], Sequence[StickBatch]] = lambda most_bytes: (),
        times: StickTimes = STICK_TIMES,
    ) -> None:
        """status_file: the daemon's last health report, which goes into the receipts. batches: records that go along."""
        self._mount_root = usb.mount_root
        self._trust = trust
        self._times = times
        self._stopping = threading.Event()
        self._reporter = StickReporter(post, usb.strip_minutes * 60)
        receipts = Receipts(panel, clock, status_file or panel.state_folder / "status.json", batches)
        self._reader = StickReader(
            usb, trust, panel, clock, importer, self._reporter, receipts, times, self._stopping,
            lambda ack: post(RecordsAcknowledged(ack)),
        )  # fmt: skip
        self._lock = threading.Lock()
        self._partitions = Partitions(times.sisters_s)
        self._seen: dict[Stick, _Seen] = {}
        self._reading: _Reading | None = None
        self._first_look = True
        self._wake = -1
        self._watcher = Worker("sticks", self._watch, lambda: self._reporter.failing(FAULT), times.restart_s)

    def __enter__(self) -> Sticks:
        self._reader.keys, faults = parse_public_keys(self._trust.keys)
        for fault in faults:
            log.error("trust.keys: %s; nothing that this key signs is accepted", fault)
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._watcher.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        os.eventfd_write(self._wake, 1)
        self._cancel_reading()
        self._watcher.stop(STOP_S)
        self._cancel_reading()  # one that the watcher began meanwhile; after its end no other one begins
        if self._reading is not None:
            self._reading.thread.join(STOP_S)
        if not self._watcher.is_alive:
            os.close(self._wake)

    def _cancel_reading(self) -> None:
        if self._reading is not None:
            self._reading.visit.cancel.set()

    # ---- the watcher's thread

    def _watch(self) -> None:
        poller = select.poll()
        poller.register(self._wake, select.POLLIN)
        with open(MOUNTINFO) as mounts:
            poller.register(mounts, select.POLLPRI)  # the kernel says when a mount comes or goes (proc(5))
            while not self._stopping.is_set():
                self._look()
                if self._watcher.sound_for_s > self._times.sound_s:
                    self._reporter.failing(None)
                wait_s = self._times.look_s
                if (wake_at := self._reporter.refresh()) is not None:
                    wait_s = min(wait_s, max(0.0, wake_at - time.monotonic()))
                poller.poll(wait_s * 1000)
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._wake)

    def _look(self) -> None:
        present = find_sticks(self._mount_root)
        if self._reading is not None and self._reading.visit.stick not in present:
            self._cancel_reading()
        self._reporter.keep_only(present)
        with self._lock:
            gone = [stick for stick in self._seen if stick not in present]
            for stick in gone:
                del self._seen[stick]
        for stick in gone:
            log.info("%s pulled out", stick)
        if self._reading is not None and self._reading.thread.is_alive():
            return
        to_read = self._partitions.to_read(present, time.monotonic())
        waiting = next((stick for stick in to_read if self._wants_reading(stick)), None)
        if waiting is not None:
            self._begin(waiting)
        else:
            self._first_look = False

    def _wants_reading(self, stick: Stick) -> bool:
        with self._lock:
            seen = self._seen.get(stick)
        if seen is None or seen.files != fingerprint_of(stick):
            return True
        unfinished = not stick.mounted and seen.why in LOOKS_PULLED - {Why.NOT_OURS}
        return unfinished and time.monotonic() - seen.mono > self._times.retry_s

    def _begin(self, stick: Stick) -> None:
        with self._lock:
            seen = self._seen.get(stick)
        visit = Visit(stick, threading.Event(), self._first_look or seen is not None, seen.why if seen else None)
        thread = threading.Thread(target=self._read, args=(visit,), name="stick-reader", daemon=True)
        self._reading = _Reading(visit, thread)
        thread.start()

    # ---- the reader's thread

    def _read(self, visit: Visit) -> None:
        files = fingerprint_of(visit.stick)
        why: Why | None = Why.PANEL_FAULT
        finished = False  # stays so when this thread dies of a fault of ours, which Python then writes to the log
        try:
            why = self._reader.read(visit)
            finished = True
        finally:
            self._reporter.end_reading(visit.stick)
            if not visit.cancel.is_set():
                with self._lock:
                    self._seen[visit.stick] = _Seen(files, why, time.monotonic())
            if not finished:
                self._reader.give_up(visit)
            os.eventfd_write(self._wake, 1)
