"""Local days and hours, also where a day has 23 or 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.office.records.days import (
    Hours,
    Window,
    day_of,
    day_window,
    days_between,
    in_ms,
    month_of,
    parse_hours,
    windows_of,
)  # fmt: skip
from player.office.records.reports.layout import whole_seconds
from player.office.signing import OfficeError

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")


def test_a_day_is_as_long_as_the_clock_says() -> None:
    """86,400 s in Indonesia; an hour less or more where the clock is set."""
    assert day_window(date(2026, 11, 22), JAKARTA).length_ms == 86_400_000
    assert day_window(date(2026, 3, 29), BERLIN).length_ms == 82_800_000
    assert day_window(date(2026, 10, 25), BERLIN).length_ms == 90_000_000


def test_hours_of_a_booking_may_end_on_the_next_day() -> None:
    """22:00-02:00 belongs to the day on which it begins; overlapping hours are one window."""
    day = date(2026, 11, 22)
    night, *_ = windows_of(day, (Hours(22 * 60, 2 * 60),), JAKARTA)
    assert night.length_ms == 4 * 3_600_000
    assert night.begins_ms == in_ms(datetime(2026, 11, 22, 15, tzinfo=UTC))
    assert len(windows_of(day, (Hours(360, 600), Hours(540, 720)), JAKARTA)) == 1


@pytest.mark.parametrize("text", ["6-22", "25:00-26:00", "06:60-07:00", "06:00-06:00", "24:00-02:00", ""])
def test_what_are_no_hours_is_refused(text: str) -> None:
    """A time that is none, and hours without a length."""
    with pytest.raises(ValueError, match="are no hours"):
        parse_hours(text)


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=40), st.integers(0, 100_000), st.integers(0, 100_000))
def test_abutting_records_fill_a_window_exactly(lengths: list[int], skip: int, size: int) -> None:
    """The overlaps of records that abut add up to what they cover of it."""
    window = Window(skip, skip + size)
    at = total = 0
    for length in lengths:
        total += window.overlap_ms(at, length)
        at += length
    assert total == max(0, min(at, window.ends_ms) - window.begins_ms)


@given(st.lists(st.integers(0, 10_000_000), max_size=60))
def test_whole_seconds_add_up_to_the_whole(parts: list[int]) -> None:
    """No part is off by a second or more, and the sum is the rounded sum."""
    seconds = whole_seconds(parts)
    assert sum(seconds) == round(sum(parts) / 1000)
    assert all(abs(whole - part / 1000) < 1 for whole, part in zip(seconds, parts, strict=True))


def test_months_and_days_are_read_as_people_write_them() -> None:
    """A month's last day, and words for today and yesterday."""
    assert month_of("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    assert month_of("2026-12")[1] == date(2026, 12, 31)
    assert day_of("kemarin", date(2026, 12, 1)) == date(2026, 11, 30)
    assert len(list(days_between(date(2026, 11, 1), date(2026, 11, 30)))) == 30
    for wrong in ("2026-13", "11/2026"):
        with pytest.raises(OfficeError, match="write it like"):
            month_of(wrong)
    with pytest.raises(OfficeError, match="year-month-day"):
        day_of("25/11/2026", date(2026, 11, 25))
