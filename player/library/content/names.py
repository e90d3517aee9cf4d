"""File names: which are temporary, which are no media, how an operator would sort them.

Knows: the temporary names of sync tools (facts.md), the kinds of file that lie beside media.
Touches nothing. Must not: open a file; what a file is, its content says.
"""

from __future__ import annotations

import re
import unicodedata

PLAYLIST_ENDINGS = (".m3u8", ".m3u", ".xspf")
PLAYLISTS_FOLDER = "playlists"

_TEMPORARY = re.compile(
    r"""
      \.syncthing\..+\.tmp | ~syncthing~.+\.tmp | .+\.sync-conflict-.*     # Syncthing
    | \..+\.[A-Za-z0-9]{6}                                                 # rsync: .NAME.XXXXXX
    | .+\.(?:partial|part|crdownload|!sync|tmp|temp|filepart|download|swp) # rclone, Nextcloud, browsers, Resilio, WinSCP
    | \..*\.~.* | \.sync_.*\.db.* | \.~lock\..*\# | ~\$.* | .*~            # Nextcloud, LibreOffice, Office, editors
    | \._.* | \.DS_Store | Thumbs\.db | desktop\.ini                       # macOS, Windows
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TWINS = (
    re.compile(r"\.syncthing\.(.+)\.tmp", re.IGNORECASE),
    re.compile(r"~syncthing~(.+)\.tmp", re.IGNORECASE),
    re.compile(r"\.(.+)\.~[0-9a-fA-F]*", re.IGNORECASE),
    re.compile(r"\.(.+)\.[A-Za-z0-9]{6}"),
    re.compile(r"(.+?)(?:\.[0-9a-f]{8})?\.(?:partial|part|crdownload|!sync|tmp|temp|filepart|download)", re.IGNORECASE),
)

_FOREIGN_FOLDERS = frozenset({"system volume information", "$recycle.bin", "lost+found", "receipts", "@eadir"})

_NOT_MEDIA = re.compile(
    r""".+\.(?:
      txt | md | pdf | doc | docx | odt | rtf | xls | xlsx | ods | csv | ppt | pptx | odp | srt | sub |
      vtt | ass | ssa | idx | nfo | ini | log | toml | json | yaml | yml | minisig | ics | m3u | m3u8 |
      xspf | pls | asx | cue | zip | rar | 7z | gz | tar | html | htm | css | js | py | sh | bat | exe |
      dll | db | lnk | url | bak | old | md5 | sha256 | sha1 | sig | asc | psd | ai | eps | indd | prproj
      | aep | drp | kdenlive | xml | torrent
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_MEDIA_ENDINGS = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".wmv", ".ogv", ".flv",
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp",
)  # fmt: skip


def is_temporary(name: str) -> bool:
    """Whether a sync tool, a browser or an office program writes under this name what is to be called otherwise."""
    return _TEMPORARY.fullmatch(name) is not None


def final_name(temporary: str) -> str | None:
    """The name that a temporary one will have once it is complete; None when it does not say."""
    for pattern in _TWINS:
        if found := pattern.fullmatch(temporary):
            return found[1]
    return None


def is_foreign_folder(name: str) -> bool:
    """Folders that hold no content: hidden ones (sync tools keep their states there), the system's, our receipts."""
    return name.startswith(".") or name.casefold() in _FOREIGN_FOLDERS


def may_be_media(path: str) -> bool:
    """Whether, without a playlist, `path` is looked at: everything but what is plainly another kind of file."""
    name = path.rpartition("/")[2]
    return not name.startswith(".") and _NOT_MEDIA.fullmatch(name) is None


def has_media_ending(path: str) -> bool:
    """Whether the name says that it is a film or a picture; only for what comes first, for the content decides."""
    return path.casefold().endswith(_MEDIA_ENDINGS)


def natural_key(path: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sorts as people do: spot-2 before spot-10, whatever the case; folders and the files beside them by name."""
    return tuple(
        tuple(
            (0, int(part), part) if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d{1,18})", name) if part
        )
        for name in unicodedata.normalize("NFKD", path).casefold().split("/")
    )


def composed(path: str) -> str:
    """The path with its accents in one piece: macOS takes them apart, the others do not."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)
