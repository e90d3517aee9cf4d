"""The USB stick: notices one, has it verified and imported into its own source, tells the technician, leaves a receipt.

Knows: the order of these steps and what to say at each. Touches: the sticks below usb.mount_root (reading), the receipts
on them (writing), through stick/plugged.py, bundle/manifest.py and the library's importer. Must not: play from a stick, or decide
which source plays (core/playing/sources.py does).
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from player.base.clocks import ClockTrust
from player.bundle.imported import ImportedBundle, ImportStopped
from player.bundle.manifest import BUNDLE_NAME, Manifest, Trust, read_manifest
from player.bundle.minisign import MinisignError, PublicKey, parse_public_key
from player.bundle.receipt import Receipt, leave_receipt, post_receipt, wants_receipt
from player.bundle.refusals import BundleRefused, Why
from player.bundle.serials import SerialBook
from player.bundle.source import Source
from player.core.alerts import Alert, Reporter
from player.core.events import ConditionReported, Event, StickNoticed
from player.core.model import ImportProgress, StickNotice
from player.settings.models import PanelSection, TrustSection, UsbSection
from player.stick import notice_board as notices
from player.stick.notice_board import NoticeBoard
from player.stick.plugged import MOUNTINFO, Stick, find_bundle, find_sticks, fingerprint_of, is_there

log = logging.getLogger(__name__)

LOOK_S = 1.0  # mounts wake the watcher at once; plain directories and yanked devices are found by looking
NOTICE_S = 0.5  # at most two notices a second while the percents run
STOP_S = 3.0  # for each of the two threads; a thread inside a dead device's read cannot be waited for
GONE_S = 2.0  # the kernel needs a moment from the first read error to the device's removal
RETRY_S = 15.0  # a plain folder into which someone still copies is looked at again
STATUS_LIMIT_BYTES = 64 * 1024
LOOKS_PULLED = frozenset(
    {Why.UNREADABLE, Why.FILE_MISSING, Why.NO_MANIFEST, Why.UNSIGNED, Why.NOT_OURS, Why.FILE_CHANGED}
)
"""What a stick seems to be when it is pulled while it is read (an empty directory, read errors)."""


class BundleImporter(Protocol):
    """The library's side: both may be called from any thread; `take` posts the release itself."""

    def holds(self, source: Source, manifest: Manifest) -> bool:
        """Whether the source's current release is exactly this bundle."""
        ...

    def get_ready(self) -> None:
        """A bundle is being looked at: `take` may follow at once. Starts what takes its time; returns at once."""
        ...

    def stand_down(self) -> None:
        """Whatever came of it, nothing follows now."""
        ...

    def went_back(self, source: Source) -> bool:
        """Whether the source's release was given up for the one before (rollback)."""
        ...

    def take(
        self,
        source: Source,
        bundle: Path,
        manifest: Manifest | None,
        progress: Callable[[ImportProgress], None],
        stopped: Callable[[], bool],
    ) -> ImportedBundle:
        """Raises BundleRefused, OSError (the stick's fault), or ImportStopped soon after stopped() turned true."""
        ...


@dataclass(frozen=True, slots=True)
class _Seen:
    """What lay on a stick when it was dealt with: other content means to deal with it again."""

    files: tuple[tuple[int, int, int] | None, ...]
    why: Why | None
    mono: float


class Sticks:
    """The room's second half, with two threads: one looks for sticks and speaks, one reads the stick."""

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
    ) -> None:
        """status_file: the daemon's last health report, which goes into the receipts."""
        self._usb = usb
        self._trust = trust
        self._panel = panel
        self._clock = clock
        self._importer = importer
        self._post = post
        self._status_file = status_file or panel.state_folder / "status.json"
        self._serials = SerialBook(panel.state_folder)
        self._keys: tuple[PublicKey, ...] = ()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._board = NoticeBoard(panel.language)
        self._shown: StickNotice | None = None
        self._seen: dict[Stick, _Seen] = {}
        self._alerted = False
        self._first_look = True
        self._wake = -1
        self._watcher: threading.Thread | None = None
        self._reader: threading.Thread | None = None
        self._cancel = threading.Event()

    def __enter__(self) -> Sticks:
        keys = []
        for line in self._trust.keys:
            try:
                keys.append(parse_public_key(line))
            except MinisignError as error:
                log.error("trust.keys: %r: %s; nothing that it signs is accepted", line[:60], error)
        self._keys = tuple(keys)
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._watcher = threading.Thread(target=self._watch, name="sticks", daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        self._cancel.set()
        os.eventfd_write(self._wake, 1)
        for thread in (self._watcher, self._reader):
            if thread is not None:
                thread.join(STOP_S)
        if self._watcher is not None and not self._watcher.is_alive():
            os.close(self._wake)

    # ---- the watcher

    def _watch(self) -> None:
        poller = select.poll()
        poller.register(self._wake, select.POLLIN)
        with open(MOUNTINFO) as mounts:
            poller.register(mounts, select.POLLPRI)  # the kernel says when a mount comes or goes (proc(5))
            while not self._stopping.is_set():
                self._look()
                wait_s = LOOK_S
                if (wake_at := self._board.wake_at(time.monotonic())) is not None:
                    wait_s = min(wait_s, max(0.0, wake_at - time.monotonic()))
                poller.poll(wait_s * 1000)
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._wake)

    def _look(self) -> None:
        present = find_sticks(self._usb.mount_root)
        with self._lock:
            gone = [stick for stick in self._seen if stick not in present]
            for stick in gone:
                del self._seen[stick]
            board = self._board
            self._board = replace(board, standing=tuple(one for one in board.standing if one.stick in present))
            if board.reading is not None and board.reading[0] not in present:
                self._cancel.set()
                self._board = replace(self._board, reading=None)
        for stick in gone:
            log.info("%s pulled out", stick)
        if not self._is_reading():
            waiting = next((stick for stick in present if self._wants_reading(stick)), None)
            if waiting is not None:
                self._begin(waiting)
            else:
                self._first_look = False
        self._show()

    def _is_reading(self) -> bool:
        return self._reader is not None and self._reader.is_alive()

    def _wants_reading(self, stick: Stick) -> bool:
        seen = self._seen.get(stick)
        if seen is None or seen.files != fingerprint_of(stick):
            return True
        unfinished = not stick.mounted and seen.why in LOOKS_PULLED - {Why.NOT_OURS}
        return unfinished and time.monotonic() - seen.mono > RETRY_S

    def _begin(self, stick: Stick) -> None:
        self._cancel = threading.Event()
        quiet = self._first_look or stick in self._seen
        job = threading.Thread(target=self._read, args=(stick, self._cancel, quiet), name="stick-reader", daemon=True)
        self._reader = job
        job.start()

    def _show(self) -> None:
        """Posts the notice when it is another one than the panel shows."""
        with self._lock:
            notice = self._board.notice(time.monotonic())
            if notice == self._shown:
                return
            self._shown = notice
            self._post(StickNoticed(notice))

    # ---- the reader

    def _read(self, stick: Stick, cancel: threading.Event, quiet: bool) -> None:
        """One stick from the first look to the receipt. quiet: it lay there before; say nothing when nothing is new."""
        files = fingerprint_of(stick)
        why: Why | None = Why.PANEL_FAULT
        died = True  # stands when this thread dies of a fault of ours, which Python then writes to the log
        try:
            why = self._deal_with(stick, cancel, quiet)
            died = False
        finally:
            with self._lock:
                if self._board.reading is not None and self._board.reading[0] == stick:
                    self._board = replace(self._board, reading=None)
                if not cancel.is_set():
                    self._seen[stick] = _Seen(files, why, time.monotonic())
            if died:
                self._post(
                    ConditionReported(Reporter.STICK, Alert.STICK_REJECTED, f"{stick} {BundleRefused(Why.PANEL_FAULT)}")
                )
                self._alerted = True
                self._say(stick, notices.refused(Why.PANEL_FAULT, self._panel.language), cancel)
            os.eventfd_write(self._wake, 1)

    def _deal_with(self, stick: Stick, cancel: threading.Event, quiet: bool) -> Why | None:
        language = self._panel.language
        manifest: Manifest | None = None
        try:
            bundle = find_bundle(stick)
            if self._usb.mode == "off":
                raise BundleRefused(Why.SWITCHED_OFF)
            if not quiet:  # at a start the picture comes first
                self._importer.get_ready()
            manifest = read_manifest(bundle, self._asked(), *self._clock())
            if manifest is not None and self._was_given_up(manifest):
                if quiet:  # left in: the rollback itself has been told
                    return None
                raise BundleRefused(Why.GIVEN_UP, f"serial {manifest.serial}")
            if manifest is not None and self._importer.holds(Source.STICK, manifest):
                log.info("%s: serial %d is on the panel already", stick, manifest.serial)
                self._accepted(manifest)
                if not quiet:
                    self._leave(stick, self._receipt(stick, "unchanged", manifest))
                    self._say(stick, notices.done(_label(stick, manifest), language), cancel)
                return None
            taken = self._import(stick, bundle, manifest, cancel)
        except ImportStopped:
            if not self._stopping.is_set():
                log.info("%s was pulled while it was read; plug it in again, it goes on from there", stick)
            return None
        except (BundleRefused, OSError) as error:
            refused = _as_refusal(error)
            if refused.why in LOOKS_PULLED and self._was_pulled(stick, cancel):
                log.info("%s was pulled while it was read; plug it in again, it goes on from there", stick)
                return None
            self._refuse(stick, refused, manifest, cancel)
            return refused.why
        finally:
            self._importer.stand_down()
        self._accepted(manifest)
        serial = "" if manifest is None else f"serial {manifest.serial}, "
        log.info("%s: taken, %srelease %d, %d files", stick, serial, taken.release, taken.files)
        receipt = self._receipt(stick, "adopted", manifest)
        receipt = replace(
            receipt, release=taken.release, files=taken.files, size_bytes=taken.size_bytes, problems=taken.problems
        )
        self._leave(stick, receipt)
        self._say(stick, notices.done(_label(stick, manifest), language), cancel)
        return None

    def _was_given_up(self, manifest: Manifest) -> bool:
        """A stick that is left in must not bring back, at every start, what made the player fail."""
        accepted = self._serials.last(Source.STICK, manifest.key)
        return accepted == manifest.serial and self._importer.went_back(Source.STICK)

    def _asked(self) -> Trust:
        def last(key: str) -> int | None:
            return self._serials.last(Source.STICK, key)

        return Trust(self._panel.name, self._trust.stick == "signed", self._keys, last)

    def _import(self, stick: Stick, bundle: Path, manifest: Manifest | None, cancel: threading.Event) -> ImportedBundle:
        began, last_s = time.monotonic(), 0.0
        label = _label(stick, manifest)
        log.info("%s: reading%s", stick, "" if manifest is None else f" serial {manifest.serial}")

        def tell(progress: ImportProgress | None) -> None:
            nonlocal last_s
            now = time.monotonic()
            if progress is not None and now - last_s < NOTICE_S:
                return
            last_s = now
            notice = notices.reading(progress, now - began, label, self._panel.language)
            with self._lock:
                if not cancel.is_set():
                    self._board = replace(self._board, reading=(stick, notice))
            self._show()

        tell(None)
        return self._importer.take(Source.STICK, bundle, manifest, tell, cancel.is_set)

    def _was_pulled(self, stick: Stick, cancel: threading.Event) -> bool:
        """Waits a moment for the device to vanish: read errors come first."""
        deadline = time.monotonic() + (GONE_S if stick.mounted else GONE_S / 4)
        while is_there(stick):
            if time.monotonic() >= deadline or self._stopping.wait(0.1):
                return self._stopping.is_set()
        cancel.set()
        return True

    def _refuse(self, stick: Stick, refused: BundleRefused, manifest: Manifest | None, cancel: threading.Event) -> None:
        known = self._seen.get(stick)
        if known is not None and known.why is refused.why:
            return  # the same as before, in a folder that is looked at again
        if refused.why in notices.NOT_OURS or refused.why is Why.SWITCHED_OFF:
            log.info("%s left alone: %s", stick, refused.refusal.reason)
        else:
            log.warning("%s %s", stick, refused)
            self._alerted = True
            self._post(ConditionReported(Reporter.STICK, Alert.STICK_REJECTED, f"{stick} {refused}"))
            receipt = self._receipt(stick, "refused", manifest)
            text = refused.spell_out("en")
            self._leave(stick, replace(receipt, number=refused.refusal.number, reason=text.partition(": ")[2]))
        self._say(stick, notices.refused(refused.why, self._panel.language), cancel)

    def _accepted(self, manifest: Manifest | None) -> None:
        if manifest is not None:
            try:
                self._serials.accept(Source.STICK, manifest.key, manifest.serial)
            except OSError as error:
                log.error("the accepted serial %d cannot be kept: %s", manifest.serial, error.strerror)
        if self._alerted:
            self._alerted = False
            self._post(ConditionReported(Reporter.STICK, Alert.STICK_REJECTED, None))

    def _say(self, stick: Stick, notice: StickNotice, cancel: threading.Event) -> None:
        with self._lock:
            if cancel.is_set():
                return  # the stick has gone, and its notice with it
            others = tuple(one for one in self._board.standing if one.stick != stick)
            standing = (*others, notices.stand(notice, stick, time.monotonic()))
            self._board = replace(self._board, reading=None, standing=standing)
        self._show()

    def _receipt(self, stick: Stick, result: str, manifest: Manifest | None) -> Receipt:
        """Without a verified manifest it holds no health report: the stick is a stranger's."""
        wall, clock = self._clock()
        plain = Receipt(
            self._panel.name, wall.replace(microsecond=0), clock.value, result,
            stick_label=stick.label, stick_serial=stick.serial,
        )  # fmt: skip
        if manifest is None:
            return plain
        return replace(
            plain, serial=manifest.serial, created=manifest.created, key=manifest.key, files=len(manifest.files),
            size_bytes=manifest.size_bytes, health=self._health() if manifest.key else None,
        )  # fmt: skip

    def _health(self) -> dict[str, Any] | None:
        try:
            raw = self._status_file.read_bytes()
            table = json.loads(raw) if len(raw) <= STATUS_LIMIT_BYTES else None
        except (OSError, ValueError):
            return None
        return table if isinstance(table, dict) else None

    def _leave(self, stick: Stick, receipt: Receipt) -> None:
        bundle = stick.root / BUNDLE_NAME
        place = leave_receipt(bundle, receipt)
        if place is not None:
            log.info("%s: receipt %s left", stick, place.name)
        elif stick.device is not None and wants_receipt(bundle):
            # Mounted read-only, as it should be: a service of the system with the right to remount writes it.
            post_receipt(self._panel.state_folder, stick.device, receipt)


def _label(stick: Stick, manifest: Manifest | None) -> str | None:
    return stick.label if manifest is not None and manifest.key else None


def _as_refusal(error: BundleRefused | OSError) -> BundleRefused:
    if isinstance(error, BundleRefused):
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BundleRefused(Why.PANEL_FULL)
    if error.errno == errno.EROFS:
        return BundleRefused(Why.PANEL_FAULT, "the panel's disk cannot be written")
    return BundleRefused(Why.UNREADABLE, os.strerror(error.errno) if error.errno else str(error))
