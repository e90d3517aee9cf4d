"""Bars and lines for the page of a panel: numbers that an SVG takes as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from player.office.web.live.charts import BAR_UNITS, CHART_HIGH, bar_of, chart_of, colour_of, names_in, place_of
from player.office.web.live.history import DayStretch, Shown

MIDNIGHT = datetime(2026, 11, 25, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
END = MIDNIGHT + 24 * HOUR


def stretch(begins: float, ends: float, label: str = "pagi", kind: Shown = Shown.PLAYLIST) -> DayStretch:
    return DayStretch(MIDNIGHT + begins * HOUR, MIDNIGHT + ends * HOUR, kind, label)


def test_a_day_lies_from_edge_to_edge() -> None:
    """A minute is a unit, and neighbours touch."""
    pieces = bar_of([stretch(0, 6), stretch(6, 24)], MIDNIGHT, END, ["pagi"])
    assert [(each.x, each.width) for each in pieces] == [(0.0, 360.0), (360.0, 1080.0)]


def test_a_short_stretch_can_still_be_seen() -> None:
    """A film of a second has a width."""
    (piece,) = bar_of([DayStretch(MIDNIGHT, MIDNIGHT + timedelta(seconds=1), Shown.MESSAGE, "")], MIDNIGHT, END, [])
    assert piece.width > 0


def test_a_moment_outside_the_day_lies_at_its_edge() -> None:
    """A clock that is wrong draws nothing outside the bar."""
    assert place_of(MIDNIGHT - HOUR, MIDNIGHT, END) == 0
    assert place_of(END + HOUR, MIDNIGHT, END) == BAR_UNITS


def test_a_playlist_has_one_colour_in_both_bars() -> None:
    """What was planned and what was shown can be compared by eye."""
    planned, shown = (
        [stretch(0, 6, "pagi"), stretch(6, 9, "siang")],
        [stretch(0, 9, "siang"), stretch(9, 10, kind=Shown.DARK)],
    )
    names = names_in(planned, shown)
    assert names == ["pagi", "siang"]
    assert colour_of(planned[1], names) == colour_of(shown[0], names)
    assert colour_of(shown[1], names) == "dark"


def test_a_line_is_broken_where_nothing_is_known() -> None:
    """A gap is no straight line over it; a reading by itself can be seen."""
    chart = chart_of([10.0, 20.0, None, 30.0, None], top=100.0)
    assert len(chart.lines) == 2
    assert all(len(line.split()) >= 2 for line in chart.lines)
    assert (chart.newest, chart.least, chart.most) == (30.0, 10.0, 30.0)


def test_values_beyond_the_edge_stay_in_the_picture() -> None:
    """A machine that says 900 percent draws no line over the page."""
    chart = chart_of([-50.0, 900.0], top=100.0)
    heights = [float(point.split(",")[1]) for point in chart.lines[0].split()]
    assert all(0 <= high <= CHART_HIGH for high in heights)


def test_nothing_known_is_no_line() -> None:
    """And a disk that is always full divides by nothing."""
    assert chart_of([None] * 5).lines == ()
    assert chart_of([0.0, 0.0]).lines
