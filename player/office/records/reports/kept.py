"""How a booking was kept: what was promised, what was shown, what is missing and why; for one panel and one day, and together.

Knows: what counts as shown, and what the time was lost to. Touches: one reading transaction.
Must not: let a day with too many plays make up for a day with too few: the promise is for each day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from player.office.records.bookings import Booking
from player.office.records.days import Hours, Window, days_between, windows_of
from player.office.records.queries import Item, RecordReader, Sum
from player.office.records.reports.common import Tally, tone_of
from player.office.records.reports.layout import Tone, span_words
from player.office.records.reports.words import Words

REASONS_TOLD = 3
ITEM_TONES = (Tone.SEEN, Tone.PLAYED, Tone.BROKEN)
LEAST_LOST_MS = 1000
"""Between two records a millisecond may be lost to rounding; that is no reason for anything."""


@dataclass(slots=True)
class Kept:
    """Of a booking, over some days and panels. plays, seconds: promised. lost: ms that belonged to something else, by tone."""

    plays: int = 0
    seconds: int = 0
    tally: Tally = field(default_factory=Tally)
    missed_plays: int = 0
    missed_ms: int = 0
    lost: Counter[Tone] = field(default_factory=Counter)
    days: int = 0
    days_kept: int = 0

    def add(self, other: Kept) -> None:
        self.plays += other.plays
        self.seconds += other.seconds
        self.tally.merge(other.tally)
        self.missed_plays += other.missed_plays
        self.missed_ms += other.missed_ms
        self.lost.update(other.lost)
        self.days += other.days
        self.days_kept += other.days_kept

    @property
    def fulfilled(self) -> float:
        """In percent; what was shown too often on one day counts no other day."""
        if self.plays:
            return 100 * (1 - self.missed_plays / self.plays)
        return 100 * (1 - self.missed_ms / (self.seconds * 1000)) if self.seconds else 100.0


@dataclass(frozen=True, slots=True)
class DayKept:
    """One booking on one panel on one day."""

    booking: Booking
    panel: str
    day: date
    kept: Kept


class ItemMatcher:
    """Which items a booking names, asked once for each: a month has a hundred thousand plays of a hundred items."""

    def __init__(self) -> None:
        self._known: dict[tuple[Booking, Item], bool] = {}

    def matches(self, booking: Booking, item: Item | None) -> bool:
        if item is None:
            return False
        pair = (booking, item)
        if pair not in self._known:
            self._known[pair] = booking.covers_item(item.path, item.sha256)
        return self._known[pair]


def days_kept(
    reader: RecordReader, bookings: Sequence[Booking], panels: Iterable[str], first: date, last: date, zone: tzinfo
) -> Iterator[DayKept]:
    """Every booking on each of its panels on each of its days."""
    names, matcher = list(panels), ItemMatcher()
    for day in days_between(first, last):
        active = [booking for booking in bookings if booking.covers_day(day)]
        by_hours: dict[tuple[Hours, ...], list[Booking]] = {}
        for booking in active:
            by_hours.setdefault(booking.hours, []).append(booking)
        for hours, some in by_hours.items():
            windows = windows_of(day, hours, zone)
            sums = [one for window in windows for one in reader.sums(window)]
            for booking in some:
                for name in filter(booking.covers_panel, names):
                    mine = [one for one in sums if one.panel == name]
                    yield DayKept(booking, name, day, kept_in(booking, mine, windows, matcher))


def kept_in(booking: Booking, sums: Iterable[Sum], windows: Sequence[Window], matcher: ItemMatcher) -> Kept:
    """What the sums of one panel in a booking's windows of one day say of the promise for that day."""
    kept = Kept(plays=booking.plays or 0, seconds=booking.seconds or 0, days=1)
    known_ms = 0
    for one in sums:
        known_ms += one.ms
        tone = tone_of(one.kind, one.grade)
        if one.kind == "item" and matcher.matches(booking, one.item):
            kept.tally.add(one)
        if one.kind != "clock" and tone not in ITEM_TONES:
            kept.lost[tone] += one.ms
    unknown_ms = sum(window.length_ms for window in windows) - known_ms
    if unknown_ms > 0:
        kept.lost[Tone.NOTHING] += unknown_ms
    kept.missed_plays = max(0, kept.plays - kept.tally.good)
    kept.missed_ms = max(0, kept.seconds * 1000 - kept.tally.good_ms)
    if not kept.missed_plays and not kept.missed_ms:
        kept.days_kept = 1
        kept.lost.clear()  # nothing is missing, so nothing needs a reason
    return kept


def why_missed(kept: Kept, words: Words) -> str:
    """Why something is missing, the largest reason first; "" when nothing is."""
    if not kept.missed_plays and not kept.missed_ms:
        return ""
    said = []
    if kept.tally.broken:
        said.append(words("missed-broken", n=kept.tally.broken))
    for tone, ms in kept.lost.most_common(REASONS_TOLD):
        if ms >= LEAST_LOST_MS:
            said.append(words("missed-lost", what=words(f"tone-{tone}").lower(), time=span_words(round(ms / 1000))))
    if not kept.tally.plays:
        said.insert(0, words("missed-item"))
    return "; ".join(said) or words("missed-not-placed")
