"""How much memory that is free again the server keeps for later: little.

Knows: glibc's allocator (mallopt(3)). Touches: its settings, in this process. Must not: be needed: elsewhere it does nothing.
"""

from __future__ import annotations

import ctypes
import sys

from player.base.heap import keep_one_heap

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""malloc.h of glibc."""
KEPT_BYTES = 128 * 1024
"""glibc begins with these two thresholds, and raises them to 32 MB as pages of some hundred KB come and go: their memory stays.
Measured with 1,000 panels, every page opened once and 20 streams (2026-11-26): 155 MB so, 114 MB with them fixed."""


def keep_little_memory() -> None:
    """One heap for all threads; what is freed goes back to the system soon, large blocks at once."""
    if sys.platform != "linux":
        return
    keep_one_heap()
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        for option in (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD):
            set_option(option, KEPT_BYTES)
