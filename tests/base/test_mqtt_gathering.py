"""A connection that gathers: what comes within a moment is read in one turn, and whoever asks for something ends the moment."""

from __future__ import annotations

import queue
import threading

import pytest

from player.base.mqtt.connection import Connection
from player.base.mqtt.messages import (
    Account,
    Arrived,
    ConnectionOptions,
    Delivered,
    Filter,
    Granted,
    Message,
    Opened,
    Signal,
)
from tests.kit.broker import Broker

pytestmark = pytest.mark.live
COUNT = 50
NEVER_S = 3600.0


class Client:
    """One connection, and what it tells."""

    def __init__(self, name: str, port: int, options: ConnectionOptions) -> None:
        self.told: queue.SimpleQueue[Signal] = queue.SimpleQueue()
        self.connection = Connection(Account("127.0.0.1", port, False, name, ""), options, self.told.put)
        self.connection.open()
        self.wait_for(Opened, 1)

    def wait_for(self, kind: type[Signal], count: int) -> list[Signal]:
        found: list[Signal] = []
        while len(found) < count:
            signal = self.told.get(timeout=30)
            if isinstance(signal, kind):
                found.append(signal)
        return found

    def end(self) -> None:
        self.connection.close()
        self.connection.join(2)


def test_what_waits_is_read_in_one_turn_once_something_is_asked(broker: Broker) -> None:
    """Fifty messages cost a few turns of the thread, they keep their order, and a ping does not wait until the moment is over."""
    hold, turns = threading.Event(), list[float]()

    def gather_s() -> float:
        turns.append(NEVER_S if hold.is_set() else 0.0)
        hold.clear()
        return turns[-1]

    reader = Client("reader", broker.port, ConnectionOptions(gather_s=gather_s))
    writer = Client("writer", broker.port, ConnectionOptions())
    try:
        reader.connection.subscribe((Filter("news", qos=0),))
        reader.wait_for(Granted, 1)
        turns.clear()
        hold.set()
        for number in range(COUNT):
            writer.connection.publish(Message("news", str(number).encode(), qos=1))
        writer.wait_for(Delivered, COUNT)
        reader.connection.ping()
        heard = reader.wait_for(Arrived, COUNT)
    finally:
        reader.end()
        writer.end()
    assert [each.payload for each in heard if isinstance(each, Arrived)] == [str(n).encode() for n in range(COUNT)]
    assert turns[0] == NEVER_S
    assert len(turns) < COUNT // 2
