"""The decoders of a running daemon, found from outside by the windows (layers) that they draw into."""

from __future__ import annotations

import contextlib
import json

from player.screen.decoder.options import NO_WINDOW
from tests.kit.tree import tree_of, words_of

LAYER = "player.screen.decoder.vlc"
ZYGOTE = "player.screen.decoder.zygote"


def layers_of(daemon: int) -> dict[int, int]:
    """Window -> process id of each decoder below the daemon: whoever is told a window on its command line."""
    found = {}
    for pid in tree_of(daemon):
        with contextlib.suppress(ValueError, KeyError, IndexError, TypeError):
            found[int(json.loads(words_of(pid)[-1])["window"])] = pid
    early = found.pop(NO_WINDOW, None)
    if early is not None and len(found) == 1:
        # The first decoder is started before the stage: its window is the one that was made just before the second's.
        found[next(iter(found)) - 1] = early
    return found
