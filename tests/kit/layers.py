"""The layers of a running daemon, found from outside."""

from __future__ import annotations

import contextlib
import json

from player.screen.decoder.early import NO_WINDOW
from tests.kit.tree import tree_of, words_of

LAYER = "player.screen.decoder.vlc"


def layers_of(daemon: int) -> dict[int, int]:
    """Window -> process id of each layer below the daemon."""
    found = {}
    for pid in tree_of(daemon):
        words = words_of(pid)
        if LAYER in words:
            with contextlib.suppress(ValueError, KeyError, IndexError):
                found[int(json.loads(words[-1])["window"])] = pid
    early = found.pop(NO_WINDOW, None)
    if early is not None and len(found) == 1:
        # The first layer is started before the stage: its window is the one that was made just before the second's.
        found[next(iter(found)) - 1] = early
    return found
