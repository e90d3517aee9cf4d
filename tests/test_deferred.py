"""Rooms that come after the first picture: no effect that came before them is lost, and the loop never waits for them."""

from __future__ import annotations

import queue
import threading
from contextlib import ExitStack

from player.core.alerts import Alert
from player.core.effects import ClearAlert, Effect
from player.core.events import Event, StopRequested
from player.deferred import LateRooms, Perform
from tests.kit.waiting import wait_for


class Room:
    """A room that takes as long to enter as it is told."""

    def __init__(self) -> None:
        self.let_in = threading.Event()
        self.left = False
        self.done: list[Effect] = []

    def enter(self, stack: ExitStack) -> Perform:
        self.let_in.wait(10)
        stack.callback(self._leave)
        return self.done.append

    def _leave(self) -> None:
        self.left = True


def test_what_came_too_early_is_done_in_order() -> None:
    """SavedState while the room is being entered, done before what comes later; the room is left at the end."""
    room, heard = Room(), queue.SimpleQueue[Event]()
    alerts = [ClearAlert(alert) for alert in list(Alert)[:4]]
    with LateRooms(room.enter, heard.put, after_s=60) as late:
        late.perform(alerts[0])
        late.begin()
        late.perform(alerts[1])
        assert room.done == []
        room.let_in.set()
        wait_for(lambda: len(room.done) == 2)
        late.perform(alerts[2])
        late.perform(alerts[3])
        assert room.done == alerts
    assert room.left


def test_without_a_picture_they_come_all_the_same() -> None:
    """A panel whose screen is broken still talks to the office."""
    room = Room()
    room.let_in.set()
    with LateRooms(room.enter, queue.SimpleQueue[Event]().put, after_s=0.01) as late:
        late.perform(ClearAlert(Alert.DISK_LOW))
        wait_for(lambda: room.done == [ClearAlert(Alert.DISK_LOW)])


def test_they_are_not_entered_to_be_left() -> None:
    """A stop before their time finds nothing to end."""
    room = Room()
    with LateRooms(room.enter, queue.SimpleQueue[Event]().put, after_s=60):
        pass
    assert not room.left


def test_a_fault_there_starts_the_daemon_anew() -> None:
    """A player that cannot be reached would be worse than a new start (its picture stays)."""
    heard = queue.SimpleQueue[Event]()

    def fail(stack: ExitStack) -> Perform:
        raise RuntimeError("seen by the test")

    with LateRooms(fail, heard.put, after_s=0.01):
        assert isinstance(heard.get(timeout=5), StopRequested)
