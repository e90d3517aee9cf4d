"""What content may hold at its worst, as the loop hears of it: its turns are counted in steps, and timed in the bench."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from player.bundle.source import Source
from player.contract import commands as c
from player.core import events as e
from player.core.model import MediaItem, Playlist, Problem, Schedule, ScheduleRule, ScheduleWindow
from tests.kit.world import START, World, clip, release

ZONE = ZoneInfo("Asia/Jakarta")
MANY_ITEMS = 100_000
MANY_WINDOWS = 20_000
MANY_RULES = 1_000


def over(name: str) -> MediaItem:
    return replace(clip(name), valid_until=START - timedelta(days=1))


def adopted(playlists: dict[str, list[MediaItem]], schedule: Schedule | None = None) -> e.ReleaseAdopted:
    made = tuple(Playlist(name, tuple(items)) for name, items in playlists.items())
    return e.ReleaseAdopted(replace(release(number=2, schedule=schedule), playlists=made))


def calendar(*playlists: str | None) -> Schedule:
    """One event every 30 s, back to back, the playlists in turn."""
    step = timedelta(seconds=30)
    windows = (
        ScheduleWindow(playlists[n % len(playlists)], START + n * step, START + (n + 1) * step)
        for n in range(MANY_WINDOWS)
    )
    return Schedule(ZONE, (), tuple(windows))


def daily_rules() -> Schedule:
    """A thousand rules that all claim the same evening, each with a minute of its own."""
    return Schedule(
        ZONE,
        tuple(ScheduleRule("noon", begins=time(n // 60 % 24, n % 60), ends=time(23, 59)) for n in range(MANY_RULES)),
    )


FEW = {"default": [clip("a")], "noon": [clip("n")]}


def _problems() -> list[e.Event]:
    return [
        e.ProblemsFound(Source.FOLDER, tuple(Problem("x.m3u8", f"{words} {n}", "", n) for n in range(60_000)))
        for words in ("one", "two")
    ]


def _commands() -> list[e.Event]:
    last = f"x{MANY_ITEMS - 1}"
    orders: list[c.Order] = [c.Show(media=last, seconds=5), c.Goto(last), c.Goto("nothing"), c.Health()]
    told: list[e.Event] = [adopted({"default": [clip(f"x{n}", 2.0) for n in range(MANY_ITEMS)]})]
    return told + [e.CommandArrived(c.Command(f"c{n}", order)) for n, order in enumerate(orders)]


def _lengths() -> list[e.Event]:
    return [adopted(FEW), *[e.ItemCued(layer, play, 9e15) for layer in (0, 1) for play in range(4)]]


HOSTILE: dict[str, Callable[[], list[e.Event]]] = {
    "20,000 calendar events, one playlist": lambda: [adopted(FEW, calendar("noon"))],
    "20,000 calendar events, two in turn": lambda: [adopted(FEW, calendar("noon", "default", None))],
    "1,000 rules": lambda: [adopted(FEW, daily_rules())],
    "100,000 items that are over": lambda: [adopted({"default": [over(f"x{n}") for n in range(MANY_ITEMS)]})],
    "10,000 playlists of things that are over": lambda: [adopted({f"p{n}": [over("x")] for n in range(10_000)})],
    "60,000 problems, then 60,000 others": _problems,
    "commands about 100,000 items": _commands,
    "lengths of ten thousand years": _lengths,
}
"""A name, and what makes the events: each is a turn of the loop; what follows by itself is run afterwards."""


def begun() -> World:
    """With a stage and a film, which plays."""
    world = World().open(clip("a"))
    world.run(5)
    return world
