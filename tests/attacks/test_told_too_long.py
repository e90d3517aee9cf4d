"""What is told of an attack after its end: an alert that has no cause any more, goes."""

from __future__ import annotations

from player.core import effects as f
from player.core import events as e
from tests.kit.world import World, clip

AFTER_S = 15.0


def test_layer_failing_ends_soon_after_the_decoders_run_again() -> None:
    """The X server is away for a minute and every decoder dies with it: fifteen seconds after it is back no alert says so."""
    world = World().open(clip("a"), clip("b"))
    world.run(10)
    for _ in range(60):
        for layer, decoder in enumerate(world.state.decoders):
            if decoder.usable:
                world.kill(layer)
        world.run(1.0)
    assert "layer.failing" in world.state.office.alerts
    world.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
    world.run(40)
    assert world.started_items(world.mono - world.started - 10), "items change again"
    world.run(AFTER_S)
    assert "layer.failing" not in world.state.office.alerts
    assert [a for a in world.asked(f.ClearAlert) if isinstance(a, f.ClearAlert) and a.alert == "layer.failing"]
