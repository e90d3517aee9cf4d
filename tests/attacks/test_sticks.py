"""Sticks with two partitions (row 15): the one that holds `panel/` is read, whichever it is."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
def test_the_second_partition_of_a_stick_is_read_too(tmp_path: Path) -> None:
    """Both partitions are mounted by the real systemd/panel-usb: neither is "in use" because of the other."""
    image, places = tmp_path / "stick.img", tmp_path / "run"
    image.touch()
    write_table(image)
    places.mkdir()
    script = tmp_path / "panel-usb"
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
        for name in names:
            subprocess.run(["mkfs.ext4", "-q", f"/dev/{name}"], check=True)
        said = [subprocess.run(["sh", script, "mount", name], capture_output=True, text=True).stdout for name in names]
        mounted = [name for name in names if os.path.ismount(places / name)]
        assert mounted == names, said
    finally:
        for name in names:
            subprocess.run(["sh", script, "unmount", name], capture_output=True, check=False)
        subprocess.run(["partx", "-d", loop], capture_output=True, check=False)
        subprocess.run(["losetup", "-d", loop], check=False)
