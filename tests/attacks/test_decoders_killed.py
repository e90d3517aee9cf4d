"""Decoders that are killed again and again: afterwards items change as soon as before."""

from __future__ import annotations

from tests.kit.world import World, clip

ROUND_S = 0.4
AGAIN_S = 5.0


def test_after_a_minute_of_killed_decoders_items_change_within_seconds() -> None:
    """Every decoder is killed every 0.4 s for a minute: within 5 s of its end (of simulated time) an item starts."""
    world = World().open(clip("a"), clip("b"))
    world.run(10)
    for _ in range(int(60 / ROUND_S)):
        for layer, decoder in enumerate(world.state.decoders):
            if decoder.usable:
                world.kill(layer)
        world.run(ROUND_S)
    over_s = world.mono - world.started
    world.run(60)
    first_s = min((at for at, _ in world.started_items(over_s)), default=float("inf"))
    assert first_s - over_s <= AGAIN_S, f"{first_s - over_s:.1f} s until an item starts"
