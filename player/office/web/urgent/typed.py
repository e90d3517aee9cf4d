"""An urgent message as a person types it, read against the office's clock: the message, or what is wrong beside each field.

Knows: the form's fields, which times and lengths are meant, the contract's limits. Pure: the clock is passed in.
Must not: send, or guess what was meant where two things can be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from player.base.text import drawable
from player.contract.commands import Show
from player.contract.parsing import ArgsError, read_order
from player.contract.timing import SESSION_S
from player.office.records.days import MINUTES_OF_A_DAY
from player.office.records.reports.layout import Shape, cell_words
from player.office.web.words import t
from player.office.web.words.told import catalogue

TEXT_MOST = 2000
"""Characters of a message, as the contract has it (contract/arguments.py, Words)."""
LONGEST = timedelta(seconds=SESSION_S)
"""So long the broker keeps a command for a panel that is off: a message that lasts longer would miss some panels."""
SHORTEST = timedelta(minutes=1)
LENGTHS = (30, 60, 180, 360)
"""Minutes that can be chosen without typing."""
COLOURS = ("biru", "merah", "kuning", "jingga", "hijau", "hitam")
"""The grounds that are offered; each is a name that every panel knows (screen/drawing/colours.py)."""
GAP = "___"
"""Stands in a template where a word must be typed."""
TEXT, FILM = "text", "film"
AT = "at"
"""The choice "until a time that is typed"; the other choices are minutes."""
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})")


@dataclass(frozen=True, slots=True)
class UrgentForm:
    """The form's fields as they were typed. to: "all", "group:NAME", names. ends: AT, or minutes as text."""

    kind: str = TEXT
    text: str = ""
    film: str = ""
    colour: str = COLOURS[0]
    ends: str = "60"
    day: str = ""
    clock: str = ""
    to: tuple[str, ...] = ()


@dataclass(frozen=True)  # no slots: pydantic reads it (sent.py)
class UrgentMessage:
    """What is to be shown. text or film; the other is "". until: aware, in the zone of the panels."""

    text: str
    film: str
    colour: str
    until: datetime

    @property
    def order(self) -> Show:
        if self.film:
            return Show(media=self.film, until=self.until)
        return Show(text=self.text, colour=self.colour, until=self.until)


@dataclass(frozen=True, slots=True)
class ReadForm:
    """message: None while something is wrong. faults: field -> what is wrong and what to do, in the reader's language.

    text: what could be drawn of the text already, for the preview. until: of the ends that were typed right.
    """

    message: UrgentMessage | None
    faults: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None


def form_from(values: Mapping[str, str], to: Sequence[str]) -> UrgentForm:
    """The fields that came; what is missing has its first value."""
    plain = UrgentForm()
    return UrgentForm(
        kind=values.get("kind", plain.kind),
        text=values.get("text", "").replace("\r\n", "\n"),
        film=values.get("film", ""),
        colour=values.get("colour", plain.colour),
        ends=values.get("ends", plain.ends),
        day=values.get("day", "").strip(),
        clock=values.get("clock", "").strip(),
        to=tuple(to),
    )


def read_form(
    form: UrgentForm, *, wall: datetime, zone: tzinfo, films: Sequence[str], reached: int, language: str
) -> ReadForm:
    """wall: aware. films: what can be chosen. reached: how many panels `form.to` means."""
    faults: dict[str, str] = {}
    text, film = "", ""
    if form.kind == FILM:
        film = form.film if form.film in films else ""
        if not film:
            faults["film"] = t(language, "Choose a film that the panels have; a new one goes through Content first.")
    else:
        text = form.text
        if fault := _wrong_text(text, language):
            faults["text"] = fault
    if form.colour not in COLOURS:
        faults["colour"] = t(language, "Choose one of the colours.")
    until = _read_end(form, wall, zone, language, faults)
    if not reached:
        faults["to"] = t(language, "Choose at least one panel.")
    if faults or until is None:
        return ReadForm(None, faults, until)
    message = UrgentMessage(text, film, form.colour, until)
    try:
        read_order(Show.do, arguments_of(message))
    except ArgsError as error:
        return ReadForm(None, {"film" if film else "text": catalogue(language).say(str(error))}, until)
    return ReadForm(message, {}, until)


def arguments_of(message: UrgentMessage) -> dict[str, str]:
    """The command's arguments as they are sent."""
    until = message.until.isoformat()
    if message.film:
        return {"media": message.film, "until": until}
    return {"text": message.text, "colour": message.colour, "until": until}


def _wrong_text(text: str, language: str) -> str:
    """What is wrong with the text, and what to do; "" when nothing is."""
    if not text.strip():
        return t(language, "Write what the panels shall show.")
    if len(text) > TEXT_MOST:
        return t(
            language, "At most {most} letters; this has {n}. Shorten it by {more}.",
            most=_count(TEXT_MOST, language), n=_count(len(text), language), more=_count(len(text) - TEXT_MOST, language),
        )  # fmt: skip
    if GAP in text:
        return t(language, "Replace {gap} by what is meant.", gap=GAP)
    if not drawable(text):
        return t(language, "Nothing in this text can be drawn; write letters or digits.")
    return ""


def _read_end(form: UrgentForm, wall: datetime, zone: tzinfo, language: str, faults: dict[str, str]) -> datetime | None:
    """The message's end. A time that was typed counts, whatever else is chosen."""
    if form.ends != AT and not form.clock:
        if form.ends in map(str, LENGTHS):
            ends = wall + timedelta(
                minutes=int(form.ends), seconds=59
            )  # a whole minute, and no shorter than was chosen
            return ends.astimezone(zone).replace(second=0, microsecond=0)
        faults["ends"] = t(language, "Choose how long it is shown: a message always has an end.")
        return None
    now = wall.astimezone(zone)
    minutes, day = _read_clock(form.clock, language, faults), _read_day(form.day, now.date(), language, faults)
    if minutes is None or day is None:
        return None
    days, minute = divmod(minutes, MINUTES_OF_A_DAY)
    until = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), zone)
    if until - wall < SHORTEST:
        faults["day" if day < now.date() else "clock"] = t(
            language, "{clock} is over already: it is {now} at the panels ({zone}). Choose a later time, or another day.",
            clock=f"{until:%H:%M}" if day == now.date() else f"{until:%Y-%m-%d %H:%M}", now=f"{now:%H:%M}",
            zone=zone_words(now),
        )  # fmt: skip
        return None
    if until - wall > LONGEST:
        faults["day"] = t(language, "A message lasts a week at most; choose an earlier day, and send it again then.")
        return None
    return until


def _read_clock(text: str, language: str, faults: dict[str, str]) -> int | None:
    """`18:00` or `18.00`, in minutes of the day; 24:00 is the day's end."""
    found = _CLOCK.fullmatch(text)
    if not text:
        faults["clock"] = t(language, "Write until when, like 18:00: a message always has an end.")
    elif found is None:
        faults["clock"] = t(language, "This is no time; write hours and minutes, like 18:00.")
    elif int(found[2]) > 59 or (minutes := int(found[1]) * 60 + int(found[2])) > MINUTES_OF_A_DAY:
        faults["clock"] = t(language, "There is no {clock}; hours go from 00 to 23, minutes from 00 to 59.", clock=text)
    else:
        return minutes
    return None


def _read_day(text: str, today: date, language: str, faults: dict[str, str]) -> date | None:
    """As browsers send it; without a day, today."""
    if not text:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults["day"] = t(language, "This is no day; choose one, or write it as year-month-day.")
        return None


def zone_words(moment: datetime) -> str:
    """`WIB`; a zone without a name is said by its distance."""
    name = moment.tzname() or ""
    return name if name.isalpha() else f"UTC{moment:%z}"[:6]


def _count(number: int, language: str) -> str:
    return cell_words(number, Shape.COUNT, language)
