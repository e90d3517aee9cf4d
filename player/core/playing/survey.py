"""The survey: which items of a release can be played now; made some items in each turn, and asked instead of the items.

Knows: the items' own dates, what is quarantined or taken down, what the library has lost. Touches nothing.
Must not: cost a turn more than ITEMS_A_TURN, however long the playlists are.

A release of up to ITEMS_A_TURN items is surveyed in the turn in which something changes. A longer one takes some turns, which
follow each other at once; meanwhile the survey before it stands, and of a new release every playlist counts as playable.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from player.base.clocks import ClockTrust, Now
from player.bundle.source import Source
from player.core.model import MediaItem, Release
from player.core.playing.rotation import is_due, step

if TYPE_CHECKING:
    from player.core.state import Failure, Scene, State
    from player.core.turn import Turn

ITEMS_A_TURN = 1000
"""15,000 steps, some 2 ms of a quiet core."""
PLAYLIST_COSTS = 5
"""What a playlist costs besides its items, in items."""
EVERY_S = 1.0
"""A release that needs more than one turn is not surveyed more often, whatever its dates say."""
WALL_ASK_S = 30.0


@dataclass(frozen=True, slots=True)
class LostItem:
    """An item whose file has gone from the library, and when it is tried again."""

    path: str
    retry_mono: float


@dataclass(frozen=True, slots=True)
class Survey:
    """usable: playlist -> the indices of its usable items; only playlists that have any. next_wall: when dates change it.

    playlist, item: the place that it has got to; part: what was found in that playlist so far.
    """

    release: Release
    trust: ClockTrust
    quarantined: dict[str, Failure]
    lost: dict[str, LostItem]
    dropped: frozenset[str]
    begun: Now
    usable: dict[str, tuple[int, ...]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    next_wall: datetime | None = None
    playlist: int = 0
    item: int = 0
    part: tuple[int, ...] = ()

    @property
    def finished(self) -> bool:
        return self.playlist >= len(self.release.playlists)


@dataclass(frozen=True, slots=True)
class Surveys:
    """Of one source: the survey that stands, and the one that is being made."""

    done: Survey | None = None
    doing: Survey | None = None


@dataclass(frozen=True, slots=True)
class FoundMedia:
    """What the library holds under a name, in these releases: looked for once."""

    name: str
    releases: dict[Source, Release]
    item: MediaItem | None


def is_usable(s: State, item: MediaItem, wall: datetime) -> bool:
    content, playing = item.content_hash, s.playing
    if content in playing.quarantined or content in playing.lost:
        return False
    return not (playing.dropped and item.file_hash in playing.dropped) and is_due(item, wall, s.machine.trust)


def known_playlists(s: State, release: Release) -> frozenset[str]:
    """The playlists with an item that can be played now."""
    surveys = s.playing.surveys.get(release.source)
    if surveys is None or surveys.done is None or surveys.done.release is not release:
        return release.names
    return surveys.done.known


def next_usable(s: State, scene: Scene, start: int, wall: datetime, direction: int = 1) -> int | None:
    """The next usable index after (before) `start`, at last `start` itself; None: nothing here is usable, or not seen yet."""

    def usable(item: MediaItem) -> bool:
        return is_usable(s, item, wall)

    indices, items = _surveyed(s, scene), scene.items
    if indices is None:
        return step(items, start, usable, direction, ITEMS_A_TURN)
    first = bisect_right(indices, start) if direction > 0 else bisect_left(indices, start) - 1
    for far in range(min(len(indices), ITEMS_A_TURN)):
        index = indices[(first + direction * far) % len(indices)]
        if usable(items[index]):
            return index
    return None


def survey_releases(t: Turn) -> None:
    """Called in every turn: what has changed is surveyed anew, as far as one turn goes."""
    left, before = ITEMS_A_TURN, t.playing.surveys
    surveys: dict[Source, Surveys] = {}
    for source, release in t.content.releases.items():
        surveys[source], left = _survey(t.s, before.get(source, Surveys()), release, t.now, left)
    if any(surveys[source] is not before.get(source) for source in surveys):
        t.playing = replace(t.playing, surveys=surveys)


def wake_mono(s: State, now: Now) -> list[float]:
    """At once while a survey is being made; else when an item's date comes."""
    times = []
    for surveys in s.playing.surveys.values():
        done, doing = surveys.done, surveys.doing
        if doing is not None:
            times.append(now.mono)
        elif done is not None and done.next_wall is not None:
            left_s = (done.next_wall - now.wall).total_seconds()
            earliest = done.begun.mono + (EVERY_S if _takes_turns(done.release) else 0.0)
            times.append(max(earliest, now.mono + min(WALL_ASK_S, max(0.0, left_s))))
    return times


def _survey(s: State, surveys: Surveys, release: Release, now: Now, left: int) -> tuple[Surveys, int]:
    """Goes on with a release's survey, or begins a new one, while there are items left for this turn."""
    done = surveys.done if surveys.done is not None and surveys.done.release is release else None
    doing = surveys.doing if surveys.doing is not None and surveys.doing.release is release else None
    while left > 0 and (doing is not None or _should_begin(s, done, release, now)):
        if doing is None:
            doing = Survey(release, s.machine.trust, s.playing.quarantined, s.playing.lost, s.playing.dropped, now)
        doing, left = _go_on(s, doing, left)
        if doing.finished:
            done, doing = doing, None
    same = done is surveys.done and doing is surveys.doing
    return surveys if same else Surveys(done, doing), left


def _should_begin(s: State, done: Survey | None, release: Release, now: Now) -> bool:
    if done is None:
        return True
    changed = (
        done.trust is not s.machine.trust
        or done.quarantined is not s.playing.quarantined
        or done.lost is not s.playing.lost
        or done.dropped is not s.playing.dropped
    )
    dated = now.wall < done.begun.wall or (done.next_wall is not None and now.wall >= done.next_wall)
    if changed or dated:
        return not _takes_turns(release) or now.mono - done.begun.mono >= EVERY_S
    return False


def _takes_turns(release: Release) -> bool:
    return release.items_count + PLAYLIST_COSTS * len(release.playlists) > ITEMS_A_TURN


def _go_on(s: State, survey: Survey, left: int) -> tuple[Survey, int]:
    playlists, wall = survey.release.playlists, survey.begun.wall
    number, begins, part = survey.playlist, survey.item, survey.part
    usable, next_wall = dict(survey.usable), survey.next_wall
    while number < len(playlists) and left > 0:
        playlist = playlists[number]
        ends = min(len(playlist.items), begins + left)
        part += tuple([i for i in range(begins, ends) if is_usable(s, playlist.items[i], wall)])
        if survey.trust is not ClockTrust.BAD:
            dates = _dates(playlist.items[begins:ends], wall)
            next_wall = min(dates if next_wall is None else [next_wall, *dates], default=None)
        left -= ends - begins + PLAYLIST_COSTS
        if ends < len(playlist.items):
            begins = ends
            continue
        if part:
            usable.setdefault(playlist.name, part)
        number, begins, part = number + 1, 0, ()
    known = frozenset(usable) if number >= len(playlists) else survey.known
    return replace(
        survey, usable=usable, known=known, next_wall=next_wall, playlist=number, item=begins, part=part
    ), left  # fmt: skip


def _dates(items: Sequence[MediaItem], wall: datetime) -> list[datetime]:
    """When one of the items begins or ceases to be due."""
    return [date for item in items for date in (item.valid_from, item.valid_until) if date is not None and date > wall]


def _surveyed(s: State, scene: Scene) -> tuple[int, ...] | None:
    """The usable indices of the scene's playlist; None: it is none of a release's, or not surveyed yet."""
    if scene.playlist is None:
        return None
    for surveys in s.playing.surveys.values():
        done = surveys.done
        playlist = done.release.playlist(scene.playlist) if done is not None else None
        if done is not None and playlist is not None and playlist.items is scene.items:
            return done.usable.get(scene.playlist, ())
    return None
