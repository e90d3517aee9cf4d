"""The cards: what their pixels say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.base.indonesian import PANEL_WORDS
from player.bundle.strip_words import ENGLISH, strip_words
from player.core.effects import Waiting
from player.core.model import Card, CardKind
from player.screen.dot import draw_dot
from player.screen.drawing.cards import PAGE_LEAST_S, card_page_seconds, draw_card
from player.screen.drawing.colours import AMBER, GROUND, URGENT, colour_of, letters_on, luminance
from player.screen.drawing.fonts import (
    SAMPLES,
    drawn_scripts,
    missing_letters,
    package_for,
    without_missing,
)
from player.screen.drawing.pattern import GRID, grid_of
from player.screen.drawing.picture import Picture
from player.screen.drawing.text import letters_for, set_pages, smallest_px
from player.screen.drawing.words import WAITING, waiting_words
from tests.screen.drawing.pixels import near, rgb
from tests.sheet import CARDS, SIZES

MESSAGE = "Banjir di Jalan Veteran\nLewat Jalan Ahmad Yani"


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
        grounds = {tuple(int(part) for part in pixel) for pixel in edge}
        assert len(grounds) == 1 or grounds == {AMBER, GROUND}


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
    pixels = rgb(Picture(31, 31, draw_dot(31)))
    assert near(pixels[15, 15], (255, 0, 0))
    assert near(pixels[15, 4], (255, 255, 255))
    assert near(pixels[0, 0], (0, 0, 0))


def test_trouble_is_seen_from_afar() -> None:
    """Somebody has to do something: half of the card is amber. A panel that only waits has none of it."""
    amber = {}
    for name, card in CARDS.items():
        if card.kind in (CardKind.WAITING, CardKind.TROUBLE):
            pixels = rgb(draw_card(card, 384, 192, "serang-01", "id")).astype(int)
            amber[name] = float((np.abs(pixels - AMBER).max(axis=2) < 12).mean())
    assert amber.pop("waiting") == 0
    assert amber.keys() == {"refused", "no folder", "trouble"}
    assert min(amber.values()) > 0.3


@pytest.mark.parametrize("size", [(512, 64), (96, 192)])
def test_a_named_card_is_laid_out_for_its_shape(size: tuple[int, int]) -> None:
    """Name and line stand side by side on a wide panel, one below the other on a high one."""
    pixels = rgb(draw_card(CARDS["trouble"], *size, "serang-01", "id")).astype(int)
    amber = np.abs(pixels - AMBER).max(axis=2) < 12
    across, down = amber.any(axis=0).mean(), amber.any(axis=1).mean()
    assert (across < 0.6 and down > 0.95) if size[0] > size[1] else (across > 0.95 and down < 0.6)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_of_a_message_is_left_out(size: tuple[int, int]) -> None:
    """Every word is on one of the pages; only a panel that is too small for all of it has several, which alternate."""
    seconds = card_page_seconds(Card(CardKind.TEXT, MESSAGE), *size, "serang-01", "id")
    assert (len(seconds) > 1) is (size == (64, 32))
    assert min(seconds) >= PAGE_LEAST_S
    text = set_pages(MESSAGE, size[0] - 4, size[1] - 4)
    assert " ".join(" ".join(page.lines) for page in text.pages).split() == MESSAGE.split()
    drawn = [draw_card(Card(CardKind.TEXT, MESSAGE), *size, "x", "id", page=n).bgrx for n in range(len(seconds))]
    assert len(set(drawn)) == len(seconds)


def test_a_page_stands_as_long_as_it_takes_to_read() -> None:
    """Two thousand letters, the most that a command holds, on a small panel: each page has its own time."""
    seconds = card_page_seconds(Card(CardKind.TEXT, "kata " * 400), 384, 192, "serang-01", "id")
    assert len(seconds) > 1
    assert sum(seconds) == pytest.approx(1999 / 12, rel=0.1)


def test_small_letters_have_only_full_pixels() -> None:
    """Below 12 pixels a letter is ink or ground and nothing between; larger ones are smoothed."""
    small = rgb(draw_card(Card(CardKind.TEXT, MESSAGE, "merah"), 64, 32, "serang-01", "id"))
    assert len(np.unique(small.reshape(-1, 3), axis=0)) == 2
    large = rgb(draw_card(Card(CardKind.TEXT, MESSAGE, "merah"), 384, 192, "serang-01", "id"))
    assert len(np.unique(large.reshape(-1, 3), axis=0)) > 2


def test_small_letters_are_measured_as_they_are_drawn() -> None:
    """No line of a small panel is wider than its box, letter by letter."""
    text = set_pages("WWW mmm iii 111 Lewat Jalan Ahmad Yani " * 5, 60, 28)
    letters = letters_for("W")
    assert all(letters.at(page.size)(line) * page.size <= 60 for page in text.pages for line in page.lines)
    assert smallest_px("Awas \u2013 24\u00b0") == 8
    assert smallest_px("ꦱꦸꦒꦼꦁ") == 12


def test_letters_without_a_font_are_no_boxes() -> None:
    """One ellipsis stands for what no installed font has; the rest of the text is as it was."""
    nobody = "\ufdd0\ufdd1"  # never letters, so that no font will ever have them
    text = f"Awas {nobody} banjir {nobody[0]}"
    assert missing_letters(text) == nobody
    assert without_missing(text) == "Awas \u2026 banjir \u2026"
    assert missing_letters("Awas – Ünïcode ꦱꦸꦒꦼꦁ تحذير 🚧 \u200f") == ""


def test_what_would_bring_the_letters_is_named() -> None:
    """Debian's package for each script; those of the install script have Latin, Arabic, Javanese and emoji."""
    assert [package_for(letter) for letter in ("请行", "か", "한", "🚧", "ꦱ")] == [
        "fonts-noto-cjk", "fonts-noto-cjk", "fonts-noto-cjk", "fonts-noto-color-emoji", "fonts-noto-core"
    ]  # fmt: skip
    there = drawn_scripts()
    assert there.keys() == SAMPLES.keys()
    assert all(there[name] for name in ("Latin", "Arabic", "Javanese", "Balinese", "emoji"))


def test_the_panels_words_are_in_the_catalogue() -> None:
    """What the cards and the strip say in English has its Indonesian in the one table, and nothing else is there."""
    english = {*WAITING.values(), ENGLISH.reading, ENGLISH.done, ENGLISH.refused, ENGLISH.left}
    assert english | {"SETTINGS ARE WRONG"} == PANEL_WORDS.keys()
    assert waiting_words("id", Waiting.FOLDER) == "FOLDER TIDAK ADA - HUBUNGI KANTOR"
    assert waiting_words("en", Waiting.FOLDER) == "NO CONTENT FOLDER - CALL THE OFFICE"
    assert waiting_words("xx", "something new") == "menunggu konten"
    assert strip_words("xx").done == "SELESAI - CABUT USB"


@pytest.mark.parametrize(
    ("size", "grid"), [((64, 32), (8, 1)), ((96, 192), (24, 1)), ((1280, 720), (90, 2)), ((3840, 2160), (270, 4))]
)
def test_the_grid_of_the_test_pattern_scales(size: tuple[int, int], grid: tuple[int, int]) -> None:
    """Some squares along the shorter side, whatever its pixels; their lines are seen from as far as the panel is read."""
    assert grid_of(*size) == grid
    pixels = rgb(draw_card(Card(CardKind.TEST_PATTERN), *size, "serang-01", "id"))
    x = size[0] // 2 % grid[0] or grid[0]
    assert near(pixels[size[1] // 6, x], GRID), "a line of the grid stands over the bars"
