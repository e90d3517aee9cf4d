"""What a person types about an item or a rule, read: the values, or what is wrong beside each field.

Knows: how seconds, hours, days, volumes and names are typed, and their limits. Touches nothing: pure.
Must not: write a file (the files' own modules do), or guess where two things can be meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, TypeVar

from player.core.model import ALL_DAYS, Fit
from player.library.content.names import is_temporary
from player.library.content.playlist_entry import SECONDS_LIMIT
from player.library.content.schedule_file import PRIORITY_LIMIT
from player.office.web.words import t

TITLE_MOST = 200
"""Characters that a panel keeps of a title (library/content/m3u.py)."""
NAME_MOST = 80
"""Characters of a playlist's name: its file's name stays below 255 bytes in every alphabet."""
TEXT_MOST = 500
"""Characters of a running text in a rule: longer ones belong into a file."""
SHOWN = 40
"""Characters of what was typed that a fault repeats."""
_SECONDS = re.compile(r"(?:(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)\s*(?:s|dtk|detik|sec|seconds)?")
_CLOCK = re.compile(r"(?:jam|pukul)?\s*(\d{1,2})(?:[.:](\d{2}))?\s*(?:wib|wita|wit)?")
_FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that nobody sees in a name, and that turn the writing around or break a line."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
Value = TypeVar("Value")
Faults = dict[str, str]
"""The field's name -> what is wrong with it and what to do, in the reader's language."""


@dataclass(frozen=True, slots=True)
class TypedItem:
    """begins, ends: as they stand in a playlist, YYYY-MM-DD or with THH:MM; "": always. seconds, volume, fit None: not said."""

    title: str = ""
    seconds: float | None = None
    volume: int | None = None
    fit: Fit | None = None
    begins: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class TypedRule:
    """days: 0 = Monday. begins, ends: "HH:MM", ends also "24:00"; "" for both: the whole day. start, end: None: always."""

    kind: Literal["show", "dark", "ticker"] = "show"
    playlist: str = ""
    text: str = ""
    days: tuple[int, ...] = tuple(sorted(ALL_DAYS))
    begins: str = ""
    ends: str = ""
    start: date | None = None
    end: date | None = None
    priority: int = 0
    through_dark: bool = False


@dataclass(slots=True)
class _Form:
    """The fields as they were typed, and what has been found wrong with them."""

    fields: Mapping[str, str]
    language: str
    faults: Faults = field(default_factory=dict)

    def typed(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def read(self, name: str, reader: Callable[[str, str], Value], otherwise: Value) -> Value:
        """The value of a field; `otherwise`: nothing was typed, or it is wrong and its fault is noted."""
        typed = self.typed(name)
        if not typed:
            return otherwise
        try:
            return reader(typed, self.language)
        except ValueError as wrong:
            self.faults[name] = str(wrong)
            return otherwise


def read_item(fields: Mapping[str, str], language: str) -> tuple[TypedItem, Faults]:
    """The fields title, seconds, volume, fit, begins_day, begins_clock, ends_day, ends_clock."""
    form = _Form(fields, language)
    begins_day, ends_day = form.read("begins_day", read_day, None), form.read("ends_day", read_day, None)
    begins_clock, ends_clock = form.read("begins_clock", read_clock, ""), form.read("ends_clock", read_clock, "")
    for clock, day in (("begins_clock", "begins_day"), ("ends_clock", "ends_day")):
        if form.typed(clock) and not form.typed(day):
            form.faults.setdefault(
                day, t(language, "An hour without its day. Choose the day, or leave the hour empty.")
            )
    if begins_day and ends_day and not form.faults:
        first, last = (begins_day, begins_clock or "00:00"), (ends_day, ends_clock or "24:00")
        if last <= first:
            form.faults["ends_day"] = t(language, "The end lies before the beginning. Choose a later day or hour.")
    item = TypedItem(
        form.read("title", read_title, ""),
        form.read("seconds", read_seconds, None),
        form.read("volume", read_percent, None),
        form.read("fit", _read_fit, None),
        _moment(begins_day, begins_clock),
        _moment(ends_day, ends_clock),
    )
    return item, form.faults


def read_rule(fields: Mapping[str, str], days: tuple[str, ...], language: str) -> tuple[TypedRule, Faults]:
    """The fields kind, playlist, text, begins, ends, start, end, priority, through_dark; days: the numbers that are ticked."""
    form = _Form(fields, language)
    kind = _read_kind(form.typed("kind"))
    begins, ends = form.read("begins", read_clock, ""), form.read("ends", read_clock, "")
    if begins == "24:00":
        form.faults["begins"] = t(language, "24:00 is the end of a day. A beginning is written 00:00.")
    if begins and begins == ends:
        form.faults["ends"] = t(language, "It ends when it begins. Leave both hours empty for the whole day.")
    ticked = tuple(sorted({int(day) for day in days if day in "0123456" and len(day) == 1}))
    if not ticked:
        form.faults["days"] = t(language, "No day is ticked. Tick at least one.")
    start, end = form.read("start", read_day, None), form.read("end", read_day, None)
    if start and end and end < start:
        form.faults["end"] = t(language, "The last day lies before the first. Choose a later one.")
    playlist = form.typed("playlist")
    if kind == "show" and not playlist:
        form.faults["playlist"] = t(language, "No playlist is chosen. Choose which one plays.")
    if kind == "ticker" and not form.typed("text"):
        form.faults["text"] = t(language, "The text is empty. Write what is to run along the edge.")
    rule = TypedRule(
        kind,
        playlist if kind == "show" else "",
        form.read("text", _read_text, "") if kind == "ticker" else "",
        ticked,
        begins,
        ends,
        start,
        end,
        form.read("priority", _read_priority, 0) if kind != "dark" else 0,
        kind == "show" and bool(form.typed("through_dark")),
    )
    return rule, form.faults


# ---- single values: each raises ValueError with the sentence for the person


def read_seconds(typed: str, language: str) -> float:
    match = _SECONDS.fullmatch(typed.casefold())
    if match is None:
        raise ValueError(
            t(
                language,
                "“{typed}” is no length. Write seconds, like 15, or minutes and seconds, like 1:30.",
                typed=typed[:SHOWN],
            )
        )
    seconds = 60 * int(match[1] or 0) + float(match[2].replace(",", "."))
    if seconds <= 0:
        raise ValueError(t(language, "It must be longer than 0 seconds. Leave it empty for the usual length."))
    if seconds > SECONDS_LIMIT:
        raise ValueError(t(language, "That is more than a day. Write at most 86400 seconds."))
    return seconds


def read_clock(typed: str, language: str) -> str:
    """A time of the day as "HH:MM"; "24:00" is the day's end."""
    match = _CLOCK.fullmatch(typed.casefold())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if (hour, minute) == (24, 0):
        return "24:00"
    try:
        return time(hour, minute).strftime("%H:%M")
    except ValueError:
        raise ValueError(
            t(
                language,
                "“{typed}” is no time of the day. Write it like 06:00; a day ends at 24:00.",
                typed=typed[:SHOWN],
            )
        ) from None


def read_day(typed: str, language: str) -> date:
    """A date, as the browser's field sends it, or day.month.year as people write it."""
    match = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", typed)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(typed)
    except ValueError:
        raise ValueError(t(language, "“{typed}” is no day. Write it like 2026-12-31.", typed=typed[:SHOWN])) from None


def read_percent(typed: str, language: str) -> int:
    bare = typed.removesuffix("%").strip()
    if not bare.isascii() or not bare.isdecimal() or int(bare[:9]) > 100:
        raise ValueError(
            t(language, "“{typed}” is no volume. Write a number from 0 (silent) to 100.", typed=typed[:SHOWN])
        )
    return int(bare)


def read_title(typed: str, language: str) -> str:
    if len(typed) > TITLE_MOST:
        raise ValueError(
            t(
                language,
                "{count} characters are too many. A title has at most {most}.",
                count=len(typed),
                most=TITLE_MOST,
            )
        )
    return " ".join(_without_hidden(typed).split())


def read_name(typed: str, language: str) -> str:
    """A playlist's name, which becomes its file's. Raises ValueError."""
    name = unicodedata.normalize("NFC", typed.strip())
    if not name:
        raise ValueError(t(language, "The name is empty. Write one, like morning."))
    if len(name) > NAME_MOST:
        raise ValueError(
            t(language, "{count} characters are too many. A name has at most {most}.", count=len(name), most=NAME_MOST)
        )
    if _FORBIDDEN.search(name) or _without_hidden(name) != name:
        raise ValueError(t(language, 'A name holds no / \\ : * ? " < > | and nothing invisible. Write it without.'))
    if name.startswith((".", "#", "-")) or name.endswith((".", "~")) or is_temporary(name) or _RESERVED.fullmatch(name):
        raise ValueError(
            t(language, "A file cannot be called “{name}” on every computer. Choose another name.", name=name)
        )
    return name


def read_file_name(typed: str, ending: str, language: str) -> str:
    """A file's new name; its ending stays, as it says what the file is. Raises ValueError."""
    bare = typed.strip()
    if bare.casefold().endswith(ending.casefold()) and ending:
        bare = bare[: -len(ending)]
    return f"{read_name(bare, language)}{ending}"


def _read_kind(typed: str) -> Literal["show", "dark", "ticker"]:
    """What is none of the three is a show."""
    return "dark" if typed == "dark" else "ticker" if typed == "ticker" else "show"


def _read_fit(typed: str, language: str) -> Fit:
    if typed not in tuple(Fit):
        raise ValueError(t(language, "Choose one of the ways to fit."))
    return Fit(typed)


def _read_text(typed: str, language: str) -> str:
    if len(typed) > TEXT_MOST:
        raise ValueError(
            t(
                language,
                "{count} characters are too many. A running text in the schedule has at most {most}.",
                count=len(typed),
                most=TEXT_MOST,
            )
        )
    return " ".join(_without_hidden(typed).split())


def _read_priority(typed: str, language: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,7}", typed) or abs(int(typed)) > PRIORITY_LIMIT:
        raise ValueError(t(language, "“{typed}” is no priority. Write a whole number, like 10.", typed=typed[:SHOWN]))
    return int(typed)


def _moment(day: date | None, clock: str) -> str:
    if day is None:
        return ""
    return f"{day.isoformat()}T{clock}" if clock else day.isoformat()


def _without_hidden(text: str) -> str:
    """Without control characters and what turns the writing around; a tab or a line break becomes a space.

    U+200C and U+200D stay: Arabic script and emoji of several parts are written with them.
    """
    spaced = re.sub(r"[\t\r\n]+", " ", text)
    return "".join(each for each in spaced if each in "\u200c\u200d" or unicodedata.category(each) not in _HIDDEN)
