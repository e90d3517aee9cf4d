"""The running text over films that change, on real pixels: always there, never under a film, and no change knows of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from player.contract import commands as c
from player.core import events as e
from player.core.model import StickNotice, StickStage
from player.screen.x11.server import XServer
from player.settings.models import TickerSection
from tests.kit.captor import Captor, wait_for_paint
from tests.kit.held import HeldFrames
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]

BAND = (0, 634, 1280, 86)
TICKER = TickerSection(colour="#5a5aff", background="#00005a")


@pytest.fixture
def own_display() -> Iterator[str]:
    with running_xvfb() as name:
        yield name


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three in two sizes."""
    folder = tmp_path_factory.mktemp("films")
    return [
        make_numbered(folder / "a.mp4", 1, frames=45),
        make_numbered(folder / "b.mp4", 2, frames=40, rate="25", size=(640, 360)),
        make_numbered(folder / "long.mp4", 8, frames=900),
    ]


class BandWatch:
    """Looks at the band whenever something is drawn, from a connection and a thread of its own."""

    def __init__(self, display: str) -> None:
        self._display = display
        self._end = threading.Event()
        self.strange = self.moves = 0

    def __enter__(self) -> BandWatch:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(10)

    def _watch(self) -> None:
        before = b""
        with XServer(self._display) as server:
            server.watch_paint(server.root)
            while not self._end.is_set():
                server.rearm_paint(server.root)
                pixels = server.grab(server.root, BAND)
                self.strange += not is_band(pixels)
                self.moves += pixels != before
                before = pixels
                wait_for_paint(server)


def is_band(pixels: bytes) -> bool:
    """Whether all of it is the ground, the letters, or between them: red and green are alike, and no brighter than 5a."""
    blue, green, red = (np.frombuffer(pixels, np.uint8)[at::4] for at in range(3))
    return bool((red == green).all() and (red <= 0x5A).all() and (blue >= 0x5A).all())


def test_changes_are_whole_below_a_running_text_and_the_text_is_whole_above_them(
    own_display: str, films: list[Path]
) -> None:
    """In two sizes: no black, first and last frames as without it; no look at the band sees a film in it."""
    items = [item_of(film) for film in films[:2]]
    with (
        HeldFrames(own_display) as held,
        Rig(own_display, items, held=held, ticker=TICKER) as rig,
        XServer(own_display) as server,
        Captor(own_display) as captor,
    ):
        rig.order(c.Ticker("Pasar murah di alun-alun\nmasuk gratis"))
        wait_for(lambda: is_band(server.grab(server.root, BAND)), 60, "the band is there")
        with BandWatch(own_display) as band:
            begun = rig.state.playing.changes
            wait_for(lambda: rig.state.playing.changes >= begun + 4, 100, "four changes")
            wait_for(lambda: band.moves > 40, 60, "the text moves")
        assert captor.black_story() == []
        assert band.strange == 0
        assert held.most_begin_first(), held.raised
        rig.order(c.ClearTicker(), "c2")
        wait_for(lambda: not is_band(server.grab(server.root, BAND)), 60, "the film is back where the band was")


def test_no_text_over_an_urgent_message_and_none_under_the_strip(own_display: str, films: list[Path]) -> None:
    """The message covers the whole region; the strip and the text stand beside each other."""
    with Rig(own_display, [item_of(films[2])], ticker=TICKER) as rig, XServer(own_display) as server:

        def band() -> bytes:
            return server.grab(server.root, BAND)

        rig.order(c.Ticker("Pasar murah"))
        wait_for(lambda: is_band(band()), 60, "the text runs")
        rig.order(c.Show(text="AWAS", colour="merah", seconds=600), "c2")
        wait_for(
            lambda: band()[:4] == bytes((0x18, 0, 0xC4)) + band()[3:4], 60, "the message's red is in the band's place"
        )
        rig.order(c.Clear(), "c3")
        wait_for(lambda: is_band(band()), 60, "the text runs again")
        rig.tell(e.StickNoticed(StickNotice(StickStage.READING, "A", 42, 35.0, words="MEMBACA 42 %")))
        strip = bytes((120, 58, 10))
        wait_for(lambda: strip in server.grab(server.root, (0, 634 - 140, 1280, 4)), 60, "the strip stands above it")
        assert is_band(band())
