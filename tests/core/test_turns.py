"""A turn of the loop is bounded, whatever the content: its cost is counted in steps (in seconds: tests/bench/turns.py)."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings

from player.core import events as e
from player.core.director import wake_at
from tests.kit.drawn_events import STEPS
from tests.kit.hostile import HOSTILE, begun
from tests.kit.steps import count_steps
from tests.kit.world import World

pytestmark = pytest.mark.slow

TURN_STEPS = 40_000
"""A quiet core does a million steps in a tenth of a second."""
USUAL_STEPS = 20_000
"""A turn of a world without anything hostile in it: half of it is dataclasses.replace, some steps for each field. The most that
a directed search found is 12,080 (2026-11-26)."""


@pytest.mark.parametrize("name", HOSTILE)
def test_no_turn_of_a_hostile_story_costs_more_than_its_steps(name: str) -> None:
    """The turn that hears of it, and every turn that follows at once or within ten seconds."""
    world = begun()

    def bounded(event: e.Event) -> None:
        steps = count_steps(lambda: world.tell(event), TURN_STEPS)
        assert steps <= TURN_STEPS, f"{type(event).__name__}: more than {TURN_STEPS} steps"

    for event in HOSTILE[name]():
        bounded(event)
    for _ in range(150):
        bounded(e.Tick())
        if wake_at(world.state, world.now) > world.mono:
            break
    world.run(3)
    bounded(e.Tick())


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_no_turn_of_a_random_world_costs_more_than_a_usual_one(steps: list[tuple[float, e.Event]]) -> None:
    """Whatever happens in whatever order."""
    world = World()
    for pause_s, event in steps:
        world.mono += pause_s
        assert count_steps(partial(world.tell, event), USUAL_STEPS) <= USUAL_STEPS, event
