"""Take this down now: `drop`, and what a release with boundary "cut" lists no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from player.contract import commands as c
from player.contract.commands import Command
from player.core import effects as f
from player.core import events as e
from player.core.model import DroppedItem, SavedState
from player.core.office.take_down import DROPPED_LIMIT
from player.core.state import Rules
from tests.kit.world import START, World, clip, image, release


def paths(world: World, since_s: float = 0.0) -> list[str]:
    return [path for _, path in world.started_items(since_s)]


@pytest.mark.parametrize("item", ["a", 1])
def test_an_item_on_screen_makes_way_at_once(item: str | int) -> None:
    """A dropped item is gone as soon as the next one is painted, and does not come round again."""
    world = World().open(clip("a", 60), clip("b", 4), clip("x", 4))
    world.run(10)
    world.order(c.Drop(item))
    world.run(1)
    assert paths(world) == ["a", "b"]
    assert world.replies("c1") == ["done"]
    world.run(30)
    assert set(paths(world, 11)) == {"b", "x"}


def test_the_same_content_under_another_name_is_skipped_too() -> None:
    """What is taken down is the content: its second name and its place in another playlist play no more either."""
    twin = replace(clip("copy-of-a", 4), content_hash="hash-a")
    world = World()
    world.tell(e.ReleaseAdopted(release(clip("b", 4), twin, morning=[clip("a", 4)])))
    world.open()
    world.order(c.Drop("a"))
    world.run(30)
    assert set(paths(world)) == {"b"}


def test_a_document_is_taken_down_with_all_its_pages() -> None:
    """Named by its file or by one of its pages; what is made of another file goes on."""
    pages = [replace(image(f"m/a.pdf#page={n}", 4), made_from="hash-of-a.pdf") for n in (1, 2, 3)]
    for wanted in ("a.pdf", "m/a.pdf#page=2"):
        world = World().open(*pages, replace(image("b.pdf#page=1", 4), made_from="hash-of-b.pdf"))
        world.run(2)
        world.order(c.Drop(wanted))
        world.run(20)
        assert set(paths(world, 4)) == {"b.pdf#page=1"}
        (dropped,) = world.state.saved.dropped
        assert (dropped.content_hash, dropped.path) == ("hash-of-a.pdf", "m/a.pdf")


def test_an_item_that_is_not_on_screen_is_skipped_and_nothing_is_disturbed() -> None:
    """Dropping the next item lets the present one play to its end."""
    world = World().open(clip("a", 10), clip("b", 10), clip("x", 10))
    world.run(5)
    world.order(c.Drop("b"))
    world.run(20)
    assert world.started_items() == [(0.6, "a"), (10.6, "x"), (20.6, "a")]


def test_the_last_item_gives_way_to_a_card() -> None:
    """With nothing else to play the dropped item does not stay: a card covers it in the same turn."""
    world = World().open(clip("a", 60))
    world.run(5)
    effects = world.order(c.Drop("a"))
    assert any(isinstance(effect, f.ShowCard) for effect in effects)
    world.run(70)
    assert paths(world) == ["a"]


def test_an_item_under_a_card_does_not_come_back() -> None:
    """What is dropped while `identify` covers it is not uncovered again."""
    world = World().open(clip("a", 60), clip("b", 4))
    world.run(5)
    world.order(c.Identify(5.0))
    world.order(c.Drop("a"), "c2")
    world.run(10)
    assert paths(world)[:2] == ["a", "b"]
    assert "a" not in paths(world, 5.1)


def test_what_is_taken_down_stays_down_after_a_restart() -> None:
    """A power cut does not bring it back; the same release does not either."""
    world = World().open(clip("a", 4), clip("b", 4))
    world.order(c.Drop("a"))
    again = World(saved=world.state.saved).open(clip("a", 4), clip("b", 4))
    again.run(20)
    assert set(paths(again)) == {"b"}


def test_the_next_release_ends_it_and_a_rollback_does_not() -> None:
    """A later release that lists the item plays it again; the one before, played again, does not."""
    world = World()
    world.tell(e.ReleaseAdopted(release(clip("a", 4), clip("b", 4), number=5)))
    world.open()
    world.order(c.Drop("a"))
    world.tell(e.ReleaseAdopted(replace(release(clip("a", 4), clip("b", 4), number=4), rolled_back=True)))
    world.run(20)
    assert set(paths(world)) == {"b"}
    assert world.state.saved.dropped
    world.tell(e.ReleaseAdopted(release(clip("a", 4), clip("b", 4), number=6)))
    world.run(20)
    assert "a" in paths(world, 20)
    assert world.state.saved.dropped == ()


def test_what_is_not_there_cannot_be_taken_down() -> None:
    """A name that no release holds is refused by name; nothing is saved."""
    world = World().open(clip("a"))
    effects = world.order(c.Drop("zz"))
    (reply,) = [effect for effect in effects if isinstance(effect, f.SendReply)]
    assert (reply.stage, reply.code) == ("failed", "not-found")
    assert "zz" in reply.detail
    assert world.state.saved.dropped == ()


def test_the_list_is_bounded() -> None:
    """So many items are taken down at most; the saved state stays small, and the office is told."""
    full = tuple(DroppedItem(f"h{n}", f"p{n}", release().source, 1) for n in range(DROPPED_LIMIT))
    world = World(saved=SavedState(dropped=full)).open(clip("a"))
    effects = world.order(c.Drop("a"))
    assert [effect.code for effect in effects if isinstance(effect, f.SendReply)] == ["too-many"]


def test_the_office_reads_what_is_taken_down_and_by_whom() -> None:
    """The health report's problems name the item, so that nobody looks for the fault elsewhere."""
    world = World().open(clip("a"), clip("b"))
    world.run(5)
    world.tell(e.CommandArrived(Command("c1", c.Drop("a"), by="dina")))
    world.run(3)
    reports = [effect.report for effect in world.asked(f.PublishHealth) if isinstance(effect, f.PublishHealth)]
    assert any("a: taken down by dina" in problem for problem in reports[-1].content.problems)


def test_a_dropped_item_is_not_shown_as_a_message_either() -> None:
    """`show` of a dropped file is refused instead of accepted in vain; a message that shows it ends."""
    world = World().open(clip("a", 4), clip("b", 60))
    world.order(c.Show(media="a", seconds=60), "s1")
    world.run(3)
    world.order(c.Drop("a"), "d1")
    world.run(2)
    assert paths(world)[-1] == "b"
    world.order(c.Show(media="a", seconds=60), "s2")
    assert world.replies("s2") == ["failed"]


# ---- what a release lists no more


def test_with_boundary_cut_an_item_that_is_listed_no_more_ends_at_once() -> None:
    """Un-listed while it is on screen: the next one is on screen within three seconds of the adoption."""
    world = World(Rules(boundary="cut")).open(clip("a", 600), clip("b", 10))
    world.run(20)
    world.tell(e.ReleaseAdopted(release(clip("b", 10), number=2)))
    world.run(3)
    assert paths(world) == ["a", "b"]


def test_with_boundary_cut_a_replaced_film_ends_too() -> None:
    """Another content under the same name: the old one is listed no more."""
    world = World(Rules(boundary="cut")).open(clip("a", 600), clip("b", 10))
    world.run(20)
    corrected = replace(clip("a", 600), content_hash="hash-corrected")
    world.tell(e.ReleaseAdopted(release(corrected, clip("b", 10), number=2)))
    world.run(3)
    assert len(paths(world)) == 2


def test_with_boundary_cut_what_is_still_listed_plays_on() -> None:
    """A release that only adds something, or moves the item, does not disturb it."""
    world = World(Rules(boundary="cut")).open(image("a", 60), image("b", 60))
    world.run(20)
    world.tell(e.ReleaseAdopted(release(image("new", 60), image("b", 60), image("a", 60), number=2)))
    world.run(30)
    assert paths(world) == ["a"]


def test_under_a_card_too_with_boundary_cut() -> None:
    """What was un-listed while `identify` covered it is not uncovered again."""
    world = World(Rules(boundary="cut")).open(clip("a", 600), clip("b", 10))
    world.run(10)
    world.order(c.Identify(5.0))
    world.tell(e.ReleaseAdopted(release(clip("b", 10), number=2)))
    world.run(10)
    assert paths(world) == ["a", "b"]


# ---- the urgent message can be read back


def told(world: World) -> f.PublishNow:
    return [effect for effect in world.asked(f.PublishNow) if isinstance(effect, f.PublishNow)][-1]


def test_an_urgent_message_says_its_words_and_its_sender() -> None:
    """`now` holds the first 80 characters, who sent it and until when; the reason names both."""
    world = World().open(clip("a"))
    world.run(3)
    show = c.Show(text="Banjir di Jalan Veteran", until=START + timedelta(hours=8))
    world.tell(e.CommandArrived(Command("c1", show, by="dina")))
    now = told(world).now
    assert (now.text, now.by, now.until) == ("Banjir di Jalan Veteran", "dina", START + timedelta(hours=8))
    assert now.reason == 'message "Banjir di Jalan Veteran" by dina until 18:00'
    world.order(c.Clear(), "c2")
    world.run(30)
    assert (told(world).now.text, told(world).now.by) == (None, None)


def test_a_long_message_is_told_by_its_beginning_in_one_line() -> None:
    """80 characters at most, line breaks as spaces, nothing that could forge a line of the log."""
    world = World().open(clip("a"))
    world.order(c.Show(text="Awas!\nBanjir\x1b " + "x" * 200, seconds=60))
    text = told(world).now.text
    assert text is not None
    assert len(text) == 80
    assert text.startswith("Awas! Banjir\ufffd xxx")
    assert text.endswith("\u2026")


def test_a_message_with_a_film_names_the_film_and_its_sender() -> None:
    """A shown file stands in `item` as ever; who sent it is told, and its reason names it."""
    world = World().open(clip("a", 4), clip("b", 4))
    world.run(2)
    world.tell(e.CommandArrived(Command("c1", c.Show(media="b", seconds=3600), by="dina")))
    world.run(2)
    now = told(world).now
    assert (now.item, now.text, now.by) == ("b", None, "dina")
    assert now.reason == "message b by dina until 11:00"
