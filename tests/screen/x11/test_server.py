"""The X server through XServer: errors are XServerErrors, pixels come back as they were painted."""

from __future__ import annotations

import pytest

from player.screen.x11.connection import XServerError
from player.screen.x11.server import XServer
from tests.kit.xvfb import running_xvfb

pytestmark = pytest.mark.live


def test_what_is_painted_can_be_grabbed(display: str) -> None:
    """A picture of 4 bytes a pixel (B, G, R, X) comes back byte for byte, larger than one request, too."""
    width, height = 640, 480
    picture = bytes(value for i in range(width * height) for value in (i % 251, i % 241, i % 239, 0))
    with XServer(display) as server:
        window = server.open_window(server.root, (10, 20, width, height), black=True)
        server.paint(window, width, height, picture)
        got = server.grab(server.root, (10, 20, width, height))
        server.close_window(window)
    assert got[0::4] == picture[0::4]
    assert got[2::4] == picture[2::4]


def test_an_error_of_the_server_is_an_x_server_error(display: str) -> None:
    """A window that is gone: an error with the display's name, none of xcffib's own kinds."""
    with XServer(display) as server:
        window = server.open_window(server.root, (0, 0, 32, 32), black=True)
        server.close_window(window)
        with pytest.raises(XServerError, match=display):
            server.grab(window, (0, 0, 8, 8))
        server.raise_window(window)  # its error comes later, among the news, and is passed over
        assert server.read_size() == (1280, 720)
        server.news()


def test_a_display_that_is_not_there_is_an_x_server_error() -> None:
    """Its message names the display."""
    with pytest.raises(XServerError, match="display :9371"), XServer(":9371"):
        pass


def test_a_server_that_goes_away_is_an_x_server_error() -> None:
    """Whatever is asked of it."""
    with running_xvfb("64x64") as name:
        server = XServer(name).__enter__()
    with pytest.raises(XServerError):
        server.grab(server.root, (0, 0, 8, 8))
    with pytest.raises(XServerError):
        server.news()
