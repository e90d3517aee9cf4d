"""Cost in steps instead of seconds: every line of Python that a call runs, counted, up to a limit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


class TooManySteps(BaseException):
    """The call has used up its steps. Not an Exception: nobody may catch it by chance."""


def count_steps(call: Callable[[], object], most: int) -> int:
    """How many steps `call` takes in this thread; more than `most`: it is stopped, and the answer is most + 1."""
    steps = 0

    def trace(_frame: FrameType, _event: str, _value: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps > most:
            raise TooManySteps
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    except TooManySteps:
        return most + 1
    finally:
        sys.settrace(before)
    return steps
