"""The week in blocks: each belongs to the rule that the panel's own code lets win, and rules that meet are named."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.model import Schedule, ScheduleRule
from player.core.playing.schedule import list_choices
from player.office.web.content.schedule_rules import ScheduleFile
from player.office.web.content.week import DAY_MINUTES, WeekBlock, rules_with_places, week_blocks, week_clashes

ZONE = ZoneInfo("Asia/Jakarta")
MONDAY = date(2026, 11, 30)
KNOWN = ("default", "morning", "festival")
MORNING = ScheduleRule("morning", frozenset(range(5)), time(6), time(9, 30))
FESTIVAL = ScheduleRule("festival", start=date(2026, 12, 1), end=date(2026, 12, 7), priority=10)
NIGHT = ScheduleRule(None, begins=time(23), ends=time(4, 30))


def week(*rules: ScheduleRule) -> list[WeekBlock]:
    return week_blocks(Schedule(ZONE, rules), KNOWN, MONDAY)


def on(blocks: list[WeekBlock], day: int) -> list[tuple[int, int, str | None, int | None]]:
    return [(b.begins, b.ends, b.playlist, b.rule) for b in blocks if (b.day - MONDAY).days == day]


def test_each_day_is_full_of_blocks() -> None:
    """Without a rule the main playlist has each day from its first minute to its last."""
    assert on(week(), 0) == [(0, DAY_MINUTES, "default", None)]
    assert len(week()) == 7


def test_a_block_says_which_rule_it_is() -> None:
    """The dark over midnight lies on both days, and each block has the place of its rule."""
    assert on(week(MORNING, NIGHT), 0) == [
        (0, 270, None, 1), (270, 360, "default", None), (360, 570, "morning", 0), (570, 1380, "default", None),
        (1380, DAY_MINUTES, None, 1),
    ]  # fmt: skip
    assert on(week(MORNING, NIGHT), 6)[1] == (270, 1380, "default", None)


def test_dates_and_priorities_are_seen() -> None:
    """From Tuesday on the festival takes the whole day, but for the dark."""
    blocks = week(MORNING, FESTIVAL, NIGHT)
    assert on(blocks, 0)[2] == (360, 570, "morning", 0)
    assert on(blocks, 1) == [(0, 270, None, 2), (270, 1380, "festival", 1), (1380, DAY_MINUTES, None, 2)]


def test_what_does_not_exist_leaves_its_time_to_the_others() -> None:
    """A rule that names no playlist that is there has no block."""
    assert on(week(ScheduleRule("gone", begins=time(6), ends=time(7))), 0) == [(0, DAY_MINUTES, "default", None)]


def test_rules_that_meet_are_named_with_the_first_time() -> None:
    """Of equal priority the first wins, and that is worth a word; a higher priority is meant so."""
    school = ScheduleRule("festival", frozenset({0, 2}), time(9), time(12))
    (clash,) = week_clashes(Schedule(ZONE, (MORNING, school)), KNOWN, MONDAY)
    assert (clash.winner, clash.loser, clash.equal, clash.times) == (0, 1, True, 2)
    assert (clash.begins.isoformat(), clash.ends.time()) == ("2026-11-30T09:00:00+07:00", time(9, 30))
    (meant,) = week_clashes(Schedule(ZONE, (MORNING, FESTIVAL)), KNOWN, MONDAY)
    assert (meant.winner_playlist, meant.loser_playlist, meant.equal, meant.times) == ("festival", "morning", False, 4)


def test_in_the_dark_nobody_meets() -> None:
    """Two shows that stay dark do not want anything."""
    late = ScheduleRule("morning", begins=time(23, 30), ends=time(4))
    assert week_clashes(Schedule(ZONE, (late, FESTIVAL, NIGHT)), KNOWN, MONDAY) == []


def test_rows_become_the_panels_rules() -> None:
    """24:00 is the end of the day; a running text and a row that cannot be read are no rules, and places stay right."""
    text = b"""
[[ticker]]
text = "Halo"
[[show]]
from = 06:00:00
[[show]]
playlist = "morning"
days = ["mon", "tue"]
from = 18:00:00
until = "24:00"
[[dark]]
from = 23:00:00
until = 04:30:00
"""
    rules, places = rules_with_places(ScheduleFile.read(text, KNOWN).rules)
    assert places == (2, 3)
    assert rules[0] == ScheduleRule("morning", frozenset({0, 1}), time(18), None)
    assert rules[1] == NIGHT


def rules_drawn() -> st.SearchStrategy[ScheduleRule]:
    hours = st.none() | st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
    return st.builds(
        ScheduleRule, st.sampled_from([None, *KNOWN, "gone"]), st.frozensets(st.integers(0, 6), min_size=1), hours, hours,
        priority=st.integers(-2, 2), through_dark=st.booleans(),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(rules_drawn(), max_size=6))
def test_blocks_are_what_the_panel_would_choose(rules: list[ScheduleRule]) -> None:
    """At the begin of each block the panel's own choice is that block's playlist, whatever the rules are."""
    schedule = Schedule(ZONE, tuple(rules))
    blocks = week_blocks(schedule, KNOWN, MONDAY)
    assert sum(block.ends - block.begins for block in blocks) == 7 * DAY_MINUTES
    begins = [_moment(block) for block in blocks]
    for block, moment in zip(blocks, begins, strict=True):
        ((_, choice),) = list(list_choices(schedule, moment, moment.replace(microsecond=1), KNOWN))
        assert choice.playlist == block.playlist
        if block.rule is not None:
            assert rules[block.rule].playlist == block.playlist


def _moment(block: WeekBlock) -> datetime:
    return datetime.combine(block.day, time(block.begins // 60, block.begins % 60), ZONE)
