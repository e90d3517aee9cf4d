"""A cued item is passed on when its layer's own window shows something, on a real X server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from player.core.events import Event, ItemCued
from player.screen.cue_watch import CueWatch
from player.screen.drawing.ordered import draw_order
from player.screen.stage import Stage
from player.screen.x11.news import Painted
from player.screen.x11.server import XServer
from player.settings.models import PanelSection, ScreenSection
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = pytest.mark.live

CUED = ItemCued(1, 7, 4.0)


@contextmanager
def watched() -> Iterator[tuple[Stage, CueWatch, list[Event]]]:
    """A stage whose layers show black, and what its cue watch has passed on so far."""
    told: list[Event] = []
    with running_xvfb() as display, XServer(display) as server:
        panel = PanelSection(name="test-01")
        stage = Stage(server, ScreenSection(display=display), panel, draw_order)
        for layer in range(2):
            stage.windows.fill_black(layer)
        yield stage, CueWatch(stage, told.append, unseen_s=10.0), told


def draw(stage: Stage, watch: CueWatch, layer: int) -> None:
    """As VLC does: a picture in a window of its own inside the layer's."""
    server, (_, _, width, height) = stage.server, stage.windows.whole
    window = server.open_window(stage.windows.layers[layer], (0, 0, width, height), black=True, shown=False)
    server.paint(window, width, height, b"\x40\x80\xc0\x00" * (width * height))
    server.show_window(window, True)

    def drawn() -> bool:
        windows = [each.window for each in server.news() if isinstance(each, Painted)]
        if stage.windows.layers[layer] in windows:
            watch.see_paint(layer)
            return True
        return False

    wait_for(drawn, 60, "X tells of the drawing")


def test_an_item_is_cued_only_when_its_picture_is_there() -> None:
    """The decoder says cued, its window is black: nothing is passed on until something lit is drawn there."""
    with watched() as (stage, watch, told):
        watch.hear_cued(CUED, 0.0)
        watch.check_time(9.9)
        assert told == []
        draw(stage, watch, CUED.layer)
        assert told == [CUED]
        watch.check_time(99.0)
        assert told == [CUED], "once"


def test_a_picture_that_is_there_is_passed_on_at_once() -> None:
    """The ordinary case costs one look at the window."""
    with watched() as (stage, watch, told):
        draw(stage, watch, CUED.layer)
        watch.hear_cued(CUED, 0.0)
        assert told == [CUED]


def test_a_film_that_begins_with_black_is_cued_when_its_time_is_up() -> None:
    """No look at the pixels tells it from nothing, and it must not be waited for for ever; that it is black is told."""
    with watched() as (_, watch, told):
        watch.hear_cued(CUED, 0.0)
        watch.check_time(10.0)
        assert told == [replace(CUED, lit=False)]


def test_what_was_cued_before_is_forgotten_with_its_layers_next_item() -> None:
    """The first picture of the next item is not taken for one of the item before."""
    with watched() as (stage, watch, told):
        watch.hear_cued(CUED, 0.0)
        watch.forget(CUED.layer)
        draw(stage, watch, CUED.layer)
        watch.check_time(99.0)
        assert told == []
