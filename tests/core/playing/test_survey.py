"""The survey: small releases at once and exactly, long ones in bounded turns, and the same in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.contract import commands as c
from player.core import effects as f
from player.core.director import wake_at
from player.core.events import ReleaseAdopted, Tick
from player.core.model import MediaItem, Playlist
from player.core.playing.rotation import Place, find_item, find_place
from player.core.playing.survey import ITEMS_A_TURN, is_usable, next_usable
from player.core.state import Failure, Scene, SceneKind
from tests.kit.steps import count_steps
from tests.kit.world import START, World, clip, image, release

OVER = START - timedelta(days=1)
TURN_STEPS = 40_000
LONG = 10 * ITEMS_A_TURN


def over(name: str) -> MediaItem:
    return replace(clip(name), valid_until=OVER)


def settle(world: World) -> int:
    """The turns that follow each other at once; no one of them costs more than TURN_STEPS."""
    turns = 0
    while wake_at(world.state, world.now) <= world.mono:
        assert count_steps(lambda: world.tell(Tick()), TURN_STEPS) <= TURN_STEPS
        turns += 1
        assert turns < 100
    return turns


def adopt(world: World, *items: MediaItem) -> None:
    adopt_playlists(world, [("default", items)])


def adopt_playlists(world: World, playlists: Sequence[tuple[str, Sequence[MediaItem]]]) -> None:
    made = tuple(Playlist(name, tuple(items)) for name, items in playlists)
    adopted = ReleaseAdopted(replace(release(number=2), playlists=made))
    assert count_steps(lambda: world.tell(adopted), TURN_STEPS) <= TURN_STEPS


def test_one_item_that_is_due_behind_ten_thousand_that_are_over_is_found() -> None:
    """In turns of bounded cost that follow each other at once; then it plays, and no turn is spent on the others."""
    world = World().open()
    adopt(world, *[over(f"x{n}") for n in range(LONG)], clip("good", 2))
    assert 5 <= settle(world) <= 2 * LONG / ITEMS_A_TURN
    world.run(3)
    assert {path for _, path in world.started_items()} == {"good"}
    assert count_steps(lambda: world.tell(Tick()), TURN_STEPS) < 5_000


def test_a_long_playlist_of_which_nothing_is_due_shows_the_card() -> None:
    """And so do a thousand playlists of which no one has an item that is due."""
    one = [("default", [over(f"x{n}") for n in range(LONG)])]
    many = [(f"p{n}", [over("x")]) for n in range(LONG // 10)]
    for playlists in (one, many):
        world = World().open()
        adopt_playlists(world, playlists)
        settle(world)
        assert world.state.playing.scene is not None
        assert world.state.playing.scene.kind is SceneKind.CARD


def test_an_item_whose_day_comes_in_a_long_playlist_is_played() -> None:
    """The survey wakes at its date, and is made anew."""
    world = World().open()
    later = replace(clip("later", 2), valid_from=START + timedelta(seconds=20))
    adopt(world, *[over(f"x{n}") for n in range(LONG)], later)
    settle(world)
    world.run(15)
    assert not world.started_items()
    world.run(8)
    assert world.started_items()[0][1] == "later"


def test_a_message_from_a_long_library_is_looked_for_once() -> None:
    """A film that `show` names among 10,000: the turns while it is on screen cost as little as any other."""
    world = World().open()
    adopt(world, *[clip(f"x{n}", 60) for n in range(LONG)])
    settle(world)
    world.order(c.Show(media=f"x{LONG - 1}", seconds=50))
    world.run(5)
    assert world.started_items()[-1][1] == f"x{LONG - 1}"
    assert count_steps(lambda: world.tell(Tick()), TURN_STEPS) < 5_000
    assert count_steps(lambda: world.order(c.Show(media="nothing", seconds=50), "c2"), TURN_STEPS) < 10_000


def test_what_is_quarantined_in_a_long_playlist_is_passed_over() -> None:
    """Also before the survey knows of it."""
    world = World()
    world.bad = {"bad"}
    world.open()
    adopt(world, clip("a", 2), clip("bad"), *[over(f"x{n}") for n in range(LONG)])
    settle(world)
    world.run(20)
    assert {path for _, path in world.started_items()} == {"a"}
    assert len([cue for cue in world.asked(f.CueItem) if isinstance(cue, f.CueItem) and cue.item.path == "bad"]) == 2


# ---- against what is obviously right

ITEMS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([None, OVER, START + timedelta(days=1)])),
    min_size=1,
    max_size=12,
).map(lambda rows: tuple(replace(clip(name), valid_until=until) for name, until in rows))


@given(ITEMS, st.integers(-1, 11), st.sampled_from([1, -1]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_next_usable_item_is_the_next_that_is_usable(
    items: tuple[MediaItem, ...], start: int, direction: int, bad: bool
) -> None:
    """With a survey and without one, in both directions, from any place."""
    start = min(start, len(items) - 1)
    world = World()
    world.tell(ReleaseAdopted(release(*items)))
    scene = Scene(SceneKind.PLAY, "k", "playing", "r", "default", items)
    quarantined = {"hash-a": Failure("a", 2, "no picture", True)} if bad else {}
    known = replace(world.state, playing=replace(world.state.playing, quarantined=quarantined))
    bare = replace(known, playing=replace(known.playing, surveys={}))
    first = 0 if start < 0 and direction < 0 else start
    order = [(first + direction * n) % len(items) for n in range(1, len(items) + 1)]
    expected = next((i for i in order if is_usable(known, items[i], START)), None)
    found = {next_usable(s, scene, start, START, direction) for s in (known, bare)}
    assert found == {expected}


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8), st.integers(0, 10), st.sampled_from("abcz"))
@settings(max_examples=200, deadline=None)
def test_a_place_is_found_again_at_the_nearest_same_path(names: list[str], index: int, path: str) -> None:
    """The same path at the same index, else the nearest, of two as near the first; else just before what has moved up."""
    items = [clip(name) for name in names]
    same = sorted((abs(i - index), i) for i, name in enumerate(names) if name == path)
    assert find_place(items, Place(index, path)) == (same[0][1] if same else min(index, len(items)) - 1)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [("m/a.mp4", 0), ("a.mp4", 0), ("The b", 1), ("b.mp4", 1), ("2", 1), (2, 1), ("x", None), (9, None),
     ("d.pdf", 3), ("m/d.pdf#page=3", 4), ("D.pdf", None), ("e.txt", None)],
)  # fmt: skip
def test_an_item_is_found_by_number_path_name_or_title(wanted: str | int, index: int | None) -> None:
    """In this order, and the first of several."""
    items = [replace(clip("m/a.mp4"), title="b.mp4 no"), replace(clip("m/b.mp4"), title="The b"), clip("n/a.mp4")]
    items += [image("m/d.pdf#page=2"), image("m/d.pdf#page=3")]
    assert find_item(items, wanted) == index
