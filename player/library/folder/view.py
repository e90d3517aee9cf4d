"""What was found out about one snapshot of the folder, on the way to a release.

Knows: what is still to be copied, what was built, whether the manifest's list is complete. Touches: the folder, through
the importer that it is given. Must not: wait, or adopt anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from player.library.content.draft import Draft
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.store.copying import NotVetted, SourceChanged, SourceFault
from player.library.store.importer import BundleFault, Importer
from player.library.store.release_builder import Built

if TYPE_CHECKING:
    from player.bundle.manifest import Manifest


@dataclass(slots=True)
class View:
    """todo: files that have to be copied. seal_fault: what keeps the manifest's list from being complete."""

    snapshot: Snapshot
    draft: Draft
    manifest: Manifest | None
    todo: list[tuple[str, Fingerprint]]
    built: Built | None = None
    sealed: bool = False
    seal_fault: str = ""

    def seal(self, importer: Importer) -> None:
        """Every listed file is there with its size and hash: sealed; else seal_fault says which is not."""
        if self.manifest is None or self.sealed or self.seal_fault:
            return
        try:
            importer.check_listed(self.manifest, self.snapshot, self.draft)
        except (BundleFault, SourceChanged, SourceFault, NotVetted) as fault:
            self.seal_fault = str(fault)
        else:
            self.sealed = True


def read_view(importer: Importer, snapshot: Snapshot, manifest: Manifest | None) -> View:
    """Raises OSError when something cannot be read."""
    try:
        draft = importer.read(snapshot, manifest)
    except BundleFault as fault:  # a text file that is listed otherwise: half a sync
        return View(snapshot, Draft(), manifest, [], seal_fault=str(fault))
    todo = importer.look_up(draft, snapshot)
    if manifest is not None:
        sizes = {file.path: file.size_bytes for file in manifest.files}
        todo = [(path, fingerprint) for path, fingerprint in todo if sizes.get(path) == fingerprint.size]
    return View(snapshot, draft, manifest, todo)
