"""Who claims which stretch of time: spans that overlap, made into stretches that do not, in one sweep.

Knows: spans, ranks. Touches nothing. Must not: know rules, calendars or playlists' contents (playing/timetable.py does).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter

Claim = tuple[int, bool, str | None]
"""Minus the priority, whether something is shown (the dark goes before), the playlist. The smaller one is stronger."""
Span = tuple[datetime, datetime, tuple[int, bool, int, str | None]]
"""From (inclusive), to (exclusive), and a claim with its place in the file, which decides between equals."""
Stretch = tuple[datetime, tuple[Claim, ...]]
"""Its begin, and who claims it, the strongest first. It lasts until the next one begins."""

MOST_CLAIMS = 8
"""Of those that claim one moment so many count: the others would have their turn only when the playlists of all these
cannot be played. A bound, so that a thousand rules for one hour cost no more than their number."""
_moment_of = itemgetter(0)
_rank_of = itemgetter(0, 1, 2)
_without_place = itemgetter(0, 1, 3)


def sweep(spans: Iterable[Span]) -> tuple[Stretch, ...]:
    """The stretches in order, neighbours of equal claims as one; the last one has no claims. Costs n log n."""
    real = [span for span in spans if span[0] < span[1]]
    edges = [(begins, True, claim) for begins, _, claim in real] + [(ends, False, claim) for _, ends, claim in real]
    edges.sort(key=_moment_of)
    active: list[tuple[int, bool, int, str | None]] = []
    stretches: list[Stretch] = []
    before: tuple[Claim, ...] = ()
    last = len(edges) - 1
    for n, (moment, begins, claim) in enumerate(edges):
        if begins:
            insort(active, claim, key=_rank_of)
        else:
            del active[bisect_left(active, _rank_of(claim), key=_rank_of)]
        if n == last or edges[n + 1][0] > moment:
            claims = tuple(map(_without_place, active[:MOST_CLAIMS]))
            if claims != before:
                stretches.append((moment, claims))
                before = claims
    return tuple(stretches)


def stretch_at(stretches: tuple[Stretch, ...], moment: datetime) -> int:
    """The index of the stretch that holds the moment; -1: it lies before the first."""
    return bisect_right(stretches, moment, key=_moment_of) - 1
