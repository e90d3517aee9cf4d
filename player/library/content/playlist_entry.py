"""Playlist entries: what a playlist names, before anybody looked whether it is there; what all playlist parsers give.

Knows: an entry's address or path as written, its options, its line. Touches nothing.
Must not: look into the folder (content/draft.py does).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from player.core.model import Fit, Problem
from player.library.content.dates import advice_for_date

ITEMS_LIMIT = 100_000
PLAYLIST_LIMIT_BYTES = 32 << 20
PATH_LIMIT = 4096
"""Bytes of a path: the kernel's own limit (PATH_MAX)."""
SECONDS_LIMIT = 86400.0
"""A picture that should stay for more than a day is a slip of the keyboard."""

ADDRESS = re.compile(r"(rtsps?|rtmps?|https?|udp|rtp|srt|mms|mmsh|ftp|ftps|smb|sftp)://", re.IGNORECASE)
STREAM_SCHEMES = frozenset({"rtsp", "http", "https", "udp", "srt"})


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """One entry as written. where: a path or an address. seconds None: not said (or -1). Times are aware."""

    where: str
    line: int | None = None
    seconds: float | None = None
    title: str | None = None
    volume: int | None = None
    fit: Fit | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(slots=True)
class Parsed:
    """A playlist file after parsing: what it asks for, in order, and what is wrong with it."""

    entries: list[PlaylistEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EntryOptions:
    """What `#EXT-X-PANEL:` said about the next entry."""

    volume: int | None = None
    fit: Fit | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


_ATTRIBUTE = re.compile(r'\s*([A-Za-z-]+)\s*=\s*("[^"]*"|[^,\s]*)\s*(?:,|\s|$)')


def parse_options(text: str, zone: tzinfo) -> tuple[EntryOptions, list[tuple[str, str]]]:
    """The attributes in `from=2026-12-01, until=..., volume=40, fit=cover`; what is wrong with the others, and remedies."""
    volume: int | None = None
    fit: Fit | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    wrong: list[tuple[str, str]] = []
    rest = 0
    while rest < len(text.rstrip()):
        found = _ATTRIBUTE.match(text, rest)
        if found is None:
            wrong.append((f"{text[rest:].strip()[:40]!r} is not NAME=VALUE", f"write {EXAMPLES['until']}"))
            break
        rest = found.end()
        name, value = found[1].lower(), found[2].strip('"')
        try:
            match name:
                case "volume":
                    volume = _percent(value)
                case "fit":
                    fit = Fit(value.lower())
                case "from":
                    begins = parse_moment(value, zone)
                case "until":
                    ends = parse_moment(value, zone, last_day=True)
                case _:
                    near = difflib.get_close_matches(name[:40], EXAMPLES, n=1, cutoff=0.6)
                    what = f"{name[:40]} is not known here; from, until, volume and fit are"
                    wrong.append((what, f"did you mean {near[0]}?" if near else "remove it"))
        except (ValueError, OverflowError):
            fault, remedy = _advice(name, value)
            wrong.append((f"{name}={value[:40]} is not understood{fault}", remedy))
    if begins and ends and ends <= begins:
        wrong.append(("until is not after from, so it never plays", "correct the dates"))
    return EntryOptions(volume, fit, begins, ends), wrong


EXAMPLES = {
    "volume": "volume=40",
    "fit": "fit=contain, fit=cover or fit=stretch",
    "from": "from=2026-12-01 or from=2026-12-01T18:00",
    "until": "until=2026-12-07 (that day included) or until=2026-12-07T18:00",
}


def _advice(name: str, value: str) -> tuple[str, str]:
    """What is wrong with the value of an attribute, where it can be told, and what to write instead."""
    if name in ("from", "until"):
        day, _, hour = value.partition("T")
        if dated := advice_for_date(day):
            what, written = dated
            return f" ({what})", f"write {name}={written}{'T' + hour if hour else ''}"
    elif name == "volume" and re.fullmatch(r"\d{1,3}\s*%", value) and int(value.rstrip("% ")) <= 100:
        return "", f"write volume={int(value.rstrip('% '))}"
    return "", f"write {EXAMPLES[name]}"


def _percent(value: str) -> int:
    number = int(value)
    if not 0 <= number <= 100:
        raise ValueError(value)
    return number


def parse_moment(text: str, zone: tzinfo, *, last_day: bool = False) -> datetime:
    """A date or a date and time; without an offset it is in `zone`. last_day: a date means its end. ValueError."""
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)([T ]24:00(?::00)?)?", text):
        day = date.fromisoformat(found[1])
        return datetime.combine(day + timedelta(days=1) if last_day or found[2] else day, time.min, zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
