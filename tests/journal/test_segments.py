"""Segments: what was written stays written, whatever call on the disk was the last one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from player.base.disk import Disk
from player.contract.records import NO_CHAIN, ChainFault, ChainPlace, PlayRecord, follow_chain
from player.journal.reading import (
    DamagedLine,
    StoredRecord,
    list_segments,
    read_records,
    read_segment,
    segments_about,
    unsent_records,
)
from player.journal.segments import RunningFile, Segments
from tests.kit.disks import CountedDisk
from tests.kit.records import some_records

SMALL = 1500
"""Bytes of a segment here: some four records."""


class Died(BaseException):
    """The process is killed: nothing after this call is done, and nothing is cleaned up."""


class DyingDisk(CountedDisk):
    """Ends everything at one call; torn: half of what was to be written then is written."""

    def __init__(self, dies_at: int, *, torn: bool) -> None:
        super().__init__()
        self._dies_at = dies_at
        self._torn = torn

    def at_call(self, number: int) -> None:
        if self._dies_at and number >= self._dies_at:
            raise Died

    def write(self, number: int, block: bytes | memoryview) -> int:
        if self._torn and self.calls + 1 == self._dies_at:
            Disk.write(self, number, bytes(block)[: len(block) // 2])
        return super().write(number, block)


def write_all(folder: Path, records: list[PlayRecord], disk: Disk) -> int:
    """How many records were written, to the last byte."""
    segments, running, written = Segments(folder, disk, SMALL), RunningFile(folder, disk), 0
    try:
        segments.open()
        for record in records:
            segments.append(record)
            written += 1
            running.keep(replace(record, n=written + 1))
            segments.sync()
            running.sync()
    except Died:
        pass
    return written


def stored(folder: Path) -> list[StoredRecord]:
    found = list(read_records(folder))
    assert not any(isinstance(each, DamagedLine) for each in found)
    return [each for each in found if isinstance(each, StoredRecord)]


def is_unbroken(rows: list[StoredRecord]) -> bool:
    places = follow_chain(ChainPlace(), [(row.line, row.chain) for row in rows])
    return not any(isinstance(place, ChainFault) for place in places)


@pytest.mark.parametrize("torn", [False, True])
def test_killed_at_any_call_on_the_disk(tmp_path: Path, torn: bool) -> None:
    """Reopened, every record that was written is there, the chain is whole, and the next run goes on with it."""
    records = some_records(12)
    counting = CountedDisk()
    write_all(tmp_path / "trial", records, counting)
    assert counting.calls > 60
    assert len(list_segments(tmp_path / "trial")) > 2
    for dies_at in range(1, counting.calls + 1):
        folder = tmp_path / f"died-{dies_at}"
        written = write_all(folder, records, DyingDisk(dies_at, torn=torn))
        segments = Segments(folder, Disk(), SMALL)
        segments.open()
        assert segments.place.n in (written, written + 1), f"after call {dies_at}"
        rest = some_records(3, begins=segments.place.ends or records[0].at)
        for record in rest:
            segments.append(record)
        segments.close()
        rows = stored(folder)
        assert is_unbroken(rows), f"after call {dies_at}"
        assert [row.record.item for row in rows[:written]] == [record.item for record in records[:written]]


def test_a_torn_line_is_cut_off_whole(tmp_path: Path) -> None:
    """Also one that is longer than the record which is written next: nothing of it stays behind that."""
    write_all(tmp_path, some_records(2), Disk())
    path = list_segments(tmp_path)[-1][1]
    path.write_bytes(path.read_bytes() + b"x" * 5000)
    write_all(tmp_path, some_records(1, begins=some_records(2)[-1].ends), Disk())
    assert path.read_bytes().endswith(b"\n")
    assert [row.record.n for row in stored(tmp_path)] == [1, 2, 3]


def test_a_line_of_a_stranger_is_passed_over_and_stays(tmp_path: Path) -> None:
    """Damage in the middle costs no record behind it; it is reported by whoever verifies, and never written over."""
    segments = Segments(tmp_path, Disk())
    segments.open()
    for record in some_records(3):
        segments.append(record)
    segments.close()
    path = list_segments(tmp_path)[0][1]
    path.write_bytes(path.read_bytes() + b"not ours\n" + b"x" * 100_000 + b"\n")
    segments.open()
    segments.append(some_records(1, begins=segments.place.ends or some_records(1)[0].at)[0])
    segments.close()
    found = list(read_records(tmp_path))
    assert [type(each) for each in found] == [StoredRecord] * 3 + [DamagedLine] * 2 + [StoredRecord]
    assert is_unbroken([each for each in found if isinstance(each, StoredRecord)])


def test_a_day_is_looked_for_in_its_own_segments(tmp_path: Path) -> None:
    """Every record of a span is in the segments that are read for it, and the others stay closed."""
    write_all(tmp_path, some_records(40), Disk())
    rows = stored(tmp_path)
    begins, ends = rows[20].record.at, rows[23].record.ends
    about = segments_about(tmp_path, begins, ends)
    found = [each.record.n for path in about for each in read_segment(path) if isinstance(each, StoredRecord)]
    assert {21, 22, 23, 24} <= set(found)
    assert len(about) <= 3 < len(list_segments(tmp_path))
    assert segments_about(tmp_path / "none", begins, ends) == []


def unsent(folder: Path, sent: int, chain: str, last: int, most: int = 500) -> list[tuple[str, list[int]]]:
    lots = unsent_records(folder, sent, chain, last, most)
    return [(lot.before, [row.record.n for row in lot.rows]) for lot in lots]


def test_unsent_records_come_with_the_chain_before_them(tmp_path: Path) -> None:
    """Across segments, in lots, each with the chain before it, and none that is not safe on the disk yet."""
    write_all(tmp_path, some_records(30), Disk())
    rows = stored(tmp_path)
    assert unsent(tmp_path, 10, rows[9].chain, 25, 12) == [
        (rows[9].chain, list(range(11, 23))), (rows[21].chain, [23, 24, 25]),
    ]  # fmt: skip
    assert unsent(tmp_path, 30, rows[29].chain, 30) == []
    assert unsent(tmp_path, 0, "", 2) == [(NO_CHAIN, [1, 2])]


def test_a_batch_ends_where_a_record_is_missing(tmp_path: Path) -> None:
    """A gap is shown to the office, not closed."""
    write_all(tmp_path, some_records(6), Disk())
    path = list_segments(tmp_path)[0][1]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3]) + b"damaged\n" + b"".join(lines[4:]))
    assert [numbers for _, numbers in unsent(tmp_path, 0, "", 6)] == [[1, 2, 3], [5, 6]]
