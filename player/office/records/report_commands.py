"""The office's commands for reports: day, airtime, items, and how today's bookings stand.

Knows: how they are asked for, and where a report goes. Touches: the terminal, and the files that are asked for.
Must not: import the database or what draws a report before one of its commands runs.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from player.base.disk import replace_file
from player.base.text import for_terminal
from player.office.records.asking import (
    ReportFile,
    ReportKind,
    ReportQuestion,
    inquiry_of,
    make_report,
    read_bookings,
    write_report,
)
from player.office.records.opening import RecordsOffice, open_office, read_records
from player.office.terminal import err, out, plain_errors, tell

if TYPE_CHECKING:
    from player.office.records.reports.layout import Report

app = typer.Typer(no_args_is_help=True)
report_app = typer.Typer(
    no_args_is_help=True, help="What was shown: a day of a panel, air time, items; on screen and on paper."
)
app.add_typer(report_app, name="report")

STANDARD_OUTPUT = "-"

Panel = Annotated[str, typer.Argument(help="The panel's name.")]
Day = Annotated[str, typer.Argument(metavar="DATE", help="Like 2026-11-25, or yesterday.")]
OnlyPanel = Annotated[str | None, typer.Option("--panel", help="Only this panel.")]
Month = Annotated[str, typer.Option("--month", help="A month, like 2026-11.")]
From = Annotated[str, typer.Option("--from", help="First day, like 2026-11-01.")]
To = Annotated[str, typer.Option("--to", help="Last day. Default: yesterday.")]
ToCsv = Annotated[Path | None, typer.Option("--csv", help="Write the table as CSV; - writes it here.")]
ToXlsx = Annotated[Path | None, typer.Option("--xlsx", help="Write a spreadsheet: a file, or a folder.")]
ToPdf = Annotated[Path | None, typer.Option("--pdf", help="Write a PDF: a file, or a folder.")]
Language = Annotated[str, typer.Option("--language", help="id or en. Default: web.language of the settings.")]
Database = Annotated[str, typer.Option("--database", help="Another database than the settings'.")]


@report_app.command()
def day(
    context: typer.Context, panel: Panel, when: Day, csv: ToCsv = None, xlsx: ToXlsx = None, pdf: ToPdf = None,
    language: Language = "", database: Database = "",
) -> None:  # fmt: skip
    """One panel's day: a bar of colours, and a table in which every second is accounted for."""
    with plain_errors():
        question = ReportQuestion(ReportKind.DAY, panel, day=when)
        _report(open_office(context, database), language, question, csv, xlsx, pdf)


@report_app.command()
def airtime(
    context: typer.Context, month: Month = "", first: From = "", last: To = "",
    client: Annotated[str, typer.Option("--client", help="Only this client; a part of the name.")] = "", panel: OnlyPanel = None,
    csv: ToCsv = None, xlsx: ToXlsx = None, pdf: ToPdf = None, language: Language = "", database: Database = "",
) -> None:  # fmt: skip
    """What was promised, shown, seen and missed, and why; for each booking of bookings.toml."""
    with plain_errors():
        question = ReportQuestion(ReportKind.AIRTIME, panel, month=month, first=first, last=last, client=client)
        _report(open_office(context, database), language, question, csv, xlsx, pdf)


@report_app.command()
def items(
    context: typer.Context, month: Month = "", first: From = "", last: To = "", panel: OnlyPanel = None,
    csv: ToCsv = None, xlsx: ToXlsx = None, pdf: ToPdf = None, language: Language = "", database: Database = "",
) -> None:  # fmt: skip
    """Every item that was on screen: how often, how long, and how it is known."""
    with plain_errors():
        question = ReportQuestion(ReportKind.ITEMS, panel, month=month, first=first, last=last)
        _report(open_office(context, database), language, question, csv, xlsx, pdf)


@app.command()
def bookings(context: typer.Context, language: Language = "", database: Database = "") -> None:
    """How today's bookings stand. Exit status 1 when one cannot be kept any more, or the file has a fault."""
    with plain_errors():
        office = open_office(context, database)
        from player.office.records.reports.terminal import draw_report
        from player.office.records.reports.today import Standing, bookings_today, today_report

        said = read_bookings(office, needed=True)
        with read_records(office) as connection:
            asked = inquiry_of(office, connection, language, datetime.now(UTC))
            found = bookings_today(asked, said.bookings)
            out.print(draw_report(today_report(asked, found, said.faults), out.width))
        if said.faults or any(one.standing is Standing.LOST for one in found):
            raise typer.Exit(1)


def _report(
    office: RecordsOffice,
    language: str,
    question: ReportQuestion,
    csv: Path | None,
    xlsx: Path | None,
    pdf: Path | None,
) -> None:
    """The report on the terminal, or as the files that were asked for."""
    said = read_bookings(office)
    for fault in said.faults:
        err.print(f"[yellow]{escape(for_terminal(fault))}[/yellow]", soft_wrap=True)
    with read_records(office) as connection:
        report = make_report(question, inquiry_of(office, connection, language, datetime.now(UTC)), said)
    for path, form in ((csv, ReportFile.CSV), (xlsx, ReportFile.XLSX), (pdf, ReportFile.PDF)):
        if path is not None:
            _save(path, report, form.value, write_report(report, form))
    if not (csv or xlsx or pdf):
        from player.office.records.reports.terminal import draw_report

        out.print(draw_report(report, out.width))


def _save(path: Path, report: Report, ending: str, content: bytes) -> None:
    if str(path) == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    target = path / f"{report.name}{ending}" if path.is_dir() else path
    replace_file(target, content, lasting=False)
    tell(f"{target}: {len(content) / 1000:.0f} KB")
