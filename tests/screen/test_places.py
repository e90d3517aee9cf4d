"""The right part of a picture in the right place, the right way up, and black around the region: on real pixels."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from player.contract import commands as c
from player.core import events as e
from player.core.geometry import UPRIGHT
from player.core.model import Fit
from player.screen.decoder.early import start_early_decoder
from player.screen.x11.server import XServer
from player.settings.models import ScreenSection
from tests.kit.captor import wait_for_paint
from tests.kit.clips import encode
from tests.kit.encodings import H264
from tests.kit.oriented import NEAR, Sure, paint, sure_points, wrong_points
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]

WIDE, TALL = 640, 320
REGION = (96, 48, 192, 288)


LOOK_S = 0.03
"""Between two looks at all of the screen, each over a connection of its own."""


def is_right(display: str, fit: Fit, rotation: int) -> bool:
    with XServer(display) as server:
        wide, tall = server.width, server.height
        screen = np.frombuffer(server.grab(server.root, (0, 0, wide, tall)), np.uint8).reshape(tall, wide, 4)[
            :, :, 2::-1
        ]
    return not wrong_points(screen, points(fit, rotation), REGION)


@cache
def points(fit: Fit, rotation: int) -> Sure:
    """Worked out once for all looks at the screen."""
    return sure_points(paint(WIDE, TALL), fit, UPRIGHT.then_turned(rotation), REGION[2:])


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same picture as a film of half a minute and as a still."""
    folder = tmp_path_factory.mktemp("pictures")
    made = {"film": folder / "film.mp4", "still": folder / "still.png"}
    Image.fromarray(paint(WIDE, TALL)).save(made["still"])
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
            rig.show(number)
            wait_for(partial(is_right, corner, each, rotation), 40, f"item {number + 1}, {each.value}", LOOK_S)


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
        server.watch_paint(server.root)
        wait_for(lambda: rig.state.playing.changes, 40)
        lit = []
        while rig.state.playing.changes < 12:
            server.rearm_paint(server.root)
            pixels = np.frombuffer(server.grab(server.root, (0, 20, 192, 20)), np.uint8).reshape(-1, 4)[:, :3]
            lit.append(int(pixels.max()))
            wait_for_paint(server)
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
