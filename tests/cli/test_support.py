"""`panel-player support`, as somebody runs it on a panel whose daemon, screen and broker are all away."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from player.cli.support import drm_facts
from player.machine.status_file import STATUS_FILE
from tests.kit.forked_programs import Programs
from tests.kit.network import free_port


@pytest.mark.live
def test_one_file_has_it_all_and_no_secret(tmp_path: Path, programs: Programs) -> None:
    """Settings, status, check, log, versions, facts; the password file's content and a password in the settings are in none."""
    state = tmp_path / "state"
    state.mkdir()
    (state / STATUS_FILE).write_bytes(b'{"so": "it was"}')
    secret = tmp_path / "password"
    secret.write_text("geheim-1\n")
    secret.chmod(0o600)
    config = tmp_path / "config.toml"
    config.write_text(
        f'[panel]\nname = "serang-01"\nstate_folder = "{state}"\n[content]\nfolder = "{tmp_path}"\n'
        f'[screen]\ndisplay = ":9876"\n[office]\nhost = "127.0.0.1"\nport = {free_port()}\ntls = false\n'
        f'password_file = "{secret}"  # geheim-2\n'
    )
    file = tmp_path / "help.tar.gz"
    words = ("panel-player", "support", "--config", config, "-o", file)
    done = programs.run(*words, environ=os.environ)
    assert done.returncode == 0, done.stderr
    assert "READ-ME.txt in it lists what it holds" in done.stdout
    with tarfile.open(file) as opened:
        parts = {each.name.split("/")[1]: opened.extractfile(each).read() for each in opened.getmembers()}  # type: ignore[union-attr]
    assert not [name for name, content in parts.items() if b"geheim" in content]
    assert b'"password_file"' in parts["settings.json"]
    assert parts["status.json"] == b'{"so": "it was"}'
    assert b"tidak ada yang mendengarkan di sana" in parts["check.txt"]
    assert b"status.json" in parts["state-files.txt"]
    assert b"not to be had" in parts["screenshot.jpg"]
    assert {
        "log.txt",
        "kernel.txt",
        "units.txt",
        "debian.txt",
        "graphics.txt",
        "xorg.txt",
        "python.txt",
    } <= parts.keys()
    again = programs.run(*words, environ=os.environ)
    assert (again.returncode, again.stderr) == (1, f"{file}: File exists\n")


def test_the_graphics_cards_connectors_are_listed(tmp_path: Path) -> None:
    """Each with what /sys says of it; a machine without a card says so."""
    connector = tmp_path / "card0-HDMI-A-1"
    connector.mkdir()
    (connector / "status").write_text("connected\n")
    (connector / "modes").write_text("1280x720\n720x576\n")
    assert drm_facts(tmp_path) == "card0-HDMI-A-1\n  status: connected\n  modes: 1280x720 720x576\n"
    assert drm_facts(tmp_path / "none") == "the kernel knows no graphics card\n"
