"""How today's bookings stand: what was shown so far, what it comes to by the end of the day, what can no longer be kept.

Knows: the arithmetic of an early warning. Touches: one reading transaction.
Must not: warn of what has not come: a booking is judged by the time until which the office has the panel's records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from player.office.records.bookings import Booking
from player.office.records.days import Window, day_window, windows_of
from player.office.records.queries import RecordReader, known_until, panels_called
from player.office.records.reports.common import Inquiry, warnings
from player.office.records.reports.kept import ItemMatcher, Kept, kept_in
from player.office.records.reports.layout import Cell, Heading, Report, Shape, Sheet
from player.office.records.reports.words import day_words

FEW_MS = 900_000
"""A pace of less than a quarter of an hour says nothing."""


class Standing(StrEnum):
    """How a booking of today stands on one panel."""

    MET = "met"
    ON_COURSE = "on-course"
    BEHIND = "behind"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Today:
    """expected: plays, or seconds for a booking of seconds, by the end of the day at today's pace; None: too early to say."""

    booking: Booking
    panel: str
    kept: Kept
    expected: int | None
    standing: Standing


def bookings_today(asked: Inquiry, bookings: Sequence[Booking]) -> list[Today]:
    """Every booking of today on each of its panels; also on a panel that has sent nothing yet."""
    day = asked.wall.astimezone(asked.zone).date()
    whole = day_window(day, asked.zone)
    panels = panels_called(asked.connection)
    reader = RecordReader(asked.connection, panels, Window(whole.begins_ms, whole.ends_ms + 86_400_000))
    until, matcher = known_until(asked.connection, panels), ItemMatcher()
    found = []
    for booking in bookings:
        if not booking.covers_day(day):
            continue
        windows = windows_of(day, booking.hours, asked.zone)
        for name in filter(booking.covers_panel, panels.values()):
            known_ms = min(asked.now_ms, until.get(name, whole.begins_ms))
            so_far = [window.clipped(known_ms) for window in windows]
            sums = [one for window in so_far for one in reader.sums(window) if one.panel == name]
            kept = kept_in(booking, sums, so_far, matcher)
            left_ms = sum(Window(max(window.begins_ms, known_ms), window.ends_ms).length_ms for window in windows)
            found.append(_judge(booking, name, kept, sum(window.length_ms for window in so_far), left_ms))
    return found


def _judge(booking: Booking, panel: str, kept: Kept, gone_ms: int, left_ms: int) -> Today:
    tally = kept.tally
    done = tally.good if booking.plays is not None else tally.good_ms // 1000
    wanted = booking.plays if booking.plays is not None else booking.seconds or 0
    expected = done + round(done * left_ms / gone_ms) if gone_ms >= FEW_MS else None
    if done >= wanted:
        return Today(booking, panel, kept, max(done, expected or 0), Standing.MET)
    needed_ms = (wanted - done) * 1000
    if booking.plays is not None:
        needed_ms = (wanted - done) * (tally.good_ms // tally.good if tally.good else 0)
    if needed_ms > left_ms or not left_ms:
        return Today(booking, panel, kept, expected if expected is not None else done, Standing.LOST)
    behind = expected is not None and expected < wanted
    return Today(booking, panel, kept, expected, Standing.BEHIND if behind else Standing.ON_COURSE)


def today_report(asked: Inquiry, found: Sequence[Today], faults: Sequence[str]) -> Report:
    w = asked.words
    today = asked.wall.astimezone(asked.zone).date()
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(
        found, key=lambda each: (list(Standing)[::-1].index(each.standing), str(each.booking), each.panel)
    ):
        spans = one.booking.plays is None
        wanted = one.booking.seconds if spans else one.booking.plays
        done = one.kept.tally.good_ms // 1000 if spans else one.kept.tally.good
        numbers = [number if number is None else _number(number, spans) for number in (wanted, done, one.expected)]
        rows.append((one.booking.client, one.booking.contract, one.panel, *numbers, w(f"standing-{one.standing}")))
    headings = (
        Heading(w("client-head"), width=18), Heading(w("contract"), width=14), Heading(w("panel"), width=14),
        Heading(w("contracted"), Shape.COUNT, 10), Heading(w("so-far-head"), Shape.COUNT, 10),
        Heading(w("expected"), Shape.COUNT, 10), Heading(w("standing"), width=24),
    )  # fmt: skip
    lost = sum(1 for one in found if one.standing is Standing.LOST)
    lead = w("today-lost", n=lost) if lost else w("today-well") if found else w("today-none")
    window = _until_now(asked, today)
    return Report(
        name=f"bookings-{today.isoformat()}",
        language=asked.language,
        title=w("today-title"),
        subtitle=day_words(today, asked.language),
        lead=lead,
        sheets=(Sheet(w("bookings"), headings, tuple(rows)),),
        warnings=(*faults, *warnings(asked, panels_called(asked.connection), window)),
        made=asked.made,
    )


def _number(number: int, spans: bool) -> Cell:
    """A count, or a span in words: plays and seconds share a column."""
    return f"{number // 3600}:{number % 3600 // 60:02}:{number % 60:02}" if spans else number


def _until_now(asked: Inquiry, today: date) -> Window:
    return Window(day_window(today, asked.zone).begins_ms, asked.now_ms)
