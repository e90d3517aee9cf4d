"""`panel-player support`: one archive with everything that whoever helps asks for, and without a secret.

Knows: which files and programs of this machine tell what. Touches: it reads them, and the screen's pixels.
Must not: change anything, need a network, or run in the daemon.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
from datetime import datetime
from pathlib import Path

from player import __version__
from player.base.redaction import redact_settings
from player.base.support_archive import SupportArchive, python_packages
from player.machine.status_file import STATUS_FILE
from player.screen.drawing.jpeg import encode_jpeg
from player.screen.x11.connection import XServerError
from player.screen.x11.server import XServer
from player.settings.file import SettingsError
from player.settings.models import ScreenSection, Settings
from player.start import read_or_fall_back

UNITS = (
    "panel-player",
    "panel-display",
    "panel-blank",
    "panel-warm",
    "panel-receipt",
    "panel-receipt.path",
    "panel-usb@*",
)
LOG_LINES = 5000
LISTED_MOST = 5000
PACKAGES = (
    "libvlc5", "libvlc-bin", "vlc-plugin-base", "vlc-plugin-video-output", "ffmpeg", "xserver-xorg-core", "libgl1-mesa-dri",
    "mesa-va-drivers", "systemd", "udev", "linux-image-amd64", "python3",
)  # fmt: skip
OURS = (sys.executable, "-m", "player")
DRM = Path("/sys/class/drm")
XORG_LOG = Path("/run/panel-display/Xorg.log")
X_COOKIE = Path("/run/panel-display/Xauthority")
DRM_FACTS = ("status", "enabled", "dpms", "modes", "device/vendor", "device/device", "device/uevent")


def write_support(config: Path, output: Path | None) -> int:
    """Makes the archive and prints where it lies. Returns 0, or 1 when it could not be written."""
    try:
        settings, fault = read_or_fall_back(config)[0], ""
    except SettingsError as error:
        settings, fault = None, str(error)
    name = settings.panel.name if settings else platform.node()
    stamp = datetime.now().astimezone()
    file = output or Path(f"panel-support-{name}-{stamp:%Y%m%d-%H%M%S}.tar.gz")
    if file.exists():
        sys.stderr.write(f"{file}: {os.strerror(errno.EEXIST)}\n")
        return 1
    if X_COOKIE.exists():  # readable to root and to the player; check needs it too
        os.environ.setdefault("XAUTHORITY", str(X_COOKIE))
    archive = SupportArchive(f"panel {name}, panel-player {__version__}, {stamp:%Y-%m-%d %H:%M:%S %Z}")
    _add_settings(archive, config, fault)
    _add_reports(archive, config)
    if settings is not None:
        _add_state(archive, settings)
    _add_machine(archive)
    _add_screen(archive, settings.screen if settings else ScreenSection())
    try:
        archive.write(file)
    except OSError as error:
        sys.stderr.write(f"{file}: {error.strerror}\n")
        return 1
    sys.stdout.write(
        f"{file}: {file.stat().st_size / 1e6:.1f} MB; READ-ME.txt in it lists what it holds. No password or key is in it, but\n"
        "names of files and of people who sent commands are: give it to whoever helps, and to nobody else.\n"
    )
    return 0


def _add_settings(archive: SupportArchive, config: Path, fault: str) -> None:
    def settings() -> str:
        return json.dumps(redact_settings(config.read_text(encoding="utf-8")), indent=2, ensure_ascii=False) + "\n"

    archive.add("settings.json", f"{config}, without its secrets and comments", settings)
    if fault:
        archive.add("settings-fault.txt", "why the settings cannot be used", lambda: f"{fault}\n")


def _add_reports(archive: SupportArchive, config: Path) -> None:
    given = ["--config", str(config)]
    for name, what, words in (
        ("status.txt", "panel-player status", ["status"]),
        ("check.txt", "panel-player check: what is wrong with settings and machine", ["check"]),
        (
            "schedule.txt",
            "panel-player schedule: what plays in the next two days, and why",
            ["schedule", "--days", "2"],
        ),
        ("records.txt", "panel-player records: what was shown today", ["records"]),
    ):
        archive.add_program(name, what, [*OURS, *words, *given])
    every = [part for unit in UNITS for part in ("-u", unit)]
    journal = ["journalctl", "--no-pager", "-o", "short-iso-precise", "-n"]
    archive.add_program("log.txt", "the newest lines of the services' log", [*journal, str(LOG_LINES), *every])
    archive.add_program(
        "log-before.txt",
        "the same, of the start before this one",
        [*journal, "1000", "-b", "-1", *every],
    )
    archive.add_program("kernel.txt", "the newest lines of the kernel's log", [*journal, "1000", "-k"])
    archive.add_program("units.txt", "systemctl status", ["systemctl", "--no-pager", "--full", "status", *UNITS])


def _add_state(archive: SupportArchive, settings: Settings) -> None:
    folder = settings.panel.state_folder
    archive.add("status.json", "the newest health report", (folder / STATUS_FILE).read_bytes)
    archive.add(
        "state-files.txt", f"{folder}: names, sizes and times, also of the journal's files", lambda: list_files(folder)
    )
    archive.add(
        "content-files.txt", f"{settings.content.folder}: the same", lambda: list_files(settings.content.folder)
    )


def list_files(folder: Path) -> str:
    """One line for each file below `folder`: when it was changed, how large, what it is called."""
    lines: list[str] = []
    for path in sorted(folder.rglob("*")):
        if len(lines) == LISTED_MOST:
            lines.append("and more")
            break
        stat = path.lstat()
        kind = "/" if path.is_dir() else ""
        moment = datetime.fromtimestamp(stat.st_mtime).astimezone()
        lines.append(
            f"{moment:%Y-%m-%d %H:%M:%S} {stat.st_size:>12} {oct(stat.st_mode)[-3:]} {path.relative_to(folder)}{kind}"
        )
    return "\n".join([*lines, ""])


def _add_machine(archive: SupportArchive) -> None:
    archive.add("python.txt", "the Python packages and their versions", lambda: f"{sys.version}\n{python_packages()}")
    form = "${Package} ${Version} ${db:Status-Status}\n"
    archive.add_program("debian.txt", "the Debian packages that matter", ["dpkg-query", "-W", "-f", form, *PACKAGES])
    for name, what, words in (
        ("system.txt", "kernel and Debian's release", ["sh", "-c", "uname -a; cat /etc/os-release; uptime"]),
        ("disks.txt", "disks, and how full they are", ["sh", "-c", "df -h; df -i; lsblk -o NAME,SIZE,FSTYPE,MOUNTPOINTS,MODEL"]),
        ("memory.txt", "memory, and who uses it", ["sh", "-c", "free -m; ps -eo pid,rss,pcpu,etime,comm --sort -rss | head -30"]),
        ("clock.txt", "the clock, and whether it is synchronised", ["timedatectl", "show"]),
        ("network.txt", "addresses and routes", ["sh", "-c", "ip -brief address; ip route"]),
    ):  # fmt: skip
        archive.add_program(name, what, words)


def _add_screen(archive: SupportArchive, screen: ScreenSection) -> None:
    archive.add("graphics.txt", "the graphics card's outputs, as the kernel sees them", drm_facts)
    archive.add("xorg.txt", "the X server's log", XORG_LOG.read_bytes)
    archive.add("x-server.txt", "the X server, as the player sees it", lambda: _x_facts(screen))
    archive.add("screenshot.jpg", "what is on the screen now", lambda: _screenshot(screen))


def drm_facts(folder: Path = DRM) -> str:
    """What /sys says of each connector: is a monitor there, which modes has it."""
    lines: list[str] = []
    for card in sorted(folder.glob("card*")):
        lines.append(f"{card.name}")
        for fact in DRM_FACTS:
            if (file := card / fact).is_file():
                said = " ".join(file.read_text(errors="replace").split())
                lines.append(f"  {fact}: {said}")
    return "\n".join([*lines, ""]) if lines else "the kernel knows no graphics card\n"


def _x_facts(screen: ScreenSection) -> str:
    try:
        with XServer(screen.display) as server:
            return (
                f"display {screen.display}: {server.width}x{server.height}, output connected: {server.outputs_connected()}, "
                f"{server.refresh_hz()} pictures a second\n"
            )
    except XServerError as error:
        raise RuntimeError(str(error)) from error


def _screenshot(screen: ScreenSection) -> bytes:
    try:
        with XServer(screen.display) as server:
            region = screen.region or (0, 0, server.width, server.height)
            pixels = server.grab(server.root, region)
            return encode_jpeg(pixels, region[2], region[3], region[2] * 4, region[2])
    except XServerError as error:
        raise RuntimeError(str(error)) from error
