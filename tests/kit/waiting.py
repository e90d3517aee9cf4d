"""A test waits for what it asserts, by looking again and again; never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

LEAST_S = 180.0
"""The shortest wait that fails a test: a busy machine may need ten times as long, and a good run never waits so long."""


def wait_for(what: Callable[[], object], within_s: float = 10.0, why: str = "", every_s: float = 0.01) -> None:
    """Returns as soon as what() is true; fails the test when it is not within `within_s`, or LEAST_S where that is more.

    every_s: between two looks; longer where a look costs much. What has not come within a second is looked for half as often.
    """
    within_s = max(within_s, LEAST_S)
    begun = time.monotonic()
    while not what():
        waited_s = time.monotonic() - begun
        if waited_s > within_s:
            raise AssertionError(f"not within {within_s} s: {why or what}")
        time.sleep(every_s if waited_s < 1.0 else 2 * every_s)
