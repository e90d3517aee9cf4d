"""The technician's strip: what its pixels and its words say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from player.bundle.refusals import REFUSALS, Why
from player.core.model import StickNotice, StickStage
from player.screen.drawing.strip import (
    StripLayout,
    draw_notice,
    lay_out_refusals,
    notice_pages,
    strip_height,
)
from player.screen.drawing.words import NoticeWords, mark_words, notice_words
from tests.screen.drawing.pixels import near, rgb
from tests.sheet import SIZES

WRONG = StickNotice(StickStage.REFUSED, number=12, words="TANDA TANGAN SALAH")
READING = StickNotice(StickStage.READING, percent=42)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", list(StickStage))
def test_the_strip_leaves_most_of_the_picture(stage: StickStage, size: tuple[int, int]) -> None:
    """As wide as the region, never more than a quarter of its height, and with letters in it."""
    drawn = draw_notice(StickNotice(stage, "KINGSTON", 42, 130, 12, ""), *size, "id")
    assert drawn.width == size[0]
    assert drawn.height <= size[1] / 4
    assert np.ptp(rgb(drawn)) > 150


def test_the_lowest_strip_has_room_for_a_line() -> None:
    """Of a region below 32 pixels a quarter is no line of letters: the strip is as high as the smallest letters."""
    assert [strip_height(height) for height in (8, 16, 24, 32)] == [8, 8, 8, 8]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", SIZES[1:])
def test_the_number_is_twice_as_large_as_the_words(size: tuple[int, int], language: str) -> None:
    """One layout for every refusal of the panel, in which the longest of them fits."""
    layout = lay_out_refusals(language, size[0], strip_height(size[1]))
    assert not layout.low
    assert layout.number == 2 * layout.words
    assert layout.words >= 8


def test_the_smallest_panel_keeps_the_number_and_turns_the_words() -> None:
    """On 64 x 32 pixels the number stays at its place while DITOLAK and the three words come one after the other."""
    layout = lay_out_refusals("id", 64, strip_height(32))
    assert layout == StripLayout(layout.number, 8, layout.plate, apart=True, low=True)
    assert notice_pages(WRONG, 64, 32, "id") == 4
    pages = [rgb(draw_notice(WRONG, 64, 32, "id", page=page)) for page in range(5)]
    assert all((page[:, : layout.plate] == pages[0][:, : layout.plate]).all() for page in pages)
    assert len({page.tobytes() for page in pages[:4]}) == 4
    assert (pages[4] == pages[0]).all()


@pytest.mark.parametrize("why", [Why.WRONG_SIGNATURE, Why.MANIFEST_TOO_LARGE, Why.NOT_OURS])
def test_every_refusal_has_its_number_on_a_plate_before_the_words(why: Why) -> None:
    """Light on red, at the left, with nothing else on it; 54 like the others."""
    stage = StickStage.NOT_OURS if why is Why.NOT_OURS else StickStage.REFUSED
    row = REFUSALS[why]
    pixels = rgb(draw_notice(StickNotice(stage, number=row.number, words=row.words_id), 384, 192, "id"))
    plate = lay_out_refusals("id", 384, strip_height(192) - strip_height(192) // 40).plate
    assert near(pixels[10, 2], (255, 255, 255))
    assert near(pixels[10, plate - 2], (255, 255, 255))
    assert near(pixels[10, plate + 2], (186, 0, 20))
    assert pixels[:, plate - 3 : plate].min() == 255, "a margin after the number"


def test_the_bar_grows_with_the_percent() -> None:
    """The lit part of the bar is as long as the percent say, also for percents that cannot be."""
    lit = []
    for percent in (-5, 0, 42, 100, 250):
        pixels = rgb(draw_notice(StickNotice(StickStage.READING, percent=percent), 400, 200, "id"))
        lit.append(int((pixels[-3, :, 1] > 200).sum()))
    assert lit == pytest.approx([0, 0, 167, 398, 398], abs=1)


def test_the_ground_of_the_lowest_strip_is_its_bar() -> None:
    """8 pixels have no row to spare: the ground changes its colour as far as the percents have come."""
    pixels = rgb(draw_notice(replace(READING, words="M"), 64, 32, "id"))
    changed = int((np.abs(pixels[0].astype(int) - pixels[0, -1]).max(axis=1) > 30).sum())
    assert changed == round(64 * 0.42)


@pytest.mark.parametrize("size", SIZES)
def test_the_words_keep_their_size_while_a_stick_is_read(size: tuple[int, int]) -> None:
    """Neither the detail line, when it comes, nor another digit makes the words jump: MEMBACA stands as high as before."""

    def rows(notice: StickNotice) -> list[int]:
        pixels = rgb(draw_notice(notice, *size, "id")).astype(int)
        end = round(len(pixels) * 0.6) if len(pixels) >= 100 else len(pixels) - len(pixels) // 8
        lit = (pixels[len(pixels) // 40 + 1 : end].min(axis=2) > 200).any(axis=1)
        return [int(row) for row in np.flatnonzero(lit)]

    first = StickNotice(StickStage.READING, "", 1, None)
    later = StickNotice(StickStage.READING, "SERANG-04", 11, 35.0)
    assert rows(first) == rows(later) == rows(replace(later, percent=99))


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (StickNotice(StickStage.READING, percent=42), ("", "MEMBACA 42\u00a0%", "")),
        (StickNotice(StickStage.DONE), ("", "SELESAI - CABUT USB", "")),
        (replace(WRONG, words="tanda tangan salah"), ("12", "DITOLAK", "TANDA TANGAN SALAH")),
        (replace(WRONG, words="DITOLAK: 12 TANDA"), ("12", "DITOLAK", "TANDA")),
        (StickNotice(StickStage.REFUSED), ("", "DITOLAK", "")),
        (StickNotice(StickStage.READING, percent=42, words="MEMBACA 42 %"), ("", "MEMBACA 42\u00a0%", "")),
        (
            StickNotice(StickStage.NOT_OURS, number=54, words="TANPA FOLDER PANEL"),
            ("54", "DITOLAK", "TANPA FOLDER PANEL"),
        ),
        (StickNotice(StickStage.SLOW, number=53), ("53", "", "USB TERLALU LAMBAT")),
    ],
)
def test_the_strip_says_what_the_technician_must_do(notice: StickNotice, said: tuple[str, str, str]) -> None:
    """The words of technician.md, and the number of a refusal exactly once."""
    assert notice_words(notice, "id") == NoticeWords(*said, "")


def test_the_small_line_names_the_stick_and_the_time_left() -> None:
    """Where there is room, the stick's label and the minutes stand below."""
    assert notice_words(StickNotice(StickStage.READING, "KINGSTON", 7, 130.4), "en").detail == "KINGSTON  ·  left 2:10"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rotation", [0, 90])
def test_what_stays_when_it_was_read_is_small(size: tuple[int, int], rotation: int) -> None:
    """A mark that is narrower than the picture (of more than 32 pixels) and half as high as the strip, turned with the panel."""
    for notice in (WRONG, StickNotice(StickStage.DONE)):
        drawn = draw_notice(replace(notice, small=True), *size, "id", rotation)
        width, height = (drawn.height, drawn.width) if rotation else (drawn.width, drawn.height)
        whole = size[::-1] if rotation else size
        assert width <= max(32, whole[0] * 0.76)
        assert height <= max(8, strip_height(whole[1]) / 2)
        assert np.ptp(rgb(drawn)) > 150


def test_the_mark_says_what_matters() -> None:
    """The number of a refusal, one word of what is done."""
    assert mark_words(WRONG, "id") == NoticeWords("12", "DITOLAK", "", "")
    assert mark_words(StickNotice(StickStage.DONE), "en") == NoticeWords("", "DONE", "", "")
