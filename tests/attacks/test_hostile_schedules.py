"""Schedules and calendars that cost more than they look: the cost of a turn of the loop is counted in steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from player.base.clocks import ClockTrust
from player.bundle.source import Source
from player.core.events import ProblemsFound, ReleaseAdopted, Tick
from player.core.model import ALL_DAYS, Problem, Schedule, ScheduleRule, ScheduleWindow
from player.core.playing.schedule import choose_playlist
from tests.kit.steps import count_steps
from tests.kit.world import START, World, clip, release

KNOWN = ("default", "noon")
FOURFOLD = 5.0
"""Four times the input may cost so many times the steps: linear, and a logarithm on top."""
TURN_STEPS = 40_000
"""One turn, whatever the schedule says: a quiet core does a million steps in a tenth of a second."""
ZONE = ZoneInfo("Asia/Jakarta")


def windows(count: int) -> Schedule:
    """One event every 30 s, back to back, all for one playlist: an HOURLY rule with BYMINUTE and BYSECOND."""
    step = timedelta(seconds=30)
    return Schedule(
        ZONE, (), tuple(ScheduleWindow("noon", START + n * step, START + (n + 1) * step) for n in range(count))
    )


def rules(count: int) -> Schedule:
    """So many rules of 86 s each, back to back, the first of them now."""

    def moment(n: int) -> time:
        return (datetime(2026, 1, 1, 9, 59, tzinfo=UTC) + timedelta(seconds=86 * n)).time()

    return Schedule(ZONE, tuple(ScheduleRule("noon", ALL_DAYS, moment(n), moment(n + 1)) for n in range(count)))


@pytest.mark.parametrize("kind", [windows, rules])
def test_four_times_the_schedule_costs_four_times_the_steps(kind: object) -> None:
    """Back-to-back events (a calendar) or rules (schedule.toml) are chosen from at a cost that grows with their number only."""
    small, large = kind(60), kind(240)  # type: ignore[operator]  # one of the two above

    def steps(schedule: Schedule) -> int:
        return count_steps(lambda: choose_playlist(schedule, START, ClockTrust.SYNCED, KNOWN), 20_000_000)

    few, many = steps(small), steps(large)
    assert many <= FOURFOLD * few, f"{few} steps for 60, {many} for 240: {many / few:.1f} times"


@pytest.mark.parametrize("schedule", [windows(5_000), rules(1_000)], ids=["calendar", "rules"])
def test_a_turn_of_the_loop_is_bounded_whatever_the_schedule(schedule: Schedule) -> None:
    """A release with the densest schedule that is let in is adopted, and a turn after it takes few steps."""
    world = World().open(clip("a"))
    adopted = ReleaseAdopted(release(clip("a"), number=2, schedule=schedule, noon=[clip("n")]))
    steps = count_steps(lambda: world.tell(adopted), TURN_STEPS)
    assert steps <= TURN_STEPS, f"more than {TURN_STEPS} steps in one turn"


def test_four_times_the_problems_cost_four_times_the_steps() -> None:
    """Thousands of faulty lines are told twice, each time otherwise: the cost of a turn grows with their number only."""

    def found(count: int, words: str) -> ProblemsFound:
        return ProblemsFound(Source.FOLDER, tuple(Problem("x.m3u8", f"{words} {n}", "", n) for n in range(count)))

    def steps(count: int) -> int:
        world = World().open(clip("a"))
        world.tell(found(count, "one"))
        return count_steps(lambda: world.tell(found(count, "two")), 20_000_000)

    few, many = steps(60), steps(240)
    assert many <= FOURFOLD * few, f"{few} steps for 60, {many} for 240: {many / few:.1f} times"


def test_a_turn_with_a_hundred_thousand_items_that_are_over_is_bounded() -> None:
    """A playlist of 100,000 lines whose `until` has passed is no more work for a turn than one that plays."""
    over = replace(clip("a"), valid_until=START - timedelta(days=1))
    world = World().open(clip("b"))
    world.tell(ReleaseAdopted(release(*[over] * 100_000, number=2)))
    steps = count_steps(lambda: world.tell(Tick()), TURN_STEPS)
    assert steps <= TURN_STEPS, f"more than {TURN_STEPS} steps in one turn"
