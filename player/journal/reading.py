"""Reading the journal's files: segments of records, the open record, what the office has acknowledged.

Knows: their names and shapes. Touches: reads them, from any process, while the daemon goes on writing.
Must not: write, or fail because of a line that a damaged disk or a stranger left there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player.base.strict_json import as_table, parse_json
from player.contract.records import (
    LINE_BYTES,
    MOST_RECORDS,
    NO_CHAIN,
    PlayRecord,
    RecordError,
    parse_record,
    read_record,
    split_chain,
)

JOURNAL_FOLDER = "journal"
SEGMENT_NAME = re.compile(r"records-(\d{12})\.jsonl")
RUNNING_NAME = "running.jsonl"
ACKNOWLEDGED_NAME = "acknowledged.json"
KEY_NAME = "key"
SEGMENT_BYTES = 1 << 20
"""Some 2,500 records; a panel with an item every 15 s begins two or three a day."""
RUNNING_BYTES = 64 * 1024
"""The file of the open record is begun anew at this size: it takes some 200 items."""
STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with its line and its chain, as they stand on the disk."""

    record: PlayRecord
    line: bytes
    chain: str


@dataclass(frozen=True, slots=True)
class DamagedLine:
    """A whole line that is no record. line: counted from 1."""

    segment: Path
    line: int
    why: str


def list_segments(folder: Path) -> list[tuple[int, Path]]:
    """(number of the first record, path), oldest first. Raises OSError."""
    found = ((SEGMENT_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(name[1]), path) for name, path in found if name)


def parse_stored(stored: bytes) -> StoredRecord:
    """Raises RecordError."""
    line, chain = split_chain(stored)
    return StoredRecord(parse_record(line), line, chain)


def read_segment(segment: Path) -> Iterator[StoredRecord | DamagedLine]:
    """Every whole line; one without its line break is being written, or was torn. Raises OSError."""
    with segment.open("rb") as source:
        number = 0
        while raw := source.readline(LINE_BYTES + 128):
            number += 1
            if not raw.endswith(b"\n"):
                if len(raw) < LINE_BYTES + 128:
                    return
                while raw and not raw.endswith(b"\n"):  # the rest of a line that no panel wrote
                    raw = source.readline(LINE_BYTES)
                yield DamagedLine(segment, number, "it is far too long")
                continue
            try:
                yield parse_stored(raw[:-1])
            except RecordError as error:
                yield DamagedLine(segment, number, str(error))


def read_records(folder: Path, first: int = 1) -> Iterator[StoredRecord | DamagedLine]:
    """From the segment that holds record `first` on; nothing where there is no journal yet. Raises OSError."""
    if not folder.is_dir():
        return
    segments = list_segments(folder)
    begins = [place for place, (number, _) in enumerate(segments) if number <= first]
    for _, segment in segments[begins[-1] if begins else 0 :]:
        yield from read_segment(segment)


def segments_about(folder: Path, begins: datetime, ends: datetime) -> list[Path]:
    """Those that may hold a record of the span, by where each one begins; all that a clock set back may have mixed up.

    Raises OSError.
    """
    if not folder.is_dir():
        return []
    paths = [path for _, path in list_segments(folder)]
    firsts = [
        next((each.record.at for each in read_segment(path) if isinstance(each, StoredRecord)), None) for path in paths
    ]
    found = []
    for place, path in enumerate(paths):
        edges = [first for first in firsts[place : place + 2] if first is not None]
        after = len(edges) == 2 and all(edge >= ends for edge in edges)
        before = len(edges) == 2 and all(edge <= begins for edge in edges)
        if not (after or before):
            found.append(path)
    return found


@dataclass(frozen=True, slots=True)
class UnsentRecords:
    """Records without a gap between them. before: the chain before the first."""

    before: str
    rows: list[StoredRecord]


def unsent_records(folder: Path, sent: int, chain: str, last: int, most: int = MOST_RECORDS) -> Iterator[UnsentRecords]:
    """The records behind number `sent`, up to `last`, in lots of at most `most`. Raises OSError.

    chain: of the record `sent`, for the case that it is no longer there. Where a record is missing a lot ends: the office sees
    the gap.
    """
    before, rows = (chain if sent else NO_CHAIN), list[StoredRecord]()
    for stored in read_records(folder, sent):
        if isinstance(stored, DamagedLine) or stored.record.n < sent:
            continue
        number = stored.record.n
        if number == sent:
            before = stored.chain
            continue
        if number > last:
            break
        if rows and (len(rows) == most or number != rows[-1].record.n + 1):
            yield UnsentRecords(before, rows)
            before, rows = rows[-1].chain, []
        rows.append(stored)
    if rows:
        yield UnsentRecords(before, rows)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What the last run left: its open record as it was last kept, and whether it ended by itself."""

    record: PlayRecord | None = None
    stopped: bool = False


def read_running(folder: Path) -> LeftBehind:
    """Lines that are no record are passed over. Raises OSError."""
    try:
        raw = (folder / RUNNING_NAME).read_bytes()
    except FileNotFoundError:
        return LeftBehind()
    left = LeftBehind()
    for line in raw.split(b"\n")[:-1]:
        try:
            table = as_table(parse_json(line))
            left = LeftBehind(left.record, True) if table.get(STOPPED) is True else LeftBehind(read_record(table))
        except ValueError:
            continue
    return left
