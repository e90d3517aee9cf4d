"""When the sun rises and sets: NOAA's equations, within two minutes below 65 degrees of latitude.

Knows: a place, a day. Touches nothing. Must not: know what the light is wanted for.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta

from player.core.model import Sun

HORIZON_DEGREES = 90.833
"""The sun's centre at rise and set: its own radius and the air's refraction below the horizon."""
NOON_2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


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
