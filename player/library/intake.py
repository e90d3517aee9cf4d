"""The library's door for sticks: takes a bundle into a slot at once, and says refusals by their fixed numbers.

Knows: which fault of an import is which refusal. Touches: the bundle (reading) and the store.
Must not: verify signatures (manifest.py did), watch for sticks, or speak to the technician (stick.py does).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from player.core.events import Event, ReleaseAdopted
from player.core.model import ClockTrust, ImportProgress, Slot
from player.library.copying import (
    CopyFault,
    Interrupted,
    SourceChanged,
    SourceFault,
    StoreFull,
    lower_priority,
)
from player.library.importer import FileChanged, FileMissing, NothingPlayable, Workshop, import_bundle
from player.library.record import release_of
from player.library.refusals import BundleRefused, Why
from player.library.scan import FolderUnreadable
from player.library.stick import ImportStopped, Taken
from player.library.vetting import VettingFailed

if TYPE_CHECKING:
    from player.library.manifest import Manifest


class Intake:
    """May be called from any thread; one bundle at a time."""

    def __init__(
        self,
        workshop: Workshop,
        clock: Callable[[], tuple[datetime, ClockTrust]],
        post: Callable[[Event], None],
    ) -> None:
        self._workshop = workshop
        self._clock = clock
        self._post = post
        self._one = threading.Lock()

    def holds(self, slot: Slot, manifest: Manifest) -> bool:
        """Whether the slot's current release is exactly this bundle, with all its files."""
        store = self._workshop.store
        record = store.current(slot)
        return record is not None and record.manifest == manifest.digest and not store.lost_blobs(record)

    def take(
        self,
        slot: Slot,
        bundle: Path,
        manifest: Manifest | None,
        progress: Callable[[ImportProgress], None],
        stopped: Callable[[], bool],
    ) -> Taken:
        """Imports and adopts the bundle, and posts ReleaseAdopted.

        Raises BundleRefused, OSError (the stick's fault), or ImportStopped soon after stopped() turned true.
        """
        with self._one:
            return self._take(slot, bundle, manifest, progress, stopped)

    def _take(
        self,
        slot: Slot,
        bundle: Path,
        manifest: Manifest | None,
        progress: Callable[[ImportProgress], None],
        stopped: Callable[[], bool],
    ) -> Taken:
        workshop = self._workshop

        def report(now: ImportProgress | None) -> None:
            if now is not None:
                progress(now)

        lower_priority()
        try:
            record, problems = import_bundle(
                bundle, slot, workshop, wall=self._clock()[0], manifest=manifest, stop=stopped, report=report
            )
        except Interrupted as error:
            raise ImportStopped(str(error)) from error
        except FileMissing as error:
            raise BundleRefused(Why.FILE_MISSING, str(error)) from error
        except (FileChanged, SourceChanged) as error:
            raise BundleRefused(Why.FILE_CHANGED, str(error)) from error
        except NothingPlayable as error:
            raise BundleRefused(Why.NOTHING_PLAYABLE, str(error)) from error
        except StoreFull as error:
            raise BundleRefused(Why.PANEL_FULL, str(error)) from error
        except SourceFault as error:
            raise OSError(error.errno, str(error)) from error
        except FolderUnreadable as error:
            raise BundleRefused(Why.UNREADABLE, str(error)) from error
        except (CopyFault, VettingFailed) as error:
            raise BundleRefused(Why.PANEL_FAULT, str(error)) from error
        self._post(ReleaseAdopted(release_of(record, workshop.store.blob_path, workshop.zone)))
        words = tuple(str(problem) for problem in problems)
        return Taken(record.number, len(record.media), record.size_bytes, words)
