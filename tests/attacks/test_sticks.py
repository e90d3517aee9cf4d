"""Sticks with two partitions, and disks that are no sticks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from player.stick.partitions import Partitions
from player.stick.plugged import find_sticks
from tests.kit.sticks import two_partitions


def with_folder(root: Path, name: str) -> Path:
    (root / name).mkdir(parents=True)
    return root


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
@pytest.mark.live
@pytest.mark.parametrize("ours", [0, 1, None], ids=["first", "second", "neither"])
def test_the_partition_with_panel_is_read_whichever_it_is(tmp_path: Path, ours: int | None) -> None:
    """Two partitions, mounted by systemd/panel-usb in either order: ours is read; when neither is, one speaks for both."""
    contents = [with_folder(tmp_path / str(n), "panel" if n == ours else "DCIM") for n in range(2)]
    with two_partitions(tmp_path, tmp_path / "run", contents) as (names, script):
        for order in (names, names[::-1]):
            partitions, read = Partitions(sisters_s=5.0), []
            for name in order:
                said = subprocess.run(["sh", script, "mount", name], capture_output=True, text=True, check=False)
                assert os.path.ismount(tmp_path / "run" / name), said.stdout
                read.append([stick.root.name for stick in partitions.to_read(find_sticks(tmp_path / "run"), 0.0)])
            if ours is None:
                assert read == [[], [names[0]]]
            else:
                assert read == [[names[ours]] if order[0] == names[ours] else [], [names[ours]]]
            for name in names:
                subprocess.run(["sh", script, "unmount", name], check=True)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
@pytest.mark.live
def test_a_stick_that_is_mounted_again_is_mounted_once(tmp_path: Path) -> None:
    """systemd tries again after a mount that took too long and was there at last: no second mount lies on the first."""
    contents = [with_folder(tmp_path / str(n), "panel") for n in range(2)]
    with two_partitions(tmp_path, tmp_path / "run", contents) as (names, script):
        for _ in range(2):
            subprocess.run(["sh", script, "mount", names[0]], check=True)
        mounts = Path("/proc/self/mountinfo").read_text()
        subprocess.run(["umount", tmp_path / "run" / names[0]], check=True)
        assert mounts.count(f" {tmp_path}/run/{names[0]} ") == 1


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
@pytest.mark.live
def test_a_disk_in_use_is_no_stick(tmp_path: Path) -> None:
    """A partition of the disk is mounted elsewhere, as that of a machine that starts from USB: the other is left alone."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    contents = [with_folder(tmp_path / str(n), "panel") for n in range(2)]
    with two_partitions(tmp_path, tmp_path / "run", contents) as (names, script):
        subprocess.run(["mount", f"/dev/{names[0]}", elsewhere], check=True)
        try:
            said = subprocess.run(["sh", script, "mount", names[1]], capture_output=True, text=True, check=False)
        finally:
            subprocess.run(["umount", elsewhere], check=True)
        assert "in use" in said.stdout
        assert list((tmp_path / "run").iterdir()) == []
