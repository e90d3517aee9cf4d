"""The films and pictures that an urgent message may be: those that a folder's playlists name, as panels look them up.

Knows: names. Touches: the folders of the settings, reading only. Must not: parse a playlist or open a film: a panel that does not
have the one that was chosen says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from player.library.content.eligible import FILM_ENDINGS, PICTURE_ENDINGS
from player.library.content.names import PLAYLIST_ENDINGS, is_foreign_folder, is_temporary, natural_key

FILES_MOST = 20_000
"""Of a folder; what lies beyond is not offered."""
PLAYLIST_BYTES = 1 << 20
SHOWN_MOST = 500


def list_films(folders: Sequence[Path]) -> tuple[str, ...]:
    """By path, each once. Where a folder has no playlist, everything in it plays, and so everything is offered."""
    found: set[str] = set()
    for folder in folders:
        names = list(_files(folder))
        lists = [name for name in names if name.casefold().endswith(PLAYLIST_ENDINGS)]
        text = "\n".join(_text(folder / name) for name in lists)
        films = (name for name in names if name.casefold().endswith((*FILM_ENDINGS, *PICTURE_ENDINGS)))
        found.update(name for name in films if not lists or _is_named(name, text))
    return tuple(sorted(found, key=natural_key))[:SHOWN_MOST]


def _files(folder: Path) -> Iterator[str]:
    """The paths of the folder's files, without what sync tools leave there."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_foreign_folder(name) and not name.startswith("."))
        for name in sorted(names):
            count += 1
            if count > FILES_MOST:
                return
            if not is_temporary(name):
                yield (Path(place) / name).relative_to(folder).as_posix()


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(PLAYLIST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _is_named(path: str, text: str) -> bool:
    """As a whole path or by its last name, also as an address writes it."""
    name = path.rpartition("/")[2]
    return any(each in text for each in (name, quote(name)))
