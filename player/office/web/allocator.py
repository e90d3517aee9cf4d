"""How much memory that is free again the server keeps for later: little.

Knows: glibc's allocator (mallopt(3)). Touches: its settings, in this process. Must not: be needed: elsewhere it does nothing.
"""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""malloc.h of glibc."""
KEPT_BYTES = 128 * 1024
"""glibc begins with these two thresholds, and raises them to 32 MB as pages of some hundred KB come and go: their memory stays.
Measured with 1,000 panels and every page opened once (2026-11-26): 127 MB so, 113 MB with them fixed."""
ARENAS = 1
"""The event loop does the work; an arena for each thread that reads a folder or a database is some MB that only wait."""


def keep_little_memory() -> None:
    """What is freed goes back to the system soon; large blocks at once."""
    if sys.platform != "linux":
        return
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        for option, value in ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, KEPT_BYTES), (M_TRIM_THRESHOLD, KEPT_BYTES)):
            set_option(option, value)
