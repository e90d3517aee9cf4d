"""The report of air time: each booking of a time, what was promised, shown, seen and missed, and why.

Knows: its tables. Touches: one reading transaction. Must not: count a day that is not over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from player.office.records.bookings import Booking
from player.office.records.days import Window, day_window
from player.office.records.queries import RecordReader, panels_called
from player.office.records.reports.common import Inquiry, proof_lines, warnings
from player.office.records.reports.items import items_sheet
from player.office.records.reports.kept import DayKept, Kept, days_kept, why_missed
from player.office.records.reports.layout import Cell, Heading, Report, Shape, Sheet, whole_seconds
from player.office.records.reports.words import date_words
from player.office.signing import OfficeError

K = TypeVar("K", Booking, str, date)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, both included. client: part of a name, "": all. panel: None: all."""

    first: date
    last: date
    client: str = ""
    panel: str | None = None


def airtime_report(asked: Inquiry, period: Period, bookings: Sequence[Booking]) -> Report:
    """Raises OfficeError: no such panel or client, or not one day of the period is over."""
    w = asked.words
    last, capped = last_whole_day(asked, period)
    panels = panels_called(asked.connection, None if period.panel is None else [period.panel])
    wanted = [b for b in bookings if period.client.casefold() in b.client.casefold()]
    if period.client and not wanted:
        names = ", ".join(sorted({booking.client for booking in bookings})) or "none"
        raise OfficeError(f"no booking of {period.client!r}; clients: {names}")
    window = Window(day_window(period.first, asked.zone).begins_ms, day_window(last, asked.zone).ends_ms)
    reach = Window(window.begins_ms, window.ends_ms + 86_400_000)  # hours that end on the next day
    reader = RecordReader(asked.connection, panels, reach)
    each = list(days_kept(reader, wanted, panels.values(), period.first, last, asked.zone))
    sheets: tuple[Sheet, ...] = (items_sheet(asked, reader, period.first, last),)
    lead = w("airtime-none")
    if each:
        booked = _together(each, lambda one: one.booking)
        kept = sum(1 for one in booked.values() if one.days == one.days_kept)
        lead = w("airtime-lead", kept=kept, all=len(booked))
        by_panel, by_day = _together(each, lambda one: one.panel), _together(each, lambda one: one.day)
        sheets = (
            _booked_sheet(asked, booked),
            _sum_sheet(asked, w("by-panel"), w("panel"), [(str(name), one) for name, one in sorted(by_panel.items())]),
            _sum_sheet(asked, w("by-day"), w("day"), [(str(day), one) for day, one in sorted(by_day.items())]),
            *sheets,
        )
    what = w("client", client=period.client) if period.client else ""
    where = period.panel or w("all-panels")
    days = w("period", first=date_words(period.first, asked.language), last=date_words(last, asked.language))
    return Report(
        name=f"airtime-{period.first.isoformat()}-{last.isoformat()}",
        language=asked.language,
        title=w("airtime-title"),
        subtitle=" · ".join(filter(None, (days, what, where))),
        lead=lead,
        warnings=((w("capped"),) if capped else ()) + warnings(asked, panels, window),
        sheets=sheets,
        proof=proof_lines(asked, panels),
        proof_title=w("proof"),
        wide=True,
        made=asked.made,
        page_words=asked.page_words,
    )


def last_whole_day(asked: Inquiry, period: Period) -> tuple[date, bool]:
    """The period's last day that is over, and whether the period was cut for it. Raises OfficeError."""
    if period.last < period.first:
        raise OfficeError(f"the last day {period.last} lies before the first {period.first}")
    yesterday = asked.wall.astimezone(asked.zone).date() - timedelta(days=1)
    if period.first > yesterday:
        raise OfficeError("not one day of that time is over; panel-office bookings says how today stands")
    return min(period.last, yesterday), period.last > yesterday


def _together(each: Iterable[DayKept], key: Callable[[DayKept], K]) -> dict[K, Kept]:
    found: dict[K, Kept] = {}
    for one in each:
        found.setdefault(key(one), Kept()).add(one.kept)
    return found


def _numbers(one: Kept, shown_s: int, missed_s: int) -> tuple[Cell, ...]:
    """The cells of a row; empty where nothing of that kind was promised."""
    return (
        one.plays or None,
        one.seconds or None,
        one.tally.good,
        shown_s,
        one.tally.seen,
        one.missed_plays if one.plays else None,
        missed_s if one.seconds else None,
        round(one.fulfilled, 1),
    )


def _number_headings(asked: Inquiry) -> tuple[Heading, ...]:
    w = asked.words
    return (
        Heading(w("contracted-plays"), Shape.COUNT, 9), Heading(w("contracted-time"), Shape.SPAN, 10),
        Heading(w("shown-plays"), Shape.COUNT, 8), Heading(w("shown-time"), Shape.SPAN, 10),
        Heading(w("seen-plays"), Shape.COUNT, 8), Heading(w("missed-plays"), Shape.COUNT, 8),
        Heading(w("missed-time"), Shape.SPAN, 9), Heading(w("fulfilled"), Shape.SHARE, 9),
    )  # fmt: skip


def _cells(ones: Sequence[Kept]) -> tuple[list[tuple[Cell, ...]], tuple[Cell, ...]]:
    """The rows of some bookings, and their sum: rounded so that the rows add up to it."""
    shown = whole_seconds([one.tally.good_ms for one in ones])
    missed = whole_seconds([one.missed_ms for one in ones])
    total = Kept()
    for one in ones:
        total.add(one)
    rows = [_numbers(one, s, m) for one, s, m in zip(ones, shown, missed, strict=True)]
    return rows, _numbers(total, sum(shown), sum(missed))


def _booked_sheet(asked: Inquiry, booked: dict[Booking, Kept]) -> Sheet:
    w = asked.words
    ordered = sorted(booked.items(), key=lambda each: (each[0].client.casefold(), each[0].contract))
    rows, total = _cells([one for _, one in ordered])
    named: list[tuple[Cell, ...]] = [
        (booking.client, booking.contract, *row, why_missed(one, w))
        for (booking, one), row in zip(ordered, rows, strict=True)
    ]
    headings = (
        Heading(w("client-head"), width=16), Heading(w("contract"), width=17), *_number_headings(asked),
        Heading(w("why"), width=28),
    )  # fmt: skip
    return Sheet(w("bookings"), headings, tuple(named), (w("sum"), "", *total, ""))


def _sum_sheet(asked: Inquiry, title: str, heading: str, each: Sequence[tuple[str, Kept]]) -> Sheet:
    rows, total = _cells([one for _, one in each])
    named: list[tuple[Cell, ...]] = [(name, *row) for (name, _), row in zip(each, rows, strict=True)]
    return Sheet(
        title, (Heading(heading, width=16), *_number_headings(asked)), tuple(named), (asked.words("sum"), *total)
    )
