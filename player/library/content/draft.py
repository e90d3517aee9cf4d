"""What a bundle means at one moment: its playlists and schedule, and which file each line stands for.

Knows: the layout of a content folder (terminal.md). Touches nothing: its small text files come from a function that it is given.
Must not: read media, or say whether they are any good (vetting does).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice

from player.base.text import hide_keys, messages_of, printable
from player.base.zones import zone_called
from player.core.model import DEFAULT_PLAYLIST, Problem, ScheduleRule
from player.library.content.disguises import what_it_is
from player.library.content.eligible import may_be_media, original_of
from player.library.content.lookup import Found, Lookup, NotFound
from player.library.content.misnamed import find_misnamed
from player.library.content.names import (
    PLAYLIST_ENDINGS,
    PLAYLISTS_FOLDER,
    final_name,
    natural_key,
)
from player.library.content.playlist_entry import ITEMS_LIMIT, PLAYLIST_LIMIT_BYTES, PlaylistEntry
from player.library.content.schedule_file import SCHEDULE_LIMIT_BYTES
from player.library.content.snapshot import Snapshot
from player.library.content.text_page import TICKER_NAME
from player.library.content.texts import ParsedHere, Texts
from player.library.content.ticker_file import TICKER_LIMIT_BYTES, limit_messages
from player.library.content.ticker_rule import TickerRule

CALENDAR_LIMIT_BYTES = 4 << 20
HASHED_LIMIT = 1000
"""Names that begin with # and are told to the child that parses playlists, with each of them."""
TICKER_FILES_LIMIT = 50
SCHEDULE_NAME = "schedule.toml"
CALENDAR_NAME = "schedule.ics"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a playlist that stands for a file (or, stream, an address). pages: of a document, first and last; None: all."""

    target: str
    entry: PlaylistEntry
    stream: bool = False
    pages: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that a line names and that is not there, or not yet. also: where else it may come."""

    path: str
    problem: Problem
    also: str = ""


@dataclass(frozen=True, slots=True)
class DraftTicker:
    """A running text and when it runs; the rule names no playlist."""

    rule: ScheduleRule
    messages: tuple[str, ...]


@dataclass(slots=True)
class DraftPlaylist:
    """file "": no playlist file, all (loose) media. missing: lines that wait for a file."""

    name: str
    file: str
    lines: list[Line] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A bundle as it reads now. problems: what is wrong with it for good, until somebody changes it.

    refused: those of the problems that keep a playlist or a part of the schedule from counting.
    rules_lost, calendar_lost: the file is there and cannot be read, so that those of the release before go on.
    ticker: the messages of ticker.txt; tickers: what [[ticker]] says of others; ticker_files: where these lie, so that none
    of them is a text page, too.
    twins: files that it names and whose next version is being written -> the temporary names that it has.
    """

    playlists: list[DraftPlaylist] = field(default_factory=list)
    timezone: str = ""
    rules: list[ScheduleRule] = field(default_factory=list)
    calendar: str = ""
    ticker: tuple[str, ...] = ()
    tickers: list[DraftTicker] = field(default_factory=list)
    ticker_files: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    rules_lost: bool = False
    calendar_lost: bool = False
    twins: dict[str, list[str]] = field(default_factory=dict)

    def files(self) -> dict[str, None]:
        """Every media file that is named, once, in playing order."""
        return dict.fromkeys(line.target for p in self.playlists for line in p.lines if not line.stream)

    def missing(self) -> list[Missing]:
        return [missing for playlist in self.playlists for missing in playlist.missing]


def read_bundle(
    root: str,
    snapshot: Snapshot,
    read: Callable[[str, int], bytes],
    zone: tzinfo,
    stream_hosts: Collection[str],
    last_timezone: str = "",
    texts: Texts | None = None,
) -> Draft:
    """The bundle in the folder `root`, whose files are those of `snapshot`. zone: the panel's.

    last_timezone: the one of the release before, for a schedule that cannot be read. texts: parses what is read; for a
    foreign bundle a child does (vetting/texts.py), None: this process, and then nothing bounds its time and memory.

    read: gives a text file's content, at most as many bytes and one more (with a manifest: verified). What it raises
    goes through (the disk's or the share's fault); what is wrong with the content is a problem of the draft.
    """
    draft = Draft()
    texts = texts or ParsedHere()
    names = _playlist_files(snapshot, draft.problems)
    tickers: list[TickerRule] = []
    if SCHEDULE_NAME in snapshot.files:
        raw = read(SCHEDULE_NAME, SCHEDULE_LIMIT_BYTES)
        parsed = texts.schedule(raw, SCHEDULE_NAME, {*names, DEFAULT_PLAYLIST})
        draft.timezone, draft.rules = parsed.timezone, parsed.rules
        draft.problems += parsed.problems
        draft.refused += parsed.refused
        draft.rules_lost = not parsed.readable
        if draft.rules_lost:
            draft.timezone = last_timezone
        tickers = parsed.tickers
    _read_tickers(tickers, snapshot, read, texts, draft)
    if CALENDAR_NAME in snapshot.files:
        draft.calendar = _calendar_text(read(CALENDAR_NAME, CALENDAR_LIMIT_BYTES), draft)
    lookup = Lookup(snapshot, root, stream_hosts)
    local = zone_called(draft.timezone, zone)
    reading = _Reading(read, texts, lookup, local, draft, _hashed(snapshot))
    for name, file in sorted(names.items(), key=lambda pair: (pair[0] != DEFAULT_PLAYLIST, natural_key(pair[0]))):
        draft.playlists.append(reading.playlist(name, file))
    if DEFAULT_PLAYLIST not in names:
        everything = _all_media(snapshot, draft)
        if everything.lines:
            draft.playlists.insert(0, everything)
    _report_strangers(snapshot, draft, by_list=DEFAULT_PLAYLIST in names)
    draft.twins = _twins(snapshot, draft)
    return draft


def _read_tickers(
    rules: Sequence[TickerRule], snapshot: Snapshot, read: Callable[[str, int], bytes], texts: Texts, draft: Draft
) -> None:
    """ticker.txt, and the texts of the rules; a rule whose text is not there is left out, and comes with its file."""
    files: dict[str, tuple[str, ...]] = {}

    def messages_in(path: str) -> tuple[str, ...]:
        if path not in files:
            parsed = texts.ticker(read(path, TICKER_LIMIT_BYTES), printable(path))
            draft.problems += parsed.problems
            files[path] = parsed.messages
        return files[path]

    if TICKER_NAME in snapshot.files:
        draft.ticker = messages_in(TICKER_NAME)
    for rule in rules:
        if not rule.file:
            parsed = limit_messages(messages_of(rule.text), SCHEDULE_NAME, rule.line)
            draft.problems += parsed.problems
            draft.tickers.append(DraftTicker(rule.rule, parsed.messages))
        elif rule.file in snapshot.files and (rule.file in files or len(files) < TICKER_FILES_LIMIT):
            draft.tickers.append(DraftTicker(rule.rule, messages_in(rule.file)))
        else:
            what = f"[[ticker]] names {printable(rule.file)[:200]!r}, and no such text is there"
            draft.problems.append(
                Problem(SCHEDULE_NAME, what, "put it into the folder, or correct its name", rule.line)
            )
    draft.ticker_files = frozenset(files)


def _playlist_files(snapshot: Snapshot, problems: list[Problem]) -> dict[str, str]:
    """Name -> path, of `playlist.*` and `playlists/NAME.*`. Of several with one name the first ending counts."""
    found: dict[str, str] = {}
    for ending in PLAYLIST_ENDINGS:
        for path in sorted(snapshot.files):
            above, name = posixpath.split(path)
            stem, own = posixpath.splitext(name)
            if own.casefold() != ending or above not in ("", PLAYLISTS_FOLDER) or original_of(name) is not None:
                continue
            if above == "":
                if stem.casefold() != "playlist":
                    continue
                stem = DEFAULT_PLAYLIST
            if stem in found:
                remedy = "keep one of the two"
                problems.append(
                    Problem(printable(path), f"{printable(found[stem])} has the same name and is used", remedy)
                )
            else:
                found[stem] = path
    return {printable(name): path for name, path in found.items()}


def _hashed(snapshot: Snapshot) -> list[str]:
    """The files with a # at the begin of a name: such a line of a playlist is no comment. Nobody has many of them."""
    found = (path for path in snapshot.files if path.startswith("#") or "/#" in path)
    return list(islice(found, HASHED_LIMIT))


def _as_written(hashed: Collection[str], beside: str) -> frozenset[str]:
    """Those whose path, as a playlist in the folder `beside` writes it, begins with #."""
    above = f"{beside}/" if beside else ""
    own = (path.removeprefix(above) for path in hashed if path.startswith(above))
    return frozenset(path for path in (*own, *hashed) if path.startswith("#"))


def _calendar_text(raw: bytes, draft: Draft) -> str:
    if len(raw) > CALENDAR_LIMIT_BYTES:
        problem = Problem(CALENDAR_NAME, "larger than 4 MB; it is not read", "export fewer events")
    elif disguise := what_it_is(raw):
        problem = Problem(CALENDAR_NAME, f"it is {disguise}, not a calendar", "export the calendar as .ics again")
    else:
        try:
            return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
        except UnicodeDecodeError:
            problem = Problem(CALENDAR_NAME, "not UTF-8 text; it is not read", "export it again")
    draft.problems.append(problem)
    draft.refused.append(problem)
    draft.calendar_lost = True
    return ""


@dataclass(slots=True)
class _Reading:
    """The playlists of one bundle, which share one budget of entries and of bytes: a limit for each file alone would let
    sixty files of the longest kind fill the memory.
    """

    read: Callable[[str, int], bytes]
    texts: Texts
    lookup: Lookup
    zone: tzinfo
    draft: Draft
    hashed: Collection[str]
    entries_left: int = ITEMS_LIMIT
    bytes_left: int = PLAYLIST_LIMIT_BYTES
    overdrawn: bool = False

    def playlist(self, name: str, file: str) -> DraftPlaylist:
        playlist, problems = DraftPlaylist(name, file), self.draft.problems
        title = printable(file)
        raw = self.read(file, PLAYLIST_LIMIT_BYTES)
        if len(raw) > PLAYLIST_LIMIT_BYTES:
            problems.append(Problem(title, "larger than 32 MB; it is not read", "make it shorter"))
            self.draft.refused.append(problems[-1])
            return playlist
        self.bytes_left -= len(raw)
        if self.bytes_left < 0:
            self._overdraw(f"the playlists hold more than 32 MB together; {title} and what follows are not read")
            return playlist
        parsed = self.texts.playlist(raw, file, title, self.zone, _as_written(self.hashed, posixpath.dirname(file)))
        entries = parsed.entries[: self.entries_left]
        if len(entries) < len(parsed.entries):
            self._overdraw(f"the playlists hold more than {ITEMS_LIMIT} items together; the rest is left out")
        self.entries_left -= len(entries)
        problems += parsed.problems
        self._look_up(entries, title, playlist)
        if not parsed.entries and not parsed.problems:
            problems.append(Problem(title, "it names nothing", "add the paths of some media, one a line"))
            self.draft.refused.append(problems[-1])
        elif not parsed.entries:
            self.draft.refused += parsed.problems
        return playlist

    def _overdraw(self, what: str) -> None:
        """Told once for all of them."""
        if not self.overdrawn:
            self.overdrawn = True
            self.draft.problems.append(Problem("the content folder", what, "make them shorter"))
            self.draft.refused.append(self.draft.problems[-1])

    def _look_up(self, entries: Sequence[PlaylistEntry], title: str, playlist: DraftPlaylist) -> None:
        problems, beside = self.draft.problems, posixpath.dirname(playlist.file)
        answers: dict[str, Found | NotFound] = {}
        for entry in entries:
            answer = answers.get(entry.where) or self.lookup.find(entry.where, beside)
            answers[entry.where] = answer
            if not isinstance(answer, Found):
                _note_unfound(answer, title, entry.line, playlist, problems)
            elif answer.stream and entry.seconds is None:
                what = f"{hide_keys(answer.path)[:200]} is a stream and has no end of its own"
                problems.append(Problem(title, what, "write #EXTINF:SECONDS,Title before it", entry.line))
            else:
                if answer.remark:
                    remedy = f"better: {printable(posixpath.relpath(answer.path, beside or '.'))}"
                    problems.append(Problem(title, answer.remark, remedy, entry.line, remark=True))
                playlist.lines.append(Line(answer.path, entry, answer.stream, answer.pages))


def _note_unfound(
    answer: NotFound, title: str, line: int | None, playlist: DraftPlaylist, problems: list[Problem]
) -> None:
    problem = Problem(title, answer.what, answer.remedy, line)
    if answer.path:
        playlist.missing.append(Missing(answer.path, problem, answer.also))
    else:
        problems.append(problem)


def _all_media(snapshot: Snapshot, draft: Draft) -> DraftPlaylist:
    """Without `playlist.*`: every media file that no named playlist claims, in natural order of its path."""
    claimed = draft.files().keys() | draft.ticker_files
    paths = [p for p in snapshot.files if may_be_media(p) and p not in claimed]
    paths.sort(key=natural_key)
    playlist = DraftPlaylist(DEFAULT_PLAYLIST, "", [Line(p, PlaylistEntry(p)) for p in paths[:ITEMS_LIMIT]])
    return playlist


def _report_strangers(snapshot: Snapshot, draft: Draft, *, by_list: bool) -> None:
    """What an operator put there and will wait for in vain, and what a sync tool could not decide."""
    draft.problems += find_misnamed(snapshot.files)
    draft.problems += _conflicts(snapshot, draft)
    if not by_list:
        for path, what in sorted(snapshot.odd.items()):
            if not posixpath.basename(path).startswith("."):
                draft.problems.append(
                    Problem(printable(path), f"it is {what}, not a file", "put the file itself there")
                )
    for path in snapshot.unreadable:
        draft.problems.append(
            Problem(printable(path), "the folder cannot be read", "give the player's user the right to")
        )
    if snapshot.overfull:
        draft.problems.append(
            Problem("the content folder", "holds too many files; some are not looked at", "tidy it up")
        )


def _conflicts(snapshot: Snapshot, draft: Draft) -> list[Problem]:
    """Second versions of a file that a sync tool could not decide between, but for what a playlist names."""
    remedy = "keep the right one under its own name, and remove this one"
    named = draft.files()
    found = {path: original_of(posixpath.basename(path)) for path in snapshot.files if path not in named}
    return [
        Problem(printable(path), f"the sync tool kept it as a second version of {printable(original)}", remedy)
        for path, original in sorted(found.items())
        if original is not None
    ]


def _twins(snapshot: Snapshot, draft: Draft) -> dict[str, list[str]]:
    named = {**draft.files(), **dict.fromkeys(path for one in draft.missing() for path in (one.path, one.also) if path)}
    named.update(dict.fromkeys(playlist.file for playlist in draft.playlists if playlist.file))
    named.update(dict.fromkeys([SCHEDULE_NAME, CALENDAR_NAME, TICKER_NAME]))
    found: dict[str, list[str]] = {}
    for path in snapshot.temporary:
        above, name = posixpath.split(path)
        final = final_name(name)
        target = posixpath.join(above, final) if final else ""
        if target in named and not _is_outdated(snapshot, path, target):
            found.setdefault(target, []).append(path)
    return found


def _is_outdated(snapshot: Snapshot, temporary: str, target: str) -> bool:
    """Whether the file itself was put in its place after the temporary one was last written: that one was left behind."""
    there = snapshot.files.get(target)
    return there is not None and there.ctime_ns > snapshot.temporary[temporary].ctime_ns
