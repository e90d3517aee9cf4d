"""The report of a day: what was on one panel's screen, second by second, as a bar and as a table that adds up to the day.

Knows: what belongs together in the table, and which events a reader wants to see singly.
Touches: one reading transaction. Must not: hide a second that nobody knows about: it has its own line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from player.office.records.days import Window, day_window, moment_of
from player.office.records.queries import Item, Piece, RecordReader, panels_called
from player.office.records.reports.common import Inquiry, Tally, item_words, proof_lines, share_of, tone_of, warnings
from player.office.records.reports.layout import (
    Bar,
    Cell,
    Heading,
    Report,
    Shape,
    Sheet,
    Stretch,
    Tone,
    number_words,
    span_words,
)  # fmt: skip
from player.office.records.reports.words import day_words

HOUR_MS = 3_600_000
CALM = (Tone.SEEN, Tone.PLAYED, Tone.DARK)
"""What a day should be made of."""
LOST = (Tone.FAULT, Tone.OFF, Tone.CARD, Tone.NOTHING)
"""Where something else should have been on screen."""
EVENTS_MOST = 30
ITEMS_MOST = 40
CLOCK = "clock"
SEAM_MS = 2
"""Two records that lie closer than this are one stretch of the bar."""


@dataclass(frozen=True, slots=True)
class Event:
    """A stretch of the day that a reader wants to see by itself."""

    begins_s: int
    ends_s: int
    what: str
    why: str


def day_report(asked: Inquiry, panel: str, day: date) -> Report:
    """Raises OfficeError when there is no such panel."""
    panels = panels_called(asked.connection, [panel])
    whole = day_window(day, asked.zone)
    over = whole.ends_ms <= asked.now_ms
    window = whole if over else whole.clipped(max(whole.begins_ms, asked.now_ms))
    pieces = RecordReader(asked.connection, panels, window).pieces(next(iter(panels)), window)
    w = asked.words
    slots = [_slot(piece, window) for piece in pieces]
    parts = _parts(slots, window)
    stretches = tuple(_stretches(pieces, window))
    return Report(
        name=f"{panel}-{day.isoformat()}",
        language=asked.language,
        title=w("day-title", panel=panel),
        subtitle=f"{day_words(day, asked.language)} · {w('zone', zone=_zone_name(asked, window))}",
        lead=_lead(asked, parts, window, over),
        warnings=warnings(asked, panels, window),
        whole=Bar(w("whole-day"), whole.length_ms / 1000, stretches, _ticks(whole)),
        hours=tuple(_hours(asked, whole, stretches)),
        hours_title=w("hour-by-hour"),
        legend=tuple((tone, w(f"tone-{tone}")) for tone in Tone if tone in {each.tone for each in stretches}),
        sheets=(_accounted(asked, parts, window), _events(asked, slots, window), _items(asked, slots, window)),
        extra=(_records(asked, pieces),),
        proof=proof_lines(asked, panels),
        proof_title=w("proof"),
        made=asked.made,
        page_words=asked.page_words,
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """A record in whole seconds of the window: a second belongs to what was on screen when it began.

    So every table of the report adds up to the second, and to the times that stand beside it. key: its tone, or "clock".
    """

    piece: Piece
    begins_s: int
    ends_s: int
    key: str

    @property
    def seconds(self) -> int:
        """Below zero for a clock that was set back."""
        return self.ends_s - self.begins_s


def _slot(piece: Piece, window: Window) -> _Slot:
    begins_ms, ends_ms = (
        min(max(ms, window.begins_ms), window.ends_ms) - window.begins_ms
        for ms in (piece.begins_ms, piece.begins_ms + piece.length_ms)
    )
    key = CLOCK if piece.kind == CLOCK else str(tone_of(piece.kind, piece.grade))
    return _Slot(piece, begins_ms // 1000, ends_ms // 1000, key)


@dataclass(slots=True)
class _Part:
    seconds: int = 0
    times: int = 0


def _parts(slots: list[_Slot], window: Window) -> dict[str, _Part]:
    """Each kind's share of the window, by the name of its tone; together exactly the window."""
    found: dict[str, _Part] = defaultdict(_Part)
    for slot in slots:
        found[slot.key].seconds += slot.seconds
        found[slot.key].times += 1
    rest = window.length_ms // 1000 - sum(part.seconds for part in found.values())
    if rest:
        found["twice" if rest < 0 else str(Tone.NOTHING)] = _Part(rest, 1)
    order = [*map(str, Tone), CLOCK, "twice"]
    return {key: found[key] for key in order if key in found}


def _accounted(asked: Inquiry, parts: dict[str, _Part], window: Window) -> Sheet:
    w, length_s = asked.words, window.length_ms // 1000
    rows: list[tuple[Cell, ...]] = []
    for key, part in parts.items():
        name = w(key) if key in (CLOCK, "twice") else w(f"tone-{key}")
        rows.append((name, part.seconds, round(share_of(part.seconds, length_s), 1), part.times))
    total = sum(part.seconds for part in parts.values())
    return Sheet(
        w("accounted"),
        (Heading(w("what"), width=40), Heading(w("time"), Shape.SPAN, 14), Heading(w("share"), Shape.SHARE, 12),
         Heading(w("times"), Shape.COUNT, 10)),
        tuple(rows),
        (w("sum"), total, round(share_of(total, length_s), 1), sum(part.times for part in parts.values())),
    )  # fmt: skip


def _lead(asked: Inquiry, parts: dict[str, _Part], window: Window, over: bool) -> str:
    w, length_s = asked.words, window.length_ms // 1000
    shown = sum(parts[tone].seconds for tone in (Tone.SEEN, Tone.PLAYED, Tone.BROKEN) if tone in parts)
    share = number_words(f"{share_of(shown, length_s):.1f} %", asked.language)
    said = [w("day-lead", shown=span_words(shown), day=span_words(length_s), share=share)]
    if Tone.DARK in parts:
        said.append(w("day-lead-dark", dark=span_words(parts[Tone.DARK].seconds)))
    lost = sum(parts[tone].seconds for tone in LOST if tone in parts)
    said.append(w("day-lead-lost", lost=span_words(lost)) if lost else w("day-lead-well"))
    if not over:
        said.append(w("so-far", time=f"{moment_of(window.ends_ms, asked.zone):%H:%M}"))
    return " ".join(said)


def _events(asked: Inquiry, slots: list[_Slot], window: Window) -> Sheet:
    w = asked.words
    rows = tuple(
        (
            _clock_words(asked, window, event.begins_s),
            _clock_words(asked, window, event.ends_s),
            event.ends_s - event.begins_s,
            event.what,
            event.why,
        )
        for event in _find_events(asked, slots, window)
    )
    return Sheet(
        w("disturbances"),
        (Heading(w("from"), width=10), Heading(w("until"), width=10), Heading(w("time"), Shape.SPAN, 11),
         Heading(w("what"), width=26), Heading(w("why"), width=43)),
        rows, note="" if rows else w("no-disturbances"), most=EVENTS_MOST, more=w("more"),
    )  # fmt: skip


def _clock_words(asked: Inquiry, window: Window, second: int) -> str:
    """`12:10:04`; the end of the day is 24:00:00 and not 00:00:00."""
    if second and second == window.length_ms // 1000 and not window.ends_ms % 60_000:
        return "24:00:00"
    return f"{moment_of(window.begins_ms + second * 1000, asked.zone):%H:%M:%S}"


def _find_events(asked: Inquiry, slots: list[_Slot], window: Window) -> Iterator[Event]:
    """What is neither an item nor planned darkness, also the time of which nothing is known; alike neighbours are one."""
    waiting: Event | None = None
    for begins_s, ends_s, what, why in _told(asked, slots, window):
        if what and waiting and (waiting.what, waiting.why, waiting.ends_s) == (what, why, begins_s):
            waiting = Event(waiting.begins_s, ends_s, what, why)
            continue
        if waiting:
            yield waiting
        waiting = Event(begins_s, ends_s, what, why) if what else None
    if waiting:
        yield waiting


def _told(asked: Inquiry, slots: list[_Slot], window: Window) -> Iterator[tuple[int, int, str, str]]:
    """Each record with its words, "" where it is what a day should be made of; and the time between records."""
    w, at_s = asked.words, 0
    for slot in slots:
        if slot.key == CLOCK:
            why = " ".join(filter(None, (f"{slot.piece.length_ms / 1000:+.1f} s", slot.piece.reason)))
            yield slot.begins_s, slot.ends_s, w(CLOCK), why
            at_s = slot.ends_s
            continue
        if slot.begins_s > at_s:
            yield at_s, slot.begins_s, w("tone-nothing"), ""
        if slot.key in CALM:
            yield slot.begins_s, slot.ends_s, "", ""
        else:
            yield slot.begins_s, slot.ends_s, w(f"tone-{slot.key}"), _why(asked, slot)
        at_s = max(at_s, slot.ends_s)
    if at_s < window.length_ms // 1000:
        yield at_s, window.length_ms // 1000, w("tone-nothing"), ""


def _why(asked: Inquiry, slot: _Slot) -> str:
    """Of an item that broke: which, and how it ended. Of anything else: the director's own words."""
    if slot.key == Tone.BROKEN and slot.piece.item is not None:
        return f"{item_words(slot.piece.item)}: {asked.words(f'ended-{slot.piece.ended}')}"
    return slot.piece.reason


def _items(asked: Inquiry, slots: list[_Slot], window: Window) -> Sheet:
    w = asked.words
    found: dict[Item, tuple[Tally, list[int]]] = {}
    for slot in slots:
        if slot.piece.kind == "item" and slot.piece.item is not None:
            tally, seconds = found.setdefault(slot.piece.item, (Tally(), []))
            tally.add_plays(slot.piece.grade, int(slot.piece.begins_ms >= window.begins_ms))
            seconds.append(slot.seconds)
    rows: list[tuple[Cell, ...]] = [
        (item_words(item), tally.plays, tally.seen, tally.good - tally.seen, tally.broken, sum(seconds))
        for item, (tally, seconds) in sorted(found.items(), key=lambda each: (-sum(each[1][1]), each[0].path))
    ]
    numbers = [sum(int(row[at] or 0) for row in rows) for at in range(1, 6)]
    return Sheet(
        w("items"),
        (Heading(w("item"), width=46), Heading(w("plays"), Shape.COUNT, 10), Heading(w("seen"), Shape.COUNT, 10),
         Heading(w("played"), Shape.COUNT, 10), Heading(w("broken"), Shape.COUNT, 10), Heading(w("time"), Shape.SPAN, 14)),
        tuple(rows), (w("sum"), *numbers), "" if rows else w("nothing-shown"), ITEMS_MOST, w("more"),
    )  # fmt: skip


def _records(asked: Inquiry, pieces: list[Piece]) -> Sheet:
    w = asked.words
    rows = tuple(
        (
            piece.n,
            f"{moment_of(piece.begins_ms, asked.zone):%Y-%m-%d %H:%M:%S}",
            round(piece.length_ms / 1000, 3),
            piece.kind,
            piece.item.path if piece.item else "",
            piece.item.sha256 if piece.item else "",
            piece.grade,
            piece.ended,
            piece.playlist,
            piece.reason,
        )
        for piece in pieces
    )
    heads = (("number", Shape.COUNT), ("from", Shape.TEXT), ("time", Shape.COUNT), ("kind", Shape.TEXT), ("item", Shape.TEXT),
             ("content", Shape.TEXT), ("evidence", Shape.TEXT), ("ended", Shape.TEXT), ("playlist", Shape.TEXT),
             ("why", Shape.TEXT))  # fmt: skip
    return Sheet(w("records"), tuple(Heading(w(key), shape, 20) for key, shape in heads), rows)


def _stretches(pieces: list[Piece], window: Window) -> Iterator[Stretch]:
    """The bar: alike neighbours are one stretch, and where nothing is known it says so."""
    at_ms, begun_ms, tone = window.begins_ms, window.begins_ms, None
    for piece in pieces:
        begins_ms = max(piece.begins_ms, at_ms)
        ends_ms = min(piece.begins_ms + piece.length_ms, window.ends_ms)
        if piece.kind == CLOCK:
            at_ms = max(at_ms, ends_ms)  # no time passed: what was on screen before goes on
            continue
        if ends_ms <= begins_ms:
            continue
        if begins_ms - at_ms >= SEAM_MS:
            if tone is not None:
                yield _stretch(window, begun_ms, at_ms, tone)
            yield _stretch(window, at_ms, begins_ms, Tone.NOTHING)
            begun_ms, tone = begins_ms, None
        now = tone_of(piece.kind, piece.grade)
        if tone is not None and now is not tone:
            yield _stretch(window, begun_ms, begins_ms, tone)
        if now is not tone:
            begun_ms, tone = begins_ms, now
        at_ms = ends_ms
    if tone is not None:
        yield _stretch(window, begun_ms, at_ms, tone)
    if window.ends_ms - at_ms >= SEAM_MS:
        yield _stretch(window, at_ms, window.ends_ms, Tone.NOTHING)


def _stretch(window: Window, begins_ms: int, ends_ms: int, tone: Tone) -> Stretch:
    return Stretch((begins_ms - window.begins_ms) / 1000, (ends_ms - window.begins_ms) / 1000, tone)


def _hours(asked: Inquiry, whole: Window, stretches: tuple[Stretch, ...]) -> Iterator[Bar]:
    """A bar for each hour of the day."""
    for begins_ms in range(whole.begins_ms, whole.ends_ms, HOUR_MS):
        begins_s = (begins_ms - whole.begins_ms) / 1000
        length_s = min(HOUR_MS, whole.ends_ms - begins_ms) / 1000
        inside = tuple(
            Stretch(max(0.0, each.begins_s - begins_s), min(length_s, each.ends_s - begins_s), each.tone)
            for each in stretches
            if each.ends_s > begins_s and each.begins_s < begins_s + length_s
        )
        yield Bar(f"{moment_of(begins_ms, asked.zone):%H:%M}", length_s, inside)


def _ticks(whole: Window) -> tuple[tuple[float, str], ...]:
    """Every third hour; the hours since midnight, as a clock that is not set shows them."""
    hours = round(whole.length_ms / HOUR_MS)
    return tuple((hour * 3600.0, f"{hour:02}") for hour in range(0, hours + 1, 3))


def _zone_name(asked: Inquiry, window: Window) -> str:
    moment = moment_of(window.begins_ms, asked.zone)
    return str(getattr(asked.zone, "key", "")) or moment.tzname() or f"{moment:%z}"
