"""The running text as pictures: laid out once, in any script, in tiles that fit together without a seam."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from player.screen.drawing.ticker import Ribbon, draw_tile, lay_out

INK, GROUND = (255, 255, 255), (0, 0, 80)
LATIN = ("Selamat datang di Kota Serang", "Festival 1-7 Desember")
ARABIC = ("مرحبا بكم في مدينة سيرانغ 2026",)


def tile_of(ribbon: Ribbon, index: int, tall: int, rotation: int = 0) -> npt.NDArray[np.uint8]:
    """Rows of pixels of blue, green and red."""
    picture = draw_tile(ribbon, index, tall, INK, GROUND, rotation)
    return np.frombuffer(picture.bgrx, np.uint8).reshape(picture.height, picture.width, 4)[:, :, :3]


def strip_of(ribbon: Ribbon, tall: int) -> npt.NDArray[np.uint8]:
    """All tiles beside each other, as they are read."""
    tiles = [tile_of(ribbon, index, tall) for index in range(ribbon.count)]
    return np.hstack(tiles[::-1] if ribbon.right_to_left else tiles)


def letters_in(strip: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Which columns hold something of a letter."""
    columns: npt.NDArray[np.bool_] = (strip != np.array(GROUND[::-1], np.uint8)).any(axis=(0, 2))
    return columns


@pytest.mark.parametrize("tall", [16, 46, 86, 259])
@pytest.mark.parametrize("messages", [LATIN, ARABIC, ("ꦱꦸꦒꦼꦁ ꦫꦮꦸꦃ", "欢迎光临", "🎉 pesta")])
def test_tiles_fit_together_without_a_seam(messages: tuple[str, ...], tall: int) -> None:
    """The same pixels, whether the ribbon is drawn as one tile or as many."""
    ribbon = lay_out(messages, 192, tall)
    one = Ribbon(ribbon.parts, ribbon.size, ribbon.base, ribbon.length, 1, ribbon.right_to_left)
    many = Ribbon(ribbon.parts, ribbon.size, ribbon.base, ribbon.length // 4, 4, ribbon.right_to_left)
    if ribbon.length % 4 == 0:
        assert np.array_equal(strip_of(one, tall), strip_of(many, tall))
    assert letters_in(strip_of(ribbon, tall)).any()


def test_a_text_from_right_to_left_begins_at_the_right() -> None:
    """Its first letters are the ribbon's right end, and a Latin text's its left end."""
    for messages, side in ((LATIN[:1], slice(0, 20)), (ARABIC, slice(-20, None))):
        ribbon = lay_out(messages, 2000, 60)
        columns = letters_in(strip_of(ribbon, 60))
        assert columns[side].any()
        assert not columns[:: -1 if side.start == 0 else 1][:20].any()
    assert lay_out(ARABIC, 2000, 60).right_to_left
    assert not lay_out(LATIN, 2000, 60).right_to_left


def test_a_phrase_keeps_its_own_order() -> None:
    """Arabic words in an Indonesian message are one part, which is drawn from right to left; their place is the message's."""
    ribbon = lay_out(("Awas! تحذير من الفيضان di Veteran",), 2000, 60)
    texts = [part.text for part in ribbon.parts]
    assert texts == ["Awas! ", "تحذير من الفيضان", " ", "di ", "Veteran"]
    places = [part.place for part in ribbon.parts]
    assert places == sorted(places)
    assert not ribbon.right_to_left
    assert max(len(part.text) for part in lay_out(("Awas " + "تحذير " * 40,), 2000, 60).parts) <= 80


def test_a_short_text_waits_until_the_band_is_empty() -> None:
    """It is never twice on the band, and stands there without a bullet."""
    ribbon = lay_out(("Awas",), 1280, 86)
    assert ribbon.length >= 1280
    assert [part.text for part in ribbon.parts] == ["Awas"]


def test_messages_of_a_long_text_are_parted_by_bullets() -> None:
    """Also the last from the first, which follows it."""
    ribbon = lay_out(LATIN, 200, 86)
    assert [part.text for part in ribbon.parts].count("\u2022") == 2


def test_letters_fill_the_band_and_stay_inside_it() -> None:
    """Signs above and below the letters included: no row at either edge holds a part of one."""
    for messages in (("ÂÅÇjgqy|",), ("ꦱꦸꦒꦼꦁ",), ARABIC):
        for tall in (16, 46, 86):
            strip = strip_of(lay_out(messages, 300, tall), tall)
            rows = (strip != np.array(GROUND[::-1], np.uint8)).any(axis=(1, 2))
            assert rows.sum() >= tall * 0.4, (messages, tall)
            assert not rows[0], (messages, tall)
            assert not rows[-1], (messages, tall)


def test_no_piece_is_longer_than_a_step_can_bear() -> None:
    """An address of two thousand letters without a space is cut; its letters are all there, in their order."""
    word = "x" * 700 + "y" * 700 + "z" * 600
    ribbon = lay_out((word,), 1280, 86)
    assert "".join(part.text for part in ribbon.parts if part.text != "\u2022") == word
    assert max(len(part.text) for part in ribbon.parts) <= 40


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_tile_is_turned_with_the_panel(rotation: int) -> None:
    """The same pixels, turned clockwise."""
    ribbon = lay_out(LATIN, 192, 46)
    turned = tile_of(ribbon, 0, 46, rotation)
    assert np.array_equal(turned, np.rot90(tile_of(ribbon, 0, 46), -rotation // 90))
