"""What a content folder means, read away from a panel: its draft, its schedule, and the digest that a panel will report.

Knows: which of a panel's parsers reads what. Touches: the folder, reading only; the children that parse texts and calendars.
Must not: look into media: a caller tells what vetting said of each file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import islice
from urllib.parse import urlsplit

from player.base.zones import panel_zone, zone_called
from player.bundle.manifest import MANIFEST_LIMIT_BYTES, MANIFEST_NAME, parse_manifest
from player.bundle.refusals import BundleRefused
from player.contract.content_digest import digest_of_release
from player.core.model import Problem, Schedule
from player.library.content.draft import CALENDAR_NAME, Draft, Line, read_bundle
from player.library.content.meant import meant_by
from player.library.content.names import PLAYLIST_ENDINGS
from player.library.content.playlist_entry import ADDRESS
from player.library.content.snapshot import Snapshot
from player.library.folder.scan import FolderUnreadable
from player.library.renditions.recipes import NotMade
from player.library.store.made_rows import asked_by
from player.library.store.workshop import UNKNOWN
from player.library.vetting.content_folder import ContentFolder
from player.library.vetting.occurrences import read_calendar
from player.library.vetting.texts import TextReader
from player.library.vetting.verdicts import Verdict, VettingFailed
from player.settings.models import Settings

ANY_HOST_LIMIT = 1000
ANY_HOST_BYTES = 1 << 20
"""Hosts of streams that are looked for, and in how much of a playlist: nobody has more of either."""
_ADDRESSED = re.compile(rf"{ADDRESS.pattern}[^\s\"'<>]{{1,500}}".encode(), re.IGNORECASE)


class MeaningUnknown(Exception):
    """The folder cannot be read now; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class FolderMeaning:
    """What lies in the folder, and what is made of it. known: the playlists that hold anything.

    faults: what is wrong with the calendar. calendar_lost: it is there, and nothing can be made of it.
    """

    snapshot: Snapshot
    draft: Draft
    schedule: Schedule
    zone: tzinfo
    known: tuple[str, ...]
    faults: tuple[Problem, ...] = ()
    calendar_lost: bool = False


@dataclass(frozen=True, slots=True)
class LookedInto:
    """A file that was looked into: the SHA-256 of its bytes, and what vetting says; None: this computer cannot tell."""

    sha256: str
    verdict: Verdict | None


def read_meaning(
    folder: ContentFolder,
    settings: Settings,
    around: datetime,
    *,
    any_host: bool = False,
    texts: TextReader | None = None,
) -> FolderMeaning:
    """around: aware, for the calendar. any_host: a stream of any host counts, as the office does not know a panel's list.
    texts: knows what was parsed before; None: everything is parsed anew.

    Raises MeaningUnknown.
    """
    try:
        return _read(folder, settings, around, texts, any_host=any_host)
    except (FolderUnreadable, VettingFailed) as error:
        raise MeaningUnknown(str(error)) from error
    except OSError as error:
        raise MeaningUnknown(
            f"{error.filename or 'a file'} cannot be read ({error.strerror}); check the disk"
        ) from error


def _read(
    folder: ContentFolder, settings: Settings, around: datetime, texts: TextReader | None, *, any_host: bool
) -> FolderMeaning:
    """Raises FolderUnreadable, OSError, VettingFailed."""
    snapshot = folder.scan()
    zone = panel_zone(settings.panel.timezone)
    draft = read_draft(folder, _listed(folder, snapshot), zone, settings, any_host=any_host, texts=texts)
    known = known_in(draft)
    schedule, faults, readable = schedule_in(draft, zone, around)
    lost = draft.calendar_lost or not readable
    return FolderMeaning(snapshot, draft, schedule, zone, tuple(known), tuple(faults), lost)


def _listed(folder: ContentFolder, snapshot: Snapshot) -> Snapshot:
    """Of a signed folder only what the manifest lists counts. Raises OSError."""
    if MANIFEST_NAME not in snapshot.files:
        return snapshot
    try:
        manifest = parse_manifest(folder.read(MANIFEST_NAME, MANIFEST_LIMIT_BYTES))
    except BundleRefused:
        return snapshot  # no panel takes it, and the check says so
    listed = {file.path for file in manifest.files}
    return Snapshot({path: each for path, each in snapshot.files.items() if path in listed}, snapshot.odd)


def look_at(folder: ContentFolder) -> Snapshot:
    """What lies in the folder. Raises MeaningUnknown."""
    try:
        return folder.scan()
    except FolderUnreadable as error:
        raise MeaningUnknown(str(error)) from error
    except OSError as error:
        raise MeaningUnknown(
            f"{error.filename or 'a file'} cannot be read ({error.strerror}); check the disk"
        ) from error


def read_draft(
    folder: ContentFolder,
    snapshot: Snapshot,
    zone: tzinfo,
    settings: Settings,
    *,
    any_host: bool = False,
    texts: TextReader | None = None,
) -> Draft:
    """Raises OSError and VettingFailed."""
    hosts = {*settings.content.stream_hosts, *(_hosts_named(folder, snapshot) if any_host else ())}
    with texts or TextReader() as reader:
        return read_bundle(str(folder.root), snapshot, folder.read, zone, hosts, texts=reader)


def _hosts_named(folder: ContentFolder, snapshot: Snapshot) -> Iterator[str]:
    """Of every address in a playlist. Raises OSError."""
    lists = (path for path in snapshot.files if path.casefold().endswith(PLAYLIST_ENDINGS))
    raw = b"\n".join(folder.read(path, ANY_HOST_BYTES) for path in lists)
    for found in islice(_ADDRESSED.finditer(raw), ANY_HOST_LIMIT):
        try:
            host = urlsplit(found[0].decode("utf-8", "replace")).hostname
        except ValueError:
            continue
        if host:
            yield host


def known_in(draft: Draft) -> list[str]:
    """The playlists that hold anything."""
    return [playlist.name for playlist in draft.playlists if playlist.lines]


def schedule_in(draft: Draft, zone: tzinfo, around: datetime) -> tuple[Schedule, list[Problem], bool]:
    """Rules and calendar together, what is wrong with the calendar, and whether it could be read. Raises VettingFailed."""
    schedule = Schedule(zone_called(draft.timezone, zone), tuple(draft.rules))
    if not draft.calendar:
        return schedule, [], True
    expanded = read_calendar(draft.calendar, CALENDAR_NAME, schedule.timezone, around, known_in(draft))
    return replace(schedule, windows=tuple(expanded.windows)), expanded.problems, expanded.readable


def digest_of_meaning(meaning: FolderMeaning, look: Callable[[str], LookedInto | None], settings: Settings) -> str:
    """The `content.digest` of a panel that has taken this folder whole. look: None for a file that cannot be read."""
    looked: dict[str, LookedInto | None] = {}
    used: dict[str, list[tuple[Line, str]]] = {}
    for playlist in meaning.draft.playlists:
        lines = used.setdefault(playlist.name, [])
        for line in playlist.lines:
            if line.stream:
                lines.append((line, line.target))
                continue
            if line.target not in looked:
                looked[line.target] = look(line.target)
            found = looked[line.target]
            if found is not None and _is_used(line, found.verdict, settings.content.image_seconds):
                lines.append((line, found.sha256))
    return digest_of_release(meant_by(meaning.draft, used, meaning.zone, calendar_lost=meaning.calendar_lost))


def _is_used(line: Line, verdict: Verdict | None, image_seconds: float) -> bool:
    if verdict is None:
        return True
    if verdict.kind is None:
        return False
    asked = asked_by(line, verdict, image_seconds)
    return asked is None or not isinstance(asked.wanted("", UNKNOWN), NotMade)
