"""What publishing a draft changes, and where and when it is seen: files, playlists, and the coming fourteen days.

Knows: how two meanings of a folder are compared. Touches nothing: it gets both meanings.
Must not: make sentences (difference_words.py does).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice

from player.base.clocks import local
from player.core.model import Choice
from player.core.playing.schedule import list_choices
from player.library.content.draft import DraftPlaylist, Line
from player.library.vetting.meaning import FolderMeaning
from player.office.web.content.drafts import FileChange, FolderDraft
from player.office.web.content.listing import is_plain_list

AHEAD = timedelta(days=14)
PLAN_LIMIT = 2000
MOMENTS_LIMIT = 200
"""Of a calendar that changes every minute, so many changes are told."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that stays, and is shown otherwise. field: seconds, volume, fit, begins, ends, title, pages, content."""

    item: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlaylistChange:
    """moved: how many of the items that stay stand elsewhere. made, gone: the playlist itself is new, or is no more.

    days: when each of the added begins and ends, "" where nothing is said.

    plays: when it is on screen for the first time from now; None: not within the coming fourteen days.
    """

    name: str
    added: tuple[str, ...] = ()
    days: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    moved: int = 0
    changed: tuple[ItemChange, ...] = ()
    made: bool = False
    gone: bool = False
    plays: datetime | None = None


@dataclass(frozen=True, slots=True)
class MomentChange:
    """A stretch of time in which another playlist plays than before (None: dark), and why then.

    repeats: further days on which just the same changes at the same hours.
    """

    begins: datetime
    ends: datetime
    before: str | None
    after: str | None
    why: str
    repeats: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedStretch:
    """A stretch of the coming fourteen days in which neither choice changes: what plays then now, and what will (None: dark)."""

    begins: datetime
    ends: datetime
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """bytes_to_copy: of media that each panel has to fetch. plan: of all the coming days, what plays now beside what will.

    zone: in which the moments are meant. panels: who gets the folder.
    """

    files: tuple[FileChange, ...]
    bytes_to_copy: int
    playlists: tuple[PlaylistChange, ...]
    moments: tuple[MomentChange, ...]
    plan: tuple[PlannedStretch, ...]
    ticker: tuple[tuple[str, ...], tuple[str, ...]] | None
    zone: tzinfo
    panels: tuple[str, ...]

    @property
    def is_seen(self) -> bool:
        """Whether anything on any screen changes within the coming fourteen days."""
        seen = any(change.plays is not None for change in self.playlists)
        return seen or bool(self.moments or self.ticker)


def difference_of(draft: FolderDraft, panels: Sequence[str] = ()) -> Difference:
    """panels: their names, where they are known; else what the settings say. Raises ContentFault."""
    folder = draft.folder
    before, after = folder.meaning_of(folder.plain), draft.meaning()
    now = folder.now()
    changed = {change.path for change in draft.changes() if change.what == "changed"}
    there = {folder.book.known_sha256(folder.plain.root / path) for path in before.snapshot.files}
    media = (edit for path, edit in draft.record.edits.items() if edit.kept and not is_plain_list(path))
    news = {edit.sha256: edit.size_bytes for edit in media if edit.sha256 not in there}
    texts = before.draft.ticker, after.draft.ticker
    return Difference(
        files=draft.changes(),
        bytes_to_copy=sum(news.values()),
        playlists=tuple(_playlist_changes(before, after, changed, now)),
        moments=tuple(moment_changes(before, after, now, now + AHEAD)),
        plan=tuple(
            PlannedStretch(begins, ends, was.playlist, will.playlist)
            for begins, ends, was, will in islice(_stretches(before, after, now, now + AHEAD), PLAN_LIMIT)
        ),
        ticker=texts if texts[0] != texts[1] else None,
        zone=after.schedule.timezone,
        panels=tuple(panels) or folder.panels,
    )


# ---- playlists


def _playlist_changes(
    before: FolderMeaning, after: FolderMeaning, changed: set[str], now: datetime
) -> Iterator[PlaylistChange]:
    old = {playlist.name: playlist for playlist in before.draft.playlists}
    new = {playlist.name: playlist for playlist in after.draft.playlists}
    first = _first_seen(after, now)
    for name in dict.fromkeys([*new, *old]):
        found = _compare(name, old.get(name), new.get(name), changed)
        if found is not None:
            yield PlaylistChange(
                name,
                found.added,
                found.days,
                found.dropped,
                found.moved,
                found.changed,
                found.made,
                found.gone,
                first.get(name),
            )


def _compare(
    name: str, old: DraftPlaylist | None, new: DraftPlaylist | None, changed: set[str]
) -> PlaylistChange | None:
    """None: it shows just the same."""
    was, will = (playlist.lines if playlist is not None else [] for playlist in (old, new))
    had, has = Counter(_key(line) for line in was), Counter(_key(line) for line in will)
    added, dropped = tuple((has - had).elements()), tuple((had - has).elements())
    stay = had & has
    kept_old, kept_new = _kept(was, stay), _kept(will, stay)
    order_old, order_new = [_key(line) for line in kept_old], [_key(line) for line in kept_new]
    moved = 0 if order_old == order_new else len(order_new) - _longest_kept_order(order_old, order_new)
    changes = tuple(_item_changes(kept_old, kept_new, changed))
    if not (added or dropped or moved or changes or (old is None) != (new is None)):
        return None
    days = tuple(_days_of(will, added))
    return PlaylistChange(name, added, days, dropped, moved, changes, made=old is None, gone=new is None)


def _days_of(lines: Sequence[Line], added: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Of each that is added, from its last lines: those before were there already."""
    left = {item: [line for line in lines if _key(line) == item][-added.count(item) :] for item in dict.fromkeys(added)}
    for item in added:
        values = dict(zip(_FIELDS, _values(left[item].pop(0)), strict=True))
        yield values["begins"], values["ends"]


def _key(line: Line) -> str:
    return line.target


def _kept(lines: Sequence[Line], stay: Counter[str]) -> list[Line]:
    left = stay.copy()
    kept = []
    for line in lines:
        if left[_key(line)]:
            left[_key(line)] -= 1
            kept.append(line)
    return kept


def _longest_kept_order(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items stand in the same order as before (the longest common subsequence of a reordering).

    Patience sorting, as in diff: places of the old order, in the new order; the longest rising run of them is what stayed.
    """
    places: dict[str, list[int]] = {}
    for place, key in reversed(list(enumerate(old))):
        places.setdefault(key, []).append(place)
    piles: list[int] = []
    for key in new:
        place = places[key].pop()
        at = next((n for n, top in enumerate(piles) if top >= place), len(piles))
        piles[at : at + 1] = [place]
    return len(piles)


def _item_changes(old: Sequence[Line], new: Sequence[Line], changed: set[str]) -> Iterator[ItemChange]:
    before: dict[str, list[Line]] = {}
    for line in reversed(old):
        before.setdefault(_key(line), []).append(line)
    told: set[str] = set()
    for line in new:
        was, item = before[_key(line)].pop(), _key(line)
        for field, old_value, new_value in zip(_FIELDS, _values(was), _values(line), strict=True):
            if old_value != new_value:
                yield ItemChange(item, field, old_value, new_value)
        if item in changed and item not in told:
            told.add(item)
            yield ItemChange(item, "content", "", "")


_FIELDS = ("seconds", "volume", "fit", "begins", "ends", "title", "pages")


def _values(line: Line) -> tuple[str, ...]:
    e = line.entry
    values = (e.seconds, e.volume, e.fit, e.valid_from, e.valid_until, e.title, line.pages)
    return tuple("" if value is None else _spelled(value) for value in values)


def _spelled(value: object) -> str:
    match value:
        case float():
            return f"{value:g}"
        case datetime():
            return value.isoformat(timespec="minutes")
        case (int(first), int(last)):
            return f"{first}-{last}"
        case _:
            return str(value)


# ---- moments


def moment_changes(
    before: FolderMeaning, after: FolderMeaning, begins: datetime, ends: datetime
) -> Iterator[MomentChange]:
    """Where another playlist is chosen than before; the same change on several days is told once, with its days."""
    found: dict[tuple[object, ...], MomentChange] = {}
    zone = after.schedule.timezone
    for starts, stops, was, will in _stretches(before, after, begins, ends):
        if was.playlist == will.playlist:
            continue
        there = local(starts, zone)
        key = (there.time(), stops - starts, was.playlist, will.playlist)
        if key in found:
            one = found[key]
            found[key] = MomentChange(one.begins, one.ends, one.before, one.after, one.why, (*one.repeats, starts))
        elif len(found) < MOMENTS_LIMIT:
            found[key] = MomentChange(starts, stops, was.playlist, will.playlist, will.reason)
    yield from found.values()


def _stretches(
    before: FolderMeaning, after: FolderMeaning, begins: datetime, ends: datetime
) -> Iterator[tuple[datetime, datetime, Choice, Choice]]:
    """Neighbours with the same two playlists are one."""
    old = list(list_choices(before.schedule, begins, ends, before.known))
    new = list(list_choices(after.schedule, begins, ends, after.known))
    old_at, new_at = [moment for moment, _ in old], [moment for moment, _ in new]
    moments = sorted({*old_at, *new_at})
    pending: tuple[datetime, datetime, Choice, Choice] | None = None
    for moment, stop in zip(moments, [*moments[1:], ends], strict=True):
        was, will = (choices[bisect_right(at, moment) - 1][1] for choices, at in ((old, old_at), (new, new_at)))
        if pending and (pending[2].playlist, pending[3].playlist) == (was.playlist, will.playlist):
            pending = pending[0], stop, pending[2], pending[3]
            continue
        if pending:
            yield pending
        pending = moment, stop, was, will
    if pending:
        yield pending


def _first_seen(meaning: FolderMeaning, now: datetime) -> dict[str, datetime]:
    """Playlist -> when it is on screen for the first time from now."""
    found: dict[str, datetime] = {}
    for moment, choice in list_choices(meaning.schedule, now, now + AHEAD, meaning.known):
        if choice.playlist is not None:
            found.setdefault(choice.playlist, moment)
    return found
