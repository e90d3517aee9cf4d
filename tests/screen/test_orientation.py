"""A film lies as its maker held the camera, whatever the panel's rotation, the fit and its pixels: seen on the screen."""

from __future__ import annotations

import signal
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from player.contract import commands as c
from player.core.geometry import UPRIGHT, Orientation
from player.core.model import Fit, MediaItem
from player.library.vetting.verdicts import Vetting
from player.screen.x11.server import XServer
from tests.kit.captor import Captor
from tests.kit.clips import encode
from tests.kit.encodings import H264
from tests.kit.oriented import EVERY_ORIENTATION, Sure, orient_film, paint, sure_points, wrong_points
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]

WIDE, TALL = 320, 160
REGION = (96, 48, 192, 288)
NARROW = Fraction(1, 2)
"""Of the film whose pixels are twice as tall as wide: stored 320 x 160, seen 160 x 160."""


@pytest.fixture(scope="module")
def display() -> object:
    with running_xvfb("640x480") as name:
        yield name


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Orientation, Fraction | None], MediaItem]:
    """The same picture as a film in each orientation, with square pixels and with narrow ones."""
    folder = tmp_path_factory.mktemp("films")
    picture = folder / "picture.png"
    Image.fromarray(paint(WIDE, TALL)).save(picture)
    with Vetting(WIDE * TALL) as vetting:
        return {
            (orientation, aspect): make_film(folder, picture, orientation, aspect, vetting)
            for aspect in (None, NARROW)
            for orientation in (EVERY_ORIENTATION if aspect is None else (UPRIGHT, Orientation(90)))
        }


def make_film(
    folder: Path, picture: Path, orientation: Orientation, aspect: Fraction | None, vetting: Vetting
) -> MediaItem:
    """As an item that vetting has looked into."""
    film = folder / f"{orientation.turn}-{orientation.mirrored}-{aspect is None}.mp4"
    pixels = f"setsar={aspect or 1}".replace("/", "\\/")
    encode(film, "-loop", "1", "-i", picture, "-t", "60", "-r", "5", "-vf", pixels, *H264)
    orient_film(film, orientation, WIDE, TALL)
    seen = vetting.judge(film)
    assert (seen.turn, seen.mirrored, seen.sample_aspect) == (orientation.turn, orientation.mirrored, aspect)
    return replace(
        item_of(film),
        width=seen.width,
        height=seen.height,
        turn=seen.turn,
        mirrored=seen.mirrored,
        sample_aspect=aspect,
    )


LOOK_S = 0.03
"""Between two looks at all of the screen, each over a connection of its own."""


def looks_right(display: str, fit: Fit, orientation: Orientation, aspect: float) -> bool:
    with XServer(display) as server:
        wide, tall = server.width, server.height
        screen = np.frombuffer(server.grab(server.root, (0, 0, wide, tall)), np.uint8).reshape(tall, wide, 4)[
            :, :, 2::-1
        ]
    return not wrong_points(screen, points(fit, orientation, aspect), REGION)


@cache
def points(fit: Fit, orientation: Orientation, aspect: float) -> Sure:
    """Worked out once for all looks at the screen."""
    return sure_points(paint(WIDE, TALL), fit, orientation, REGION[2:], aspect=aspect)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_every_film_lies_as_its_maker_saw_it(
    display: str, films: dict[tuple[Orientation, Fraction | None], MediaItem], rotation: int
) -> None:
    """Turned by 0, 90, 180 and 270 degrees, mirrored or not, on a panel turned each way, in each fit; and with narrow pixels."""
    wanted = [(own, aspect, fit) for own, aspect in films for fit in Fit]
    items = [replace(films[own, aspect], fit=fit) for own, aspect, fit in wanted]
    with Rig(display, items, screen={"region": REGION, "rotation": rotation}) as rig:
        for number, (own, aspect, fit) in enumerate(wanted):
            rig.show(number)
            both = own.then_turned(rotation)
            right = partial(looks_right, display, fit, both, float(aspect or 1))
            wait_for(right, 20, f"{own}, pixels {aspect or 1}, {fit.value}", LOOK_S)


def test_a_turned_film_that_covers_leaves_its_last_picture_when_its_decoder_is_killed(
    display: str, films: dict[tuple[Orientation, Fraction | None], MediaItem]
) -> None:
    """It has a window of its own inside the layer's, which goes with the decoder: nothing is black all the same."""
    turned = replace(films[Orientation(90), None], fit=Fit.COVER)
    upright = replace(films[UPRIGHT, None], fit=Fit.COVER)
    with Rig(display, [turned, upright], screen={"region": REGION}) as rig, Captor(display, REGION) as captor:
        wait_for(partial(looks_right, display, Fit.COVER, Orientation(90), 1.0), 40, "the turned film")
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", 40)
        rig.hurt_visible(signal.SIGKILL)
        wait_for(partial(looks_right, display, Fit.COVER, UPRIGHT, 1.0), 40, "the next item")
        wait_for(lambda: rig.state.playing.plays[0] and rig.state.playing.plays[0].phase == "cued", 40)
        rig.order(c.Next(), "c1")
        wait_for(partial(looks_right, display, Fit.COVER, Orientation(90), 1.0), 40, "the turned film again")
    assert captor.black_story() == []
