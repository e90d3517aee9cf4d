"""The brightness of the settings as the core's plan.

Knows: both shapes of `screen.brightness`. Touches: the machine's zone. Must not: know what time it is.
"""

from __future__ import annotations

from datetime import UTC, time

from player.base.zones import panel_zone
from player.core.model import BrightnessPlan, BrightnessStep, Sun
from player.settings.models import Settings


def plan_of(settings: Settings) -> BrightnessPlan:
    """screen.brightness as the core knows it: a plain number is one step that holds all day."""
    given = settings.screen.brightness
    if isinstance(given, int):
        return BrightnessPlan(UTC, (BrightnessStep(time.min, given),))
    steps = (
        BrightnessStep(Sun(step.begins) if isinstance(step.begins, str) else step.begins, step.percent)
        for step in given
    )
    return BrightnessPlan(panel_zone(settings.panel.timezone), tuple(steps), settings.screen.place)
