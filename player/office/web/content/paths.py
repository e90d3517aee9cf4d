"""Names and paths that come from a browser: which are places in a folder, and what an upload is called.

Knows: what no file system, sync tool or playlist bears in a name. Touches: the folder, to see that no part of a path is a link.
Must not: open a file.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from pathlib import Path

from player.library.content.names import is_foreign_folder, is_temporary
from player.office.web.content.faults import ContentFault

NAME_LIMIT_BYTES = 180
"""Of 255 that file systems bear: temporary names of sync tools are longer than the name itself."""
PATH_LIMIT_BYTES = 1000
DEPTH_LIMIT = 8
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
"""Windows and exFAT bear none of them in a name, and the folder is synced to both."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_UNSEEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
"""Control characters, marks that turn the direction of writing, halves of characters, unassigned ones."""
ENDING_LIMIT = 10


def safe_name(name: str) -> str:
    """The name under which an upload called `name` lies in a folder: as near to it as every file system bears.

    >>> safe_name("../../etc/Festival \\u202e2026 ?.MP4")
    'Festival 2026 _.MP4'
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char) not in _UNSEEN)
    plain = " ".join(_FORBIDDEN.sub("_", seen).split())
    plain = plain.lstrip(".~$# -").rstrip(". ")
    stem, ending = posixpath.splitext(plain)
    if len(ending) > ENDING_LIMIT:
        stem, ending = plain, ""
    plain = _cut(stem, NAME_LIMIT_BYTES - len(ending.encode())).rstrip(". ") + ending
    if not plain or plain == ending or not plain.strip("_"):
        plain = f"file{ending}"
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    if is_temporary(plain) or is_foreign_folder(plain):
        plain = f"file {plain.rstrip('~').replace('.', '_')}"
    return plain


def _cut(text: str, limit_bytes: int) -> str:
    return text.encode()[:limit_bytes].decode("utf-8", "ignore")


def checked_path(path: str) -> str:
    """`path`, which is a place inside a folder, relative to it. Raises ContentFault, whatever else it is."""
    parts = path.split("/")
    wrong = (
        not path
        or len(path.encode("utf-8", "surrogatepass")) > PATH_LIMIT_BYTES
        or len(parts) > DEPTH_LIMIT
        or "\\" in path
        or any(part in ("", ".", "..") or part.startswith(".") or part != part.strip() for part in parts)
        or any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in path)
        or any(len(part.encode("utf-8", "surrogatepass")) > 255 for part in parts)
        or any(is_foreign_folder(part) for part in parts[:-1])
        or is_temporary(parts[-1])
    )
    if wrong:
        raise ContentFault("This is not a place in the folder", field="path")
    return path


def place_inside(root: Path, path: str) -> Path:
    """Where `path` lies below `root`; no part of it may be a link, so that nothing outside is reached. Raises ContentFault."""
    place = root
    for part in checked_path(path).split("/"):
        place = place / part
        if place.is_symlink():
            raise ContentFault("{path} is a link, and links are not followed", field="path", path=path)
    return place
