"""The office's commands for reports: day, airtime, items, and how today's bookings stand.

Knows: how they are asked for, and where a report goes. Touches: the terminal, and the files that are asked for.
Must not: import the database or what draws a report before one of its commands runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from player.base.disk import replace_file
from player.base.text import for_terminal
from player.office.bundles import err, out, plain_errors
from player.office.records.bookings import BOOKINGS_LIMIT_BYTES, Bookings, parse_bookings
from player.office.records.opening import RecordsOffice, open_office, read_records, tell
from player.office.signing import OfficeError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from player.office.records.reports.common import Inquiry
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

    def make(asked: Inquiry, _: Bookings) -> Report:
        from player.office.records.days import day_of
        from player.office.records.reports.day import day_report

        return day_report(asked, panel, day_of(when, asked.wall.astimezone(asked.zone).date()))

    with plain_errors():
        _report(open_office(context, database), language, make, csv, xlsx, pdf)


@report_app.command()
def airtime(
    context: typer.Context, month: Month = "", first: From = "", last: To = "",
    client: Annotated[str, typer.Option("--client", help="Only this client; a part of the name.")] = "", panel: OnlyPanel = None,
    csv: ToCsv = None, xlsx: ToXlsx = None, pdf: ToPdf = None, language: Language = "", database: Database = "",
) -> None:  # fmt: skip
    """What was promised, shown, seen and missed, and why; for each booking of bookings.toml."""

    def make(asked: Inquiry, bookings: Bookings) -> Report:
        from player.office.records.reports.airtime import Period, airtime_report

        return airtime_report(asked, Period(*_period(asked, month, first, last), client, panel), bookings.bookings)

    with plain_errors():
        _report(open_office(context, database), language, make, csv, xlsx, pdf)


@report_app.command()
def items(
    context: typer.Context, month: Month = "", first: From = "", last: To = "", panel: OnlyPanel = None,
    csv: ToCsv = None, xlsx: ToXlsx = None, pdf: ToPdf = None, language: Language = "", database: Database = "",
) -> None:  # fmt: skip
    """Every item that was on screen: how often, how long, and how it is known."""

    def make(asked: Inquiry, _: Bookings) -> Report:
        from player.office.records.reports.items import items_report

        return items_report(asked, *_period(asked, month, first, last), panel)

    with plain_errors():
        _report(open_office(context, database), language, make, csv, xlsx, pdf)


def _period(asked: Inquiry, month: str, first: str, last: str) -> tuple[date, date]:
    """The days of a report; without any word, this month until yesterday. Raises OfficeError."""
    from player.office.records.days import day_of, month_of

    today = asked.wall.astimezone(asked.zone).date()
    if month and (first or last):
        raise OfficeError("give --month, or --from and --to")
    if month:
        return month_of(month)
    yesterday = today - timedelta(days=1)
    ends = day_of(last, today) if last else yesterday
    return day_of(first, today) if first else ends.replace(day=1), ends


@app.command()
def bookings(context: typer.Context, language: Language = "", database: Database = "") -> None:
    """How today's bookings stand. Exit status 1 when one cannot be kept any more, or the file has a fault."""
    with plain_errors():
        office = open_office(context, database)
        from player.office.records.reports.terminal import draw_report
        from player.office.records.reports.today import Standing, bookings_today, today_report

        said = _bookings(office, needed=True)
        with read_records(office) as connection:
            asked = _asked(office, connection, language)
            found = bookings_today(asked, said.bookings)
            out.print(draw_report(today_report(asked, found, said.faults), out.width))
        if said.faults or any(one.standing is Standing.LOST for one in found):
            raise typer.Exit(1)


def _asked(office: RecordsOffice, connection: Connection, language: str) -> Inquiry:
    from player.office.records.reports.common import Inquiry

    if language not in ("", "id", "en"):
        raise OfficeError(f"--language {language}: write id or en")
    return Inquiry(connection, office.zone, language or office.settings.web.language, datetime.now(UTC))


def _bookings(office: RecordsOffice, *, needed: bool = False) -> Bookings:
    """The file's bookings; without the file there are none."""
    path = office.settings.bookings_file
    try:
        with path.open("rb") as file:
            return parse_bookings(file.read(BOOKINGS_LIMIT_BYTES + 1), path.name)
    except FileNotFoundError:
        if needed:
            raise OfficeError(f"{path} is not there; write the bookings into it") from None
        return Bookings()


def _report(
    office: RecordsOffice,
    language: str,
    make: Callable[[Inquiry, Bookings], Report],
    csv: Path | None,
    xlsx: Path | None,
    pdf: Path | None,
) -> None:
    """The report on the terminal, or as the files that were asked for."""
    said = _bookings(office)
    for fault in said.faults:
        err.print(f"[yellow]{escape(for_terminal(fault))}[/yellow]", soft_wrap=True)
    with read_records(office) as connection:
        report = make(_asked(office, connection, language), said)
    if csv is not None:
        from player.office.records.reports.csv_file import make_csv

        _save(csv, report, ".csv", make_csv(report))
    if xlsx is not None:
        from player.office.records.reports.xlsx_file import make_xlsx

        _save(xlsx, report, ".xlsx", make_xlsx(report))
    if pdf is not None:
        from player.office.records.reports.pdf_file import make_pdf

        _save(pdf, report, ".pdf", make_pdf(report))
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
