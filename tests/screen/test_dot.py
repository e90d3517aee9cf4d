"""The test pattern's dot on a real X server: it moves, it is never lost on the way, and it goes with the pattern."""

from __future__ import annotations

import numpy as np
import pytest

from player.contract import commands as c
from player.core.model import Card, CardKind
from player.screen.drawing.cards import draw_card
from player.screen.x11.server import XServer
from tests.kit.rig import Rig
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = pytest.mark.live
LOOK_S = 0.05
"""Between two looks at all of the screen."""


@pytest.mark.parametrize(("size", "diameter"), [((192, 96), 8), ((1280, 720), 60)])
def test_the_test_patterns_dot_moves(size: tuple[int, int], diameter: int) -> None:
    """In every sample exactly one dot, and nothing else, lies on the pattern; sooner or later it was in three places."""
    width, height = size
    card = draw_card(Card(CardKind.TEST_PATTERN), width, height, "test-01", "id")
    plain = np.frombuffer(card.bgrx, np.uint8).reshape(height, width, 4)[:, :, :3]
    places: set[tuple[int, int]] = set()
    with (
        running_xvfb() as display,
        XServer(display) as server,
        Rig(display, [], screen={"region": (0, 0, *size)}) as rig,
    ):

        def other() -> np.ndarray:
            pixels = np.frombuffer(server.grab(server.root, (0, 0, width, height)), np.uint8)
            differs: np.ndarray = (pixels.reshape(height, width, 4)[:, :, :3] != plain).any(2)
            return differs

        def was_in_three_places() -> bool:
            rows, columns = other().nonzero()
            assert len(rows), "the dot is lost"
            assert np.ptp(rows) < diameter
            assert np.ptp(columns) < diameter
            places.add((int(columns.min()) // 4, int(rows.min()) // 4))
            return len(places) >= 3

        rig.order(c.TestPattern(seconds=60))
        wait_for(lambda: 0 < other().sum() <= diameter**2, 20, "the pattern and its dot", LOOK_S)
        wait_for(was_in_three_places, 40, "the dot moves", LOOK_S)
        rig.order(c.Identify(seconds=60), "c2")
        wait_for(lambda: other().mean() > 0.5, 20, every_s=LOOK_S)
        card = draw_card(Card(CardKind.IDENTIFY), width, height, "test-01", "id")
        plain = np.frombuffer(card.bgrx, np.uint8).reshape(height, width, 4)[:, :, :3]
        wait_for(lambda: not other().any(), 20, "no dot on another card", LOOK_S)
