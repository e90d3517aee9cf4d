"""Which files of a folder count as content by their names: what plays without a playlist, and why the rest is left out.

Knows: the endings of films and pictures; the names of thumbnails, low-resolution doubles, sidecars and sync conflicts.
Touches nothing. Must not: open a file: of what counts here, vetting says whether it can be shown.

An allow-list: what nobody thought of stays off the public screen. A playlist that names a file is obeyed whatever its name.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from player.library.content.names import PLAYLIST_ENDINGS, PLAYLISTS_FOLDER
from player.library.content.text_page import ENDING, TICKER_NAME

FILM_ENDINGS = (
    ".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".divx", ".ts", ".m2ts", ".mts", ".m2t", ".mpg", ".mpeg", ".mpe",
    ".m1v", ".m2v", ".vob", ".wmv", ".asf", ".flv", ".f4v", ".ogv", ".ogg", ".ogm", ".3gp", ".3g2", ".mxf", ".dv",
)  # fmt: skip
PICTURE_ENDINGS = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".bmp", ".dib", ".heic", ".heif", ".avif", ".tif",
    ".tiff",
)  # fmt: skip
CONTENT_ENDINGS = (*FILM_ENDINGS, *PICTURE_ENDINGS, ".pdf", ENDING)
"""What plays without a playlist."""

_OURS = frozenset({"manifest.json", "manifest.json.minisig", "schedule.toml", "schedule.ics", TICKER_NAME})
_SIDE_FOLDERS = frozenset({"__macosx", "thmbnl", "#recycle", "#snapshot", "found.000", "lost.dir"})
"""macOS archives, Sony's thumbnails, the bins of Synology's shares, what a repaired FAT file system found, Android."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a file does not play, as the end of "it is ...", and what the operator may do about it."""

    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    names: re.Pattern[str]
    left_out: LeftOut


def _row(names: str, why: str, remedy: str = "") -> _Row:
    return _Row(re.compile(names, re.VERBOSE | re.IGNORECASE), LeftOut(why, remedy))


_ROWS = (
    _row(
        r"""(?: .*(?:read.?me | baca.?saya | licen[cs]e | copying | change.?log | password | sandi | login | wifi | catatan
            | notes? | todo).*  |  .+\.(?:m3u8? | xspf | toml | ics | json) ) \.txt""",
        "a note, by its name, and no page for the public",
        "name it in a playlist, if it is to be shown",
    ),
    _row(r".+\.thm | folder\.jpe?g | albumart.*\.jpe?g | (?:eh)?thumbs(?:_vista)?\.db", "a thumbnail"),
    _row(r".+\.(?:lrv|lrf) | .+_proxy\.[a-z0-9]+", "a camera's low-resolution double"),
    _row(
        r""".+\.(?:aae|xmp|xml|json|nfo|ini|log|cpi|gpx|pek|cfa|md5|sha1|sha256|sig|asc|minisig|cue|bak|old)
          | .+[:.]zone\.identifier | icon\r""",
        "a sidecar, which describes another file",
    ),
    _row(r".+\.(?:srt|sub|vtt|ass|ssa|idx)", "subtitles, which are not shown"),
    _row(
        r".+\.(?:docx?|odt|rtf|xlsx?|ods|csv|pptx?|ppsx?|odp|key|pages|numbers|pub)",
        "a document",
        "save it as PDF or MP4",
    ),
    _row(
        r".+\.(?:h26[45]|26[45]|avc|hevc)",
        "a raw stream of a recorder, without a container",
        "make an MP4 of it (panel-office prepare)",
    ),
    _row(r".+\.(?:mp3|m4a|aac|wav|flac|opus|wma|amr|mid)", "sound without a picture"),
    _row(r".+\.(?:zip|rar|7z|gz|tar|tgz|iso)", "an archive", "unpack it"),
    _row(
        r".+\.(?:psd|ai|eps|indd|cdr|prproj|aep|drp|kdenlive|xcf|svg|raw|dng|cr2|cr3|nef|arw)",
        "a file of the program that made it",
        "export it as MP4, JPEG or PNG",
    ),
    _row(r".+\.(?:m3u8?|xspf|pls|asx)", "a playlist where none is looked for", "move it to playlists/"),
)
_HIDDEN = LeftOut("hidden, as its name begins with a dot")
_BESIDE = LeftOut("in a folder that a camera or a computer made for itself")
_UNKNOWN = LeftOut(
    "nothing that can be shown, by the ending of its name", "name it in a playlist, if it is to be shown"
)

_IN_BRACKETS = r"""
      conflicted\ copy | case\ conflict | case\ clash | selective\ sync\ conflict | unicode\ encoding\ conflict
    | sfconflict | copy:\ conflict | salinan\b.*konflik
"""
_CONFLICTS = tuple(
    re.compile(rf"(?P<stem>.+?){mark}(?P<ending>(?:\.[^.]*)?)", re.VERBOSE | re.IGNORECASE)
    for mark in (
        r"\.sync-conflict-\d{8}-\d{6}(?:-[a-z0-9]{7})?",  # Syncthing
        # Nextcloud, ownCloud, Dropbox, Seafile, Unison
        rf"[(\[][^()\[\]]*\b(?:{_IN_BRACKETS})\b[^()\[\]]*(?:\(\d+\))?[)\]](?:\s*\(\d+\))?",
        r"(?:_conf\(\d+\)|\[conflict(?:ed)?\])",  # Google Drive, pCloud
        r"_conflict-\d{8}-\d{6}",  # ownCloud before 2.6
        r"_[^_]+_[a-z]{3}-\d\d-\d{4}-\d{4}_[a-z]*conflict(?:_\d+)?",  # Synology Drive
        r"\.conflict\d*",  # Resilio, rclone bisync
        r"-(?:desktop-[a-z0-9]{7}|laptop-[a-z0-9]{8})(?:-\d+)?",  # OneDrive, on a computer whose name nobody changed
    )
)
"""Not `NAME (1).EXT`: WhatsApp and every browser call other pictures so."""
_MAY_BE_CONFLICT = re.compile(r"confl|konfl|_conf\(|clash|desktop-|laptop-", re.IGNORECASE)
"""Asked first, as a folder may hold a hundred thousand names."""


def original_of(name: str) -> str | None:
    """The name that a sync conflict is a second version of; None: `name` is none of a sync conflict."""
    if _MAY_BE_CONFLICT.search(name) is None:
        return None
    for pattern in _CONFLICTS:
        if found := pattern.fullmatch(name):
            return found["stem"].rstrip() + found["ending"]
    return None


def may_be_media(path: str) -> bool:
    """Whether, without a playlist, `path` is looked at."""
    name = posixpath.basename(path).casefold()
    return name.endswith(CONTENT_ENDINGS) and name != TICKER_NAME and why_left_out(path) is None


def why_left_out(path: str) -> LeftOut | None:
    """Why, without a playlist, `path` does not play; None: it may, or it is a playlist, a schedule or a manifest."""
    above, name = posixpath.split(path)
    if name.startswith("."):
        return _HIDDEN
    if path.casefold() in _OURS or _is_playlist(above, name):
        return None
    if not _SIDE_FOLDERS.isdisjoint(above.casefold().split("/")):
        return _BESIDE
    original = original_of(name)
    if original is not None:
        return LeftOut(f"a second version of {original}, kept by the sync tool")
    for row in _ROWS:
        if row.names.fullmatch(name):
            return row.left_out
    return None if name.casefold().endswith(CONTENT_ENDINGS) else _UNKNOWN


def _is_playlist(above: str, name: str) -> bool:
    stem, ending = posixpath.splitext(name.casefold())
    if ending not in PLAYLIST_ENDINGS:
        return False
    return above == PLAYLISTS_FOLDER or (above == "" and stem == "playlist")
