"""`panel-player records`: one day of this panel, as its journal has it, without any network.

Knows: how a day is summed up as tables. Touches: the journal's files (reading), the terminal.
Must not: need the daemon or a network, or run in the daemon (it loads rich).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from player.base.text import for_terminal
from player.base.zones import panel_zone
from player.contract.record_batches import fingerprint
from player.contract.records import (
    Evidence,
    PlayRecord,
    RecordKind,
    encode_record,
    evidence_of,
    seconds_within,
    span_of_day,
)
from player.journal.keys import read_public
from player.journal.reading import JOURNAL_FOLDER, KEY_NAME, DamagedLine, read_running, read_segment, segments_about
from player.settings.file import SettingsError
from player.settings.models import Settings
from player.start import read_or_fall_back

OTHER_ROWS = 200
"""Of all that was no item; a day with more of them has a fault of its own, which the first ones show."""


@dataclass(slots=True)
class _Shown:
    """What a day holds of one item."""

    plays: int = 0
    seconds: float = 0.0
    evidence: dict[Evidence, int] = field(default_factory=dict)


def show_records(config: Path, day: str, as_json: bool) -> int:
    """Prints the day. Returns 0, or 1 when there is no such day or a line of it is damaged."""
    out = Console(highlight=False, soft_wrap=True, markup=False)
    try:
        settings, _ = read_or_fall_back(config)
        zone = panel_zone(settings.panel.timezone)
        wanted = date.fromisoformat(day) if day else datetime.now(zone).date()
        records, damaged = _records_of(settings, wanted, zone)
    except SettingsError as error:
        out.print(str(error), style="red")
        return 1
    except ValueError:
        out.print(f"--day {day}: write a day like 2026-12-01", style="red")
        return 1
    except OSError as error:
        out.print(f"the records cannot be read: {error}", style="red")
        return 1
    if as_json:
        for record in records:
            sys.stdout.buffer.write(encode_record(record) + b"\n")
    else:
        _print_day(out, settings.panel.name, wanted, zone, records)
        key = read_public(settings.panel.state_folder / JOURNAL_FOLDER / KEY_NAME)
        out.print(
            f"key {fingerprint(key)}" if key else "key: shown to root only (sudo panel-player records)", style="dim"
        )
        for line in damaged:
            out.print(f"{line.segment.name} line {line.line} is damaged: {line.why}", style="bold red")
    return 1 if damaged or not records else 0


def _records_of(settings: Settings, day: date, zone: tzinfo) -> tuple[list[PlayRecord], list[DamagedLine]]:
    """Every record with a share of the day, the open one last, and the lines that are no records."""
    folder = settings.panel.state_folder / JOURNAL_FOLDER
    begins, ends = span_of_day(day, zone)
    records: list[PlayRecord] = []
    damaged: list[DamagedLine] = []
    last = 0
    for segment in segments_about(folder, begins, ends):
        for stored in read_segment(segment):
            if isinstance(stored, DamagedLine):
                damaged.append(stored)
                continue
            last = stored.record.n
            if _touches(stored.record, begins, ends):
                records.append(stored.record)
    running = read_running(folder).record
    if running is not None and running.n > last and _touches(running, begins, ends):
        records.append(running)
    return records, damaged


def _touches(record: PlayRecord, begins: datetime, ends: datetime) -> bool:
    first, last = sorted((record.at, record.ends))
    return first < ends and last > begins


def _print_day(out: Console, panel: str, day: date, zone: tzinfo, records: list[PlayRecord]) -> None:
    begins, ends = span_of_day(day, zone)
    out.print(f"{panel}, {day:%A %Y-%m-%d} ({zone})", style="bold")
    if not records:
        out.print("no records of this day", style="yellow")
        return
    shares = [(record, seconds_within(record, begins, ends)) for record in records]
    total = sum(share for _, share in shares)
    kinds = _table("what", "time", "share", numbers=("time", "share"))
    for kind in RecordKind:
        of_kind = [share for record, share in shares if record.kind is kind]
        if of_kind:
            kinds.add_row(kind.value, clock_time(sum(of_kind)), f"{100 * sum(of_kind) / total:.1f} %" if total else "")
    kinds.add_row("all", clock_time(total), "", style="bold")
    out.print(kinds)
    _print_items(out, shares)
    _print_others(out, records, day, zone)


def _table(*names: str, numbers: tuple[str, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False)
    for name in names:
        table.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    return table


def _print_items(out: Console, shares: list[tuple[PlayRecord, float]]) -> None:
    shown: dict[str, _Shown] = {}
    for record, share in shares:
        if record.kind is RecordKind.ITEM:
            item = shown.setdefault(record.item, _Shown())
            item.plays += 1
            item.seconds += share
            found = evidence_of(record)
            item.evidence[found] = item.evidence.get(found, 0) + 1
    if not shown:
        return
    table = _table("item", "plays", "time", *Evidence, numbers=("plays", "time", *Evidence))
    for name, item in sorted(shown.items(), key=lambda pair: -pair[1].seconds):
        counts = (str(item.evidence.get(each, 0)) for each in Evidence)
        table.add_row(for_terminal(name), str(item.plays), clock_time(item.seconds), *counts)
    out.print(table)


def _print_others(out: Console, records: list[PlayRecord], day: date, zone: tzinfo) -> None:
    """Whatever was no item: when, how long, why."""
    others = [record for record in records if record.kind is not RecordKind.ITEM]
    if not others:
        return
    table = _table("from", "time", "what", "why", numbers=("from", "time"))
    for record in others[:OTHER_ROWS]:
        at = record.at.astimezone(zone)
        begins = f"{at:%H:%M:%S}" if at.date() == day else f"{at:%a %H:%M:%S}"
        table.add_row(begins, clock_time(record.seconds), record.kind.value, for_terminal(record.reason))
    out.print(table)
    if len(others) > OTHER_ROWS:
        out.print(f"and {len(others) - OTHER_ROWS} more; --json shows all", style="yellow")


def clock_time(seconds: float) -> str:
    """Hours, minutes and seconds: "1:02:03"; a step back of the clock is negative."""
    whole = round(abs(seconds))
    return f"{'-' if seconds < 0 else ''}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
