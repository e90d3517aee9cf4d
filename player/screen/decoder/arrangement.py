"""A film's place and colours in one libvlc player, arranged before the film is opened.

Knows: how libvlc is told what decoder/layout.py found; which of it libvlc forgets, and when. Touches: the player, the row of
colours that VLC uses (decoder/colours.py), and for a turned film that covers the region a window of its own.
Must not: import vlc (decoder/vlc.py hands the player over), nor the X library before a film needs it: that costs memory.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from player.screen.decoder.colours import Matrices, guess_matrix
from player.screen.decoder.layout import FilmLayout, lay_out
from player.screen.decoder.options import DecoderOptions, transform_of
from player.screen.decoder.protocol import CueOrder

if TYPE_CHECKING:
    from player.screen.x11.server import XServer

STRING = 0x0040
"""VLC_VAR_STRING: the type of a variable of a libvlc object."""


class Arrangement:
    """`arrange` before each film, `correct` when its first picture is there, `forget` when it has left the window."""

    def __init__(self, player: Any, libvlc: ctypes.CDLL, options: DecoderOptions, matrices: Matrices) -> None:
        """libvlc: the loaded library, whose core keeps the variables of its objects. options: with the layer's window."""
        self._player = player
        self._libvlc = libvlc
        self._options = options
        self._matrices = matrices
        self._layout = FilmLayout()
        self._transform = transform_of(options)
        self._server: XServer | None = None

    def arrange(self, order: CueOrder) -> None:
        """Before the player is started. A film of which nothing is known lies as VLC finds it."""
        options, player = self._options, self._player
        self._layout = layout = lay_out(order, options.rotation, options.width, options.height)
        self._use_transform(layout.transform)
        player.video_set_crop_geometry(layout.crop)
        player.video_set_aspect_ratio(layout.aspect)
        if layout.box is not None:
            self._open_box(layout.box)
        if options.output == "x11":
            self._matrices.use(guess_matrix(order.matrix, order.width, order.height), full_range=order.full_range)

    def correct(self) -> None:
        """VLC forgets the aspect when the first picture comes out of the filter with its sides exchanged."""
        if self._layout.transform and self._layout.aspect:
            self._player.video_set_aspect_ratio(self._layout.aspect)

    def draw_again(self) -> None:
        """Any order wakes VLC's output, which then draws the picture that it has, fitted to the window."""
        self._player.video_set_aspect_ratio(self._layout.aspect)

    def forget(self) -> None:
        """After the player has been stopped: the next film's window is the layer's own again."""
        if self._server is not None:
            self._player.set_xwindow(self._options.window)
            self._server.__exit__()
            self._server = None

    def _open_box(self, box: tuple[int, int, int, int]) -> None:
        """A window larger than the layer's, in which the film is whole: what stands over the layer's edge is not seen."""
        from player.screen.x11.server import XServer

        self.forget()
        self._server = XServer(self._options.display).__enter__()
        window = self._server.open_window(self._options.window, box, black=False, shown=True)
        self._server.read_size()  # a round trip: the window is there before VLC looks for it
        self._player.set_xwindow(window)

    def _use_transform(self, transform: str) -> None:
        """A player's outputs take their filters from the player's variables, and those from libvlc's words.

        libvlc has no call for this filter; its objects' variables are its core's own interface for such things.
        """
        if transform == self._transform:
            return
        self._transform = transform
        holder = ctypes.cast(self._player, ctypes.c_void_p)
        for name, value in (("video-filter", "transform" if transform else ""), ("transform-type", transform or "90")):
            self._libvlc.var_Create(holder, name.encode(), STRING)
            self._libvlc.var_SetChecked(holder, name.encode(), STRING, ctypes.c_char_p(value.encode()))
