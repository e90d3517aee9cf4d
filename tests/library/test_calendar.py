"""schedule.ics: what becomes an occurrence, and what no calendar may do to us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.model import Problem, ScheduleWindow
from player.library.content.calendar import expand
from player.library.content.calendar_stamps import Zoned
from player.library.content.calendar_text import BadEvent, EventWriter, read_calendar_text
from player.library.vetting.occurrences import read_calendar

JAKARTA = ZoneInfo("Asia/Jakarta")
AROUND = datetime(2026, 11, 22, 3, tzinfo=UTC)
KNOWN = {"morning", "Festival"}


def calendar(*events: str) -> str:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT\n" for n, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{body}END:VCALENDAR\n".replace("\n", "\r\n")


def expanded(text: str) -> tuple[list[ScheduleWindow], list[Problem]]:
    found = read_calendar(text, "schedule.ics", JAKARTA, AROUND, KNOWN)
    return found.windows, found.problems


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
    windows, problems = expanded(text)
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
    windows, problems = expanded(text)
    assert windows == []
    assert problems


@pytest.mark.slow
def test_an_endless_rule_of_a_thousand_years_is_bounded() -> None:
    """Every hour since 1970: only the stretch that is asked for is expanded."""
    event = "SUMMARY:morning\nDTSTART:19700101T000000Z\nDTEND:19700101T001000Z\nRRULE:FREQ=HOURLY"
    windows, _ = expanded(calendar(event))
    assert 60 * 24 < len(windows) < 70 * 24


# ---- one bad element costs that element


GOOD = "SUMMARY:morning\nDTSTART;TZID=Asia/Jakarta:20261126T060000\nDTEND;TZID=Asia/Jakarta:20261126T090000"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("DTSTART:besok\nDTEND:20261127T190000", "'Festival' has a begin that cannot be read (besok)"),
        ("DTSTART:20261127T180000\nDTEND:20261127T250000", "(2026-11-27) has an end that cannot be read"),
        ("DTSTART:20261127T180000\nDTEND:20261127T190000\nRRULE:FREQ=DAILY;COUNT=abc", "has a rule that cannot be read"),
        ("DTSTART:20261127T180000\nDTEND:20261127T190000\nRRULE:COUNT=3", "has a rule that cannot be read"),
        ("DTSTART:20261127T180000\nDTEND:20261127T190000\nRRULE:FREQ=DAILY;INTERVAL=0", "has a rule that cannot be read"),
        ("DTSTART:20261127T180000\nDTEND:20261127T190000\nRRULE:FREQ=DAILY;UNTIL=soon", "has a rule that cannot be read"),
        ("DTSTART:20261127T180000\nDURATION:1h", "has a length that cannot be read (1h)"),
        ("DTSTART:20261127T180000\nDURATION:-PT1H", "does not end after it begins"),
        ("DTSTART:20261127T180000\nDTEND:20261127T180000", "does not end after it begins"),
        ("DTSTART:20261127T180000", "has no length"),
        ("DTSTART:20261131T180000\nDTEND:20261131T190000", "has a begin that cannot be read (20261131T180000)"),
        ('DTSTART;TZID="Mars/Base":20261127T180000\nDTEND;TZID="Mars/Base":20261127T190000',
         "is in the time zone 'Mars/Base', which nobody knows"),
    ],
)  # fmt: skip
def test_one_bad_event_costs_that_event(event: str, said: str) -> None:
    """The other event is there; the bad one is named by its title, day and line, and is an alert's business."""
    found = expand(calendar(GOOD, f"SUMMARY:Festival\n{event}"), JAKARTA, AROUND, AROUND + timedelta(days=10))
    assert [row[:2] for row in found["windows"]] == [["morning", "2026-11-25T23:00:00+00:00"]]
    [[what, remedy, line]] = found["problems"]
    assert said in what
    assert remedy
    assert line == 11
    assert found["refused"] == found["problems"]


def test_a_bad_exception_costs_itself() -> None:
    """An EXDATE that cannot be read is told; the event and its other exceptions count."""
    event = f"{GOOD}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Asia/Jakarta:20261127T060000,later"
    found = expand(calendar(event), JAKARTA, AROUND, AROUND + timedelta(days=10))
    assert [row[1] for row in found["windows"]] == ["2026-11-25T23:00:00+00:00", "2026-11-27T23:00:00+00:00"]
    assert "has an exception that cannot be read (later)" in found["problems"][0][0]


def window_of_zone(tzid: str, definition: str = "") -> str | None:
    """When an event at 18:00 in that zone begins, in UTC; None: it is left out."""
    event = f"SUMMARY:morning\nDTSTART;TZID={tzid}:20261127T180000\nDTEND;TZID={tzid}:20261127T190000"
    text = calendar(event).replace("BEGIN:VEVENT", definition.replace("\n", "\r\n") + "BEGIN:VEVENT")
    windows = expand(text, JAKARTA, AROUND, AROUND + timedelta(days=10))["windows"]
    return windows[0][1][11:16] if windows else None


@pytest.mark.parametrize(
    ("tzid", "begins"),
    [
        ("Asia/Jakarta", "11:00"), ("asia/jakarta", "11:00"), ("/mozilla.org/20050126_1/Asia/Jakarta", "11:00"),
        ("SE Asia Standard Time", "11:00"), ("se asia standard time", "11:00"), ("Singapore Standard Time 1", "10:00"),
        ('"tzone://Microsoft/Utc"', "18:00"), ("tzone://Microsoft/Utc", "18:00"), ("UTC+07:00", "11:00"), ("GMT+8", "10:00"),
        ("(UTC+05:30) Somewhere", None), ("UTC-03:30", None), ("UTC+05:30", "12:30"), ("WITA", "10:00"), ("Etc/GMT-9", "09:00"),
        ('"(UTC+07:00) Bangkok, Hanoi, Jakarta"', "11:00"), ("(UTC+01:00) Amsterdam, Berlin, Bern", "17:00"),
        ("Customized Time Zone", None), ("tzone://Microsoft/Custom", None), ("UTC", "18:00"),
    ],
)  # fmt: skip
def test_time_zones_by_any_of_their_names(tzid: str, begins: str | None) -> None:
    """IANA, Windows (with Outlook's number, in any case), offsets, Exchange's words; what nobody knows is not guessed."""
    assert window_of_zone(tzid) == begins


def test_a_zone_that_only_the_calendar_knows() -> None:
    """A VTIMEZONE of the file itself is used where the name says nothing."""
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0800\nTZOFFSETTO:+0800\n"
        "END:STANDARD\nEND:VTIMEZONE\n"
    )
    assert window_of_zone("Ours", zone) == "10:00"
    assert window_of_zone("Ours") is None


@pytest.mark.parametrize(
    ("start", "until", "last"),
    [
        (";VALUE=DATE:20261124", "20261127T170000Z", "2026-11-27T17:00"),
        (";VALUE=DATE:20261124", "20261127", "2026-11-26T17:00"),
        (";TZID=Asia/Jakarta:20261124T180000", "20261127", "2026-11-27T11:00"),
        (";TZID=Asia/Jakarta:20261124T180000", "20261127T180000", "2026-11-27T11:00"),
        (":20261124T180000", "20261127T110000Z", "2026-11-27T11:00"),
        (":20261124T180000", "20261127", "2026-11-27T11:00"),
        (":20261124T110000Z", "20261127T180000", "2026-11-27T11:00"),
        (":20261124T110000Z", "20261127", "2026-11-27T11:00"),
    ],
)
def test_until_is_brought_to_the_kind_of_the_begin(start: str, until: str, last: str) -> None:
    """A day, a floating time, a time in a zone, UTC: in whichever form UNTIL is written, its own day still counts."""
    end = start.replace("T18", "T19").replace("T11", "T12").replace("DATE:20261124", "DATE:20261125")
    event = f"SUMMARY:morning\nDTSTART{start}\nDTEND{end}\nRRULE:FREQ=DAILY;UNTIL={until}"
    found = expand(calendar(event), JAKARTA, AROUND, AROUND + timedelta(days=20))
    assert found["windows"][-1][1].startswith(last)


@pytest.mark.parametrize(
    ("end", "ends"),
    [
        ("DTEND:20261127T240000", "2026-11-27T17:00"),
        ("DTEND;VALUE=DATE:20261128", "2026-11-27T17:00"),
        ("DTEND:20261127T120000Z", "2026-11-27T12:00"),
        ("DTEND;TZID=Asia/Makassar:20261127T200000", "2026-11-27T12:00"),
        ("DURATION:PT1H30M", "2026-11-27T12:30"),
        ("DURATION:P1D", "2026-11-28T11:00"),
    ],
)
def test_the_end_in_any_form(end: str, ends: str) -> None:
    """24:00 is the end of the day; a day, UTC, another zone, a length: each is the end that was meant."""
    found = expand(
        calendar(f"SUMMARY:morning\nDTSTART:20261127T180000\n{end}"), JAKARTA, AROUND, AROUND + timedelta(days=20)
    )
    assert found["problems"] == []
    assert found["windows"][0][2].startswith(ends)


def test_a_whole_day_with_an_hour_as_its_end_begins_at_midnight() -> None:
    """DTSTART a day, DTEND a time: from the panel's midnight on."""
    found = expand(
        calendar("SUMMARY:morning\nDTSTART;VALUE=DATE:20261127\nDTEND:20261127T120000"), JAKARTA, AROUND,
        AROUND + timedelta(days=20),
    )  # fmt: skip
    assert found["windows"][0][1:3] == ["2026-11-26T17:00:00+00:00", "2026-11-27T05:00:00+00:00"]


def test_gelap_is_dark_and_a_category_goes_through_it() -> None:
    """GELAP means DARK; an event with the category THROUGH-DARK goes on through it, one without does not."""
    text = calendar(
        "SUMMARY:Gelap\nDTSTART:20261123T230000\nDTEND:20261124T043000",
        "SUMMARY:festival\nCATEGORIES:Kota,Through-Dark\nDTSTART:20261123T220000\nDTEND:20261124T060000",
        "SUMMARY:morning\nCATEGORIES:THROUGH-DARKNESS\nDTSTART:20261123T220000\nDTEND:20261124T070000",
    )
    windows, problems = expanded(text)
    assert problems == []
    assert {window.playlist: window.through_dark for window in windows} == {
        None: False,
        "Festival": True,
        "morning": False,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (calendar(GOOD)[:-20], "the file is cut off"),
        (calendar(GOOD)[:150], "the file is cut off"),
        ("hello", "not a calendar"),
    ],
)
def test_a_calendar_that_is_none_is_one_clear_line(text: str, said: str) -> None:
    """Cut off or something else: one sentence, no line of a parser; the schedule before goes on."""
    found = read_calendar(text, "schedule.ics", JAKARTA, AROUND, KNOWN)
    assert not found.readable
    assert [str(problem) for problem in found.problems] == [f"schedule.ics: {said}; export the calendar again"]


def test_a_calendar_with_only_bad_events_keeps_the_one_before() -> None:
    """With every event wrong there is nothing left to obey."""
    assert not read_calendar(calendar("SUMMARY:morning\nDTSTART:besok"), "s", JAKARTA, AROUND, KNOWN).readable


def test_lines_as_programs_write_them() -> None:
    """Folded lines, LF alone, lower case, an alarm inside the event, escapes in the title."""
    text = calendar(
        "summary;LANGUAGE=id:Festi\n val\ndtstart:20261123T100000\nDTEND:20261123T110000\nBEGIN:VALARM\nDURATION:PT5M\n"
        "TRIGGER:-PT10M\nSUMMARY:bell\nEND:VALARM"
    ).replace("\r\n", "\n")
    windows, problems = expanded(text)
    assert problems == []
    assert [(window.playlist, window.begins.hour) for window in windows] == [("Festival", 3)]


PIECES = """\
BEGIN:VCALENDAR
END:VCALENDAR
BEGIN:VEVENT
END:VEVENT
BEGIN:VTIMEZONE
END:VTIMEZONE
TZID:Ours
SUMMARY:morning
SUMMARY:
SUMMARY;LANGUAGE="id:x
DTSTART:20261127T180000
DTSTART;VALUE=DATE:20261127
DTSTART;TZID=Ours:20261127T180000
DTSTART:99991231T240000
DTSTART;TZID=:00010101T000000
DTEND:20261127T190000
DTEND;VALUE=DATE:99991231
DURATION:P99999999D
DURATION:PT
RRULE:FREQ=DAILY
RRULE:FREQ=YEARLY;UNTIL=00010101
RRULE:FREQ=WEEKLY;BYDAY=XX
RRULE:
RRULE:FREQ=DAILY;COUNT=0
RRULE:FREQ=MONTHLY;BYSETPOS=1
EXDATE:,
EXDATE;VALUE=DATE:20261127,x
RDATE:20261129T180000
RECURRENCE-ID:20261127T180000
RECURRENCE-ID;RANGE=THISANDFUTURE:20261127
UID:a
STATUS:CANCELLED
PRIORITY:\u0663
SEQUENCE:x
CATEGORIES:through dark
 folded
:
;
""".splitlines()


@given(st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=150, deadline=None)
def test_no_mixture_of_lines_costs_more_than_its_events(lines: list[str]) -> None:
    """Any lines in any order, beside one good event of the file: nothing is raised, and the good event is there.

    A line stands between: a folded one would be the rest of the good event's END.
    """
    good = calendar(GOOD.replace("SUMMARY:morning", "SUMMARY:Festival")).split("\r\n")
    whole = [line for line in lines if line not in ("BEGIN:VCALENDAR", "END:VCALENDAR")]
    text = "\r\n".join([good[0], *good[3:10], "X-APART:1", *whole, "END:VEVENT", "END:VCALENDAR"])
    found = expand(text, JAKARTA, AROUND, AROUND + timedelta(days=10))
    assert "Festival" in [row[0] for row in found["windows"]]


@pytest.mark.parametrize(
    ("rule", "begins", "ends", "said"),
    [
        ("FREQ=DAILY", "00261122T010000", "20261122T020000", "lasts longer than a year and repeats"),
        ("FREQ=HOURLY", "00261122T010000", "00261122T020000", "repeats too often since it began"),
        (
            "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,5,10;BYSECOND=0,1",
            "19261122T010000",
            "19261122T010001",
            "too often since",
        ),
        (
            "FREQ=YEARLY;BYDAY=MO;BYHOUR=1,2,3,4",
            "14261122T010000",
            "14261122T020000",
            "repeats too often since it began",
        ),
    ],
)
def test_a_rule_that_would_be_walked_for_ever_costs_itself(rule: str, begins: str, ends: str, said: str) -> None:
    """From its first begin, or back by its own length: more dates than any office has are not worked out."""
    endless = f"SUMMARY:morning\nDTSTART:{begins}\nDTEND:{ends}\nRRULE:{rule}"
    good = "SUMMARY:Festival\nDTSTART:20261123T060000\nDTEND:20261123T070000"
    found = expand(calendar(endless, good), JAKARTA, AROUND, AROUND + timedelta(days=10))
    assert [row[0] for row in found["windows"]] == ["Festival"]
    assert len(found["refused"]) == 1
    assert said in found["refused"][0][0]


def test_an_old_rule_that_an_office_has_counts() -> None:
    """A birthday of 1926, every day since 1970, and every hour since ten years."""
    yearly = "SUMMARY:Festival\nDTSTART;VALUE=DATE:19261124\nRRULE:FREQ=YEARLY"
    daily = "SUMMARY:morning\nDTSTART:19700101T060000\nDTEND:19700101T070000\nRRULE:FREQ=DAILY"
    hourly = "SUMMARY:morning\nDTSTART:20161101T000000\nDTEND:20161101T001000\nRRULE:FREQ=HOURLY"
    found = expand(calendar(yearly, daily, hourly), JAKARTA, AROUND, AROUND + timedelta(days=5))
    assert not found["refused"]
    assert len([row for row in found["windows"] if row[0] == "Festival"]) == 1
    assert len([row for row in found["windows"] if row[0] == "morning"]) == 5 * 24 + 5


def test_many_rules_together_have_a_bound_too() -> None:
    """Each of them allowed by itself: those beyond the bound are named, the first ones go on."""
    daily = "SUMMARY:morning\nDTSTART:20261101T000000\nDTEND:20261101T001000\nRRULE:FREQ=DAILY"
    read = read_calendar_text(calendar(*[daily] * 8))
    writer = EventWriter(read, Zoned("", JAKARTA, floating=True), AROUND + timedelta(days=9), dates=100)
    for event in read.events[:3]:
        assert "RRULE:FREQ=DAILY" in writer.write(event, [])
    with pytest.raises(BadEvent, match="one repetition too many"):
        writer.write(read.events[3], [])
