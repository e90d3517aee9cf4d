"""The X server through Glass: errors are GlassErrors, pixels come back as they were painted."""

from __future__ import annotations

import pytest

from player.screen.x11.server import Glass, GlassError
from tests.kit.parts import running_xvfb

pytestmark = pytest.mark.live


def test_what_is_painted_can_be_grabbed(display: str) -> None:
    """A picture of 4 bytes a pixel (B, G, R, X) comes back byte for byte, larger than one request, too."""
    width, height = 640, 480
    picture = bytes(value for i in range(width * height) for value in (i % 251, i % 241, i % 239, 0))
    with Glass(display) as glass:
        window = glass.open_window(glass.root, (10, 20, width, height), black=True)
        glass.paint(window, width, height, picture)
        got = glass.grab(glass.root, (10, 20, width, height))
        glass.close_window(window)
    assert got[0::4] == picture[0::4]
    assert got[2::4] == picture[2::4]


def test_an_error_of_the_server_is_a_glass_error(display: str) -> None:
    """A window that is gone: an error with the display's name, not one of the library's own kind."""
    with Glass(display) as glass:
        window = glass.open_window(glass.root, (0, 0, 32, 32), black=True)
        glass.close_window(window)
        with pytest.raises(GlassError, match=display):
            glass.grab(window, (0, 0, 8, 8))
        glass.raise_window(window)  # its error comes later, among the news, and is passed over
        assert glass.read_size() == (1280, 720)
        glass.news()


def test_a_display_that_is_not_there_is_a_glass_error() -> None:
    """With the display's name in it."""
    with pytest.raises(GlassError, match="display :9371"), Glass(":9371"):
        pass


def test_a_server_that_goes_away_is_a_glass_error() -> None:
    """Whatever was asked for."""
    with running_xvfb("64x64") as name:
        glass = Glass(name).__enter__()
    with pytest.raises(GlassError):
        glass.grab(glass.root, (0, 0, 8, 8))
    with pytest.raises(GlassError):
        glass.news()
