"""The store: media by content, releases by number, and which release each source plays. Only the store is ever played.

Knows: the layout below state_folder/library, and the order of writes that lets a power cut happen at any moment.
Touches: that folder, through the disk seam. Must not: look into the synced folder or a stick.

    blobs/ab/abcdef...   whole, verified, named by SHA-256; read-only
    incoming/            copies under way
    releases/N.json      everything one bundle meant at one moment
    current.json         which release plays in which source; replaced atomically
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from player.base.disk import PART, Disk
from player.base.strict_json import as_table, as_text, as_truth, as_whole, parse_json
from player.bundle.source import Source
from player.library.store.record import Record, decode_record, encode_record

RESERVE_PERCENT = 2
RESERVE_LIMIT_BYTES = 256 << 20
"""What stays free for the system (journal, state): 2 % of the disk, 256 MB at most."""


class BlobsLost(OSError):
    """A release cannot be adopted: some of its content is not in the store any more. Asking again copies it again."""


class NoEarlierRelease(Exception):
    """There is nothing to go back to."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What a source plays. held: the meaning of the release that was rolled back; the folder still says it."""

    number: int
    rolled_back: bool = False
    held: str = ""


def _read_places(raw: bytes) -> tuple[int, dict[Source, _Place]]:
    """`current.json`: the last number that was given, and what each source plays. Raises ValueError."""
    table = as_table(parse_json(raw))
    places = {}
    for name, value in as_table(table.get("slots")).items():
        row = as_table(value)
        places[Source(name)] = _Place(
            as_whole(row.get("number")), as_truth(row.get("rolled_back")), as_text(row.get("held"))
        )
    return as_whole(table.get("last")), places


class Store:
    """All methods may be called from any thread."""

    def __init__(self, root: Path, keep_releases: int, disk: Disk | None = None) -> None:
        self.root = root
        self.disk = disk or Disk()
        self._keep = keep_releases
        self._lock = threading.RLock()
        self._places: dict[Source, _Place] = {}
        self._records: dict[Source, Record] = {}
        self._last_number = 0
        self._copies = 0
        self._spared: list[Callable[[], Collection[str]]] = []

    # ---- opening

    def open(self) -> None:
        """Reads what is current. Fast: no blob is looked at. Raises OSError when the folder cannot be made or read."""
        self._make_folders()
        numbers = self._numbers()
        self._last_number = max(numbers, default=0)
        try:
            last, places = _read_places((self.root / "current.json").read_bytes())
            self._last_number = max(self._last_number, last)
        except FileNotFoundError:
            places = {}
        except ValueError:
            # Only a disk that lies brings us here: the newest release that can be read is the best there is.
            places = {}
            for number in numbers:
                if record := self._read(number):
                    places.setdefault(record.source, _Place(number))
        for source, place in places.items():
            record = self._read(place.number) or self._newest(source, numbers)
            if record is not None:
                self._records[source] = record
                self._places[source] = replace(place, number=record.number)

    def _make_folders(self) -> None:
        for name in ("blobs", "incoming", "releases"):
            self.disk.make_folder(self.root / name)

    def mend(self) -> None:
        """Writes anew what a hand or a disk took away while the store is open: folders, current records, the table.

        Raises OSError.
        """
        with self._lock:
            self._make_folders()
            for record in self._records.values():
                if not self._release_path(record.number).exists():
                    self.disk.replace_file(self._release_path(record.number), encode_record(record))
            if self._places and not (self.root / "current.json").exists():
                self._write_places(self._places)

    def _numbers(self) -> list[int]:
        """Newest first."""
        names = (path.name for path in (self.root / "releases").iterdir())
        return sorted((int(n[:-5]) for n in names if n.endswith(".json") and n[:-5].isdecimal()), reverse=True)

    def _newest(self, source: Source, numbers: Collection[int]) -> Record | None:
        return next((r for n in numbers if (r := self._read(n)) is not None and r.source is source), None)

    def _read(self, number: int) -> Record | None:
        try:
            record = decode_record(self._release_path(number).read_bytes())
        except (OSError, ValueError):
            return None
        return record if record.number == number else None

    def _release_path(self, number: int) -> Path:
        return self.root / "releases" / f"{number}.json"

    # ---- blobs

    def blob_path(self, digest: str) -> Path:
        return self.root / "blobs" / digest[:2] / digest

    def has_blob(self, digest: str, size_bytes: int) -> bool:
        try:
            return os.stat(self.blob_path(digest)).st_size == size_bytes
        except OSError:
            return False

    def lost_blobs(self, record: Record) -> set[str]:
        """Hashes of the record whose blobs are gone or have another size (a disk that lied, a hand in the folder)."""
        return {digest for digest, row in record.media.items() if not self.has_blob(digest, row[1])}

    @property
    def blobs(self) -> Path:
        """The folder below which all blobs lie."""
        return self.root / "blobs"

    @property
    def incoming(self) -> Path:
        """The folder of the copies under way."""
        return self.root / "incoming"

    def incoming_path(self, name: str) -> Path:
        return self.incoming / name

    def admit(self, part: Path, digest: str) -> None:
        """Makes a finished, synced and verified copy a blob."""
        target = self.blob_path(digest)
        self.disk.make_folder(target.parent)
        self.disk.rename(part, target)
        self.disk.sync_folder(target.parent)

    def spare(self, needed: Callable[[], Collection[str]]) -> Callable[[], None]:
        """From now on nothing of `needed()` (hashes) is collected; call the result to end that.

        For an import: its files are blobs before any release needs them, and another source's import may clear up.
        """
        with self._lock:
            self._spared.append(needed)
        return lambda: self._spared.remove(needed)

    @contextlib.contextmanager
    def copying(self) -> Iterator[None]:
        """While this is held nothing is collected."""
        with self._lock:
            self._copies += 1
        try:
            yield
        finally:
            with self._lock:
                self._copies -= 1

    # ---- releases

    def current(self, source: Source) -> Record | None:
        with self._lock:
            return self._records.get(source)

    def holds_any(self) -> bool:
        """Whether some source has a release: else nothing can go on playing."""
        with self._lock:
            return bool(self._records)

    def is_rolled_back(self, source: Source) -> bool:
        with self._lock:
            return source in self._places and self._places[source].rolled_back

    def held_meaning(self, source: Source) -> str:
        """What the bundle means that must not be adopted again, because somebody went back from it; "" for none."""
        with self._lock:
            return self._places[source].held if source in self._places else ""

    def adopt(self, record: Record) -> Record:
        """Makes `record` (its blobs are all here) the current one of its source, and returns it with its number.

        Somebody went back from just this meanwhile: what is current stays, and is returned.
        Raises BlobsLost when not all of its blobs are here: nothing that is not whole is ever played.
        """
        with self._lock:
            if lost := self.lost_blobs(record):
                raise BlobsLost(errno.ESTALE, f"{len(lost)} files that were copied are gone from the library")
            if record.meaning == self.held_meaning(record.source):
                return self._records[record.source]
            record.number = self._last_number + 1
            self._last_number = record.number
            self.disk.replace_file(self._release_path(record.number), encode_record(record))
            self._point(record, _Place(record.number))
            return record

    def rewrite(self, record: Record) -> None:
        """Replaces the current record of its source by the same release with its calendar expanded anew."""
        with self._lock:
            if (now := self._records.get(record.source)) is not None and now.number == record.number:
                self.disk.replace_file(self._release_path(record.number), encode_record(record))
                self._records[record.source] = record

    def roll_back(self, source: Source) -> Record:
        """The release before becomes current and stays so until the bundle means something new.

        Raises NoEarlierRelease.
        """
        with self._lock:
            now = self._records.get(source)
            if now is None:
                raise NoEarlierRelease("nothing was ever adopted here")
            for number in self._numbers():
                if number < now.number:
                    before = self._read(number)
                    if before is not None and before.source is source and not self.lost_blobs(before):
                        held = self._places[source].held or now.meaning
                        self._point(before, _Place(before.number, rolled_back=True, held=held))
                        return before
            raise NoEarlierRelease(f"no release before {now.number} is kept; content.keep_releases says how many are")

    def _point(self, record: Record, place: _Place) -> None:
        places = {**self._places, record.source: place}
        self._write_places(places)
        self._places = places
        self._records[record.source] = record

    def _write_places(self, places: Mapping[Source, _Place]) -> None:
        rows: dict[str, Any] = {
            source: {"number": p.number, "rolled_back": p.rolled_back, "held": p.held} for source, p in places.items()
        }
        content = json.dumps({"v": 1, "last": self._last_number, "slots": rows}).encode()
        self.disk.replace_file(self.root / "current.json", content)

    # ---- space

    def free_bytes(self) -> int:
        """What may still be filled: the reserve for the system is taken off. May be negative."""
        reserve = min(self.disk.total_bytes(self.root) * RESERVE_PERCENT // 100, RESERVE_LIMIT_BYTES)
        return self.disk.free_bytes(self.root) - reserve

    def collect(self, needed: Collection[str] = (), *, keep: int | None = None, copies: int = 0) -> int:
        """Removes what no kept release and nobody else (`needed`: hashes) needs; returns the bytes that came free.

        keep: fewer releases than the setting says (space is short). copies: how many copies the caller itself holds;
        while anyone else copies nothing is removed.
        """
        with self._lock:
            if self._copies > copies:
                return 0
            needed_now = set(needed).union(*(spared() for spared in list(self._spared)))
            kept, beyond = self._split_releases(self._keep if keep is None else keep)
            needed_now |= kept
            for number in beyond:
                self.disk.remove(self._release_path(number))
            freed = 0
            for path, size in self._blobs():
                if path.name not in needed_now:
                    self.disk.remove(path)
                    freed += size
            if not self._copies:
                for path in self._half_written():
                    freed += path.stat().st_size
                    self.disk.remove(path)
            return freed

    def would_free(self, needed: Collection[str] = (), *, keep: int | None = None) -> int:
        """The bytes that `collect` would free: releases that cannot help are not given up for nothing."""
        with self._lock:
            if self._copies:
                return 0
            needed_now = set(needed).union(*(spared() for spared in list(self._spared)))
            needed_now |= self._split_releases(self._keep if keep is None else keep)[0]
            freed = sum(size for path, size in self._blobs() if path.name not in needed_now)
            return freed + sum(path.stat().st_size for path in self._half_written())

    def remove_copies_of_other_boots(self, mark: str) -> None:
        """What power cuts left of large copies; from it no copy goes on. mark: copies of this boot begin with it."""
        with self._lock:
            for path in self.incoming.glob(f"????????-*{PART}"):
                if not path.name.startswith(f"{mark}-"):
                    self.disk.remove(path)

    def _half_written(self) -> list[Path]:
        """Copies and records that were under way."""
        parts = [path for ending in (PART, ".new") for path in (self.root / "releases").glob(f"*{ending}")]
        return [*self.incoming.iterdir(), *parts]  # .new: a version before 2026-11-26

    def _split_releases(self, keep: int) -> tuple[set[str], list[int]]:
        """The hashes that the kept releases need, and the numbers of those beyond `keep` for each source."""
        needed_now: set[str] = set()
        beyond: list[int] = []
        counts: dict[Source, int] = {}
        current = {place.number for place in self._places.values()}
        for number in self._numbers():
            record = self._read(number)
            if record is None:
                continue  # unreadable today; not ours to throw away
            counts[record.source] = counts.get(record.source, 0) + 1
            if number in current or counts[record.source] <= keep:
                needed_now |= record.media.keys()
            else:
                beyond.append(number)
        return needed_now, beyond

    def _blobs(self) -> list[tuple[Path, int]]:
        """Oldest first."""
        found: list[tuple[float, Path, int]] = []
        for folder in (self.root / "blobs").iterdir():
            if folder.is_dir():
                with os.scandir(folder) as entries:
                    for entry in entries:
                        with contextlib.suppress(FileNotFoundError):
                            state = entry.stat(follow_symlinks=False)
                            found.append((state.st_mtime, Path(entry.path), state.st_size))
        return [(path, size) for _, path, size in sorted(found, key=lambda row: row[0])]
