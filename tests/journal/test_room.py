"""The journal room: records reach the disk, batches are signed, acknowledgements are looked at, a bad disk is told."""

from __future__ import annotations

import errno
import itertools
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from player.base.clocks import ClockTrust
from player.base.disk import Disk
from player.contract.record_batches import check_batch, make_ack, parse_ack, parse_batch
from player.contract.records import PlayRecord, RecordEnd, RecordKind
from player.core.effects import KeepAcknowledgement, KeepRecord, KeepRunning, MakeBatch
from player.journal.pruning import LAST_BYTES, NEEDED_BYTES, prune
from player.journal.reading import ACKNOWLEDGED_NAME, JOURNAL_FOLDER, KEY_NAME, list_segments, read_running
from player.journal.room import WAITING_MOST
from player.journal.segments import Segments
from tests.kit.disks import ActingDisk
from tests.kit.journal_room import BrokenDisk, Heard, open_journal, play, stored_in, wait_kept
from tests.kit.records import PANEL, TestKey, some_records
from tests.kit.waiting import wait_for

OFFICE = TestKey(9)


def abut(records: list[PlayRecord]) -> bool:
    return all(one.ends == two.at for one, two in itertools.pairwise(records))


def test_records_reach_the_disk_with_number_and_boot(tmp_path: Path) -> None:
    """What the director says is written in order, numbered, and tied to the boot; the count is told when it is safe."""
    heard = Heard()
    with open_journal(tmp_path, heard.post) as journal:
        play(journal, some_records(5))
        wait_kept(heard, 5)
    records = stored_in(tmp_path)
    assert [record.n for record in records] == [1, 2, 3, 4, 5]
    assert {record.boot for record in records} == {"boot 1"}
    assert heard.kept()[-1].oldest == records[0].at


@pytest.mark.parametrize(
    ("boot", "clean", "why", "ended"),
    [
        ("boot 1", True, "stop", RecordEnd.CUT),
        ("boot 1", False, "crash", RecordEnd.CRASH),
        ("boot 2", False, "power", RecordEnd.POWER),
    ],
)
def test_the_next_run_names_the_time_between(
    tmp_path: Path, boot: str, clean: bool, why: str, ended: RecordEnd
) -> None:
    """After a stop, a crash, a power cut: the open record is closed, then off, with its why, then the next picture."""
    records = some_records(4)
    heard = Heard()
    journal = open_journal(tmp_path, heard.post)
    journal.__enter__()
    play(journal, records[:2])
    wait_kept(heard, 2)
    if clean:
        journal.__exit__()
    else:  # what a killed process leaves: nothing is closed, nothing more is written
        journal.perform(KeepRunning(records[2]))
        wait_for(lambda: getattr(read_running(tmp_path / JOURNAL_FOLDER).record, "n", 0) == 3)
    later = some_records(2, begins=records[-1].ends)
    heard = Heard()
    with open_journal(tmp_path, heard.post, boot=boot) as second:
        play(second, later)
        wait_for(lambda: heard.kept() and heard.kept()[-1].records >= 5)
    found = stored_in(tmp_path)
    assert abut(found)
    off = [record for record in found if record.kind is RecordKind.OFF]
    assert [record.reason.partition(":")[0] for record in off] == [why]
    if not clean:
        assert found[2].ended is ended
        journal.__exit__()


def test_a_batch_is_the_oldest_unsent_records_signed(tmp_path: Path) -> None:
    """The office checks it with the key that the panel tells, and acknowledges; then the next batch follows it."""
    heard = Heard()
    with open_journal(tmp_path, heard.post) as journal:
        play(journal, some_records(600))
        wait_kept(heard, 600)
        journal.perform(MakeBatch())
        wait_for(heard.batches)
        first = parse_batch(heard.batches()[0])
        assert (first.first, first.last) == (1, 500)
        assert journal.public_key is not None
        assert check_batch(first, journal.public_key, PANEL) == []
        ack = make_ack(PANEL, first.last, first.head.chain, OFFICE.sign, OFFICE.public)
        journal.perform(KeepAcknowledgement(ack))
        wait_for(lambda: heard.kept()[-1].acknowledged == 500)
        journal.perform(MakeBatch())
        wait_for(lambda: len(heard.batches()) == 2)
        second = parse_batch(heard.batches()[1])
    assert (second.first, second.last, second.before) == (501, 600, first.head.chain)
    assert heard.kept()[-1].oldest == second.records[0].at
    assert (tmp_path / JOURNAL_FOLDER / ACKNOWLEDGED_NAME).exists()


def test_an_acknowledgement_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    """Of records that are not there, with another chain, older than the newest: ignored; the right one still counts."""
    heard = Heard()
    with open_journal(tmp_path, heard.post) as journal:
        play(journal, some_records(10))
        wait_kept(heard, 10)
        journal.perform(MakeBatch())
        wait_for(heard.batches)
        head = parse_batch(heard.batches()[0]).head
        for last, chain in ((99, head.chain), (10, "ab" * 32), (9, head.chain)):
            journal.perform(KeepAcknowledgement(make_ack(PANEL, last, chain, OFFICE.sign, OFFICE.public)))
        journal.perform(KeepAcknowledgement(make_ack(PANEL, 10, head.chain, OFFICE.sign, OFFICE.public)))
        wait_for(lambda: heard.kept()[-1].acknowledged == 10)
    assert {kept.acknowledged for kept in heard.kept()} == {0, 10}
    assert heard.kept()[-1].oldest is None
    assert parse_ack((tmp_path / JOURNAL_FOLDER / ACKNOWLEDGED_NAME).read_bytes()).head == head.chain


def test_the_next_run_goes_on_with_key_and_acknowledgement(tmp_path: Path) -> None:
    """The key is the panel's alone (mode 600), and the same in every run; what was acknowledged is not sent again."""
    heard = Heard()
    with open_journal(tmp_path, heard.post) as journal:
        play(journal, some_records(3))
        wait_kept(heard, 3)
        journal.perform(MakeBatch())
        wait_for(heard.batches)
        head, key = parse_batch(heard.batches()[0]).head, journal.public_key
        journal.perform(KeepAcknowledgement(make_ack(PANEL, 3, head.chain, OFFICE.sign, OFFICE.public)))
        wait_for(lambda: heard.kept()[-1].acknowledged == 3)
    assert stat.S_IMODE((tmp_path / JOURNAL_FOLDER / KEY_NAME).stat().st_mode) == 0o600
    heard = Heard()
    with open_journal(tmp_path, heard.post) as journal:
        wait_for(lambda: heard.kept() and heard.kept()[-1].acknowledged == 3)
        assert journal.public_key == key


def test_a_stick_takes_what_fits(tmp_path: Path) -> None:
    """The oldest unsent batches, as whole files that follow each other; a small stick takes fewer."""
    heard = Heard()
    with open_journal(tmp_path, heard.post) as journal:
        play(journal, some_records(1200))
        wait_kept(heard, 1200)
        batches = journal.batches_for_stick(1 << 20)
        assert [(batch.first, batch.last) for batch in batches] == [(1, 500), (501, 1000), (1001, 1200)]
        parsed = [parse_batch(batch.packed) for batch in batches]
        assert journal.public_key is not None
        assert all(check_batch(batch, journal.public_key, PANEL) == [] for batch in parsed)
        assert [batch.before for batch in parsed[1:]] == [batch.head.chain for batch in parsed[:-1]]
        assert len(journal.batches_for_stick(len(batches[0].packed) + 10)) == 1


# ---- a disk that fails


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_takes_nothing_is_told_and_costs_no_second(tmp_path: Path, fault: int) -> None:
    """One alert while it lasts; what waited is written when the disk is back, in order, and nothing is missing."""
    heard, disk, records = Heard(), BrokenDisk(), some_records(20)
    with open_journal(tmp_path, heard.post, disk=disk) as journal:
        play(journal, records[:5])
        wait_kept(heard, 5)
        disk.fault = fault
        play(journal, records[5:10])
        wait_for(heard.conditions)
        play(journal, records[10:])
        disk.fault = 0
        wait_kept(heard, 20)
    assert len(heard.conditions()) == 2
    assert heard.conditions()[1] is None
    assert "look at the disk" in (heard.conditions()[0] or "")
    found = stored_in(tmp_path)
    assert [record.item for record in found] == [record.item for record in records]
    assert abut(found)


@pytest.mark.slow
def test_a_disk_that_fails_at_any_one_call_costs_no_record(tmp_path: Path) -> None:
    """An error at every single call on the disk, one after the other: written again, once, and the chain is whole."""
    counting = ActingDisk()
    heard = Heard()
    with open_journal(tmp_path / "trial", heard.post, disk=counting) as journal:
        play(journal, some_records(3))
        wait_kept(heard, 3)
    for at in range(1, counting.calls + 1):
        disk, heard, folder = ActingDisk(), Heard(), tmp_path / f"fails-{at}"
        disk.at, disk.act = at, _fail
        with open_journal(folder, heard.post, disk=disk) as journal:
            play(journal, some_records(3))
            wait_kept(heard, 3)
        assert [record.n for record in stored_in(folder)] == [1, 2, 3], f"call {at}"


def _fail() -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_disk_that_is_dead_for_a_day_fills_no_memory(tmp_path: Path) -> None:
    """The oldest records become one that says that the disk took none; all still abut."""
    heard, disk = Heard(), BrokenDisk(errno.EROFS)
    records = some_records(WAITING_MOST + 100)
    with open_journal(tmp_path, heard.post, disk=disk) as journal:
        for record in records:
            journal.perform(KeepRecord(record))
        wait_for(heard.conditions)
        disk.fault = 0
        wait_for(lambda: heard.kept() and heard.kept()[-1].records >= WAITING_MOST)
    found = stored_in(tmp_path)
    assert len(found) <= WAITING_MOST
    assert found[0].kind is RecordKind.FAULT
    assert found[0].at == records[0].at
    assert found[-1].ends == records[-1].ends
    assert abut(found)


def test_a_damaged_key_is_set_aside(tmp_path: Path) -> None:
    """A new one signs from then on, and the office must accept it by name."""
    folder = tmp_path / JOURNAL_FOLDER
    folder.mkdir()
    (folder / KEY_NAME).write_text("not a key\n")
    heard = Heard()
    with open_journal(tmp_path, heard.post) as journal:
        wait_for(lambda: journal.public_key)
    assert (folder / f"{KEY_NAME}.unreadable").read_text() == "not a key\n"


# ---- what goes


class SmallDisk(Disk):
    """free: what the disk says is left."""

    def __init__(self, free: int) -> None:
        self.free = free

    def free_bytes(self, path: Path) -> int:
        return self.free

    def total_bytes(self, path: Path) -> int:
        return 1 << 40


def test_only_what_the_office_has_goes_when_room_is_needed(tmp_path: Path) -> None:
    """Acknowledged segments make room; others stay until the last reserve; the one that is written to stays always."""
    segments = Segments(tmp_path, Disk(), 2000)
    segments.open()
    for record in some_records(30):
        segments.append(record)
    segments.close()
    firsts = [first for first, _ in list_segments(tmp_path)]
    ends = segments.place.ends
    assert ends is not None
    now, third = (ends, ClockTrust.SYNCED), firsts[2] - 1

    def gone(disk: Disk, acknowledged: int, wall: tuple[datetime, ClockTrust] = now) -> int:
        return len(prune(tmp_path, acknowledged, 400, wall, disk))

    assert gone(SmallDisk(NEEDED_BYTES), third) == 0
    assert gone(SmallDisk(NEEDED_BYTES - 1), 0) == 0
    assert gone(SmallDisk(NEEDED_BYTES - 1), third) == 2
    assert gone(SmallDisk(NEEDED_BYTES), 10**6, (ends + timedelta(days=402), ClockTrust.BAD)) == 0
    assert gone(SmallDisk(NEEDED_BYTES), firsts[3] - 1, (ends + timedelta(days=402), ClockTrust.SYNCED)) == 1
    assert gone(SmallDisk(LAST_BYTES - 1), 0) == len(firsts) - 4
    assert len(list_segments(tmp_path)) == 1
