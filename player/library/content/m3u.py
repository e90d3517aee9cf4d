"""M3U and M3U8 playlists, as operators, VLC and Windows editors write them.

Knows: the lines that count (#EXTINF, #EXT-X-PANEL, paths, addresses), encodings, line ends. Touches nothing.
Must not: follow a path, or pass any option on to VLC.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import tzinfo

from player.core.model import Problem
from player.library.content.playlist_entry import (
    ITEMS_LIMIT,
    SECONDS_LIMIT,
    EntryOptions,
    Parsed,
    PlaylistEntry,
    parse_options,
)

PROBLEMS_LIMIT = 1000
_HLS = ("#EXT-X-TARGETDURATION", "#EXT-X-STREAM-INF", "#EXT-X-MEDIA-SEQUENCE")
_NO_OPTIONS = EntryOptions()


def parse_m3u(raw: bytes, name: str, zone: tzinfo) -> Parsed:
    """What the playlist `name` asks for. Whatever is wrong with a line is a problem of that line, and the rest counts."""
    parsed = Parsed()
    text = _decode(raw, name, parsed.problems)
    seconds: float | None = None
    title: str | None = None
    options = _NO_OPTIONS
    for number, line in _lines(text):
        if len(parsed.problems) >= PROBLEMS_LIMIT:
            parsed.problems.append(
                Problem(name, "more problems than can be listed; the rest of it is not read", "", number)
            )
            break
        if line.startswith("#"):
            if line.startswith("#EXTINF:"):
                seconds, title = _parse_extinf(line[8:], name, number, parsed.problems)
            elif line.startswith("#EXT-X-PANEL:"):
                options, wrong = parse_options(line[13:], zone)
                parsed.problems += [Problem(name, what, "correct the line", number) for what in wrong]
            elif line.startswith("#EXTVLCOPT"):
                what = "options for VLC are not passed on; the line is ignored"
                parsed.problems.append(Problem(name, what, "remove the line", number))
            elif line.startswith(_HLS):
                what = "this is a stream's own list (HLS), not a playlist of files"
                remedy = "name the stream's address in a playlist, with #EXTINF seconds"
                parsed.problems.append(Problem(name, what, remedy, number))
                parsed.entries.clear()
                break
            continue
        if "\0" in line:
            parsed.problems.append(Problem(name, "the line holds a NUL character", "write the line again", number))
        elif len(parsed.entries) >= ITEMS_LIMIT:
            what = f"more than {ITEMS_LIMIT} items; the rest is left out"
            parsed.problems.append(Problem(name, what, "make it shorter", number))
            break
        else:
            parsed.entries.append(
                PlaylistEntry(
                    line, number, seconds, title, options.volume, options.fit, options.valid_from, options.valid_until
                )
            )
        seconds, title, options = None, None, _NO_OPTIONS
    return parsed


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
