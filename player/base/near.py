""" "Did you mean": the name that is nearest to one that is not there. A courtesy, so its cost is bounded whatever is asked.

Knows: how many names are compared, and for how many questions. Touches nothing. Must not: decide anything by its answers.
"""

from __future__ import annotations

import bisect
import difflib
import re
from collections.abc import Collection

HINTS_LIMIT = 5
"""An operator reads the first few problems; the same slip mends the others."""
COMPARED_LIMIT = 40
"""Names compared for one hint: all of a small folder, or those beside it in alphabetical order. Each costs up to a thousand
steps; with every name compared 3,000 missing lines cost 37 s (2026-11-25)."""
LENGTH_LIMIT = 300
"""Characters of a name; difflib's cost grows with their square."""


class NearNames:
    """Answers the first few questions about one collection of names, and no more. Sorted only when somebody asks."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._folded: dict[str, str] | None = None
        self._sorted: list[str] = []
        self._left = HINTS_LIMIT

    def near(self, name: str, alike: float = 0.8) -> str | None:
        """The name in another case, or else the nearest one; alike: from 0 to 1. None: nothing near, or asked too often.

        A name with other numbers is another thing: `Film 1.mp4` is never what was meant by `Film 2.mp4`.
        """
        if self._left == 0 or len(name) > LENGTH_LIMIT:
            return None
        self._left -= 1
        if self._folded is None:
            self._folded = {each.casefold(): each for each in self._names}
            self._sorted = sorted(self._folded)
        folded = name.casefold()
        if folded in self._folded:
            return self._folded[folded]
        at = bisect.bisect_left(self._sorted, folded)
        begin = max(0, min(at - COMPARED_LIMIT // 2, len(self._sorted) - COMPARED_LIMIT))
        numbers = _numbers_in(folded)
        beside = [
            each
            for each in self._sorted[begin : begin + COMPARED_LIMIT]
            if len(each) <= LENGTH_LIMIT and _numbers_in(each) == numbers
        ]
        close = difflib.get_close_matches(folded, beside, n=1, cutoff=alike)
        return self._folded[close[0]] if close else None


def _numbers_in(name: str) -> list[int]:
    """Those before its ending: 002 is 2, and the 4 of .mp4 is none."""
    stem = re.sub(r"\.\w+$", "", name)
    return [int(digits[-9:]) for digits in re.findall(r"[0-9]+", stem)]
