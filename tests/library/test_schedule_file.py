"""schedule.toml as an operator writes it, right and wrong."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.model import ScheduleRule
from player.library.content.schedule_file import ParsedSchedule, parse_schedule

KNOWN = {"morning", "festival", "default"}


def parse(text: str) -> ParsedSchedule:
    return parse_schedule(text.encode(), "schedule.toml", KNOWN)


def test_the_example_of_the_contract() -> None:
    """A schedule like the one in terminal.md."""
    parsed = parse(
        'timezone = "Asia/Jakarta"\n[[show]]\nplaylist = "morning"\ndays = ["mon", "tue", "wed", "thu", "fri"]\n'
        'from = 06:00:00\nuntil = 09:30:00\n[[show]]\nplaylist = "festival"\nstart = 2026-12-01\nend = 2026-12-07\n'
        "priority = 10\n[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n"
    )
    assert parsed.problems == []
    assert parsed.timezone == "Asia/Jakarta"
    assert parsed.rules == [
        ScheduleRule("morning", frozenset(range(5)), time(6), time(9, 30)),
        ScheduleRule("festival", start=date(2026, 12, 1), end=date(2026, 12, 7), priority=10),
        ScheduleRule(None, begins=time(23), ends=time(4, 30)),
    ]


def test_rules_keep_the_order_of_the_file() -> None:
    """At equal priority the first in the file wins, also when [[dark]] and [[show]] alternate."""
    parsed = parse('[[dark]]\nfrom=01:00:00\n[[show]]\nplaylist="morning"\n[[dark]]\nfrom=02:00:00\n')
    assert [rule.playlist for rule in parsed.rules] == [None, "morning", None]


def test_times_and_days_as_people_write_them() -> None:
    """Quoted times, whole names of days, CRLF, a BOM."""
    parsed = parse_schedule(
        b'\xef\xbb\xbf[[show]]\r\nplaylist="morning"\r\nfrom="6:00"\r\nuntil="09:30"\r\ndays=["Monday","SAT"]\r\n',
        "s",
        KNOWN,
    )
    assert parsed.problems == []
    assert parsed.rules == [ScheduleRule("morning", frozenset({0, 5}), time(6), time(9, 30))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[show]\n", "schedule.toml line 1: not valid TOML"),
        ('timezone = "Java/Serang"\n', "no time zone is called 'Java/Serang'"),
        ("timezone = 7\n", "no time zone is called 7"),
        ("[[shows]]\n", "'shows' is not known here (did you mean 'show'?)"),
        ('[show]\nplaylist="morning"\n', "[show] has one pair of brackets"),
        ('show = "morning"\n', "one pair of brackets"),
        ("[[show]]\nfrom = 06:00:00\n", "[[show]] names no playlist"),
        ("[[show]]\nplaylist = 7\n", "names no playlist"),
        ('[[show]]\nplaylist = "mornin"\n', "line 2: there is no playlist 'mornin' (did you mean 'morning'?)"),
        (
            '[[show]]\nplaylist = "morning"\nuntill = 09:00:00\n',
            "line 3: 'untill' is not known in [[show]] (did you mean 'until'?)",
        ),
        ('[[show]]\nplaylist = "morning"\nfrom = "noon"\n', "line 3: from = noon is not understood"),
        ('[[show]]\nplaylist = "morning"\nfrom = 2026-12-01\n', "from = 2026-12-01 is not understood"),
        ('[[show]]\nplaylist = "morning"\nstart = 06:00:00\n', "start = 06:00:00 is not understood"),
        ('[[show]]\nplaylist = "morning"\npriority = true\n', "priority = True is not understood"),
        ('[[show]]\nplaylist = "morning"\ndays = ["lun"]\n', "'lun' is no day of the week"),
        ('[[show]]\nplaylist = "morning"\ndays = "mon"\n', "days is not a list"),
        ('[[show]]\nplaylist = "morning"\nstart = 2026-12-07\nend = 2026-12-01\n', "line 4: end lies before start"),
        ("[[dark]]\nfrom = 06:00:00\nuntil = 06:00:00\n", "the window has no length"),
        ('[[dark]]\nplaylist = "morning"\n', "'playlist' is not known in [[dark]]"),
    ],
)
def test_every_mistake_has_its_line_and_remedy(text: str, said: str) -> None:
    """The rule is left out (or the key ignored), the sentence says where and what to write."""
    parsed = parse(text)
    assert said in str(parsed.problems[0]), str(parsed.problems[0])
    assert parsed.problems[0].remedy


def test_a_wrong_rule_does_not_cost_the_others() -> None:
    """One rule left out, the next one counts."""
    parsed = parse('[[show]]\nplaylist = "morning"\nfrom = 7\n[[dark]]\nfrom = 23:00:00\n')
    assert [rule.playlist for rule in parsed.rules] == [None]


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_without_a_fault(raw: bytes) -> None:
    """Whatever lies there: rules and problems, never an exception."""
    parse_schedule(raw, "schedule.toml", KNOWN)


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("from = 6:00", "write the time with its seconds: 06:00:00"),
        ("from = 06.30  # early", "write the time with its seconds: 06:30:00"),
        ("playlist = “morning”", 'write straight quotes: "morning"'),
        ("playlist = morning", 'write it in quotes: playlist = "morning"'),
        ("[[show]", "write two brackets on each side: [[show]]"),
        ("playlist = = 7", "correct the line"),
    ],
)
def test_what_people_write_instead_of_toml(line: str, remedy: str) -> None:
    """The remedy says how the line is written right, not that TOML's grammar was hurt."""
    [problem] = parse(f'[[show]]\nplaylist = "morning"\n{line}\n').problems
    assert problem.line == 3
    assert problem.remedy == remedy
