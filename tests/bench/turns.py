"""`python -m tests.bench.turns`: how long a turn of the loop takes, over random worlds and the worst that content may hold.

Limit (issue 12): p99.9 below 20 ms on two quiet cores. The longest turn is told with its event; counted in steps it is bounded
by tests/core/test_turns.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings

from player.core import events as e
from player.core.director import decide, wake_at
from tests.bench.table import Row, print_table
from tests.kit.drawn_events import STEPS
from tests.kit.hostile import HOSTILE, begun
from tests.kit.world import World

LIMIT_MS = 20.0
FOLLOWING_TURNS = 200


@dataclass(slots=True)
class Turns:
    """Milliseconds of each turn, wake_at included, and the longest with its event."""

    ms: list[float] = field(default_factory=list)
    longest: tuple[float, str] = (0.0, "")

    def tell(self, world: World, event: e.Event) -> None:
        """Takes the turn twice from the same state: once for the clock, once for the world with its answers."""
        began = time.thread_time()
        state, _ = decide(world.state, event, world.now)
        wake_at(state, world.now)
        took = 1000 * (time.thread_time() - began)
        self.ms.append(took)
        self.longest = max(self.longest, (took, type(event).__name__))
        world.tell(event)

    def rows(self, what: str) -> list[Row]:
        median = sorted(self.ms)[len(self.ms) // 2]
        return [
            Row(f"{what}: median of {len(self.ms)} turns", f"{median:.3f} ms"),
            Row(f"{what}: longest ({self.longest[1]})", f"{self.longest[0]:.2f} ms"),
        ]


def run_random_worlds(count: int) -> Turns:
    turns = Turns()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS)
    def play(steps: list[tuple[float, e.Event]]) -> None:
        world = World()
        for pause_s, event in steps:
            world.mono += pause_s
            turns.tell(world, event)

    play()
    return turns


def run_story(events: list[e.Event]) -> Turns:
    turns, world = Turns(), begun()
    for event in events:
        turns.tell(world, event)
    for _ in range(FOLLOWING_TURNS):
        turns.tell(world, e.Tick())
    return turns


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--worlds", type=int, default=10_000)
    asked = words.parse_args()
    stories = {"random worlds": run_random_worlds(asked.worlds)}
    stories |= {name: run_story(make()) for name, make in HOSTILE.items()}
    rows = [row for name, turns in stories.items() for row in turns.rows(name)]
    ordered = sorted(ms for turns in stories.values() for ms in turns.ms)
    high = ordered[int(len(ordered) * 0.999)]
    rows.append(Row(f"all {len(ordered)} turns: p99.9", f"{high:.2f} ms", f"{LIMIT_MS:.0f} ms", high <= LIMIT_MS))
    return 0 if print_table("A turn of the loop, in processor time of its thread", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
