"""Playlist entries: what a playlist names, before anybody looked whether it is there; what all playlist parsers give.

Knows: an entry's address or path as written, its options, its line. Touches nothing.
Must not: look into the folder (content/draft.py does).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from player.core.model import Fit, Problem

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


def parse_options(text: str, zone: tzinfo) -> tuple[EntryOptions, list[str]]:
    """The attributes in `from=2026-12-01, until=..., volume=40, fit=cover`, and what is wrong with the others."""
    volume: int | None = None
    fit: Fit | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    wrong: list[str] = []
    rest = 0
    while rest < len(text.rstrip()):
        found = _ATTRIBUTE.match(text, rest)
        if found is None:
            wrong.append(f"{text[rest:].strip()[:40]!r} is not NAME=VALUE")
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
                    wrong.append(f"{name} is not known here; from, until, volume and fit are")
        except (ValueError, OverflowError):
            wrong.append(f"{name}={value[:40]} is not understood; {_EXAMPLES[name]}")
    if begins and ends and ends <= begins:
        wrong.append("until is not after from, so it never plays")
    return EntryOptions(volume, fit, begins, ends), wrong


_EXAMPLES = {
    "volume": "write volume=0 to volume=100",
    "fit": "write fit=contain, fit=cover or fit=stretch",
    "from": "write from=2026-12-01 or from=2026-12-01T18:00",
    "until": "write until=2026-12-07 (that day included) or until=2026-12-07T18:00",
}


def _percent(value: str) -> int:
    number = int(value)
    if not 0 <= number <= 100:
        raise ValueError(value)
    return number


def parse_moment(text: str, zone: tzinfo, *, last_day: bool = False) -> datetime:
    """A date or a date and time; without an offset it is in `zone`. last_day: a date means its end. ValueError."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=1) if last_day else day, time.min, zone)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
