"""The technician's strip: what its pixels and its words say."""

from __future__ import annotations

import numpy as np
import pytest

from player.core.model import StickNotice, StickStage
from player.screen.drawing.strip import draw_notice
from player.screen.drawing.words import notice_words
from tests.screen.drawing.pixels import rgb


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
    """The words of technician.md, and the number of a refusal exactly once."""
    assert notice_words(notice, "id")[0] == text


def test_the_small_line_names_the_stick_and_the_time_left() -> None:
    """Where there is room, the stick's label and the minutes stand below."""
    assert notice_words(StickNotice(StickStage.READING, "KINGSTON", 7, 130.4), "en")[1] == "KINGSTON  ·  left 2:10"
