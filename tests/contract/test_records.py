"""Records: one line each, chained; and the share that each has of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.contract.records import (
    LINE_BYTES,
    NO_CHAIN,
    ChainFault,
    ChainPlace,
    Evidence,
    PlayRecord,
    RecordEnd,
    RecordError,
    RecordKind,
    Seen,
    add_chain,
    encode_record,
    evidence_of,
    follow_chain,
    next_chain,
    parse_record,
    seconds_within,
    span_of_day,
    split_chain,
    to_millisecond,
)
from tests.kit.records import START, some_records, stored_lines

JAKARTA = ZoneInfo("Asia/Jakarta")
MOMENTS = st.integers(0, 4_102_444_800_000).map(lambda ms: to_millisecond(datetime.fromtimestamp(ms / 1000, UTC)))
COUNTS = st.integers(0, 10**6)
RECORDS = st.builds(
    PlayRecord,
    at=MOMENTS,
    seconds=st.integers(0, 10**9).map(lambda ms: ms / 1000),
    kind=st.sampled_from(RecordKind),
    n=st.integers(0, 2**60),
    item=st.text(max_size=900).filter(lambda text: text.isprintable()),
    sha256=st.sampled_from(["", "ab" * 32]),
    title=st.text(st.characters(codec="utf-8"), max_size=30),
    reason=st.text(st.characters(codec="utf-8"), max_size=60),
    release=st.none() | COUNTS,
    serial=st.none() | COUNTS,
    ended=st.sampled_from(RecordEnd),
    seen=st.none() | st.builds(Seen, COUNTS, COUNTS, st.none() | COUNTS),
)


@given(RECORDS)
def test_a_record_survives_its_line(record: PlayRecord) -> None:
    """The line of a record is short enough, and what it says makes the same line again, so the chain can be checked anywhere."""
    line = encode_record(record)
    assert len(line) <= LINE_BYTES
    again = parse_record(line)
    assert encode_record(again) == line
    assert again == replace(record, item=record.item[:800])


def test_the_line_is_the_contracts() -> None:
    """The fields have the contract's names and order, times have milliseconds, and what is not known is left out."""
    record = PlayRecord(
        START, 14.9871, RecordKind.ITEM, 7, "media/a.mp4", "ab" * 32, reason="schedule: morning", release=3,
        seen=Seen(7, 7, 6), clock="synced", boot="b1",
    )  # fmt: skip
    assert encode_record(record).decode() == (
        '{"n":7,"at":"2026-11-22T03:00:00.000Z","seconds":14.987,"kind":"item","item":"media/a.mp4","sha256":"' + "ab" * 32
        + '","release":3,"reason":"schedule: morning","ended":"end","seen":{"samples":7,"lit":7,"moved":6},'
        '"clock":"synced","boot":"b1"}'
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"n":1}',
        b'{"n":1,"at":"2026-11-22T03:00:00.000Z","seconds":1,"kind":"film"}',
        b'{"n":true,"at":"2026-11-22T03:00:00.000Z","seconds":1,"kind":"item"}',
        b'{"n":1,"at":"2026-11-22T03:00:00.000Z","seconds":NaN,"kind":"item"}',
        b'{"n":1,"at":"2026-11-22T03:00:00.000Z","seconds":-1,"kind":"item"}',
        b'{"n":1,"at":"2026-11-22T03:00:00.000","seconds":1,"kind":"item"}',
        b'{"n":1,"at":"9999-12-31T23:59:59.000-23:00","seconds":1,"kind":"item"}',
        b'{"n":1,"at":"9999-12-31T23:59:59.000Z","seconds":3600,"kind":"item"}',
        b'{"n":1,"at":"2026-11-22T03:00:00.000Z","seconds":1,"kind":"item","item":7}',
        b'{"n":1,"at":"2026-11-22T03:00:00.000Z","seconds":1,"kind":"item","seen":{"samples":-1,"lit":0}}',
    ],
)  # fmt: skip
def test_what_is_no_record_is_an_error_not_a_crash(line: bytes) -> None:
    """A damaged or foreign line is refused with a reason, whatever it holds."""
    with pytest.raises(RecordError):
        parse_record(line)


@pytest.mark.parametrize(
    ("ended", "seen", "evidence"),
    [
        (RecordEnd.END, Seen(7, 7, 6), Evidence.SEEN),
        (RecordEnd.END, Seen(7, 7), Evidence.SEEN),
        (RecordEnd.END, Seen(7, 6, 6), Evidence.BROKEN),
        (RecordEnd.END, Seen(7, 7, 0), Evidence.BROKEN),
        (RecordEnd.END, Seen(), Evidence.PLAYED),
        (RecordEnd.END, None, Evidence.PLAYED),
        (RecordEnd.CUT, Seen(7, 7, 7), Evidence.BROKEN),
        (RecordEnd.POWER, None, Evidence.BROKEN),
    ],
)
def test_the_evidence_is_what_the_pixels_said(ended: RecordEnd, seen: Seen | None, evidence: Evidence) -> None:
    """Seen needs every sample lit and a film that moved; without samples it is only played; all else is broken."""
    assert evidence_of(PlayRecord(START, 15.0, RecordKind.ITEM, ended=ended, seen=seen)) is evidence


# ---- the chain


def test_a_stored_line_gives_back_its_parts() -> None:
    """The chain is the last field of a stored line, which is JSON by itself; a torn line is refused."""
    line = encode_record(PlayRecord(START, 1.0, RecordKind.CARD, 1, reason='"chain":"'))
    chain = next_chain(NO_CHAIN, line)
    stored = add_chain(line, chain)
    assert split_chain(stored) == (line, chain)
    for cut in range(1, len(stored)):
        with pytest.raises(RecordError):
            split_chain(stored[:-cut])


def faults_of(stored: list[tuple[bytes, str]]) -> list[int]:
    return [found.n for found in follow_chain(ChainPlace(), stored) if isinstance(found, ChainFault)]


def test_an_unbroken_chain_has_no_fault() -> None:
    """Records as they were written are found without a fault."""
    assert faults_of(stored_lines(some_records(20))) == []


@given(st.integers(0, 19), st.sampled_from(["changed", "removed", "inserted", "moved", "damaged"]))
def test_the_first_record_that_was_touched_is_named(at: int, what: str) -> None:
    """A record that was changed, removed, put in, moved or damaged is found, and the first fault is its number or the next."""
    stored = stored_lines(some_records(20))
    line, chain = stored[at]
    match what:
        case "changed":
            stored[at] = line.replace(b"media/", b"other/"), chain
        case "removed":
            if at == 19:
                return  # the end of the chain is what the signed head says
            del stored[at]
        case "inserted":
            stored.insert(at, (line.replace(b"media/", b"other/"), chain))
        case "moved":
            stored[at], stored[(at + 1) % 20] = stored[(at + 1) % 20], stored[at]
        case _:
            stored[at] = line[:-5], chain
    first = faults_of(stored)[0]
    assert first in (at + 1, at + 2) or (what == "moved" and at == 19 and first == 20)


def test_a_gap_between_records_is_named() -> None:
    """A record that does not begin where the one before it ends was never written by a panel."""
    records = some_records(3)
    records[2] = replace(records[2], at=records[2].at + timedelta(milliseconds=1))
    assert faults_of(stored_lines(records)) == [3]


# ---- the share of a day


def test_a_day_is_86400_seconds_and_begins_at_the_panels_midnight() -> None:
    """A day of the panel's own zone has 86,400 seconds; where the zone changes, as many as it has."""
    begins, ends = span_of_day(date(2026, 11, 22), JAKARTA)
    assert begins == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert (ends - begins).total_seconds() == 86_400
    begins, ends = span_of_day(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert (ends - begins).total_seconds() == 90_000


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40_000_000)), max_size=30))
def test_the_shares_of_abutting_records_are_the_whole_day(steps: list[tuple[bool, int]]) -> None:
    """Whatever the clock did on the way, also over midnight and back, the shares of a day add up to the day."""
    begins, ends = span_of_day(date(2026, 11, 22), JAKARTA)
    at, total = begins - timedelta(hours=3), 0.0
    records = []
    for back, ms in steps:
        seconds = -ms / 1000 if back else ms / 1000
        records.append(PlayRecord(at, seconds, RecordKind.CLOCK if back else RecordKind.ITEM))
        at = records[-1].ends
    if at < ends:
        records.append(PlayRecord(at, (ends - at).total_seconds() + 60, RecordKind.OFF))
    else:
        records.append(PlayRecord(at, 60, RecordKind.OFF))
    total = sum(seconds_within(record, begins, ends) for record in records)
    assert round(total, 3) == 86_400
