"""Image files as the region shows them: what the pixels say."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from player.core.geometry import BY_EXIF, Orientation
from player.core.model import Fit
from player.screen.drawing.stills import StillError, encoded, load_still, save_still
from tests.kit.oriented import Sure, paint, sure_points, wrong_points
from tests.screen.drawing.pixels import near, rgb


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


@cache
def points(fit: Fit, orientation: Orientation) -> Sure:
    """Four of the panel's and the photo's turns together come to the same one."""
    return sure_points(paint(160, 80), fit, orientation, (96, 144), step=8)


@pytest.mark.parametrize("panel", [0, 90, 180, 270])
@pytest.mark.parametrize("number", BY_EXIF)
def test_a_photo_lies_as_its_camera_and_the_panel_say(tmp_path: Path, number: int, panel: int) -> None:
    """Each of EXIF's eight orientations, on a panel turned each way, in each fit: every point is where geometry says."""
    exif = Image.Exif()
    exif[0x0112] = number
    path = save(tmp_path, Image.fromarray(paint(160, 80)), "photo.jpg", exif=exif, quality=95)
    both = BY_EXIF[number].then_turned(panel)
    for fit in Fit:
        screen = rgb(load_still(path, 96, 144, fit, panel))
        assert wrong_points(screen, points(fit, both), (0, 0, 96, 144)) == [], fit


@pytest.mark.parametrize("number", [0, 9, 60000])
def test_an_orientation_that_is_none_is_passed_over(tmp_path: Path, number: int) -> None:
    """The photo is shown as it is stored."""
    exif = Image.Exif()
    exif[0x0112] = number
    path = save(tmp_path, quarters(), "photo.jpg", exif=exif, quality=95)
    assert corners_of(rgb(load_still(path, 80, 40, "contain"))) == "rgbw"


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


def test_the_ground_is_beside_and_behind_a_picture(tmp_path: Path) -> None:
    """screen.background: what is transparent, and what the picture does not fill, has its colour."""
    image = Image.new("RGBA", (30, 10), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (20, 0, 30, 10))
    pixels = rgb(load_still(save(tmp_path, image), 30, 30, "contain", ground=(10, 80, 160)))
    assert near(pixels[15, 5], (10, 80, 160), 2)
    assert near(pixels[2, 25], (10, 80, 160), 2)
    assert near(pixels[15, 25], (255, 255, 255), 2)


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.tif", "RGB", {"compression": "tiff_lzw"}), ("a.tif", "CMYK", {}), ("a.tif", "P", {}), ("a.tif", "RGBA", {}),
        ("a.tif", "RGB", {"compression": "jpeg"}), ("a.jpg", "RGB", {"progressive": True}), ("a.jpg", "CMYK", {}),
        ("a.png", "P", {}), ("a.webp", "RGB", {"lossless": True}), ("a.avif", "RGB", {}),
    ],
)  # fmt: skip
def test_what_a_scanner_or_a_telephone_saves_keeps_its_colours(
    tmp_path: Path, name: str, mode: str, options: dict[str, object]
) -> None:
    """As every decoder opens it afterwards: upright, in the screen's colours, not enlarged."""
    path = save(tmp_path, quarters(mode), name, **options)
    content, size = save_still(path, 1280, 720)
    assert size == (80, 40)
    assert corners_of(rgb(load_still(io.BytesIO(content), 80, 40, "contain"))) == "rgbw"


def test_a_scan_in_sixteen_bits_keeps_its_grey(tmp_path: Path) -> None:
    """Half of the range is half grey, in TIFF as in PNG."""
    path = save(tmp_path, Image.fromarray(np.full((20, 20), 32768, np.uint16)), "a.tif")
    content, _ = save_still(path, 20, 20)
    assert near(rgb(load_still(io.BytesIO(content), 20, 20, "contain"))[10, 10], (128, 128, 128), 1)


def test_a_photo_that_lies_on_its_side_is_saved_upright(tmp_path: Path) -> None:
    """By EXIF's orientation; a large photo becomes no larger than covers the region."""
    exif = Image.Exif()
    exif[274] = 6
    path = save(tmp_path, quarters().resize((800, 400)), "a.tif", exif=exif)
    content, size = save_still(path, 100, 100)
    assert size == (100, 200)
    assert corners_of(rgb(load_still(io.BytesIO(content), 50, 100, "stretch"))) == "brwg"


def test_a_picture_full_of_detail_is_saved_as_jpeg() -> None:
    """A page of a poster in 4K as PNG would take a decoder a second to open."""
    noise = np.random.default_rng(1).integers(0, 255, (1200, 1600, 3), np.uint8)
    assert encoded(Image.fromarray(noise))[:3] == b"\xff\xd8\xff"
    assert encoded(Image.new("RGB", (1600, 1200)))[:4] == b"\x89PNG"
