"""`panel-player status`: what the daemon on this machine last wrote, in plain lines.

Knows: what a technician wants to read. Touches: the status file, the terminal.
Must not: need a network, or run in the daemon (it loads rich).
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from player.contract.encoding import ReportError, StatusExtras, decode_extras, decode_health
from player.contract.reports import HealthReport, JournalReport, PlayerState
from player.machine.status_file import STATUS_FILE
from player.settings.file import SettingsError
from player.settings.models import Settings
from player.start import read_or_fall_back

OLD_STATUS_S = 30.0
"""The daemon writes its status every 10 s at least."""


def show_status(config: Path, as_json: bool) -> int:
    """Prints what the daemon last wrote. Returns 0 when it runs and nothing is wrong, 1 otherwise."""
    out = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        settings, warnings = read_or_fall_back(config)
        for warning in warnings:
            out.print(f"{warning.alert}: {warning.detail}", style="bold red")
        path = settings.panel.state_folder / STATUS_FILE
        payload = path.read_bytes()
        report, extras = decode_health(payload), decode_extras(payload)
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
    for name, value, style in status_lines(report, extras, settings, age_s):
        out.print(f"{name:<9}", style="bold", end="")
        out.print(value, style=style)
    return 1 if report.alerts or age_s > OLD_STATUS_S else 0


def _confined_line(report: HealthReport) -> tuple[str, str, str] | None:
    """Whether what reads strangers' bytes has this machine in reach; None: nothing that says so has run yet."""
    said = {"decoders": [layer.confined for layer in report.player.layers], "vetting": [report.content.confined]}
    reach = [name for name, each in said.items() if False in each]
    if reach:
        what = f"NOT the {' and '.join(reach)}: let the kernel allow user namespaces (the log says why)"
        return "confined", what, "yellow"
    held = [name for name, each in said.items() if True in each]
    return ("confined", " and ".join(held), "") if held else None


def status_lines(
    report: HealthReport, extras: StatusExtras, settings: Settings, age_s: float
) -> list[tuple[str, str, str]]:
    """(name, value, style) for each line that a technician wants to read."""
    p, s, content, m = report.player, report.screen, report.content, report.machine
    brightness = extras.brightness
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
    if p.ticker:
        lines.append(("ticker", p.ticker, ""))
    lines.append(("changes", f"{p.changes} items shown, {p.failures} failures", ""))
    if s.width:
        seen, is_fault = _seen(report)
        lines.append(("screen", f"{s.width}x{s.height}, {seen}", "red" if is_fault else ""))
    if brightness is not None and (brightness.percent != 100 or brightness.asked != 100):
        bright = "not known" if brightness.percent is None else f"{brightness.percent} %"
        if brightness.why and brightness.asked is not None:
            bright = f"{brightness.asked} % is wanted, but {brightness.why}"
        if not brightness.why or brightness.asked != 100:
            lines.append(("bright", f"{bright} ({brightness.reason})", "red" if brightness.why else ""))
    if (confined := _confined_line(report)) is not None:
        lines.append(confined)
    where = f"{content.slot} release {content.release}" if content.slot else "none yet"
    lines.append(("content", f"{where}, {content.files} files, {content.bytes / 1e6:.1f} MB", ""))
    if content.pending:
        done = content.pending
        lines.append(("import", f"{done.files_done} of {done.files_total} files {done.waiting_for}", "yellow"))
    lines += [("problem", problem, "yellow") for problem in content.problems]
    lines += [("bad item", item, "yellow") for item in p.quarantined]
    if extras.journal is not None:
        lines.append(("records", _records_words(extras.journal), ""))
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


def _records_words(journal: JournalReport) -> str:
    unsent = journal.records - journal.acknowledged
    words = f"{journal.records} kept, {unsent} unsent"
    if journal.unsent_since is not None and unsent:
        words += f" since {journal.unsent_since:%Y-%m-%d %H:%M} UTC"
    if journal.acknowledged:
        words += f"; the office has acknowledged {journal.acknowledged}"
    return words


def _seen(report: HealthReport) -> tuple[str, bool]:
    """What the pixels of the screen say, and whether that is a fault: black on purpose is none."""
    screen, state = report.screen, report.player.state
    if screen.lit is False and state is PlayerState.DARK:
        return "dark, as planned", False
    if screen.lit is False and state is PlayerState.BLANK:
        return "black, on purpose", False
    lit = {True: "lit", False: "BLACK", None: "not looked at"}[screen.lit]
    moving = {True: "moving", False: "still", None: "not known"}[screen.moving]
    return f"{lit}, {moving}", screen.lit is False and state in (PlayerState.PLAYING, PlayerState.OVERRIDE)
