"""The room as a whole, on this computer."""

from __future__ import annotations

import logging
import queue
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from player.base.clocks import ClockTrust
from player.core.effects import ReadLog, RebootMachine, RestartDisplay, SaveState
from player.core.events import ClockChecked, Event, LogLinesRead, PowerRefused, StateSaved, VitalsMeasured
from player.core.model import SavedState
from player.machine.clock import Clock
from player.machine.log_ring import LogRing
from player.machine.machine import Machine
from player.machine.power import Power
from player.machine.saved_state import load_saved_state
from player.machine.vitals import VitalsReader, read_disk
from player.settings.models import PanelSection
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.slow

E = TypeVar("E")


class Inbox:
    """Where the room posts; `wait` gives the next event of a kind."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.post = self._queue.put

    def wait(self, kind: type[E]) -> E:
        while True:
            event = self._queue.get(timeout=10)
            if isinstance(event, kind):
                return event


def panel(folder: Path) -> PanelSection:
    return PanelSection(name="serang-01", state_folder=folder)


def test_it_measures_at_once(tmp_path: Path) -> None:
    """The first vitals and the clock's trust come without waiting; what makes sense is in bounds."""
    inbox = Inbox()
    with Machine(panel(tmp_path), inbox.post):
        assert inbox.wait(ClockChecked).trust in ClockTrust
        vitals = inbox.wait(VitalsMeasured).vitals
    assert vitals.cpu_percent is None, "the first reading has nothing to compare with"
    assert vitals.memory_percent is not None
    assert 0 < vitals.memory_percent < 100
    assert vitals.disk_free_bytes
    assert vitals.received_bytes is not None


def test_a_bad_clock_is_told_once_with_a_remedy(tmp_path: Path) -> None:
    """At the start already, before anything plays by the clock."""
    inbox = Inbox()
    clock = Clock(tmp_path, lambda: False, lambda: datetime(2000, 1, 1, tzinfo=UTC))
    with Machine(panel(tmp_path), inbox.post, clock) as machine:
        told = inbox.wait(ClockChecked)
        assert told.trust is ClockTrust.BAD
        assert "2000-01-01 00:00 UTC, before the last time known to be good" in told.why
        assert "time server" in told.why
        assert machine.clock.read() == (datetime(2000, 1, 1, tzinfo=UTC), ClockTrust.BAD)


def test_the_state_is_on_disk_when_the_room_is_left(tmp_path: Path) -> None:
    """Of a burst the newest, also when the daemon ends right after it."""
    with Machine(panel(tmp_path), Inbox().post) as machine:
        for volume in range(100):
            machine.perform(SaveState(SavedState(volume=volume)))
    assert load_saved_state(tmp_path) == (SavedState(volume=99), "")


def test_a_state_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    """A file in the folder's place: one line in the log, the room goes on."""
    (tmp_path / "file").touch()
    inbox = Inbox()
    with Machine(panel(tmp_path / "file" / "state"), inbox.post) as machine:
        for volume in range(3):
            machine.perform(SaveState(SavedState(volume=volume)))
            machine.perform(ReadLog("c-1", 50))
            inbox.wait(LogLinesRead)
        machine.perform(ReadLog("c-2", 50))
        lines = inbox.wait(LogLinesRead).lines
    assert sum("the state cannot be saved" in line for line in lines) == 1


def test_each_command_of_a_burst_hears_that_its_state_is_on_the_disk(tmp_path: Path) -> None:
    """One write for all of them, one answer for each; a state that no command waits for has none."""
    inbox = Inbox()
    with Machine(panel(tmp_path), inbox.post) as machine:
        for volume in range(3):
            machine.perform(SaveState(SavedState(volume=volume), f"c-{volume}"))
            machine.perform(SaveState(SavedState(volume=volume)))
        told = [inbox.wait(StateSaved) for _ in range(3)]
        assert load_saved_state(tmp_path) == (SavedState(volume=2), "")
    assert told == [StateSaved(f"c-{volume}", True) for volume in range(3)]


def test_a_command_whose_state_cannot_be_written_hears_why(tmp_path: Path) -> None:
    """At once, although the room goes on trying."""
    (tmp_path / "file").touch()
    inbox = Inbox()
    with Machine(panel(tmp_path / "file" / "state"), inbox.post) as machine:
        machine.perform(SaveState(SavedState(blank=True), "c-1"))
        told = inbox.wait(StateSaved)
    assert (told.command_id, told.ok) == ("c-1", False)
    assert "Not a directory" in told.why


def test_the_log_is_read_newest_last(tmp_path: Path) -> None:
    """As many lines as asked for, with time, level and place; a traceback line by line."""
    inbox = Inbox()
    with Machine(panel(tmp_path), inbox.post) as machine:
        for number in range(5):
            logging.getLogger("player.test").warning("line %d", number)
        machine.perform(ReadLog("c-7", 3))
        answer = inbox.wait(LogLinesRead)
    assert answer.command_id == "c-7"
    assert [line.split(": ")[-1] for line in answer.lines] == ["line 2", "line 3", "line 4"]
    assert "Z WARNING player.test: " in answer.lines[0]


def test_the_ring_is_bounded() -> None:
    """A flood leaves a thousand lines of a thousand characters, the newest."""
    with LogRing() as ring:
        for number in range(3000):
            logging.getLogger("player.test").warning("%d %s", number, "x" * 5000)
    assert len(ring.last(5000)) == 1000
    assert ring.last(0) == ()
    assert len(ring.last(1)[0]) == 1000
    assert " 2999 x" in ring.last(1)[0]


def test_what_power_refuses_is_told(tmp_path: Path) -> None:
    """Restarts that were not made come back as events, so that the command is answered and escalation goes on."""
    inbox = Inbox()
    fake = (sys.executable, str(Path(__file__).parent / "fake_bus.py"), "refuse", str(tmp_path / "asked"))
    with Machine(panel(tmp_path), inbox.post, power=Power(tmp_path, fake)) as machine:
        machine.perform(RebootMachine("the office asks"))
        assert inbox.wait(PowerRefused).what == "reboot"
        machine.perform(RestartDisplay("X is gone"))
        assert inbox.wait(PowerRefused).what == "display"


def test_a_hanging_bus_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """The room is left within its deadline although busctl hangs."""
    fake = (sys.executable, str(Path(__file__).parent / "fake_bus.py"), "hang", str(tmp_path / "asked"))
    with Machine(panel(tmp_path), Inbox().post, power=Power(tmp_path, fake)) as machine:
        machine.perform(RestartDisplay("X is gone"))
        wait_for((tmp_path / "asked").exists, 20)


def test_the_second_reading_knows_the_processor(tmp_path: Path) -> None:
    """Processor use is measured between two readings."""
    reader = VitalsReader(tmp_path)
    reader.read()
    assert reader.read()[0].cpu_percent is not None


def test_the_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    """The file system that will hold it counts."""
    disk = read_disk(tmp_path / "not" / "yet")
    assert disk is not None
    assert 0 < disk.free_bytes <= disk.total_bytes
    assert not disk.read_only
