"""How bright the screen should be at a moment, and until when: fixed, or by the time of the day and by the sun.

Knows: the plan of screen.brightness, step by step. Where the sun is, sun.py knows.
Touches nothing: the wall clock is passed in. Must not: know what the office asked for, or what the screen can do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from player.base.clocks import ClockTrust
from player.core.brightness.sun import find_sun
from player.core.model import BrightnessPlan, Sun

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Light:
    """valid_until: aware; the next step, or when to ask again. None: time alone will change nothing."""

    percent: int
    reason: str
    valid_until: datetime | None = None


def choose_light(plan: BrightnessPlan, wall: datetime, trust: ClockTrust) -> Light:
    """What the plan says at `wall` (aware), and why.

    With a bad clock no time of the day is known, so the brightest step holds: a picture that nobody can see by day is
    the greater fault, as it is with planned darkness (terminal.md, "A schedule").
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
    behind = [each for each in around if each[0] <= wall]
    if not behind:  # only steps at sunset, say, where the sun does not set for months
        return Light(brightest, "screen.brightness: no step has begun for days", wall + DAY)
    _, percent, words = behind[-1]
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
