"""Sticks with two partitions, and disks that are no sticks."""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from player.stick.partitions import Partitions
from player.stick.plugged import find_sticks

SCRIPT = Path(__file__).parents[2] / "systemd/panel-usb"


def write_table(image: Path) -> None:
    """An EFI partition before the real one, as macOS makes them."""
    rows = b"".join(
        struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", kind, b"\xfe\xff\xff", start, count)
        for kind, start, count in ((0xEF, 2048, 16384), (0x07, 20480, 77824))
    )
    with open(image, "r+b") as file:
        file.truncate(48 << 20)
        file.seek(446)
        file.write(rows + bytes(32) + b"\x55\xaa")


@contextmanager
def two_partitions(folder: Path, ours: int | None) -> Iterator[tuple[list[str], Path]]:
    """(names of the device's partitions, a copy of systemd/panel-usb that mounts below `folder`/run).

    ours: 0 or 1: that partition holds `panel`.
    """
    image, places = folder / "stick.img", folder / "run"
    image.touch()
    write_table(image)
    places.mkdir()
    script = folder / "panel-usb"
    script.write_text(SCRIPT.read_text().replace("root=/run/panel-usb", f"root={places}"))
    made = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no loop device here: {made.stderr.strip()}")
    loop = made.stdout.strip()
    names = [f"{Path(loop).name}p{n}" for n in (1, 2)]
    try:
        subprocess.run(["partx", "-a", loop], capture_output=True, check=False)
        if not all(Path("/dev", name).exists() for name in names):
            pytest.skip("this machine makes no device nodes for partitions of a loop device")
        for number, name in enumerate(names):
            content = folder / f"content-{number}"
            (content / ("panel" if number == ours else "DCIM")).mkdir(parents=True)
            subprocess.run(["mkfs.ext4", "-q", "-d", content, f"/dev/{name}"], check=True)
        yield names, script
    finally:
        for name in names:
            subprocess.run(["sh", script, "unmount", name], capture_output=True, check=False)
        subprocess.run(["partx", "-d", loop], capture_output=True, check=False)
        subprocess.run(["losetup", "-d", loop], check=False)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
@pytest.mark.live
@pytest.mark.parametrize("ours", [0, 1, None], ids=["first", "second", "neither"])
def test_the_partition_with_panel_is_read_whichever_it_is(tmp_path: Path, ours: int | None) -> None:
    """Two partitions, mounted by systemd/panel-usb in either order: ours is read; when neither is, one speaks for both."""
    with two_partitions(tmp_path, ours) as (names, script):
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
def test_a_disk_in_use_is_no_stick(tmp_path: Path) -> None:
    """A partition of the disk is mounted elsewhere, as that of a machine that starts from USB: the other is left alone."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with two_partitions(tmp_path, 1) as (names, script):
        subprocess.run(["mount", f"/dev/{names[0]}", elsewhere], check=True)
        try:
            said = subprocess.run(["sh", script, "mount", names[1]], capture_output=True, text=True, check=False)
        finally:
            subprocess.run(["umount", elsewhere], check=True)
        assert "in use" in said.stdout
        assert list((tmp_path / "run").iterdir()) == []
