"""Receipts that the panel's own user forges for the program that writes them as root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.bundle.receipt import OUT_TRAY, RECEIPTS_KEPT, Receipt, leave_receipt, parse_text, write_text
from player.stick.receipt_writer import empty_tray
from tests.kit.sticks import loop_stick

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NAMES = ["../../../outside", "../outside", "/outside", "a/b", "..", "", "x" * 300, "a\0b", "a\nb", "serang-04/../../x"]


def everything_below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


@pytest.mark.parametrize(
    "name", NAMES, ids=["up-4", "up-1", "absolute", "below", "dots", "empty", "long", "nul", "line", "through"]
)
def test_no_panel_name_leads_out_of_the_receipts_folder(tmp_path: Path, name: str) -> None:
    """A receipt whose panel is called `../../..`, or like no panel in another way: nothing is written, nothing raised."""
    receipts = tmp_path / "stick/panel/receipts"
    receipts.mkdir(parents=True)
    (receipts / "serang-04").mkdir()
    before = everything_below(tmp_path)
    leave_receipt(tmp_path / "stick/panel", Receipt(name, AT, "synced", "adopted"))
    assert everything_below(tmp_path) == before


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, loop devices")
@pytest.mark.root
@pytest.mark.live
def test_root_writes_nothing_outside_the_stick(tmp_path: Path) -> None:
    """The out-tray holds a receipt for `../../../../etc-cron.d/x` and a real stick is in: only the honest receipt is written."""
    victim, state = tmp_path / "etc-cron.d", tmp_path / "state"
    victim.mkdir()
    (state / OUT_TRAY).mkdir(parents=True)
    with loop_stick(tmp_path) as (device, root, stick):
        receipt = Receipt("../../../../etc-cron.d/x", AT, "synced", "adopted")
        honest = Receipt("serang-04", AT, "synced", "adopted")
        for name, posted in (("1.json", receipt), ("2.json", honest)):
            (state / OUT_TRAY / name).write_text(json.dumps({"device": device, "receipt": write_text(posted)}))
        assert empty_tray(state, root) == 1
        assert [path.name for path in (stick / "panel/receipts").iterdir()] == ["serang-04-20261122T030000Z.json"]
        assert os.statvfs(stick).f_flag & os.ST_RDONLY
    assert list(victim.iterdir()) == []


def make_folder(path: Path) -> None:
    path.mkdir()


def make_full_folder(path: Path) -> None:
    (path / "deep" / "deeper").mkdir(parents=True)


def make_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def make_forged(path: Path) -> None:
    receipt = write_text(Receipt("../../x", AT, "synced", "adopted"))
    path.write_text(json.dumps({"device": "/dev/sdb1", "receipt": receipt}))


@pytest.mark.parametrize("name", ["1.json", "x.json", ".json", "1\n.json"])
@pytest.mark.parametrize("make", [make_folder, make_full_folder, make_link, os.mkfifo, make_forged])
def test_what_cannot_be_a_receipt_leaves_the_tray(tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    """A folder (also a full one), a link, a pipe, another name, a year 1: none stays to start the writer again and again."""
    tray, sticks = tmp_path / OUT_TRAY, tmp_path / "sticks"
    tray.mkdir()
    sticks.mkdir()
    make(tray / name)
    done = run_writer(tmp_path, sticks)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert [path.name for path in tray.iterdir() if path.suffix == ".json"] == []


def test_a_tray_that_cannot_be_emptied_is_a_failure(tmp_path: Path) -> None:
    """The tray is a link to another folder: nothing there is touched, and systemd is told that something stays."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/1.json").touch()
    (tmp_path / OUT_TRAY).symlink_to("elsewhere")
    assert run_writer(tmp_path, tmp_path / "sticks").returncode == 1
    assert (tmp_path / "elsewhere/1.json").exists()


def run_writer(state: Path, sticks: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "player.stick.receipt_writer", str(state), str(sticks)]
    return subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_no_year_ends_the_writer(year: str) -> None:
    """A receipt of the year 1 or 9999, in a zone in which that year does not exist, is no receipt."""
    text = write_text(Receipt("serang-04", AT, "synced", "adopted")).replace("2026", year).replace('Z"', '+14:00"')
    with pytest.raises(ValueError, match="no panel's"):
        parse_text(text.encode())


@pytest.mark.parametrize("which", ["panel", "panel/receipts"])
def test_no_link_on_a_stick_leads_out_of_it(tmp_path: Path, which: str) -> None:
    """`panel`, or `receipts` in it, is a link to another folder: nothing is written there."""
    victim, stick = tmp_path / "victim", tmp_path / "stick"
    (victim / "receipts").mkdir(parents=True)
    (stick / which).parent.mkdir(parents=True)
    (stick / which).symlink_to(victim)
    before = everything_below(tmp_path)
    assert leave_receipt(stick / "panel", Receipt("serang-04", AT, "synced", "adopted")) is None
    assert everything_below(tmp_path) == before


def test_the_limit_of_receipts_holds_for_forged_ones(tmp_path: Path) -> None:
    """Two hundred forged files lie in the folder already: no receipt is added, so that a stick is never filled with them."""
    receipts = tmp_path / "panel/receipts"
    receipts.mkdir(parents=True)
    for n in range(RECEIPTS_KEPT):
        (receipts / f"{n}.json").touch()
    assert leave_receipt(tmp_path / "panel", Receipt("serang-04", AT, "synced", "adopted")) is None
    shutil.rmtree(receipts)
