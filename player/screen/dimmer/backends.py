"""The ways to dim the screen, in the order in which they are tried.

Knows: which there are. Touches: the screen, through them.
Must not: decide how bright it shall be (the core does).
"""

from __future__ import annotations

from collections.abc import Callable

from player.screen.dimmer.dimmer import Dimmer
from player.screen.dimmer.gamma import GammaDimmer
from player.screen.x11.server import XServer

DIMMERS: tuple[Callable[[XServer], Dimmer], ...] = (GammaDimmer,)
"""A new way to dim is a file beside dimmer/gamma.py and a row here."""


def pick_dimmer(server: XServer, makers: tuple[Callable[[XServer], Dimmer], ...] = DIMMERS) -> Dimmer:
    """The first one that can dim this screen now; where none can, the last one, which says why not."""
    dimmers = [make(server) for make in makers]
    return next((dimmer for dimmer in dimmers if not dimmer.why_not()), dimmers[-1])
