"""What VLC is told about a film's place, as values; that VLC does it is seen in tests/screen/test_orientation.py."""

from __future__ import annotations

import pytest

from player.screen.decoder.layout import FilmLayout, fills_exactly, lay_out
from player.screen.decoder.options import DecoderOptions
from player.screen.decoder.protocol import CueOrder


def order(
    fit: str, turn: int = 0, mirrored: bool = False, aspect: float | None = None, size: tuple[int, int] = (1280, 720)
) -> CueOrder:
    return CueOrder(1, "/a.mp4", "video", fit, False, *size, turn, mirrored, aspect)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_filter_turns_with_the_panel_only(turn: int, rotation: int) -> None:
    """VLC turns a film upright by itself, so its filter does the panel's rotation and nothing more."""
    assert lay_out(order("contain", turn), rotation, 960, 512) == FilmLayout(str(rotation or ""))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("rotation", "transform"), [(0, ""), (90, "270"), (180, "180"), (270, "90")])
def test_a_mirrored_film_is_turned_the_other_way_first(turn: int, rotation: int, transform: str) -> None:
    """VLC mirrors it after the filter has turned it."""
    assert lay_out(order("contain", turn, mirrored=True), rotation, 960, 512).transform == transform


@pytest.mark.parametrize(("turn", "aspect"), [(0, "960:512"), (90, "512:960"), (180, "960:512"), (270, "512:960")])
def test_stretching_is_measured_before_vlc_turns_the_film(turn: int, aspect: str) -> None:
    """The aspect is the window's, as the film is stored."""
    assert lay_out(order("stretch", turn), 0, 960, 512).aspect == aspect


def test_an_upright_film_is_cropped_by_vlc() -> None:
    """So are films of unknown size, and streams, of which nothing is known."""
    assert lay_out(order("cover"), 90, 960, 512) == FilmLayout("90", crop="960:512")
    assert lay_out(order("cover", 90, size=(0, 0)), 0, 960, 512).crop == "960:512"


@pytest.mark.parametrize(
    ("turn", "rotation", "aspect", "window", "box"),
    [
        (180, 0, None, (1280, 720), None),
        (90, 0, None, (1280, 720), (0, -778, 1280, 2276)),
        (90, 90, None, (1280, 720), None),
        (180, 0, None, (1280, 360), (0, -180, 1280, 720)),
        (270, 0, 0.5, (720, 640), None),
        (270, 0, 0.5, (720, 720), (-45, 0, 810, 720)),
        (90, 270, 0.5, (720, 720), (0, -45, 720, 810)),
    ],
)
def test_a_turned_film_covers_by_a_larger_window(
    turn: int, rotation: int, aspect: float | None, window: tuple[int, int], box: tuple[int, int, int, int] | None
) -> None:
    """In the proportions in which it is seen, with its middle in the region's; none where the film fits exactly."""
    assert lay_out(order("cover", turn, aspect=aspect), rotation, *window).box == box


@pytest.mark.parametrize(
    ("film", "rotation", "output", "fills"),
    [
        (order("contain"), 0, "x11", True),
        (order("cover", aspect=1.0), 0, "x11", True),
        (order("contain"), 0, "gl", False),
        (order("contain"), 180, "x11", False),
        (order("contain", 180), 0, "x11", False),
        (order("contain", mirrored=True), 0, "x11", False),
        (order("contain", aspect=1.5), 0, "x11", False),
        (order("contain", size=(640, 360)), 0, "x11", False),
        (order("contain", size=(0, 0)), 0, "x11", False),
    ],
)
def test_a_film_fills_its_window_exactly_when_nothing_of_it_is_scaled_or_turned(
    film: CueOrder, rotation: int, output: str, fills: bool
) -> None:
    """Only then VLC's first picture is where it stays."""
    options = DecoderOptions(1, 1280, 720, output, rotation, False, False, ":0")
    assert fills_exactly(film, options) is fills
