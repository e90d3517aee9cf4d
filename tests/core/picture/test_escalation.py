"""The upper steps: when the display and when the machine is restarted."""

from __future__ import annotations

from player.core import effects as f
from player.core import events as e
from tests.kit.world import World, clip


def steps(world: World) -> list[tuple[int, str]]:
    """(second, what) of each restart that was asked for."""
    kinds = {f.RestartDisplay: "display", f.RebootMachine: "machine"}
    return [(round(at), kinds[type(effect)]) for at, effect in world.log if type(effect) in kinds]


def test_a_display_that_stays_away_is_restarted_and_then_the_machine() -> None:
    """After 45 s the display, seldom again; after 10 minutes the machine, by itself and saying so."""
    world = World()
    world.run(2500)
    assert steps(world) == [
        (45, "display"), (165, "display"), (465, "display"), (600, "machine"), (1365, "display"), (2400, "machine"),
    ]  # fmt: skip
    reboots = [effect for _, effect in world.log if isinstance(effect, f.RebootMachine)]
    assert all(reboot.automatic and "display cannot be opened" in reboot.why for reboot in reboots)


def test_a_display_that_comes_back_ends_the_trouble() -> None:
    """A restart of X that systemd does by itself costs nothing; the next trouble starts from the beginning."""
    world = World().open(clip("a"))
    for _ in range(5):
        world.tell(e.StageLost("gone"))
        world.run(40)
        world.tell(e.StageOpened(1280, 720, (0, 0, 1280, 720)))
        world.run(40)
    assert steps(world) == []


def test_decoders_that_all_end_need_a_new_display() -> None:
    """Both decoders end again and again while something should play: the fault is below them."""
    world = World().open(clip("a"))
    for _ in range(120):
        for layer in (0, 1):
            if world.state.decoders[layer].phase == "running":
                world.kill(layer)
        world.run(1.5)  # the simulated layers beat every second of a run
    assert [what for _, what in steps(world)][:1] == ["display"]


def test_one_dead_decoder_is_no_reason() -> None:
    """While the other one plays, nothing above the decoders is touched."""
    world = World().open(clip("a"), clip("b"))
    for _ in range(200):
        if world.state.decoders[1].phase == "running":
            world.kill(1)
        world.run(1.5)  # the simulated layers beat every second of a run
    assert steps(world) == []


def test_a_screen_that_no_repair_helps_escalates() -> None:
    """Frozen through two rounds of repairs: display, then machine."""
    world = World().open(clip("a", 5000))
    for _ in range(450):
        world.run(2)
        world.tell(e.ScreenSampled(True, True, False, False, True, True))
    assert [what for _, what in steps(world)][:4] == ["display", "display", "display", "machine"]


def test_a_lost_display_is_one_alert_however_often_it_is_sampled() -> None:
    """A pixel monitor that cannot sample a lost display does not end its alert (seen in a VM, every 2 s)."""
    world = World().open(clip("a"))
    world.run(3)
    world.tell(e.StageLost("the X server went away"))
    for _ in range(10):
        world.run(2)
        world.tell(e.ScreenSampled(None, None, None, None, None, None))
        world.tell(e.StageLost("cannot be opened"))
    raised = [x for x in world.asked(f.RaiseAlert) if isinstance(x, f.RaiseAlert) and x.alert == "screen.disconnected"]
    assert len(raised) == 1
    assert not [
        x for x in world.asked(f.ClearAlert) if isinstance(x, f.ClearAlert) and x.alert == "screen.disconnected"
    ]
