"""How a stick's bundle comes into the library: through the one importer, whose faults become refusals with numbers.

Knows: which fault of the importer is which refusal. Touches: the store, through store/importer.py; the bundle's file sizes.
Must not: copy, vet or adopt by itself, or look at a signature (stick/reader.py has had that verified).
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from player.base.priority import lower_priority
from player.base.text import printable
from player.bundle.imported import ImportedBundle, ImportStopped
from player.bundle.manifest import Manifest
from player.bundle.refusals import BundleRefused, Why
from player.bundle.source import Source
from player.core.events import Event, ImportProgressed, ProblemsFound, ReleaseAdopted
from player.core.model import ImportProgress
from player.library.folder.scan import FolderUnreadable
from player.library.store.copying import (
    CopyFault,
    Interrupted,
    SourceChanged,
    SourceFault,
    StoreFull,
    StoreReadOnly,
)
from player.library.store.importer import FileChanged, FileMissing, NothingPlayable, import_bundle
from player.library.store.record import release_of
from player.library.store.workshop import Workshop
from player.library.vetting.verdicts import Vetting, VettingFailed

log = logging.getLogger(__name__)

NOT_REGULAR = frozenset({errno.ELOOP, errno.EINVAL, errno.ENXIO, errno.ENOTDIR, errno.EISDIR, errno.ENODEV})
"""What opening a link, a device or a folder in a file's place gives (scan.open_inside)."""


@dataclass(slots=True)
class StickImporter:
    """The importer that the stick's reader asks for (BundleImporter in stick/reader.py). One import at a time."""

    workshop: Workshop
    post: Callable[[Event], None]
    _vetting: Vetting | None = None

    def get_ready(self) -> None:
        """The vetting child loads its libraries while the first file is copied."""
        lower_priority()  # before the child is born: it takes after this thread
        if self._vetting is None:
            self._vetting = Vetting(self.workshop.content.max_pixels, folder=self.workshop.store.incoming)
        with contextlib.suppress(VettingFailed):  # told when it is needed
            self._vetting.warm_up()

    def stand_down(self) -> None:
        if self._vetting is not None:
            self._vetting.rest()

    def holds(self, source: Source, manifest: Manifest) -> bool:
        current = self.workshop.store.current(source)
        return (
            current is not None and current.manifest == manifest.digest and not self.workshop.store.lost_blobs(current)
        )

    def went_back(self, source: Source) -> bool:
        return self.workshop.store.is_rolled_back(source)

    def take(
        self,
        source: Source,
        bundle: Path,
        manifest: Manifest | None,
        progress: Callable[[ImportProgress], None],
        stopped: Callable[[], bool],
        accept: Callable[[], None],
    ) -> ImportedBundle:
        def report(now: ImportProgress | None) -> None:
            self.post(ImportProgressed(source, now))
            if now is not None:
                progress(now)

        lower_priority()
        if manifest is not None:
            _check_sizes(bundle, manifest)
        wall = datetime.now(UTC)
        try:
            record, problems = import_bundle(
                bundle, source, self.workshop, wall=wall, manifest=manifest, stop=stopped, report=report,
                vetting=self._vetting, before_adoption=accept,
            )  # fmt: skip
        except Interrupted as error:
            raise ImportStopped from error
        except (FileMissing, FileChanged, NothingPlayable, CopyFault, FolderUnreadable, VettingFailed) as error:
            raise _refusal_of(error) from error
        store = self.workshop.store
        self.post(ReleaseAdopted(release_of(record, store.blob_path, self.workshop.zone)))
        self.post(ProblemsFound(source, tuple(problems)))
        return ImportedBundle(record.number, len(record.media), record.size_bytes, tuple(map(str, problems)))


def _check_sizes(bundle: Path, manifest: Manifest) -> None:
    """Before gigabytes are read: is every listed file there, a file, and as large as it was signed?

    Raises BundleRefused, or OSError when the stick fails.
    """
    for folder in sorted({above for file in manifest.files for above in PurePosixPath(file.path).parents}):
        if stat.S_ISLNK(_status_of(bundle, str(folder)).st_mode):
            raise BundleRefused(Why.NOT_A_FILE, printable(str(folder)))
    for file in manifest.files:
        status = _status_of(bundle, file.path)
        if not stat.S_ISREG(status.st_mode):
            raise BundleRefused(Why.NOT_A_FILE, printable(file.path))
        if status.st_size != file.size_bytes:
            sizes = f"{printable(file.path)}: {status.st_size} bytes instead of {file.size_bytes}"
            raise BundleRefused(Why.FILE_CHANGED, sizes)


def _status_of(bundle: Path, path: str) -> os.stat_result:
    try:
        return os.lstat(bundle / path)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise BundleRefused(Why.FILE_MISSING, printable(path)) from error
        if error.errno == errno.ELOOP:  # a link on the way, on a stick that is mounted with nosymfollow
            raise BundleRefused(Why.NOT_A_FILE, printable(path)) from error
        raise


def _refusal_of(error: Exception) -> BundleRefused:
    said = str(error)[:200]
    match error:
        case FileMissing():
            return BundleRefused(Why.FILE_MISSING, said)
        case FileChanged() | SourceChanged():
            return BundleRefused(Why.FILE_CHANGED, said)
        case NothingPlayable():
            return BundleRefused(Why.NOTHING_PLAYABLE, said)
        case StoreFull():
            return BundleRefused(Why.PANEL_FULL, said)
        case SourceFault() if error.errno in NOT_REGULAR:
            return BundleRefused(Why.NOT_A_FILE, said)
        case SourceFault() if error.errno == errno.ENOENT:
            return BundleRefused(Why.FILE_MISSING, said)
        case SourceFault() | FolderUnreadable():
            return BundleRefused(Why.UNREADABLE, said)
        case StoreReadOnly():
            return BundleRefused(Why.PANEL_FAULT, said)
        case _:
            log.error("the import from the stick failed: %s", said)
            return BundleRefused(Why.PANEL_FAULT, said)
