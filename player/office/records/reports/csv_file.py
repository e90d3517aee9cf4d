"""A report's first table as CSV: for programs, and for whoever opens it in a spreadsheet.

Knows: what a spreadsheet would take for a formula. Touches nothing. Must not: write a number in words: spans are whole seconds.
"""

from __future__ import annotations

import csv
import io

from player.base.text import printable
from player.office.records.reports.layout import Cell, Report

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def make_csv(report: Report) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheets know it."""
    sheet = report.sheets[0]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_plain(heading.title) for heading in sheet.headings])
    writer.writerows([[_plain(cell) for cell in row] for row in sheet.rows])
    if sheet.total is not None:
        writer.writerow([_plain(cell) for cell in sheet.total])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    """A text that a spreadsheet would compute begins with an apostrophe, as spreadsheets write a text."""
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    text = printable(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
