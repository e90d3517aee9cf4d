"""Text pages: what stands where, on walls of every size."""

from __future__ import annotations

import numpy as np
import pytest
import segno
from numpy.typing import NDArray
from PIL import Image

from player.screen.drawing.qr import QUIET_MODULES, draw_code
from player.screen.drawing.text_page import MOST_PAGES, TextTooLong, draw_text_pages

SIZES = [(192, 96), (384, 192), (960, 512), (1280, 720), (96, 192)]
ADDRESS = "https://serang.go.id/vaksin"
GREEN = (0, 121, 43)
LINES = ["Sabtu 12 Desember, 08.00-12.00", "Puskesmas Cipocok Jaya", "Bawa KTP"]


def pixels(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("size", SIZES)
def test_a_page_fills_the_wall_on_its_colour(size: tuple[int, int]) -> None:
    """Of the wall's size, on the named ground, with letters on it and a free margin around them."""
    for page in draw_text_pages("Vaksinasi gratis", LINES, [], "green", *size):
        drawn = pixels(page.image)
        assert page.image.size == size
        letters = (np.abs(drawn.astype(int) - GREEN).max(axis=2) > 100).nonzero()
        assert letters[0].size > size[0] * size[1] * 0.03
        assert letters[0].min() >= 2
        assert letters[0].max() <= size[1] - 3
        assert letters[1].min() >= 2
        assert letters[1].max() <= size[0] - 3


@pytest.mark.parametrize("size", SIZES)
def test_an_address_becomes_its_code(size: tuple[int, int]) -> None:
    """The code's modules are there, whole pixels each, dark on light, with quiet ground around them."""
    page = draw_text_pages("Vaksinasi gratis", LINES, [ADDRESS], "green", *size)[0]
    drawn = pixels(page.image)
    code = segno.make(ADDRESS, micro=False, error="l")
    rows = len(list(code.matrix))
    light = (drawn == 255).all(axis=2)
    wide = max(px for px in range(2, 40) if has_run(light, (rows + 2 * QUIET_MODULES) * px))
    side = (rows + 2 * QUIET_MODULES) * wide
    runs = np.asarray(np.lib.stride_tricks.sliding_window_view(light, side, axis=1).all(axis=2))
    y, x = (found[0] for found in np.nonzero(runs))
    edge = QUIET_MODULES * wide + wide // 2
    seen = ~light[y + edge : y + edge + rows * wide : wide, x + edge : x + edge + rows * wide : wide]
    assert (seen == np.array([[bool(module) for module in row] for row in code.matrix])).all()


def has_run(light: NDArray[np.bool_], length: int) -> bool:
    """Whether so many light pixels stand side by side."""
    sums = np.pad(light.cumsum(axis=1), ((0, 0), (1, 0)))
    return length <= light.shape[1] and bool((sums[:, length:] - sums[:, :-length] == length).any())


def test_an_address_without_a_scheme_is_led_to_https() -> None:
    """A telephone would search the web for `www...` in quotes; the code says where to go."""
    assert draw_code("www.serang.go.id", 200) == draw_code("https://www.serang.go.id", 200)


def test_an_address_that_has_no_room_as_a_code_is_written_out() -> None:
    """On a wall whose pixels are too few, the text is all of the wall's width."""
    long = "https://serang.go.id/" + "x" * 400
    assert draw_code(long, 86) is None
    (page, *_) = draw_text_pages("Judul", [], [long], "", 192, 96)
    assert page.letters > 100


def test_more_than_a_screenful_becomes_pages_that_all_have_the_headline() -> None:
    """In letters that are not smaller than on the road's signs; each line is on one page, and pages are bounded."""
    line = "Warga diminta menjaga kebersihan lingkungan masing-masing."
    few = draw_text_pages("Judul", [line] * 12, [], "", 384, 192)
    assert 2 <= len(few) <= 6
    assert sum(page.letters - len("Judul") for page in few) <= len(line) * 12
    top = [pixels(page.image)[:60] for page in few]
    assert any((top[0] != 0).ravel())


def test_no_typed_line_is_on_two_pages_of_a_small_panel() -> None:
    """A panel of 160x80: each page ends with the end of a line as it was typed, give or take the spaces at its breaks."""
    typed = ["Buka", "Senin: Puskesmas Serang Kota", "Selasa: Puskesmas Cipocok Jaya", "Rabu: Puskesmas Banjar Agung",
             "Kamis: Puskesmas Ciracas", "Jumat: Puskesmas Taktakan", "Bawa buku KIA dan kartu keluarga."]  # fmt: skip
    pages = draw_text_pages("Imunisasi gratis", typed, [], "", 160, 80)
    assert len(pages) > 2
    ends = [sum(map(len, typed[: count + 1])) for count in range(len(typed))]
    read = 0
    for page in pages:
        read += page.letters - len("Imunisasi gratis")
        assert any(0 <= end - read <= len(typed) for end in ends), "it ends in the middle of a line"


def test_a_text_that_nobody_would_read_to_its_end_is_refused() -> None:
    """By the number of its pages, and without breaking all of it into lines first."""
    with pytest.raises(TextTooLong, match=f"more than {MOST_PAGES} pages"):
        draw_text_pages("Judul", ["Warga diminta menjaga kebersihan lingkungan."] * 1000, [], "", 192, 96)


def test_a_short_text_has_large_letters() -> None:
    """A headline alone fills the wall as the urgent message does."""
    (page,) = draw_text_pages("DITUTUP", [], [], "red", 384, 192)
    rows = (pixels(page.image) == 255).all(axis=2).any(axis=1).nonzero()[0]
    assert rows.max() - rows.min() > 40


def test_a_colour_that_nobody_knows_is_the_urgent_messages() -> None:
    """The page is shown all the same."""
    (page,) = draw_text_pages("Judul", [], [], "mrah", 192, 96)
    assert tuple(pixels(page.image)[0, 0]) == (12, 52, 118)
