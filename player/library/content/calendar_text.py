"""`schedule.ics` cut into its events, and each event written anew with what counts, in the one form that the library expands.

Knows: lines, parameters and components of RFC 5545, and what programs write instead. Touches nothing.
Must not: expand a rule (content/calendar.py does), or let one event cost another: what is wrong with one is that one's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from icalendar import Timezone, vRecur

from player.base.zones import zone_named
from player.library.content.calendar_cost import DATES_OF_ALL, DATES_OF_ONE, LONGEST_REPEATED, dates_of
from player.library.content.calendar_stamps import (
    IN_UTC,
    Stamp,
    Zoned,
    as_kind_of,
    read_duration,
    read_stamp,
    until_as_kind_of,
)
from player.library.content.calendar_zones import zone_names

THROUGH_DARK = "THROUGH-DARK"
THROUGH_MARK = "X-PANEL-THROUGH-DARK"
NAME_LIMIT = 200
_UNREAD = {
    "DTSTART": "has a begin that cannot be read",
    "DTEND": "has an end that cannot be read",
    "RECURRENCE-ID": "has a RECURRENCE-ID that cannot be read",
}
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY"})
_FREQUENCIES = frozenset({"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)=(?:\"([^\"]*)\"|(.*?))(?=;[A-Za-z0-9-]+=|$)")
_BEFORE_VALUE = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*(?=:)')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DATED = frozenset({"DTSTART", "DTEND", "EXDATE", "RDATE", "RECURRENCE-ID"})
LIBRARY_FAULTS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError, RecursionError)
"""What icalendar and what it stands on raise for what they cannot read."""


@dataclass(frozen=True, slots=True)
class Property:
    """A line of an event. zone: its TZID, "" without one."""

    value: str
    zone: str
    parameters: str


@dataclass(slots=True)
class EventText:
    """line: where it begins. ended False: its END:VEVENT is missing."""

    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)
    ended: bool = False

    def first(self, name: str) -> Property | None:
        return next(iter(self.properties.get(name, ())), None)

    @property
    def name(self) -> str:
        """The title, as a person reads it; "" without one."""
        text = re.sub(r"\\([nN,;\\])", lambda m: " " if m[1] in "nN" else m[1], self.summary)
        return " ".join(text.split())[:NAME_LIMIT]

    @property
    def summary(self) -> str:
        """The title as it is written, bounded."""
        said = self.first("SUMMARY")
        return _CONTROL.sub("", said.value[: 2 * NAME_LIMIT]).rstrip("\\") if said is not None else ""

    @property
    def day(self) -> str:
        """ " (2026-11-27)", or nothing where the begin holds no date."""
        said = self.first("DTSTART")
        found = re.match(r"(\d{4})(\d\d)(\d\d)", said.value) if said is not None else None
        return f" ({'-'.join(found.groups())})" if found else ""


@dataclass(slots=True)
class CalendarText:
    """zones: the lines of each VTIMEZONE by its TZID. whole: it ends as a calendar does."""

    events: list[EventText] = field(default_factory=list)
    zones: dict[str, list[str]] = field(default_factory=dict)
    begun: bool = False
    whole: bool = False


class BadEvent(Exception):
    """Why an event cannot count, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


# ---- reading


def read_calendar_text(text: str) -> CalendarText:
    calendar = CalendarText()
    event: EventText | None = None
    zone: list[str] | None = None
    inner = 0
    for number, line in _unfolded(text):
        folded = line.strip().upper()
        calendar.begun = calendar.begun or folded == "BEGIN:VCALENDAR"
        calendar.whole = folded == "END:VCALENDAR"
        if folded == "BEGIN:VEVENT":
            event, inner = EventText(number), 0
            calendar.events.append(event)
        elif folded == "END:VEVENT" and event is not None:
            event.ended, event = True, None
        elif folded == "BEGIN:VTIMEZONE":
            zone = [line]
        elif zone is not None:
            zone.append(line)
            if folded == "END:VTIMEZONE":
                tzid = next((each.partition(":")[2].strip() for each in zone if each.upper().startswith("TZID")), "")
                calendar.zones[tzid] = zone
                zone = None
        elif event is not None and folded.startswith(("BEGIN:", "END:")):
            inner += 1 if folded.startswith("BEGIN:") else -1
        elif event is not None and inner <= 0 and (found := _property(line)):
            name, read = found
            event.properties.setdefault(name, []).append(read)
    return calendar


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """A line that begins with a space goes on with the one before."""
    begins, parts = 0, [""]
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line[:1] in (" ", "\t"):
            parts.append(line[1:])
            continue
        if joined := "".join(parts):
            yield begins, joined
        begins, parts = number, [line]
    if joined := "".join(parts):
        yield begins, joined


def _property(line: str) -> tuple[str, Property] | None:
    name = re.match(r"[A-Za-z0-9-]+", line)
    if name is None:
        return None
    key = name[0].upper()
    if key in _DATED:
        # A zone without its quotes may hold a colon, a date never does.
        head, _, value = line.rpartition(":")
        parameters = head[name.end() :]
    else:
        match = _BEFORE_VALUE.match(line)
        at = match.end() if match else line.find(":")
        if at < 0:
            return None
        parameters, value = line[name.end() : at], line[at + 1 :]
    said = {
        found[1].upper(): found[2] if found[2] is not None else found[3] for found in _PARAMETER.finditer(parameters)
    }
    return key, Property(value.strip(), said.get("TZID", "").strip(), parameters.upper())


# ---- writing anew


class EventWriter:
    """For one calendar. panel: the zone of what names none. ends: of the stretch that will be asked for, aware.

    dates: how many repetitions may be walked for all events together.
    """

    def __init__(self, calendar: CalendarText, panel: Zoned, ends: datetime, dates: int = DATES_OF_ALL) -> None:
        self._calendar, self._panel, self._ends, self._dates_left = calendar, panel, ends, dates
        self._zones: dict[str, Zoned | None] = {}

    def write(self, event: EventText, remarks: list[str]) -> list[str]:
        """The event's lines. remarks: what is left out of an event that counts. Raises BadEvent."""
        if not event.ended:
            raise BadEvent("has no END:VEVENT", "export the calendar again")
        start = self._stamp(event, "DTSTART")
        if start is None:
            raise BadEvent("has no begin that can be read", "give it a begin and a later end")
        start, end, lasts = self._end(event, start)
        lines = ["BEGIN:VEVENT", f"UID:{uid_of(event)}", f"SUMMARY:{event.summary}"]
        lines += [f"DTSTART{start.parameters()}:{start.written()}", end]
        for name in ("STATUS", "PRIORITY", "SEQUENCE"):
            said = event.first(name)
            if said is not None and re.fullmatch(r"[A-Za-z0-9-]{1,20}", said.value):
                lines.append(f"{name}:{said.value}")
        lines += [self._rule(rule.value, start, lasts) for rule in event.properties.get("RRULE", [])]
        lines += self._dates(event, start, remarks)
        if (replaced := self._stamp(event, "RECURRENCE-ID")) is not None:
            future = ";RANGE=THISANDFUTURE" if self._is_for_the_future(event) else ""
            lines.append(f"RECURRENCE-ID{replaced.parameters()}{future}:{replaced.written()}")
        categories = (each.value.upper().replace(" ", "-") for each in event.properties.get("CATEGORIES", []))
        if any(THROUGH_DARK in said.split(",") for said in categories):
            lines.append(f"{THROUGH_MARK}:1")
        return [*lines, "END:VEVENT"]

    def zone_lines(self) -> list[str]:
        """The definitions of those zones that only this calendar knows."""
        wanted = [
            zoned.name for zoned in self._zones.values() if zoned is not None and zoned.name in self._calendar.zones
        ]
        return [line for name in dict.fromkeys(wanted) for line in self._calendar.zones[name]]

    def _is_for_the_future(self, event: EventText) -> bool:
        replaced = event.first("RECURRENCE-ID")
        return replaced is not None and "RANGE=THISANDFUTURE" in replaced.parameters

    def _zoned(self, tzid: str) -> Zoned:
        """Raises BadEvent."""
        if not tzid:
            return self._panel
        if tzid not in self._zones:
            self._zones[tzid] = self._find_zone(tzid)
        zoned = self._zones[tzid]
        if zoned is None:
            zone = repr(tzid[:60])
            raise BadEvent(f"is in the time zone {zone}, which nobody knows", "choose a zone like Asia/Jakarta for it")
        return zoned

    def _find_zone(self, tzid: str) -> Zoned | None:
        """By its name, or else as this calendar itself defines it."""
        if (name := zone_names().name_of(tzid)) is not None:
            return IN_UTC if name == "UTC" else Zoned(name, zone_named(name))
        if tzid not in self._calendar.zones or '"' in tzid:
            return None
        try:
            zone = Timezone.from_ical("\r\n".join(self._calendar.zones[tzid]))
            return Zoned(tzid, zone.to_tz()) if isinstance(zone, Timezone) else None
        except LIBRARY_FAULTS:
            return None

    def _stamp(self, event: EventText, name: str) -> Stamp | None:
        """Raises BadEvent."""
        said = event.first(name)
        if said is None:
            return None
        try:
            return read_stamp(said.value, self._zoned(said.zone))
        except (ValueError, OverflowError) as error:
            begun = _UNREAD[name]
            raise BadEvent(f"{begun} ({said.value[:40]})", "give it a begin and a later end") from error

    def _end(self, event: EventText, start: Stamp) -> tuple[Stamp, str, timedelta]:
        """The begin, as a moment where the end is one, the line of the end, how long it lasts. Raises BadEvent."""
        end = self._stamp(event, "DTEND")
        if end is None and (length := event.first("DURATION")) is not None:
            try:
                lasts = read_duration(length.value)
            except ValueError as error:
                raise BadEvent(f"has a length that cannot be read ({length.value[:40]})", "give it an end") from error
            if lasts > timedelta(0) and start.zoned is None and lasts % timedelta(days=1):
                start = self._as_moment(start)
            if lasts <= timedelta(0):
                raise BadEvent("does not end after it begins", "give it a begin and a later end")
            return start, f"DURATION:{length.value.strip().upper().removeprefix('+')}", lasts
        if end is None:
            if start.zoned is not None:
                raise BadEvent("has no length", "give it an end")
            return start, "DURATION:P1D", timedelta(days=1)
        if (start.zoned is None) != (end.zoned is None):
            start, end = self._as_moment(start), self._as_moment(end)
        if start.zoned is not None:
            end = as_kind_of(start, end, self._panel)
        if end.moment <= start.moment:
            raise BadEvent("does not end after it begins", "give it a begin and a later end")
        return start, f"DTEND{end.parameters()}:{end.written()}", end.moment - start.moment

    def _as_moment(self, stamp: Stamp) -> Stamp:
        if stamp.zoned is not None:
            return stamp
        midnight = read_stamp(f"{stamp.written()}T000000", self._panel)
        return midnight

    def _rule(self, rule: str, start: Stamp, lasts: timedelta) -> str:
        """Raises BadEvent."""
        parts = [part.partition("=") for part in rule.upper().split(";") if part.strip()]
        said = {key.strip(): value.strip() for key, _, value in parts}
        if said.get("FREQ") in _TOO_OFTEN:
            raise BadEvent("repeats every second or minute", "repeat it by hours or days")
        try:
            if "UNTIL" in said:
                said["UNTIL"] = until_as_kind_of(start, read_stamp(said["UNTIL"], self._until_zone(start)), self._panel)
            text = ";".join(f"{key}={value}" for key, value in said.items())
            if int(said.get("INTERVAL", "1")) < 1:
                raise ValueError("an interval of nothing")
            if said.get("FREQ") not in _FREQUENCIES:
                raise ValueError("no frequency")
            vRecur.from_ical(text)
            dates = dates_of(said, start, self._ends)
        except LIBRARY_FAULTS as error:
            remedy = "repeat it in another way, and export the calendar again"
            raise BadEvent(f"has a rule that cannot be read ({rule[:60]})", remedy) from error
        if lasts > LONGEST_REPEATED:
            raise BadEvent("lasts longer than a year and repeats", "give each time its own begin and end")
        if dates > DATES_OF_ONE:
            raise BadEvent("repeats too often since it began", "let it begin this year, or repeat it more rarely")
        if dates > self._dates_left:
            raise BadEvent("is one repetition too many for this calendar", "let the repeating events begin this year")
        self._dates_left -= dates
        return f"RRULE:{text}"

    def _until_zone(self, start: Stamp) -> Zoned:
        return start.zoned if start.zoned is not None and start.zoned.name else self._panel

    def _dates(self, event: EventText, start: Stamp, remarks: list[str]) -> Iterator[str]:
        """EXDATE and RDATE: one that cannot be read costs itself."""
        for name, words in (
            ("EXDATE", "has an exception that cannot be read"),
            ("RDATE", "has an additional date that cannot be read"),
        ):
            for said in event.properties.get(name, []):
                for value in said.value.split(","):
                    try:
                        stamp = as_kind_of(start, read_stamp(value, self._zoned(said.zone)), self._panel)
                    except (ValueError, OverflowError, BadEvent):
                        remarks.append(f"{words} ({value[:40]}); only that is left out")
                        continue
                    yield f"{name}{stamp.parameters()}:{stamp.written()}"


def uid_of(event: EventText) -> str:
    uid = event.first("UID")
    return _CONTROL.sub("", uid.value[:NAME_LIMIT]) if uid is not None and uid.value else f"line-{event.line}"
