"""The limits of a child that parses a stranger's bytes: memory, and processor time for each question.

Knows: the kernel's limits (setrlimit(2)). Touches: this process. Must not: fail where the operating system has none (Windows):
there the parent's deadline is the only net, and the files are those of the office's own computer.
"""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Callable


def limit_this_process(memory_bytes: int, cpu_s: int) -> Callable[[], None]:
    """Limits the memory, for good. What comes back is called before each question, which then has `cpu_s` for itself."""
    try:
        import resource
    except ImportError:
        return lambda: None

    with contextlib.nullcontext() if sys.platform == "linux" else contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))  # macOS refuses it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def begin_question() -> None:
        used_s = math.ceil(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used_s + cpu_s, resource.RLIM_INFINITY))

    return begin_question
