"""A record: what was on screen from one moment to the next, as one line of JSON, and the chain that ties the lines together.

Knows: the kinds, the line, the evidence, the chain, the share of a day. Pure: values in, values out.
Must not: read a clock or a file, sign, or know how records travel (record_batches.py does).

The records of a panel abut: one ends where the next begins, to the millisecond. A step of the wall clock is a record of
its own, negative when the clock went back. So the shares of a day add up to the day, whatever the clock did.

The line of a record is its JSON without spaces, in the order of the fields below, without what is not known. The chain of a
record is the SHA-256 of the chain before it (32 bytes) and its line; the first record has 32 zero bytes before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from player.base.strict_json import as_list, as_moment, as_table, as_text, as_whole, parse_json, perhaps
from player.base.values import value

MOST_RECORDS = 500
"""In one batch: some 15 KB packed, which a mobile network carries in a second."""
LINE_BYTES = 16 * 1024
"""No record is longer: its texts are cut to TEXT_LIMIT characters of at most four bytes each."""
TEXT_LIMIT = 800
NO_CHAIN = "0" * 64
"""The chain before the first record of a panel."""
MOST_S = 1e10
"""Longer than any clock can step from 1970 to 2099, in seconds."""
CHAIN_FIELD = b',"chain":"'


class RecordError(ValueError):
    """A line, a batch or an acknowledgement is not what it should be. The text says why, in plain words."""


class RecordKind(StrEnum):
    """What a second of the day is called."""

    ITEM = "item"
    MESSAGE = "message"
    """The urgent text."""
    CARD = "card"
    """Waiting, identify, test pattern, trouble."""
    DARK = "dark"
    """Scheduled, or dimmed to nothing."""
    BLANK = "blank"
    """Commanded."""
    FAULT = "fault"
    """No display, black or frozen although it should not be."""
    OFF = "off"
    """The daemon did not run. The reason begins with stop, crash or power."""
    CLOCK = "clock"
    """The wall clock stepped by so many seconds, back when they are negative; no time passed."""


class RecordEnd(StrEnum):
    """How what was on screen ended."""

    END = "end"
    CUT = "cut"
    FAILED = "failed"
    CRASH = "crash"
    POWER = "power"


class Evidence(StrEnum):
    """How an item's record is known to be true."""

    SEEN = "seen"
    """Lit in every sample of the screen's pixels, and a film moved."""
    PLAYED = "played"
    """No sample fell into it."""
    BROKEN = "broken"
    """Cut, failed, or dark or still in a sample."""


@value(frozen=True, slots=True)
class Seen:
    """How many samples the pixel monitor took, and in how many the screen was lit and moved. moved None: a still picture."""

    samples: int = 0
    lit: int = 0
    moved: int | None = None


@value(frozen=True, slots=True)
class PlayRecord:
    """n: counts up for ever. at: aware, to the millisecond. seconds: three decimals; negative only for a step of the clock.

    item: path as the operator knows it; sha256 of its content. source, release, serial: where it came from.
    reason: the director's own words. ticker: the running texts that ran over it, for all of it or a part.
    clock: the clock's trust. boot: the kernel's boot id. "" and None: not known.
    """

    at: datetime
    seconds: float
    kind: RecordKind
    n: int = 0
    item: str = ""
    sha256: str = ""
    title: str = ""
    playlist: str = ""
    source: str = ""
    release: int | None = None
    serial: int | None = None
    reason: str = ""
    ticker: str = ""
    ended: RecordEnd = RecordEnd.END
    seen: Seen | None = None
    clock: str = ""
    boot: str = ""

    @property
    def ends(self) -> datetime:
        return self.at + timedelta(milliseconds=milliseconds(self.seconds))


@value(frozen=True, slots=True)
class Acknowledgement:
    """The office has stored a panel's records up to `last`, whose chain is `head`. key: the office's public key."""

    last: int
    head: str
    signature: str
    key: str = ""


TEXTS = ("item", "sha256", "title", "playlist", "source", "reason", "ticker", "clock", "boot")


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def to_millisecond(wall: datetime) -> datetime:
    """The moment in UTC, cut to the millisecond, as a record holds it."""
    wall = wall.astimezone(UTC)
    return wall.replace(microsecond=wall.microsecond // 1000 * 1000)


def evidence_of(record: PlayRecord) -> Evidence:
    """Of an item or a message; never counted from what the player believes."""
    seen = record.seen
    if record.ended is not RecordEnd.END:
        return Evidence.BROKEN
    if seen is None or not seen.samples:
        return Evidence.PLAYED
    return Evidence.SEEN if seen.lit == seen.samples and seen.moved != 0 else Evidence.BROKEN


# ---- the line


def encode_record(record: PlayRecord) -> bytes:
    """The line without its chain and without a line break. One record has one line only."""
    table: dict[str, Any] = {
        "n": record.n, "at": _stamp(record.at), "seconds": milliseconds(record.seconds) / 1000, "kind": record.kind.value,
        "item": record.item, "sha256": record.sha256, "title": record.title, "playlist": record.playlist,
        "source": record.source, "release": record.release, "serial": record.serial, "reason": record.reason,
        "ticker": record.ticker, "ended": record.ended.value, "seen": _seen_table(record.seen), "clock": record.clock,
        "boot": record.boot,
    }  # fmt: skip
    return as_line({key: value[:TEXT_LIMIT] if isinstance(value, str) else value for key, value in table.items()})


def as_line(table: dict[str, Any]) -> bytes:
    """JSON without spaces and without what is not known."""
    known = {key: value for key, value in table.items() if value is not None and value != ""}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _stamp(wall: datetime) -> str:
    return wall.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _seen_table(seen: Seen | None) -> dict[str, int] | None:
    if seen is None:
        return None
    table = {"samples": seen.samples, "lit": seen.lit}
    return table if seen.moved is None else {**table, "moved": seen.moved}


def parse_record(line: bytes | str) -> PlayRecord:
    """Fields that this version does not know are passed over. Raises RecordError."""
    try:
        return read_record(parse_json(line))
    except ValueError as error:
        raise RecordError(str(error)) from error


def read_record(value: object) -> PlayRecord:
    """The record of a parsed line. Raises ValueError."""
    table = as_table(value)
    texts = {name: as_text(table.get(name, ""))[:TEXT_LIMIT] for name in TEXTS}
    kind, seconds = RecordKind(as_text(table.get("kind", ""))), table.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not -MOST_S <= seconds <= MOST_S:
        raise ValueError("seconds is not a length of time")
    if seconds < 0 and kind is not RecordKind.CLOCK:
        raise ValueError(f"a {kind} record of negative length")
    return PlayRecord(
        n=as_whole(table.get("n")), at=_read_moment(table.get("at"), seconds), seconds=milliseconds(seconds) / 1000,
        kind=kind, release=perhaps(as_whole, table.get("release")), serial=perhaps(as_whole, table.get("serial")),
        ended=RecordEnd(as_text(table.get("ended", "end"))), seen=perhaps(_read_seen, table.get("seen")), **texts,
    )  # fmt: skip


def _read_moment(value: object, seconds: float) -> datetime:
    """Raises ValueError, also when the record would begin or end beyond the calendar."""
    try:
        at = to_millisecond(as_moment(value))
        at + timedelta(seconds=seconds + 1)
    except OverflowError as error:
        raise ValueError("a time beyond the calendar") from error
    return at


def _read_seen(value: object) -> Seen:
    table = as_table(value)
    moved = perhaps(as_whole, table.get("moved"))
    return Seen(as_whole(table.get("samples")), as_whole(table.get("lit")), moved)


# ---- the chain


def next_chain(before: str, line: bytes) -> str:
    """before: the chain so far, 64 hex digits. line: the record's, as encode_record writes it."""
    return hashlib.sha256(bytes.fromhex(before) + line).hexdigest()


def add_chain(line: bytes, chain: str) -> bytes:
    """The line as it stands in a segment: the chain is its last field."""
    return line[:-1] + CHAIN_FIELD + chain.encode() + b'"}'


def split_chain(stored: bytes) -> tuple[bytes, str]:
    """The line without its chain, and the chain. Raises RecordError."""
    line, mark, rest = stored.rpartition(CHAIN_FIELD)
    if not mark or len(rest) != 66 or not rest.endswith(b'"}') or not is_chain(rest[:64].decode("ascii", "replace")):
        raise RecordError("it ends without a chain")
    return line + b"}", rest[:64].decode()


def is_chain(text: str) -> bool:
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)


def as_chain(value: object) -> str:
    """Raises ValueError."""
    text = as_text(value)
    if not is_chain(text):
        raise ValueError("it is no chain of 64 hex digits")
    return text


@value(frozen=True, slots=True)
class ChainFault:
    """The first record that is not as it was written. n: the number that stands there, or that should."""

    n: int
    what: str

    def __str__(self) -> str:
        return f"record {self.n}: {self.what}"


@value(frozen=True, slots=True)
class ChainPlace:
    """Where a chain stands: the number and the chain of the last record. n 0: none yet. ends None: not known."""

    n: int = 0
    chain: str = NO_CHAIN
    ends: datetime | None = None


def follow_chain(place: ChainPlace, stored: Iterable[tuple[bytes, str]]) -> Iterator[ChainPlace | ChainFault]:
    """The place after each record, and each record that is wrong there: changed, removed, inserted, out of order.

    stored: each line with the chain that was kept beside it; "": none was kept, so a change shows at the next one that was.
    It goes on behind a fault with what it found, so that what follows is judged by itself.
    """
    for line, kept in stored:
        try:
            record = parse_record(line)
        except RecordError as error:
            yield ChainFault(place.n + 1, f"its line is damaged ({error})")
            place = ChainPlace(place.n + 1, kept or place.chain, None)
            continue
        chain = next_chain(place.chain, line)
        if fault := _fault_of(place, record, chain, kept):
            yield ChainFault(record.n, fault)
        place = ChainPlace(record.n, kept or chain, record.ends)
        yield place


def _fault_of(place: ChainPlace, record: PlayRecord, chain: str, kept: str) -> str:
    if record.n > place.n + 1:
        missing = f"record {place.n + 1}" if record.n == place.n + 2 else f"records {place.n + 1} to {record.n - 1}"
        return f"{missing} before it {'is' if record.n == place.n + 2 else 'are'} missing"
    if record.n <= place.n:
        return f"it stands after record {place.n}: it was moved, or put in"
    if kept and kept != chain:
        return "it was changed after it was written, or another record was put in its place"
    if place.ends is not None and record.at != place.ends:
        return "it does not begin where the record before it ends"
    return ""


# ---- the share of a day


def seconds_within(record: PlayRecord, begins: datetime, ends: datetime) -> float:
    """The record's share of a span, in seconds; negative for a step back of the clock.

    The shares of abutting records that reach from before a span to behind it add up to the length of the span.
    """
    return (_clamp(record.ends, begins, ends) - _clamp(record.at, begins, ends)).total_seconds()


def _clamp(moment: datetime, least: datetime, most: datetime) -> datetime:
    return max(least, min(moment, most))


def span_of_day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From the day's midnight in the zone to the next, in UTC: 86,400 s but where the zone changes."""
    first, last = (datetime.combine(d, time.min, zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return first, last


def lines_of(values: object, most: int) -> tuple[bytes, ...]:
    """The lines of parsed records, as they were written. Raises ValueError: no list, or too long."""
    listed = as_list(values)
    if not 1 <= len(listed) <= most:
        raise ValueError(f"it holds {len(listed)} records, not 1 to {most}")
    lines = tuple(as_line(as_table(value)) for value in listed)
    if any(len(line) > LINE_BYTES for line in lines):
        raise ValueError(f"a record of more than {LINE_BYTES} bytes")
    return lines
