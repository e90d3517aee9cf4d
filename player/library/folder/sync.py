"""The folder's folder_sync: brings what lies in the synced folder into the library, whenever it has become whole.

Knows: the order of looking, copying, settling, adopting. Touches: the folder (reading) and the store, in one thread.
Must not: be waited for: a share that hangs holds this thread as long as it likes.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from player.base.clocks import ClockTrust
from player.base.text import printable
from player.base.zones import zone_called
from player.bundle.refusals import BundleRefused
from player.bundle.source import Source
from player.core.model import Problem
from player.library.content.draft import CALENDAR_NAME, Draft
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.folder.report import FolderReporter
from player.library.folder.scan import FolderUnreadable, scan_folder
from player.library.folder.settle import PATIENCE, TWIN_STALE_S, Folder, Patience, adopt_at
from player.library.folder.watch import FolderWatch
from player.library.store.copying import (
    CopyFault,
    Interrupted,
    SourceChanged,
    SourceFault,
    StoreFull,
    StoreReadOnly,
    lower_priority,
)
from player.library.store.importer import Built, BundleFault, Importer, Workshop
from player.library.store.record import Record, release_of, window_row
from player.library.vetting.occurrences import read_calendar
from player.library.vetting.verdicts import VettingFailed

if TYPE_CHECKING:
    from player.bundle.manifest import Manifest, Trust

log = logging.getLogger(__name__)

SOURCE = Source.FOLDER
NEVER = -1e9
MANIFEST_NAME = "manifest.json"
EAGER_S = 0.4
"""A file that was quiet for so long is copied while the folder settles; if it grows on, the copy is thrown away."""
LOOK_S = 1.0
"""Between two looks at the folder's own inode; also the poll of a share, unless looking takes long."""
RECONCILE_S = 20.0
"""Between two looks at everything although no hint came."""
IDLE_SHARE = 150
"""Without hints a look that takes t seconds is repeated after 150 t at the earliest: below 1 % of a core."""
DEBOUNCE_S = 0.1
RETRY_S = 10.0
REFUSE_AFTER_S = 5.0
COLLECT_AFTER_S = 60.0
"""The release before may still be cued or on screen for a moment after another one was adopted."""
INCOMPLETE_ALERT_S = 30.0
LOST_ALERT_S = 5.0
"""A folder that is replaced, or a share that is mounted a moment late, is no alert."""


@dataclass(slots=True)
class _View:
    """What was found out about one snapshot. seal: what keeps the manifest's list from being complete."""

    draft: Draft
    manifest: Manifest | None
    todo: list[tuple[str, Fingerprint]]
    built: Built | None = None
    sealed: bool = False
    seal_fault: str = ""


@dataclass(slots=True)
class _Calm:
    """Since when what has been quiet (monotonic seconds)."""

    quiet_since: float = NEVER
    consistent_since: float | None = None
    waiting_since: float | None = None
    changed_at: dict[str, float] = field(default_factory=dict)
    patient: set[str] = field(default_factory=set)  # files whose early copy was in vain


class FolderSync:
    """`run` is the thread; `wake`, `rescan` and `stop` may be called from any other."""

    def __init__(
        self,
        workshop: Workshop,
        trust: Callable[[], Trust],
        clock: Callable[[], tuple[datetime, ClockTrust]],
        tell: FolderReporter,
        accepted: Callable[[Manifest], None],
        begin_rescan: Callable[[], None],
        answer: Callable[[bool, str], None],
        patience: Patience = PATIENCE,
    ) -> None:
        """trust: what the folder's bundle must fulfil; accepted: called when it did. begin_rescan: called when a look
        that was asked for begins; answer: after each conclusion about the folder.
        """
        self._workshop = workshop
        self._folder: Path = workshop.content.folder
        self._settle_s = workshop.content.settle_seconds
        self._trust = trust
        self._clock = clock
        self._accepted = accepted
        self._begin_rescan = begin_rescan
        self._answer = answer
        self._patience = patience
        self._tell = tell
        self._stopping = threading.Event()
        self._hint = threading.Event()
        self._rescan = False
        self._importer = Importer(workshop, self._folder, SOURCE, stop=self._breathe, report=self._tell.progress)
        self._snapshot: Snapshot | None = None
        self._view: _View | None = None
        self._concluded = False
        self._calm = _Calm()
        self._scanned = NEVER
        self._scan_cost_s = 0.0
        self._again_at: float | None = None
        self._collect_at: float | None = time.monotonic() + COLLECT_AFTER_S
        self._lost: set[str] = set()
        self._lost_sight_at: float | None = None
        self._renewed: dict[Source, tuple[int, date]] = {}
        self.inside_since: float | None = None
        """While this thread is inside calls on the folder: since when (monotonic)."""

    # ---- from other threads

    def wake(self) -> None:
        self._hint.set()

    def rescan(self) -> None:
        self._rescan = True
        self._hint.set()

    def complain(self, problem: Problem) -> None:
        """Told in place of the folder's problems, and as an alert, until this thread tells others."""
        self._tell.problems([problem])
        self._tell.condition("content.incomplete", str(problem))

    def stop(self) -> None:
        self._stopping.set()
        self._hint.set()

    def _breathe(self) -> bool:
        """Asked between the blocks of a copy: we are alive; shall it stop?"""
        self.inside_since = time.monotonic()
        return self._stopping.is_set()

    # ---- the thread

    def run(self) -> None:
        lower_priority()
        self._audit()
        with FolderWatch(self._folder, self.wake) as watch:
            while not self._stopping.is_set():
                hinted = self._hint.is_set()
                self._hint.clear()
                wait_s = self._turn(watch, hinted)
                if self._hint.wait(wait_s) and not self._rescan:
                    self._stopping.wait(max(DEBOUNCE_S, min(5 * self._scan_cost_s, 2.0)))
        self._importer.vetting.rest()
        with contextlib.suppress(OSError):
            self._workshop.known_files.save()

    def _turn(self, watch: FolderWatch, hinted: bool) -> float:
        """One look and one step; returns for how long to wait for a hint before the next."""
        self.inside_since = time.monotonic()
        try:
            self._renew_calendars()
            moved = watch.refresh()
            now = time.monotonic()
            period = RECONCILE_S if watch.watching else max(LOOK_S, IDLE_SHARE * self._scan_cost_s)
            again = self._again_at is not None and now >= self._again_at
            hinted = hinted or self._rescan
            if self._again_at is not None and not (again or hinted or moved):
                return LOOK_S
            if self._concluded and not (hinted or moved or again or now - self._scanned >= period):
                self._collect()
                return LOOK_S
            if again or self._rescan:
                self._again_at, self._view, self._concluded = None, None, False
                self._rescan = False
                self._begin_rescan()
            self._look()
            at = None if self._concluded else self._step()
        except FolderUnreadable as error:
            self._lose_sight(Problem("the content folder", str(error)))
            return LOOK_S
        except Interrupted:
            return 0
        except (CopyFault, VettingFailed, OSError) as error:
            self._report_fault(error)
            return LOOK_S
        finally:
            self.inside_since = None
        return LOOK_S if at is None else max(0.0, min(LOOK_S, at - time.monotonic()))

    def _audit(self) -> None:
        """A disk that lied may have lost what it said it had synced: that is copied again, and not played till then."""
        record = self._workshop.store.current(SOURCE)
        self._lost = self._workshop.store.lost_blobs(record) if record else set()
        if record and self._lost:
            log.error(
                "%d files of release %d are lost from the library; they are copied again",
                len(self._lost),
                record.number,
            )
            self._post_release(record)

    def _renew_calendars(self) -> None:
        """Once a day, and when the clock has stepped: the occurrences of the coming two months, of every source."""
        store, today = self._workshop.store, self._clock()[0].date()
        for source in Source:
            record = store.current(source)
            key = (record.number, today) if record else None
            if record is None or not record.calendar or self._renewed.get(source) == key:
                continue
            assert key is not None
            self._renewed[source] = key
            zone = zone_called(record.timezone, self._workshop.zone)
            expanded = read_calendar(record.calendar, CALENDAR_NAME, zone, self._clock()[0], record.playlists.keys())
            rows = [window_row(window) for window in expanded.windows]
            if expanded.readable and rows != record.windows:
                renewed = replace(record, windows=rows)
                store.rewrite(renewed)
                self._post_release(renewed)

    # ---- looking

    def _look(self) -> None:
        began, wall_ns = time.monotonic(), time.time_ns()
        before, calm = self._snapshot, self._calm
        snapshot = scan_folder(self._folder)
        self._lost_sight_at = None
        self._scan_cost_s = time.monotonic() - began
        last_look, self._scanned = self._scanned, began
        if snapshot == before:
            return

        def moment(changed_ns: int) -> float:
            """A file's ctime is when it was really changed, if this clock set it: then it lies after the last look."""
            return min(began, max(last_look, began - (wall_ns - changed_ns) / 1e9))

        known = before or Snapshot()
        newest_ns = snapshot.last_change_ns(known)
        calm.quiet_since = moment(newest_ns) if newest_ns else began
        for path, fingerprint in snapshot.files.items():
            if known.files.get(path) != fingerprint:
                calm.changed_at[path] = moment(fingerprint.ctime_ns)
        self._snapshot, self._view, self._concluded = snapshot, None, False
        self._again_at = None
        if before is not None:
            self._tell.changed()

    def _read_view(self) -> _View:
        """Raises OSError when something cannot be read, BundleRefused when the bundle is not to be trusted."""
        assert self._snapshot is not None
        manifest = self._read_manifest(self._snapshot)
        try:
            draft = self._importer.read(self._snapshot, manifest)
        except BundleFault as fault:  # a text file that is listed otherwise: half a sync
            return _View(Draft(), manifest, [], seal_fault=str(fault))
        todo = self._importer.look_up(draft, self._snapshot)
        if manifest is not None:
            sizes = {file.path: file.size_bytes for file in manifest.files}
            todo = [(path, fingerprint) for path, fingerprint in todo if sizes.get(path) == fingerprint.size]
        return _View(draft, manifest, todo)

    def _read_manifest(self, snapshot: Snapshot) -> Manifest | None:
        trust = self._trust()
        if not trust.signed and MANIFEST_NAME not in snapshot.files:
            return None
        # Here, not at the top: it brings the cryptography library into the process, which most folders do not need.
        from player.bundle.manifest import read_manifest

        return read_manifest(self._folder, trust, *self._clock())

    # ---- one step towards a release

    def _step(self) -> float | None:
        """Does what can be done now; returns the moment (monotonic) of the next thing to do, None: on a change."""
        if self._view is None:
            try:
                self._view = self._read_view()
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ESTALE, errno.ENOTDIR, errno.ELOOP, errno.EINVAL):
                    return time.monotonic() + DEBOUNCE_S  # changed under our eyes: look again
                raise
            except BundleRefused as refused:
                return self._refuse_bundle(refused)
        view = self._view
        if self._bring_in(view):
            view.built = None
            return time.monotonic()  # look again first: the folder may have changed while we copied
        self._seal(view)
        if view.seal_fault:
            return self._wait_for_seal(view)
        if view.built is None:
            view.built = self._importer.build(view.draft, self._clock()[0], view.manifest)
        at = adopt_at(self._calmness(view, view.built), self._settle_s, self._patience)
        if at is not None and time.monotonic() >= at:
            self._conclude(view, view.built)
            if not view.todo:
                return None
            # Something else in the folder keeps changing: the rest was taken without it, and it is still wanted.
            self._calm.consistent_since = view.built = None
            return min(self._due(path) for path, _ in view.todo)
        self._report_waiting(view.built.waiting)
        if view.todo:
            view.built = None
            due = min(self._due(path) for path, _ in view.todo)
            return due if at is None else min(at, due)
        return at

    def _due(self, path: str) -> float:
        """From when a file may be copied."""
        calm = self._settle_s if path in self._calm.patient else min(EAGER_S, self._settle_s)
        return self._calm.changed_at.get(path, NEVER) + calm

    def _bring_in(self, view: _View) -> bool:
        """Copies what has been quiet for long enough; True when anything was copied."""
        ready = [(path, fingerprint) for path, fingerprint in view.todo if self._due(path) <= time.monotonic()]
        if not ready:
            return False
        self._importer.make_room(ready, view.draft)
        self._importer.begin(ready)
        for entry in ready:
            self._importer.take(*entry)
            view.todo.remove(entry)
            if entry[0] in self._importer.faults:
                self._calm.patient.add(entry[0])
            if self._hint.is_set() and time.monotonic() - self._scanned > max(1.0, 20 * self._scan_cost_s):
                break
        return True

    def _seal(self, view: _View) -> None:
        if view.manifest is None or view.sealed or view.seal_fault:
            return
        assert self._snapshot is not None
        try:
            self._importer.check_listed(view.manifest, self._snapshot, view.draft)
        except (BundleFault, SourceChanged, SourceFault) as fault:
            view.seal_fault = str(fault)
        else:
            view.sealed = True

    def _wait_for_seal(self, view: _View) -> float | None:
        self._report_waiting([view.seal_fault])
        if view.todo:
            view.seal_fault = ""
            return min(self._due(path) for path, _ in view.todo)
        return None

    def _calmness(self, view: _View, built: Built) -> Folder:
        now, calm = time.monotonic(), self._calm
        whole = not built.waiting and built.record is not None
        calm.consistent_since = (calm.consistent_since or now) if whole else None
        wall_ns = time.time_ns()
        return Folder(
            quiet_since=calm.quiet_since,
            consistent_since=calm.consistent_since,
            named_quiet_since=max((calm.changed_at.get(path, NEVER) for path in self._importer.taken), default=NEVER),
            waiting=bool(built.waiting),
            writing=any(wall_ns - changed_ns < TWIN_STALE_S * 1e9 for changed_ns in view.draft.twins.values()),
            playing=self._workshop.store.current(SOURCE) is not None,
            sealed=view.sealed,
        )

    # ---- conclusions

    def _conclude(self, view: _View, built: Built) -> None:
        store, record = self._workshop.store, built.record
        current = store.current(SOURCE)
        if record is None:
            ok, words = False, "nothing in the content folder can be played"
        elif current is not None and record.meaning == store.held_meaning(SOURCE):
            ok, words = True, f"release {current.number} stays: the folder still means the release that was rolled back"
        elif current is not None and record.signature == current.signature:
            ok, words = True, f"release {current.number} is up to date"
            if self._lost:
                self._lost = store.lost_blobs(current)
                self._post_release(current)
        else:
            record.adopted_at = self._clock()[0]
            record = store.adopt(record)
            self._lost = set()
            self._post_release(record)
            ok, words = True, f"release {record.number} adopted, {len(record.media)} files"
            log.info("release %d adopted: %d files, %d problems", record.number, len(record.media), len(built.problems))
            self._collect_at = time.monotonic() + COLLECT_AFTER_S
        if ok and view.manifest is not None:
            self._accepted(view.manifest)
        self._tell.problems(built.problems)
        self._tell_conditions(built)
        if view.todo:
            return
        self._close()
        self._answer(ok, words)

    def _close(self) -> None:
        """The folder is dealt with until it changes."""
        self._concluded = True
        self._calm.changed_at.clear()
        self._calm.patient.clear()
        self._calm.waiting_since = self._calm.consistent_since = None
        self._importer.vetting.rest()
        self._tell.progress(None)
        if self._snapshot is not None:
            self._workshop.known_files.forget_paths(self._snapshot.files)
        self._workshop.known_files.save()

    def _tell_conditions(self, built: Built) -> None:
        tell = self._tell.condition
        tell("disk.low", None)
        tell("disk.read-only", None)
        skipped = built.record.skipped if built.record else built.waiting
        missing = ", ".join(printable(path) for path in skipped[:3]) + (", ..." if len(skipped) > 3 else "")
        tell(
            "content.incomplete", f"left out until it is there and whole: {missing}; copy it again" if skipped else None
        )
        first = next(map(str, built.refused or built.problems), "nothing in the content folder can be played")
        dead = built.record is None and self._workshop.store.current(SOURCE) is not None
        tell("content.rejected", first if built.refused or dead else None)

    def _refuse_bundle(self, refused: BundleRefused) -> float | None:
        due = self._calm.quiet_since + max(self._settle_s, REFUSE_AFTER_S)
        if time.monotonic() < due:
            return due  # half a sync looks like a forgery for a moment
        self._tell.problems([Problem("manifest.json", str(refused))])
        self._tell.condition("content.rejected", str(refused))
        self._tell.condition("content.incomplete", None)
        self._close()
        self._again_at = time.monotonic() + RETRY_S  # the clock may come to be trusted, or its day may come
        self._answer(False, str(refused))
        return None

    def _report_waiting(self, waiting: list[str]) -> None:
        now = time.monotonic()
        if not waiting:
            self._calm.waiting_since = None
            return
        self._calm.waiting_since = self._calm.waiting_since or now
        self._tell.waiting(printable(waiting[0]), len(self._importer.taken))
        if now - self._calm.waiting_since > INCOMPLETE_ALERT_S:
            names = ", ".join(printable(path) for path in waiting[:3])
            self._tell.condition("content.incomplete", f"waiting for {names}; the present release goes on playing")

    def _lose_sight(self, problem: Problem) -> None:
        self._snapshot = self._view = None
        self._concluded = False
        self._calm = _Calm()
        now = time.monotonic()
        self._lost_sight_at = self._lost_sight_at or now
        if now - self._lost_sight_at >= LOST_ALERT_S:
            self._tell.condition("content.incomplete", problem.what)
        self._tell.problems([problem])
        self._tell.progress(None)
        self._answer(False, str(problem))

    def _report_fault(self, error: Exception) -> None:
        number = error.errno if isinstance(error, OSError) else None
        words = str(error) if isinstance(error, CopyFault | VettingFailed) else os.strerror(number or errno.EIO)
        if isinstance(error, StoreFull) or number in (errno.ENOSPC, errno.EDQUOT):
            self._tell.condition("disk.low", f"{words}; remove content that is not needed, or fit a larger disk")
        elif isinstance(error, StoreReadOnly) or number == errno.EROFS:
            self._tell.condition("disk.read-only", f"{words}; the present release goes on playing")
        self._tell.problems([Problem("the library", words, "the present release goes on playing")])
        self._tell.progress(None)
        self._importer.vetting.rest()
        self._view = None
        self._again_at = time.monotonic() + RETRY_S
        self._answer(False, words)

    def _post_release(self, record: Record) -> None:
        store, zone = self._workshop.store, self._workshop.zone
        rolled_back = store.is_rolled_back(record.source)
        self._tell.release(release_of(record, store.blob_path, zone, without=self._lost, rolled_back=rolled_back))

    def _collect(self) -> None:
        """Removes what no kept release needs, a while after the last adoption and never while something is copied."""
        if self._collect_at is not None and time.monotonic() >= self._collect_at:
            self._collect_at = None
            freed = self._workshop.store.collect({taken.digest for taken in self._importer.taken.values()})
            if freed:
                log.info("%d MB of the library that no release needs were removed", freed // 1_000_000)
