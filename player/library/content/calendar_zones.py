"""The time zones that calendars name: by IANA, by Windows, by an offset, in the words of Outlook, Exchange and telephones.

Knows: how a TZID is made into a zone of IANA. Touches: the zones that are installed.
Must not: guess: a name that nobody knows is no zone, for an hour that is wrong by seven is worse than an event left out.
"""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_OFFSET = re.compile(r"\(?(?:UTC|GMT|Z)?\s*([+-]|\u2212)\s*(\d{1,2})(?::?(\d\d))?\)?", re.IGNORECASE)
_LONG_NAME = re.compile(r"\((?:UTC|GMT)[^)]*\)\s*(.+)", re.IGNORECASE)
_UTC = frozenset({"utc", "gmt", "z", "(utc)", "coordinated universal time", "(utc) coordinated universal time"})
_INDONESIA = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
_HALF_HOURS = {
    210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata", 345: "Asia/Kathmandu", 390: "Asia/Yangon",
    525: "Australia/Eucla", 570: "Australia/Darwin", -570: "Pacific/Marquesas",
}  # fmt: skip
"""Zones that have kept these offsets, in minutes, for years and change no clocks in summer (tzdata 2026a)."""
NAME_LIMIT = 200


@cache
def zone_names() -> ZoneNames:
    """Made for the first zone that a calendar names, and then kept: all zones of the machine are looked through for it (7 ms)."""
    return ZoneNames()


class ZoneNames:
    """The zones that are installed on this machine, by the names that calendars give them."""

    def __init__(self) -> None:
        self._known = {name.casefold(): name for name in available_timezones()}
        self._windows = {
            name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items() if zone.casefold() in self._known
        }
        self._cities = {
            name.rpartition("/")[2].replace("_", " "): zone for name, zone in sorted(self._known.items()) if "/" in name
        }

    def name_of(self, tzid: str) -> str | None:
        """The name by which Python knows the zone of a TZID; None: nobody knows it."""
        wanted = " ".join(tzid.strip().strip('"').split())
        if not wanted or len(wanted) > NAME_LIMIT:
            return None
        folded = wanted.casefold()
        # What stands before the zone: /mozilla.org/20050126_1/Asia/Jakarta, tzone://Microsoft/Utc.
        parts = [part for part in folded.split("/") if part]
        for start in range(len(parts)):
            name = "/".join(parts[start:])
            if name in _UTC:
                return "UTC"
            if name in self._known:
                return self._known[name]
        # Outlook counts its copies of a zone: "Singapore Standard Time 1".
        for name in (folded, re.sub(r"\s+\d+$", "", folded)):
            found = _INDONESIA.get(name) or self._known.get(name) or self._windows.get(name)
            if found:
                return found
        return self._by_offset(wanted) or self._by_city(folded)

    def _by_offset(self, wanted: str) -> str | None:
        """UTC+07:00, GMT+7, (UTC+0700)."""
        match = _OFFSET.fullmatch(wanted)
        if match is None:
            return None
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        minutes = minutes if match[1] == "+" else -minutes
        if minutes % 60:
            return _HALF_HOURS.get(minutes)
        # The sign of these names is that of POSIX: what is east of Greenwich is minus.
        name = f"Etc/GMT{-minutes // 60:+d}" if minutes else "UTC"
        return name if name.casefold() in self._known else None

    def _by_city(self, folded: str) -> str | None:
        """(UTC+07:00) Bangkok, Hanoi, Jakarta: the first city that a zone is called after. The offset may be a winter's."""
        match = _LONG_NAME.fullmatch(folded)
        cities = re.split(r"\s*,\s*", match[1]) if match else ()
        return next((self._cities[city] for city in cities if city in self._cities), None)
