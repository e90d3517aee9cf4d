"""A still in a decoder: loaded beside the thread that sends the heartbeats, shown in a window over VLC's.

Knows: how Pillow and X do it. Touches: the open file, X. A decoder imports this only for a picture: both cost memory.
Must not: keep the heartbeats waiting: a large picture takes seconds, and a decoder that is silent for so long is killed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from player.screen.decoder.options import DecoderOptions
from player.screen.drawing.colours import BLACK, colour_of
from player.screen.drawing.picture import Picture
from player.screen.drawing.stills import StillError, load_still
from player.screen.x11.server import XServer

_ONE_AT_A_TIME = threading.Lock()
"""Of two large pictures one is loaded after the other: each takes half a gigabyte."""


@dataclass(frozen=True, slots=True)
class LoadedStill:
    """picture None: it cannot be shown, and `why` says so."""

    play: int
    picture: Picture | None
    why: str = ""


def begin_loading(file: int, play: int, fit: str, options: DecoderOptions, done: Callable[[LoadedStill], None]) -> None:
    """Returns at once; `done` is called from another thread. file: a descriptor that this keeps and closes."""
    args = (file, play, fit, options, done)
    threading.Thread(target=_load, args=args, name="still", daemon=True).start()


def _load(file: int, play: int, fit: str, options: DecoderOptions, done: Callable[[LoadedStill], None]) -> None:
    with _ONE_AT_A_TIME, os.fdopen(file, "rb") as source:
        try:
            picture = load_still(
                source, options.width, options.height, fit, options.rotation, colour_of(options.background) or BLACK
            )
        except StillError as error:
            done(LoadedStill(play, None, str(error)))
            return
    done(LoadedStill(play, picture))


def show_still(picture: Picture, options: DecoderOptions) -> XServer:
    """The connection that holds the picture's window: it is on screen until the connection ends."""
    server = XServer(options.display).__enter__()
    window = server.open_window(options.window, (0, 0, options.width, options.height), black=True, shown=False)
    server.paint(window, picture.width, picture.height, picture.bgrx)
    server.show_window(window, True)
    server.raise_window(window)
    server.read_size()  # a round trip: it is on screen before the stage is told, over another connection
    return server
