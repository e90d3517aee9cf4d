"""What came before the late rooms were there is done as carefully as what comes later."""

from __future__ import annotations

import queue
from contextlib import ExitStack

from player.core.alerts import Alert
from player.core.effects import ClearAlert, Effect
from player.core.events import Event
from player.deferred import LateRooms, Perform
from tests.kit.waiting import wait_for


def test_one_that_cannot_be_done_does_not_end_the_player() -> None:
    """It would come again after the new start, and end that one too: it is logged, and the next ones are done."""
    done: list[Effect] = []

    def perform(effect: Effect) -> None:
        if effect == ClearAlert(Alert.DISK_LOW):
            raise RuntimeError("seen by the test")
        done.append(effect)

    def enter(stack: ExitStack) -> Perform:
        return perform

    heard = queue.SimpleQueue[Event]()
    with LateRooms(enter, heard.put) as late:
        late.perform(ClearAlert(Alert.DISK_LOW))
        late.perform(ClearAlert(Alert.MEMORY_HIGH))
        late.begin()
        wait_for(lambda: done or not heard.empty())
        assert done == [ClearAlert(Alert.MEMORY_HIGH)]
        assert heard.empty()
