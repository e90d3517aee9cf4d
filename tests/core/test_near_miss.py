"""Commands that name an item or a playlist with a slip in it: the answer says what was meant, and nothing is done."""

from __future__ import annotations

import pytest

from player.base.catalogue import catalogue_of
from player.contract import commands as c
from player.contract.commands import Order
from player.core import effects as f
from tests.kit.world import World, clip


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (c.Drop("media/festivl.mp4"), "did you mean media/festival.mp4?"),
        (c.Drop("festivl.mp4"), "did you mean media/festival.mp4?"),
        (c.Goto("media/diem.mp4"), "did you mean media/diam.mp4?"),
        (c.Goto("media/spot-3.mp4"), "it has 4 items"),
        (c.Show(media="Festivall.mp4", seconds=5), "did you mean media/festival.mp4?"),
        (c.PlayPlaylist("defalt"), "did you mean default?; known: default"),
    ],
    ids=str,
)
def test_the_answer_to_a_near_miss_names_what_was_meant(order: Order, said: str) -> None:
    """By the path or by the file's name alone; a film with another number is another film. In both languages."""
    world = World().open(*map(clip, ("media/festival.mp4", "media/diam.mp4", "media/spot-1.mp4", "media/spot-2.mp4")))
    replies = [effect for effect in world.order(order) if isinstance(effect, f.SendReply)]
    assert [(reply.stage, reply.code) for reply in replies] == [("failed", "not-found")]
    assert replies[0].detail.endswith(said)
    there = catalogue_of("id").say(replies[0].detail)
    assert "tidak ada di" in there or "tidak ada daftar putar" in there
    assert not {"not", "did", "has"} & set(there.split())
