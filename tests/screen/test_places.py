"""The right part of a picture in the right place, the right way up, and black around the region: on real pixels."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from player.contract import commands as c
from player.core import events as e
from player.core.model import Fit
from player.screen.decoder.early import start_early_decoder
from player.screen.x11.server import XServer
from player.settings.models import ScreenSection
from tests.kit.clips import encode
from tests.kit.encodings import H264
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]

RED, GREEN, BLUE, WHITE, MAGENTA, BLACK = (
    (220, 20, 20), (20, 200, 20), (20, 20, 220), (235, 235, 235), (210, 20, 210), (0, 0, 0),
)  # fmt: skip
WIDE, TALL = 640, 320
REGION = (96, 48, 192, 288)
NEAR = 40
"""What a codec and a scaler make of a colour; the nearest two are further apart."""


def paint() -> np.ndarray:
    """Four quarters, each in a colour of its own, and a magenta tenth at the left and the right end."""
    picture = np.zeros((TALL, WIDE, 3), np.uint8)
    half_w, half_h, end = WIDE // 2, TALL // 2, WIDE // 10
    picture[:half_h, :half_w], picture[:half_h, half_w:] = RED, GREEN
    picture[half_h:, :half_w], picture[half_h:, half_w:] = BLUE, WHITE
    picture[:, :end] = picture[:, WIDE - end :] = MAGENTA
    return picture


def expected(fit: Fit, rotation: int, x: float, y: float) -> tuple[int, int, int]:
    """The colour at x, y of the region, by geometry alone."""
    _, _, width, height = REGION
    u, v = x / width - 0.5, y / height - 0.5
    u, v = {0: (u, v), 90: (v, -u), 180: (-u, -v), 270: (-v, u)}[rotation]
    turned = (height, width) if rotation % 180 else (width, height)
    scales = turned[0] / WIDE, turned[1] / TALL
    if fit is not Fit.STRETCH:
        scales = (min(scales),) * 2 if fit is Fit.CONTAIN else (max(scales),) * 2
    column, row = u * turned[0] / scales[0] + WIDE / 2, v * turned[1] / scales[1] + TALL / 2
    if not (0 <= column < WIDE and 0 <= row < TALL):
        return BLACK
    red, green, blue = (int(value) for value in paint()[int(row), int(column)])
    return red, green, blue


def wrong_points(display: str, fit: Fit, rotation: int, region: tuple[int, int, int, int] = REGION) -> list[str]:
    """Where the screen is not what geometry says; points near an edge of two colours do not count."""
    with XServer(display) as server:
        wide, tall = server.width, server.height
        screen = np.frombuffer(server.grab(server.root, (0, 0, wide, tall)), np.uint8).reshape(tall, wide, 4)[
            :, :, 2::-1
        ]
    left, top, width, height = region
    wrong = []
    for y in range(4, height, 12):
        for x in range(4, width, 12):
            wanted = expected(fit, rotation, x, y)
            if any(expected(fit, rotation, x + i, y + j) != wanted for i in (-4, 4) for j in (-4, 4)):
                continue
            got = screen[top + y, left + x]
            if max(abs(int(a) - b) for a, b in zip(got, wanted, strict=True)) > NEAR:
                wrong.append(f"{x},{y}: {tuple(got)} instead of {wanted}")
    around = screen.copy()
    around[top : top + height, left : left + width] = 0
    if around.max() > 0:
        wrong.append("something is lit outside the region")
    return wrong


def is_right(display: str, fit: Fit, rotation: int) -> bool:
    return not wrong_points(display, fit, rotation)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same picture as a film of half a minute and as a still."""
    folder = tmp_path_factory.mktemp("pictures")
    made = {"film": folder / "film.mp4", "still": folder / "still.png"}
    Image.fromarray(paint()).save(made["still"])
    encode(made["film"], "-loop", "1", "-i", made["still"], "-t", "30", "-r", "10", *H264)
    return made


@pytest.fixture(scope="module")
def corner() -> object:
    with running_xvfb("640x480") as name:
        yield name


OWN_FIT = {Fit.CONTAIN: Fit.COVER, Fit.COVER: Fit.STRETCH, Fit.STRETCH: Fit.CONTAIN}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("fit", list(Fit))
def test_films_and_stills_are_where_geometry_says(
    corner: str, pictures: dict[str, Path], fit: Fit, rotation: int
) -> None:
    """The right way up and cut right, by the setting or by the item's own word; black outside the region."""
    film, still = item_of(pictures["film"]), item_of(pictures["still"], show_s=60.0)
    own = OWN_FIT[fit]
    items = [film, still, replace(film, fit=own), replace(still, fit=own)]
    wanted = [fit, fit, own, own]
    with Rig(corner, items, screen={"region": REGION, "rotation": rotation, "fit": fit.value}) as rig:
        for number, each in enumerate(wanted):
            if number:
                rig.order(c.Next(), f"c{number}")
            wait_for(lambda number=number: rig.state.playing.changes == number + 1, 40)  # type: ignore[misc]
            wait_for(partial(is_right, corner, each, rotation), 40, f"item {number + 1}, {each.value}")


@pytest.mark.parametrize("fit", [Fit.COVER, Fit.STRETCH])
def test_the_first_decoder_of_all_knows_its_window_too(corner: str, pictures: dict[str, Path], fit: Fit) -> None:
    """A process that was started before the stage learns the window's size later, and cuts and stretches as any other."""
    screen = {"region": REGION, "fit": fit.value}
    early = start_early_decoder(ScreenSection(display=corner))
    assert early is not None
    with Rig(corner, [item_of(pictures["film"])], screen=screen, early=early) as rig:
        wait_for(lambda: rig.state.playing.changes, 40)
        wait_for(partial(is_right, corner, fit, 0), 40, fit.value)


def test_the_bars_beside_a_short_film_stay_black(corner: str, tmp_path: Path, pictures: dict[str, Path]) -> None:
    """VLC paints before it fits its output to the window; none of that is left beside the picture, at any moment."""
    short = tmp_path / "short.mp4"
    encode(short, "-i", pictures["film"], "-t", "0.2", "-c:v", "libx264")
    region = (0, 0, 192, 288)
    with XServer(corner) as server, Rig(corner, [item_of(short), item_of(pictures["still"], show_s=0.5)],
                                     screen={"region": region}) as rig:  # fmt: skip
        wait_for(lambda: rig.state.playing.changes, 40)
        lit = []
        while rig.state.playing.changes < 12:
            pixels = np.frombuffer(server.grab(server.root, (0, 20, 192, 20)), np.uint8).reshape(-1, 4)[:, :3]
            lit.append(int(pixels.max()))
        assert not rig.state.playing.failures
    assert max(lit) <= NEAR, f"{sum(level > NEAR for level in lit)} of {len(lit)} samples"


def half_lit(screen: np.ndarray, colour: tuple[int, int, int]) -> tuple[float, float]:
    """Where the middle of all pixels near this colour is, in shares of the width and of the height."""
    near = (np.abs(screen.astype(int) - np.array(colour)).max(2) <= NEAR).nonzero()
    assert len(near[0]), "the colour is not there at all"
    return float(near[1].mean()) / screen.shape[1], float(near[0].mean()) / screen.shape[0]


@pytest.mark.parametrize(("rotation", "red"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_cards_and_the_strip_turn_with_the_panel(
    corner: str, pictures: dict[str, Path], rotation: int, red: tuple[int, int]
) -> None:
    """The test pattern's red corner mark is in the seen picture's upper left, the stick's strip along its lower edge."""
    from player.core.model import StickNotice, StickStage
    from player.screen.drawing.strip import STRIP_COLOURS

    left, top, width, height = REGION
    with XServer(corner) as server, Rig(corner, [], screen={"region": REGION, "rotation": rotation}) as rig:

        def region() -> np.ndarray:
            return np.frombuffer(server.grab(server.root, REGION), np.uint8).reshape(height, width, 4)[:, :, 2::-1]

        rig.order(c.TestPattern(seconds=60))
        column, row = red[0] * (width - 2), red[1] * (height - 2)
        wait_for(lambda: tuple(region()[row if row else 1, column if column else 1]) == (255, 0, 0), 40, "the corner")
        rig.tell(e.StickNoticed(StickNotice(StickStage.DONE)))
        ground = STRIP_COLOURS[StickStage.DONE][0]
        edge = {0: region()[-3:], 90: region()[:, :3], 180: region()[:3], 270: region()[:, -3:]}
        wait_for(lambda: (region() == np.array(ground)).all(2).mean() > 0.05, 40, "the strip")
        edge = {0: region()[-3], 90: region()[:, 2], 180: region()[2], 270: region()[:, -3]}[rotation]
        assert (edge == np.array(ground)).all(), "the strip fills the lower edge"
        screen = np.frombuffer(server.grab(server.root, (0, 0, server.width, server.height)), np.uint8)
        screen = screen.reshape(server.height, server.width, 4)[:, :, :3].copy()
        screen[top : top + height, left : left + width] = 0
        assert screen.max() == 0, "the rest of the screen is black"
