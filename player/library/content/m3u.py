"""M3U and M3U8 playlists, as operators, VLC and Windows editors write them.

Knows: the lines that count (#EXTINF, #EXT-X-PANEL, paths, addresses), encodings, line ends; directives.py knows near misses.
Touches nothing.
Must not: follow a path, or pass any option on to VLC.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from datetime import tzinfo

from player.core.model import Problem
from player.library.content.directives import EXTINF, PANEL, find_slip
from player.library.content.disguises import what_it_is
from player.library.content.names import composed
from player.library.content.playlist_entry import (
    ITEMS_LIMIT,
    SECONDS_LIMIT,
    EntryOptions,
    Parsed,
    PlaylistEntry,
    parse_options,
)

PROBLEMS_LIMIT = 1000
_DIRECTIVES = (EXTINF, PANEL, "#EXTM3U", "#EXTVLCOPT")
_HLS = ("#EXT-X-TARGETDURATION", "#EXT-X-STREAM-INF", "#EXT-X-MEDIA-SEQUENCE")
_NO_OPTIONS = EntryOptions()


def parse_m3u(raw: bytes, name: str, zone: tzinfo, hashed: Collection[str] = ()) -> Parsed:
    """What the playlist `name` asks for. Whatever is wrong with a line is a problem of that line, and the rest counts.

    hashed: the files whose names, as this playlist would write them, begin with #; such a line is no comment.
    """
    if disguise := what_it_is(raw):
        what = f"it is {disguise}, not a playlist"
        return Parsed(problems=[Problem(name, what, "save it as plain text, with a file name on each line")])
    reading = _Reading(name, zone)
    parsed = reading.parsed
    named = {composed(path) for path in hashed}
    for number, line in _lines(_decode(raw, name, parsed.problems)):
        if len(parsed.problems) >= PROBLEMS_LIMIT:
            what = "more problems than can be listed; the rest of it is not read"
            parsed.problems.append(Problem(name, what, "", number))
            break
        if line.startswith("#") and not (named and composed(line.replace("\\", "/")) in named):
            goes_on = reading.read_directive(line, number)
        else:
            goes_on = reading.read_path(line, number)
        if not goes_on:
            break
    return parsed


class _Reading:
    """One playlist: what was said of the item that comes next. Both methods tell whether there is more to read."""

    def __init__(self, name: str, zone: tzinfo) -> None:
        self.parsed = Parsed()
        self._name, self._zone = name, zone
        self._seconds: float | None = None
        self._title: str | None = None
        self._options = _NO_OPTIONS

    def read_directive(self, line: str, number: int) -> bool:
        if not line.startswith(_DIRECTIVES) and (slip := find_slip(line, self._zone)):
            self._tell(slip.what, slip.remedy, number)
            line = slip.right
        if line.startswith(EXTINF):
            self._seconds, self._title = _parse_extinf(line[8:], self._name, number, self.parsed.problems)
        elif line.startswith(PANEL):
            self._options, wrong = parse_options(line[13:], self._zone)
            for what, remedy in wrong:
                self._tell(what, remedy, number)
        elif line.startswith("#EXTVLCOPT"):
            self._tell("options for VLC are not passed on; the line is ignored", "remove the line", number)
        elif line.startswith(_HLS):
            remedy = "name the stream's address in a playlist, with #EXTINF seconds"
            self._tell("this is a stream's own list (HLS), not a playlist of files", remedy, number)
            self.parsed.entries.clear()
            return False
        return True

    def read_path(self, line: str, number: int) -> bool:
        options = self._options
        if "\0" in line:
            self._tell("the line holds a NUL character", "write the line again", number)
        elif len(self.parsed.entries) >= ITEMS_LIMIT:
            self._tell(f"more than {ITEMS_LIMIT} items; the rest is left out", "make it shorter", number)
            return False
        else:
            self.parsed.entries.append(
                PlaylistEntry(
                    line, number, self._seconds, self._title, options.volume, options.fit, options.valid_from,
                    options.valid_until,
                )
            )  # fmt: skip
        self._seconds, self._title, self._options = None, None, _NO_OPTIONS
        return True

    def _tell(self, what: str, remedy: str, number: int) -> None:
        self.parsed.problems.append(Problem(self._name, what, remedy, number))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    # Not splitlines(): it also splits at characters that may stand in a file's name (U+2028, U+0085, form feed).
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line and not line.isspace():
            yield number, line.strip(" \t") if line.startswith("#") else line.strip("\t")


def _decode(raw: bytes, name: str, problems: list[Problem]) -> str:
    save = "save it as UTF-8"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(name, "it is saved as UTF-16", save))
        return raw.decode("utf-16", "replace")
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        if name.casefold().endswith(".m3u8"):
            line = raw.count(b"\n", 0, error.start) + 1
            problems.append(Problem(name, "not UTF-8 text; read as Latin-1 instead", save, line))
        return raw.decode("latin-1")


def _parse_extinf(text: str, name: str, line: int, problems: list[Problem]) -> tuple[float | None, str | None]:
    """`SECONDS[ attributes][,Title]`. Nothing, zero and -1 mean: not said."""
    head, _, title = text.partition(",")
    word = head.split()[0] if head.split() else "-1"
    seconds: float | None
    try:
        seconds = float(word)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        problems.append(
            Problem(name, f"#EXTINF:{word[:40]} is not a number of seconds", "write #EXTINF:10,Title", line)
        )
        seconds = None
    elif seconds > SECONDS_LIMIT:
        problems.append(Problem(name, f"#EXTINF:{word[:40]} is more than a day; a day is used", "correct it", line))
        seconds = SECONDS_LIMIT
    elif seconds <= 0:
        if seconds not in (0.0, -1.0):
            problems.append(Problem(name, f"#EXTINF:{word[:40]} is negative; it is ignored", "correct it", line))
        seconds = None
    return seconds, title.strip()[:200] or None
