"""How a child process ends with its parent, whatever happens to the parent.

Knows: what Linux offers for it (prctl(2)). Touches: this process. Must not: import more than a decoder's start can bear: with
what children.py needs a decoder was loaded in 35 ms of processor time instead of 22 (2026-11-26).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> bool:
    """The kernel kills this process when the thread that started it ends; False: its parent has gone already."""
    if sys.platform != "linux":
        return True  # it ends with its standard input
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent
