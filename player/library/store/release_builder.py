"""From a draft and the files that were taken to a release: what each line of a playlist becomes, and what is carried over.

Knows: how the release is put together, and what is said of each line that cannot be used. Touches: the store, reading only.
Must not: copy a file (store/importer.py does), or adopt anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from player.base.text import printable
from player.base.zones import zone_called
from player.bundle.source import Source
from player.contract.content_digest import digest_of_release
from player.core.kinds import traits_of
from player.core.model import Problem
from player.library.content.draft import CALENDAR_NAME, SCHEDULE_NAME, Draft, DraftPlaylist, Line
from player.library.content.meant import meant_by
from player.library.content.playlist_entry import PlaylistEntry
from player.library.content.rows import Row, rule_row, window_row
from player.library.renditions.recipes import NotMade
from player.library.store.copying import CopiedFile, CopyFault, NotVetted, StoreFull
from player.library.store.made_rows import NOTHING_MADE, Renditions, asked_by, digests_of, line_rows, origin_of
from player.library.store.record import CALENDAR, RULES, Record, add_media, item_row
from player.library.store.workshop import Workshop
from player.library.vetting.occurrences import Expanded, read_calendar
from player.library.vetting.remarks import remedy_of

if TYPE_CHECKING:
    from player.bundle.manifest import Manifest


@dataclass(slots=True)
class Built:
    """A release put together, not adopted yet. record None: nothing usable. waiting: what may still come.

    refused: those of the problems that only another content of the folder mends. full: what the disk has no room for.
    used: of each playlist the lines that are, with the hashes of their files or their addresses.
    """

    record: Record | None
    problems: list[Problem]
    waiting: list[str]
    refused: list[Problem] = field(default_factory=list)
    full: list[str] = field(default_factory=list)
    used: dict[str, list[tuple[Line, str]]] = field(default_factory=dict)


class ReleaseBuilder:
    """Builds one source's releases, as often as is asked; a calendar that was expanded is not expanded again.

    Not thread-safe.
    """

    def __init__(self, workshop: Workshop, source: Source) -> None:
        self._workshop = workshop
        self._source = source
        self._expanded: tuple[object, Expanded] | None = None

    def build(
        self,
        draft: Draft,
        taken: Mapping[str, CopiedFile],
        faults: Mapping[str, CopyFault],
        wall: datetime,
        manifest: Manifest | None = None,
        renditions: Renditions = NOTHING_MADE,
    ) -> Built:
        """taken, faults, renditions: what became of each file that was looked at. wall: now, for the calendar's occurrences."""
        previous = self._workshop.store.current(self._source)
        built = Built(None, [problem for problem in draft.problems if not problem.remark], [])
        record = Record(self._source, timezone=draft.timezone)
        if manifest is not None:
            record.serial, record.created, record.manifest = manifest.serial, manifest.created, manifest.digest
        fresh = False
        before = set(previous.skipped) if previous else set()
        for playlist in draft.playlists:
            rows = self._rows(_Lines(playlist, taken, faults, renditions), record, built, previous)
            for missing in playlist.missing:
                built.problems.append(missing.problem)
                built.waiting.append(missing.path)
            fresh = fresh or bool(rows)
            if not rows and playlist.file:
                record.carried.append(playlist.name)
            if not rows and playlist.file and previous and playlist.name in previous.playlists:
                rows = _carry_over(previous, playlist.name, record)
                what = "nothing in it can be used; it goes on as it was before"
                built.problems.append(Problem(printable(playlist.file), what, "correct it"))
            if rows:
                record.playlists[playlist.name] = rows
        self._schedule(draft, wall, record, built, previous)
        lost = CALENDAR in record.carried
        record.digest = digest_of_release(meant_by(draft, built.used, self._workshop.zone, calendar_lost=lost))
        record.skipped = sorted(set(built.waiting))
        # What was out of reach when the present release was adopted is not waited for a second time.
        built.waiting = [path for path in dict.fromkeys(built.waiting) if path not in before]
        if fresh:
            built.record = record
        elif not any(missing for missing in draft.missing()) and not draft.files():
            remedy = "put videos or pictures there" + (
                f"; release {previous.number} goes on playing" if previous else ""
            )
            built.problems.append(Problem("the content folder", "holds nothing to play", remedy))
        return built

    def _schedule(self, draft: Draft, wall: datetime, record: Record, built: Built, previous: Record | None) -> None:
        """The rules and the calendar; of a file that cannot be read those of the release before, and it is told."""
        built.refused += draft.refused
        record.rules = [rule_row(rule) for rule in draft.rules]
        record.ticker = list(draft.ticker)
        record.tickers = [{**rule_row(ticker.rule), "messages": list(ticker.messages)} for ticker in draft.tickers]
        if draft.rules_lost:
            record.carried.append(RULES)
            record.rules = list(previous.rules) if previous else []
            record.tickers = list(previous.tickers) if previous else []
        lost = draft.calendar_lost
        if draft.calendar:
            expanded = self._expand(draft.calendar, record, wall)
            built.problems += expanded.problems
            lost = not expanded.readable
            if lost:
                built.refused += expanded.problems
            else:
                built.refused += expanded.refused
                record.calendar = draft.calendar
                record.windows = [window_row(window) for window in expanded.windows]
        if lost:
            record.carried.append(CALENDAR)
        if lost and previous and previous.calendar:
            record.calendar, record.windows = previous.calendar, list(previous.windows)
        lost_files = {SCHEDULE_NAME} if draft.rules_lost else set()
        lost_files |= {CALENDAR_NAME} if lost else set()
        if previous and (previous.rules or previous.calendar):
            built.problems = [_going_on(problem, lost_files) for problem in built.problems]
            built.refused = [_going_on(problem, lost_files) for problem in built.refused]

    def _expand(self, calendar: str, record: Record, wall: datetime) -> Expanded:
        known = frozenset(record.playlists)
        key = (calendar, record.timezone, wall.date(), known)
        if self._expanded is None or self._expanded[0] != key:
            zone = zone_called(record.timezone, self._workshop.zone)
            self._expanded = key, read_calendar(calendar, CALENDAR_NAME, zone, wall, known)
        return self._expanded[1]

    def _rows(self, lines: _Lines, record: Record, built: Built, previous: Record | None) -> list[Row]:
        rows = []
        names: dict[str, str] = {}
        by_list = bool(lines.playlist.file)
        used = built.used.setdefault(lines.playlist.name, [])
        for line in lines.playlist.lines:
            if line.stream:
                rows.append(self._row(line, line.target, None))
                used.append((line, line.target))
                continue
            taken = lines.taken.get(line.target)
            not_made: NotMade | None = None
            if taken is not None and taken.verdict.kind is not None:
                name = names.setdefault(line.target, printable(line.target))
                found = self._line_rows(lines, line, name, taken, record)
                if isinstance(found, list):
                    add_media(record, taken.digest, taken.size_bytes, taken.verdict)
                    rows += found
                    used.append((line, taken.digest))
                    continue
                taken, not_made = (None, None) if found is None else (taken, found)
            fault = lines.faults.get(line.target)
            full = isinstance(fault, StoreFull)
            may_come = not full and (taken is None or taken.verdict.cut)
            if taken is not None or fault is not None:  # else nobody has looked at it yet: nothing is said against it
                why = taken.verdict.why if taken else str(fault)
                remedy = remedy_of(taken.verdict) if taken else "copy it again"
                if not_made is not None:
                    why, _, remedy = not_made.why.partition("; ")
                if isinstance(fault, NotVetted):
                    remedy = fault.remedy
                elif full:
                    remedy = "remove content that is not needed, or fit a larger disk"
                    built.full.append(f"{printable(line.target)}: {why}; {remedy}")
                built.problems.append(_unusable(lines.playlist, line, why, remedy))
            if may_come and (by_list or _played(previous, line.target)):
                built.waiting.append(line.target)
            elif not may_come:
                built.refused.append(built.problems[-1])
        return rows

    def _line_rows(
        self, lines: _Lines, line: Line, name: str, taken: CopiedFile, record: Record
    ) -> list[Row] | NotMade | None:
        """The line's items; None: the machine has not made them yet."""
        image_seconds = self._workshop.content.image_seconds
        asked = asked_by(line, taken.verdict, image_seconds)
        if asked is None:
            return [self._row(line, name, taken)]
        made = lines.renditions.of(asked, taken.digest)
        if made is None or isinstance(made, NotMade):
            return made
        return line_rows(record, line, name, asked, made, image_seconds, _options(line.entry))

    def _row(self, line: Line, name: str, taken: CopiedFile | None) -> Row:
        entry = line.entry
        show_s = entry.seconds
        if taken is not None and taken.verdict.kind is not None:
            own_end = traits_of(taken.verdict.kind).ends_by_itself
            show_s = None if own_end else entry.seconds or self._workshop.content.image_seconds
        return item_row(
            name, taken.digest if taken else line.target, stream=taken is None, show_s=show_s, **_options(entry)
        )  # fmt: skip


def _options(entry: PlaylistEntry) -> Row:
    """What a line says of its item beside the seconds."""
    return {
        "title": entry.title, "volume": entry.volume, "fit": entry.fit, "from": entry.valid_from, "until": entry.valid_until,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Lines:
    """A playlist, and what became of the files that its lines name."""

    playlist: DraftPlaylist
    taken: Mapping[str, CopiedFile]
    faults: Mapping[str, CopyFault]
    renditions: Renditions


def _unusable(playlist: DraftPlaylist, line: Line, why: str, remedy: str) -> Problem:
    name = printable(line.target)
    if playlist.file:
        return Problem(printable(playlist.file), f"{name}: {why}", remedy, line.entry.line)
    return Problem(name, why, f"{remedy}, or remove it" if remedy else "")


def _carry_over(previous: Record, name: str, record: Record) -> list[Row]:
    rows = previous.playlists[name]
    for row in rows:
        for digest in digests_of(row):
            record.media.setdefault(digest, previous.media[digest])
            if (film := previous.facts.get(digest)) is not None:
                record.facts.setdefault(digest, film)
    return rows


def _going_on(problem: Problem, lost_files: set[str]) -> Problem:
    if problem.where not in lost_files:
        return problem
    return replace(problem, what=f"{problem.what}; the schedule before goes on")


def _played(previous: Record | None, path: str) -> bool:
    if previous is None:
        return False
    return any(_name_of(row) == printable(path) for rows in previous.playlists.values() for row in rows)


def _name_of(row: Row) -> str:
    """The file's, of which the item is or was made."""
    origin = origin_of(row)
    return row["path"] if origin is None else origin.name
