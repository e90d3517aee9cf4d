"""A thread that works in the background: its disk and processor time come last, and those of the processes that it starts.

Knows: the kernel's words for it. Touches: the calling thread. Must not: fail.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import sys
import threading

LOW_NICE = 5
"""Below the picture (-5 in the service) and not far below: this thread may be preempted while it holds Python's lock."""
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
_IOPRIO_BEST_EFFORT_LOWEST = (2 << 13) | 7  # linux/ioprio.h; the idle class could starve for hours


def lower_priority() -> None:
    """This thread's disk and processor time come last. Best effort: a kernel that refuses changes nothing."""
    if sys.platform == "win32":
        return
    number = _IOPRIO_SET.get(platform.machine())
    if number is not None:
        with contextlib.suppress(OSError, AttributeError):  # not every system has the call
            ctypes.CDLL(None, use_errno=True).syscall(number, 1, 0, _IOPRIO_BEST_EFFORT_LOWEST)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_NICE)  # on Linux: of the one thread
