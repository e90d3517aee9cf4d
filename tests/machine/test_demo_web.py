"""`demo.sh --web`: an office with three panels on this computer, of which nothing is left."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.kit.forked_programs import Programs
from tests.kit.programs import need
from tests.kit.waiting import wait_for

pytestmark = [pytest.mark.live, pytest.mark.slow]

DEMO = Path(__file__).parents[2] / "systemd" / "demo.sh"
WITHIN_S = 300
LOOK_S = 1.0
"""Between two questions, on cores that three panels need."""


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


def presence(programs: Programs, config: Path) -> list[str]:
    """What the office knows of each panel that has an item on its screen."""
    said = programs.run("panel-office", "--config", config, "now", "--json", environ=os.environ).stdout
    return [row["presence"] for row in json.loads(said or "{}").values() if row.get("item")]


def test_three_panels_play_until_the_script_is_ended(tmp_path: Path, programs: Programs) -> None:
    """It prints where to sign in; the office sees all three play; then every process is ended, and no file is left."""
    demo = start(tmp_path)
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        if line.startswith("Ctrl-C"):
            break
    assert re.search(r"open +http://127\.0\.0\.1:\d+\n", said), said
    assert re.search(r"sign in +account admin, password \S{8,}\n", said), said
    [config] = tmp_path.glob("panel-demo.*/office.toml")
    wait_for(lambda: presence(programs, config) == ["online"] * 3, 120, "three panels play", every_s=LOOK_S)
    os.kill(demo.pid, signal.SIGTERM)  # to the script alone: a terminal's Ctrl-C also reaches what it started
    demo.communicate(timeout=WITHIN_S)
    assert demo.returncode == 143
    wait_for(lambda: left_behind(tmp_path) == [], 20, "every process has ended")
    assert list(tmp_path.iterdir()) == []
