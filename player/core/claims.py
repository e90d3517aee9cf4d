"""Who claims which stretch of time: spans that overlap, made into stretches that do not, in one sweep.

Knows: spans, ranks, that the dark is a claim of another kind than a show. Touches nothing.
Must not: know rules, calendars or playlists' contents (playing/timetable.py does).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

Claim = tuple[int, str]
"""A show's: minus its priority, its playlist. The one with the smaller number is stronger."""
SpanClaim = tuple[int, int, str | None, bool]
"""Minus the priority, the place in the file (which decides between equals), the playlist or None for the dark, and
whether a show goes on through the dark."""
Span = tuple[datetime, datetime, SpanClaim]
"""From (inclusive), to (exclusive), and whose it is."""


class Claims(NamedTuple):
    """Of one stretch. shows, through: the strongest first; through: those that go on through the dark.

    A priority says which show is stronger than which. The dark has none: it is stronger than every show that does not
    go on through it.
    """

    dark: bool = False
    shows: tuple[Claim, ...] = ()
    through: tuple[Claim, ...] = ()


NO_CLAIMS = Claims()
Stretch = tuple[datetime, Claims]
"""Its begin, and who claims it. It lasts until the next one begins."""

MOST_CLAIMS = 8
"""Of the shows that claim one moment so many count: the others would have their turn only when the playlists of all these
cannot be played. A bound, so that a thousand rules for one hour cost no more than their number."""
_moment_of = itemgetter(0)
_rank_of = itemgetter(0, 1)
_without_place = itemgetter(0, 2)


def sweep(spans: Iterable[Span]) -> tuple[Stretch, ...]:
    """The stretches in order, neighbours of equal claims as one; the last one has no claims. Costs n log n."""
    real = [span for span in spans if span[0] < span[1]]
    edges = [(begins, True, claim) for begins, _, claim in real] + [(ends, False, claim) for _, ends, claim in real]
    edges.sort(key=_moment_of)
    shows: list[SpanClaim] = []
    through: list[SpanClaim] = []
    dark = 0
    stretches: list[Stretch] = []
    before = NO_CLAIMS
    last = len(edges) - 1
    for n, (moment, begins, claim) in enumerate(edges):
        if claim[2] is None:
            dark += 1 if begins else -1
        else:
            for active in (shows, through) if claim[3] else (shows,):
                at = bisect_left(active, _rank_of(claim), key=_rank_of)
                active[at : at + (not begins)] = [claim] if begins else []
        if n == last or edges[n + 1][0] > moment:
            strongest = tuple(map(_without_place, shows[:MOST_CLAIMS]))
            claims = Claims(dark > 0, strongest, tuple(map(_without_place, through[:MOST_CLAIMS])))
            if claims != before:
                stretches.append((moment, claims))
                before = claims
    return tuple(stretches)


def stretch_at(stretches: tuple[Stretch, ...], moment: datetime) -> int:
    """The index of the stretch that holds the moment; -1: it lies before the first."""
    return bisect_right(stretches, moment, key=_moment_of) - 1
