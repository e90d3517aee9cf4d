"""Clock trust: a table of clocks, and the real kernel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.base.clocks import ClockTrust
from player.machine.clock import Clock, is_synced, judge

GOOD = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class World:
    """A machine whose clock, uptime and synchronisation the test sets."""

    def __init__(self, wall: datetime, synced: bool = False) -> None:
        self.wall, self.up_s, self.synced = wall, 100.0, synced

    def run(self, passed: timedelta) -> None:
        self.wall += passed
        self.up_s += passed.total_seconds()

    def clock(self, folder: Path, good: datetime | None = GOOD) -> Clock:
        if good is not None:
            (folder / "good-time").write_text(good.isoformat())
        return Clock(folder, lambda: self.synced, lambda: self.wall, lambda: self.up_s)


@pytest.mark.parametrize(
    ("wall", "trust"),
    [
        (GOOD, ClockTrust.PLAUSIBLE),
        (GOOD + 59 * DAY, ClockTrust.PLAUSIBLE),
        (GOOD + 60 * DAY, ClockTrust.BAD),
        (GOOD - timedelta(minutes=30), ClockTrust.PLAUSIBLE),
        (GOOD - timedelta(hours=2), ClockTrust.BAD),
        (datetime(1970, 1, 1, tzinfo=UTC), ClockTrust.BAD),
        (datetime(2000, 1, 1, tzinfo=UTC), ClockTrust.BAD),
        (datetime(2038, 1, 19, tzinfo=UTC), ClockTrust.BAD),
        (datetime(2099, 1, 1, tzinfo=UTC), ClockTrust.BAD),
    ],
)
def test_the_window_of_60_days(tmp_path: Path, wall: datetime, trust: ClockTrust) -> None:
    """Unsynchronised, a clock is believed from the last good time (an hour of drift allowed) to 60 days after it."""
    assert World(wall).clock(tmp_path).open() is trust
    assert judge(wall, GOOD, synced=True) is ClockTrust.SYNCED


def test_a_panel_without_network_stays_plausible(tmp_path: Path) -> None:
    """Never synchronised, running for two years with nights off: its good time goes with it."""
    world = World(GOOD)
    clock = world.clock(tmp_path)
    assert clock.open() is ClockTrust.PLAUSIBLE
    for _ in range(100):
        world.run(DAY)
        assert clock.check() is ClockTrust.PLAUSIBLE
    clock.save()
    world.wall += 50 * DAY
    assert world.clock(tmp_path, None).open() is ClockTrust.PLAUSIBLE


def test_steps_never_make_a_clock_good(tmp_path: Path) -> None:
    """Stepped by a day again and again while it runs, it is bad after 60 days of steps; set right, it is good again."""
    world = World(GOOD)
    clock = world.clock(tmp_path)
    clock.open()
    trusts = []
    for _ in range(70):
        world.wall += DAY
        world.up_s += 10
        trusts.append(clock.check())
    assert trusts[58] is ClockTrust.PLAUSIBLE
    assert trusts[61] is ClockTrust.BAD
    world.wall -= 70 * DAY
    world.wall += timedelta(seconds=700)
    assert clock.check() is ClockTrust.PLAUSIBLE


def test_synchronisation_settles_it(tmp_path: Path) -> None:
    """NTP's word counts, forwards and backwards, and is saved for the next start."""
    world = World(GOOD + 900 * DAY)
    clock = world.clock(tmp_path)
    assert clock.open() is ClockTrust.BAD
    assert "more than 60 days after" in clock.complaint()
    world.synced = True
    assert clock.check() is ClockTrust.SYNCED
    world.wall = GOOD
    clock.check()
    clock.save()
    assert datetime.fromisoformat((tmp_path / "good-time").read_text().strip()) == GOOD


def test_the_first_start_ever_trusts_the_time_of_installation(tmp_path: Path) -> None:
    """Without a saved time the program's own files tell the earliest time it can be."""
    world = World(datetime.now(UTC))
    assert world.clock(tmp_path, None).open() is ClockTrust.PLAUSIBLE
    world.wall = datetime(2000, 1, 1, tzinfo=UTC)
    clock = world.clock(tmp_path / "other", None)
    assert clock.open() is ClockTrust.BAD
    assert "before" in clock.complaint()
    assert not (tmp_path / "other").exists(), "a bad clock leaves nothing on the disk"


@pytest.mark.parametrize("damage", ["", "yesterday", "\0\0\0", "2026-13-01T00:00:00"])
def test_a_damaged_good_time_is_as_none(tmp_path: Path, damage: str) -> None:
    """The player starts, and the file is written anew."""
    (tmp_path / "good-time").write_text(damage)
    assert World(datetime.now(UTC)).clock(tmp_path, None).open() is ClockTrust.PLAUSIBLE
    assert datetime.fromisoformat((tmp_path / "good-time").read_text().strip()).tzinfo is not None


def test_a_disk_that_takes_nothing_does_not_stop_the_clock(tmp_path: Path) -> None:
    """The last good time is then in memory only."""
    (tmp_path / "file").touch()
    clock = Clock(tmp_path / "file" / "state")
    clock.open()
    clock.save()
    assert clock.read()[0].tzinfo is UTC


def test_the_kernel_answers() -> None:
    """adjtimex can be asked on this machine, by anybody."""
    assert isinstance(is_synced(), bool)
