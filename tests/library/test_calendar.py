"""schedule.ics: what becomes an occurrence, and what no calendar may do to us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from player.library.content.calendar import expand
from player.library.vetting.occurrences import expand_calendar

JAKARTA = ZoneInfo("Asia/Jakarta")
AROUND = datetime(2026, 11, 22, 3, tzinfo=UTC)
KNOWN = {"morning", "Festival"}


def calendar(*events: str) -> str:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT\n" for n, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{body}END:VCALENDAR\n".replace("\n", "\r\n")


def rows(*events: str, days: int = 10) -> list[tuple[str, str]]:
    found = expand(calendar(*events), JAKARTA, AROUND, AROUND + timedelta(days=days))
    return [(row[0], row[1]) for row in found["windows"]]


def test_a_weekly_rule_with_an_exception() -> None:
    """RRULE repeats, EXDATE takes one away; floating times are in the panel's zone."""
    event = "SUMMARY:morning\nDTSTART:20261101T060000\nDTEND:20261101T093000\nRRULE:FREQ=DAILY\nEXDATE:20261124T060000"
    assert [begins for _, begins in rows(event, days=5)][-3:] == [
        "2026-11-22T23:00:00+00:00",
        "2026-11-24T23:00:00+00:00",
        "2026-11-25T23:00:00+00:00",
    ]


def test_a_moved_occurrence() -> None:
    """RECURRENCE-ID replaces one of a series."""
    series = "UID:x\nSUMMARY:morning\nDTSTART:20261123T060000\nDTEND:20261123T070000\nRRULE:FREQ=DAILY;COUNT=2"
    moved = "UID:x\nRECURRENCE-ID:20261124T060000\nSUMMARY:morning\nDTSTART:20261124T100000\nDTEND:20261124T110000"
    text = calendar(series, moved).replace("UID:0\r\n", "").replace("UID:1\r\n", "")
    found = expand(text, JAKARTA, AROUND, AROUND + timedelta(days=5))
    assert [row[1] for row in found["windows"]] == ["2026-11-22T23:00:00+00:00", "2026-11-24T03:00:00+00:00"]


def test_an_event_of_whole_days() -> None:
    """Dates run from local midnight to local midnight, the last one excluded (RFC 5545, 3.6.1)."""
    found = expand(
        calendar("SUMMARY:Festival\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261125"), JAKARTA, AROUND,
        AROUND + timedelta(days=9),
    )  # fmt: skip
    assert found["windows"] == [["Festival", "2026-11-22T17:00:00+00:00", "2026-11-24T17:00:00+00:00", 0]]


@pytest.mark.parametrize(("said", "ours"), [("1", 4), ("5", 0), ("9", -4), ("0", 0), ("77", 0)])
def test_priorities_are_those_of_the_rfc(said: str, ours: int) -> None:
    """1 is the highest, 9 the lowest; 0 is not said and counts as the middle."""
    event = f"SUMMARY:morning\nPRIORITY:{said}\nDTSTART:20261123T060000Z\nDTEND:20261123T070000Z"
    assert expand(calendar(event), JAKARTA, AROUND, AROUND + timedelta(days=3))["windows"][0][3] == ours


def test_the_shorter_event_comes_first() -> None:
    """An hour inside a week was meant to show."""
    week = "SUMMARY:Festival\nDTSTART:20261123T000000\nDTEND:20261130T000000"
    hour = "SUMMARY:morning\nDTSTART:20261124T100000\nDTEND:20261124T110000"
    assert [name for name, _ in rows(week, hour)] == ["morning", "Festival"]


def test_a_cancelled_event_does_not_count() -> None:
    """STATUS:CANCELLED is what calendar programs send instead of a removal."""
    assert rows("SUMMARY:morning\nSTATUS:CANCELLED\nDTSTART:20261123T060000\nDTEND:20261123T070000") == []


def test_summaries_name_playlists_or_the_dark() -> None:
    """Upper and lower case do not matter; a name that no playlist has is reported and passed over."""
    text = calendar(
        "SUMMARY:DARK\nDTSTART:20261123T230000\nDTEND:20261124T043000",
        "SUMMARY:festival\nDTSTART:20261125T100000\nDTEND:20261125T110000",
        "SUMMARY:Board meeting\nDTSTART:20261125T100000\nDTEND:20261125T113000",
    )
    windows, problems = expand_calendar(text, "schedule.ics", JAKARTA, AROUND, KNOWN)
    assert [window.playlist for window in windows] == ["Festival", None]
    assert "Board meeting" in str(problems[0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR\r\nEND:VEVENT",
        calendar("SUMMARY:morning\nDTSTART:20261123T060000\nDTEND:20261123T060001\nRRULE:FREQ=SECONDLY"),
        calendar("SUMMARY:morning\nDTSTART:20261123T060000\nDTEND:20261122T060001"),
        calendar("DTSTART:20261123T060000\nDTEND:20261123T070000"),
        calendar("SUMMARY:morning"),
        calendar("SUMMARY:morning\nDTSTART:yesterday\nDTEND:20261123T070000"),
    ],
)
def test_a_bad_calendar_is_a_problem_and_no_fault(text: str) -> None:
    """Whatever is wrong: no window, a sentence, within the child's limits."""
    windows, problems = expand_calendar(text, "schedule.ics", JAKARTA, AROUND, KNOWN)
    assert windows == []
    assert problems


def test_an_endless_rule_of_a_thousand_years_is_bounded() -> None:
    """Every hour since 1970: only the stretch that is asked for is expanded."""
    event = "SUMMARY:morning\nDTSTART:19700101T000000Z\nDTEND:19700101T001000Z\nRRULE:FREQ=HOURLY"
    windows, _ = expand_calendar(calendar(event), "schedule.ics", JAKARTA, AROUND, KNOWN)
    assert 60 * 24 < len(windows) < 70 * 24
