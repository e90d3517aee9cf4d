"""What the picture check makes of black: an item that is black by itself is told and left alone, a fault is repaired."""

from __future__ import annotations

from dataclasses import replace

import pytest

from player.core import effects as f
from player.core import events as e
from player.core.model import MediaItem
from tests.kit.world import World, clip, image

BLACK_PICTURE = e.ScreenSampled(True, lit=False, moving=False, painting=False, own_lit=False, own_moving=False)
BLACK_FILM = e.ScreenSampled(True, lit=False, moving=False, painting=True, own_lit=False, own_moving=False)
STILL_FILM = e.ScreenSampled(True, lit=True, moving=False, painting=True, own_lit=True, own_moving=False)
STUCK_FILM = replace(STILL_FILM, painting=False)
LIT = e.ScreenSampled(True, lit=True, moving=True, painting=True)
REPAIRS = (f.KillDecoder, f.RebuildStage, f.RestartDisplay, f.RebootMachine)


def watch(world: World, sample: e.ScreenSampled, seconds: int) -> None:
    """The pixel monitor looks every two seconds."""
    for _ in range(seconds // 2):
        world.run(2)
        world.tell(sample)


def raised(world: World) -> list[str]:
    return [a.detail for a in world.asked(f.RaiseAlert) if isinstance(a, f.RaiseAlert) and a.alert == "screen.black"]


def repairs(world: World) -> list[f.Effect]:
    return [effect for _, effect in world.log if isinstance(effect, REPAIRS)]


@pytest.mark.parametrize(
    ("item", "sample"), [(clip("black.mp4", 6000), BLACK_FILM), (image("black.png", 6000), BLACK_PICTURE)]
)
def test_an_item_that_is_black_by_itself_is_told_after_two_minutes_and_left_alone(
    item: MediaItem, sample: e.ScreenSampled
) -> None:
    """Film or picture: nothing is repaired, not even the display, and the office is told which item it is."""
    world = World()
    world.dark = {"black.png"}
    world.open(item)
    watch(world, sample, 110)
    assert raised(world) == []
    watch(world, sample, 1200)
    assert [(item.path in detail, "by itself" in detail) for detail in raised(world)] == [(True, True)]
    assert repairs(world) == []
    watch(world, LIT, 2)
    assert "screen.black" not in world.state.office.alerts


def test_the_black_of_several_items_in_a_row_counts_together() -> None:
    """Ten seconds of each: after two minutes without a light the office is told."""
    world = World()
    names = ("a.png", "b.png", "c.png")
    world.dark = set(names)
    world.open(*(image(name, 10) for name in names))
    watch(world, BLACK_PICTURE, 140)
    assert len(raised(world)) == 1
    assert repairs(world) == []


def test_a_picture_that_was_lit_and_is_black_now_is_a_fault() -> None:
    """Its window held a picture when it was cued, and holds none any more: a new decoder, within ten seconds."""
    world = World().open(image("lit.png", 6000))
    watch(world, BLACK_PICTURE, 10)
    assert repairs(world)
    assert all("repaired" in detail for detail in raised(world))


def test_a_film_that_paints_no_more_is_a_fault_although_its_window_is_black() -> None:
    """Black, and nothing is drawn: no film does that by itself."""
    world = World()
    world.dark = {"stuck.mp4"}  # a film may begin with black, which says nothing about what comes
    world.open(clip("stuck.mp4", 6000))
    watch(world, BLACK_PICTURE, 10)
    assert repairs(world)


@pytest.mark.parametrize("now_and_then", [{"painting": False}, {"own_moving": True}, {"lit": False, "painting": False}])
def test_a_film_with_a_still_picture_is_no_fault(now_and_then: dict[str, bool]) -> None:
    """A poster saved as a film: now and then a sample falls where VLC has drawn nothing, or between two pictures."""
    world = World().open(clip("poster.mp4", 6000))
    for _ in range(60):
        watch(world, STILL_FILM, 8)
        watch(world, replace(STILL_FILM, **now_and_then), 2)
    assert repairs(world) == []
    assert not world.state.picture.fault_mono
    assert [alert for alert in world.state.office.alerts if alert.startswith("screen.")] == []
    watch(world, STUCK_FILM, 10)
    assert repairs(world), "a film that paints no more is one"
