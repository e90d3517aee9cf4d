"""What `panel-player check`, `status`, `schedule` and `asyncapi` do: try, look, and say it in plain lines.

Knows: what an IT person or an operator must be told. Touches: the terminal; asks the rooms for their own checks.
Must not: run in the daemon (it loads rich), nor change anything on the machine but what a try-out must.
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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from player.contract.messages import ReportError, decode_brightness, decode_health
from player.contract.reports import BrightnessReport, HealthReport, PlayerState
from player.core.model import ClockTrust
from player.daemon import plan_of
from player.link.broker_check import check_office
from player.machine.clock import Clock
from player.machine.status_file import STATUS_FILE
from player.screen.x11.server import Glass, GlassError
from player.settings.models import Settings, SettingsError, read_settings
from player.start import read_or_fall_back

OLD_STATUS_S = 30.0
"""The daemon writes its status every 10 s at least."""
DAY_AND_TIME = "%a %Y-%m-%d %H:%M"
VLC_TRY = "import vlc, sys; sys.exit(0 if vlc.Instance(['--quiet', '--no-lua']) else 1)"
VLC_TRY_S = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. fault empty: it is well, and `what` says how."""

    what: str
    fault: str = ""


def check_machine(config: Path, as_json: bool) -> int:
    """Tries everything that the daemon will need. Returns the exit status: 0, or 1 when anything is wrong."""
    try:
        settings = read_settings(config)
    except SettingsError as error:
        return _print_findings([Finding("configuration", line) for line in str(error).splitlines()], as_json)
    tries: list[Callable[[Settings], list[Finding]]] = [
        _try_folders, _try_display, _try_vlc, _try_streams, _try_clock, _try_keys, _try_office,
    ]  # fmt: skip
    findings = [Finding(f"configuration {config}: panel {settings.panel.name}")]
    for attempt in tries:
        findings += attempt(settings)
    return _print_findings(findings, as_json)


def _print_findings(findings: list[Finding], as_json: bool) -> int:
    faults = [finding for finding in findings if finding.fault]
    if as_json:
        rows = [{"what": f.what, "ok": not f.fault, "fault": f.fault or None} for f in findings]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    else:
        out = Console(highlight=False, soft_wrap=True, markup=False)
        for finding in findings:
            if finding.fault:
                out.print("FAULT ", style="bold red", end="")
                out.print(f"{finding.what}: {finding.fault}")
            else:
                out.print("ok    ", style="green", end="")
                out.print(finding.what)
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
        findings.append(Finding(f"content.folder {content}: {sum(1 for _ in content.iterdir())} entries"))
    try:
        state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=state) as probe:
            probe.write(b"x")
        findings.append(Finding(f"panel.state_folder {state}: can be written"))
    except OSError as error:
        findings.append(Finding("panel.state_folder", f"{state}: {error.strerror}; {_remedy(error)}"))
    return findings


def _remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some space there"
    if error.errno == errno.EROFS:
        return "the disk takes no writes; reboot, and if that does not help replace it"
    return "create it and give it to the player's user"


def _try_display(settings: Settings) -> list[Finding]:
    display, region = settings.screen.display, settings.screen.region
    try:
        with Glass(display) as glass:
            width, height, undimmed = glass.width, glass.height, glass.why_not_dimmable()
    except GlassError as error:
        return [Finding("screen.display", f"{error}; is the X server running (systemctl status panel-display)?")]
    if region and (region[0] + region[2] > width or region[1] + region[3] > height):
        return [Finding("screen.region", f"{list(region)} does not fit on the screen of {width}x{height}; correct it")]
    if settings.screen.brightness != 100 and undimmed:
        return [Finding("screen.brightness", f"{undimmed}; leave the setting out, or dim at the sender card")]
    return [Finding(f"screen.display {display}: {width}x{height}")]


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
        return [Finding("content.stream_hosts", "Debian's VLC needs ffmpeg for rtsp:// streams; apt install ffmpeg")]
    return [Finding("content.stream_hosts: ffmpeg is there for rtsp://")]


def _try_clock(settings: Settings) -> list[Finding]:
    wall, trust = Clock(settings.panel.state_folder).look()
    zone = ZoneInfo(settings.panel.timezone) if settings.panel.timezone else None
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
    if not office.host:
        return [Finding("office.host: none, so there is no link to the office (everything else works)")]
    faults = check_office(office, settings.panel.name)
    if faults:
        return [Finding("office", fault) for fault in faults]
    return [Finding(f"office: {office.host}:{office.port} takes us")]


# ---- status


def show_status(config: Path, as_json: bool) -> int:
    """Prints what the daemon last wrote. Returns 0 when it runs and nothing is wrong, 1 otherwise."""
    out = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        settings, warnings = read_or_fall_back(config)
        for warning in warnings:
            out.print(f"{warning.alert}: {warning.detail}", style="bold red")
        path = settings.panel.state_folder / STATUS_FILE
        payload = path.read_bytes()
        report, brightness = decode_health(payload), decode_brightness(payload)
    except SettingsError as error:
        out.print(str(error), style="red")
        return 1
    except OSError:
        out.print(f"{path} is not there: the daemon has not run yet; systemctl status panel-player", style="red")
        return 1
    except ReportError as error:
        out.print(f"{path}: {error}", style="red")
        return 1
    if as_json:
        sys.stdout.buffer.write(payload + b"\n")
        return 0
    age_s = (datetime.now(UTC) - report.at).total_seconds()
    for name, value, style in status_lines(report, brightness, settings, age_s):
        out.print(f"{name:<9}", style="bold", end="")
        out.print(value, style=style)
    return 1 if report.alerts or age_s > OLD_STATUS_S else 0


def status_lines(
    report: HealthReport, brightness: BrightnessReport | None, settings: Settings, age_s: float
) -> list[tuple[str, str, str]]:
    """(name, value, style) for each line that a technician wants to read."""
    p, s, content, m = report.player, report.screen, report.content, report.machine
    fresh = age_s <= OLD_STATUS_S
    good = p.state in (PlayerState.PLAYING, PlayerState.OVERRIDE, PlayerState.DARK)
    lines = [
        ("panel", f"{settings.panel.name}, version {report.version}, up {timedelta(seconds=report.uptime_s)}", ""),
        ("player", f"{p.state.value}: {p.reason}", "green" if good else "yellow"),
    ]
    if not fresh:
        lines.insert(
            1, ("daemon", f"NOT RUNNING? it last wrote {age_s:.0f} s ago; systemctl status panel-player", "bold red")
        )
    if p.item:
        lines.append(("item", p.item + (f" at {p.position_s:.0f} s" if p.position_s is not None else ""), ""))
    lines.append(("changes", f"{p.changes} items shown, {p.failures} failures", ""))
    if s.width:
        lit = {True: "lit", False: "BLACK", None: "not looked at"}[s.lit]
        moving = {True: "moving", False: "still", None: "not known"}[s.moving]
        lines.append(("screen", f"{s.width}x{s.height}, {lit}, {moving}", "red" if s.lit is False and good else ""))
    if brightness is not None and (brightness.percent != 100 or brightness.asked != 100):
        bright = "not known" if brightness.percent is None else f"{brightness.percent} %"
        if brightness.why and brightness.asked is not None:
            bright = f"{brightness.asked} % is wanted, but {brightness.why}"
        if not brightness.why or brightness.asked != 100:
            lines.append(("bright", f"{bright} ({brightness.reason})", "red" if brightness.why else ""))
    where = f"{content.slot} release {content.release}" if content.slot else "none yet"
    lines.append(("content", f"{where}, {content.files} files, {content.bytes / 1e6:.1f} MB", ""))
    if content.pending:
        done = content.pending
        lines.append(("import", f"{done.files_done} of {done.files_total} files {done.waiting_for}", "yellow"))
    lines += [("problem", problem, "yellow") for problem in content.problems]
    lines += [("bad item", item, "yellow") for item in p.quarantined]
    machine = [
        f"clock {report.clock}",
        *([f"cpu {m.cpu_percent:.0f} %"] if m.cpu_percent is not None else []),
        *([f"memory {m.memory_percent:.0f} %"] if m.memory_percent is not None else []),
        *([f"{m.disk_free_bytes / 1e9:.1f} GB free"] if m.disk_free_bytes is not None else []),
        *([f"{m.temperature_c:.0f} °C"] if m.temperature_c is not None else []),
    ]
    lines.append(("machine", ", ".join(machine), ""))
    lines += [("ALERT", alert, "bold red") for alert in report.alerts]
    return lines


# ---- content


def check_folder(folder: Path, config: Path, as_json: bool) -> int:
    """Everything wrong with a content folder, before it is synced. Returns 0 or 1."""
    from player.library.vetting.folder_check import check_folder as look_through

    settings = _settings_or_defaults(config)
    problems = look_through(folder.resolve(), settings, datetime.now(UTC))
    if as_json:
        rows = [{"where": p.where, "line": p.line, "what": p.what, "remedy": p.remedy} for p in problems]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    else:
        out = Console(highlight=False, soft_wrap=True, markup=False)
        for problem in problems:
            out.print(str(problem), style="yellow")
        words = f"{len(problems)} problems" if len(problems) != 1 else "1 problem"
        out.print(f"{folder}: {words}" if problems else f"{folder}: all is well", style="" if problems else "green")
    return 1 if problems else 0


def _settings_or_defaults(config: Path) -> Settings:
    """At the office there is no panel's configuration: the defaults then."""
    if config.exists():
        return read_settings(config)
    return Settings.model_validate({"panel": {"name": "office"}})


def show_schedule(config: Path, folder: Path | None, at: str | None, days: int) -> int:
    """A table of what will play when, and why. Returns 0, or 1 when the schedule has problems."""
    from player.core.brightness.plan import list_lights
    from player.core.playing.schedule import list_choices
    from player.library.folder.scan import FolderUnreadable
    from player.library.vetting.folder_check import read_schedule

    out = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        settings = _settings_or_defaults(config)
        around = _moment(at) if at else datetime.now(UTC)
        content = (folder or settings.content.folder).resolve()
        schedule, known, problems = read_schedule(content, settings, _aware(around, settings))
    except (SettingsError, FolderUnreadable, OSError, ValueError) as error:
        out.print(str(error), style="red")
        return 1
    begins = around if around.tzinfo else around.replace(tzinfo=schedule.timezone)
    rows = list(list_choices(schedule, begins, begins + timedelta(days=days), known))
    out.print(f"{content} ({schedule.timezone})", style="italic")
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in ("from", "until"):
        table.add_column(name, no_wrap=True)
    for name in ("plays", "why"):  # a name that is cut off cannot be told from its neighbour
        table.add_column(name, overflow="fold")
    ends = [moment for moment, _ in rows[1:]] + [begins + timedelta(days=days)]
    for (moment, choice), end in zip(rows, ends, strict=True):
        starts, stops = (m.astimezone(schedule.timezone) for m in (moment, end))
        table.add_row(
            starts.strftime(DAY_AND_TIME),
            stops.strftime(_end_format(starts.date(), stops.date())),
            choice.playlist or "(dark)",
            choice.reason,
            style="dim" if choice.playlist is None else "",
        )
    out.print(table)
    plan = plan_of(settings)
    lights = list(list_lights(plan, begins, begins + timedelta(days=days)))
    if len(lights) > 1:
        dims = Table("from", "brightness", "why", title=f"brightness ({plan.timezone})", title_justify="left")
        for moment, light in lights:
            dims.add_row(f"{moment.astimezone(plan.timezone):%a %Y-%m-%d %H:%M}", f"{light.percent} %", light.reason)
        out.print(dims)
    for problem in problems:
        out.print(str(problem), style="yellow")
    return 1 if problems else 0


def _end_format(starts: date, stops: date) -> str:
    """Only as much of the day as is needed: two columns of full dates leave no room for names at 80 columns."""
    if starts == stops:
        return "%H:%M"
    return "%a %H:%M" if (stops - starts).days < 7 else DAY_AND_TIME


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--at {text}: write a moment like 2026-12-01T18:30") from None


def _aware(moment: datetime, settings: Settings) -> datetime:
    if moment.tzinfo:
        return moment
    return moment.replace(tzinfo=ZoneInfo(settings.panel.timezone)) if settings.panel.timezone else moment.astimezone()


def show_asyncapi() -> int:
    """Prints the MQTT contract, generated from the models that parse it."""
    from player import __version__
    from player.contract.asyncapi import describe_contract

    sys.stdout.write(json.dumps(describe_contract(__version__), indent=2, ensure_ascii=False) + "\n")
    return 0
