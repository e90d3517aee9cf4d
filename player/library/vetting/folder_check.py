"""For the operator, before it goes live: everything that is wrong with a folder, and what its schedule means.

Knows: what the importer would say of the folder. Touches: the folder, reading only; a vetting process.
Must not: change anything, or need a running daemon, a library or a panel.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Protocol

from player.base.clocks import ClockTrust
from player.base.text import printable
from player.base.zones import panel_zone
from player.bundle.manifest import MANIFEST_NAME, Manifest, Trust, read_manifest
from player.bundle.minisign import MinisignError, parse_public_key
from player.bundle.refusals import BundleRefused
from player.core.model import DEFAULT_PLAYLIST, Problem, Schedule
from player.library.content.draft import SCHEDULE_NAME, Draft
from player.library.content.eligible import LeftOut, may_be_media, original_of, why_left_out
from player.library.content.misnamed import right_name
from player.library.content.names import final_name, natural_key
from player.library.content.snapshot import Snapshot
from player.library.content.text_page import TICKER_NAME, is_text_page
from player.library.folder.scan import FolderUnreadable
from player.library.vetting.content_folder import ContentFolder, PlainFolder
from player.library.vetting.made_check import RenditionCheck
from player.library.vetting.meaning import known_in, read_draft, schedule_in
from player.library.vetting.remarks import remarks_on, remedy_of
from player.library.vetting.texts import TextReader
from player.library.vetting.verdicts import FilmUnseen, Verdict, Vetting, VettingFailed, VettingUndone
from player.settings.models import Settings

_UNDER_WAY = LeftOut("a copy or a download under way")
_UNLISTED = LeftOut("in no playlist", "add it to one, if it is to be shown")
UNLISTED_TOLD = 10
"""A folder may be an archive, too, of which a playlist takes some films."""
PLAYLIST_NAMES = "the playlists"
SCHEDULE_FAULTS = (FolderUnreadable, VettingFailed, OSError)
"""What `read_schedule` raises: the folder is not there, a child process could not be asked, a file cannot be read."""


class Judge(Protocol):
    """What gives the verdict on a file, as Vetting.judge does. Raises VettingUndone, FilmUnseen, VettingFailed."""

    def __call__(self, path: Path, *, as_text: bool = False) -> Verdict: ...


def check_folder(
    folder: Path,
    settings: Settings,
    now: datetime,
    on_file: Callable[[int, int], None] = lambda done, total: None,
    on_schedule: Callable[[Schedule, datetime, Collection[str]], list[Problem]] = lambda schedule, now, known: [],
    on_left_out: Callable[[Problem], None] = lambda left_out: None,
    on_text: Callable[[str], str] = lambda text: "",
) -> list[Problem]:
    """Everything wrong with the content in `folder`, with file, line and remedy; empty: it can go live as it is.

    now: aware, for the calendar and for items whose time is over. on_file: called before each file is looked into.
    on_schedule: what else is to be said of the schedule, whose meaning this module does not know.
    on_left_out: called with each file that is left out without being wrong (a thumbnail, a sidecar, a download under way).
    on_text: which letters of a running text cannot be drawn, and the remedy, as one sentence; "" when all can.
    """
    return check_content(PlainFolder(folder), settings, now, on_file, on_schedule, on_left_out, on_text)


def check_content(
    content: ContentFolder,
    settings: Settings,
    now: datetime,
    on_file: Callable[[int, int], None] = lambda done, total: None,
    on_schedule: Callable[[Schedule, datetime, Collection[str]], list[Problem]] = lambda schedule, now, known: [],
    on_left_out: Callable[[Problem], None] = lambda left_out: None,
    on_text: Callable[[str], str] = lambda text: "",
    judge: Judge | None = None,
    texts: TextReader | None = None,
) -> list[Problem]:
    """As check_folder, of a folder that may have a draft on top. judge: gives the verdicts, instead of a process of its own.

    texts: knows what was parsed before.
    """
    folder, zone = content.root, panel_zone(settings.panel.timezone)
    try:
        snapshot = content.scan()
        draft = read_draft(content, snapshot, zone, settings, texts=texts)
        schedule, occurrences, _ = schedule_in(draft, zone, now)
    except FolderUnreadable as error:
        return [Problem(str(folder), str(error))]
    except VettingFailed as error:
        return [Problem(str(folder), str(error), "check again when the machine has memory and time")]
    except OSError as error:
        return [
            Problem(str(folder), f"{error.filename or 'a file'} cannot be read ({error.strerror})", "check the disk")
        ]
    for left_out in _left_out(snapshot, draft):
        on_left_out(left_out)
    problems = [*draft.problems, *(missing.problem for missing in draft.missing())]
    problems += occurrences
    problems += on_schedule(schedule, now, known_in(draft))
    problems += _check_media(content, draft, settings, on_file, judge)
    problems += _check_times(draft, now)
    problems += _check_leftovers(draft)
    problems += _check_running_texts(draft, on_text)
    problems += manifest_faults(content, snapshot, settings, now, files=True)
    if not any(playlist.lines for playlist in draft.playlists):
        problems.append(Problem(str(folder), "there is nothing to play in it", "put videos or pictures there"))
    order = {problem: number for number, problem in enumerate(dict.fromkeys(problems))}
    return sorted(order, key=lambda problem: (problem.where, problem.line or 0, order[problem]))


def read_schedule(folder: Path, settings: Settings, around: datetime) -> tuple[Schedule, list[str], list[Problem]]:
    """What the folder's schedule says around a moment (aware), the playlists that exist, and what is wrong with it.

    For a table: `core.playing.schedule.list_choices(schedule, begins, ends, known)`.
    Raises FolderUnreadable, OSError, VettingFailed.
    """
    content, zone = PlainFolder(folder), panel_zone(settings.panel.timezone)
    draft = read_draft(content, content.scan(), zone, settings)
    known = known_in(draft)
    schedule, faults, _ = schedule_in(draft, zone, around)
    problems = [*draft.problems, *(missing.problem for missing in draft.missing()), *faults]
    problems += [
        Problem(
            printable(playlist.file), f"nothing in it can be played, so {playlist.name!r} is passed over", "correct it"
        )
        for playlist in draft.playlists
        if playlist.file and not playlist.lines
    ]
    return schedule, known, problems


def _check_media(
    content: ContentFolder,
    draft: Draft,
    settings: Settings,
    on_file: Callable[[int, int], None],
    judge: Judge | None,
) -> list[Problem]:
    problems: list[Problem] = []
    why: dict[str, tuple[str, str]] = {}
    verdicts: dict[str, Verdict] = {}
    unseen = 0
    files = draft.files()
    with Vetting(settings.content.max_pixels, folder=content.root, ground=settings.screen.background) as vetting:
        ask = judge or vetting.judge
        for number, path in enumerate(files):
            on_file(number, len(files))
            try:
                verdict = ask(content.place_of(path), as_text=is_text_page(path))
            except FilmUnseen:
                unseen += 1
            except (VettingFailed, VettingUndone) as error:
                why[path] = str(error), "check again later"
            else:
                verdicts[path] = verdict
                if verdict.kind is None:
                    why[path] = verdict.why, remedy_of(verdict)
                remarks = remarks_on(verdict, hardware=settings.screen.hardware_decoding)
                problems += [Problem(printable(path), what, remedy) for what, remedy in remarks]
    if unseen:
        what = f"this computer cannot look into films ({unseen} of them here): the panel does, before it plays one"
        problems.append(Problem(str(content.root), what, "make it light with panel-office prepare", remark=True))
    with RenditionCheck(content, settings) as made:
        for playlist in draft.playlists:
            usable = 0
            for line in playlist.lines:
                if (fault := made.fault_of(playlist, line, verdicts.get(line.target))) is not None:
                    problems.append(fault)
                elif line.stream or line.target not in why:
                    usable += 1
                elif playlist.file:
                    words, remedy = why[line.target]
                    problems.append(
                        Problem(printable(playlist.file), f"{printable(line.target)}: {words}", remedy, line.entry.line)
                    )
                else:
                    problems.append(Problem(printable(line.target), *why[line.target]))
            if playlist.file and not usable:
                problems.append(
                    Problem(printable(playlist.file), "nothing in it can be played", "correct it, or remove it")
                )
    problems += made.remarks
    return problems


def _check_times(draft: Draft, now: datetime) -> list[Problem]:
    return [
        Problem(
            printable(playlist.file),
            f"{printable(line.target)} is over since {over:%Y-%m-%d %H:%M}",
            "remove it",
            line.entry.line,
        )
        for playlist in draft.playlists
        for line in playlist.lines
        if (over := line.entry.valid_until) is not None and over <= now
    ]


def _check_leftovers(draft: Draft) -> list[Problem]:
    what = "a newer version of it is still being copied, or its copy has broken off"
    return [Problem(printable(target), what, "wait until it is there, or copy it again") for target in draft.twins]


def _check_running_texts(draft: Draft, on_text: Callable[[str], str]) -> list[Problem]:
    texts = {TICKER_NAME: draft.ticker, SCHEDULE_NAME: [each for text in draft.tickers for each in text.messages]}
    said = {where: on_text("\n".join(messages)).partition("; ") for where, messages in texts.items()}
    return [Problem(where, what, remedy) for where, (what, _, remedy) in said.items() if what]


def _left_out(snapshot: Snapshot, draft: Draft) -> list[Problem]:
    """What plays in no playlist, and what to do about it; where `playlist.m3u8` says what plays, no sidecars and thumbnails."""
    listed = any(playlist.name == DEFAULT_PLAYLIST and playlist.file for playlist in draft.playlists)
    named = draft.files() | dict.fromkeys(draft.ticker_files)
    found: dict[str, LeftOut] = {}
    unlisted: dict[str, LeftOut] = {}
    for path in snapshot.files:
        meant_otherwise = original_of(posixpath.basename(path)) is not None or right_name(path) not in (None, path)
        if path in named or meant_otherwise:
            continue
        why = why_left_out(path)
        if why is not None and (why.remedy or not listed):
            found[path] = why
        elif why is None and listed and may_be_media(path):
            unlisted[path] = _UNLISTED
    found |= {path: _UNDER_WAY for path in snapshot.temporary if final_name(posixpath.basename(path)) is not None}
    found |= {path: unlisted[path] for path in sorted(unlisted, key=natural_key)[:UNLISTED_TOLD]}
    told = [
        Problem(printable(path), f"left out: it is {found[path].why}", found[path].remedy)
        for path in sorted(found, key=natural_key)
    ]
    more = len(unlisted) - UNLISTED_TOLD
    return [*told, *([Problem(PLAYLIST_NAMES, f"{more} more files are in no playlist")] if more > 0 else [])]


def manifest_faults(
    content: ContentFolder, snapshot: Snapshot, settings: Settings, now: datetime, *, files: bool = False
) -> list[Problem]:
    """Why a panel does not take this folder as a bundle. files: also each file that is not what was signed; reads all of them."""
    signed = settings.trust.folder == "signed"
    if MANIFEST_NAME not in snapshot.files and not signed:
        return []
    keys = []
    for text in settings.trust.keys:
        try:
            keys.append(parse_public_key(text))
        except MinisignError as error:
            return [Problem("trust.keys", str(error), "copy the public key again")]
    try:
        manifest = read_manifest(
            content.root, Trust(settings.panel.name, signed, tuple(keys)), now, ClockTrust.PLAUSIBLE
        )
    except BundleRefused as refused:
        return [Problem(MANIFEST_NAME, str(refused))]
    return _compare(content, snapshot, manifest) if manifest and files else []


def _compare(content: ContentFolder, snapshot: Snapshot, manifest: Manifest) -> list[Problem]:
    problems = []
    remedy = "sign the folder again (panel-office sign)"
    for file in manifest.files:
        fingerprint = snapshot.files.get(file.path)
        if fingerprint is None:
            problems.append(Problem(MANIFEST_NAME, f"{printable(file.path)} is listed and not there", remedy))
        elif fingerprint.size != file.size_bytes or _digest(content, file.path) != file.sha256:
            problems.append(Problem(MANIFEST_NAME, f"{printable(file.path)} was changed since it was signed", remedy))
    return problems


def _digest(content: ContentFolder, path: str) -> str:
    with open(content.open(path), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
