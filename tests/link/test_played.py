"""Records on the link: batches go out as they are, acknowledgements come in as events, anything else is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.contract.record_batches import encode_ack, make_ack
from player.core import effects, events
from tests.kit.broker import Broker
from tests.kit.link_room import running_office
from tests.kit.listener import Listener
from tests.kit.records import TestKey, packed_batch, some_records
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
OFFICE = TestKey(5)
ACK = make_ack("serang-01", 60, "ab" * 32, OFFICE.sign, OFFICE.public)
TOPIC = "panels/serang-01/played"


def test_a_batch_and_its_acknowledgement(broker: Broker, tmp_path: Path) -> None:
    """Published once, QoS 1, not retained; what comes back on played/ack is told to the director."""
    packed, _ = packed_batch(some_records(60))
    with Listener(broker.port) as office, running_office(broker.port, tmp_path) as room:
        room.office.perform(effects.PublishBatch(packed))
        wait_for(lambda: office.on(TOPIC))
        message = office.on(TOPIC)[0]
        assert (bytes(message.payload), message.qos, message.retain) == (packed, 1, False)
        office.send(f"{TOPIC}/ack", encode_ack(ACK))
        wait_for(lambda: room.of(events.RecordsAcknowledged))
        assert room.of(events.RecordsAcknowledged) == [events.RecordsAcknowledged(ACK)]
        assert len(office.on(TOPIC)) == 1


def test_what_is_no_acknowledgement_is_nothing(broker: Broker, tmp_path: Path) -> None:
    """Not JSON, too large, too deep, retained from another time: the link goes on, and the next good one counts."""
    with Listener(broker.port) as office:
        office.send(f"{TOPIC}/ack", encode_ack(make_ack("serang-01", 9, "cd" * 32, OFFICE.sign, "")), retain=True)
        with running_office(broker.port, tmp_path) as room:
            for payload in (b"", b"\xff", b"x" * 100_000, b"[" * 4000, b'{"v":1}'):
                office.send(f"{TOPIC}/ack", payload)
            office.send(f"{TOPIC}/ack", encode_ack(ACK))
            wait_for(lambda: room.of(events.RecordsAcknowledged))
            assert room.of(events.RecordsAcknowledged) == [events.RecordsAcknowledged(ACK)]
        office.send(f"{TOPIC}/ack", b"", retain=True)
