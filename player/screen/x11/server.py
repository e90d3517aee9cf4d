"""The X server as this program needs it: windows, pixels, its news, its outputs, over one connection.

Knows: that one connection serves all of them. Touches: the X server. Every call may raise XServerError.
Must not: be used by two threads at once (each thread opens its own XServer).
"""

from __future__ import annotations

from player.screen.x11.news import ServerNews
from player.screen.x11.outputs import Outputs
from player.screen.x11.pixels import Pixels
from player.screen.x11.windows import Windows


class XServer(Windows, Pixels, ServerNews, Outputs):
    """One connection, with all that is asked of it."""

    def close_window(self, window: int) -> None:
        super().close_window(window)
        self.forget_paint(window)
