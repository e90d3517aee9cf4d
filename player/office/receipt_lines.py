"""A receipt in lines that people read: in the panel's language, by its own clock, with one number for one stick.

Knows: which of a receipt's fields are told, and in what words (base/indonesian.py). Touches nothing.
Must not: believe a receipt: it comes from a stick, and may hold anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from player.base.catalogue import catalogue_of
from player.base.zones import zone_called
from player.bundle.receipt import Receipt
from player.bundle.refusals import spoken_refusals
from player.contract.decoding import ReportError, decode_health
from player.contract.reports import HealthReport

ReceiptLine = tuple[str, str]
"""What a line is about, and what it says."""
Say = Callable[[str], str]
"""One of our own words in the panel's language."""


def lines_of(one: Receipt, *, full: bool) -> list[ReceiptLine]:
    """full: also how the panel was at that moment."""
    catalogue = catalogue_of(one.language, spoken_refusals())

    def say(word: str) -> str:
        return catalogue.find(word) or word

    lines = [*_told(one, say), *(_health(one, say) if full else ())]
    lines += [("problem", catalogue.say(problem)) for problem in one.problems]
    return [(say(name), value) for name, value in lines if value]


def _told(one: Receipt, say: Say) -> Iterator[ReceiptLine]:
    at = one.at.astimezone(zone_called(one.timezone, one.at.tzinfo)) if one.at.tzinfo else one.at
    yield "panel", one.panel
    yield "when", f"{at:%Y-%m-%d %H:%M %Z}" + ("" if one.clock == "synced" else f" ({say('clock')}: {say(one.clock)})")
    yield "result", say(one.result) + (f" ({one.number})" if one.number else "")
    yield "why", "; ".join(part for part in (one.reason, one.remedy) if part)
    # One number for one stick, the bundle's; an unsigned one has only the panel's own for its release.
    if one.serial is not None:
        yield "serial", str(one.serial)
    elif one.release is not None:
        yield "release", str(one.release)
    yield "files", f"{one.files}, {one.size_bytes / 1e6:.1f} MB" if one.files else ""


def _health(one: Receipt, say: Say) -> Iterator[ReceiptLine]:
    if one.health is None:
        return
    try:
        health = decode_health(json.dumps(one.health).encode())
    except (ReportError, ValueError, RecursionError):
        yield "health", say("not understood")
        return
    yield from _health_lines(health, say)


def _health_lines(health: HealthReport, say: Say) -> Iterator[ReceiptLine]:
    player, screen, content, machine = health.player, health.screen, health.content, health.machine
    yield "state", f"{say(player.state.value)}: {player.reason}"
    yield "item", player.item or ""
    yield "screen", f"{screen.width}x{screen.height}" if screen.width else ""
    yield "content", f"{content.files} {say('files')}, {content.bytes / 1e6:.1f} MB"
    for item in player.quarantined:
        yield "bad item", item
    yield "version", f"{health.version}, {say('up')} {timedelta(seconds=health.uptime_s)}"
    measured = (
        ("clock", say(health.clock), ""), ("cpu", machine.cpu_percent, " %"), ("memory", machine.memory_percent, " %"),
        ("free", None if machine.disk_free_bytes is None else machine.disk_free_bytes / 1e9, " GB"),
        ("", machine.temperature_c, " °C"),
    )  # fmt: skip
    yield (
        "machine",
        ", ".join(
            f"{say(name)} {value:.0f}{unit}".strip() if isinstance(value, float | int) else f"{say(name)} {value}"
            for name, value, unit in measured
            if value is not None
        ),
    )
    for alert in health.alerts:
        yield "alert", alert
