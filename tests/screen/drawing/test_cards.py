"""The cards: what their pixels say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.effects import Waiting
from player.core.model import Card, CardKind
from player.screen.drawing.cards import draw_card, draw_dot
from player.screen.drawing.colours import URGENT, colour_of, letters_on, luminance
from tests.screen.drawing.pixels import near, rgb

SIZES = [(192, 96), (384, 192), (1280, 720)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [k for k in CardKind if k is not CardKind.BLACK])
def test_a_card_fills_the_region_and_is_never_black(kind: CardKind, size: tuple[int, int]) -> None:
    """Every card has exactly the region's size and holds letters that stand out from its ground."""
    drawn = draw_card(Card(kind, text="Jalan ditutup, silakan memutar"), *size, "serang-01", "id")
    assert (drawn.width, drawn.height) == size
    assert np.ptp(rgb(drawn)) > 150


@pytest.mark.parametrize("kind", [CardKind.WAITING, CardKind.TROUBLE, CardKind.IDENTIFY, CardKind.TEXT])
def test_a_card_keeps_its_edges_free(kind: CardKind) -> None:
    """No letter touches the region's edge, where an LED panel's frame may cover it."""
    pixels = rgb(draw_card(Card(kind, text="Wg Ąj " * 30), 384, 192, "alun-alun-kota", "id"))
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert np.ptp(edge.astype(int), axis=0).max() == 0


def test_black_is_black() -> None:
    """The card for planned darkness lights no pixel."""
    assert not any(draw_card(Card(CardKind.BLACK), 192, 96, "serang-01", "id").bgrx)


def test_languages_differ() -> None:
    """The waiting card speaks the panel's language."""
    drawn = {draw_card(Card(CardKind.WAITING), 384, 192, "serang-01", code).bgrx for code in ("id", "en")}
    assert len(drawn) == 2


def test_what_a_panel_waits_for_is_told_apart() -> None:
    """No content yet, all of it refused, no folder at all: three cards, in both languages."""
    cards = [Card(CardKind.WAITING, waits_for) for waits_for in Waiting]
    drawn = {draw_card(card, 384, 192, "serang-01", code).bgrx for code in ("id", "en") for card in cards}
    assert len(drawn) == 6


@pytest.mark.parametrize("ground", ["#ffff00", "kuning", "#101010", "merah", "#c0c0c0", "#777777"])
def test_letters_stand_out_from_any_ground(ground: str) -> None:
    """Whatever colour the office names, the letters have at least the contrast that WCAG asks for (4.5)."""
    colour = colour_of(ground)
    assert colour is not None
    light = sorted(luminance(c) + 0.05 for c in (colour, letters_on(colour)))
    assert light[1] / light[0] >= 4.4


def test_an_unknown_colour_still_gets_a_readable_card() -> None:
    """A colour that nobody knows is no reason to hold an urgent message back."""
    assert colour_of("blurple") is None
    drawn = draw_card(Card(CardKind.TEXT, "AWAS", "blurple"), 192, 96, "serang-01", "id")
    assert near(rgb(drawn)[0, 0], URGENT, 0)


@given(st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_text_can_be_drawn(text: str) -> None:
    """Whatever Unicode the office sends, a card comes out."""
    assert draw_card(Card(CardKind.TEXT, text), 96, 48, "serang-01", "id").width == 96


def test_test_pattern_marks_every_edge() -> None:
    """The outermost rows and columns are lit, each corner in its own colour: a shifted or mirrored picture is seen."""
    pixels = rgb(draw_card(Card(CardKind.TEST_PATTERN), 384, 192, "serang-01", "id"))
    corners = [tuple(int(c) for c in pixels[y, x]) for y in (0, -1) for x in (0, -1)]
    assert corners == [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]
    assert all(edge.max(axis=1).min() > 0 for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))


def test_the_dot_is_round() -> None:
    """White with a red heart, black outside."""
    pixels = rgb(draw_dot(31))
    assert near(pixels[15, 15], (255, 0, 0))
    assert near(pixels[15, 4], (255, 255, 255))
    assert near(pixels[0, 0], (0, 0, 0))
