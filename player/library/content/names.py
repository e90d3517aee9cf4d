"""File names: which are temporary, what a temporary one will be called, how an operator would sort them.

Knows: the temporary names of sync tools (facts.md). Touches nothing.
Must not: open a file; say what counts as content (content/eligible.py does).
"""

from __future__ import annotations

import re
import unicodedata

PLAYLIST_ENDINGS = (".m3u8", ".m3u", ".xspf")
PLAYLISTS_FOLDER = "playlists"

_TEMPORARY = re.compile(
    r"""
      \.syncthing\..+\.tmp | ~syncthing~.+\.tmp                            # Syncthing
    | \..+\.[A-Za-z0-9]{6}                                                 # rsync: .NAME.XXXXXX
    | \.pending-\d+-.+                                                     # Android
    | .+\.(?:partial|part|crdownload|opdownload|!sync|tmp|temp|filepart|download|aria2|swp)
                                          # rclone, Nextcloud, Unison, browsers, Resilio, OneDrive, WinSCP, aria2
    | \..*\.~.* | \.sync_.*\.db.* | \.~lock\..*\# | ~\$.* | .*~            # Nextcloud, LibreOffice, Office, editors
    | \._.* | \.DS_Store | Thumbs\.db | desktop\.ini                       # macOS, Windows
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TWINS = (
    re.compile(r"\.syncthing\.(.+)\.tmp", re.IGNORECASE),
    re.compile(r"~syncthing~(.+)\.tmp", re.IGNORECASE),
    re.compile(r"\.unison\.(.+)\.[0-9a-f]+\.unison\.tmp", re.IGNORECASE),
    re.compile(r"\.pending-\d+-(.+)"),
    re.compile(r"\.(.+)\.~[0-9a-fA-F]*", re.IGNORECASE),
    re.compile(r"\.(.+)\.[A-Za-z0-9]{6}"),
    re.compile(
        r"(.+?)(?:\.[0-9a-f]{8})?\.(?:partial|part|crdownload|opdownload|!sync|tmp|temp|filepart|download|aria2)",
        re.IGNORECASE,
    ),
)
"""From a temporary name to the final one: the first that fits, so the most particular stands first."""

_FOREIGN_FOLDERS = frozenset({"system volume information", "$recycle.bin", "lost+found", "receipts", "@eadir"})


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
