"""From a bundle (the synced folder's or a stick's) to a release in the store.

Knows: which files a bundle needs, in which order they come in, how they are checked against the manifest.
Touches: the bundle (reading) and the store. Must not: watch anything, or decide when (folder/settle.py) and whether to ask again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from player.base.text import printable
from player.bundle.source import Source
from player.core.model import ImportProgress, Problem
from player.library.content.draft import Draft, read_bundle
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.folder.scan import read_inside, scan_folder
from player.library.renditions.maker import RenditionMaker
from player.library.renditions.recipes import Made, NotMade, Wanted
from player.library.store.copying import CopiedFile, Copier, CopyFault, NotVetted, SourceChanged, SourceFault, StoreFull
from player.library.store.made_rows import Renditions, asked_by
from player.library.store.pace import ImportPace
from player.library.store.record import Record
from player.library.store.release_builder import Built, ReleaseBuilder
from player.library.store.workshop import Workshop
from player.library.vetting.texts import TextReader
from player.library.vetting.verdicts import Vetting

if TYPE_CHECKING:
    from player.bundle.manifest import ListedFile, Manifest

SAVE_EVERY_S = 5.0


class BundleFault(Exception):
    """The bundle as a whole cannot be adopted; nothing was changed."""


class FileMissing(BundleFault):
    """The manifest lists a file that is not there."""


class FileChanged(BundleFault):
    """A file is not what the manifest says."""


class NothingPlayable(BundleFault):
    """No playlist has an item that can be used."""


class Importer:
    """One bundle on its way into the store. Not thread-safe; `stop` and `report` are called from the caller's thread."""

    def __init__(
        self,
        workshop: Workshop,
        folder: Path,
        source: Source,
        *,
        remember: bool = True,
        stop: Callable[[], bool] = lambda: False,
        report: Callable[[ImportProgress | None], None] = lambda progress: None,
        vetting: Vetting | None = None,
        texts: TextReader | None = None,
    ) -> None:
        self._workshop = workshop
        self._folder = folder
        self._source = source
        self._pace = ImportPace(source, report)
        self._builder = ReleaseBuilder(workshop, source)
        self._saved = time.monotonic()
        self.vetting = vetting or Vetting(workshop.content.max_pixels, folder=workshop.store.incoming)
        self.taken: dict[str, CopiedFile] = {}
        self.faults: dict[str, CopyFault] = {}
        self.made: dict[Wanted, Made] = {}
        self._held: dict[tuple[str, Fingerprint], str] = {}
        """Of the files that have to be taken: the hashes of those whose content is in the store, and only has to be vetted."""
        self._canvas = workshop.easel.canvas
        self.let_go = workshop.store.spare(self.digests)
        """To be called when the import is over: from then on what it took may be collected."""
        self._copier = Copier(
            workshop.store,
            workshop.known_files,
            self.vetting,
            remember=remember,
            stop=stop,
            on_bytes=self._pace.add_bytes,
        )
        self.maker = RenditionMaker(workshop.store, workshop.known_files, self._copier.pause, self.make_room)
        self._texts = texts or TextReader(self._copier.pause)

    def digests(self) -> set[str]:
        """What was taken and made, and what is only to be vetted: nobody else may need it yet."""
        made = (one.digest for found in list(self.made.values()) if not isinstance(found, NotMade) for one in found)
        return {*(taken.digest for taken in list(self.taken.values())), *list(self._held.values()), *made}

    @property
    def not_confined(self) -> str | None:
        """What is in reach of the processes that read foreign files; "": nothing; None: none of them has answered yet."""
        children = (self.vetting.child, self._texts.child)
        return next((child.not_confined for child in children if child.not_confined is not None), None)

    # ---- what it needs

    def read(self, snapshot: Snapshot, manifest: Manifest | None = None) -> Draft:
        """The draft of what the bundle means. With a manifest: only listed files count, and text is verified.

        Raises OSError (cannot be read), VettingFailed, Interrupted and, with a manifest, FileMissing and FileChanged.
        """
        listed = {file.path: file for file in manifest.files} if manifest else None
        if listed is not None:
            snapshot = Snapshot({p: f for p, f in snapshot.files.items() if p in listed}, snapshot.odd, {})

        def read(path: str, limit_bytes: int) -> bytes:
            raw = read_inside(self._folder, path, limit_bytes)
            if listed is not None:
                _verify(path, listed[path], len(raw), hashlib.sha256(raw).hexdigest())
            return raw

        hosts = self._workshop.content.stream_hosts
        previous = self._workshop.store.current(self._source)
        last_timezone = previous.timezone if previous else ""
        zone = self._workshop.zone
        with self._texts as texts:
            return read_bundle(str(self._folder), snapshot, read, zone, hosts, last_timezone, texts)

    def look_up(
        self, draft: Draft, snapshot: Snapshot, manifest: Manifest | None = None
    ) -> list[tuple[str, Fingerprint]]:
        """Fills `taken` with what is known already; returns the files that have to be taken, in playing order.

        With a manifest a file is known by the hash that was signed: what the library holds is not read again. Nor is it copied
        again when only the verdict on it is not known: after an upgrade whose vetting looks for more.
        """
        self.taken, self.faults, self.made, self._held = {}, {}, {}, {}
        listed = {file.path: file for file in manifest.files} if manifest else {}
        todo = []
        for path in _in_order(draft, snapshot):
            fingerprint = snapshot.files[path]
            known, held = self._copier.known(path, fingerprint), self._copier.held(path, fingerprint)
            if known is None and path in listed and listed[path].size_bytes == fingerprint.size:
                digest = listed[path].sha256
                known = self._copier.known_content(path, digest, fingerprint.size)
                held = digest if self._workshop.store.has_blob(digest, fingerprint.size) else held
            if known is not None:
                self.taken[path] = known
                continue
            todo.append((path, fingerprint))
            if held is not None:
                self._held[path, fingerprint] = held
        return todo

    def room_for(self, todo: Sequence[tuple[str, Fingerprint]]) -> int:
        """Bytes that the files will need in the store."""
        return sum(fingerprint.size for path, fingerprint in todo if (path, fingerprint) not in self._held)

    def make_room(self, size_bytes: int) -> None:
        """Sees that so much will fit, by removing what nobody needs, but only if that helps. Raises StoreFull."""
        store = self._workshop.store
        needed_now = self.digests()
        for keep in (None, 1):
            if size_bytes <= store.free_bytes():
                return
            if size_bytes <= store.free_bytes() + store.would_free(needed_now, keep=keep):
                store.collect(needed_now, keep=keep)
        free = max(0, store.free_bytes())
        if size_bytes > free:
            raise StoreFull(
                f"it needs {_megabytes(size_bytes)}, and {_megabytes(free)} are free for it on the panel's disk"
            )

    def begin(self, todo: list[tuple[str, Fingerprint]]) -> None:
        self._pace.begin([fingerprint.size for _, fingerprint in todo])
        self._pace.tell()

    def take(self, path: str, fingerprint: Fingerprint, *, listed: bool = False) -> None:
        """Brings one file in; the outcome is in `taken` or `faults`. Raises StoreReadOnly, StoreBroken, Interrupted.

        listed: a manifest says what it holds, so that its hash is needed whatever it is.
        """
        self._pace.begin_file()
        self._copier.pause()
        try:
            verdict = None if listed else self._copier.refuse_by_head(self._folder, path, fingerprint)
            digest = self._held.get((path, fingerprint))
            if verdict is not None:
                self.taken[path] = CopiedFile("", fingerprint.size, verdict)
            elif digest is not None and self._workshop.store.has_blob(digest, fingerprint.size):
                self.taken[path] = self._copier.vet_held(path, digest, fingerprint.size)
            else:
                self.make_room(fingerprint.size)
                with self._workshop.store.copying():
                    self.taken[path] = self._copier.take(self._folder, path, fingerprint)
            self.faults.pop(path, None)
        except (SourceChanged, SourceFault, NotVetted, StoreFull) as fault:
            self.faults[path] = fault
        self._pace.end_file(path, fingerprint.size)
        if time.monotonic() - self._saved > SAVE_EVERY_S:
            self._workshop.known_files.save()
            self._saved = time.monotonic()

    def make(self, draft: Draft) -> None:
        """Makes what the draft's lines ask of the files that were taken; the outcome is in `made` or `faults`.

        Raises StoreReadOnly, StoreBroken, Interrupted.
        """
        self.vetting.rest()  # all files are taken: two children beside ffmpeg would be 30 MB more at the worst moment
        content, self._canvas = self._workshop.content, self._workshop.easel.canvas
        for playlist in draft.playlists:
            for line in playlist.lines:
                taken = self.taken.get(line.target)
                asked = None if taken is None else asked_by(line, taken.verdict, content.image_seconds)
                if (
                    taken is None
                    or asked is None
                    or isinstance(all_wanted := asked.wanted(taken.digest, self._canvas), NotMade)
                ):
                    continue
                try:
                    for wanted in all_wanted:
                        if wanted not in self.made:
                            self._copier.pause()
                            self.made[wanted] = self.maker.make(wanted)
                except (NotVetted, StoreFull) as fault:
                    self.faults[line.target] = fault
        self.maker.rest()

    # ---- the manifest

    def check_taken(self, file: ListedFile) -> None:
        """The file just taken is the listed one. Raises FileChanged, or the copy's fault."""
        if file.path in self.faults:
            raise self.faults[file.path]
        taken = self.taken[file.path]
        _verify(file.path, file, taken.size_bytes, taken.digest)

    def check_listed(self, manifest: Manifest, snapshot: Snapshot, draft: Draft) -> None:
        """Every listed file is there, with its size and hash. Raises FileMissing, FileChanged, or the copy's fault."""
        needed = draft.files()
        for file in manifest.files:
            fingerprint = snapshot.files.get(file.path) or snapshot.temporary.get(file.path)
            if fingerprint is None:
                raise FileMissing(f"{printable(file.path)} is missing")
            if fingerprint.size != file.size_bytes:
                raise FileChanged(f"{printable(file.path)} has {fingerprint.size} bytes instead of {file.size_bytes}")
            if file.path in needed:
                if file.path in self.faults:
                    raise self.faults[file.path]
                if file.path not in self.taken:
                    raise SourceChanged(f"{printable(file.path)} is still being copied")
                digest = self.taken[file.path].digest
            else:
                digest = self._copier.digest_of(self._folder, file.path, fingerprint)
            _verify(file.path, file, fingerprint.size, digest)

    # ---- the release

    def build(self, draft: Draft, wall: datetime, manifest: Manifest | None = None) -> Built:
        """Puts the release together from the draft and what was taken. wall: now, for the calendar's occurrences."""
        return self._builder.build(draft, self.taken, self.faults, wall, manifest, Renditions(self._canvas, self.made))


def import_bundle(
    folder: Path,
    source: Source,
    workshop: Workshop,
    *,
    wall: datetime,
    manifest: Manifest | None = None,
    remember: bool = False,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[ImportProgress | None], None] = lambda progress: None,
    vetting: Vetting | None = None,
    texts: TextReader | None = None,
    before_adoption: Callable[[], None] = lambda: None,
) -> tuple[Record, list[Problem]]:
    """Brings the whole bundle in `folder` into `source` and adopts it, now; for a folder that nobody is writing (a stick).

    manifest: the accepted one (manifest.read_manifest), whose every file must be as it says; None: whatever is there.
    before_adoption: called when all is copied and checked; nothing changes when it raises.
    Returns the record that is current afterwards (the one before, when the bundle means just the same) and what was
    skipped. Blocks until done; `stop` is asked at least after every megabyte. Call it again after an interruption:
    finished files are not copied again, a half one goes on where it was. Nothing changes when it raises:
    FileMissing, FileChanged, NothingPlayable; StoreFull, StoreReadOnly, SourceFault, SourceChanged, Interrupted
    (store/copying.py); FolderUnreadable (folder/scan.py); VettingFailed; OSError.
    The caller posts ReleaseAdopted with `release_of(record, store.blob_path, zone)`.
    """
    importer = Importer(
        workshop, folder, source, remember=remember, stop=stop, report=report, vetting=vetting, texts=texts
    )
    try:
        snapshot = scan_folder(folder)
        draft = importer.read(snapshot, manifest)
        todo = importer.look_up(draft, snapshot, manifest)
        listed = {file.path: file for file in manifest.files} if manifest else {}
        importer.make_room(importer.room_for(todo))
        importer.begin(todo)
        for path, fingerprint in todo:
            importer.take(path, fingerprint, listed=path in listed)
            if path in listed:
                importer.check_taken(listed[path])  # at the first wrong file, not after the last gigabyte
        importer.make(draft)
        if manifest is not None:
            importer.check_listed(manifest, snapshot, draft)
        elif importer.faults:
            raise next(iter(importer.faults.values()))
        built = importer.build(draft, wall, manifest)
        if built.record is None:
            raise NothingPlayable("; ".join(str(problem) for problem in built.problems[:3]) or "nothing can be played")
        current = workshop.store.current(source)
        if current is not None and current.signature == built.record.signature:
            return _with_digest(workshop, current, built.record.digest), built.problems
        before_adoption()
        built.record.adopted_at = wall
        return workshop.store.adopt(built.record), built.problems
    finally:
        importer.let_go()
        importer.vetting.rest()
        workshop.known_files.save()
        report(None)


def _with_digest(workshop: Workshop, current: Record, digest: str) -> Record:
    """The current release; its bundle says the same in other words, or an earlier version adopted it without a digest."""
    if current.digest == digest:
        return current
    told = replace(current, digest=digest)
    workshop.store.rewrite(told)
    return told


def _verify(path: str, file: ListedFile, size_bytes: int, digest: str) -> None:
    if size_bytes != file.size_bytes or digest != file.sha256:
        raise FileChanged(f"{printable(path)} is not what the manifest says")


def _in_order(draft: Draft, snapshot: Snapshot) -> list[str]:
    """Every file that is needed and there: first what a playlist names, in playing order; then loose media, small ones
    first.
    """
    named = {line.target: None for p in draft.playlists if p.file for line in p.lines if not line.stream}
    loose = [path for path in draft.files() if path not in named and path in snapshot.files]
    loose.sort(key=lambda path: snapshot.files[path].size)
    return [*(path for path in named if path in snapshot.files), *loose]


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.1f} MB"
