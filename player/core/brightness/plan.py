"""How bright the screen should be at a moment, and until when: fixed, or by the time of the day and by the sun.

Knows: the plan of screen.brightness, and where the sun is (NOAA's equations, within two minutes below 65 degrees).
Touches nothing: the wall clock is passed in. Must not: know what the office asked for, or what the screen can do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from player.base.clocks import ClockTrust
from player.core.model import BrightnessPlan, Sun

DAY = timedelta(days=1)
HORIZON_DEGREES = 90.833
"""The sun's centre at rise and set: its own radius and the air's refraction below the horizon."""
NOON_2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Light:
    """valid_until: aware; the next step, or when to ask again. None: time alone will change nothing."""

    percent: int
    reason: str
    valid_until: datetime | None = None


def choose_light(plan: BrightnessPlan, wall: datetime, trust: ClockTrust) -> Light:
    """What the plan says at `wall` (aware), and why.

    With a bad clock no time of the day is known, so the brightest step holds: a picture that nobody can see by day is
    the greater fault, as it is with planned darkness (operator.md, "A schedule").
    """
    brightest = max(step.percent for step in plan.steps)
    if all(step.percent == brightest for step in plan.steps):
        return Light(brightest, "screen.brightness")
    if trust is ClockTrust.BAD:
        return Light(brightest, "screen.brightness: the clock cannot be trusted")
    wall = wall.astimezone(UTC)
    today = wall.astimezone(plan.timezone).date()
    around = _moments(plan, today - 2 * DAY, 5)  # local dates and the sun's differ by up to a day
    ahead = [each for each in around if each[0] > wall]
    _, percent, words = [each for each in around if each[0] <= wall][-1]
    change = next((moment for moment, other, _ in ahead if other != percent), wall + DAY)
    return Light(percent, f"screen.brightness: {words}", change)


def list_lights(plan: BrightnessPlan, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, Light]]:
    """Each change with its moment, from `begins` until `ends`, as a trusted clock sees it."""
    moment: datetime | None = begins
    before: Light | None = None
    while moment is not None and moment < ends:
        light = choose_light(plan, moment, ClockTrust.SYNCED)
        if before is None or light.percent != before.percent:
            yield moment, light
        moment, before = light.valid_until, light


def find_sun(place: tuple[float, float], day: date, which: Sun) -> datetime | None:
    """When the sun rises or sets at `place` on `day` (UTC; the day of its noon there); None: it does not.

    Where it is up all day that day begins with a sunrise, where it is down all day with a sunset.
    """
    latitude, longitude = math.radians(place[0]), place[1]
    noon = datetime.combine(day, time(12), UTC) - timedelta(hours=longitude / 15)
    moment = noon
    for _ in range(2):  # the second time with the sun where it is at that moment, not at noon
        declination, equation_min = _sun_at(moment)
        cosine = math.cos(math.radians(HORIZON_DEGREES)) - math.sin(latitude) * math.sin(declination)
        cosine /= math.cos(latitude) * math.cos(declination) or 1e-9
        if not -1 <= cosine <= 1:
            always = Sun.SUNRISE if cosine < -1 else Sun.SUNSET
            return noon - timedelta(hours=12) if which is always else None
        half_day = timedelta(hours=math.degrees(math.acos(cosine)) / 15)
        transit = noon - timedelta(minutes=equation_min)
        moment = transit - half_day if which is Sun.SUNRISE else transit + half_day
    return moment.replace(microsecond=0)


def _sun_at(moment: datetime) -> tuple[float, float]:
    """The sun's declination in radians, and the equation of time in minutes (NOAA's solar calculator)."""
    century = (moment - NOON_2000) / timedelta(days=36525)
    longitude = math.radians((280.46646 + 36000.76983 * century) % 360)
    anomaly = math.radians(357.52911 + 35999.05029 * century)
    eccentricity = 0.016708634 - 0.000042037 * century
    centre = (
        math.sin(anomaly) * (1.914602 - 0.004817 * century)
        + math.sin(2 * anomaly) * 0.019993
        + math.sin(3 * anomaly) * 0.000289
    )
    node = math.radians(125.04 - 1934.136 * century)
    apparent = longitude + math.radians(centre - 0.00569 - 0.00478 * math.sin(node))
    tilt = math.radians(23.439291 - 0.013004 * century + 0.00256 * math.cos(node))
    declination = math.asin(math.sin(tilt) * math.sin(apparent))
    y = math.tan(tilt / 2) ** 2
    equation = (
        y * math.sin(2 * longitude) - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * longitude)
        - y * y * math.sin(4 * longitude) / 2 - 1.25 * eccentricity**2 * math.sin(2 * anomaly)
    )  # fmt: skip
    return declination, math.degrees(equation) * 4


def _moments(plan: BrightnessPlan, first: date, days: int) -> list[tuple[datetime, int, str]]:
    """Each beginning of a step on these days, in order: its moment (UTC), percent and words."""
    found = []
    for day in (first + DAY * n for n in range(days)):
        for step in plan.steps:
            if isinstance(step.begins, Sun):
                moment = None if plan.place is None else find_sun(plan.place, day, step.begins)
                if moment is not None:
                    found.append((moment, step.percent, f"since {step.begins.value}"))
            else:
                local = datetime.combine(day, step.begins.replace(tzinfo=None, fold=0), plan.timezone)
                words = step.begins.strftime("%H:%M:%S" if step.begins.second else "%H:%M")
                found.append((local.astimezone(UTC), step.percent, f"since {words}"))
    return sorted(found, key=lambda each: each[0])  # stable: of two at one moment the later in the list comes last
