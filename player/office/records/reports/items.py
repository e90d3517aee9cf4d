"""The report of items: each item, how often and how long it was on screen, on which panels, first and last when.

Knows: its table. Touches: one reading transaction. Must not: take two contents under one name for one item.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from player.office.records.days import Window, day_window, days_between
from player.office.records.queries import Item, RecordReader, panels_called
from player.office.records.reports.common import Inquiry, Tally, item_words, proof_lines, tallies, warnings
from player.office.records.reports.layout import Cell, Heading, Report, Shape, Sheet, span_words, whole_seconds
from player.office.records.reports.words import date_words

ITEMS_MOST = 200


@dataclass(slots=True)
class _Found:
    tally: Tally = field(default_factory=Tally)
    days: set[date] = field(default_factory=set)


def items_report(asked: Inquiry, first: date, last: date, panel: str | None) -> Report:
    """Raises OfficeError when there is no such panel."""
    w = asked.words
    panels = panels_called(asked.connection, None if panel is None else [panel])
    window = Window(day_window(first, asked.zone).begins_ms, day_window(last, asked.zone).ends_ms)
    reader = RecordReader(asked.connection, panels, window)
    sheet = items_sheet(asked, reader, first, last)
    total = sheet.total or ()
    lead = w("nothing-shown")
    if sheet.rows:
        lead = w("items-lead", items=len(sheet.rows), plays=total[2], time=span_words(int(total[6] or 0)))
    days = w("period", first=date_words(first, asked.language), last=date_words(last, asked.language))
    return Report(
        name=f"items-{first.isoformat()}-{last.isoformat()}",
        language=asked.language,
        title=w("items-title"),
        subtitle=f"{days} · {panel or w('all-panels')}",
        lead=lead,
        warnings=warnings(asked, panels, window),
        sheets=(sheet,),
        proof=proof_lines(asked, panels),
        proof_title=w("proof"),
        wide=True,
        made=asked.made,
        page_words=asked.page_words,
    )


def items_sheet(asked: Inquiry, reader: RecordReader, first: date, last: date) -> Sheet:
    """Every item that was on screen on these days, the longest first."""
    w = asked.words
    found: dict[Item, _Found] = {}
    for day in days_between(first, last):
        for item, tally in tallies(reader.sums(day_window(day, asked.zone))).items():
            one = found.setdefault(item, _Found())
            one.tally.merge(tally)
            if tally.plays:
                one.days.add(day)
    ordered = sorted(found.items(), key=lambda each: (-each[1].tally.ms, each[0].path, each[0].sha256))
    seconds = whole_seconds([one.tally.ms for _, one in ordered])
    rows: list[tuple[Cell, ...]] = [
        (item_words(item), item.sha256[:12], one.tally.plays, one.tally.seen, one.tally.good - one.tally.seen,
         one.tally.broken, whole_s, *_first_and_last(one.days))
        for (item, one), whole_s in zip(ordered, seconds, strict=True)
    ]  # fmt: skip
    numbers = [sum(int(row[at] or 0) for row in rows) for at in range(2, 7)]
    headings = (
        Heading(w("item"), width=40), Heading(w("content"), width=15), Heading(w("plays"), Shape.COUNT, 9),
        Heading(w("seen"), Shape.COUNT, 9), Heading(w("played"), Shape.COUNT, 9), Heading(w("broken"), Shape.COUNT, 9),
        Heading(w("time"), Shape.SPAN, 12), Heading(w("first-shown"), width=12), Heading(w("last-shown"), width=12),
    )  # fmt: skip
    total: tuple[Cell, ...] = (w("sum"), "", *numbers, "", "")
    return Sheet(w("items"), headings, tuple(rows), total, "" if rows else w("nothing-shown"), ITEMS_MOST, w("more"))


def _first_and_last(days: Iterable[date]) -> tuple[str, str]:
    ordered = sorted(days)
    return (ordered[0].isoformat(), ordered[-1].isoformat()) if ordered else ("", "")
