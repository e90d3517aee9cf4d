"""The page Records: a day of a panel, air time, items, bookings, the state of the chain; and all of them as files.

Knows: which report a person asks for. Touches: the records through records/desk.py. Must not: sum anything up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from player.office.records.asking import ReportFile, ReportKind, ReportQuestion
from player.office.signing import OfficeError
from player.office.web.page import (
    PageFault,
    Right,
    Route,
    back,
    form_of,
    office_of,
    part,
    reader_of,
    render,
)
from player.office.web.records.desk import RecordsEmpty
from player.office.web.words import t
from player.office.web.words.told import catalogue
from player.settings.models import PANEL_NAME

A_PANEL = re.compile(PANEL_NAME)
MONTH = re.compile(r"\d{4}-\d{2}")
TEXT_MOST = 200
MONTHS_BACK = 12
MEDIA_TYPES: Mapping[ReportFile, str] = {
    ReportFile.CSV: "text/csv; charset=utf-8",
    ReportFile.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFile.PDF: "application/pdf",
}


# ---- the page


async def show_page(request: Request) -> Response:
    """The page at once; what the database says comes as a part of it (overview)."""
    return render(request, "records.html")


async def overview(request: Request) -> Response:
    """What the office has, today's bookings, the chain, and the forms that ask for reports."""
    office, reader = office_of(request), reader_of(request)
    try:
        found = await office.reports.overview(reader.language, office.now())
    except RecordsEmpty:
        return part(request, "records_empty.html")
    except OfficeError as error:
        return part(request, "records_fault.html", why=catalogue(reader.language).say(str(error)))
    return part(request, "records_overview.html", found=found, checks=office.checks, **_choices(request))


def _choices(request: Request) -> dict[str, Any]:
    """What the forms begin with: yesterday, and the last twelve months."""
    office = office_of(request)
    today = office.now().astimezone(office.zone).date()
    first = today.replace(day=1)
    months = []
    for _ in range(MONTHS_BACK):
        months.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return {"today": today.isoformat(), "yesterday": (today - timedelta(days=1)).isoformat(), "months": months}


# ---- reports


async def show_report(request: Request) -> Response:
    """One report as a page, with its files."""
    office, reader = office_of(request), reader_of(request)
    question = _question(request)
    try:
        report = await office.reports.report(question, reader.language, office.now())
        found = await office.reports.overview(reader.language, office.now())
    except RecordsEmpty:
        return render(request, "records.html")
    except OfficeError as error:
        raise PageFault("This report cannot be made: {why}", status=404, why=str(error)) from error
    asked = {name: value for name, value in request.query_params.items() if value}
    links = {form: f"/records/{question.kind}{form.value}?{urlencode(asked)}" for form in ReportFile}
    return render(
        request, "records_report.html", report=report, question=question, found=found, links=links,
        neighbours=_neighbours(question), **_choices(request),
    )  # fmt: skip


async def show_file(request: Request) -> Response:
    """The same bytes as `panel-office report` writes."""
    office, reader = office_of(request), reader_of(request)
    try:
        form = ReportFile(f".{request.path_params['form']}")
    except ValueError:
        raise PageFault("There is no such page, or what it was about is gone.", status=404) from None
    question = _question(request)
    try:
        name, content = await office.reports.file(question, form, reader.language, office.now())
    except OfficeError as error:
        raise PageFault("This report cannot be made: {why}", status=404, why=str(error)) from error
    office.audit.note(reader.account, "report", name, "downloaded")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


def _question(request: Request) -> ReportQuestion:
    """From the address. Raises PageFault beside the field that is wrong."""
    try:
        kind = ReportKind(request.path_params["kind"])
    except ValueError:
        raise PageFault("There is no such page, or what it was about is gone.", status=404) from None
    given = {
        name: request.query_params.get(name, "").strip()
        for name in ("panel", "day", "month", "client", "first", "last")
    }
    if any(len(value) > TEXT_MOST for value in given.values()):
        raise PageFault(
            "This is too long: {n} characters; {most} fit.", n=max(map(len, given.values())), most=TEXT_MOST
        )
    if given["panel"] and A_PANEL.fullmatch(given["panel"]) is None:
        raise PageFault("Choose a panel from the list.", "panel")
    question = ReportQuestion(kind, given["panel"] or None)
    if kind is ReportKind.DAY:
        if not given["panel"]:
            raise PageFault("Choose a panel from the list.", "panel")
        return replace(question, day=_day(given["day"], "day"))
    if given["first"] or given["last"]:
        first, last = _day(given["first"], "first"), _day(given["last"], "last")
        if last < first:
            raise PageFault("The last day lies before the first one; change one of them.", "last")
        return replace(question, first=first, last=last, client=given["client"])
    if MONTH.fullmatch(given["month"]) is None or not 1 <= int(given["month"][5:]) <= 12 or given["month"] < "1970":
        raise PageFault("Choose a month from the list.", "month")
    return replace(question, month=given["month"], client=given["client"])


def _day(text: str, field: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise PageFault("This is no day; choose one, or write it as year-month-day.", field) from None


def _neighbours(question: ReportQuestion) -> list[str]:
    """Of a day's report: the addresses of the days before and after it."""
    if question.kind is not ReportKind.DAY:
        return []
    days = [date.fromisoformat(question.day) + timedelta(days=n) for n in (-1, 1)]
    return [f"/records/day?{urlencode({'panel': question.panel or '', 'day': day.isoformat()})}" for day in days]


# ---- the chain


async def begin_check(request: Request) -> Response:
    """Checks every record against what the panels signed; the page follows it."""
    office, reader = office_of(request), reader_of(request)
    panel = str((await form_of(request)).get("panel", ""))
    if panel and A_PANEL.fullmatch(panel) is None:
        raise PageFault("Choose a panel from the list.", "panel")
    if office.checks.begin(panel):
        office.audit.note(reader.account, "check of the records", panel or "all panels", "begun")
        return back(request, "/records", t(reader.language, "The check has begun; its result comes below."))
    return back(request, "/records", t(reader.language, "A check runs already; its result comes below."))


async def show_checks(request: Request) -> Response:
    """How the check stands; asked again and again while one runs."""
    return part(request, "records_checks.html", checks=office_of(request).checks)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/records", Right.LOOK, show_page),
    Route("GET", "/records/overview", Right.LOOK, overview),
    Route("GET", "/records/checks", Right.LOOK, show_checks),
    Route("POST", "/records/checks", Right.COMMAND, begin_check),
    Route("GET", "/records/{kind}.{form}", Right.LOOK, show_file),
    Route("GET", "/records/{kind}", Right.LOOK, show_report),
)
