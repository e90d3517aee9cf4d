"""The process in which the console's reports are made: the database and what draws a report are loaded here, not in the server.

Knows: the questions of the page. Touches: the records' database (reading, but for what a stick brought), stdin and stdout.
Must not: be imported by the server.

A question is a line of JSON; an answer is a line with two lengths, so many bytes of JSON, and so many bytes of a file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from player.base.parent import die_with_parent
from player.office.records.asking import (
    ReportFile,
    ReportKind,
    ReportQuestion,
    inquiry_of,
    make_report,
    read_bookings,
    write_report,
)
from player.office.records.database import is_set_up, open_database, plain_database_errors
from player.office.records.days import moment_of
from player.office.records.keys import list_keys
from player.office.records.opening import RecordsOffice, read_records, records_office
from player.office.records.queries import known_until, open_faults, panels_called, proofs
from player.office.records.reports.layout import Bar, Report, Sheet, cell_words
from player.office.records.reports.today import bookings_today, today_report
from player.office.records.sticks import import_batches
from player.office.records.verification import verify_database
from player.office.settings import OfficeSettings
from player.office.signing import OfficeError

FAULTS_TOLD = 20
MOST_STRETCHES = 4000
"""Of a bar on a page; a day has some hundred."""
Answer = tuple[Mapping[str, Any], bytes]


def main() -> None:
    """One question after another, until the server closes its end."""
    if not die_with_parent():
        return
    # What a library prints must not stand among the answers: the pipe moves away from number 1.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    office: RecordsOffice | None = None
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        try:
            if office is None:
                office = records_office(OfficeSettings.model_validate(asked["settings"]))
            said, raw = answer(office, asked)
        except OfficeError as error:
            said, raw = {"fault": str(error)}, b""
        except OSError as error:
            said, raw = {"fault": f"{error.filename or 'the disk'}: {os.strerror(error.errno or 5)}"}, b""
        _send(answers, said, raw)


def _send(answers: BinaryIO, said: Mapping[str, Any], raw: bytes) -> None:
    text = json.dumps(said).encode()
    answers.write(b"%d %d\n" % (len(text), len(raw)) + text + raw)
    answers.flush()


def answer(office: RecordsOffice, asked: Mapping[str, Any]) -> Answer:
    """asked["what"]: overview, report, file, check or import. Raises OfficeError."""
    wall = datetime.fromisoformat(asked["wall"])
    if asked["what"] == "import":
        return _import(office, Path(asked["folder"]), wall), b""
    if not is_set_up(office.url):
        return {"empty": True}, b""
    match asked["what"]:
        case "overview":
            return _overview(office, asked["language"], wall), b""
        case "report":
            return told_report(_report(office, asked, wall)), b""
        case "file":
            report, form = _report(office, asked, wall), ReportFile(asked["form"])
            return {"name": f"{report.name}{form.value}"}, write_report(report, form)
        case "check":
            return _check(office, asked["panel"] or None), b""
    raise OfficeError(f"{asked['what']!r} is no question")


def _report(office: RecordsOffice, asked: Mapping[str, Any], wall: datetime) -> Report:
    words = asked["question"]
    question = ReportQuestion(**{**words, "kind": ReportKind(words["kind"])})
    with read_records(office) as connection:
        return make_report(question, inquiry_of(office, connection, asked["language"], wall), read_bookings(office))


# ---- what a page shows


def told_report(report: Report) -> dict[str, Any]:
    """A report for a page: its cells in words, its bars as stretches."""
    return {
        "name": report.name, "title": report.title, "subtitle": report.subtitle, "lead": report.lead,
        "warnings": report.warnings, "proof": report.proof, "proof_title": report.proof_title,
        "whole": _told_bar(report.whole) if report.whole else None, "hours": [_told_bar(bar) for bar in report.hours],
        "hours_title": report.hours_title, "legend": [(tone.value, words) for tone, words in report.legend],
        "sheets": [_told_sheet(sheet, report.language) for sheet in report.sheets], "wide": report.wide,
    }  # fmt: skip


def _told_bar(bar: Bar) -> dict[str, Any]:
    """Stretches in per cent of the bar: (begin, length, tone)."""
    share = 100 / bar.length_s
    return {
        "label": bar.label,
        "stretches": [
            (round(each.begins_s * share, 4), round((each.ends_s - each.begins_s) * share, 4), each.tone.value)
            for each in bar.stretches[:MOST_STRETCHES]
        ],
        "ticks": [(round(second * share, 3), words) for second, words in bar.ticks],
    }


def _told_sheet(sheet: Sheet, language: str) -> dict[str, Any]:
    def told(row: tuple[Any, ...]) -> list[str]:
        return [cell_words(cell, heading.shape, language) for cell, heading in zip(row, sheet.headings, strict=True)]

    return {
        "title": sheet.title, "headings": [(heading.title, heading.shape.value) for heading in sheet.headings],
        "rows": [told(row) for row in sheet.shown], "total": told(sheet.total) if sheet.total is not None else None,
        "note": sheet.note, "left_out": sheet.left_out,
    }  # fmt: skip


def _overview(office: RecordsOffice, language: str, wall: datetime) -> dict[str, Any]:
    """What the office has: the panels and their keys, what is wrong, the clients, today's bookings."""
    said = read_bookings(office)
    with read_records(office) as connection:
        panels = panels_called(connection)
        until, keys = known_until(connection, panels), list_keys(connection)
        faults, newest = open_faults(connection, panels), {each.panel: each for each in proofs(connection, panels)}
        asked = inquiry_of(office, connection, language, wall)
        today = bookings_today(asked, said.bookings)
        report = told_report(today_report(asked, today, said.faults))
    rows = []
    for key in keys:
        proof = newest.get(key.panel)
        mine = proof is not None and proof.key == key.fingerprint
        ends = until.get(key.panel) if mine else None
        rows.append({
            "panel": key.panel, "key": key.fingerprint, "accepted": bool(key.accepted),
            "records": proof.n if proof and mine else None, "chain": proof.chain[:16] if proof and mine else "",
            "until": moment_of(ends, office.zone).isoformat() if ends is not None else None,
        })  # fmt: skip
    return {
        "panels": list(panels.values()), "keys": rows,
        "faults": [{"panel": each.panel, "detail": each.detail} for each in faults[:FAULTS_TOLD]],
        "more_faults": max(0, len(faults) - FAULTS_TOLD),
        "clients": sorted({booking.client for booking in said.bookings}), "today": report,
        "standings": [each.standing.value for each in today], "bookings_file": str(office.settings.bookings_file),
    }  # fmt: skip


def _check(office: RecordsOffice, panel: str | None) -> dict[str, Any]:
    with read_records(office) as connection:
        found = verify_database(connection, panel)
    return {
        "checked": [
            {"panel": each.panel, "records": each.records, "last": each.last, "faults": each.faults} for each in found
        ]
    }


# ---- what a stick brought


def _import(office: RecordsOffice, bundle: Path, wall: datetime) -> dict[str, Any]:
    """The batches below `bundle`, into the database."""
    engine = open_database(office.url, make=True)
    try:
        with plain_database_errors(office.url):
            done = import_batches(engine, bundle, wall.astimezone(UTC))
    finally:
        engine.dispose()
    return {"batches": done.batches, "fresh": done.fresh, "waiting": done.waiting, "news": done.news[:FAULTS_TOLD]}


if __name__ == "__main__":
    main()
