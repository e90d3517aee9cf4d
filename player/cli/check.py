"""`panel-player check`: tries everything that the daemon needs on this machine.

Knows: what an IT person must be told. Touches: the terminal, a probe file in the state folder; asks the rooms.
Must not: run in the daemon (it loads rich), or change anything else on the machine.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from player.base.clocks import ClockTrust
from player.base.zones import zone_named
from player.cli.language import Speech, speech_of
from player.library.vetting.playable import find_playable
from player.link.broker_check import check_office
from player.machine.clock import Clock
from player.screen.dimmer.backends import pick_dimmer
from player.screen.x11.connection import XServerError
from player.screen.x11.server import XServer
from player.settings.file import SettingsError
from player.settings.models import Settings
from player.settings.reading import read_settings

VLC_TRY = "import vlc, sys; sys.exit(0 if vlc.Instance(['--quiet', '--no-lua']) else 1)"
VLC_TRY_S = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. fault empty: all is well, and `what` says so."""

    what: str
    fault: str = ""


def show_machine_check(config: Path, as_json: bool, language: str | None = None) -> int:
    """Tries everything that the daemon will need. Returns the exit status: 0, or 1 when anything is wrong."""
    try:
        settings = read_settings(config)
    except SettingsError as error:
        faults = [Finding("configuration", line) for line in str(error).splitlines()]
        return _print_findings(faults, as_json, Speech(language or "en"))
    tries: list[Callable[[Settings], list[Finding]]] = [
        _try_folders, _try_display, _try_fonts, _try_vlc, _try_streams, _try_clock, _try_keys, _try_office,
    ]  # fmt: skip
    findings = [Finding(f"configuration {config}: panel {settings.panel.name}")]
    for attempt in tries:
        findings += attempt(settings)
    return _print_findings(findings, as_json, speech_of(language, config, settings))


def _print_findings(findings: list[Finding], as_json: bool, speech: Speech) -> int:
    faults = [finding for finding in findings if finding.fault]
    if as_json:
        rows = [{"what": f.what, "ok": not f.fault, "fault": f.fault or None} for f in findings]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    else:
        out = Console(highlight=False, soft_wrap=True, markup=False)
        for finding in findings:
            if finding.fault:
                out.print(f"{speech.say('FAULT')} ", style="bold red", end="")
                out.print(f"{speech.say(finding.what)}: {speech.say(finding.fault)}")
            else:
                out.print(f"{speech.say('ok')}    ", style="green", end="")
                out.print(speech.say(finding.what))
    return 1 if faults else 0


def _try_folders(settings: Settings) -> list[Finding]:
    content, state = settings.content.folder, settings.panel.state_folder
    findings = []
    if not content.exists():
        findings.append(Finding("content.folder", f"{content} does not exist; create it, or start the sync tool"))
    elif not content.is_dir():
        findings.append(Finding("content.folder", f"{content} is not a folder; correct the setting"))
    elif not os.access(content, os.R_OK | os.X_OK):
        findings.append(Finding("content.folder", f"{content} cannot be read by this user; chmod a+rX it"))
    else:
        findings.append(_try_content(content, settings))
    try:
        if not state.exists():
            # Not made here: it would belong to whoever runs this, not to the player's user.
            return [*findings, _foresee(state)]
        with tempfile.TemporaryFile(dir=state) as probe:
            probe.write(b"x")
        findings.append(Finding(f"panel.state_folder {state}: can be written"))
    except OSError as error:
        findings.append(Finding("panel.state_folder", f"{state}: {error.strerror}; {_remedy(error)}"))
    return findings


def _try_content(folder: Path, settings: Settings) -> Finding:
    found = find_playable(folder, settings, datetime.now(UTC))
    if found.fault:
        what = f"nothing in {folder} can be played; {found.fault}; panel-player check {folder} says everything"
        return Finding("content.folder", what)
    if found.empty:
        return Finding(f"content.folder {folder}: nothing lies there yet, so the panel waits for content")
    return Finding(f"content.folder {folder}: there is something to play ({found.items} items)")


def _foresee(state: Path) -> Finding:
    """Of a state folder that is not there yet. Raises OSError where this user may not look."""
    above = next(folder for folder in state.parents if folder.exists())
    if os.access(above, os.W_OK | os.X_OK):
        return Finding(f"panel.state_folder {state}: the player makes it as it starts")
    return Finding("panel.state_folder", f"{state}: does not exist; create it and give it to the player's user")


def _remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some space there"
    if error.errno == errno.EROFS:
        return "the disk takes no writes; reboot, and if that does not help replace it"
    return "create it and give it to the player's user"


def _try_display(settings: Settings) -> list[Finding]:
    display, region = settings.screen.display, settings.screen.region
    try:
        with XServer(display) as server:
            width, height, undimmed = server.width, server.height, pick_dimmer(server).why_not()
    except XServerError as error:
        return [Finding("screen.display", f"{error}; is the X server running (systemctl status panel-display)?")]
    if region and (region[0] + region[2] > width or region[1] + region[3] > height):
        return [Finding("screen.region", f"{list(region)} does not fit on the screen of {width}x{height}; correct it")]
    if settings.screen.brightness != 100 and undimmed:
        return [Finding("screen.brightness", f"{undimmed}; leave the setting out, or dim at the sender card")]
    return [Finding(f"screen.display {display}: {width}x{height}")]


def _try_fonts(_: Settings) -> list[Finding]:
    """Which scripts a message may be written in. Without any font at all Pillow's own draws plain letters."""
    from player.screen.drawing.fonts import SAMPLES, drawn_scripts, package_for

    drawn = drawn_scripts()
    if not drawn["Latin"]:
        return [Finding("fonts", "there are none; apt install fonts-dejavu-core")]
    lacking = [name for name, there in drawn.items() if not there]
    have = ", ".join(name for name, there in drawn.items() if there)
    if not lacking:
        return [Finding(f"fonts: letters for {have}")]
    packages = " ".join(dict.fromkeys(package_for(SAMPLES[name]) for name in lacking))
    return [Finding(f"fonts: letters for {have}, none for {', '.join(lacking)} (apt install {packages})")]


def _try_vlc(_: Settings) -> list[Finding]:
    """In a process of its own: libvlc must never be in ours."""
    try:
        tried = subprocess.run([sys.executable, "-c", VLC_TRY], capture_output=True, timeout=VLC_TRY_S, check=False)
    except subprocess.TimeoutExpired:
        return [Finding("VLC", f"libvlc did not start within {VLC_TRY_S:.0f} s; reinstall vlc-plugin-base")]
    if tried.returncode == 0:
        return [Finding("VLC: libvlc starts")]
    last = tried.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
    return [
        Finding(
            "VLC", f"libvlc does not start ({last[0]}); apt install libvlc5 vlc-plugin-base vlc-plugin-video-output"
        )
    ]


def _try_streams(settings: Settings) -> list[Finding]:
    if not settings.content.stream_hosts:
        return []
    if shutil.which("ffmpeg") is None:
        return [Finding("content.stream_hosts", "rtsp://, udp:// and srt:// streams need ffmpeg; apt install ffmpeg")]
    return [Finding("content.stream_hosts: ffmpeg is there for rtsp://, udp:// and srt://")]


def _try_clock(settings: Settings) -> list[Finding]:
    wall, trust = Clock(settings.panel.state_folder).look()
    zone = zone_named(settings.panel.timezone) if settings.panel.timezone else None
    local = wall.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    if trust is ClockTrust.BAD:
        return [Finding("clock", f"{local} is not believed; connect the network, or set it: timedatectl set-time ...")]
    return [Finding(f"clock: {local} ({trust.value})")]


def _try_keys(settings: Settings) -> list[Finding]:
    # Only when a key is there: the library that checks signatures is large.
    if not settings.trust.keys:
        if settings.trust.folder == "signed":
            return [Finding("trust.keys", 'trust.folder = "signed" needs the office\'s public key in trust.keys')]
        return [Finding("trust.keys: none (no stick can be trusted)")]
    from player.bundle.minisign import MinisignError, parse_public_key

    findings = []
    for number, key in enumerate(settings.trust.keys, 1):
        try:
            parse_public_key(key)
            findings.append(Finding(f"trust.keys: key {number} is a minisign public key"))
        except MinisignError as error:
            findings.append(Finding(f"trust.keys: key {number}", str(error)))
    return findings


def _try_office(settings: Settings) -> list[Finding]:
    office = settings.office
    faults = check_office(office, settings.panel.name)
    if faults:
        return [Finding("office", fault) for fault in faults]
    if not office.host:
        return [Finding("office.host: none, so there is no link to the office (everything else works)")]
    return [Finding(f"office: {office.host}:{office.port} takes us")]
