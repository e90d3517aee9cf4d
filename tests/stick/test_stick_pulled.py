"""A stick may be pulled at any moment (promise 8): afterwards the old or the new release plays, whole, and never a mix."""

from __future__ import annotations

import os
import random
import shutil
import threading
from functools import partial
from pathlib import Path

import pytest

from player.bundle.source import Source
from player.core.model import StickStage
from tests.kit.bundles import sign_folder
from tests.kit.disks import ActingDisk
from tests.kit.pictures import png
from tests.kit.waiting import wait_for
from tests.stick.simulated_panel import SimulatedPanel, check_whole, fill

pytestmark = pytest.mark.slow

PULLS = int(os.environ.get("PANEL_PULLS", "12"))
"""The issue asks for 200: PANEL_PULLS=200 pytest tests/stick/test_stick_pulled.py (about 2 minutes)."""
FILES = 12
FILE_BYTES = 640 << 10
"""Three blocks of the copy each; of 2 MiB most of the time went into making, signing and hashing them (2026-11)."""


@pytest.fixture
def disk() -> ActingDisk:
    return ActingDisk()


@pytest.fixture
def panel(tmp_path: Path, disk: ActingDisk) -> SimulatedPanel:
    return SimulatedPanel(tmp_path / "usb", tmp_path / "state", disk=disk)


def make_stick(folder: Path, serial: int) -> Path:
    """A signed stick with pictures that are large (random bytes follow the picture) and different for each serial."""
    files: dict[str, bytes | Path] = {
        f"media/{n:02}.png": png(n + serial) + os.urandom(FILE_BYTES) for n in range(FILES)
    }
    root = folder / f"stick-{serial}"
    bundle = fill(root, {**files, "playlist.m3u8": "".join(f"media/{n:02}.png\n" for n in range(FILES)).encode()})
    sign_folder(bundle, serial=serial)
    return root


def playing_serial(panel: SimulatedPanel) -> int | None:
    """What a panel that starts at this moment would play; every item of it is whole."""
    playing = panel.would_play()
    if playing is None:
        return None
    check_whole(playing)
    assert len(playing.playlists[0].items) == FILES
    return playing.serial


def wait_until_idle(panel: SimulatedPanel, plugged: str) -> None:
    """Until the room has noticed that the stick is gone and its reader has ended."""
    wait_for(lambda: panel.notice is None, 60, f"the notice of {plugged} goes")


@pytest.mark.slow
def test_pulled_at_random_moments(panel: SimulatedPanel, disk: ActingDisk, tmp_path: Path) -> None:
    """At every call that an import makes on the disk the pull leaves the old release or the new one, and no alert."""
    random_ = random.Random(8)
    with panel.room():
        make_stick(tmp_path, 1).rename(panel.root / "first")
        assert panel.wait_for_end().stage is StickStage.DONE
        whole = disk.calls
        shutil.rmtree(panel.root / "first")
        wait_until_idle(panel, "first")
        assert playing_serial(panel) == 1
        plugged = panel.root / "stick"
        taken = 0
        for serial in range(2, PULLS + 2):
            panel.events.clear()
            before = playing_serial(panel)
            root = make_stick(tmp_path, serial)
            pulled = tmp_path / f"pulled-{serial}"
            disk.act = partial(plugged.rename, pulled)
            disk.at = disk.calls + random_.randrange(1, whole * 5 // 4)
            root.rename(plugged)
            wait_for(lambda: not plugged.exists() or panel.has_ended, 60, "the stick is pulled, or dealt with")
            disk.at = 0
            if plugged.exists():
                disk.act()
            wait_until_idle(panel, f"stick {serial}")
            assert playing_serial(panel) in (before, serial)
            assert panel.alerts == [], "a pull is no fault of the stick's"
            taken += playing_serial(panel) == serial
            shutil.rmtree(
                pulled / "panel"
            )  # not the folder itself: the next stick would be taken for this one by its inode
        assert 0 < taken < PULLS, "the moments were spread over the whole import"
        last = make_stick(tmp_path, 10_000)
        panel.events.clear()
        last.rename(panel.root / "last")
        assert panel.wait_for_end().stage is StickStage.DONE
    assert playing_serial(panel) == 10_000


def test_plugged_in_again_it_goes_on(panel: SimulatedPanel, disk: ActingDisk, tmp_path: Path) -> None:
    """What was copied before the pull is not read from the stick a second time."""
    root = make_stick(tmp_path, 1)
    blobs = panel.open_store().root / "blobs"
    pulled = threading.Event()

    def pull_after_three() -> None:
        if len(list(blobs.rglob("*/*"))) >= 3 and not pulled.is_set():
            (panel.root / "stick").rename(root)
            pulled.set()

    disk.every = pull_after_three
    with panel.room():
        root.rename(panel.root / "stick")
        wait_for(pulled.is_set, 60, "some files are in")
        wait_until_idle(panel, "stick")
        assert panel.adopted == []
        there = {path: path.stat().st_ino for path in blobs.rglob("*/*")}
        root.rename(panel.root / "stick")
        assert panel.wait_for_end().stage is StickStage.DONE
    assert {path: path.stat().st_ino for path in there} == there
    assert playing_serial(panel) == 1


def test_read_errors_in_the_middle_are_a_pull_when_the_stick_is_gone(panel: SimulatedPanel, tmp_path: Path) -> None:
    """Its directory vanishes under the reader: no refusal, no alert, the old release plays."""
    with panel.room():
        make_stick(tmp_path, 1).rename(panel.root / "first")
        panel.wait_for_end()
        panel.events.clear()
        make_stick(tmp_path, 2).rename(panel.root / "second")
        wait_for(lambda: panel.notice is not None and panel.notice.stage is StickStage.READING, 60)
        shutil.rmtree(panel.root / "second")  # file by file, while it is read
        wait_for(lambda: panel.notice is None or panel.notice.stage is StickStage.DONE, 60)
    assert panel.alerts == []
    record = panel.open_store().current(Source.STICK)
    assert record is not None
    assert playing_serial(panel) in (1, 2)
