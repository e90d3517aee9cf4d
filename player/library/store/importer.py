"""From a bundle (the synced folder's or a stick's) to a release in the store.

Knows: which files a bundle needs, how it is checked against its manifest, how the release is put together.
Touches: the bundle (reading) and the store. Must not: watch anything, or decide when (folder/settle.py) and whether to ask again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from player.base.text import printable
from player.base.zones import zone_called
from player.bundle.source import Source
from player.core.model import ImportProgress, MediaKind, Problem
from player.library.content.draft import CALENDAR_NAME, SCHEDULE_NAME, Draft, DraftPlaylist, Line, read_bundle
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.folder.scan import read_inside, scan_folder
from player.library.store.copying import CopiedFile, Copier, CopyFault, SourceChanged, SourceFault, StoreFull
from player.library.store.known_files import KnownFiles
from player.library.store.record import CALENDAR, RULES, Record, Row, item_row, media_row, rule_row, window_row
from player.library.store.store import Store
from player.library.vetting.occurrences import Expanded, read_calendar
from player.library.vetting.verdicts import Vetting
from player.settings.models import ContentSection

if TYPE_CHECKING:
    from player.bundle.manifest import ListedFile, Manifest

REPORT_EVERY_S = 1.0
SAVE_EVERY_S = 5.0


class BundleFault(Exception):
    """The bundle as a whole cannot be adopted; nothing was changed."""


class FileMissing(BundleFault):
    """The manifest lists a file that is not there."""


class FileChanged(BundleFault):
    """A file is not what the manifest says."""


class NothingPlayable(BundleFault):
    """No playlist has an item that can be used."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every import needs; made once by the library's room. zone: the panel's."""

    store: Store
    known_files: KnownFiles
    content: ContentSection
    zone: tzinfo


@dataclass(slots=True)
class Built:
    """A release put together, not adopted yet. record None: nothing usable. waiting: what may still come.

    refused: those of the problems that only another content of the folder mends.
    """

    record: Record | None
    problems: list[Problem]
    waiting: list[str]
    refused: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Pace:
    """How far an import is."""

    files_total: int = 0
    bytes_total: int = 0
    files_done: int = 0
    bytes_done: int = 0
    began: float = field(default_factory=time.monotonic)
    reported: float = 0.0

    def seconds_left(self) -> float | None:
        spent = time.monotonic() - self.began
        if not self.bytes_done or spent < 1:
            return None
        return max(0, self.bytes_total - self.bytes_done) * spent / self.bytes_done


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
    ) -> None:
        self._workshop = workshop
        self._folder = folder
        self._source = source
        self._report = report
        self._pace = _Pace()
        self._saved = time.monotonic()
        self._expanded: tuple[object, Expanded] | None = None
        self.vetting = vetting or Vetting(workshop.content.max_pixels)
        self.taken: dict[str, CopiedFile] = {}
        self.faults: dict[str, CopyFault] = {}
        self.let_go = workshop.store.spare(lambda: [taken.digest for taken in list(self.taken.values())])
        """To be called when the import is over: from then on what it took may be collected."""
        self._copier = Copier(
            workshop.store, workshop.known_files, self.vetting, remember=remember, stop=stop, on_bytes=self._count
        )

    # ---- what it needs

    def read(self, snapshot: Snapshot, manifest: Manifest | None = None) -> Draft:
        """The draft of what the bundle means. With a manifest: only listed files count, and text is verified.

        Raises OSError (cannot be read) and, with a manifest, FileMissing and FileChanged.
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
        return read_bundle(str(self._folder), snapshot, read, self._workshop.zone, hosts, last_timezone)

    def look_up(
        self, draft: Draft, snapshot: Snapshot, manifest: Manifest | None = None
    ) -> list[tuple[str, Fingerprint]]:
        """Fills `taken` with what is known already; returns the files that have to be copied, in playing order.

        With a manifest a file is known by the hash that was signed: what the library holds is not read again.
        """
        self.taken, self.faults = {}, {}
        listed = {file.path: file for file in manifest.files} if manifest else {}
        todo = []
        for path in draft.files():
            fingerprint = snapshot.files.get(path)
            if fingerprint is None:
                continue
            known = self._copier.known(path, fingerprint)
            if known is None and path in listed and listed[path].size_bytes == fingerprint.size:
                known = self._copier.known_content(listed[path].sha256, fingerprint.size)
            if known is None:
                todo.append((path, fingerprint))
            else:
                self.taken[path] = known
        return todo

    def make_room(self, todo: list[tuple[str, Fingerprint]], draft: Draft) -> None:
        """Sees that the files of `todo` will fit, by removing what nobody needs. Raises StoreFull."""
        store = self._workshop.store
        needed = sum(fingerprint.size for _, fingerprint in todo)
        wanted = {taken.digest for taken in self.taken.values()}
        for keep in (None, 1):
            if needed <= store.free_bytes():
                return
            store.collect(wanted, keep=keep)
        free = store.free_bytes()
        if needed > free:
            raise StoreFull(
                f"the new content needs {_megabytes(needed)} and {_megabytes(max(0, free))} are free for it on the panel's disk"
            )

    def begin(self, todo: list[tuple[str, Fingerprint]]) -> None:
        self._pace = _Pace(len(todo), sum(fingerprint.size for _, fingerprint in todo))
        self._tell("")

    def take(self, path: str, fingerprint: Fingerprint) -> None:
        """Brings one file in; the outcome is in `taken` or `faults`. Raises StoreFull, StoreReadOnly, Interrupted."""
        before = self._pace.bytes_done
        try:
            with self._workshop.store.copying():
                self.taken[path] = self._copier.take(self._folder, path, fingerprint)
            self.faults.pop(path, None)
        except (SourceChanged, SourceFault) as fault:
            self.faults[path] = fault
        self._pace.files_done += 1
        self._pace.bytes_done = before + fingerprint.size
        self._tell(path)
        if time.monotonic() - self._saved > SAVE_EVERY_S:
            self._workshop.known_files.save()
            self._saved = time.monotonic()

    def _count(self, done: int) -> None:
        self._pace.bytes_done += done
        if time.monotonic() - self._pace.reported >= REPORT_EVERY_S:
            self._tell("")

    def _tell(self, path: str) -> None:
        pace = self._pace
        if time.monotonic() - pace.reported < REPORT_EVERY_S and pace.files_done:
            return
        pace.reported = time.monotonic()
        self._report(
            ImportProgress(
                self._source, pace.files_done, pace.files_total, min(pace.bytes_done, pace.bytes_total), pace.bytes_total,
                pace.seconds_left(), printable(path),
            )
        )  # fmt: skip

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
            fingerprint = snapshot.files.get(file.path)
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
        previous = self._workshop.store.current(self._source)
        built = Built(None, list(draft.problems), [])
        record = Record(self._source, timezone=draft.timezone)
        if manifest is not None:
            record.serial, record.created, record.manifest = manifest.serial, manifest.created, manifest.digest
        fresh = False
        before = set(previous.skipped) if previous else set()
        for playlist in draft.playlists:
            rows = self._rows(playlist, record, built, previous)
            for missing in playlist.missing:
                built.problems.append(missing.problem)
                built.waiting.append(missing.path)
            fresh = fresh or bool(rows)
            if not rows and playlist.file:
                record.carried.append(playlist.name)
            if not rows and playlist.file and previous and playlist.name in previous.playlists:
                rows = _carry_over(previous, playlist.name, record)
                what = "nothing in it can be used; it goes on as it was before"
                built.problems.append(Problem(printable(playlist.file), what, "correct it"))
            if rows:
                record.playlists[playlist.name] = rows
        self._schedule(draft, wall, record, built, previous)
        record.skipped = sorted(set(built.waiting))
        # What was out of reach when the present release was adopted is not waited for a second time.
        built.waiting = [path for path in dict.fromkeys(built.waiting) if path not in before]
        if fresh:
            built.record = record
        elif not any(missing for missing in draft.missing()) and not draft.files():
            remedy = "put videos or pictures there" + (
                f"; release {previous.number} goes on playing" if previous else ""
            )
            built.problems.append(Problem("the content folder", "holds nothing to play", remedy))
        return built

    def _schedule(self, draft: Draft, wall: datetime, record: Record, built: Built, previous: Record | None) -> None:
        """The rules and the calendar; of a file that cannot be read those of the release before, and it is told."""
        built.refused += draft.refused
        record.rules = [rule_row(rule) for rule in draft.rules]
        if draft.rules_lost:
            record.carried.append(RULES)
            record.rules = list(previous.rules) if previous else []
        lost = draft.calendar_lost
        if draft.calendar:
            expanded = self._expand(draft.calendar, record, wall)
            built.problems += expanded.problems
            lost = not expanded.readable
            if lost:
                built.refused += expanded.problems
            else:
                record.calendar = draft.calendar
                record.windows = [window_row(window) for window in expanded.windows]
        if lost:
            record.carried.append(CALENDAR)
        if lost and previous and previous.calendar:
            record.calendar, record.windows = previous.calendar, list(previous.windows)
        lost_files = {SCHEDULE_NAME} if draft.rules_lost else set()
        lost_files |= {CALENDAR_NAME} if lost else set()
        if previous and (previous.rules or previous.calendar):
            built.problems = [_going_on(problem, lost_files) for problem in built.problems]
            built.refused = [_going_on(problem, lost_files) for problem in built.refused]

    def _expand(self, calendar: str, record: Record, wall: datetime) -> Expanded:
        known = frozenset(record.playlists)
        key = (calendar, record.timezone, wall.date(), known)
        if self._expanded is None or self._expanded[0] != key:
            zone = zone_called(record.timezone, self._workshop.zone)
            self._expanded = key, read_calendar(calendar, CALENDAR_NAME, zone, wall, known)
        return self._expanded[1]

    def _rows(self, playlist: DraftPlaylist, record: Record, built: Built, previous: Record | None) -> list[Row]:
        rows = []
        cached: dict[str, str] = {}
        for line in playlist.lines:
            if line.stream:
                rows.append(self._row(line, line.target, None))
                continue
            taken = self.taken.get(line.target)
            if taken is not None and taken.verdict.kind is not None:
                record.media.setdefault(taken.digest, media_row(taken.verdict, taken.size_bytes))
                name = cached.setdefault(line.target, printable(line.target))
                rows.append(self._row(line, name, taken))
                continue
            fault = self.faults.get(line.target)
            may_come = taken is None or taken.verdict.cut
            if taken is not None or fault is not None:  # else nobody has looked at it yet: nothing is said against it
                self._note_unusable(playlist, line, taken.verdict.why if taken else str(fault), built)
            if may_come and (playlist.file or _played(previous, line.target)):
                built.waiting.append(line.target)
            elif not may_come:
                built.refused.append(built.problems[-1])
        return rows

    def _row(self, line: Line, name: str, taken: CopiedFile | None) -> Row:
        wanted = line.wanted
        show_s = wanted.seconds
        if taken is not None and taken.verdict.kind is MediaKind.IMAGE:
            show_s = wanted.seconds or self._workshop.content.image_seconds
        elif taken is not None:
            show_s = None
        return item_row(
            name, taken.digest if taken else line.target, stream=taken is None, show_s=show_s, title=wanted.title,
            volume=wanted.volume, fit=wanted.fit, **{"from": wanted.valid_from, "until": wanted.valid_until},
        )  # fmt: skip

    def _note_unusable(self, playlist: DraftPlaylist, line: Line, why: str, built: Built) -> None:
        name = printable(line.target)
        if playlist.file:
            built.problems.append(
                Problem(printable(playlist.file), f"{name}: {why}", "copy it again", line.wanted.line)
            )
        else:
            built.problems.append(Problem(name, why, "copy it again, or remove it"))


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
) -> tuple[Record, list[Problem]]:
    """Brings the whole bundle in `folder` into `source` and adopts it, now; for a folder that nobody is writing (a stick).

    manifest: the accepted one (manifest.read_manifest), whose every file must be as it says; None: whatever is there.
    Returns the record that is current afterwards (the one before, when the bundle means just the same) and what was
    skipped. Blocks until done; `stop` is asked at least after every megabyte. Call it again after an interruption:
    finished files are not copied again, a half one goes on where it was. Nothing changes when it raises:
    FileMissing, FileChanged, NothingPlayable; StoreFull, StoreReadOnly, SourceFault, SourceChanged, Interrupted
    (store/copying.py); FolderUnreadable (folder/scan.py); VettingFailed; OSError.
    The caller posts ReleaseAdopted with `release_of(record, store.blob_path, zone)`.
    """
    importer = Importer(workshop, folder, source, remember=remember, stop=stop, report=report, vetting=vetting)
    try:
        snapshot = scan_folder(folder)
        draft = importer.read(snapshot, manifest)
        todo = importer.look_up(draft, snapshot, manifest)
        listed = {file.path: file for file in manifest.files} if manifest else {}
        importer.make_room(todo, draft)
        importer.begin(todo)
        for path, fingerprint in todo:
            importer.take(path, fingerprint)
            if path in listed:
                importer.check_taken(listed[path])  # at the first wrong file, not after the last gigabyte
        if manifest is not None:
            importer.check_listed(manifest, snapshot, draft)
        elif importer.faults:
            raise next(iter(importer.faults.values()))
        built = importer.build(draft, wall, manifest)
        if built.record is None:
            raise NothingPlayable("; ".join(str(problem) for problem in built.problems[:3]) or "nothing can be played")
        current = workshop.store.current(source)
        if current is not None and current.signature == built.record.signature:
            return current, built.problems
        built.record.adopted_at = wall
        return workshop.store.adopt(built.record), built.problems
    finally:
        importer.let_go()
        importer.vetting.rest()
        workshop.known_files.save()
        report(None)


def _carry_over(previous: Record, name: str, record: Record) -> list[Row]:
    rows = previous.playlists[name]
    for row in rows:
        if "sha256" in row:
            record.media.setdefault(row["sha256"], previous.media[row["sha256"]])
    return rows


def _going_on(problem: Problem, lost_files: set[str]) -> Problem:
    if problem.where not in lost_files:
        return problem
    return replace(problem, what=f"{problem.what}; the schedule before goes on")


def _played(previous: Record | None, path: str) -> bool:
    if previous is None:
        return False
    return any(row["path"] == printable(path) for rows in previous.playlists.values() for row in rows)


def _verify(path: str, file: ListedFile, size_bytes: int, digest: str) -> None:
    if size_bytes != file.size_bytes or digest != file.sha256:
        raise FileChanged(f"{printable(path)} is not what the manifest says")


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.1f} MB"
