"""XSPF playlists, as VLC saves them.

Knows: the format's elements that count (location, title, duration). Touches nothing.
Must not: expand an entity, read a DTD, or follow a location.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from player.core.model import Problem
from player.library.content.disguises import what_it_is
from player.library.content.playlist_entry import ITEMS_LIMIT, SECONDS_LIMIT, Parsed, PlaylistEntry

PROBLEMS_LIMIT = 1000
_VLC_OPTION = "http://www.videolan.org/vlc/playlist/ns/0/"
_SAVE = "save it again from VLC"
_TRACK = re.compile(rb"<track[\s>].*?</track\s*>", re.DOTALL)
_WRAPPED = b'<tracks xmlns:vlc="%s">%s</tracks>'


def parse_xspf(raw: bytes, name: str) -> Parsed:
    """What the playlist `name` asks for; its duration counts for pictures and streams, as #EXTINF does."""
    parsed = Parsed()
    lines = _Lines(raw)
    options = 0
    for track, line in _tracks(raw, name, lines, parsed):
        if len(parsed.entries) >= ITEMS_LIMIT or len(parsed.problems) >= PROBLEMS_LIMIT:
            what = f"more than {ITEMS_LIMIT} items, or {PROBLEMS_LIMIT} problems; the rest is left out"
            parsed.problems.append(Problem(name, what, "make it shorter", line))
            break
        options += sum(1 for child in track.iter() if child.tag == f"{{{_VLC_OPTION}}}option")
        _read_track(track, line, name, parsed)
    if options:
        what = "options for VLC are not passed on; they are ignored"
        parsed.problems.append(Problem(name, what, "remove them, so that nobody relies on them"))
    return parsed


def _read_track(track: Element, line: int | None, name: str, parsed: Parsed) -> None:
    found = {_local(child): (child.text or "").strip() for child in track}
    if not found.get("location"):
        parsed.problems.append(Problem(name, "a track without a location", "remove it", line))
        return
    duration = found.get("duration", "")
    if duration and not re.fullmatch(r"\d{1,15}", duration):
        what = f"a duration of {duration[:40]!r} is no number of milliseconds; it is ignored"
        parsed.problems.append(Problem(name, what, "write <duration>10000</duration> for ten seconds", line))
    title = found.get("title", "")[:200] or None
    parsed.entries.append(PlaylistEntry(found["location"], line, _seconds(duration), title))


def _tracks(raw: bytes, name: str, lines: _Lines, parsed: Parsed) -> Iterator[tuple[Element, int | None]]:
    """Each track with its line. Of a file that is no XML as a whole those tracks that are."""
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except ParseError as error:
        at = error.position[0] if error.position else None
        what = f"not valid XML ({re.sub(r': line .*', '', str(error))})"
        if disguise := what_it_is(raw):
            what = f"it is {disguise}, not a playlist"
        pieces = list(_TRACK.finditer(raw)) if _is_whole(raw) else []
        if not pieces:
            parsed.problems.append(Problem(name, what, _SAVE, at))
        for piece in pieces:
            yield from _piece(piece, name, lines, parsed)
        return
    except DefusedXmlException:
        what = "it holds a DTD or entities, which no playlist needs; it is not read"
        parsed.problems.append(Problem(name, what, _SAVE))
        return
    except (ValueError, LookupError, RecursionError) as error:
        parsed.problems.append(Problem(name, f"it cannot be read as XML ({error})", _SAVE))
        return
    if _local(root) != "playlist":
        what = f"it is <{_local(root)[:40]}>, not a <playlist>"
        parsed.problems.append(Problem(name, what, _SAVE))
        return
    located = [lines.at(found.start()) for found in re.finditer(rb"<(?:\w+:)?location[\s>]", raw)]
    number = 0
    for track in (element for element in root.iter() if _local(element) == "track"):
        yield track, located[number] if number < len(located) else None
        number += sum(1 for child in track.iter() if _local(child) == "location")


def _is_whole(raw: bytes) -> bool:
    """Whether the file has its end, and nothing that could expand: a cut one may lack any number of tracks."""
    return raw.rstrip().endswith(b"</playlist>") and b"<!" not in re.sub(rb"<!--.*?-->", b"", raw, flags=re.DOTALL)


def _piece(piece: re.Match[bytes], name: str, lines: _Lines, parsed: Parsed) -> Iterator[tuple[Element, int]]:
    line = lines.at(piece.start())
    try:
        tracks: Element = fromstring(_WRAPPED % (_VLC_OPTION.encode(), piece[0]), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        remedy = "write &amp; for & and &lt; for <, or save the playlist again from VLC"
        parsed.problems.append(Problem(name, "a track that is not valid XML; it is left out", remedy, line))
        return
    location = re.search(rb"<(?:\w+:)?location[\s>]", piece[0])
    yield tracks[0], lines.at(piece.start() + location.start()) if location else line


class _Lines:
    """At which line a byte of the file stands."""

    def __init__(self, raw: bytes) -> None:
        self._ends = [found.start() for found in re.finditer(rb"\n", raw)]

    def at(self, offset: int) -> int:
        return bisect.bisect_left(self._ends, offset) + 1


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _seconds(text: str) -> float | None:
    """XSPF counts milliseconds."""
    if not re.fullmatch(r"\d{1,15}", text) or int(text) == 0:
        return None
    return min(int(text) / 1000, SECONDS_LIMIT)
