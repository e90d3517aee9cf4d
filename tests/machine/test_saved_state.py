"""What is saved over a restart: on real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.model import PlayedPlaylist, SavedState, ShownMessage
from player.machine.saved_state import RunMark, load_saved_state, save_state

JAKARTA = timezone(timedelta(hours=7))
FULL = SavedState(
    blank=True,
    blank_until=datetime(2026, 11, 22, 18, 0, tzinfo=JAKARTA),
    show=ShownMessage(datetime(2026, 11, 22, 18, 0, tzinfo=UTC), text="AWAS BANJIR 🌊", colour="merah", priority=3),
    play=PlayedPlaylist("festival", None, "c-1"),
    volume=0,
    brightness=40,
    heard_at=datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
)


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    """Every field survives, times with their zone; nothing but the file itself is left behind."""
    save_state(tmp_path / "state", FULL)
    assert load_saved_state(tmp_path / "state") == (FULL, "")
    assert os.listdir(tmp_path / "state") == ["kept.json"]


def test_nothing_kept_is_no_problem(tmp_path: Path) -> None:
    """The first start ever has an empty state and nothing to complain of."""
    assert load_saved_state(tmp_path) == (SavedState(), "")


@pytest.mark.parametrize(
    "damage",
    [b"", b"\0" * 300, b"{", b"[]", b"null", b'{"volume": "loud"}', b'{"blank_until": "2026-11-22T18:00:00"}',
     b"[" * 20000, b"\xff\xfe{}", b" " * 2_000_000, b'{"show": {"until": "never"}}'],
    ids=["empty", "zeros", "cut", "list", "null", "type", "naive", "deep", "utf16", "huge", "inner"],
)  # fmt: skip
def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path, damage: bytes) -> None:
    """The player starts with an empty state, the damaged file can be looked at, and the next start is clean."""
    (tmp_path / "kept.json").write_bytes(damage)
    saved, problem = load_saved_state(tmp_path)
    assert saved == SavedState()
    assert "damaged" in problem
    assert (tmp_path / "kept.json.unreadable").read_bytes() == damage
    assert load_saved_state(tmp_path) == (SavedState(), "")


@given(st.binary(max_size=200))
@settings(max_examples=60)
def test_whatever_is_there_loading_never_fails(tmp_path_factory: pytest.TempPathFactory, damage: bytes) -> None:
    """Any bytes at all give a state and at most one line."""
    folder = tmp_path_factory.mktemp("saved")
    (folder / "kept.json").write_bytes(damage)
    assert "\n" not in load_saved_state(folder)[1]


def test_a_folder_in_the_files_place_is_said(tmp_path: Path) -> None:
    """Not even that stops the start."""
    (tmp_path / "kept.json").mkdir()
    assert "cannot be read" in load_saved_state(tmp_path)[1]


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    """SIGKILL in the middle of endless writing: the file always holds the one or the other state."""
    endless = (
        "import sys; from pathlib import Path; from player.core.model import *; from player.machine.saved_state import *\n"
        "while True:\n"
        "    for v in (1, 99): save_state(Path(sys.argv[1]), SavedState(volume=v, play=PlayedPlaylist('y' * v * 500)))"
    )
    save_state(tmp_path, SavedState(volume=1))
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", endless, str(tmp_path)], cwd=Path(__file__).parents[2])
        before = (tmp_path / "kept.json").stat().st_ino
        while (tmp_path / "kept.json").stat().st_ino == before and writer.poll() is None:
            pass
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        saved, problem = load_saved_state(tmp_path)
        assert (saved.volume in (1, 99), problem) == (True, "")


def test_a_run_that_was_cut_off_is_noticed(tmp_path: Path) -> None:
    """Only a run that ended cleanly leaves no mark for the next one."""
    with RunMark(tmp_path) as first:
        assert not first.after_crash
    second = RunMark(tmp_path)
    assert not second.__enter__().after_crash
    second.__exit__(RuntimeError)
    with RunMark(tmp_path) as third:
        assert third.after_crash
    with RunMark(tmp_path) as fourth:
        assert not fourth.after_crash
