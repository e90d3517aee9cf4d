"""Asking for a report: the same question, answered by the same functions, whether it comes from a terminal or from a page.

Knows: what can be asked for, and as which file. Touches: the bookings' file; the database through the connection that it is
given. Must not: import the database or what draws a report before a question comes, or know where a report goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from player.office.records.bookings import BOOKINGS_LIMIT_BYTES, Bookings, parse_bookings
from player.office.signing import OfficeError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from player.office.records.opening import RecordsOffice
    from player.office.records.reports.common import Inquiry
    from player.office.records.reports.layout import Report


class ReportKind(StrEnum):
    """What can be reported."""

    DAY = "day"
    AIRTIME = "airtime"
    ITEMS = "items"


class ReportFile(StrEnum):
    """As what a report can be written; the value is the file's ending."""

    CSV = ".csv"
    XLSX = ".xlsx"
    PDF = ".pdf"


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """day: of DAY, like 2026-11-25 or yesterday. month, first, last: of the others; none of them: this month until yesterday.

    panel: None: all, where that can be. client: part of a name.
    """

    kind: ReportKind
    panel: str | None = None
    day: str = ""
    month: str = ""
    first: str = ""
    last: str = ""
    client: str = ""


def inquiry_of(office: RecordsOffice, connection: Connection, language: str, wall: datetime) -> Inquiry:
    """language "": the office's. Raises OfficeError."""
    from player.office.records.reports.common import Inquiry

    if language not in ("", "id", "en"):
        raise OfficeError(f"--language {language}: write id or en")
    return Inquiry(connection, office.zone, language or office.settings.web.language, wall)


def read_bookings(office: RecordsOffice, *, needed: bool = False) -> Bookings:
    """The file's bookings; without the file there are none. Raises OfficeError where it is needed."""
    path = office.settings.bookings_file
    try:
        with path.open("rb") as file:
            return parse_bookings(file.read(BOOKINGS_LIMIT_BYTES + 1), path.name)
    except FileNotFoundError:
        if needed:
            raise OfficeError(f"{path} is not there; write the bookings into it") from None
        return Bookings()


def make_report(question: ReportQuestion, asked: Inquiry, bookings: Bookings) -> Report:
    """Raises OfficeError: no such panel, client or day."""
    match question.kind:
        case ReportKind.DAY:
            from player.office.records.days import day_of
            from player.office.records.reports.day import day_report

            today = asked.wall.astimezone(asked.zone).date()
            return day_report(asked, question.panel or "", day_of(question.day, today))
        case ReportKind.AIRTIME:
            from player.office.records.reports.airtime import Period, airtime_report

            period = Period(*period_of(asked, question), question.client, question.panel)
            return airtime_report(asked, period, bookings.bookings)
        case ReportKind.ITEMS:
            from player.office.records.reports.items import items_report

            return items_report(asked, *period_of(asked, question), question.panel)


def period_of(asked: Inquiry, question: ReportQuestion) -> tuple[date, date]:
    """The days of a report; without any word, this month until yesterday. Raises OfficeError."""
    from player.office.records.days import day_of, month_of

    today = asked.wall.astimezone(asked.zone).date()
    if question.month and (question.first or question.last):
        raise OfficeError("give --month, or --from and --to")
    if question.month:
        return month_of(question.month)
    ends = day_of(question.last, today) if question.last else today - timedelta(days=1)
    return day_of(question.first, today) if question.first else ends.replace(day=1), ends


def write_report(report: Report, form: ReportFile) -> bytes:
    """The report as a file. Raises OfficeError: a PDF without a font."""
    match form:
        case ReportFile.CSV:
            from player.office.records.reports.csv_file import make_csv

            return make_csv(report)
        case ReportFile.XLSX:
            from player.office.records.reports.xlsx_file import make_xlsx

            return make_xlsx(report)
        case ReportFile.PDF:
            from player.office.records.reports.pdf_file import make_pdf

            return make_pdf(report)
