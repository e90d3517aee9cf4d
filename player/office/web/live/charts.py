"""Bars and lines as numbers for SVG: no script draws them, and no style stands in the page.

Knows: how a day becomes a thousand and some units from left to right. Pure: touches nothing. Must not: know words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from player.office.web.live.history import DayStretch, Shown

BAR_UNITS = 1440.0
"""A minute each, on a day of 24 hours."""
CHART_WIDE, CHART_HIGH = 288, 64
COLOURS = 8
"""Playlists are told apart by so many colours; the words stand beside them."""


@dataclass(frozen=True, slots=True)
class BarPiece:
    """x, width: in BAR_UNITS. colour: the name of a class in console.css."""

    x: float
    width: float
    colour: str
    stretch: DayStretch


def bar_of(stretches: Sequence[DayStretch], begins: datetime, ends: datetime, names: Sequence[str]) -> list[BarPiece]:
    """names: the playlists in the order of their colours."""
    length_s = (ends - begins).total_seconds()

    def place(moment: datetime) -> float:
        return round((moment - begins).total_seconds() / length_s * BAR_UNITS, 1)

    return [
        BarPiece(
            place(each.begins), max(0.5, round(place(each.ends) - place(each.begins), 1)), colour_of(each, names), each
        )
        for each in stretches
    ]


def place_of(moment: datetime, begins: datetime, ends: datetime) -> float:
    """Where a moment lies on the bar."""
    share = (moment - begins).total_seconds() / (ends - begins).total_seconds()
    return round(min(1.0, max(0.0, share)) * BAR_UNITS, 1)


def names_in(*days: Sequence[DayStretch]) -> list[str]:
    """The playlists of both bars, each once, in the order in which they come."""
    return list(dict.fromkeys(each.label for day in days for each in day if each.kind is Shown.PLAYLIST))


def colour_of(stretch: DayStretch, names: Sequence[str]) -> str:
    if stretch.kind is Shown.PLAYLIST and stretch.label in names:
        return f"list{names.index(stretch.label) % COLOURS}"
    return str(stretch.kind)


@dataclass(frozen=True, slots=True)
class Chart:
    """lines: the points of each unbroken line, for <polyline>. newest, least, most: None where nothing is known."""

    lines: tuple[str, ...]
    newest: float | None
    least: float | None
    most: float | None


def chart_of(series: Sequence[float | None], top: float | None = None) -> Chart:
    """top: the value at the upper edge; None: the highest, with some air."""
    known = [value for value in series if value is not None]
    if not known:
        return Chart((), None, None, None)
    edge = top if top is not None else max(known) * 1.1 or 1.0
    lines: list[list[str]] = [[]]
    for at, value in enumerate(series):
        if value is None:
            lines.append([])
            continue
        y = CHART_HIGH - 1 - min(1.0, max(0.0, value / edge)) * (CHART_HIGH - 2)
        lines[-1].append(f"{at},{y:.1f}")
    # A reading by itself is a short line, so that it can be seen.
    drawn = tuple(" ".join(line if len(line) > 1 else [*line, _beside(line[0])]) for line in lines if line)
    return Chart(drawn, next(value for value in reversed(series) if value is not None), min(known), max(known))


def _beside(point: str) -> str:
    x, _, y = point.partition(",")
    return f"{int(x) + 1},{y}"
