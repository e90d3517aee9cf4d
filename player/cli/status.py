"""`panel-player status`: what the daemon on this machine last wrote, in plain lines.

Knows: what a technician wants to read. Touches: the status file, the terminal.
Must not: need a network, or run in the daemon (it loads rich).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from rich.console import Console

from player.base.zones import panel_zone
from player.cli.language import Speech, speech_of
from player.contract.decoding import ReportError, decode_extras, decode_health
from player.contract.encoding import StatusExtras
from player.contract.reports import ON_PURPOSE, BrightnessReport, HealthReport, JournalReport, PlayerState
from player.core.alerts import ALERTS
from player.machine.status_file import STATUS_FILE
from player.settings.file import SettingsError
from player.settings.models import Settings
from player.start import read_or_fall_back

ENGLISH = Speech("en")
MARKDOWN = re.compile(r"`([^`]*)`|\[([^]]*)\]\([^)]*\)")
OLD_STATUS_S = 30.0
"""The daemon writes its status every 10 s at least."""


def show_status(config: Path, as_json: bool, language: str | None = None) -> int:
    """Prints what the daemon last wrote. Returns 0 when it runs and nothing is wrong, 1 otherwise."""
    out = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        settings, warnings = read_or_fall_back(config)
    except SettingsError as error:
        out.print(str(error), style="red")
        return 1
    speech = speech_of(language, config, settings)
    for warning in warnings:
        out.print(f"{warning.alert}: {speech.say(warning.detail or '')}", style="bold red")
    path = settings.panel.state_folder / STATUS_FILE
    try:
        payload = path.read_bytes()
        report, extras = decode_health(payload), decode_extras(payload)
    except OSError:
        said = speech.say(f"no status file {path}: the daemon has not run yet; systemctl status panel-player")
        out.print(said, style="red")
        return 1
    except ReportError as error:
        out.print(f"{path}: {error}", style="red")
        return 1
    if as_json:
        sys.stdout.buffer.write(payload + b"\n")
        return 0
    age_s = (datetime.now(UTC) - report.at).total_seconds()
    for name, value, style in status_lines(report, extras, settings, age_s, speech):
        out.print(f"{speech.word(name):<9}", style="bold", end="")
        out.print(value, style=style)
    return 1 if report.alerts or age_s > OLD_STATUS_S else 0


def _confined_line(report: HealthReport, speech: Speech) -> tuple[str, str, str] | None:
    """Whether what reads strangers' bytes has this machine in reach; None: nothing that says so has run yet."""
    said = {"decoders": [layer.confined for layer in report.player.layers], "vetting": [report.content.confined]}

    def those(value: bool) -> str:
        return f" {speech.word('and')} ".join(speech.word(name) for name, each in said.items() if value in each)

    if reach := those(False):
        what = speech.say(f"NOT the {reach}: let the kernel allow user namespaces (the log says why)")
        return "confined", what, "yellow"
    return ("confined", held, "") if (held := those(True)) else None


def status_lines(
    report: HealthReport, extras: StatusExtras, settings: Settings, age_s: float, speech: Speech = ENGLISH
) -> list[tuple[str, str, str]]:
    """(name, value, style) for each line that a technician wants to read; the value in the speech's language."""
    p, content, say = report.player, report.content, speech.say
    good = p.state in (PlayerState.PLAYING, PlayerState.OVERRIDE, PlayerState.DARK)
    up = timedelta(seconds=report.uptime_s)
    lines = [("panel", say(f"{settings.panel.name}, version {report.version}") + ", " + say(f"up {up}"), "")]
    if age_s > OLD_STATUS_S:
        silent = say(f"NOT RUNNING? it last wrote {age_s:.0f} s ago; systemctl status panel-player")
        lines.append(("daemon", silent, "bold red"))
    lines.append(("player", f"{speech.word(p.state.value)}: {say(p.reason)}", "green" if good else "yellow"))
    if p.item:
        lines.append(("item", say(f"{p.item} at {p.position_s:.0f} s") if p.position_s is not None else p.item, ""))
    if p.ticker:
        lines.append(("ticker", p.ticker, ""))
    lines.append(("changes", say(f"{p.changes} items shown, {p.failures} failures"), ""))
    lines += _picture_lines(report, extras.brightness, speech)
    if (confined := _confined_line(report, speech)) is not None:
        lines.append(confined)
    where = say(f"{speech.word(content.slot)} release {content.release}") if content.slot else speech.word("none yet")
    lines.append(("content", f"{where}, " + say(f"{content.files} files, {content.bytes / 1e6:.1f} MB"), ""))
    if content.pending:
        done = content.pending
        lines.append(
            ("import", say(f"{done.files_done} of {done.files_total} files") + f" {done.waiting_for}", "yellow")
        )
    lines += [("problem", speech.spell_told(problem), "yellow") for problem in content.problems]
    lines += [("bad item", speech.spell_told(item), "yellow") for item in p.quarantined]
    if extras.journal is not None:
        zone = panel_zone(settings.panel.timezone)
        lines.append(("records", _records_words(extras.journal, zone, speech), ""))
    lines.append(("machine", ", ".join(_machine_words(report, speech)), ""))
    lines += [("ALERT", _alert_words(alert, speech), "bold red") for alert in report.alerts]
    return lines


def _picture_lines(
    report: HealthReport, brightness: BrightnessReport | None, speech: Speech
) -> Iterator[tuple[str, str, str]]:
    """What the screen shows, and how bright; a panel that is never dimmed has no line for that."""
    screen, say = report.screen, speech.say
    if screen.width:
        seen, is_fault = _seen(report, speech)
        yield "screen", f"{screen.width}x{screen.height}, {seen}", "red" if is_fault else ""
    if brightness is None or (brightness.percent == 100 and brightness.asked == 100):
        return
    reason = say(brightness.reason)
    if brightness.why and brightness.asked is not None:
        if brightness.asked != 100:
            yield "bright", say(f"{brightness.asked} % is wanted, but {brightness.why} ({reason})"), "red"
    elif not brightness.why or brightness.asked != 100:
        bright = speech.word("not known") if brightness.percent is None else f"{brightness.percent} %"
        yield "bright", f"{bright} ({reason})", "red" if brightness.why else ""


def _machine_words(report: HealthReport, speech: Speech) -> Iterator[str]:
    m, say = report.machine, speech.say
    yield say(f"clock {speech.word(report.clock)}")
    if m.cpu_percent is not None:
        yield say(f"cpu {m.cpu_percent:.0f} %")
    if m.memory_percent is not None:
        yield say(f"memory {m.memory_percent:.0f} %")
    if m.disk_free_bytes is not None:
        yield say(f"{m.disk_free_bytes / 1e9:.1f} GB free")
    if m.temperature_c is not None:
        yield say(f"{m.temperature_c:.0f} °C")


def _alert_words(alert: str, speech: Speech) -> str:
    """The alert's id, what it means and what to do: without Markdown, which is for the manuals."""
    row = next((row for known, row in ALERTS.items() if known == alert), None)
    if row is None:
        return alert
    said = f"{speech.say(row.meaning)}; {speech.say(row.remedy)}"
    return f"{alert}: {MARKDOWN.sub(lambda found: found[1] or found[2], said)}"


def _records_words(journal: JournalReport, zone: tzinfo, speech: Speech) -> str:
    unsent = journal.records - journal.acknowledged
    words = f"{journal.records} kept, {unsent} unsent"
    if journal.unsent_since is not None and unsent:
        words += f" since {journal.unsent_since.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    words = speech.say(words)
    if journal.acknowledged:
        words += "; " + speech.say(f"the office has acknowledged {journal.acknowledged}")
    return words


def _seen(report: HealthReport, speech: Speech) -> tuple[str, bool]:
    """What the pixels of the screen say, and whether that is a fault: black on purpose is none."""
    screen, state = report.screen, report.player.state
    if screen.lit is False and state in ON_PURPOSE:
        return speech.word(ON_PURPOSE[state]), False
    lit = {True: "lit", False: "BLACK", None: "not looked at"}[screen.lit]
    moving = {True: "moving", False: "still", None: "not known"}[screen.moving]
    is_fault = screen.lit is False and state in (PlayerState.PLAYING, PlayerState.OVERRIDE)
    return f"{speech.word(lit)}, {speech.word(moving)}", is_fault
