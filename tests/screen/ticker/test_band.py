"""The running text on a real X server: every step moves the whole band by the same number of pixels, whichever way it hangs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest

from player.screen.drawing.ticker import Ribbon, draw_tile, lay_out
from player.screen.ticker.band import Band
from player.screen.ticker.order import BandOrder, decode_order, encode_order
from player.screen.ticker.ticker import TickerBand, band_box
from player.screen.windows import StageWindows
from player.screen.x11.server import XServer
from player.settings.models import ScreenSection, TickerSection
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = pytest.mark.live

ALONG, TALL, STEP = 300, 40, 17
INK, GROUND = (255, 255, 0), (0, 0, 90)
LATIN, ARABIC = ("Pasar murah di alun-alun, gratis",), ("مرحبا بكم في مدينة سيرانغ",)


def order_for(window: int, messages: tuple[str, ...], rotation: int = 0, along: int = ALONG) -> BandOrder:
    return BandOrder(window, along, TALL, rotation, 6.0, INK, GROUND, messages)


def as_hung(server: XServer, window: int, rotation: int) -> npt.NDArray[np.uint8]:
    """The band's pixels as people see them on a panel that is hung so."""
    width, height = (TALL, ALONG) if rotation % 180 else (ALONG, TALL)
    pixels = np.frombuffer(server.grab(window, (0, 0, width, height)), np.uint8).reshape(height, width, 4)[:, :, :3]
    return np.rot90(pixels, rotation // 90)


def drawn(ribbon: Ribbon) -> list[npt.NDArray[np.uint8]]:
    """Its tiles, as they are read."""
    pictures = [draw_tile(ribbon, index, TALL, INK, GROUND) for index in range(ribbon.count)]
    return [np.frombuffer(p.bgrx, np.uint8).reshape(TALL, ribbon.tile, 4)[:, :, :3] for p in pictures]


def expected(ribbon: Ribbon, tiles: list[npt.NDArray[np.uint8]], travelled: int) -> npt.NDArray[np.uint8]:
    """The band after so many pixels: empty at first, then the ribbon again and again."""
    empty = np.full((TALL, ALONG, 3), GROUND[::-1], np.uint8)
    rounds = 2 + travelled // ribbon.length
    if ribbon.right_to_left:
        whole = np.hstack([*tiles[::-1] * rounds, empty])
        end = whole.shape[1] - travelled
        return whole[:, end - ALONG : end]
    return np.hstack([empty, *tiles * rounds])[:, travelled : travelled + ALONG]


@contextmanager
def screen() -> Iterator[tuple[XServer, str]]:
    """The server, and its display."""
    with running_xvfb("400x400") as display, XServer(display) as server:
        yield server, display


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("messages", [LATIN, ARABIC], ids=["latin", "arabic"])
def test_each_step_moves_the_whole_band_by_the_same_pixels(rotation: int, messages: tuple[str, ...]) -> None:
    """From the empty band through more than a whole round: to the pixel what the ribbon is there."""
    with screen() as (server, _):
        size = (TALL, ALONG) if rotation % 180 else (ALONG, TALL)
        window = server.open_window(server.root, (0, 0, *size), black=True)
        ribbon = lay_out(messages, ALONG, TALL)
        ribbon = Ribbon(ribbon.parts, ribbon.size, ribbon.base, 90, -(-ribbon.length // 90), ribbon.right_to_left)
        band = Band(server, order_for(window, messages, rotation), ribbon)
        band.paint()
        tiles = drawn(ribbon)
        assert np.array_equal(as_hung(server, window, rotation), expected(ribbon, tiles, 0))
        for step in range(1, (ALONG + ribbon.length) // STEP + 3):
            band.step(STEP)
            seen = as_hung(server, window, rotation)
            assert np.array_equal(seen, expected(ribbon, tiles, step * STEP)), f"step {step}"


def test_a_long_ribbon_keeps_no_more_tiles_than_it_needs() -> None:
    """A text of two thousand words on a large panel does not fill the X server's memory."""
    with screen() as (server, _):
        window = server.open_window(server.root, (0, 0, ALONG, TALL), black=True)
        ribbon = lay_out(("kata " * 400,), ALONG, TALL)
        band = Band(server, order_for(window, ("kata",)), ribbon, most_bytes=1 << 16)
        held = []
        for _ in range(3 * ribbon.length // 64):
            band.step(64)
            held.append(band.tiles_held)
        assert max(held) <= ALONG // ribbon.tile + 3


def test_the_process_runs_a_text_until_it_is_hidden() -> None:
    """Over the frame, at the lower edge of the region; hidden, what lies below is seen again."""
    with screen() as (server, display):
        windows = StageWindows(server, (20, 10, 360, 300))
        windows.show()
        below = server.open_window(windows.frame, windows.whole, black=False, shown=True)
        server.paint(below, 360, 300, b"\x10\x20\xf0\x00" * (360 * 300))
        ticker = TickerBand(server, windows, ScreenSection(display=display), TickerSection(background="#00005a"))
        box = (20, 10 + ticker.box[1], 360, ticker.box[3])
        plain = server.grab(server.root, box)

        def colours() -> set[bytes]:
            pixels = server.grab(server.root, box)
            return {pixels[at : at + 3] for at in range(0, len(pixels), 4)}

        ticker.show(("Pasar murah",))
        try:
            wait_for(lambda: {b"\x5a\x00\x00", b"\xff\xff\xff"} <= colours(), 60, "white letters on blue")
            assert b"\x10\x20\xf0" not in colours()
            above = server.grab(server.root, (20, 10, 360, ticker.box[1]))
            assert above == b"\x10\x20\xf0\x00" * (360 * ticker.box[1])
        finally:
            ticker.hide()
        wait_for(lambda: server.grab(server.root, box) == plain, 60, "the picture below is back")


def test_a_process_that_ends_is_started_again() -> None:
    """And the text comes in anew, without anybody asking for it."""
    with screen() as (server, display):
        windows = StageWindows(server, None)
        windows.show()
        ticker = TickerBand(server, windows, ScreenSection(display=display), TickerSection())
        ticker.show(("Pasar murah",))
        try:
            first = ticker.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            mono = 0.0

            def again() -> bool:
                nonlocal mono
                mono += 1.0
                ticker.tend(mono)
                return ticker.pid not in (None, first)

            wait_for(again, 60, "another process")
        finally:
            ticker.hide()
        assert ticker.pid is None


@pytest.mark.parametrize(
    ("rotation", "edge", "box"),
    [
        (0, "bottom", (0, 316, 640, 44)), (0, "top", (0, 0, 640, 44)), (180, "bottom", (0, 0, 640, 44)),
        (90, "bottom", (0, 0, 77, 360)), (270, "bottom", (563, 0, 77, 360)), (90, "top", (563, 0, 77, 360)),
    ],
)  # fmt: skip
def test_the_band_lies_at_its_edge_as_the_panel_hangs(
    rotation: int, edge: Literal["bottom", "top"], box: tuple[int, int, int, int]
) -> None:
    """Twelve percent of the height that people see, which is the region's width on a panel hung on its side."""
    section = TickerSection(edge=edge, height_percent=12.2 if rotation % 180 == 0 else 12)
    assert band_box((640, 360), rotation, section) == box


def test_a_small_panel_has_a_band_that_can_be_read() -> None:
    """Twelve percent of 96 pixels are eleven, and eleven are no letters."""
    assert band_box((192, 96), 0, TickerSection()) == (0, 80, 192, 16)


def test_an_order_survives_the_way() -> None:
    """Any text, and every field."""
    order = order_for(7, (*LATIN, *ARABIC, "a\u2028b"))
    assert decode_order(encode_order(order)) == order
    assert encode_order(order).count(b"\n") == 1
