"""The schedule: tables of moments and choices, and properties against a brute-force minute-by-minute reference."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.base.catalogue import catalogue_of
from player.base.clocks import ClockTrust
from player.core.director import wake_at
from player.core.events import ReleaseAdopted, Tick
from player.core.model import ALL_DAYS, Choice, Schedule, ScheduleRule, ScheduleWindow
from player.core.playing.meetings import describe_meetings, list_meetings
from player.core.playing.schedule import choose_from, choose_playlist, is_empty, list_choices
from player.core.playing.timetable import HORIZON, extend
from tests.kit.world import World, clip, release

JAKARTA = ZoneInfo("Asia/Jakarta")
ZONES = [JAKARTA, ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura"), ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")]
KNOWN = ("default", "morning", "evening", "festival")
WEEKDAYS = frozenset(range(5))

OFFICE_HOURS = Schedule(
    JAKARTA,
    (
        ScheduleRule("morning", WEEKDAYS, time(6), time(9, 30)),
        ScheduleRule("festival", start=date(2026, 12, 1), end=date(2026, 12, 7), priority=10),
        ScheduleRule(None, begins=time(23), ends=time(4, 30)),
    ),
)


def at(text: str, zone: ZoneInfo = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def choose(schedule: Schedule, text: str, trust: ClockTrust = ClockTrust.SYNCED) -> Choice:
    return choose_playlist(schedule, at(text), trust, KNOWN)


@pytest.mark.parametrize(
    ("moment", "playlist", "reason", "until"),
    [
        ("2026-11-23 06:00", "morning", "schedule: morning until 09:30", "2026-11-23 09:30"),
        ("2026-11-23 09:29:59", "morning", "schedule: morning until 09:30", "2026-11-23 09:30"),
        ("2026-11-23 09:30", "default", "default playlist", "2026-11-23 23:00"),
        ("2026-11-22 07:00", "default", "default playlist", "2026-11-22 23:00"),
        ("2026-11-22 23:00", None, "schedule: dark until 04:30", "2026-11-23 04:30"),
        ("2026-11-23 00:10", None, "schedule: dark until 04:30", "2026-11-23 04:30"),
        ("2026-11-23 04:30", "default", "default playlist", "2026-11-23 06:00"),
        ("2026-12-01 00:00", None, "schedule: dark until 04:30", "2026-12-01 04:30"),
        ("2026-12-01 06:00", "festival", "schedule: festival until 23:00", "2026-12-01 23:00"),
        ("2026-12-07 23:30", None, "schedule: dark until 04:30", "2026-12-08 04:30"),
        ("2026-12-08 04:30", "default", "default playlist", "2026-12-08 06:00"),
    ],
)
def test_a_week_of_an_office(moment: str, playlist: str | None, reason: str, until: str) -> None:
    """Windows are half-open, a night belongs to its first day, dark wins over any priority, the end date counts."""
    assert choose(OFFICE_HOURS, moment) == Choice(playlist, reason, at(until).astimezone(UTC))


def test_a_bad_clock_is_not_obeyed() -> None:
    """With a bad clock the default playlist plays, and the reason says why; no deadline is set by that clock."""
    choice = choose(OFFICE_HOURS, "2026-11-23 23:30", ClockTrust.BAD)
    assert choice == Choice("default", "default playlist: the clock cannot be trusted", None)
    assert choose(OFFICE_HOURS, "2026-11-23 23:30", ClockTrust.PLAUSIBLE).playlist is None


def test_a_rule_without_any_time_is_obeyed_by_a_bad_clock() -> None:
    """A rule that holds always needs no clock."""
    always = Schedule(JAKARTA, (ScheduleRule("evening"),))
    assert choose(always, "1970-01-01 00:00", ClockTrust.BAD) == Choice("evening", "schedule: evening")


def test_without_a_schedule_the_default_plays_for_ever() -> None:
    """No rules: the default playlist, with no deadline, whatever the clock."""
    for trust in ClockTrust:
        assert choose(Schedule(JAKARTA), "2026-11-23 12:00", trust) == Choice("default", "default playlist", None)


def test_a_rule_for_an_unknown_playlist_is_passed_over() -> None:
    """What does not exist cannot be chosen: the next rule in rank is."""
    rules = (ScheduleRule("gone", priority=5), ScheduleRule("morning", begins=time(6), ends=time(9)))
    assert choose(Schedule(JAKARTA, rules), "2026-11-23 07:00").playlist == "morning"
    assert choose(Schedule(JAKARTA, rules), "2026-11-23 10:00").playlist == "default"


def test_without_a_default_something_else_is_seen() -> None:
    """A bundle of named playlists only, outside every window: the first by name plays, and the reason says so."""
    rules = (ScheduleRule("morning", begins=time(6), ends=time(9)),)
    choice = choose_playlist(
        Schedule(JAKARTA, rules), at("2026-11-23 10:00"), ClockTrust.SYNCED, {"morning", "evening"}
    )
    assert (choice.playlist, choice.reason) == ("evening", "no default playlist, evening plays instead")


def test_of_equal_shows_the_first_in_the_file_wins() -> None:
    """Between shows of one priority the order of the file counts."""
    rules = (ScheduleRule("morning"), ScheduleRule("evening"))
    assert choose(Schedule(JAKARTA, rules), "2026-11-23 21:59").playlist == "morning"


NIGHT = ScheduleRule(None, begins=time(22), ends=time(23), priority=-5)
NIGHT_WINDOW = ScheduleWindow(None, at("2026-11-23 22:00"), at("2026-11-23 23:00"), -4)
SHOWS = (ScheduleRule("morning", priority=900), ScheduleRule("evening", through_dark=True))


@pytest.mark.parametrize(
    ("schedule", "by_day", "in_the_dark"),
    [
        (Schedule(JAKARTA, (SHOWS[0], NIGHT)), "morning", None),
        (Schedule(JAKARTA, SHOWS[:1], (NIGHT_WINDOW,)), "morning", None),
        (Schedule(JAKARTA, (*SHOWS, NIGHT)), "morning", "evening"),
        (Schedule(JAKARTA, SHOWS, (NIGHT_WINDOW,)), "morning", "evening"),
        (Schedule(JAKARTA, (ScheduleRule("gone", through_dark=True), NIGHT)), "default", None),
        (
            Schedule(JAKARTA, (*SHOWS, NIGHT), (
                ScheduleWindow("festival", at("2026-11-23 00:00"), at("2026-11-24 00:00"), 3, through_dark=True),
            )),
            "morning", "festival",
        ),
    ],
    ids=["rules", "rule and calendar", "through", "through a calendar's", "unknown playlist", "the stronger goes through"],
)  # fmt: skip
def test_dark_means_dark(schedule: Schedule, by_day: str, in_the_dark: str | None) -> None:
    """A dark rule or event wins over every show, whatever the priorities, but for one that says through_dark."""
    assert choose(schedule, "2026-11-23 12:00").playlist == by_day
    assert choose(schedule, "2026-11-23 22:30").playlist == in_the_dark


def test_dark_means_dark_also_when_the_clock_is_not_believed() -> None:
    """Rules that hold always need no clock, and among them the dark wins in the same way."""
    always = ScheduleRule(None)
    assert choose(Schedule(JAKARTA, (SHOWS[0], always)), "1970-01-01 00:00", ClockTrust.BAD).playlist is None
    assert choose(Schedule(JAKARTA, (*SHOWS, always)), "1970-01-01 00:00", ClockTrust.BAD).playlist == "evening"


def test_where_shows_and_the_dark_meet_is_listed() -> None:
    """Each playlist that the dark hides, with its first time and how often; one that is never seen is told apart."""
    rules = (
        *OFFICE_HOURS.rules, ScheduleRule("evening", begins=time(1), ends=time(2)),
        ScheduleRule("gone", begins=time(3), ends=time(4)),
    )  # fmt: skip
    festival, evening = list_meetings(
        Schedule(JAKARTA, rules), at("2026-11-30 12:00"), at("2026-12-10 12:00"), KNOWN
    )  # fmt: skip
    assert (festival.playlist, festival.times, festival.never_seen) == ("festival", 8, False)
    assert (festival.begins, festival.ends) == (at("2026-12-01 00:00"), at("2026-12-01 04:30"))
    assert (evening.playlist, evening.times, evening.never_seen) == ("evening", 3, True)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2026-12-01", "2026-12-07", "2026-12-01 00:00 to 04:30, and 7 times more until 2026-12-07"),
        ("2026-12-01", "2026-12-01", "2026-12-01 00:00 to 04:30, and once more until 2026-12-01"),
        ("2026-12-01", None, "2026-12-01 00:00 to 04:30, and 61 times more within 62 days"),
        ("2027-01-20", "2027-01-21", "2027-01-20 00:00 to 04:30, and 2 times more until 2027-01-21"),
    ],
)
def test_the_last_day_on_which_the_dark_meets_a_show_is_told(first: str, last: str | None, told: str) -> None:
    """Not the day until which is looked; what goes on after that has no last day."""
    end = date.fromisoformat(last) if last else None
    festival = ScheduleRule("festival", start=date.fromisoformat(first), end=end)
    dark = ScheduleRule(None, begins=time(23), ends=time(4, 30))
    [found] = describe_meetings(Schedule(JAKARTA, (festival, dark)), at("2026-11-30 12:00"), KNOWN)
    assert found.what == f"the dark wins over 'festival': {told}"
    assert catalogue_of("id").find(found.what) is not None


def test_a_window_of_equal_bounds_is_a_whole_day() -> None:
    """06:00 to 06:00 runs over midnight: 24 hours, from the day on which it starts."""
    rules = (ScheduleRule("morning", frozenset({0}), time(6), time(6)),)
    assert choose(Schedule(JAKARTA, rules), "2026-11-23 05:59").playlist == "default"
    assert choose(Schedule(JAKARTA, rules), "2026-11-24 05:59").playlist == "morning"


def test_a_calendar_window_holds_to_the_second() -> None:
    """A dated window counts from its first second, and no longer at its last."""
    window = ScheduleWindow("festival", at("2026-11-23 10:00:30"), at("2026-11-23 10:00:31"))
    schedule = Schedule(JAKARTA, windows=(window,))
    assert choose(schedule, "2026-11-23 10:00:29").valid_until == window.begins
    assert choose(schedule, "2026-11-23 10:00:30").reason == "schedule: festival until 10:00:31"
    assert choose(schedule, "2026-11-23 10:00:31").playlist == "default"


def test_the_hour_that_comes_twice_and_the_hour_that_never_comes() -> None:
    """Berlin: a time that is skipped means the moment after the gap, one that comes twice its first coming."""
    berlin = ZoneInfo("Europe/Berlin")
    night = Schedule(berlin, (ScheduleRule("evening", begins=time(2, 30), ends=time(4)),))
    in_march = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert choose_playlist(night, in_march, ClockTrust.SYNCED, KNOWN).valid_until == in_march.replace(hour=1, minute=30)
    in_october = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    choice = choose_playlist(night, in_october, ClockTrust.SYNCED, KNOWN)
    assert choice.valid_until == in_october.replace(minute=30)
    assert choose_playlist(night, in_october.replace(minute=30), ClockTrust.SYNCED, KNOWN).valid_until == (
        in_october.replace(hour=3)
    )


# ---- properties against the reference

MINUTES = st.integers(0, 24 * 60 - 1).map(lambda m: time(m // 60, m % 60))
CENTRES = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 22), date(2027, 1, 1)])
PLAYLISTS = st.sampled_from([None, "morning", "evening", "festival", "gone"])


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    """A schedule around a day (of a DST change, too), and a moment near it, on a whole minute."""
    zone = draw(st.sampled_from(ZONES))
    centre = draw(CENTRES)
    days = st.one_of(st.just(ALL_DAYS), st.frozensets(st.integers(0, 6), min_size=1))
    dates = st.one_of(st.none(), st.integers(-4, 4).map(lambda n: centre + timedelta(days=n)))
    times = st.one_of(st.none(), MINUTES)
    rule = st.builds(ScheduleRule, PLAYLISTS, days, times, times, dates, dates, st.integers(0, 2), st.booleans())
    noon = datetime.combine(centre, time(12), UTC)
    offsets = st.integers(-3 * 1440, 3 * 1440).map(lambda m: noon + timedelta(minutes=m))
    window = st.builds(
        lambda p, b, m, q, d: ScheduleWindow(p, b, b + timedelta(minutes=m), q, d),
        PLAYLISTS, offsets, st.integers(0, 3000), st.integers(0, 2), st.booleans(),
    )  # fmt: skip
    schedule = Schedule(zone, tuple(draw(st.lists(rule, max_size=5))), tuple(draw(st.lists(window, max_size=3))))
    return schedule, draw(offsets)


def reference(schedule: Schedule, moment: datetime) -> str | None:
    """Obviously right, slowly: does a window of any rule, begun on any of the days around, hold this minute?"""
    found: list[tuple[int, int, str | None, bool]] = []
    for order, rule in enumerate(schedule.rules):
        for back in range(-2, 3):
            day = moment.astimezone(schedule.timezone).date() + timedelta(days=back)
            if day.weekday() not in rule.days or (rule.start and day < rule.start) or (rule.end and day > rule.end):
                continue
            begins, ends = rule.begins or time(0), rule.ends or time(0)
            until = day if begins < ends else day + timedelta(days=1)
            starts_at = datetime.combine(day, begins, schedule.timezone).timestamp()
            ends_at = datetime.combine(until, ends, schedule.timezone).timestamp()
            if starts_at <= moment.timestamp() < ends_at:
                found.append((-rule.priority, order, rule.playlist, rule.through_dark))
    for order, window in enumerate(schedule.windows):
        if window.begins <= moment < window.ends:
            found.append((-window.priority, 1000 + order, window.playlist, window.through_dark))
    dark = any(playlist is None for _, _, playlist, _ in found)
    shows = [entry for entry in found if entry[2] in KNOWN and (entry[3] or not dark)]
    if not shows:
        return None if dark else "default"
    return min(shows, key=lambda entry: entry[:2])[2]


@given(schedules())
@settings(max_examples=40, deadline=None)
def test_every_minute_until_the_deadline_is_as_the_reference_says(case: tuple[Schedule, datetime]) -> None:
    """The choice equals the reference's for every minute up to valid_until, and is another one at valid_until."""
    schedule, moment = case
    choice = choose_playlist(schedule, moment, ClockTrust.SYNCED, KNOWN)
    end = choice.valid_until or moment + HORIZON
    assert choice.valid_until is None or choice.valid_until > moment
    assert choice.valid_until is None or choice.valid_until.tzinfo is not None
    step = moment
    while step < min(end, moment + timedelta(hours=16)):
        assert reference(schedule, step) == choice.playlist, step
        step += timedelta(minutes=1)
    if end < moment + HORIZON:
        assert reference(schedule, end) != choice.playlist
        assert reference(schedule, end - timedelta(minutes=1)) == choice.playlist


@given(schedules(), st.sampled_from(list(ClockTrust)))
@settings(max_examples=80, deadline=None)
def test_there_is_always_one_choice_that_exists(case: tuple[Schedule, datetime], trust: ClockTrust) -> None:
    """Whatever the schedule and the clock: a known playlist or the dark, with a reason."""
    schedule, moment = case
    choice = choose_playlist(schedule, moment, trust, KNOWN)
    assert choice.playlist is None or choice.playlist in KNOWN
    assert choice.reason
    assert choice == choose_playlist(schedule, moment, trust, KNOWN)


@given(schedules())
@settings(max_examples=20, deadline=None)
def test_a_table_of_days_has_no_gap(case: tuple[Schedule, datetime]) -> None:
    """list_choices covers its days without a gap, each row another choice than the one before it, and it ends."""
    schedule, moment = case
    ends = moment + timedelta(days=5)
    rows = list(list_choices(schedule, moment, ends, KNOWN))
    assert rows[0][0] == moment
    for (_, before), (begins, after) in pairwise(rows):
        assert before.valid_until is not None
        assert before.valid_until <= begins
        assert before.playlist != after.playlist
    assert rows[-1][1].valid_until is None or rows[-1][1].valid_until >= ends


@given(schedules(), st.lists(st.integers(-3000, 20_000), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_timetable_made_bit_by_bit_says_the_same(case: tuple[Schedule, datetime], steps: list[int]) -> None:
    """Made a day at a time, gone on with as the clock goes on (or steps back): the choice is that of a new one."""
    schedule, moment = case
    table = None
    for minutes in steps:
        moment += timedelta(minutes=minutes)
        table = extend(table, schedule, moment, 0)
        first = choose_from(table, moment, KNOWN)
        whole = choose_playlist(schedule, moment, ClockTrust.SYNCED, KNOWN)
        if not is_empty(schedule):
            assert first.playlist == whole.playlist
            assert first.valid_until is not None
            assert whole.valid_until is not None
            assert moment < first.valid_until <= whole.valid_until
        turns = 0
        while not table.reaches(moment):
            table, turns = extend(table, schedule, moment, 0), turns + 1
        assert turns <= HORIZON.days + 2
        assert is_empty(schedule) or choose_from(table, moment, KNOWN) == whole


def test_a_schedule_of_a_thousand_rules_is_ready_after_a_turn_for_each_day() -> None:
    """The loop asks again at once until the whole horizon is known, then only at the next change or after 30 s."""
    rules = [ScheduleRule("noon", frozenset({n % 7}), time(n // 60 % 24, n % 60), time(23, 59)) for n in range(1000)]
    world = World()
    world.tell(ReleaseAdopted(release(clip("a"), schedule=Schedule(JAKARTA, tuple(rules)), noon=[clip("n")])))
    turns = 0
    while wake_at(world.state, world.now) <= world.mono:
        world.tell(Tick())
        turns += 1
        assert turns <= HORIZON.days + 3
    asked = world.state.playing.choice
    assert asked is not None
    whole = choose_playlist(asked.schedule, world.wall, ClockTrust.SYNCED, ("default", "noon"))
    assert asked.choice == whole
