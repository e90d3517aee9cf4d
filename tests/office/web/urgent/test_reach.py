"""Whom an urgent message reaches, and how large their screens are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from player.office.fleet import Panel
from player.office.web.urgent.reach import group_by_size, list_choices, screen_size
from tests.kit.reports import REPORT


def panel(name: str, size: tuple[int, int] | None = (1280, 720), groups: tuple[str, ...] = ()) -> Panel:
    region = None if size is None else (0, 0, *size)
    screen = replace(REPORT.screen, width=size and size[0], height=size and size[1], region=region)
    return Panel(name, health=replace(REPORT, screen=screen, groups=groups))


PANELS = (panel("a-1", groups=("north",)), panel("b-2", (192, 96), ("north", "river")), panel("c-3", (192, 96)))


@pytest.mark.parametrize(
    ("to", "names"),
    [
        (["all"], ("a-1", "b-2", "c-3")),
        (["group:north"], ("a-1", "b-2")),
        (["group:river", "c-3"], ("b-2", "c-3")),
        (["group:north", "a-1"], ("a-1", "b-2")),
        ([], ()),
        (["group:south", "../x", "d-4"], ()),
    ],
)
def test_choices_mean_panels(to: list[str], names: tuple[str, ...]) -> None:
    """Each panel once; what is no choice means nobody."""
    assert list_choices(PANELS).meant(to) == names


def test_panels_of_one_size_are_one_picture() -> None:
    """The largest first, and those whose size is not known last."""
    sizes = group_by_size(("a-1", "b-2", "c-3", "d-4"), PANELS)
    assert [(each.width, each.height, each.names) for each in sizes] == [
        (1280, 720, ("a-1",)), (192, 96, ("b-2", "c-3")), (0, 0, ("d-4",)),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [(0, 0), (-5, 720), (10**9, 10), (16_384, 16_384), (8, 8)])
def test_a_size_that_cannot_be_is_none(size: tuple[int, int]) -> None:
    """A panel that was taken over may say anything; nobody draws a picture of a terabyte for it."""
    assert screen_size(panel("a-1", size)) == (0, 0)


def test_a_part_of_the_screen_is_the_panels_size() -> None:
    """What the panel draws on is its region, not the graphics card's whole picture."""
    odd = panel("a-1")
    assert odd.health is not None
    odd.health = replace(odd.health, screen=replace(odd.health.screen, region=(0, 0, 384, 192)))
    assert screen_size(odd) == (384, 192)
    assert screen_size(Panel("new")) == (0, 0)


@pytest.mark.parametrize(
    ("rotation", "seen"),
    [(None, (384, 192)), (0, (384, 192)), (45, (384, 192)), (90, (192, 384)), (180, (384, 192)), (270, (192, 384))],
)
def test_a_turned_panel_has_the_shape_that_people_see(rotation: int | None, seen: tuple[int, int]) -> None:
    """The message is drawn upright; an older panel tells no rotation."""
    turned = panel("a-1", (384, 192))
    assert turned.health is not None
    turned.health = replace(turned.health, screen=replace(turned.health.screen, rotation=rotation))
    assert screen_size(turned) == seen
