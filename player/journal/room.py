"""The journal room: takes records, keeps them on the disk, signs them, and hands them out in batches.

Knows: which effects are the journal's, when the disk is synced, what is done about a disk that takes nothing.
Touches: the files in the journal's folder, from a thread of its own. Must not: make the caller wait, or be in the way of a
change of item; decide what a record says (core/journal/ does).

A record is written when it comes, and is safe against a power cut SYNC_S later. On a disk that takes no writes records wait in
memory; when too many wait, the oldest become one record that says so: seconds are never without a name.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from player.base.clocks import ClockTrust
from player.base.disk import Disk
from player.base.worker import Worker
from player.bundle.stick_records import StickBatch
from player.contract.record_batches import Head, encode_ack, make_batch, parse_ack
from player.contract.records import NO_CHAIN, Acknowledgement, PlayRecord, RecordError, RecordKind
from player.core.alerts import Alert, Reporter
from player.core.effects import JournalEffect, KeepAcknowledgement, KeepRecord, KeepRunning, MakeBatch
from player.core.events import BatchMade, ConditionReported, Event, JournalKept
from player.journal.bridge import LOST, bridge_runs
from player.journal.keys import JournalKey, load_key
from player.journal.pruning import prune
from player.journal.reading import (
    ACKNOWLEDGED_NAME,
    JOURNAL_FOLDER,
    KEY_NAME,
    UnsentRecords,
    read_running,
    unsent_records,
)
from player.journal.segments import RunningFile, Segments
from player.settings.models import JournalSection, PanelSection

log = logging.getLogger(__name__)

WAITING_MOST = 2000
"""Records that wait in memory for a disk that takes none: eight hours of an item every 15 s, 2 MB."""
FAULT = "a fault of the player's own ended the part that keeps records; it starts again"
_STOP = object()


@dataclass(frozen=True, slots=True)
class JournalTimes:
    """sync_s: how long a record may be on its way to the disk; the promise is 2 s."""

    sync_s: float = 1.0
    retry_s: float = 10.0
    prune_s: float = 3600.0
    restart_s: float = 5.0
    stop_s: float = 2.0


class Journal:
    """The room, with one thread. clock: the wall clock and its trust. boot: the kernel's boot id."""

    def __init__(
        self,
        journal: JournalSection,
        panel: PanelSection,
        clock: Callable[[], tuple[datetime, ClockTrust]],
        boot: str,
        post: Callable[[Event], None],
        *,
        disk: Disk | None = None,
        times: JournalTimes | None = None,
    ) -> None:
        self._panel = panel.name
        self._folder = panel.state_folder / JOURNAL_FOLDER
        self._keep_days = journal.keep_days
        self._clock, self._boot, self._post = clock, boot, post
        self._disk = disk or Disk()
        self._times = times or JournalTimes()
        self._queue: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._worker = Worker("journal", self._run, lambda: self._tell_failing(FAULT), self._times.restart_s)
        self._segments = Segments(self._folder, self._disk)
        self._running_file = RunningFile(self._folder, self._disk)
        self._waiting: deque[PlayRecord] = deque()
        self._running: PlayRecord | None = None
        self._bridged = False
        self._unsynced_mono: float | None = None
        self._retry_mono: float | None = None
        self._prune_mono = 0.0
        self._batch_asked = False
        self._failing = ""
        self._lock = threading.Lock()
        self._key: JournalKey | None = None
        self._synced = 0
        self._acknowledged: Acknowledgement | None = None
        self._kept: JournalKept | None = None

    def __enter__(self) -> Journal:
        self._worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(_STOP)
        self._worker.stop(self._times.stop_s)

    def perform(self, effect: JournalEffect) -> None:
        """Returns at once, whatever the disk does."""
        self._queue.put(effect)

    @property
    def public_key(self) -> str | None:
        """The public half of the panel's key; None while the disk has not given or taken one."""
        with self._lock:
            return None if self._key is None else self._key.public

    def batches_for_stick(self, most_bytes: int) -> list[StickBatch]:
        """The oldest unsent records, as much as fits. For any thread; what cannot be read now goes another time."""
        with self._lock:
            key, ack, last = self._key, self._acknowledged, self._synced
        made: list[StickBatch] = []
        if key is None:
            return made
        try:
            for lot in unsent_records(self._folder, *_sent_of(ack), last):
                batch = self._pack(key, lot)
                most_bytes -= len(batch.packed)
                if most_bytes < 0:
                    break
                made.append(batch)
        except OSError as error:
            log.warning("the records for the stick cannot all be read: %s", error)
        return made

    # ---- the thread

    def _run(self) -> None:
        while True:
            try:
                item = self._queue.get(timeout=self._wait_s())
            except queue.Empty:
                item = None
            if item is _STOP:
                self._end()
                return
            if item is not None:
                self._take(item)  # type: ignore[arg-type]  # perform puts nothing else in
            if self._queue.empty():
                self._do_due()

    def _wait_s(self) -> float | None:
        moments = [self._prune_mono]
        if self._retry_mono is not None:
            moments.append(self._retry_mono)
        elif self._unsynced_mono is not None:
            moments.append(self._unsynced_mono + self._times.sync_s)
        elif not self._segments.is_open:
            return 0.0
        return max(0.0, min(moments) - time.monotonic())

    def _take(self, effect: JournalEffect) -> None:
        match effect:
            case KeepRecord(record):
                self._waiting.append(record)
                self._running = None
                self._make_room()
            case KeepRunning(record):
                self._running = record
            case MakeBatch():
                self._batch_asked = True
            case KeepAcknowledgement(ack):
                self._hear_ack(ack)
            case _ as never:
                assert_never(never)

    def _make_room(self) -> None:
        """Two records become one that says that there was no room for them."""
        while len(self._waiting) > WAITING_MOST:
            one, two = self._waiting.popleft(), self._waiting.popleft()
            seconds = (two.ends - one.at).total_seconds()
            kind = RecordKind.FAULT if seconds >= 0 else RecordKind.CLOCK
            self._waiting.appendleft(PlayRecord(one.at, seconds, kind, reason=LOST, clock=two.clock))

    def _do_due(self) -> None:
        mono = time.monotonic()
        if self._retry_mono is not None and mono < self._retry_mono:
            return
        try:
            if self._failing and self._folder.is_dir():
                self._prune()  # it may be room that is missing
            self._open()
            self._write()
            if self._unsynced_mono is not None and (
                self._batch_asked or time.monotonic() >= self._unsynced_mono + self._times.sync_s
            ):
                self._sync()
            if self._batch_asked:
                self._batch_asked = False
                self._hand_out()
            if mono >= self._prune_mono:
                self._prune_mono = mono + self._times.prune_s
                self._prune()
        except OSError as error:
            self._fail(error)
        else:
            self._retry_mono = None
            self._tell_failing("")

    def _open(self) -> None:
        if self._segments.is_open:
            return
        self._disk.make_folder(self._folder)
        if self._key is None:
            key, ack = load_key(self._folder / KEY_NAME, self._disk), self._load_ack()
            with self._lock:
                self._key, self._acknowledged = key, ack
        self._segments.open()
        self._unsynced_mono = self._unsynced_mono or time.monotonic()  # what a run before wrote may not be safe yet

    def _load_ack(self) -> Acknowledgement | None:
        path = self._folder / ACKNOWLEDGED_NAME
        try:
            return parse_ack(path.read_bytes())
        except FileNotFoundError:
            return None
        except RecordError as error:
            log.warning("%s: %s; everything is sent again, which does no harm", path, error)
            return None

    def _write(self) -> None:
        first = self._waiting[0] if self._waiting else self._running
        if first is None:
            return
        if not self._bridged:
            left = read_running(self._folder)
            first = replace(first, boot=self._boot)
            self._waiting.extendleft(reversed(bridge_runs(self._segments.place, left, first, self._boot)))
            self._bridged = True
        self._unsynced_mono = self._unsynced_mono or time.monotonic()
        while self._waiting:
            record = self._waiting[0]
            self._segments.append(replace(record, boot=record.boot or self._boot))
            self._waiting.popleft()
        if self._running is not None:
            self._running_file.keep(replace(self._running, n=self._segments.place.n + 1, boot=self._boot))
            self._running = None

    def _sync(self) -> None:
        self._segments.sync()
        self._running_file.sync()
        self._unsynced_mono = None
        with self._lock:
            self._synced = self._segments.place.n
        self._tell_kept()

    def _tell_kept(self) -> None:
        """oldest is looked for only where the first unsent record is another one than before."""
        sent, chain = _sent_of(self._acknowledged)
        before = self._kept
        oldest = None if before is None or before.acknowledged != sent else before.oldest
        if oldest is None and self._synced > sent:
            lot = next(unsent_records(self._folder, sent, chain, self._synced, most=1), None)
            oldest = lot.rows[0].record.at if lot is not None else None
        kept = JournalKept(self._synced, min(sent, self._synced), oldest)
        if kept != before:
            self._kept = kept
            self._post(kept)

    def _hand_out(self) -> None:
        lot = next(unsent_records(self._folder, *_sent_of(self._acknowledged), self._synced), None)
        if self._key is not None and lot is not None:
            self._post(BatchMade(self._pack(self._key, lot).packed))

    def _pack(self, key: JournalKey, lot: UnsentRecords) -> StickBatch:
        last = lot.rows[-1]
        head = Head(self._panel, last.record.n, last.chain, self._clock()[0])
        stored = [(row.line, row.chain) for row in lot.rows]
        packed = make_batch(stored, lot.before, head, key.sign_head(head), key.public, chains=False)
        return StickBatch(lot.rows[0].record.n, head.n, packed)

    def _hear_ack(self, ack: Acknowledgement) -> None:
        """Only what stands on this panel's own disk can be acknowledged; anything else is another panel's, or forged."""
        known = self._acknowledged
        if known is not None and ack.last <= known.last:
            return
        try:
            self._open()
            lot = next(unsent_records(self._folder, ack.last - 1, NO_CHAIN, self._segments.place.n, most=1), None)
            if lot is None or (lot.rows[0].record.n, lot.rows[0].chain) != (ack.last, ack.head):
                log.warning("an acknowledgement up to record %d does not fit the records here; it is ignored", ack.last)
                return
            self._disk.replace_file(self._folder / ACKNOWLEDGED_NAME, encode_ack(ack) + b"\n")
        except OSError as error:
            self._fail(error)
            return
        with self._lock:
            self._acknowledged = ack
        self._tell_kept()

    def _prune(self) -> None:
        sent = 0 if self._acknowledged is None else self._acknowledged.last
        prune(self._folder, sent, self._keep_days, self._clock(), self._disk)

    # ---- trouble, and the end

    def _fail(self, error: OSError) -> None:
        """The files are given up; the next attempt opens them anew and cuts off what was half written."""
        self._segments.close()
        self._running_file.close()
        self._retry_mono = time.monotonic() + self._times.retry_s
        why = f"{self._folder}: {error.strerror or error}"
        self._tell_failing(f"{why}; records of what is shown wait in memory; look at the disk")

    def _tell_failing(self, why: str) -> None:
        if bool(why) == bool(self._failing):
            return
        self._failing = why
        if why:
            log.error("%s", why)
        self._post(ConditionReported(Reporter.JOURNAL, Alert.JOURNAL_FAILING, why or None))

    def _end(self) -> None:
        try:
            self._open()
            self._write()
            self._segments.sync()
            if self._bridged:
                self._running_file.stop()
            self._running_file.sync()
        except OSError as error:
            log.error("%s: the last records cannot be kept: %s", self._folder, error.strerror)
        self._segments.close()
        self._running_file.close()


def _sent_of(ack: Acknowledgement | None) -> tuple[int, str]:
    """The number and the chain of the last record that the office has."""
    return (0, NO_CHAIN) if ack is None else (ack.last, ack.head)
