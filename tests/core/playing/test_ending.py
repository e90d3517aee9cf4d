"""The ways off the screen, one by one: each ends the play that was on screen, once, with why."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from player.contract import commands as c
from player.core import events as e
from player.core.state import Ending, Rules
from tests.kit.world import World, clip, image, release


def playing(*names: str, rules: Rules | None = None) -> World:
    """Five seconds into the first of some long films."""
    world = World(rules).open(*[clip(name, 60) for name in names or ("a", "b")])
    world.run(5)
    return world


def endings(world: World) -> list[tuple[str, Ending]]:
    return [(ended.play.item.path, ended.why) for ended in world.ended]


def kill_visible(world: World) -> None:
    world.kill(world.state.playing.visible or 0, signal.SIGKILL)


def hang_visible(world: World) -> None:
    world.deaf.add(world.state.playing.visible or 0)
    world.run(5)


def fail_visible(world: World) -> None:
    play = world.state.playing.current
    assert play is not None
    world.tell(e.ItemFailed(world.state.playing.visible or 0, play.id, "the file ends too early"))


def freeze(world: World) -> None:
    for _ in range(4):
        world.run(2)
        world.tell(e.ScreenSampled(True, True, False, False, True, False))


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (lambda world: world.run(56), Ending.END),
        (lambda world: world.order(c.Next()), Ending.CUT),
        (lambda world: world.order(c.Blank()), Ending.CUT),
        (lambda world: world.order(c.Identify(5)), Ending.COVERED),
        (lambda world: world.order(c.Show(text="BANJIR", seconds=20)), Ending.COVERED),
        (fail_visible, Ending.FAILED),
        (kill_visible, Ending.CRASH),
        (hang_visible, Ending.CRASH),
        (freeze, Ending.CRASH),
        (lambda world: world.tell(e.StageLost("the X server went away")), Ending.STAGE_LOST),
        (lambda world: world.tell(e.StageOpened(640, 360, (0, 0, 640, 360))), Ending.STAGE_LOST),
        (lambda world: world.tell(e.StopRequested("SIGTERM")), Ending.STOPPED),
        (lambda world: world.order(c.RestartPlayer()), Ending.STOPPED),
    ],
)
def test_each_way_off_the_screen_is_told_once(happens: Callable[[World], object], why: Ending) -> None:
    """Commands, cards, failures, crashes, the stage, the stop."""
    world = playing()
    happens(world)
    assert endings(world) == [("a", why)]


def test_an_image_has_had_its_time() -> None:
    """It ends by the clock, and nothing more is told when the next one is raised over it."""
    world = World().open(image("a", 3), image("b", 3))
    world.run(5)
    assert endings(world) == [("a", Ending.END)]


def test_a_video_that_stands_still_has_failed() -> None:
    """Its decoder is replaced for the item's sake."""
    world = playing()
    world.beats = False
    for _ in range(6):
        world.run(1)
        play = world.state.playing.current
        if play is not None and play.item.path == "a":
            world.tell(e.DecoderBeat(0, world.state.decoders[0].generation, play.id, 1.0, 30, None))
    assert endings(world)[0] == ("a", Ending.FAILED)


def test_a_covered_item_comes_back_and_ends_again() -> None:
    """Two showings of one play: the second begins when the card goes."""
    world = playing()
    world.order(c.Identify(5))
    world.run(10)
    assert world.state.playing.current is not None
    assert world.state.playing.current.shown_mono == pytest.approx(world.mono - 5, abs=0.1)
    world.order(c.Next(), "c2")
    assert endings(world) == [("a", Ending.COVERED), ("a", Ending.CUT)]
    assert world.ended[0].play.id == world.ended[1].play.id


def test_a_new_release_cuts_nothing() -> None:
    """The item on screen ends in its own time."""
    world = playing()
    world.tell(e.ReleaseAdopted(release(clip("a", 60), clip("new", 60), number=2)))
    world.run(10)
    assert endings(world) == []
