"""Batches on their way into the database: good, twice, out of order, forged, unreadable; in SQLite and in PostgreSQL."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from player.contract.records import RecordKind
from player.office.records import schema
from player.office.records.confirming import Span, confirm_span
from player.office.records.database import reading, writing
from player.office.records.keys import accept_key
from player.office.records.queries import open_faults, panels_called
from player.office.records.storing import BatchState, BatchStore, Taken, Way
from player.office.records.verification import verify_database
from player.office.signing import OfficeError
from tests.kit.city import MIDNIGHT, SimulatedPanel
from tests.kit.records import TestKey, packed_batch

pytestmark = pytest.mark.heavy

WALL = datetime(2026, 11, 25, tzinfo=UTC)


def take(database: Engine, panel: str, payload: bytes, way: Way = Way.MQTT) -> Taken:
    with writing(database) as connection:
        return BatchStore(connection, WALL).take(panel, payload, way)


def count(database: Engine) -> int:
    with reading(database) as connection:
        return int(connection.execute(select(func.count()).select_from(schema.records)).scalar_one())


def faults(database: Engine) -> list[str]:
    with reading(database) as connection:
        return [fault.kind for fault in open_faults(connection, panels_called(connection))]


def test_a_batch_becomes_rows_and_may_be_acknowledged(database: Engine) -> None:
    """Every record has its row, and the chain after the last one is what is acknowledged."""
    panel = SimulatedPanel()
    panel.plays(30)
    taken = take(database, panel.name, panel.batch())
    assert (taken.state, taken.fresh, taken.last, taken.chain) == (BatchState.TAKEN, 30, 30, panel.chain)
    assert count(database) == 30
    with reading(database) as connection:
        row = connection.execute(select(schema.records).where(schema.records.c.n == 2)).mappings().one()
    assert (row["begins_ms"], row["length_ms"], row["kind"], row["grade"]) == (
        round(MIDNIGHT.timestamp() * 1000) + 15_000, 15_000, "item", "seen",
    )  # fmt: skip


def test_the_same_batch_twice_changes_nothing(database: Engine) -> None:
    """It is acknowledged again, and no row is doubled."""
    panel = SimulatedPanel()
    panel.plays(30)
    payload = panel.batch()
    first, again = take(database, panel.name, payload), take(database, panel.name, payload)
    assert (again.last, again.chain, again.fresh) == (first.last, first.chain, 0)
    assert count(database) == 30
    assert faults(database) == []


def test_a_batch_that_is_cut_otherwise_the_second_time_adds_only_what_is_new(database: Engine) -> None:
    """After a restart a panel sends what was not acknowledged together with what came since."""
    panel = SimulatedPanel()
    panel.plays(30)
    records = list(panel.waiting)
    take(database, panel.name, panel.batch())
    panel.plays(20)
    longer, _ = packed_batch(records + panel.waiting, key=panel.key, panel=panel.name)
    assert take(database, panel.name, longer).fresh == 20
    assert count(database) == 50
    assert faults(database) == []


def test_a_gap_is_marked_and_mended_when_the_missing_batch_comes(database: Engine) -> None:
    """Both batches are stored and acknowledged, in whatever order they come."""
    panel = SimulatedPanel()
    panel.plays(60)
    first, second, third = panel.batches(20)
    take(database, panel.name, first)
    told = take(database, panel.name, third)
    assert told.last == 60
    assert told.news == ("serang-01: records 21 to 40 have not come",)
    assert faults(database) == ["gap"]
    take(database, panel.name, second)
    assert faults(database) == []
    assert count(database) == 60


def test_a_changed_record_is_found_and_kept_aside(database: Engine) -> None:
    """The batch is not acknowledged, nothing of it counts, and the record is named."""
    panel = SimulatedPanel()
    panel.plays(20)
    opened = zlib.decompress(panel.batch(chains=True))
    taken = take(database, panel.name, zlib.compress(opened.replace(b'"seconds":15.0', b'"seconds":16.0', 7)))
    assert taken.state is BatchState.APART
    assert taken.last is None
    assert "record 1: it was changed" in taken.news[-1]
    assert count(database) == 0
    assert faults(database) == ["changed"]


def test_a_forged_signature_is_found(database: Engine) -> None:
    """A batch that names the panel's key and is signed by another one is kept aside."""
    panel = SimulatedPanel()
    panel.plays(5)
    take(database, panel.name, panel.batch())
    panel.plays(5)
    panel_key = panel.key
    forged = zlib.decompress(panel.batch(key=TestKey(2))).replace(TestKey(2).public.encode(), panel_key.public.encode())
    taken = take(database, panel.name, zlib.compress(forged))
    assert taken.last is None
    assert "the signature under the batch's head is wrong" in taken.news[0]


def test_a_batch_of_another_panel_names_its_owner(database: Engine) -> None:
    """What serang-02 signed does not count for serang-01, and the sentence says whose key it is."""
    one, other = SimulatedPanel(), SimulatedPanel("serang-02", TestKey(2))
    for panel in (one, other):
        panel.plays(5)
        take(database, panel.name, panel.batch())
    other.plays(5)
    taken = take(database, one.name, other.batch())
    assert taken.last is None
    assert "of serang-02" in taken.news[0]
    assert count(database) == 10


def test_a_new_key_waits_until_somebody_accepts_it(database: Engine) -> None:
    """A replaced computer's records are stored at once, and count when its key is accepted by the panel's name."""
    panel = SimulatedPanel()
    panel.plays(5)
    take(database, panel.name, panel.batch())
    replaced = SimulatedPanel(panel.name, TestKey(3), at=panel.at)
    replaced.plays(7)
    first = replaced.batch()
    replaced.plays(6)
    waits = take(database, panel.name, first)
    take(database, panel.name, replaced.batch())
    assert waits.state is BatchState.WAITING
    assert waits.last is None
    assert "panel-office accept-key serang-01" in waits.news[0]
    assert take(database, panel.name, first) == Taken(BatchState.WAITING)
    with writing(database) as connection:
        key, taken = accept_key(connection, panel.name, "", "dina", WALL)
    assert key.public == TestKey(3).public
    assert sum(each.fresh for each in taken) == 13
    assert count(database) == 18
    assert faults(database) == []
    assert take(database, panel.name, first).last == 7


def test_accepting_a_key_that_does_not_wait_says_so(database: Engine) -> None:
    """An unknown panel's name comes with the known ones."""
    panel = SimulatedPanel()
    panel.plays(1)
    take(database, panel.name, panel.batch())
    with writing(database) as connection:
        with pytest.raises(OfficeError, match="no key of serang-01 waits"):
            accept_key(connection, "serang-01", "", "dina", WALL)
        with pytest.raises(OfficeError, match="known: serang-01"):
            accept_key(connection, "serang-1", "", "dina", WALL)


def test_an_unknown_panel_is_taken_by_mqtt_and_waits_by_stick(database: Engine) -> None:
    """The broker lets nobody speak for another panel; a stick may come from anybody."""
    panel, other = SimulatedPanel(), SimulatedPanel("serang-02", TestKey(2))
    panel.plays(3)
    other.plays(3)
    new = take(database, panel.name, panel.batch())
    assert "a new panel with the key" in new.news[0]
    waits = take(database, other.name, other.batch(), Way.STICK)
    assert waits.state is BatchState.WAITING
    assert "a key that is new here. If it is right: panel-office accept-key serang-02" in waits.news[0]


def test_a_renamed_panel_goes_on_with_its_chain(database: Engine) -> None:
    """Its key waits under the new name; once accepted nothing is missing."""
    panel = SimulatedPanel()
    panel.plays(5)
    take(database, panel.name, panel.batch())
    panel.name = "alun-alun"
    panel.plays(5)
    waits = take(database, "alun-alun", panel.batch())
    assert "the key of serang-01: was that panel renamed?" in waits.news[0]
    with writing(database) as connection:
        accept_key(connection, "alun-alun", "", "dina", WALL)
    assert count(database) == 10
    assert faults(database) == []


def test_a_panel_whose_key_was_damaged_goes_on_with_its_chain(database: Engine) -> None:
    """Its records count on under the new key; once that is accepted nothing is missing, and everything checks out."""
    panel = SimulatedPanel()
    panel.plays(5)
    take(database, panel.name, panel.batch())
    panel.key = TestKey(9)
    panel.plays(5)
    assert take(database, panel.name, panel.batch()).state is BatchState.WAITING
    with writing(database) as connection:
        accept_key(connection, panel.name, "", "dina", WALL)
    assert count(database) == 10
    assert faults(database) == []
    with reading(database) as connection:
        assert [one.faults for one in verify_database(connection)] == [[], []]


def test_a_disk_that_was_set_back_contradicts(database: Engine) -> None:
    """Other records with stored numbers do not replace them and are not acknowledged."""
    panel = SimulatedPanel()
    panel.plays(10)
    take(database, panel.name, panel.batch())
    copied = SimulatedPanel(panel.name, panel.key)
    copied.plays(12, ("x", "y"))
    taken = take(database, panel.name, copied.batch())
    assert taken.last is None
    assert faults(database) == ["contradicts"]
    assert count(database) == 10


def test_a_chain_that_does_not_fit_is_stored_marked_and_acknowledged(database: Engine) -> None:
    """The panel signed both parts; that one does not follow the other is for the reader to know."""
    panel = SimulatedPanel()
    panel.plays(10)
    take(database, panel.name, panel.batch())
    panel.chain = "ab" * 32
    panel.plays(5)
    taken = take(database, panel.name, panel.batch())
    assert taken.last == 15
    assert faults(database) == ["break"]
    assert count(database) == 15


@pytest.mark.parametrize(
    ("what", "make"),
    [
        ("empty", lambda: b""),
        ("no zlib", lambda: b"\x00" * 100),
        ("no JSON", lambda: zlib.compress(b"hello")),
        ("deep JSON", lambda: zlib.compress(b"[" * 100_000)),
        ("a bomb", lambda: zlib.compress(b"0" * 200_000_000, 9)),
        ("10 MB", lambda: os.urandom(10_000_000)),
        ("another version", lambda: zlib.compress(b'{"v":2}')),
    ],
)
def test_what_is_no_batch_is_marked_once(database: Engine, what: str, make: Callable[[], bytes]) -> None:
    """It costs neither memory nor the collector, and is told the first time it comes."""
    payload = make()
    taken = take(database, "serang-01", payload)
    assert taken.state is BatchState.APART
    assert len(taken.news) == 1, what
    assert take(database, "serang-01", payload).news == ()
    assert faults(database) == ["unreadable"]


@pytest.mark.parametrize("year", [1970, 2099])
def test_records_of_a_wrong_clock_are_kept_and_do_not_count(database: Engine, year: int) -> None:
    """Until the office confirms the span, at the time when it really was."""
    panel = SimulatedPanel(at=datetime(year, 1, 1, tzinfo=UTC))
    for _ in range(4):
        panel.play("a")
    panel.waiting = [replace(record, clock="bad") for record in panel.waiting]
    back = (MIDNIGHT - panel.at).total_seconds()
    panel.add(RecordKind.CLOCK, back)
    panel.plays(3)
    assert take(database, panel.name, panel.batch()).last == 8
    r = schema.records.c
    counting = select(r.n).where(r.counts.is_(True)).order_by(r.n)
    with reading(database) as connection:
        assert list(connection.execute(counting).scalars()) == [6, 7, 8]
    begins = MIDNIGHT - timedelta(minutes=1)
    with writing(database) as connection:
        assert confirm_span(connection, Span(panel.name, 1, 8, begins), "dina", "the logbook says so", WALL) == 4
    with reading(database) as connection:
        assert list(connection.execute(counting).scalars()) == [1, 2, 3, 4, 6, 7, 8]
        first = connection.execute(select(r.begins_ms).where(r.n == 1)).scalar_one()
    assert first == round(begins.timestamp() * 1000)


def test_confirming_what_counts_already_says_so(database: Engine) -> None:
    """There is nothing to confirm, and nothing changes."""
    panel = SimulatedPanel()
    panel.plays(3)
    take(database, panel.name, panel.batch())
    with writing(database) as connection, pytest.raises(OfficeError, match="waits to be confirmed"):
        confirm_span(connection, Span(panel.name, 1, 3, None), "dina", "why not", WALL)
