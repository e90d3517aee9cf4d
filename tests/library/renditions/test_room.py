"""The library's room with pages in its folder: they play, and are drawn anew when the screen tells another region."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.core.effects import FitRenditions
from player.core.model import MediaItem
from tests.kit.library_room import Room
from tests.kit.odd_media import make_pdf

pytestmark = pytest.mark.live


def items(room: Room) -> tuple[MediaItem, ...]:
    return room.release.playlists[0].items if room.release else ()


def test_pages_are_drawn_for_the_region_that_the_screen_tells(tmp_path: Path) -> None:
    """The same release, each page as wide as the new region; a restart draws nothing anew."""
    with Room(tmp_path) as room:
        make_pdf(room.folder / "a.pdf")
        room.library.perform(FitRenditions(192, 96))
        room.wait_for("a.pdf#page=1", "a.pdf#page=2", "a.pdf#page=3")
        room.wait(lambda: [item.width for item in items(room)] == [192] * 3)
        assert room.release is not None
        number = room.release.number
        room.library.perform(FitRenditions(320, 180))
        room.wait(lambda: [item.width for item in items(room)] == [320] * 3)
        assert room.release.number == number
        room.wait(lambda: room.problems == ())
        drawn = [item.content_hash for item in items(room)]
    with Room(tmp_path) as again:
        again.wait_for("a.pdf#page=1", "a.pdf#page=2", "a.pdf#page=3")
        assert [item.content_hash for item in items(again)] == drawn
        assert again.library.workshop.easel.canvas.width == 320
