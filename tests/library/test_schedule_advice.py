"""What people type into schedule.toml: what it means, or which advice they get; and the advice, typed in, is understood."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from player.cli.language import Speech
from player.core.model import Problem, ScheduleRule
from player.library.content.schedule_file import ParsedSchedule, parse_schedule

KNOWN = {"morning", "pagi", "default"}
HEAD = '[[show]]\nplaylist = "morning"\n'


def parse(text: str) -> ParsedSchedule:
    return parse_schedule(text.encode(), "schedule.toml", KNOWN)


def rule_of(line: str) -> ScheduleRule:
    """The rule of a show with this line in it, which must be understood."""
    parsed = parse(f"{HEAD}{line}\n")
    assert parsed.problems == []
    [rule] = parsed.rules
    return rule


def advised(problem: Problem) -> str:
    """The line that the remedy tells to write."""
    found = re.search(r"(\w+ = .*?)(?: \(year-month-day\))?$", problem.remedy)
    assert found is not None, problem.remedy
    return found[1]


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ('["mon-fri"]', range(5)), ('["weekdays"]', range(5)), ('["weekend"]', (5, 6)), ('["senin"]', (0,)),
        ('["Sabtu", "MINGGU"]', (5, 6)), ('["senin-jumat"]', range(5)), ('["sat-mon"]', (5, 6, 0)),
        ('["jum\'at"]', (4,)), ('["Senin sampai Rabu"]', range(3)), ('["mon \u2013 wed"]', range(3)),
        ('["weekend", "wed"]', (2, 5, 6)), ('["thurs", "Sunday"]', (3, 6)), ('["tiap hari"]', range(7)),
    ],
)  # fmt: skip
def test_days_as_people_name_them(days: str, meant: range | tuple[int, ...]) -> None:
    """English and Indonesian names, short and long, ranges (over the end of the week, too), weekdays, weekend."""
    assert rule_of(f"days = {days}").days == frozenset(meant)


@pytest.mark.parametrize("line", ["until = 24:00", "until = 24:00:00  # midnight", 'until = "24:00"'])
def test_twenty_four_is_the_end_of_the_day(line: str) -> None:
    """From 18:00 until 24:00 ends at midnight; from 00:00 until 24:00 is the whole day."""
    assert rule_of(f"from = 18:00:00\n{line}") == ScheduleRule("morning", begins=time(18))
    assert rule_of(f"from = 00:00:00\n{line}").begins == time(0)


@pytest.mark.parametrize(
    ("typed", "said", "advice"),
    [
        ("until = 4.30", "until = 4.30 is not understood", "until = 04:30:00"),
        ("until = 9:30", "is not understood", "09:30:00"),
        ('until = "4.30"', "until = 4.30 is not understood", "until = 04:30:00"),
        ("from = 6", "from = 6 is not understood", "from = 06:00:00"),
        ("from = 1830", "from = 1830 is not understood", "from = 18:30:00"),
        ('from = "6 pm"', "from = 6 pm is not understood", "from = 18:00:00"),
        ('from = "jam 6"', "from = jam 6 is not understood", "from = 06:00:00"),
        ("from = 24:00", "is not understood", "from = 00:00:00"),
        ("from = 2026-12-01", "days go into start and end, from and until are hours", "start = 2026-12-01"),
        ("start = 06:00:00", "hours go into from and until, start and end are days", "from = 06:00:00"),
        ("start = 01/12/2026", "start = 01/12/2026 is not understood", "start = 2026-12-01"),
        ("start = 1-12-2026", "dates are written year-month-day", "start = 2026-12-01"),
        ('start = "1/12/2026"', "dates are written year-month-day", "start = 2026-12-01"),
        ("end = 2026/12/31", "dates are written year-month-day", "end = 2026-12-31"),
        ("start = 2026-11-31", "November has 30 days", "start = 2026-11-30"),
        ("end = 2026-12-07T18:00:00", "it is more than a day", "end = 2026-12-07"),
        ("from = 01/12/2026", "is not understood", "start = 2026-12-01"),
        ('days = ["mon" "tue"]', "is not understood", 'days = ["mon", "tue"]'),
        ("days = [mon, tue]", "is not understood", 'days = ["mon", "tue"]'),
        ('days = "mon", "tue"', "is not understood", 'days = ["mon", "tue"]'),
        ('days = "mon-fri"', "days is not a list of days", 'days = ["mon-fri"]'),
        ('days = ["mon, tue"]', "'mon, tue' is no day of the week", 'days = ["mon", "tue"]'),
        ("days = mon-fri", "is not understood", 'days = ["mon-fri"]'),
        ("from\u00a0= 06:00:00", "a special space", "from = 06:00:00"),
        ("start = 2026\u201312\u201301", "a special dash", "start = 2026-12-01"),
        ("days = [\u201cmon\u201d]", "curly quotes", '["mon"]'),
        ("from \u2013 06:00:00", "a special dash", "from = 06:00:00"),
        ("from - 06:00:00", "is not understood", "from = 06:00:00"),
        ("days \u2014 [\u201cmon\u201d]", "special characters", 'days = ["mon"]'),
        ('days = ["mon"] \u2013 ok', "a special dash", 'days = ["mon"]  # ok'),
        ("from = 06:00:00 \u2013 pagi", "a special dash", "from = 06:00:00  # pagi"),
        ("from = 06:00:00 - pagi", "is not understood", "from = 06:00:00  # pagi"),
        ("priority = \u22123", "a special dash", "priority = -3"),
        ("start = 2026\u201112\u201101", "a special dash", "start = 2026-12-01"),
        ("start = 2026\uff0d12\uff0d01", "a special dash", "start = 2026-12-01"),
        ("from \uff1d 06:00:00", "full-width characters", "from = 06:00:00"),
        ("from = \uff10\uff16\uff1a\uff10\uff10\uff1a\uff10\uff10", "full-width characters", "from = 06:00:00"),
        ("days = [\u2033mon\u2033]", "curly quotes", '["mon"]'),
        ("from\u200e = 06:00:00", "a special space", "from = 06:00:00"),
        ("from =\u3000\uff10\uff16\uff1a\uff13\uff10\uff1a\uff10\uff10", "special characters", "from = 06:30:00"),
        ("until: 09:30:00", "is not understood", "until = 09:30:00"),
        ('priority = "10"', "priority = 10 is not understood", "priority = 10"),
        ("priority = 2000000", "priority is too large", "priority = 10"),
        ("through_dark = yes", "is not understood", "through_dark = true"),
        ("through_dark = True", "is not understood", "through_dark = true"),
        ('through_dark = "ya"', "through_dark = ya is not understood", "through_dark = true"),
    ],
)  # fmt: skip
def test_advice_is_made_from_what_was_typed_and_is_understood(typed: str, said: str, advice: str) -> None:
    """The line is named, the other rules go on, and what the remedy says can be typed in as it stands."""
    parsed = parse(f"{HEAD}{typed}\n[[dark]]\nfrom = 23:00:00\n")
    [problem] = parsed.problems
    assert problem.line == 3
    assert said in problem.what
    assert "the rule is left out" in problem.what
    assert [rule.playlist for rule in parsed.rules] == [None]
    assert advice in problem.remedy
    key = re.split(r"\W", typed)[0]
    line = advised(problem) if " = " in problem.remedy else f"{key} = {advice}"
    again = parse(f"{HEAD}{line}\n")
    assert again.problems == []
    assert len(again.rules) == 1


@pytest.mark.parametrize(
    "character", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u00a0\u3000\u00ad\uff1d\uff3b"
)
def test_a_special_character_in_a_line_that_is_refused_is_always_named(character: str) -> None:
    """Also where nobody can say what the line was meant to be: no eye sees what is wrong with it."""
    [problem] = parse(f"{HEAD}from = jam {character} pagi = siang\n[[dark]]\nfrom = 23:00:00\n").problems
    assert "as Word writes them" in problem.what
    assert "not valid TOML" not in problem.what


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    "typed",
    [
        "from = 06:00:00 \u2013 pagi", "from = pagi", "until = siang", "start = besok", "days = senin", 'days = "senin"',
        "days = [senin]", "priority = tinggi", 'through_dark = "ya"', 'from = "jam 6"', "end = 06:00:00",
    ],
)  # fmt: skip
def test_no_key_is_ever_translated(language: str, typed: str) -> None:
    """What the sentence tells to write is understood in either language, as it stands there."""
    [problem] = parse(f"{HEAD}{typed}\n[[dark]]\nfrom = 23:00:00\n").problems
    said = Speech(language).say(problem.remedy)
    written = re.search(r"([\w.]+ = .*)$", said)
    assert written is not None, said
    assert len(parse(f"{HEAD}{written[1]}\n").rules) == 1, said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[show]]\nplaylist = "playlists/pagi"\n', "line 2: a playlist is named without its folder and its ending, not "
         "'playlists/pagi'; write playlist = \"pagi\""),
        ('[[show]]\nplaylist = "pagi.m3u8"\n', 'write playlist = "pagi"'),
        ("[[show]]\nfrom = 06:00:00\n", '[[show]] names no playlist; the rule is left out, the rest goes on; write '
         'playlist = "morning"'),
        (HEAD + 'sampai = 09:30:00\n', "'sampai' is not known in [[show]] (did you mean 'until'?)"),
        ("[[dark]]\nthrough_dark = true\n", "'through_dark' is not known in [[dark]]"),
        ("[[shows]]\n", "'shows' is not known here (did you mean 'show'?); write [[show]]"),
        ('playlist = "morning"\n[[dark]]\nfrom = 23:00:00\n', "playlist stands above all rules; write [[show]] on a line before"),
        ('timezone = "WIB"\n', 'no time zone is called \'WIB\'; the panel\'s is used; write timezone = "Asia/Jakarta"'),
        (HEAD + "from = 06:00:00\nfrom = 07:00:00\n", "line 4: the key stands there twice"),
        (HEAD + 'days = ["lun"]\n', "'lun' is no day of the week"),
        (HEAD + 'days = ["mond"]\n', "'mond' is no day of the week; the rule is left out, the rest goes on; did you mean \"mon"),
        ("{\\rtf1\\ansi [[show]]", "it is a WordPad or Word file, not a plain text; save it as plain text"),
        ("<!DOCTYPE html><html><body>Login</body></html>", "it is a web page"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(text: str, said: str) -> None:
    """A playlist with its folder, an Indonesian key, a Word file: the sentence says what to write."""
    assert said in "\n".join(map(str, parse(text).problems))


def test_one_bad_line_costs_its_rule() -> None:
    """A line that is no TOML, in the middle of the file: the rules before and after it count, and the zone."""
    parsed = parse(
        'timezone = "Asia/Jakarta"\n[[show]]\nplaylist = "pagi"\nfrom = 5\n[[show]]\nplaylist = "morning"\nstart = 1/12/2026\n'
        "[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n[[show]\n[[show]]\nplaylist = 'morning'\nend = 2026-12-07\n"
    )
    assert parsed.readable
    assert parsed.timezone == "Asia/Jakarta"
    assert parsed.rules == [
        ScheduleRule(None, begins=time(23), ends=time(4, 30)),
        ScheduleRule("morning", end=date(2026, 12, 7)),
    ]
    assert sorted(problem.line or 0 for problem in parsed.refused) == [4, 7, 11]


def test_through_dark_is_read() -> None:
    """A show that goes on through the dark says so; without the key it does not."""
    assert rule_of("through_dark = true").through_dark
    assert not rule_of("priority = 3").through_dark
