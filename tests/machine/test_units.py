"""The files in systemd/: what systemd, udev and the shell themselves say of them."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.programs import need

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNITS = [
    "panel-player.service",
    "panel-display.service",
    "panel-warm.service",
    "panel-usb@sdb1.service",
    "panel-receipt.service",
    "panel-receipt.path",
    "panel-office-notify.service",
    "panel-office-web.service",
    "panel-office-collect.service",
    "panel-office-renew.service",
    "panel-office-renew.timer",
]
OFFICE_SERVICES = [unit for unit in UNITS if unit.startswith("panel-office") and unit.endswith(".service")]
MOST_EXPOSED = 25
"""Tenths of what `systemd-analyze security` says."""
SCRIPTS = [
    "common.sh",
    "demo.sh",
    "demo_parts.sh",
    "demo_web.sh",
    "install.sh",
    "office.sh",
    "wheels.sh",
    "panel-cookie",
    "panel-usb",
]


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_to_say(tmp_path: Path, unit: str) -> None:
    """`systemd-analyze verify` is silent; only the programs that the installation will bring are stood in for."""
    need("systemd-analyze")
    for source in (path for kind in ("service", "path", "timer") for path in SYSTEMD.glob(f"*.{kind}")):
        lines = source.read_text().replace("\\\n", " ").splitlines()
        stood_in = [f"{line.split('=')[0]}=/bin/true" if line.startswith("Exec") else line for line in lines]
        (tmp_path / source.name).write_text("\n".join(stood_in))
    if "@" in unit:
        shutil.copy(tmp_path / "panel-usb@.service", tmp_path / unit)
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / unit)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@pytest.mark.parametrize("unit", OFFICE_SERVICES)
def test_an_office_service_is_sandboxed(unit: str) -> None:
    """`systemd-analyze security` finds it exposed to 2.5 of 10 at most, and no way to the key of the authority."""
    need("systemd-analyze")
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(SYSTEMD / unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout[-300:] + said.stderr
    lines = (SYSTEMD / unit).read_text().splitlines()
    closed = "InaccessiblePaths=-/etc/panel-office/ca -/etc/panel-office/panels" in lines
    assert closed or unit == "panel-office-renew.service"


@pytest.mark.parametrize(("nodes", "has_glx"), [([], False), (["card0"], False), (["card0", "renderD128"], True)])
def test_the_x_server_has_glx_where_a_card_renders(tmp_path: Path, nodes: list[str], has_glx: bool) -> None:
    """The player asks GLX who renders before it draws with it; elsewhere it would cost the start seconds, for nobody."""
    for node in nodes:
        (tmp_path / node).touch()
    unit = (SYSTEMD / "panel-display.service").read_text().replace("\\\n", " ").replace("$$", "$")
    words = next(line.removeprefix("ExecStart=") for line in unit.splitlines() if line.startswith("ExecStart="))
    program, option, script = shlex.split(words)
    assert "/usr/lib/xorg/Xorg :0 vt1 " in script
    script = script.replace("/dev/dri", str(tmp_path)).replace("/usr/lib/xorg/Xorg", "echo")
    said = subprocess.run([program, option, script], capture_output=True, text=True, check=True).stdout
    assert ("-extension GLX" in said) is not has_glx
    assert "-auth /run/panel-display/Xauthority" in said


def test_the_player_is_never_given_up() -> None:
    """Restarted for ever, watched, and what a decoder does with memory does not end the daemon."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's words have capitals
    unit.read(SYSTEMD / "panel-player.service")
    wanted = {"Type": "notify", "Restart": "always", "KillMode": "mixed", "OOMPolicy": "continue", "WatchdogSec": "30"}
    assert {key: unit["Service"][key] for key in wanted} == wanted
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert "Requires" not in unit["Unit"]
    assert "network" not in (SYSTEMD / "panel-player.service").read_text().split("[Service]")[0].replace(
        "a network", ""
    )


@pytest.mark.parametrize("unit", ["panel-player.service", "panel-display.service"])
def test_the_picture_has_the_processor_before_other_units(unit: str) -> None:
    """Nice= counts within a unit only once there are weights; so a unit that has one for the start has one for later, too."""
    lines = dict(line.split("=", 1) for line in (SYSTEMD / unit).read_text().splitlines() if "=" in line)
    ordinary = 100
    assert int(lines["StartupCPUWeight"]) > int(lines["CPUWeight"]) > ordinary


def test_a_stick_that_mounts_slowly_is_tried_again() -> None:
    """A mount that took too long on a busy machine is a passing fault: seen in a virtual machine, where it stayed."""
    lines = (SYSTEMD / "panel-usb@.service").read_text().splitlines()
    assert {"Restart=on-failure", "StartLimitIntervalSec=0"} <= set(lines)


def test_the_receipt_writer_is_confined_and_never_given_up() -> None:
    """It reads as root what the player wrote: it may write to sticks and to the tray only, and no start limit ends it."""
    service, path = (SYSTEMD / f"panel-receipt.{kind}" for kind in ("service", "path"))
    lines = service.read_text().splitlines()
    assert "ProtectSystem=strict" in lines
    assert [line for line in lines if line.startswith("ReadWritePaths=")] == [
        "ReadWritePaths=/run/panel-usb /var/lib/panel-player"
    ]
    assert {"PrivateNetwork=yes", "NoNewPrivileges=yes", "SystemCallFilter=@system-service @mount"} <= set(lines)
    for unit in (lines, path.read_text().splitlines()):
        assert "StartLimitIntervalSec=0" in unit
    assert "TriggerLimitIntervalSec=0" in path.read_text().splitlines()


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_a_script_imports_is_there(script: str) -> None:
    """Each import of the player in a script's lines of Python names a module, and a name in it, that exist."""
    imports = re.findall(r"from player[\w.]* import [\w, ]+|import player[\w., ]*", (SYSTEMD / script).read_text())
    done = subprocess.run([sys.executable, "-c", "\n".join(imports)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_shell_can_read_it(script: str) -> None:
    """Plain POSIX sh, as Debian's dash is."""
    assert subprocess.run(["sh", "-n", str(SYSTEMD / script)], check=False).returncode == 0


def test_the_cookie_is_one_that_x_understands(tmp_path: Path) -> None:
    """Family wild, no address, no display, the protocol's name, 16 bytes; made once, readable by no one else."""
    path = tmp_path / "Xauthority"
    for _ in range(2):
        subprocess.run(["sh", str(SYSTEMD / "panel-cookie"), str(path)], check=True)
        content = path.read_bytes()
        assert content.startswith(b"\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10")
        assert len(content) == 44
        assert path.stat().st_mode & 0o777 == 0o640
    first = content
    path.unlink()
    subprocess.run(["sh", str(SYSTEMD / "panel-cookie"), str(path)], check=True)
    assert path.read_bytes() != first
