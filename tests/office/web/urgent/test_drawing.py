"""An urgent message as the panels' own code draws it, asked of the child that does it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from PIL import Image, ImageChops

from player.core.model import Card, CardKind
from player.office.web.urgent.drawing import DrawnSize, Legible, MessageDrawer, worst
from player.screen.drawing.cards import draw_card

pytestmark = pytest.mark.heavy

T = TypeVar("T")
TEXT = "BANJIR di Jl. Veteran"


def with_drawer(use: Callable[[MessageDrawer], Awaitable[T]], kept_bytes: int = 16 << 20) -> T:
    async def run() -> T:
        drawer = MessageDrawer(kept_bytes)
        try:
            return await use(drawer)
        finally:
            drawer.close()

    return asyncio.run(run())


@pytest.mark.parametrize("size", [(192, 96), (384, 192), (720, 1280)])
def test_the_preview_is_what_the_panel_draws(size: tuple[int, int]) -> None:
    """Pixel for pixel, at the panel's own size."""

    async def draw(drawer: MessageDrawer) -> bytes | None:
        drawn = await drawer.draw(TEXT, "merah", size)
        return drawer.picture(drawn.key) if drawn else None

    png = with_drawer(draw)
    assert png is not None
    own = draw_card(Card(CardKind.TEXT, TEXT, "merah"), *size, "", "id")
    expected = Image.frombytes("RGB", size, own.bgrx, "raw", "BGRX")
    with Image.open(io.BytesIO(png)) as found:
        assert ImageChops.difference(found.convert("RGB"), expected).getbbox() is None


def test_a_long_text_takes_pages_and_says_so() -> None:
    """Each page has its time; the second one is another picture than the first."""

    async def draw(drawer: MessageDrawer) -> tuple[DrawnSize | None, DrawnSize | None]:
        return await drawer.draw(TEXT * 20, "biru", (192, 96)), await drawer.draw(TEXT * 20, "biru", (192, 96), 1)

    first, second = with_drawer(draw)
    assert first is not None
    assert second is not None
    assert len(first.seconds) > 1
    assert first.legible is Legible.PAGES
    assert first.key != second.key


def test_what_the_fonts_lack_is_told() -> None:
    """A letter that nobody has installed; what is drawn is still a picture."""

    async def draw(drawer: MessageDrawer) -> DrawnSize | None:
        return await drawer.draw("A \u0378 B", "biru", (384, 192))

    drawn = with_drawer(draw)
    assert drawn is not None
    assert drawn.missing == "\u0378"
    assert drawn.letters == 3


def test_a_picture_that_was_drawn_is_not_drawn_again() -> None:
    """The child is asked once; and a book that is full lets the oldest go."""

    async def draw(drawer: MessageDrawer) -> list[bytes | None]:
        one = await drawer.draw("A", "biru", (192, 96))
        again = await drawer.draw("A", "biru", (192, 96))
        two = await drawer.draw("B", "biru", (192, 96))
        assert one is not None
        assert two is not None
        assert one is again
        return [drawer.picture(one.key), drawer.picture(two.key)]

    kept = with_drawer(draw, kept_bytes=1)
    assert kept[0] is None
    assert kept[1] is not None


def test_a_child_that_was_killed_costs_one_picture() -> None:
    """A text that kills it is not drawn; the next one is, by another child."""

    async def draw(drawer: MessageDrawer) -> tuple[DrawnSize | None, DrawnSize | None]:
        heavy = await drawer.draw("x " * 1000, "biru", (16_384, 16_384 * 64))
        return heavy, await drawer.draw("A", "biru", (192, 96))

    heavy, light = with_drawer(draw)
    assert heavy is None
    assert light is not None


@pytest.mark.parametrize(
    ("letter_px", "letters", "seconds", "legible"),
    [
        (20, 30, (4.0,), Legible.PASSING), (20, 90, (4.0,), Legible.STANDING), (5, 30, (4.0,), Legible.STANDING),
        (20, 30, (4.0, 4.0), Legible.PAGES),
    ],
)  # fmt: skip
def test_who_can_read_a_message_is_told(
    letter_px: int, letters: int, seconds: tuple[float, ...], legible: Legible
) -> None:
    """By the letters' size, their number, and the pages."""
    drawn = DrawnSize(192, 96, "k", seconds, letter_px, letters, "")
    assert drawn.legible is legible
    assert worst([DrawnSize(192, 96, "k", (4.0,), 40, 3, ""), drawn]) is legible
    assert worst([]) is None
