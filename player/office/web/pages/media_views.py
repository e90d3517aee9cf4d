"""The folder's files as the pages show them: names, lengths, pictures, where each is used and when it was last on screen.

Knows: the words for kinds and lengths. Touches: nothing by itself; the draft lists the files.
Must not: decide whether a file can be played (the panel's own vetting does).
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from urllib.parse import quote

from player.core.model import DEFAULT_PLAYLIST
from player.library.content.names import natural_key
from player.office.web.content.listing import ListedMedia, Listing
from player.office.web.pages.drafting import DraftDesk, catalogue_for
from player.office.web.words import Language, t

PICTURED = frozenset({"video", "image", "document", "text"})
"""Kinds of which a thumbnail can be made."""
GLYPHS: Mapping[str, str] = {"video": "▶", "image": "▣", "document": "▤", "text": "¶"}
CARDS_MOST = 300
"""On one page; a search finds the others."""


@dataclass(frozen=True, slots=True)
class MediaView:
    """One file as a card. change: a word for what the draft made of it. plays_alone: no playlist names it, and it plays.

    light: where Convert is asked for, or "".
    """

    id: str
    path: str
    name: str
    above: str
    kind: str
    glyph: str
    bytes: int
    sha256: str
    address: str
    thumbnail: str
    length_s: float | None
    length: str
    pixels: str
    used_in: tuple[str, ...]
    plays_alone: bool
    problem: str
    remedy: str
    change: str
    light: str = ""
    last_shown: datetime | None = None
    plays: bool = False
    shows: bool = False
    open: bool = False


def media_views(desk: DraftDesk, listing: Listing) -> list[MediaView]:
    """What is new in the draft first, the others as people sort them."""
    everything = plays_everything(listing)
    views = [media_view(desk, each, everything) for each in listing.media]
    return sorted(views, key=lambda view: (not view.change, natural_key(view.path)))


def media_view(desk: DraftDesk, media: ListedMedia, everything: bool) -> MediaView:
    language = desk.reader.language
    above, name = posixpath.split(media.path)
    problem, remedy = _told_of(media, language)
    return MediaView(
        id=f"file-{hashlib.sha256(media.path.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}",
        path=media.path,
        name=name,
        above=above,
        kind=kind_words(media.kind, language),
        glyph=GLYPHS.get(media.kind, "?"),
        bytes=media.bytes,
        sha256=media.sha256,
        address=f"{desk.home}/raw/{quote(media.path)}",
        thumbnail=thumbnail_address(desk, media.path, media.kind, media.sha256)
        if media.sha256 and not media.refused
        else "",
        length_s=media.length_s,
        length=spell_length(media.length_s) if media.length_s else "",
        pixels=f"{media.width} × {media.height}" if media.width and media.height else "",
        used_in=tuple(playlist_words(name, language) for name in media.used_in),
        plays_alone=everything and not media.refused and set(media.used_in) <= {DEFAULT_PLAYLIST},
        problem=problem,
        remedy=remedy,
        change=change_words(media.change, language),
        light=f"{desk.home}/convert/{quote(media.path)}" if media.can_convert and not media.given_up else "",
        last_shown=media.last_shown,
        plays=media.kind == "video",
        shows=media.path.casefold().endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp")),
    )


def is_being_looked_into(media: ListedMedia) -> bool:
    """Whether more will be known of it by itself."""
    return not media.looked and not media.given_up


def _told_of(media: ListedMedia, language: Language) -> tuple[str, str]:
    """What is wrong with it, and what to do."""
    match media.given_up:
        case "":
            say = catalogue_for(language).say
            mended = t(language, "Convert makes a film of it that every panel plays.") if media.can_convert else ""
            return say(media.problem), mended or say(media.remedy)
        case "unreadable":
            return (
                t(language, "The office's computer may not read this file."),
                t(
                    language,
                    "Upload it here anew, or let the office's IT person give the console the right to read it.",
                ),
            )
        case "unseen":
            return t(language, "This computer cannot look into films: each panel does when it gets it."), ""
        case "undone":
            return (
                t(language, "It could not be looked into on this computer."),
                t(language, "Each panel looks into it when it gets it. Upload it here anew to try again."),
            )
        case _:
            assert_never(media.given_up)


def plays_everything(listing: Listing) -> bool:
    """Whether there is no main playlist, so that every film and picture plays."""
    return any(each.name == DEFAULT_PLAYLIST and not each.path for each in listing.playlists)


def fresh_files(listing: Listing) -> list[str]:
    """What the draft brings and no playlist names yet."""
    named_by_nobody = {DEFAULT_PLAYLIST} if plays_everything(listing) else set()
    return [
        each.path
        for each in listing.media
        if each.change == "added" and not each.refused and set(each.used_in) <= named_by_nobody
    ]


def thumbnail_address(desk: DraftDesk, path: str, kind: str, sha256: str) -> str:
    """With the content's hash, so that a browser keeps it until the content is another one; "": there can be none."""
    mark = f"?{sha256[:16]}" if sha256 else ""
    return f"{desk.home}/thumbnail/{quote(path)}{mark}" if kind in PICTURED else ""


def playlist_words(name: str, language: Language) -> str:
    return t(language, "Main playlist") if name == DEFAULT_PLAYLIST else name


def kind_words(kind: str, language: Language) -> str:
    match kind:
        case "video":
            return t(language, "Film")
        case "image":
            return t(language, "Picture")
        case "document":
            return t(language, "Document")
        case "text":
            return t(language, "Text page")
        case _:
            return t(language, "Not looked into yet")


def change_words(change: str, language: Language) -> str:
    match change:
        case "added":
            return t(language, "new")
        case "changed":
            return t(language, "changed")
        case "renamed":
            return t(language, "renamed")
        case _:
            return ""


def spell_length(seconds: float) -> str:
    """`0:15`, `1:05`, `1:02:03`."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def total_length(lengths: Iterable[float | None]) -> float | None:
    """The sum; None where one of them is not known."""
    known = list(lengths)
    return None if None in known else sum(length for length in known if length is not None)
