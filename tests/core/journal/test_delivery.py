"""Records reach the office: when a batch goes, when it goes again, and when the office is told that none arrives."""

from __future__ import annotations

from datetime import timedelta

from player.base.clocks import ClockTrust
from player.contract.records import MOST_RECORDS, Acknowledgement
from player.core import effects as f
from player.core import events as e
from player.core.alerts import Alert
from player.core.journal.delivery import ACK_S, AGAIN_MOST_S, AGAIN_S, CONNECTED_S
from tests.kit.world import START, World

BATCH = e.BatchMade(b"records")


def connected(records: int = 60, acknowledged: int = 0) -> World:
    world = World()
    world.tell(e.JournalKept(records, acknowledged, START))
    world.tell(e.OfficeConnected())
    return world


def asked(world: World) -> list[float]:
    """When a batch was asked for."""
    return [at for at, effect in world.log if isinstance(effect, f.MakeBatch)]


def test_a_batch_goes_when_the_office_is_there_and_then_every_send_minutes() -> None:
    """At once on the first connection; after an acknowledgement not before 15 minutes have passed."""
    world = connected()
    assert len(asked(world)) == 1
    world.tell(BATCH)
    assert world.asked(f.PublishBatch) == [f.PublishBatch(b"records")]
    world.run(3)
    world.tell(e.JournalKept(61, 60, START))
    world.run(2000)
    assert [round(at) for at in asked(world)[:2]] == [0, 903]


def test_one_batch_is_on_its_way_and_a_backlog_goes_batch_by_batch() -> None:
    """The next one goes as soon as the one before is acknowledged."""
    world = connected(3 * MOST_RECORDS)
    world.tell(BATCH)
    world.run(5)
    assert len(asked(world)) == 1
    world.tell(e.JournalKept(3 * MOST_RECORDS, MOST_RECORDS, START))
    assert len(asked(world)) == 2
    world.tell(e.JournalKept(3 * MOST_RECORDS, 2 * MOST_RECORDS, START))
    assert len(asked(world)) == 3


def test_a_full_batch_does_not_wait_for_its_minutes() -> None:
    """Items of a second fill a batch before 15 minutes have passed."""
    world = connected()
    world.tell(e.JournalKept(60, 60))
    assert len(asked(world)) == 1
    world.tell(e.JournalKept(60 + MOST_RECORDS, 60, START))
    assert len(asked(world)) == 2


def test_what_nobody_acknowledges_goes_again_with_back_off() -> None:
    """Each wait is twice the one before, up to an hour."""
    world = connected()
    world.run(20_000)
    waits = [later - sooner for sooner, later in zip(asked(world), asked(world)[1:], strict=False)]
    assert [round(wait) for wait in waits[:3]] == [180, 240, 360]
    assert max(waits) <= ACK_S + AGAIN_MOST_S + 1


def test_without_the_office_nothing_is_asked_for() -> None:
    """A batch that was made while the connection went is not published; after it is back, it is made anew."""
    world = World()
    world.tell(e.JournalKept(60, 0, START))
    world.run(3600)
    assert asked(world) == []
    world.tell(e.OfficeConnected())
    world.tell(e.OfficeDisconnected("gone"))
    world.tell(BATCH)
    assert world.asked(f.PublishBatch) == []
    world.tell(e.OfficeConnected())
    world.run(AGAIN_S + 1)
    assert len(asked(world)) == 2


def test_an_acknowledgement_goes_to_the_journal() -> None:
    """Over the network or from a stick: the room looks whether it fits."""
    world = World()
    ack = Acknowledgement(60, "ab" * 32, "signature")
    assert f.KeepAcknowledgement(ack) in world.tell(e.RecordsAcknowledged(ack))


def test_records_that_wait_for_three_days_are_an_alert() -> None:
    """Only while the office has been there for an hour, and the clock is believed."""
    world = World()
    world.tell(e.JournalKept(60, 0, START - timedelta(days=4)))
    world.run(CONNECTED_S + 10)
    assert Alert.JOURNAL_UNSENT not in world.state.office.alerts
    world.tell(e.OfficeConnected())
    world.run(CONNECTED_S - 100)
    assert Alert.JOURNAL_UNSENT not in world.state.office.alerts
    world.run(110)
    assert Alert.JOURNAL_UNSENT in world.state.office.alerts
    world.tell(e.ClockChecked(ClockTrust.BAD, "1970"))
    assert Alert.JOURNAL_UNSENT not in world.state.office.alerts
    world.tell(e.ClockChecked(ClockTrust.SYNCED))
    world.tell(e.JournalKept(60, 60))
    assert Alert.JOURNAL_UNSENT not in world.state.office.alerts
