"""Receipts that the panel's user forges for root's writer (row 13): only a file of the stick's own folder is ever written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.bundle.receipt import OUT_TRAY, RECEIPTS_KEPT, Receipt, leave_receipt, write_text
from player.stick.receipt_writer import empty_tray

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NAMES = ["../../../outside", "../outside", "/outside", "a/b", "..", "", "x" * 300, "a\0b", "a\nb", "serang-04/../../x"]


def everything_below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


@pytest.mark.parametrize(
    "name", NAMES, ids=["up-4", "up-1", "absolute", "below", "dots", "empty", "long", "nul", "line", "through"]
)
def test_no_panel_name_leads_out_of_the_receipts_folder(tmp_path: Path, name: str) -> None:
    """A receipt whose panel is called `../../..` (or otherwise like no panel) writes nothing, and raises nothing."""
    receipts = tmp_path / "stick/panel/receipts"
    receipts.mkdir(parents=True)
    (receipts / "serang-04").mkdir()
    before = everything_below(tmp_path)
    leave_receipt(tmp_path / "stick/panel", Receipt(name, AT, "synced", "adopted"))
    assert everything_below(tmp_path) == before


@contextmanager
def loop_stick(folder: Path) -> Iterator[tuple[str, Path, Path]]:
    """(device, mount root, stick), a real file system on a loop device, mounted read-only as panel-usb does."""
    image, root = folder / "stick.img", folder / "panel-usb"
    subprocess.run(["truncate", "-s", "16M", image], check=True)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    stick = root / "sdb1"
    stick.mkdir(parents=True)
    made = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no loop device here: {made.stderr.strip()}")
    device = made.stdout.strip()
    try:
        subprocess.run(["mount", device, stick], check=True)
        (stick / "panel/receipts").mkdir(parents=True)
        subprocess.run(["mount", "-o", "remount,ro,nosuid,nodev,noexec,nosymfollow", stick], check=True)
        yield device, root, stick
    finally:
        subprocess.run(["umount", stick], check=False)
        subprocess.run(["losetup", "-d", device], check=False)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
def test_root_writes_nothing_outside_the_stick(tmp_path: Path) -> None:
    """The out-tray holds a receipt for `../../../../etc-cron.d/x` and a real stick is in: /etc-cron.d stays empty."""
    victim, state = tmp_path / "etc-cron.d", tmp_path / "state"
    victim.mkdir()
    (state / OUT_TRAY).mkdir(parents=True)
    with loop_stick(tmp_path) as (device, root, _stick):
        receipt = Receipt("../../../../etc-cron.d/x", AT, "synced", "adopted")
        (state / OUT_TRAY / "1.json").write_text(json.dumps({"device": device, "receipt": write_text(receipt)}))
        empty_tray(state, root)
    assert list(victim.iterdir()) == []


def test_what_cannot_be_a_receipt_leaves_the_tray(tmp_path: Path) -> None:
    """A folder called 1.json in the out-tray would start the writer again and again: it is taken away too."""
    tray, sticks = tmp_path / OUT_TRAY, tmp_path / "sticks"
    (tray / "1.json").mkdir(parents=True)
    sticks.mkdir()
    empty_tray(tmp_path, sticks)
    assert list(tray.iterdir()) == []


def test_a_stick_full_of_receipts_is_told(tmp_path: Path) -> None:
    """The limit of receipts on a stick holds for forged ones as well."""
    receipts = tmp_path / "panel/receipts"
    receipts.mkdir(parents=True)
    for n in range(RECEIPTS_KEPT):
        (receipts / f"{n}.json").touch()
    assert leave_receipt(tmp_path / "panel", Receipt("serang-04", AT, "synced", "adopted")) is None
    shutil.rmtree(receipts)
