"""A report as a spreadsheet: each table a sheet, times as times that can be added up, the day as coloured minutes.

Knows: xlsxwriter, and a spreadsheet's limits. Touches nothing: it makes bytes.
Must not: let a text become a formula or a link.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from player.base.text import printable
from player.office.records.reports.colours import COLOURS, INK, PALE_INK, PAPER, WARNING, cells_of
from player.office.records.reports.layout import Cell, Heading, Report, Shape, Sheet, Tone

DAY_S = 86_400
A4 = 9
MINUTES = 60
TITLE_HEIGHT, LINE_HEIGHT = 28, 15
WIDEST = 44
"""Characters of a column; a longer text wraps."""
SHEET_NAME_LENGTH = 31
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
INDENT = {shape: int(shape is Shape.TEXT) for shape in Shape}
"""A text does not touch the number to its left."""
NUMBER_FORMATS = {Shape.TEXT: "@", Shape.COUNT: "#,##0", Shape.SPAN: "[h]:mm:ss", Shape.SHARE: '0.0" %"'}


@dataclass(frozen=True)
class _Looks:
    """The formats of one workbook. cells, totals: by shape."""

    title: Format
    subtitle: Format
    lead: Format
    warning: Format
    head_left: Format
    head_right: Format
    cells: dict[Shape, Format]
    exact: Format
    totals: dict[Shape, Format]


def make_xlsx(report: Report) -> bytes:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, OPTIONS) as book:
        book.set_properties({"title": printable(report.title), "subject": printable(report.subtitle)})
        looks = _make_looks(book)
        taken: set[str] = set()
        for number, sheet in enumerate((*report.sheets, *report.extra)):
            page = book.add_worksheet(_sheet_name(sheet.title, taken))
            _set_up(page, report)
            top = _write_head(page, report, looks) if number == 0 else 0
            _write_sheet(page, sheet, looks, top)
        if report.hours:
            _write_hours(book, book.add_worksheet(_sheet_name(report.hours_title, taken)), report, looks)
        if report.proof:
            page = book.add_worksheet(_sheet_name(report.proof_title, taken))
            _set_up(page, report)
            page.set_column(0, 0, 110, looks.lead)
            for row, line in enumerate((report.proof_title, *report.proof)):
                page.write_string(row, 0, printable(line), looks.title if row == 0 else looks.lead)
    return raw.getvalue()


def _make_looks(book: Workbook) -> _Looks:
    def make(**more: Any) -> Format:
        return book.add_format({"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top", **more})

    head = {"bold": True, "font_color": PALE_INK, "bg_color": PAPER, "bottom": 1, "text_wrap": True, "valign": "bottom"}
    right = {shape: "left" if shape is Shape.TEXT else "right" for shape in Shape}
    return _Looks(
        title=make(bold=True, font_size=18),
        subtitle=make(font_color=PALE_INK),
        lead=make(text_wrap=True),
        warning=make(bg_color=WARNING, text_wrap=False),
        head_left=make(**head, align="left", indent=1),
        head_right=make(**head, align="right"),
        cells={
            shape: make(num_format=form, align=right[shape], text_wrap=shape is Shape.TEXT, indent=INDENT[shape])
            for shape, form in NUMBER_FORMATS.items()
        },
        exact=make(num_format="0.000", align="right"),
        totals={
            shape: make(num_format=form, align=right[shape], bold=True, top=1, indent=INDENT[shape])
            for shape, form in NUMBER_FORMATS.items()
        },
    )


def _set_up(page: Worksheet, report: Report) -> None:
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
    made = printable(report.made).replace("&", "&&")
    page.set_footer(f"&L&8{made}&R&8&P / &N")


def _write_head(page: Worksheet, report: Report, looks: _Looks) -> int:
    """Title, subtitle, lead and warnings above the first table; returns the table's first row."""
    page.set_row(0, TITLE_HEIGHT)
    page.write_string(0, 0, printable(report.title), looks.title)
    page.write_string(1, 0, printable(report.subtitle), looks.subtitle)
    page.write_string(2, 0, printable(report.lead))
    for number, line in enumerate(report.warnings, 3):
        page.write_string(number, 0, printable(line), looks.warning)
    return 4 + len(report.warnings)


def _write_sheet(page: Worksheet, sheet: Sheet, looks: _Looks, top: int) -> None:
    for column, heading in enumerate(sheet.headings):
        page.set_column(column, column, _width(sheet, column, heading))
        look = looks.head_left if heading.shape is Shape.TEXT else looks.head_right
        page.write_string(top, column, printable(heading.title), look)
    for row, cells in enumerate(sheet.rows, top + 1):
        lines = max(-(-len(str(cell)) // (WIDEST - 4)) for cell in cells)
        if lines > 1:  # not every program makes a row as high as its text
            page.set_row(row, LINE_HEIGHT * lines)
        for column, (cell, heading) in enumerate(zip(cells, sheet.headings, strict=True)):
            exact = isinstance(cell, float) and heading.shape is Shape.COUNT
            _write(page, row, column, cell, heading.shape, looks.exact if exact else looks.cells[heading.shape])
    bottom = top + 1 + len(sheet.rows)
    if sheet.total is not None:
        for column, (cell, heading) in enumerate(zip(sheet.total, sheet.headings, strict=True)):
            _write(page, bottom, column, cell, heading.shape, looks.totals[heading.shape])
    elif sheet.rows:
        page.autofilter(top, 0, bottom - 1, len(sheet.headings) - 1)
    if sheet.note:
        page.write_string(bottom + 1, 0, printable(sheet.note), looks.subtitle)
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)


def _write(page: Worksheet, row: int, column: int, cell: Cell, shape: Shape, look: Format) -> None:
    if cell is None:
        page.write_blank(row, column, None, look)
    elif isinstance(cell, str):
        page.write_string(row, column, printable(cell), look)
    elif shape is Shape.SPAN:
        page.write_number(row, column, cell / DAY_S, look)
    else:
        page.write_number(row, column, cell, look)


def _width(sheet: Sheet, column: int, heading: Heading) -> float:
    """Wide enough for most cells; a long text wraps."""
    longest = max((len(str(row[column])) for row in sheet.rows[:200] if row[column] is not None), default=0)
    return (
        max(len(heading.title) + 2, min(longest + 3, WIDEST))
        if heading.shape is Shape.TEXT
        else max(11, len(heading.title) + 2)
    )


def _write_hours(book: Workbook, page: Worksheet, report: Report, looks: _Looks) -> None:
    """A row for each hour, a cell for each minute, and what the colours mean."""
    _set_up(page, report)
    fills = {tone: book.add_format({"bg_color": colour}) for tone, colour in COLOURS.items()}
    page.set_column(0, 0, 7)
    page.set_column(1, MINUTES, 1.4)
    for minute in range(0, MINUTES, 15):
        page.write_string(0, 1 + minute, f":{minute:02}", looks.subtitle)
    for row, bar in enumerate(report.hours, 1):
        page.write_string(row, 0, bar.label, looks.subtitle)
        for at, tone in enumerate(cells_of(bar, MINUTES), 1):
            if tone is not None and tone is not Tone.NOTHING:
                page.write_blank(row, at, None, fills[tone])
    for row, (tone, name) in enumerate(report.legend, len(report.hours) + 3):
        page.write_blank(row, 1, None, fills[tone])
        page.write_string(row, 3, printable(name))


def _sheet_name(title: str, taken: set[str]) -> str:
    """The title as a spreadsheet allows it, and none twice."""
    plain = NOT_IN_A_NAME.sub(" ", printable(title)).strip()[:SHEET_NAME_LENGTH] or "-"
    name, number = plain, 2
    while name.casefold() in taken:
        name = f"{plain[: SHEET_NAME_LENGTH - 4]} {number}"
        number += 1
    taken.add(name.casefold())
    return name
