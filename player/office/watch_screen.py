"""The picture of `watch`: the header, as many whole rows as fit, and a footer that never leaves the screen.

Knows: how many lines each row takes. Touches nothing. Must not: fetch, or read keys.

Only the rows near what is on screen are drawn, so a thousand panels cost no more than fifty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.segment import Segment, SegmentLines
from rich.text import Text

from player.base.text import for_terminal
from player.office.fleet import Fleet, Panel
from player.office.tables import MARKS, line_of_sum, rows_of_panels
from player.office.watch_view import KEYS_HELP, WatchView

FOOTER_LINES = 4
"""An empty one, the sum, what is out of sight, the keys."""
FIRST_MARKS = tuple(f"{mark} " for mark, _ in MARKS.values())
"""What the first line of a row begins with; its other lines begin with spaces."""
Line = list[Segment]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as large as the terminal; the view as it was really drawn (never scrolled past the end); how many rows."""

    picture: RenderableType
    view: WatchView
    shown: int


def draw_watch(
    fleet: Fleet, view: WatchView, wall: datetime, console: Console, note: str = "", *, keys: bool = True
) -> Drawn:
    """keys False: there is no keyboard, so the footer offers none."""
    width, height = console.size
    panels = view.pick(fleet.ordered(wall), wall)
    room = max(1, height - FOOTER_LINES - 1)
    header, rows, first = _fit_rows(panels, fleet, view.first, wall, console, room)
    body = [header, *(line for row in rows for line in row)][: room + 1]
    body += [[Segment(" " * width)]] * (room + 1 - len(body))
    view = replace(view, first=first)
    footer = [
        Text(""),
        line_of_sum(fleet, wall, note),
        _place(view, len(rows), len(panels), len(fleet.panels)),
        Text(_word_being_typed(view) if view.typing else KEYS_HELP if keys else "", "bold" if view.typing else "dim"),
    ]
    for line in footer:
        line.no_wrap, line.overflow = True, "ellipsis"
        line.truncate(width, overflow="ellipsis")
    whole = Group(SegmentLines(body, new_lines=True), *footer)
    return Drawn(whole, view, len(rows))


def _fit_rows(
    panels: list[Panel], fleet: Fleet, first: int, wall: datetime, console: Console, room: int
) -> tuple[Line, list[list[Line]], int]:
    """The header, the whole rows that fit into `room` lines, and the number of the first: the last screen is a full one."""
    first = min(first, max(0, len(panels) - 1))
    header, rows = _draw_rows(panels[first : first + room], fleet.panels.values(), first, wall, console)
    fitting = _count_fitting(rows, room)
    if first + fitting < len(panels) or first == 0:
        return header, rows[: max(1, fitting)], first
    begin = max(0, len(panels) - room)
    header, rows = _draw_rows(panels[begin:], fleet.panels.values(), begin, wall, console)
    fitting = max(1, _count_fitting(rows[::-1], room))
    return header, rows[len(rows) - fitting :], len(panels) - fitting


def _draw_rows(
    panels: list[Panel], everyone: Iterable[Panel], first: int, wall: datetime, console: Console
) -> tuple[Line, list[list[Line]]]:
    """The header's line, and the lines of each row."""
    table = rows_of_panels(panels, everyone, wall, console.width, first)
    header, *lines = console.render_lines(table, console.options.update(height=None))
    rows: list[list[Line]] = []
    for line in lines:
        if "".join(segment.text for segment in line).startswith(FIRST_MARKS) or not rows:
            rows.append([])
        rows[-1].append(line)
    return header, rows


def _count_fitting(rows: list[list[Line]], room: int) -> int:
    count = 0
    for row in rows:
        room -= len(row)
        if room < 0:
            break
        count += 1
    return count


def _place(view: WatchView, shown: int, picked: int, all_of_them: int) -> Text:
    """`rows 11-30 of 75: 10 above, +45 more   trouble only: 75 of 1000 panels`."""
    above, below = view.first, picked - view.first - shown
    words = Text()
    if all_of_them == 0:
        return words.append("no panel has been heard of yet", "dim")
    if above or below > 0:
        words.append(f"rows {view.first + 1}-{view.first + shown} of {picked}: ")
        words.append(", ".join([f"{above} above"] * bool(above) + [f"+{below} more"] * (below > 0)), "bold")
        words.append("   ")
    if view.leaves_out:
        left = [
            f"word {for_terminal(view.word)!r}" if view.word else "",
            f"group {for_terminal(view.group)}" if view.group else "",
            "trouble only" if view.trouble_only else "",
        ]
        words.append(f"{', '.join(word for word in left if word)}: {picked} of {all_of_them} panels", "yellow")
    return words


def _word_being_typed(view: WatchView) -> str:
    return f"word: {for_terminal(view.word)}_   Enter keeps it, Esc forgets it"
