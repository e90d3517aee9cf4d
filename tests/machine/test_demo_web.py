"""`demo.sh --web`: an office with three panels on this computer, of which nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.kit.programs import need
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.live, pytest.mark.slow]

DEMO = Path(__file__).parents[2] / "systemd" / "demo.sh"
WITHIN_S = 300


def left_behind(folder: Path) -> list[str]:
    """The command lines of processes that have something of the demo's folder in them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"{folder}/panel-demo." in words:
            found.append(words)
    return found


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    need("Xvfb", "mosquitto", "ffmpeg")
    return subprocess.Popen(
        ["sh", str(DEMO), "--web", *words], env={**os.environ, "TMPDIR": str(folder), "LANG": "C.UTF-8"}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def test_three_panels_play_and_the_console_answers(tmp_path: Path) -> None:
    """It prints where to sign in, and with --seconds judges itself; afterwards no process and no file is left."""
    demo = start(tmp_path, "--seconds", "1")
    said, _ = demo.communicate(timeout=WITHIN_S)
    assert demo.returncode == 0, said
    assert "open       http://127.0.0.1:" in said
    assert "sign in    account admin, password " in said
    assert said.endswith("three panels play, and the console answers: demo passed\n")
    assert left_behind(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    """What a terminal sends to everything in it; the demo ends each of its processes, and removes its folder."""
    demo = start(tmp_path)
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith("Ctrl-C"):
            break
    assert left_behind(tmp_path) != []
    os.killpg(demo.pid, signal.SIGINT)
    said, _ = demo.communicate(timeout=WITHIN_S)
    assert demo.returncode == 130, said
    wait_for(lambda: left_behind(tmp_path) == [], 20, "every process has ended")
    assert list(tmp_path.iterdir()) == []
