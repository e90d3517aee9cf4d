"""schedule.toml as it is edited: what was asked for changes, and not a byte of the rest."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.library.content.schedule_file import parse_schedule
from player.office.web.content.faults import ContentFault
from player.office.web.content.schedule_rules import RuleRow, ScheduleFile

HAND = (
    b'# opening hours, by hand\r\ntimezone = "Asia/Jakarta"  # the city\'s\r\n\r\n# mornings\r\n[[show]]  # first\r\n'
    b'playlist = "pagi"\r\ndays = [\r\n  "senin",  # the market\r\n  "sel",\r\n]\r\nfrom = 06:00:00   # early\r\n'
    b"until = 24:00\r\n"
    b"\r\n# apart\r\n\r\n[[dark]]\r\nfrom = 23:00:00\r\nuntil = 04:30:00\r\n\r\n[[festival]]\r\nx = 1\r\n"
    b'[[ticker]]\r\ntext = "Selamat datang"\r\n# the end'
)
KNOWN = ("pagi", "default")


def read(raw: bytes) -> ScheduleFile:
    return ScheduleFile.read(raw, KNOWN)


def test_the_rules_are_those_of_the_panel() -> None:
    """Days, hours, the end of the day, running texts: as parse_schedule reads them, each with its line."""
    schedule = read(HAND)
    assert schedule.editable
    assert schedule.timezone == "Asia/Jakarta"
    assert [rule.kind for rule in schedule.rules] == ["show", "dark", "ticker"]
    first = schedule.rules[0]
    assert (first.playlist, first.days, first.begins, first.ends, first.line) == ("pagi", (0, 1), "06:00", "24:00", 5)
    assert schedule.rules[2].text == "Selamat datang"
    assert not any(rule.problem for rule in schedule.rules)


def test_what_nobody_touches_stays_byte_for_byte() -> None:
    """Comments, line ends, strange rules, an unquoted 24:00: ten round trips of edits and their way back."""
    schedule = read(HAND)
    for _ in range(10):
        dark = schedule.rules[1]
        schedule = schedule.set(1, RuleRow("dark", begins="22:00", ends=dark.ends)).set(1, dark)
        first = schedule.rules[0]
        schedule = schedule.set(0, RuleRow("show", "pagi", first.days, "07:00", "24:00")).set(0, first)
        schedule = schedule.move(0, 1).move(1, 0)
        schedule = schedule.add(RuleRow("show", "pagi", begins="10:00", ends="11:00"))
        schedule = schedule.drop(len(schedule.rules) - 1)
    assert schedule.raw.rstrip() == HAND


def test_a_rule_is_written_as_a_person_would() -> None:
    """In the order of the manual, times and days readable, nothing that says nothing."""
    row = RuleRow("show", "pagi", (0, 4), "06:00", "09:30", date(2026, 12, 1), date(2026, 12, 7), 10, through_dark=True)
    schedule = read(b"").add(row).add(RuleRow("dark", begins="23:00", ends="04:30"))
    assert schedule.raw.decode() == (
        '[[show]]\nplaylist = "pagi"\ndays = ["mon", "fri"]\nfrom = 06:00:00\nuntil = 09:30:00\nstart = 2026-12-01\n'
        "end = 2026-12-07\npriority = 10\nthrough_dark = true\n\n[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n"
    )
    assert schedule.rules[0].days == (0, 4)
    assert schedule.rules[0].end == date(2026, 12, 7)


def test_a_changed_value_keeps_its_comment_and_its_language() -> None:
    """Days that were written in Indonesian are written so again; the comment behind a value stays."""
    first = read(HAND).rules[0]
    changed = read(HAND).set(0, RuleRow("show", "pagi", (2,), "05:15", first.ends)).raw.decode()
    assert 'days = ["rab"]' in changed
    assert "from = 05:15:00   # early\r\n" in changed
    assert "until = 24:00\r\n" in changed
    assert changed.count("# mornings") == 1


def test_dropping_and_moving() -> None:
    """A rule takes the comment right above it along; the first of equal priority counts, so the order is a person's to choose."""
    dropped = read(HAND).drop(0).raw.decode()
    assert "# mornings" not in dropped
    assert "# opening hours, by hand" in dropped
    assert "# apart" in dropped
    moved = read(HAND).move(1, 0)
    assert [rule.kind for rule in moved.rules] == ["dark", "show", "ticker"]
    assert moved.raw.decode().index("# mornings") > moved.raw.decode().index("[[dark]]")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (RuleRow("show"), "playlist"), (RuleRow("show", "pagi", begins="25:00"), "begins"),
        (RuleRow("show", "pagi", begins="06:00", ends="06:00"), "ends"), (RuleRow("dark", begins="24:00"), "begins"),
        (RuleRow("show", "pagi", start=date(2026, 12, 2), end=date(2026, 12, 1)), "end"),
        (RuleRow("show", "pagi", priority=10**7), "priority"), (RuleRow("ticker"), "text"), (RuleRow("dark", days=(7,)), "days"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_its_field(row: RuleRow, field: str) -> None:
    """A rule that no panel takes never reaches the file."""
    with pytest.raises(ContentFault) as fault:
        read(HAND).add(row)
    assert fault.value.field == field


def test_a_rule_that_cannot_be_read_is_shown_and_can_be_dropped() -> None:
    """One bad rule costs itself: the others are edited all the same."""
    schedule = read(b"[[show]]\nplaylist = pagi\n\n[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n")
    assert schedule.rules[0].problem
    assert not schedule.rules[1].problem
    with pytest.raises(ContentFault):
        schedule.set(0, RuleRow("show", "pagi"))
    assert schedule.set(1, RuleRow("dark", begins="22:00", ends="04:30")).raw.endswith(
        b"from = 22:00:00\nuntil = 04:30:00\n"
    )
    assert schedule.drop(0).raw == b"[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n"


@pytest.mark.parametrize("raw", [b"\xff\xfe[[show]]", b'x = """\n[[show]]\n"""\n[[show]]\nplaylist = "pagi"\n'])
def test_what_is_not_understood_is_left_alone(raw: bytes) -> None:
    """No UTF-8, or a head inside of a text: shown, never rewritten."""
    schedule = read(raw)
    assert not schedule.editable
    assert schedule.raw == raw
    with pytest.raises(ContentFault):
        schedule.add(RuleRow("dark"))


def test_the_zone_is_set_and_taken_out() -> None:
    """Above the rules, with its comment kept."""
    other = read(HAND).with_timezone("Asia/Jayapura")
    assert b'timezone = "Asia/Jayapura"  # the city\'s' in other.raw
    assert b"timezone" not in other.with_timezone("").raw
    assert read(b"").with_timezone("Asia/Jakarta").timezone == "Asia/Jakarta"
    with pytest.raises(ContentFault):
        other.with_timezone("WIB")


HOURS = st.sampled_from(["", "06:00", "09:30", "23:59:30"])
ROWS = st.builds(
    RuleRow, st.just("show"), st.sampled_from(["pagi", "malam \"x\""]), st.lists(st.integers(0, 6), unique=True).map(tuple),
    HOURS,
    st.sampled_from(["", "12:00", "24:00"]), st.none() | st.just(date(2026, 12, 1)), st.none() | st.just(date(2026, 12, 9)),
    st.integers(-3, 3), st.booleans(),
)  # fmt: skip


@given(st.lists(ROWS, min_size=1, max_size=4), ROWS, st.data())
def test_the_panel_reads_what_a_person_set(rows: list[RuleRow], row: RuleRow, data: st.DataObject) -> None:
    """Any rules, one of them changed: the panel's parser has just that, and the other rules stand as they stood."""
    schedule = read(b"# mine\n")
    for each in rows:
        schedule = schedule.add(each)
    index = data.draw(st.integers(0, len(rows) - 1))
    changed = schedule.set(index, row)
    parsed = parse_schedule(changed.raw, "schedule.toml", KNOWN)
    assert not parsed.refused
    assert len(parsed.rules) == len(rows)
    assert changed.raw.startswith(b"# mine\n")
    for number, (before, after) in enumerate(zip(schedule.rules, changed.rules, strict=True)):
        wanted = row if number == index else before
        days = tuple(sorted(wanted.days)) if len(wanted.days) < 7 else ()
        assert (after.playlist, after.days, after.begins, after.ends) == (
            wanted.playlist,
            days,
            wanted.begins,
            wanted.ends,
        )
        assert (after.start, after.end, after.priority) == (wanted.start, wanted.end, wanted.priority)
