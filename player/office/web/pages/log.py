"""The log: who did what, when, to what, with what result; each line with what was before and after.

Knows: how one looks through it. Touches: the audit log, reading. Must not: change it; nobody can.
"""

from __future__ import annotations

import asyncio
import csv
import difflib
import io
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from player.office.web.page import PageFault, Right, Route, office_of, reader_of, render
from player.office.web.people.audit import AuditLine

A_PAGE = 100
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula."""


async def show_log(request: Request) -> Response:
    audit, asked = office_of(request).audit, request.query_params
    below = int(asked["below"]) if asked.get("below", "").isdecimal() and len(asked["below"]) < 16 else 0
    words = asked.get("words", "")[:200]
    lines = audit.newest(A_PAGE + 1, below=below, words=words)
    return render(
        request, "log.html", lines=lines[:A_PAGE], words=words, below=below, more=len(lines) > A_PAGE,
        state=await asyncio.to_thread(audit.verify),
    )  # fmt: skip


async def show_line(request: Request) -> Response:
    given = str(request.path_params["n"])
    line = office_of(request).audit.find(int(given)) if given.isdecimal() and len(given) < 16 else None
    if line is None:
        raise PageFault("There is no such line in the log.", status=404)
    changes = [] if line.before == line.after else list(_changes(line))
    return render(request, "log_line.html", line=line, changes=changes)


async def fetch_log(request: Request) -> Response:
    """All of it as CSV, the oldest first."""
    office = office_of(request)
    office.audit.note(reader_of(request).account, "fetched the log", "log", "done")
    return StreamingResponse(
        (text.encode() for text in _csv(office.audit.each())), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="log.csv"'},
    )  # fmt: skip


def _changes(line: AuditLine) -> Iterator[tuple[str, str]]:
    """("same" | "gone" | "new", the line's text), with some unchanged lines around each change."""
    for text in difflib.unified_diff(line.before.splitlines(), line.after.splitlines(), lineterm="", n=3):
        if not text.startswith(("---", "+++", "@@")):
            yield {"-": "gone", "+": "new"}.get(text[:1], "same"), text[1:]


def _csv(lines: Iterator[AuditLine]) -> Iterator[str]:
    yield _row("number", "at", "who", "what", "to", "result", "before", "after", "chain")
    for line in lines:
        at = line.at.isoformat(timespec="milliseconds")
        yield _row(str(line.n), at, line.who, line.what, line.target, line.result, line.before, line.after, line.chain)


def _row(*fields: str) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(f"'{each}" if each.startswith(FORMULA) else each for each in fields)
    return text.getvalue()


ROUTES = (
    Route("GET", "/log", Right.ADMIN, show_log),
    Route("GET", "/log.csv", Right.ADMIN, fetch_log),
    Route("GET", "/log/{n}", Right.ADMIN, show_line),
)
