"""What lies in a folder, as a person looks for it: films and pictures with what is known of them, playlists, the schedule.

Knows: what is listed where. Touches: the folder through what it is given, and the book of facts.
Must not: look into a file that nobody has looked into yet: that takes time, and is asked for apart (FolderDraft.look_into_next).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from player.bundle.manifest import MANIFEST_NAME
from player.core.kinds import traits_of
from player.library.content.draft import CALENDAR_NAME, SCHEDULE_NAME
from player.library.content.eligible import FILM_ENDINGS, PICTURE_ENDINGS, may_be_media
from player.library.content.names import PLAYLIST_ENDINGS, natural_key
from player.library.content.snapshot import Fingerprint
from player.library.content.text_page import TICKER_NAME, is_text_page
from player.library.renditions.recipes import Recipe
from player.library.vetting.meaning import FolderMeaning
from player.library.vetting.remarks import PREPARE, remarks_on, remedy_of
from player.library.vetting.verdicts import Verdict
from player.office.web.content.facts_book import FactsBook

MediaWord = Literal["video", "image", "document", "text", "other"]
ChangeWord = Literal["", "added", "changed", "renamed"]
GivenUp = Literal["", "unreadable", "unseen", "undone"]
"""Why nobody looks into a file any more: it may not be read; this computer sees no films; its vetting died or was ended."""


@dataclass(frozen=True, slots=True)
class ListedMedia:
    """A file that can be shown, or that was meant to. sha256 "": nobody has read it yet; looked: vetting has looked into it.

    problem: why it is not shown, or what is poor about it (an English sentence). refused: it is not shown at all.
    used_in: playlists. last_shown: on any panel, as the records say; None: not known. given_up: why it was not looked into.
    """

    path: str
    bytes: int
    sha256: str
    kind: MediaWord
    length_s: float | None
    width: int
    height: int
    looked: bool
    refused: bool
    problem: str
    remedy: str
    can_convert: bool
    used_in: tuple[str, ...]
    change: ChangeWord
    last_shown: datetime | None = None
    given_up: GivenUp = ""


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """path "": there is no playlist file; every film and picture plays, in the order of their names."""

    name: str
    path: str
    editable: bool
    items: int


@dataclass(frozen=True, slots=True)
class Listing:
    """schedule: its path, or "". other: files that are none of the rest. signed: a manifest lies in the folder."""

    media: tuple[ListedMedia, ...]
    playlists: tuple[ListedPlaylist, ...]
    schedule: str
    calendars: tuple[str, ...]
    tickers: tuple[str, ...]
    other: tuple[str, ...]
    signed: bool = False


def list_content(
    meaning: FolderMeaning,
    place_of: Callable[[str], Path],
    changes: Mapping[str, ChangeWord],
    book: FactsBook,
    last_shown: Callable[[str], datetime | None] = lambda sha256: None,
    given_up: Mapping[tuple[str, Fingerprint], GivenUp] | None = None,
) -> Listing:
    """changes: what the draft did to each path. last_shown: of a content, by its hash. given_up: of a file as it was."""
    files, draft = meaning.snapshot.files, meaning.draft
    used: dict[str, dict[str, None]] = {}
    for playlist in draft.playlists:
        for line in playlist.lines:
            if not line.stream:
                used.setdefault(line.target, {})[playlist.name] = None
    lists = {playlist.file for playlist in draft.playlists}
    media, other = [], []
    for path in sorted(files, key=natural_key):
        if path in used or may_be_media(path):
            place = place_of(path)
            sha256 = book.known_sha256(place)
            verdict = book.known_verdict(place, path) if sha256 else None
            media.append(
                _media(path, files[path].size, sha256, verdict, tuple(used.get(path, ())), changes.get(path, ""),
                       last_shown(sha256) if sha256 else None, (given_up or {}).get((path, files[path]), ""))
            )  # fmt: skip
        elif path not in lists and path not in _KNOWN and path not in draft.ticker_files:
            other.append(path)
    playlists = tuple(
        ListedPlaylist(p.name, p.file, p.file.casefold().endswith((".m3u", ".m3u8")), len(p.lines) + len(p.missing))
        for p in draft.playlists
    )
    return Listing(
        tuple(media), playlists, SCHEDULE_NAME if SCHEDULE_NAME in files else "",
        (CALENDAR_NAME,) if CALENDAR_NAME in files else (),
        tuple(sorted({*draft.ticker_files, *({TICKER_NAME} & files.keys())})), tuple(other), MANIFEST_NAME in files,
    )  # fmt: skip


_KNOWN = frozenset([SCHEDULE_NAME, CALENDAR_NAME, TICKER_NAME, MANIFEST_NAME, f"{MANIFEST_NAME}.minisig"])


def _media(
    path: str, size_bytes: int, sha256: str, verdict: Verdict | None, used_in: tuple[str, ...], change: ChangeWord,
    last_shown: datetime | None, given_up: GivenUp,
) -> ListedMedia:  # fmt: skip
    problem, remedy, can_convert = told_of(path, verdict)
    return ListedMedia(
        path, size_bytes, sha256, kind_of(path, verdict), verdict.length_s if verdict else None,
        verdict.width if verdict else 0, verdict.height if verdict else 0, verdict is not None,
        verdict is not None and verdict.kind is None, problem, remedy, can_convert, used_in, change, last_shown,
        "" if verdict is not None else given_up,
    )  # fmt: skip


def told_of(path: str, verdict: Verdict | None) -> tuple[str, str, bool]:
    """What is wrong or poor about a file, what to do, and whether a conversion would mend it."""
    if verdict is None:
        return "", "", False
    film = path.casefold().endswith(FILM_ENDINGS)
    if verdict.kind is None:
        return verdict.why, remedy_of(verdict), film and not verdict.cut
    remarks = remarks_on(verdict)
    if not remarks:
        return "", "", False
    heavy = next((remark for remark in remarks if remark.remedy == PREPARE), None)
    first = heavy or remarks[0]
    return first.what, first.remedy, film


def kind_of(path: str, verdict: Verdict | None) -> MediaWord:
    """By the content where it is known, else by the name."""
    if verdict is not None and verdict.kind is not None:
        match verdict.recipe:
            case Recipe.DOCUMENT:
                return "document"
            case Recipe.TEXT:
                return "text"
            case Recipe.PICTURE | Recipe.MOVING:
                return "image"
            case None:
                return "video" if traits_of(verdict.kind).moves else "image"
    name = path.casefold()
    if is_text_page(path):
        return "text"
    if name.endswith(".pdf"):
        return "document"
    return "video" if name.endswith(FILM_ENDINGS) else "image" if name.endswith(PICTURE_ENDINGS) else "other"


def is_plain_list(path: str) -> bool:
    """Whether a file is a text that says what plays when, and so is no medium to be looked into."""
    return path.casefold().endswith(PLAYLIST_ENDINGS) or path in (SCHEDULE_NAME, CALENDAR_NAME, TICKER_NAME)


def is_list(path: str) -> bool:
    """Whether a file says what plays when, and so is put in its place after the media."""
    name = posixpath.basename(path).casefold()
    return name.endswith((*PLAYLIST_ENDINGS, ".toml", ".ics", ".json", ".minisig")) or name == TICKER_NAME
