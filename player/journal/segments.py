"""Segments: records appended to files, each tied to the one before by its chain; and the file of the open record.

Knows: the order in which bytes reach the disk. Touches: `records-N.jsonl` and `running.jsonl` in the journal's folder, through
the seam in base/disk.py. Must not: change or take away a whole line; know why a record was made.

A line that a power cut tore is cut off at the next start. After an error of the disk the file is given up and opened anew, so
that what was half written is cut off in the same way.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from player.base.disk import Disk
from player.contract.records import ChainPlace, PlayRecord, add_chain, encode_record, next_chain
from player.journal.reading import (
    RUNNING_BYTES,
    RUNNING_NAME,
    SEGMENT_BYTES,
    STOPPED,
    StoredRecord,
    list_segments,
    read_segment,
)

MODE = 0o640


class AppendedFile:
    """A file of lines that only grows. Every error of the disk gives it up; the next write opens it anew."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._number = -1
        self.size = 0
        self.path: Path | None = None

    def open(self, path: Path) -> None:
        """Cuts off a torn line. Raises OSError."""
        self.close()
        known = path.exists()
        self._number, self.path = self._disk.create(path, MODE), path
        try:
            if not known:
                self._disk.sync_folder(path.parent)
            self.size = _whole_bytes(self._number)
            if self.size != os.fstat(self._number).st_size:
                self._disk.cut(self._number, self.size)
            os.lseek(self._number, self.size, os.SEEK_SET)
        except OSError:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        return self._number >= 0

    def write(self, line: bytes) -> None:
        """The whole line, or OSError."""
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[self._disk.write(self._number, rest) :]
        except OSError:
            self.close()
            raise
        self.size += len(line)

    def sync(self) -> None:
        try:
            self._disk.sync_file(self._number)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        if self._number >= 0:
            with contextlib.suppress(OSError):
                os.close(self._number)
        self._number = -1


def _whole_bytes(number: int) -> int:
    """How many bytes the file has up to its last line break."""
    end = os.fstat(number).st_size
    while end > 0:
        begin = max(0, end - 65_536)
        found = os.pread(number, end - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


class Segments:
    """place: the last whole record on the disk, known once `open` has been called."""

    def __init__(self, folder: Path, disk: Disk, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._disk = disk
        self._segment_bytes = segment_bytes
        self._file = AppendedFile(disk)
        self.place = ChainPlace()

    @property
    def is_open(self) -> bool:
        return self._file.is_open

    def open(self) -> None:
        """Finds where the chain stands, and goes on there. Raises OSError."""
        self._disk.make_folder(self._folder)
        segments = list_segments(self._folder)
        self.place = _last_place([path for _, path in segments])
        self._file.open(segments[-1][1] if segments else self._next_path())

    def append(self, record: PlayRecord) -> PlayRecord:
        """The record with its number, which is on its way to the disk. Raises OSError: then it is not written at all."""
        if self._file.size >= self._segment_bytes:
            self._file.sync()
            self._file.open(self._next_path())
        numbered = replace(record, n=self.place.n + 1)
        line = encode_record(numbered)
        chain = next_chain(self.place.chain, line)
        self._file.write(add_chain(line, chain) + b"\n")
        self.place = ChainPlace(numbered.n, chain, numbered.ends)
        return numbered

    def sync(self) -> None:
        self._file.sync()

    def close(self) -> None:
        self._file.close()

    @property
    def newest(self) -> Path | None:
        """The segment that is written to."""
        return self._file.path

    def _next_path(self) -> Path:
        return self._folder / f"records-{self.place.n + 1:012}.jsonl"


def _last_place(segments: list[Path]) -> ChainPlace:
    """Of the last line that is a record; damaged ones behind it stay where they are, for whoever verifies."""
    for segment in reversed(segments):
        place = None
        for stored in read_segment(segment):
            if isinstance(stored, StoredRecord):
                place = ChainPlace(stored.record.n, stored.chain, stored.record.ends)
        if place is not None:
            return place
    return ChainPlace()


class RunningFile:
    """The open record, kept again and again: the newest line counts."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._path = folder / RUNNING_NAME
        self._disk = disk
        self._file = AppendedFile(disk)

    def keep(self, record: PlayRecord) -> None:
        """Raises OSError."""
        self._write(encode_record(record) + b"\n")

    def stop(self) -> None:
        """The run ends by itself. Raises OSError."""
        self._write(f'{{"{STOPPED}":true}}\n'.encode())

    def sync(self) -> None:
        if self._file.is_open:
            self._file.sync()

    def close(self) -> None:
        self._file.close()

    def _write(self, line: bytes) -> None:
        if not self._file.is_open:
            self._file.open(self._path)
        if self._file.size >= RUNNING_BYTES:
            self._file.close()
            self._disk.replace_file(self._path, line, mode=MODE)
            self._file.open(self._path)
        else:
            self._file.write(line)
