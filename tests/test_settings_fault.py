"""A panel whose settings cannot be read, run as systemd runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from player.screen.x11.server import XServer
from tests.kit.programs import end
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

HERE = Path(__file__).parents[1]


@pytest.mark.live
def test_bad_settings_show_a_card_and_good_ones_end_it(tmp_path: Path) -> None:
    """The card is on screen, systemd hears ready; when the file is corrected the process makes way for the daemon."""
    config = tmp_path / "config.toml"
    with running_xvfb() as display, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        bad = f'[panel]\nname = "serang-01"\nstate_folder = "/nowhere"\nnam = 1\n[screen]\ndisplay = "{display}"\n'
        config.write_text(bad)
        world = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        process = subprocess.Popen(
            [sys.executable, "-m", "player", "run", "--config", str(config)],
            cwd=HERE,
            env=world,
            stderr=subprocess.PIPE,
        )
        try:
            assert systemd.recv(100) == b"READY=1"
            wait_for(lambda: _colours(display) > 2, 20, "a card is drawn")
            assert process.poll() is None
            config.write_text('[panel]\nname = "serang-01"\n')
            assert process.wait(10) == 1
        finally:
            end(process)
            assert process.stderr
            said = process.stderr.read().decode()
    assert "nam is not a setting" in said


def _colours(display: str) -> int:
    with XServer(display) as screen:
        return len(set(memoryview(screen.grab(screen.root, (0, 0, screen.width, screen.height))).cast("I")))
