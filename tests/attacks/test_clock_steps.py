"""A clock that steps back, by hand or by a forged time server: whatever has an end, ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from player.base.clocks import ClockTrust
from player.contract import commands as c
from player.core.events import ClockChecked
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.folder.calm import NEVER, Calm, Look
from player.library.folder.patience import PATIENCE
from tests.kit.clips import make_clip
from tests.kit.library_room import Room
from tests.kit.world import START, World, clip

STEPS = [timedelta(hours=-1), timedelta(days=-1)]


@pytest.mark.parametrize("trust", [ClockTrust.SYNCED, ClockTrust.BAD])
@pytest.mark.parametrize("step", STEPS)
def test_blank_until_ends_when_asked_although_the_clock_steps_back(step: timedelta, trust: ClockTrust) -> None:
    """`blank` for a minute, and the clock steps back by an hour or a day: after two minutes the panel is lit."""
    world = World().open(clip("a"))
    world.run(5)
    world.order(c.Blank(START + timedelta(seconds=65)))
    world.run(2)
    world.step_wall(step)
    world.tell(ClockChecked(trust))
    world.run(120)
    assert not world.state.saved.blank


@pytest.mark.parametrize("step", STEPS)
def test_play_until_ends_when_asked_although_the_clock_steps_back(step: timedelta) -> None:
    """`play` with an end a minute away, and the clock steps back: after two minutes the schedule rules again."""
    world = World().open(clip("a"))
    world.run(5)
    world.order(c.PlayPlaylist("default", START + timedelta(seconds=65)))
    world.run(2)
    assert world.state.saved.play is not None
    world.step_wall(step)
    world.run(120)
    assert world.state.saved.play is None


def test_blank_kept_over_a_restart_ends_with_a_clock_of_1970() -> None:
    """The daemon restarts during `blank until`, and the clock is not believed: after two minutes the panel is lit."""
    before = World().open(clip("a"))
    before.order(c.Blank(START + timedelta(seconds=60)))
    world = World(saved=before.state.saved)
    world.step_wall(-timedelta(days=20_000))
    world.tell(ClockChecked(ClockTrust.BAD))
    world.open(clip("a"))
    world.run(120)
    assert not world.state.saved.blank


@pytest.mark.live
def test_a_temporary_file_from_the_future_is_given_up(tmp_path: Path) -> None:
    """A left-over temporary file dated in the future: its age is counted by our own clock, so that it blocks nothing for long."""
    future_ns = 4_000_000_000 * 10**9
    calm = Calm()
    film = Fingerprint(1, future_ns, future_ns)
    seen, begins = Snapshot(temporary={".syncthing.a.mp4.tmp": film}), (1000.0, 1001.0, 2000.0)
    before = Snapshot()
    for began, last in zip(begins, (NEVER, *begins), strict=False):
        calm.note_changes(seen, before, Look(began, last, 10**18))
        before = seen
    assert calm.being_written({"a.mp4": list(seen.temporary)}, since=999.0)
    assert not calm.being_written({"a.mp4": list(seen.temporary)}, since=1000.0)
    with Room(tmp_path, patience=replace(PATIENCE, twin_s=0.5)) as room:
        make_clip(room.folder / "a.mp4", seconds=0.4, size="64x64")
        (room.folder / ".syncthing.a.mp4.tmp").write_bytes(b"x")
        room.wait_for("a.mp4")
