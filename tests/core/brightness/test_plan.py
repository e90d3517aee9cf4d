"""The plan of brightness: days as tables, the sun against published times, and properties of every plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.base.clocks import ClockTrust
from player.core.brightness.plan import choose_light, list_lights
from player.core.brightness.sun import find_sun
from player.core.model import BrightnessPlan, BrightnessStep, Sun

JAKARTA = ZoneInfo("Asia/Jakarta")
SERANG = (-6.12, 106.15)
BY_CLOCK = BrightnessPlan(
    JAKARTA, (BrightnessStep(time(6), 90), BrightnessStep(time(18, 30), 50), BrightnessStep(time(22), 20))
)
BY_SUN = BrightnessPlan(JAKARTA, (BrightnessStep(Sun.SUNRISE, 90), BrightnessStep(Sun.SUNSET, 40)), SERANG)


def at(text: str, zone: ZoneInfo = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "percent", "until"),
    [
        ("2026-11-22 05:59:59", 20, "2026-11-22 06:00"),
        ("2026-11-22 06:00", 90, "2026-11-22 18:30"),
        ("2026-11-22 18:29:59", 90, "2026-11-22 18:30"),
        ("2026-11-22 18:30", 50, "2026-11-22 22:00"),
        ("2026-11-22 22:00", 20, "2026-11-23 06:00"),
        ("2026-11-23 00:00", 20, "2026-11-23 06:00"),
    ],
)
def test_a_day_by_the_clock(moment: str, percent: int, until: str) -> None:
    """Each step holds until the next, the last one over midnight; in the panel's zone."""
    light = choose_light(BY_CLOCK, at(moment), ClockTrust.SYNCED)
    assert (light.percent, light.valid_until) == (percent, at(until).astimezone(UTC))


@pytest.mark.parametrize(
    ("place", "day", "rise", "fall"),
    [  # published times, UTC
        ((51.507, -0.128), "2026-06-21", "2026-06-21 03:43", "2026-06-21 20:21"),  # London
        ((40.713, -74.006), "2026-12-21", "2026-12-21 12:17", "2026-12-21 21:32"),  # New York
        ((-33.868, 151.209), "2026-12-22", "2026-12-21 18:41", "2026-12-22 09:05"),  # Sydney
        ((0.0, 0.0), "2026-03-20", "2026-03-20 06:04", "2026-03-20 18:11"),
    ],
)
def test_the_sun_rises_and_sets_when_the_almanac_says(
    place: tuple[float, float], day: str, rise: str, fall: str
) -> None:
    """Within two minutes, on both sides of the equator and of Greenwich."""
    for which, expected in ((Sun.SUNRISE, rise), (Sun.SUNSET, fall)):
        found = find_sun(place, date.fromisoformat(day), which)
        assert found is not None
        assert abs(found - at(expected, ZoneInfo("UTC"))) <= timedelta(minutes=2), (which, found)


def test_a_day_by_the_sun() -> None:
    """In Serang in November it is bright from about 05:27 until about 17:54 local time."""
    noon = choose_light(BY_SUN, at("2026-11-22 12:00"), ClockTrust.SYNCED)
    assert (noon.percent, noon.reason) == (90, "screen.brightness: since sunrise")
    assert noon.valid_until is not None
    assert abs(noon.valid_until - at("2026-11-22 17:54")) < timedelta(minutes=4)
    night = choose_light(BY_SUN, noon.valid_until, ClockTrust.SYNCED)
    assert (night.percent, night.reason) == (40, "screen.brightness: since sunset")
    assert night.valid_until is not None
    assert abs(night.valid_until - at("2026-11-23 05:28")) < timedelta(minutes=4)


def test_beyond_the_polar_circle_the_last_sun_counts() -> None:
    """Where it does not set in June it stays bright, where it does not rise in December it stays dim."""
    tromso = BrightnessPlan(ZoneInfo("Europe/Oslo"), BY_SUN.steps, (69.65, 18.96))
    assert choose_light(tromso, at("2026-06-21 01:00", ZoneInfo("UTC")), ClockTrust.SYNCED).percent == 90
    assert choose_light(tromso, at("2026-12-21 11:00", ZoneInfo("UTC")), ClockTrust.SYNCED).percent == 40
    pole = BrightnessPlan(JAKARTA, BY_SUN.steps, (90.0, 0.0))
    assert choose_light(pole, at("2026-06-21 01:00"), ClockTrust.SYNCED).percent == 90


def test_a_bad_clock_means_the_brightest_step() -> None:
    """Nobody can say that it is night; a merely plausible clock is obeyed."""
    night = at("2026-11-22 23:00")
    assert choose_light(BY_CLOCK, night, ClockTrust.BAD).percent == 90
    assert choose_light(BY_CLOCK, night, ClockTrust.BAD).valid_until is None
    assert choose_light(BY_CLOCK, night, ClockTrust.PLAUSIBLE).percent == 20


def test_one_brightness_for_ever_never_asks_again() -> None:
    """A plain number, or a list that always says the same, never wakes the loop."""
    plan = BrightnessPlan(JAKARTA, (BrightnessStep(time(6), 70), BrightnessStep(time(18), 70)))
    assert choose_light(plan, at("2026-11-22 12:00"), ClockTrust.SYNCED).valid_until is None


def test_of_two_steps_at_one_moment_the_later_in_the_list_holds() -> None:
    """Sunset may fall on a written time; the answer is then the list's order, not chance."""
    sunset = find_sun(SERANG, date(2026, 11, 22), Sun.SUNSET)
    assert sunset is not None
    clock = BrightnessStep(sunset.astimezone(JAKARTA).time(), 60)
    for steps in ((clock, *BY_SUN.steps), (*BY_SUN.steps, clock)):
        plan = BrightnessPlan(JAKARTA, steps, SERANG)
        assert choose_light(plan, sunset, ClockTrust.SYNCED).percent == steps[-1].percent


def test_a_list_of_changes_for_people() -> None:
    """What `panel-player schedule` prints: each change once, with its moment."""
    begins = at("2026-11-22 00:00")
    rows = [
        (f"{moment.astimezone(JAKARTA):%d %H:%M}", light.percent)
        for moment, light in list_lights(BY_CLOCK, begins, begins + timedelta(days=2))
    ]
    day = [("06:00", 90), ("18:30", 50), ("22:00", 20)]
    assert rows == [("22 00:00", 20), *((f"{d} {clock}", p) for d in (22, 23) for clock, p in day)]


BEGINS = st.one_of(st.times().map(lambda t: t.replace(microsecond=0)), st.sampled_from(list(Sun)))
PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
PLANS = st.builds(
    BrightnessPlan,
    st.sampled_from([JAKARTA, ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland"), ZoneInfo("UTC")]),
    st.lists(st.builds(BrightnessStep, BEGINS, st.integers(0, 100)), min_size=1, max_size=5).map(tuple),
    PLACES,
)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=80000)).map(lambda d: datetime(1970, 1, 5, tzinfo=UTC) + d)


@given(PLANS, MOMENTS, st.sampled_from(list(ClockTrust)))
def test_every_plan_has_an_answer_that_holds_until_it_says(
    plan: BrightnessPlan, wall: datetime, trust: ClockTrust
) -> None:
    """A percent of the list, an end in the future, and the same answer just before that end."""
    light = choose_light(plan, wall, trust)
    assert light.percent in {step.percent for step in plan.steps}
    if light.valid_until is not None:
        assert wall < light.valid_until
        before = max(wall, light.valid_until - timedelta(seconds=1))
        assert choose_light(plan, before, trust).percent == light.percent


def test_a_sunset_that_does_not_come_for_months_means_the_brightest_step() -> None:
    """Only steps at sunset, and a summer in which the sun does not set: no step has begun that could be in force."""
    plan = BrightnessPlan(UTC, (BrightnessStep(Sun.SUNSET, 40), BrightnessStep(Sun.SUNSET, 90)), (78.2, 15.6))
    light = choose_light(plan, datetime(2026, 6, 21, 12, tzinfo=UTC), ClockTrust.SYNCED)
    assert light.percent == 90
    assert light.valid_until is not None
