"""Reading one stick, from the first look to the receipt: verified, imported into its own source, and told about.

Knows: the order of these steps and what to say at each. Touches: the stick (reading), through plugged.py,
bundle/manifest.py and the importer that it is given; the accepted serials. Must not: look for sticks, play from one,
or decide which source plays (core/playing/sources.py does).
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from player.base.clocks import ClockTrust
from player.bundle.imported import ImportedBundle, ImportStopped
from player.bundle.manifest import Manifest, Trust, read_manifest
from player.bundle.minisign import PublicKey
from player.bundle.refusals import BundleRefused, Why
from player.bundle.serials import SerialBook
from player.bundle.source import Source
from player.bundle.stick_records import ACKNOWLEDGEMENTS_NAME
from player.contract.records import Acknowledgement
from player.core.model import ImportProgress
from player.settings.models import PanelSection, TrustSection, UsbSection
from player.stick.acknowledged import read_ack
from player.stick.notice_board import NOT_OURS, done_notice, reading_notice, refused_notice
from player.stick.plugged import Stick, find_bundle, is_there
from player.stick.receipts import Receipts
from player.stick.report import StickReporter
from player.stick.times import StickTimes

log = logging.getLogger(__name__)

PULL_LOOK_S = 0.1  # between two looks whether a stick that gives read errors has gone
LOOKS_PULLED = frozenset(
    {Why.UNREADABLE, Why.FILE_MISSING, Why.NO_MANIFEST, Why.UNSIGNED, Why.NOT_OURS, Why.FILE_CHANGED}
)
"""What a stick seems to be when it is pulled while it is read (an empty folder, read errors)."""


class BundleImporter(Protocol):
    """The library's side: all may be called from any thread; `take` posts the release itself."""

    def holds(self, source: Source, manifest: Manifest) -> bool:
        """Whether the source's current release is exactly this bundle."""
        ...

    def get_ready(self) -> None:
        """`take` follows at once. Starts what takes its time; returns at once."""
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
        accept: Callable[[], None],
    ) -> ImportedBundle:
        """accept: called once all is checked, before anything plays: a power cut in between must not forget the serial.

        Raises BundleRefused, OSError (the stick's fault), or ImportStopped soon after stopped() turned true."""
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """One time that a stick is read. cancel: set when the stick is pulled, or the room ends.

    quiet: the stick lay there before; nothing is said when nothing is new. why_before: what it was refused for then.
    """

    stick: Stick
    cancel: threading.Event
    quiet: bool
    why_before: Why | None = None


class StickReader:
    """Reads one stick after another, in the thread of whoever calls. stopping: set when the room ends."""

    def __init__(
        self,
        usb: UsbSection,
        trust: TrustSection,
        panel: PanelSection,
        clock: Callable[[], tuple[datetime, ClockTrust]],
        importer: BundleImporter,
        reporter: StickReporter,
        receipts: Receipts,
        times: StickTimes,
        stopping: threading.Event,
        acknowledged: Callable[[Acknowledgement], None] = lambda ack: None,
    ) -> None:
        self._usb = usb
        self._trust = trust
        self._panel = panel
        self._clock = clock
        self._importer = importer
        self._reporter = reporter
        self._receipts = receipts
        self._times = times
        self._stopping = stopping
        self._acknowledged = acknowledged
        self._serials = SerialBook(panel.state_folder)
        self.keys: tuple[PublicKey, ...] = ()

    def read(self, visit: Visit) -> Why | None:
        """Everything that is done with the stick; returns why it was refused, None: it was not."""
        stick, manifest = visit.stick, None
        try:
            bundle = find_bundle(stick)
            if self._usb.mode == "off":
                raise BundleRefused(Why.SWITCHED_OFF)
            manifest = read_manifest(bundle, self._asked(), *self._clock())
            self._read_ack(bundle, manifest)
            if manifest is not None and self._was_given_up(manifest):
                if visit.quiet:  # left in: the rollback itself has been told
                    return None
                raise BundleRefused(Why.GIVEN_UP, f"serial {manifest.serial}")
            if manifest is not None and self._importer.holds(Source.STICK, manifest):
                self._tell_unchanged(visit, manifest)
                return None
            if not visit.quiet:  # at a start the picture comes first
                self._importer.get_ready()
            taken = self._import(visit, bundle, manifest)
        except ImportStopped:
            if not self._stopping.is_set():
                _log_pulled(stick)
            return None
        except (BundleRefused, OSError) as error:
            refused = _as_refusal(error)
            if refused.why in LOOKS_PULLED and self._was_pulled(visit):
                _log_pulled(stick)
                return None
            self._refuse(visit, refused, manifest)
            return refused.why
        finally:
            self._importer.stand_down()
        self._tell_taken(visit, manifest, taken)
        return None

    def give_up(self, visit: Visit) -> None:
        """A fault of ours ended the reading: the stick is refused as such."""
        refused = BundleRefused(Why.PANEL_FAULT)
        self._reporter.raise_alert(visit.stick, refused)
        self._reporter.result(visit.stick, refused_notice(refused.why, self._panel.language), visit.cancel)

    # ---- the steps

    def _read_ack(self, bundle: Path, manifest: Manifest | None) -> None:
        """The office's word on this panel's records, from a signed bundle. A fault in it is no reason to refuse the stick."""
        try:
            ack = read_ack(bundle, manifest, self._panel.name)
        except (ValueError, OSError, BundleRefused) as error:
            log.warning("%s: %s", ACKNOWLEDGEMENTS_NAME, error)
            return
        if ack is not None:
            self._acknowledged(ack)

    def _was_given_up(self, manifest: Manifest) -> bool:
        """A stick that is left in must not bring back, at every start, what made the player fail."""
        accepted = self._serials.last(Source.STICK, manifest.key)
        return accepted == manifest.serial and self._importer.went_back(Source.STICK)

    def _asked(self) -> Trust:
        def last(key: str) -> int | None:
            return self._serials.last(Source.STICK, key)

        return Trust(self._panel.name, self._trust.stick == "signed", self.keys, last)

    def _import(self, visit: Visit, bundle: Path, manifest: Manifest | None) -> ImportedBundle:
        began, told_at = time.monotonic(), 0.0
        label = _label(visit.stick, manifest)
        log.info("%s: reading%s", visit.stick, "" if manifest is None else f" serial {manifest.serial}")

        def tell(progress: ImportProgress | None) -> None:
            nonlocal told_at
            now = time.monotonic()
            if progress is not None and now - told_at < self._times.progress_s:
                return
            told_at = now
            notice = reading_notice(progress, now - began, label, self._panel.language, self._times)
            self._reporter.reading(visit.stick, notice, visit.cancel)

        tell(None)
        return self._importer.take(
            Source.STICK, bundle, manifest, tell, visit.cancel.is_set, lambda: self._accept(manifest)
        )

    def _was_pulled(self, visit: Visit) -> bool:
        """Waits a moment for the device to vanish: read errors come first."""
        deadline = time.monotonic() + (self._times.gone_s if visit.stick.mounted else self._times.gone_s / 4)
        while is_there(visit.stick):
            if time.monotonic() >= deadline or self._stopping.wait(PULL_LOOK_S):
                return self._stopping.is_set()
        visit.cancel.set()
        return True

    # ---- how it ended

    def _tell_unchanged(self, visit: Visit, manifest: Manifest) -> None:
        log.info("%s: serial %d is on the panel already", visit.stick, manifest.serial)
        self._accept(manifest)
        self._reporter.clear_alert()
        if not visit.quiet:
            self._receipts.leave(visit.stick, self._receipts.make(visit.stick, "unchanged", manifest))
            self._tell_done(visit, manifest)

    def _tell_taken(self, visit: Visit, manifest: Manifest | None, taken: ImportedBundle) -> None:
        self._accept(manifest)
        self._reporter.clear_alert()
        serial = "" if manifest is None else f"serial {manifest.serial}, "
        log.info("%s: taken, %s%d files", visit.stick, serial, taken.files)
        receipt = replace(
            self._receipts.make(visit.stick, "adopted", manifest), release=taken.release, problems=taken.problems
        )
        if manifest is None:  # else a bundle has one number of files in all its receipts: those that were signed
            receipt = replace(receipt, files=taken.files, size_bytes=taken.size_bytes)
        self._receipts.leave(visit.stick, receipt)
        self._tell_done(visit, manifest)

    def _tell_done(self, visit: Visit, manifest: Manifest | None) -> None:
        notice = done_notice(_label(visit.stick, manifest), self._panel.language)
        self._reporter.result(visit.stick, notice, visit.cancel)

    def _refuse(self, visit: Visit, refused: BundleRefused, manifest: Manifest | None) -> None:
        stick = visit.stick
        if refused.why is visit.why_before:
            return  # the same as before, in a folder that is looked at again
        if refused.why in NOT_OURS or refused.why is Why.SWITCHED_OFF:
            log.info("%s left alone: %s", stick, refused.refusal.reason)
        else:
            log.warning("%s %s", stick, refused)
            self._reporter.raise_alert(stick, refused)
            receipt = self._receipts.make(stick, "refused", manifest)
            reason = refused.spell_out(self._panel.language).partition(": ")[2]
            self._receipts.leave(stick, replace(receipt, number=refused.refusal.number, reason=reason))
        self._reporter.result(stick, refused_notice(refused.why, self._panel.language), visit.cancel)

    def _accept(self, manifest: Manifest | None) -> None:
        if manifest is not None:
            try:
                self._serials.accept(Source.STICK, manifest.key, manifest.serial)
            except OSError as error:
                log.error("the accepted serial %d cannot be remembered: %s", manifest.serial, error.strerror)


def _log_pulled(stick: Stick) -> None:
    log.info("%s was pulled while it was read; plug it in again, the import goes on from there", stick)


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
