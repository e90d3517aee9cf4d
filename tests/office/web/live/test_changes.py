"""Pages hear of changes, each once, and a page that does not read costs no more than one that does."""

from __future__ import annotations

import asyncio

from player.office.web.live.changes import Change, ChangeKind, Follower, Followers
from player.office.web.live.drawn import DrawnTiles
from player.office.web.live.inlet import A_TURN, Inlet
from tests.kit.loops import a_turn


def test_the_same_change_waits_once() -> None:
    """A follower that is slow finds each panel and kind once, in the order in which they came first."""
    follower = Follower()
    for _ in range(1000):
        for name in ("b", "a"):
            follower.put(Change(name, ChangeKind.NOW))
    taken = asyncio.run(follower.take(1.0))
    assert taken == [Change("b", ChangeKind.NOW), Change("a", ChangeKind.NOW)]


def test_when_nothing_changes_the_wait_ends() -> None:
    """A stream can say that it lives."""
    assert asyncio.run(Follower().take(0.0)) == []


def test_each_follower_hears_and_a_page_that_is_closed_is_forgotten() -> None:
    """Changes go to all that follow at the time; afterwards nothing is kept for those that have gone."""
    followers, change = Followers(), Change("serang-01", ChangeKind.ALERT)

    async def both() -> tuple[list[Change], list[Change]]:
        with followers.following() as one, followers.following() as two:
            followers.tell(change)
            return await one.take(1.0), await two.take(1.0)

    assert asyncio.run(both()) == ([change], [change])
    assert len(followers) == 0


def test_changes_can_be_followed_one_by_one() -> None:
    """`follow` gives each change as it comes."""
    followers = Followers()

    async def first_two() -> list[Change]:
        stream, heard = followers.follow(), []
        asyncio.get_running_loop().call_soon(followers.tell, Change("a", ChangeKind.NOW))
        heard.append(await anext(stream))
        asyncio.get_running_loop().call_soon(followers.tell, Change("b", ChangeKind.LINK))
        heard.append(await anext(stream))
        return heard

    assert asyncio.run(first_two()) == [Change("a", ChangeKind.NOW), Change("b", ChangeKind.LINK)]


def test_an_inlet_keeps_the_order_over_many_turns() -> None:
    """What a thread puts arrives in the loop in its order, also more than one turn takes."""

    async def through() -> list[int]:
        heard: list[int] = []
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        count = 5 * A_TURN + 3

        def take(n: int) -> None:
            heard.append(n)
            if len(heard) == count:
                done.set_result(None)

        inlet = Inlet(loop, take)
        await asyncio.to_thread(lambda: [inlet.put(n) for n in range(count)])
        await done
        return heard

    assert asyncio.run(through()) == list(range(5 * A_TURN + 3))


def test_other_work_gets_its_turn_while_much_arrives() -> None:
    """A flood of news does not hold up the pages: between two turns the loop does what else there is."""

    async def interleaved() -> int:
        heard: list[int] = []
        inlet = Inlet(asyncio.get_running_loop(), heard.append)
        for n in range(10 * A_TURN):
            inlet.put(n)
        await a_turn()
        await a_turn()
        return len(heard)

    assert 0 < asyncio.run(interleaved()) < 10 * A_TURN


def test_an_inlet_that_is_full_says_so() -> None:
    """What is not taken is told to the thread, which then begins anew."""

    async def fill() -> list[bool]:
        inlet = Inlet(asyncio.get_running_loop(), print, most=3)
        return [inlet.put(n) for n in range(5)]

    assert asyncio.run(fill()) == [True, True, True, False, False]


def test_news_that_are_put_together_are_taken_together_or_not_at_all() -> None:
    """A burst of messages that does not fit leaves nothing behind, so the thread that begins anew tells nothing twice."""

    async def fill() -> tuple[list[bool], list[int]]:
        heard: list[int] = []
        inlet = Inlet(asyncio.get_running_loop(), heard.append, most=4)
        taken = [inlet.put(1, 2, 3), inlet.put(4, 5), inlet.put(6)]
        await a_turn()
        return taken, heard

    assert asyncio.run(fill()) == ([True, False, True], [1, 2, 3, 6])


def test_an_inlet_that_is_closed_takes_nothing() -> None:
    """A message that comes after the end reaches nobody."""

    async def close() -> tuple[bool, list[int]]:
        heard: list[int] = []
        inlet = Inlet(asyncio.get_running_loop(), heard.append)
        inlet.put(1)
        inlet.close()
        taken = inlet.put(2)
        await a_turn()
        return taken, heard

    assert asyncio.run(close()) == (False, [])


def test_a_tile_is_drawn_once_until_its_panel_changes() -> None:
    """Twenty pages need no twenty drawings; one that comes out as before counts as old."""
    drawn, texts = DrawnTiles(), iter(["a", "a", "b"])
    first = drawn.get("serang-01", "id", 5, lambda: next(texts))
    again = drawn.get("serang-01", "id", 5, lambda: next(texts))
    same = drawn.get("serang-01", "id", 9, lambda: next(texts))
    other = drawn.get("serang-01", "id", 12, lambda: next(texts))
    assert first is again
    assert [(each.text, each.changed) for each in (first, same, other)] == [("a", 5), ("a", 5), ("b", 12)]
