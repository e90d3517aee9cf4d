"""The folder sync: brings what lies in the synced folder into the library, whenever it has become whole.

Knows: the order of looking, copying, settling, adopting. Touches: the folder (reading) and the store, in one thread.
Must not: be waited for: a share that hangs holds this thread as long as it likes.
"""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from player.base.clocks import ClockTrust
from player.base.priority import lower_priority
from player.bundle.refusals import BundleRefused
from player.bundle.source import Source
from player.core.events import OUT_OF_SIGHT
from player.core.model import Problem
from player.library.content.snapshot import Snapshot
from player.library.folder import conditions
from player.library.folder.age import FolderAge
from player.library.folder.calm import NEVER, Calm, Look
from player.library.folder.patience import PATIENCE, Patience
from player.library.folder.report import FolderReporter
from player.library.folder.scan import FolderUnreadable, scan_folder
from player.library.folder.settle import Folder, adopt_at
from player.library.folder.view import View, read_view
from player.library.folder.watch import FolderWatch
from player.library.store.copying import CopyFault, Interrupted, NotVetted, StoreFull
from player.library.store.importer import Importer
from player.library.store.release_builder import Built
from player.library.store.workshop import Workshop
from player.library.upkeep import Upkeep
from player.library.vetting.verdicts import VettingFailed

if TYPE_CHECKING:
    from player.bundle.manifest import Manifest, Trust

SOURCE = Source.FOLDER
MANIFEST_NAME = "manifest.json"
UNDONE_RETRY_S = 600.0
"""At the longest between two tries to look into a file that ends the vetting process for want of memory or time."""
CHANGED_UNDER_US = frozenset({errno.ENOENT, errno.ESTALE, errno.ENOTDIR, errno.ELOOP, errno.EINVAL})
"""What opening a file gives that was there a moment ago."""


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
        """trust: what the folder's bundle must fulfil; accepted: called when it did, before the release is adopted; what it
        raises keeps it from that. begin_rescan: called when a look that was asked for begins; answer: after each conclusion.
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
        self._upkeep = Upkeep(workshop, SOURCE, lambda: clock()[0], tell.release)
        self._age = FolderAge(workshop.content, clock, tell.age)
        self._stopping = threading.Event()
        self._hint = threading.Event()
        self._rescan = False
        self._importer = Importer(workshop, self._folder, SOURCE, stop=self._breathe, report=self._tell.progress)
        self._snapshot: Snapshot | None = None
        self._view: View | None = None
        self._concluded = False
        self._calm = Calm()
        self._scanned = NEVER
        self._scan_cost_s = 0.0
        self._again_at: float | None = None
        self._undone = 0
        self._audited = NEVER
        self._out_of_sight_since: float | None = None
        self.inside_since: float | None = None
        """While this thread is inside calls on the folder: since when (monotonic)."""

    # ---- from other threads

    def wake(self) -> None:
        self._hint.set()

    def rescan(self) -> None:
        self._rescan = True
        self._hint.set()

    def tell_no_answer(self) -> None:
        """This thread hangs in a call on the folder: told as a problem and an alert, until the thread tells others."""
        conditions.tell_no_answer(self._tell, str(self._folder), playing=self._workshop.store.holds_any())

    def stop(self) -> None:
        self._stopping.set()
        self._hint.set()

    def let_go(self) -> None:
        """The thread has ended, and this one goes on no more: what it took may be collected."""
        self._importer.vetting.rest()
        self._importer.let_go()

    def _breathe(self) -> bool:
        """Asked between the blocks of a copy: we are alive; shall it stop?"""
        self.inside_since = time.monotonic()
        return self._stopping.is_set()

    # ---- the thread

    def run(self) -> None:
        lower_priority()
        with FolderWatch(self._folder, self.wake) as watch:
            while not self._stopping.is_set():
                hinted = self._hint.is_set()
                self._hint.clear()
                wait_s = self._turn(watch, hinted)
                if self._hint.wait(wait_s) and not self._rescan:
                    self._stopping.wait(max(self._patience.debounce_s, min(5 * self._scan_cost_s, 2.0)))
        self._importer.vetting.rest()
        with contextlib.suppress(OSError):
            self._workshop.known_files.save()

    def _turn(self, watch: FolderWatch, hinted: bool) -> float:
        """One look and one step; returns for how long to wait for a hint before the next."""
        self.inside_since, patience = time.monotonic(), self._patience
        try:
            self._upkeep.renew_calendars()
            self._upkeep.remake_renditions(self._importer.maker)
            self._age.tell()
            moved = watch.refresh()
            now = time.monotonic()
            period = self._time_to_next_look(watch)
            again = self._again_at is not None and now >= self._again_at
            again = self._audit_store(now) or again
            hinted = hinted or self._rescan
            if self._again_at is not None and not (again or hinted or moved):
                return patience.look_s
            if self._concluded and not (hinted or moved or again or now - self._scanned >= period):
                self._upkeep.collect(self._importer.digests())
                return patience.look_s
            if again or self._rescan:
                self._again_at, self._view, self._concluded = None, None, False
                self._rescan = False
                self._begin_rescan()
            self._look()
            at = None if self._concluded else self._step()
        except FolderUnreadable as error:
            self._note_out_of_sight(Problem(OUT_OF_SIGHT, str(error)))
            return patience.look_s
        except Interrupted:
            return 0
        except (CopyFault, VettingFailed, OSError) as error:
            self._report_fault(error)
            return patience.look_s
        finally:
            self.inside_since = None
            self._tell.confinement(self._importer.not_confined)
        return patience.look_s if at is None else max(0.0, min(patience.look_s, at - time.monotonic()))

    def _audit_store(self, now: float) -> bool:
        """Whether the store lacks something that the folder has: then the folder is gone through again."""
        if not self._rescan and now - self._audited < self._patience.reconcile_s:
            return False
        self._audited = now
        return self._upkeep.audit()

    def _time_to_next_look(self, watch: FolderWatch) -> float:
        """Without a hint: where hints come, to be sure; where none come, as often as looking is cheap."""
        if watch.watching:
            return self._patience.reconcile_s
        return max(self._patience.look_s, self._patience.idle_share * self._scan_cost_s)

    # ---- looking

    def _look(self) -> None:
        look = Look(time.monotonic(), self._scanned, time.time_ns())
        before = self._snapshot
        snapshot = scan_folder(self._folder)
        self._out_of_sight_since = None
        self._scan_cost_s = time.monotonic() - look.began
        self._scanned = look.began
        if snapshot == before:
            return
        whole = [path for path, taken in self._importer.taken.items() if taken.verdict.kind is not None]
        self._calm.note_changes(snapshot, before or Snapshot(), look, whole)
        self._snapshot, self._view, self._concluded = snapshot, None, False
        self._again_at = None
        if before is not None:
            self._tell.changed()

    def _read_manifest(self, snapshot: Snapshot) -> Manifest | None:
        """None: there is none, and none is asked for. Raises BundleRefused when the bundle is not to be trusted."""
        trust = self._trust()
        if not trust.signed and MANIFEST_NAME not in snapshot.files:
            return None
        # Here, not at the top: most folders have no manifest (memory).
        from player.bundle.manifest import read_manifest

        return read_manifest(self._folder, trust, *self._clock())

    # ---- one step towards a release

    def _step(self) -> float | None:
        """Does what can be done now; returns the moment (monotonic) of the next thing to do, None: on a change."""
        if self._view is None:
            assert self._snapshot is not None
            try:
                self._view = read_view(self._importer, self._snapshot, self._read_manifest(self._snapshot))
                if self._view.manifest is not None:
                    self._calm.rewritten.clear()  # each byte is compared with what was signed: nothing to be patient for
            except OSError as error:
                if error.errno in CHANGED_UNDER_US:
                    return time.monotonic() + self._patience.debounce_s  # look again
                raise
            except BundleRefused as refused:
                return self._refuse_bundle(refused)
        view = self._view
        if self._bring_in(view):
            view.built = None
            return time.monotonic()  # look again first: the folder may have changed while we copied
        view.seal(self._importer)
        if view.seal_fault:
            return self._wait_for_seal(view)
        if view.built is None:
            self._importer.make(view.draft)
            view.built = self._importer.build(view.draft, self._clock()[0], view.manifest)
        at = adopt_at(self._calmness(view, view.built), self._settle_s, self._patience)
        if at is not None and time.monotonic() >= at:
            self._conclude(view, view.built)
            if self._concluded:
                return None
            # Something else in the folder keeps changing: the rest was taken without it, and it is needed too.
            self._calm.consistent_since = view.built = None
            return min((self._copy_at(path) for path, _ in view.todo), default=None)
        self._report_waiting(list(dict.fromkeys([*view.built.waiting, *self._being_written(view)])))
        if view.todo:
            view.built = None
            due = min(self._copy_at(path) for path, _ in view.todo)
            return due if at is None else min(at, due)
        return at

    def _copy_at(self, path: str) -> float:
        """From when a file may be copied."""
        return self._calm.copy_at(path, self._settle_s, self._patience)

    def _bring_in(self, view: View) -> bool:
        """Copies what has been quiet for long enough; True when anything was copied."""
        ready = [(path, fingerprint) for path, fingerprint in view.todo if self._copy_at(path) <= time.monotonic()]
        if not ready or self._is_first_due(view):
            return False
        self._importer.begin(ready)
        for entry in ready:
            self._importer.take(*entry, listed=view.manifest is not None)
            view.todo.remove(entry)
            if entry[0] in self._importer.faults:
                self._calm.patient.add(entry[0])
            elif self._importer.taken[entry[0]].verdict.kind is not None:
                self._calm.usable_since = self._calm.usable_since or time.monotonic()
            aged = time.monotonic() - self._scanned > max(1.0, 20 * self._scan_cost_s)
            if self._is_first_due(view) or (aged and self._hint.is_set()):
                break
        return True

    def _is_first_due(self, view: View) -> bool:
        """Nothing plays yet, and what is whole has waited for long enough: it plays before more is copied."""
        since = self._calm.usable_since
        waited = since is not None and time.monotonic() >= since + self._patience.first_s
        return waited and view.manifest is None and not self._workshop.store.holds_any()

    def _wait_for_seal(self, view: View) -> float | None:
        self._report_waiting([view.seal_fault])
        if view.todo:
            view.seal_fault = ""
            return min(self._copy_at(path) for path, _ in view.todo)
        self._try_undone_again()
        return None

    def _calmness(self, view: View, built: Built) -> Folder:
        now, calm = time.monotonic(), self._calm
        whole = not built.waiting and built.record is not None
        calm.consistent_since = (calm.consistent_since or now) if whole else None
        calm.usable_since = (calm.usable_since or now) if built.record is not None else None
        return Folder(
            quiet_since=calm.quiet_since,
            consistent_since=calm.consistent_since,
            named_quiet_since=calm.last_change_of(self._importer.taken),
            waiting=bool(built.waiting),
            writing=bool(self._being_written(view)),
            playing=self._workshop.store.holds_any(),
            usable_since=calm.usable_since,
            sealed=view.sealed,
        )

    def _being_written(self, view: View) -> list[str]:
        """Files that are named and whose next version a sync tool is writing beside them."""
        return self._calm.being_written(view.draft.twins, time.monotonic() - self._patience.twin_s)

    # ---- conclusions

    def _conclude(self, view: View, built: Built) -> None:
        store, record = self._workshop.store, built.record
        current = store.current(SOURCE)
        if record is not None and view.manifest is not None:
            self._accepted(view.manifest)  # before it is adopted: a power cut in between must not forget the serial
        if record is None:
            ok, words = False, "nothing in the content folder can be played"
        elif current is not None and record.meaning == store.held_meaning(SOURCE):
            ok, words = True, f"release {current.number} stays: the folder still means the release that was rolled back"
            self._upkeep.check_again(current)
        elif current is not None and record.signature == current.signature:
            ok, words = True, f"release {current.number} is up to date"
            self._upkeep.check_again(current, record.digest)
        else:
            record.adopted_at = self._clock()[0]
            record = store.adopt(record)
            self._upkeep.note_adopted(record)
            ok, words = True, f"release {record.number} adopted, {len(record.media)} files"
        writing = self._being_written(view)
        broken_off = [path for path in view.draft.twins if path in view.snapshot.files and path not in writing]
        conditions.tell_conclusion(
            self._tell, built, broken_off, dict(view.todo), playing=store.current(SOURCE) is not None
        )
        if view.todo or writing:
            return
        self._close()
        self._try_undone_again()
        self._answer(ok, words)

    def _close(self) -> None:
        """The folder is dealt with until it changes."""
        self._concluded = True
        self._calm.conclude()
        self._importer.vetting.rest()
        self._tell.progress(None)
        if self._snapshot is not None:
            self._workshop.known_files.forget_paths(self._snapshot.files)
        self._workshop.known_files.save()

    def _try_undone_again(self) -> None:
        """What the machine could not look into, or had no room for, is taken up again, each time later than before."""
        if any(isinstance(fault, NotVetted | StoreFull) for fault in self._importer.faults.values()):
            self._again_at = time.monotonic() + min(self._patience.retry_s * 2**self._undone, UNDONE_RETRY_S)
            self._undone += 1
        else:
            self._undone = 0

    def _refuse_bundle(self, refused: BundleRefused) -> float | None:
        refuse_at = self._calm.quiet_since + max(self._settle_s, self._patience.refuse_after_s)
        if time.monotonic() < refuse_at:
            return refuse_at
        conditions.tell_refusal(self._tell, refused)
        self._close()
        # The clock may come to be trusted, or the manifest's day may come.
        self._again_at = time.monotonic() + self._patience.retry_s
        self._answer(False, str(refused))
        return None

    def _report_waiting(self, waiting: list[str]) -> None:
        now = time.monotonic()
        if not waiting:
            self._calm.waiting_since = None
            return
        self._calm.waiting_since = self._calm.waiting_since or now
        for_long = now - self._calm.waiting_since > self._patience.incomplete_alert_s
        done, playing = len(self._importer.taken), self._workshop.store.holds_any()
        conditions.tell_waiting(self._tell, waiting, done, for_long=for_long, playing=playing)

    def _note_out_of_sight(self, problem: Problem) -> None:
        self._snapshot = self._view = None
        self._concluded = False
        self._calm = Calm()
        now = time.monotonic()
        self._out_of_sight_since = self._out_of_sight_since or now
        for_long = now - self._out_of_sight_since >= self._patience.lost_alert_s
        conditions.tell_out_of_sight(self._tell, problem, for_long=for_long)
        self._answer(False, str(problem))

    def _report_fault(self, error: CopyFault | VettingFailed | OSError) -> None:
        words = conditions.tell_fault(self._tell, error, playing=self._workshop.store.holds_any())
        self._importer.vetting.rest()
        self._view = None
        self._again_at = time.monotonic() + self._patience.retry_s
        self._answer(False, words)
