"""One connection to one X server.

Knows: how to reach a display, and how the server says no. Touches: the X server. Every call may raise XServerError.
Must not: be used by two threads at once (each thread opens its own).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Self

import xcffib
import xcffib.composite
import xcffib.damage
import xcffib.randr
import xcffib.xfixes
import xcffib.xproto as xp

REFUSALS = (xcffib.Error, xcffib.ProtocolException)
"""What the server answers to a request that it does not take: xcffib's Error (BadWindow, BadValue...) is no
ProtocolException, and neither of them is a ConnectionException."""


class XServerError(Exception):
    """The display cannot be reached, went away, or refuses what it was asked."""


class XConnection:
    """`with XConnection(display)`. `width` and `height` are the screen's, in pixels, as last read."""

    def __init__(self, display: str) -> None:
        self._display = display
        self.width = 0
        self.height = 0
        self._conn: Any = None

    def __enter__(self) -> Self:
        try:
            self._conn = xcffib.connect(display=self._display)
            self.screen = self._conn.get_setup().roots[self._conn.pref_screen]
            self._composite = self._conn(xcffib.composite.key)
            self._composite.QueryVersion(0, 4).reply()
            self._fixes = self._conn(xcffib.xfixes.key)
            self._fixes.QueryVersion(5, 0).reply()
            self._damage = self._conn(xcffib.damage.key)
            self._damage.QueryVersion(1, 1).reply()
        except (xcffib.ConnectionException, xcffib.XcffibException) as error:
            raise XServerError(
                f"display {self._display}: cannot be opened ({error or type(error).__name__})"
            ) from error
        self.root: int = self.screen.root
        self.read_size()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(xcffib.ConnectionException):
            self._conn.disconnect()

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Whatever xcffib raises inside is an XServerError with the display's name."""
        try:
            yield
        except xcffib.ConnectionException as error:
            raise XServerError(f"display {self._display}: the X server went away") from error
        except REFUSALS as error:
            raise XServerError(f"display {self._display}: {type(error).__name__}") from error

    def fileno(self) -> int:
        return int(self._conn.get_file_descriptor())

    def read_size(self) -> tuple[int, int]:
        with self.errors():
            geometry = self._conn.core.GetGeometry(self.root).reply()
            self.width, self.height = geometry.width, geometry.height
        return self.width, self.height

    def outlive(self) -> None:
        """Windows of this connection stay when the process ends, however it ends, with the last frame on them."""
        with self.errors():
            self._conn.core.SetCloseDownMode(xp.CloseDown.RetainPermanent)
            self._conn.flush()

    def has(self, extension: str) -> bool:
        return bool(self._conn.core.QueryExtension(len(extension), extension).reply().present)

    def randr(self) -> Any:
        """The extension for outputs; None: this server has none."""
        if not self.has("RANDR"):
            return None
        randr = self._conn(xcffib.randr.key)
        randr.QueryVersion(1, 3).reply()
        return randr
