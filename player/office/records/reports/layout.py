"""What a report holds, before it is a table in a terminal, a CSV file, a spreadsheet or a PDF.

Knows: columns, cells, bars. Touches nothing. Must not: round or add anything when it is drawn: the four formats show the
same cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Cell = str | int | float | None


class Shape(StrEnum):
    """What a column's cells are. SPAN: whole seconds. SHARE: percent with one decimal."""

    TEXT = "text"
    COUNT = "count"
    SPAN = "span"
    SHARE = "share"


class Tone(StrEnum):
    """What a stretch of a bar is; each has one colour everywhere."""

    SEEN = "seen"
    PLAYED = "played"
    BROKEN = "broken"
    MESSAGE = "message"
    CARD = "card"
    DARK = "dark"
    BLANK = "blank"
    FAULT = "fault"
    OFF = "off"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading. width: its share of the page."""

    title: str
    shape: Shape = Shape.TEXT
    width: int = 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. most: rows that paper and terminal show; the spreadsheet shows all. more: the words for the rest, with {n}."""

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    note: str = ""
    most: int = 1000
    more: str = ""

    @property
    def shown(self) -> tuple[tuple[Cell, ...], ...]:
        return self.rows[: self.most]

    @property
    def left_out(self) -> str:
        rest = len(self.rows) - len(self.shown)
        return self.more.format(n=rest) if rest and self.more else ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a bar, in seconds from the bar's begin."""

    begins_s: float
    ends_s: float
    tone: Tone


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time as colours. ticks: (second, words) below it."""

    label: str
    length_s: float
    stretches: tuple[Stretch, ...]
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """lead: one sentence that says how it stands. warnings: what the reader must know first. extra: only in the spreadsheet.

    whole: the bar on top; hours: the smaller ones below. legend: what the colours mean. proof: lines on what it stands on.
    """

    name: str
    language: str
    title: str
    subtitle: str
    lead: str
    sheets: tuple[Sheet, ...]
    warnings: tuple[str, ...] = ()
    whole: Bar | None = None
    hours: tuple[Bar, ...] = ()
    hours_title: str = ""
    legend: tuple[tuple[Tone, str], ...] = ()
    extra: tuple[Sheet, ...] = ()
    proof: tuple[str, ...] = ()
    proof_title: str = ""
    wide: bool = False
    made: str = ""
    page_words: str = field(default="{page} / {pages}")


def span_words(seconds: int) -> str:
    """`17:58:12`; hours go on beyond 24."""
    sign, rest = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{rest // 3600}:{rest % 3600 // 60:02}:{rest % 60:02}"


def cell_words(cell: Cell, shape: Shape, language: str) -> str:
    """A cell for people; a comma before the decimals and points between thousands in Bahasa Indonesia."""
    if cell is None:
        return ""
    if shape is Shape.SPAN and isinstance(cell, int):
        return span_words(cell)
    if shape is Shape.SHARE and isinstance(cell, int | float):
        return number_words(f"{cell:,.1f} %", language)
    if isinstance(cell, int):
        return number_words(f"{cell:,}", language)
    return str(cell)


def number_words(text: str, language: str) -> str:
    return text.translate({ord(","): ".", ord("."): ","}) if language == "id" else text


def whole_seconds(parts_ms: Sequence[int]) -> list[int]:
    """Each part in whole seconds, so that they add up to the whole in whole seconds: the largest rests are rounded up."""
    floors = [part // 1000 for part in parts_ms]
    missing = round(sum(parts_ms) / 1000) - sum(floors)
    order = sorted(range(len(parts_ms)), key=lambda at: -(parts_ms[at] % 1000))
    for at in order[:missing]:
        floors[at] += 1
    return floors
