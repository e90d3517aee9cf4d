"""The player's own pictures: what the pixels say."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from player.core.model import Card, CardKind, Fit, StickNotice, StickStage
from player.screen.drawing import picture
from player.screen.drawing.picture import Picture, StillError, draw_card, draw_dot, draw_notice, encode_jpeg, load_still
from player.screen.drawing.words import notice_words

SIZES = [(192, 96), (384, 192), (1280, 720)]


def rgb(drawn: Picture) -> NDArray[np.uint8]:
    """Height x width x (red, green, blue)."""
    assert len(drawn.bgrx) == drawn.width * drawn.height * 4
    return np.frombuffer(drawn.bgrx, np.uint8).reshape(drawn.height, drawn.width, 4)[:, :, 2::-1]


def near(pixel: NDArray[np.uint8], colour: tuple[int, int, int], within: int = 12) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= within)


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


@pytest.mark.parametrize("ground", ["#ffff00", "kuning", "#101010", "merah", "#c0c0c0", "#777777"])
def test_letters_stand_out_from_any_ground(ground: str) -> None:
    """Whatever colour the office names, the letters have at least the contrast that WCAG asks for (4.5)."""
    colour = picture.colour_of(ground)
    assert colour is not None
    light = sorted(picture.luminance(c) + 0.05 for c in (colour, picture.letters_on(colour)))
    assert light[1] / light[0] >= 4.4


def test_an_unknown_colour_still_gets_a_readable_card() -> None:
    """A colour that nobody knows is no reason to hold an urgent message back."""
    assert picture.colour_of("blurple") is None
    drawn = draw_card(Card(CardKind.TEXT, "AWAS", "blurple"), 192, 96, "serang-01", "id")
    assert near(rgb(drawn)[0, 0], picture.URGENT, 0)


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


# ---- the technician's strip


@pytest.mark.parametrize("size", [(192, 96), (384, 192), (1280, 720), (3840, 2160)])
@pytest.mark.parametrize("stage", list(StickStage))
def test_the_strip_leaves_most_of_the_picture(stage: StickStage, size: tuple[int, int]) -> None:
    """As wide as the region, at most 42 % of its height, and with letters in it."""
    drawn = draw_notice(StickNotice(stage, "KINGSTON", 42, 130, 12, ""), *size, "id")
    assert drawn.width == size[0]
    assert drawn.height <= size[1] * 0.42
    assert np.ptp(rgb(drawn)) > 150


def test_the_bar_grows_with_the_percent() -> None:
    """The lit part of the bar is as long as the percent say, also for percents that cannot be."""
    lit = []
    for percent in (-5, 0, 42, 100, 250):
        pixels = rgb(draw_notice(StickNotice(StickStage.READING, percent=percent), 400, 200, "id"))
        lit.append(int((pixels[-3, :, 1] > 200).sum()))
    assert lit == pytest.approx([0, 0, 167, 398, 398], abs=1)


@pytest.mark.parametrize(
    ("notice", "text"),
    [
        (StickNotice(StickStage.READING, percent=42), "MEMBACA 42\u00a0%"),
        (StickNotice(StickStage.DONE), "SELESAI - CABUT USB"),
        (StickNotice(StickStage.REFUSED, number=12, words="tanda tangan salah"), "DITOLAK: 12 TANDA TANGAN SALAH"),
        (StickNotice(StickStage.REFUSED, number=12, words="DITOLAK: 12 TANDA"), "DITOLAK: 12 TANDA"),
        (StickNotice(StickStage.REFUSED), "DITOLAK"),
        (StickNotice(StickStage.READING, percent=42, words="MEMBACA 42 %"), "MEMBACA 42\u00a0%"),
        (StickNotice(StickStage.NOT_OURS, number=54, words="TANPA FOLDER PANEL"), "54 TANPA FOLDER PANEL"),
        (StickNotice(StickStage.SLOW), "USB TERLALU LAMBAT"),
    ],
)
def test_the_strip_says_what_the_technician_must_do(notice: StickNotice, text: str) -> None:
    """The words of content.md, and the number of a refusal exactly once."""
    assert notice_words(notice, "id")[0] == text


def test_the_small_line_names_the_stick_and_the_time_left() -> None:
    """Where there is room, the stick's label and the minutes stand below."""
    assert notice_words(StickNotice(StickStage.READING, "KINGSTON", 7, 130.4), "en")[1] == "KINGSTON  ·  left 2:10"


# ---- stills


def save(folder: Path, image: Image.Image, name: str = "still.png", **options: object) -> Path:
    path = folder / name
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def quarters(mode: str = "RGB") -> Image.Image:
    """80 x 40: red and green above, blue and white below."""
    image = Image.new("RGB", (80, 40))
    for n, colour in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))):
        image.paste(colour, (n % 2 * 40, n // 2 * 20, n % 2 * 40 + 40, n // 2 * 20 + 20))
    return image.convert(mode)


def corners_of(pixels: NDArray[np.uint8]) -> str:
    """The colours of the four corners: upper left, upper right, lower left, lower right."""
    names = {"r": (255, 0, 0), "g": (0, 255, 0), "b": (0, 0, 255), "w": (255, 255, 255), ".": (0, 0, 0)}
    found = ""
    for y in (3, -4):
        for x in (3, -4):
            found += next((n for n, c in names.items() if near(pixels[y, x], c, 60)), "?")
    return found


def test_contain_leaves_black_bars(tmp_path: Path) -> None:
    """A 2:1 picture in a square: all of it, black above and below."""
    pixels = rgb(load_still(save(tmp_path, quarters()), 100, 100, Fit.CONTAIN))
    assert corners_of(pixels) == "...."
    assert corners_of(pixels[25:75]) == "rgbw"
    assert not pixels[:24].any()


def test_cover_and_stretch_leave_none(tmp_path: Path) -> None:
    """Covering crops the sides evenly, stretching keeps all of it."""
    path = save(tmp_path, quarters())
    for fit in ("cover", "stretch"):
        assert corners_of(rgb(load_still(path, 100, 100, fit))) == "rgbw"


@pytest.mark.parametrize(("rotation", "corners"), [(0, "rgbw"), (90, "brwg"), (180, "wbgr"), (270, "gwrb")])
def test_rotation_turns_clockwise(tmp_path: Path, rotation: int, corners: str) -> None:
    """A panel hung on its side shows the picture upright when the rotation says by how much."""
    size = (40, 80) if rotation % 180 else (80, 40)
    assert corners_of(rgb(load_still(save(tmp_path, quarters()), *size, "contain", rotation))) == corners


def test_exif_orientation_is_obeyed(tmp_path: Path) -> None:
    """A photograph that says "turn me by 90 degrees" (orientation 6) is turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(tmp_path, quarters(), "photo.jpg", exif=exif, quality=95)
    assert corners_of(rgb(load_still(path, 40, 80, "contain"))) == "brwg"


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("RGB", "a.bmp"), ("P", "a.gif"), ("P", "a.png"), ("RGBA", "a.png"), ("RGBA", "a.webp"), ("CMYK", "a.jpg"),
        ("CMYK", "a.tiff"), ("YCbCr", "a.jpg"), ("RGB", "a.avif"),
    ],
)  # fmt: skip
def test_every_kind_of_pixels_keeps_its_colours(tmp_path: Path, mode: str, name: str) -> None:
    """Palettes, alpha, CMYK and the rest all come out in their colours."""
    assert corners_of(rgb(load_still(save(tmp_path, quarters(mode), name), 80, 40, "contain"))) == "rgbw"


def test_sixteen_bits_of_grey_keep_their_tones(tmp_path: Path) -> None:
    """A 16-bit grey of half its range is half grey, not white."""
    path = save(tmp_path, Image.fromarray(np.full((20, 20), 32768, np.uint16)))
    assert near(rgb(load_still(path, 20, 20, "contain"))[10, 10], (128, 128, 128), 1)


def test_transparency_lies_on_black(tmp_path: Path) -> None:
    """What is transparent is black on screen, half-transparent white is grey."""
    image = Image.new("RGBA", (30, 10), (255, 255, 255, 0))
    image.paste((255, 255, 255, 128), (10, 0, 20, 10))
    pixels = rgb(load_still(save(tmp_path, image), 30, 10, "contain"))
    assert near(pixels[5, 3], (0, 0, 0), 2)
    assert near(pixels[5, 15], (128, 128, 128), 3)


def test_a_broken_colour_profile_is_no_reason_to_refuse(tmp_path: Path) -> None:
    """The picture is shown as if it had no profile."""
    path = save(tmp_path, quarters(), "a.png", icc_profile=b"no profile at all")
    assert corners_of(rgb(load_still(path, 80, 40, "contain"))) == "rgbw"


def test_a_big_photograph_is_decoded_small(tmp_path: Path) -> None:
    """A JPEG of 48 megapixels becomes a small picture without its 144 MB ever being decoded."""
    path = save(tmp_path, quarters().resize((8000, 6000)), "big.jpg")
    assert corners_of(rgb(load_still(path, 192, 96, "cover"))) == "rgbw"


def test_an_extreme_shape_costs_no_memory(tmp_path: Path) -> None:
    """Covering the region with a strip of 4000 x 1 pixels does not make a picture of 4000 times the region."""
    drawn = load_still(save(tmp_path, Image.new("RGB", (4000, 1), (255, 0, 0))), 640, 360, "cover")
    assert near(rgb(drawn)[180, 320], (255, 0, 0))


def png_with_claimed_size(width: int, height: int) -> bytes:
    out = io.BytesIO()
    quarters().save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    crc = __import__("zlib").crc32(data[12:29])
    data[29:33] = crc.to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be decoded"),
        (b"<html>not a picture</html>", "cannot be decoded"),
        (bytes(5000), "cannot be decoded"),
        (png_with_claimed_size(50_000, 50_000), "too many pixels"),
        (png_with_claimed_size(10_000, 12_000), "too many pixels"),
    ],
    ids=["empty", "html", "zeros", "bomb", "large"],
)
def test_what_is_no_picture_is_refused_in_plain_words(tmp_path: Path, data: bytes, words: str) -> None:
    """Garbage and decompression bombs give an error of ours with a remedy, never a picture or a crash."""
    path = tmp_path / "still.png"
    path.write_bytes(data)
    with pytest.raises(StillError, match=words):
        load_still(path, 100, 100, "contain")


@pytest.mark.parametrize("name", ["cut.png", "cut.jpg"])
def test_a_picture_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    """Half a picture is not shown."""
    whole = save(tmp_path, Image.effect_noise((300, 300), 80).convert("RGB"), name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StillError):
        load_still(tmp_path / name, 100, 100, "contain")


# ---- screenshots


def test_a_screenshot_reads_rows_with_padding() -> None:
    """X pads its rows: the stride counts, not the width; the JPEG is as wide as asked, in proportion."""
    row = b"\x00\x00\xff\x00" * 50 + b"\xff\xff\xff\xff" * 14
    with Image.open(io.BytesIO(encode_jpeg(row * 20, 50, 20, 64 * 4, 25))) as back:
        assert back.size == (25, 10)
        assert near(np.asarray(back)[5, 24], (255, 0, 0))


def test_a_screenshot_is_never_enlarged() -> None:
    """Asked for more pixels than there are, the picture stays as it is."""
    for width in (None, 500, 0, -3):
        with Image.open(io.BytesIO(encode_jpeg(bytes(50 * 20 * 4), 50, 20, 200, width))) as back:
            assert back.size == (50, 20)
