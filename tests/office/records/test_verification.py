"""Tampering is found: in the database, in an exported file, in a batch, in a segment; and the first record is named."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from player.contract.records import add_chain
from player.office.records.database import reading, writing
from player.office.records.storing import BatchStore, Way
from player.office.records.verification import export_batches, verify_database, verify_file
from player.office.signing import OfficeError
from tests.kit.city import SimulatedPanel
from tests.kit.records import TestKey, packed_batch, some_records, stored_lines

WALL = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def filled(database: Engine) -> Engine:
    """60 records of serang-01 in three batches, and 10 of serang-02."""
    panel, other = SimulatedPanel(), SimulatedPanel("serang-02", TestKey(2))
    panel.plays(60)
    other.plays(10)
    with writing(database) as connection:
        store = BatchStore(connection, WALL)
        for payload in panel.batches(20):
            store.take(panel.name, payload, Way.MQTT)
        store.take(other.name, other.batch(), Way.MQTT)
    return database


def faults(database: Engine) -> list[str]:
    with reading(database) as connection:
        return [fault for one in verify_database(connection) for fault in one.faults]


def test_what_nobody_touched_is_good(filled: Engine) -> None:
    """Every record of every panel was checked."""
    with reading(filled) as connection:
        found = verify_database(connection)
    assert [(one.panel, one.records, one.last, one.faults) for one in found] == [
        ("serang-01", 60, 60, []),
        ("serang-02", 10, 10, []),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE records SET length_ms = 16000 WHERE n = 33 AND key_id = 1", "record 33: its row in the database was changed"),
        ("UPDATE records SET grade = 'broken' WHERE n = 33 AND key_id = 1", "record 33: its row in the database was changed"),
        ("UPDATE records SET counts = (1 = 0) WHERE n = 33 AND key_id = 1", "record 33: its row in the database was changed"),
        ("UPDATE items SET path = 'media/z.mp4' WHERE path = 'media/b.mp4'", "record 2: its row in the database was changed"),
        ("DELETE FROM records WHERE n = 33 AND key_id = 1", "record 33: its row was removed"),
        (
            "INSERT INTO records SELECT key_id, 61, panel_id, begins_ms, length_ms, kind, grade, ended, item_id, reason_id, "
            "counts FROM records WHERE n = 33 AND key_id = 1",
            "record 61: its row was put into the database",
        ),
        ("UPDATE records SET n = 99 WHERE n = 33 AND key_id = 1", "record 33: its row was removed"),
        ("DELETE FROM batches WHERE first = 21", "record 41: records 21 to 40 before it are missing"),
    ],
)  # fmt: skip
def test_a_changed_database_is_found(filled: Engine, change: str, said: str) -> None:
    """One change by hand: changed, removed, inserted, moved; the sentence names the first record."""
    with writing(filled) as connection:
        connection.execute(text(change))
    assert faults(filled)[0].startswith(said)


def test_a_batch_that_was_changed_in_the_database_is_found(filled: Engine) -> None:
    """The payload carries the signature: what is not as it was signed shows, although the row fits it."""
    with writing(filled) as connection:
        payload = connection.execute(text("SELECT payload FROM batches WHERE first = 21")).scalar_one()
        forged = zlib.compress(zlib.decompress(payload).replace(b'"seconds":15.0', b'"seconds":16.0', 1))
        connection.execute(text("UPDATE batches SET payload = :forged WHERE first = 21"), {"forged": forged})
        connection.execute(text("UPDATE records SET length_ms = 16000 WHERE n = 21 AND key_id = 1"))
    assert faults(filled)[0].startswith("record 22: it does not begin where the record before it ends")


def exported(database: Engine) -> list[bytes]:
    with reading(database) as connection:
        return list(export_batches(connection, "serang-01", 0, 2**62))


def test_an_export_is_checked_with_the_panels_key_alone(filled: Engine) -> None:
    """Three batches, sixty records; another key than the panel's is told."""
    raw = b"".join(exported(filled))
    (good,) = verify_file(raw, TestKey(1).public)
    assert (good.records, good.faults) == (60, [])
    (foreign,) = verify_file(raw, TestKey(2).public)
    assert "it is signed with the key" in foreign.faults[0]


def change_record(line: bytes) -> bytes:
    table = json.loads(line)
    table["records"][3]["item"] = "media/other.mp4"
    return json.dumps(table, separators=(",", ":")).encode() + b"\n"


def test_a_changed_export_is_found(filled: Engine) -> None:
    """A record that was changed, a batch that was removed, batches that were reordered."""
    lines = exported(filled)
    for changed, said in (
        ([lines[0], change_record(lines[1]), lines[2]], "a record of the batch is not as the panel signed it"),
        ([lines[0], lines[2]], "record 41: records 21 to 40 before it are missing"),
        ([lines[1], lines[0], lines[2]], "record 1: it stands after record 40: it was moved"),
        ([lines[0], lines[1][:-40]], "line 2 of the file"),
    ):
        (found,) = verify_file(b"".join(changed), "")
        assert found.faults, said
        assert said in found.faults[0]


def test_a_batch_file_is_checked_by_itself() -> None:
    """As it lies on a stick."""
    packed, _ = packed_batch(some_records(20))
    (found,) = verify_file(packed, "")
    assert (found.panel, found.records, found.faults) == ("serang-01", 20, [])
    packed, _ = packed_batch(some_records(20), chains=True)
    forged = zlib.compress(zlib.decompress(packed).replace(b'"title":"Film 5"', b'"title":"Film 6"', 1))
    assert "record 5: it was changed" in verify_file(forged, "")[0].faults[0]


def segment() -> list[bytes]:
    return [add_chain(line, chain) for line, chain in stored_lines(some_records(20))]


def test_a_segment_of_a_panels_disk_is_checked_by_its_chain() -> None:
    """Changed, removed, moved: the first record that is wrong has its name."""
    lines = segment()
    (good,) = verify_file(b"\n".join(lines) + b"\n", "")
    assert (good.records, good.last, good.faults) == (20, 20, [])
    changed = [*lines[:9], lines[9].replace(b"Film", b"Kino"), *lines[10:]]
    assert verify_file(b"\n".join(changed), "")[0].faults[0].startswith("record 10: it was changed")
    removed = [*lines[:9], *lines[10:]]
    assert verify_file(b"\n".join(removed), "")[0].faults[0].startswith("record 11: record 10 before it is missing")
    moved = [*lines[:9], lines[10], lines[9], *lines[11:]]
    assert verify_file(b"\n".join(moved), "")[0].faults[0].startswith("record 11: record 10 before it is missing")


@pytest.mark.parametrize("raw", [b"", b"hello", b"{}", b'{"records":[', zlib.compress(b"{}")])
def test_a_file_that_holds_no_records_says_so(raw: bytes) -> None:
    """Whatever it is, there is a sentence."""
    with pytest.raises(OfficeError, match="no export, no batch and no segment"):
        verify_file(raw, "")
