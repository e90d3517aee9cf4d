"""XSPF playlists, as VLC saves them.

Knows: the format's elements that count (location, title, duration). Touches nothing.
Must not: expand an entity, read a DTD, or follow a location.
"""

from __future__ import annotations

import bisect
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from player.core.model import Problem
from player.library.content.playlist_entry import ITEMS_LIMIT, SECONDS_LIMIT, Parsed, PlaylistEntry

_VLC_OPTION = "http://www.videolan.org/vlc/playlist/ns/0/"


def parse_xspf(raw: bytes, name: str) -> Parsed:
    """What the playlist `name` asks for; its duration counts for pictures and streams, as #EXTINF does."""
    parsed = Parsed()
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except ParseError as error:
        at = error.position[0] if error.position else None
        what = f"not valid XML ({re.sub(r': line .*', '', str(error))})"
        parsed.problems.append(Problem(name, what, "save it again from VLC", at))
        return parsed
    except DefusedXmlException:
        what = "it holds a DTD or entities, which no playlist needs; it is not read"
        parsed.problems.append(Problem(name, what, "save it again from VLC"))
        return parsed
    except (ValueError, LookupError, RecursionError) as error:
        parsed.problems.append(Problem(name, f"it cannot be read as XML ({error})", "save it again from VLC"))
        return parsed
    if _local(root) != "playlist":
        parsed.problems.append(
            Problem(name, f"it is <{_local(root)[:40]}>, not a <playlist>", "save it again from VLC")
        )
        return parsed
    ends = [found.start() for found in re.finditer(rb"\n", raw)]
    lines = [bisect.bisect_left(ends, found.start()) + 1 for found in re.finditer(rb"<(?:\w+:)?location[\s>]", raw)]
    number = 0
    options = 0
    for track in (element for element in root.iter() if _local(element) == "track"):
        found = {_local(child): (child.text or "").strip() for child in track}
        options += sum(1 for child in track.iter() if child.tag == f"{{{_VLC_OPTION}}}option")
        count = sum(1 for child in track.iter() if _local(child) == "location")
        line = lines[number] if number < len(lines) else None
        number += count
        if not found.get("location"):
            parsed.problems.append(Problem(name, "a track without a location", "remove it", line))
            continue
        if len(parsed.entries) >= ITEMS_LIMIT:
            what = f"more than {ITEMS_LIMIT} items; the rest is left out"
            parsed.problems.append(Problem(name, what, "make it shorter", line))
            break
        seconds = _seconds(found.get("duration", ""))
        parsed.entries.append(PlaylistEntry(found["location"], line, seconds, found.get("title", "")[:200] or None))
    if options:
        what = "options for VLC are not passed on; they are ignored"
        parsed.problems.append(Problem(name, what, "remove them, so that nobody relies on them"))
    return parsed


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _seconds(text: str) -> float | None:
    """XSPF counts milliseconds."""
    if not re.fullmatch(r"\d{1,15}", text) or int(text) == 0:
        return None
    return min(int(text) / 1000, SECONDS_LIMIT)
