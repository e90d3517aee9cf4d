"""Batches of records: signed, packed, bounded; and whatever was done to one on its way is found."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.contract.record_batches import (
    PACKED_BYTES,
    ack_message,
    check_batch,
    encode_ack,
    encode_acks,
    find_ack,
    is_signed,
    make_ack,
    parse_ack,
    parse_batch,
)
from player.contract.records import MOST_RECORDS, NO_CHAIN, RecordError
from tests.kit.records import PANEL, TestKey, packed_batch, some_records

KEY, OTHER = TestKey(1), TestKey(2)
Change = Callable[[dict[str, Any]], object]


def changed(packed: bytes, change: Change) -> bytes:
    table = json.loads(zlib.decompress(packed))
    change(table)
    return zlib.compress(json.dumps(table, separators=(",", ":"), ensure_ascii=False).encode())


@pytest.mark.parametrize("chains", [False, True])
def test_a_batch_arrives_as_it_was_sent(chains: bool) -> None:
    """What the office reads is what the panel wrote, and it finds nothing wrong with it."""
    records = some_records(40, first=61)
    packed, head = packed_batch(records, "ab" * 32, KEY, chains=chains)
    batch = parse_batch(packed)
    assert list(batch.records) == records
    assert (batch.first, batch.last, batch.before, batch.head.chain) == (61, 100, "ab" * 32, head)
    assert check_batch(batch, KEY.public, PANEL) == []


def test_a_day_costs_less_than_a_quarter_of_a_megabyte() -> None:
    """An item every 15 s, sent every 15 minutes: 96 batches of 60 records, with 300 bytes each for MQTT and TLS."""
    bytes_of_day = sum(len(packed_batch(some_records(60, first=1 + 60 * n))[0]) + 300 for n in range(96))
    assert bytes_of_day < 250_000


CHANGES: dict[str, Change] = {
    "changed": lambda t: t["records"][4].update(item="media/other.mp4"),
    "longer": lambda t: t["records"][4].update(seconds=99.0),
    "removed": lambda t: (t["records"].pop(4), t.update(last=9)),
    "last removed": lambda t: (t["records"].pop(), t.update(last=9)),
    "inserted": lambda t: (t["records"].insert(4, dict(t["records"][4])), t.update(last=11)),
    "reordered": lambda t: t["records"].insert(4, t["records"].pop(5)),
    "before": lambda t: t.update(before="cd" * 32),
    "head": lambda t: t["head"].update(chain="cd" * 32),
    "head's panel": lambda t: t["head"].update(panel="serang-02"),
    "signature": lambda t: t.update(signature=t["signature"][::-1]),
    "key": lambda t: t.update(key=OTHER.public),
}


@pytest.mark.parametrize("chains", [False, True])
@pytest.mark.parametrize("what", CHANGES)
def test_whatever_was_done_to_a_batch_is_found(what: str, chains: bool) -> None:
    """A record changed, removed, put in or moved, another head, key or signature: each is a fault, and none a crash."""
    packed, _ = packed_batch(some_records(10), key=KEY, chains=chains)
    faults = check_batch(parse_batch(changed(packed, CHANGES[what])), KEY.public, PANEL)
    assert faults
    if chains and what in ("changed", "longer"):
        assert faults[0].n == 5  # the record itself is named


def test_a_batch_of_another_panel_is_found() -> None:
    """A batch that another panel signed for itself, or that was signed for another name, is not this panel's."""
    packed, _ = packed_batch(some_records(3), key=OTHER)
    assert "another key" in str(check_batch(parse_batch(packed), KEY.public, PANEL)[0])
    packed, _ = packed_batch(some_records(3), key=KEY, panel="serang-02")
    assert "serang-02" in str(check_batch(parse_batch(packed), KEY.public, PANEL)[0])


@pytest.mark.parametrize(
    "make",
    {
        "empty": lambda: b"",
        "no zlib": lambda: b"x" * 100,
        "not packed": lambda: b"{}",
        "too long": lambda: b"x" * (PACKED_BYTES + 1),
        "no JSON": lambda: zlib.compress(b"not JSON"),
        "a list": lambda: zlib.compress(b"[]"),
        "no records": lambda: zlib.compress(b'{"v":1}'),
        "another version": lambda: zlib.compress(b'{"v":2,"records":[]}'),
        "deep": lambda: zlib.compress(b"[" * 100_000),
        "a bomb": lambda: zlib.compress(b'{"v":1,"records":[' + b"0" * 20_000_000 + b"]}"),
        "a text without end": lambda: zlib.compress(b'{"v":1,"records":["' + b"x" * 9_000),
        "cut short": lambda: packed_batch(some_records(3))[0][:-3],
        "more behind it": lambda: packed_batch(some_records(3))[0] + b"more",
        "too many": lambda: packed_batch(some_records(MOST_RECORDS + 1))[0],
        "last": lambda: changed(packed_batch(some_records(3))[0], lambda t: t.update(last=7)),
        "before": lambda: changed(packed_batch(some_records(3))[0], lambda t: t.update(before="zz")),
        "head": lambda: changed(packed_batch(some_records(3))[0], lambda t: t.update(head=None)),
        "chain": lambda: changed(packed_batch(some_records(3))[0], lambda t: t["records"][1].update(chain="x")),
        "long title": lambda: changed(
            packed_batch(some_records(3))[0], lambda t: t["records"][1].update(title="x" * 20_000)
        ),
    }.items(),
    ids=lambda named: named[0],
)
def test_what_is_no_batch_is_an_error_not_a_crash(make: tuple[str, Callable[[], bytes]]) -> None:
    """Not packed, a bomb, not JSON, another version, cut short, too many: refused with a reason."""
    packed = make[1]()
    with pytest.raises(RecordError):
        parse_batch(packed)


@given(st.binary(max_size=300))
def test_no_payload_makes_the_reader_raise_anything_else(payload: bytes) -> None:
    """Foreign bytes are refused, packed or not, as batch, acknowledgement or stick's file."""
    for read in (parse_batch, lambda raw: parse_batch(zlib.compress(raw)), parse_ack, lambda raw: find_ack(raw, PANEL)):
        with pytest.raises(RecordError):
            read(payload)


# ---- acknowledgements


def test_an_acknowledgement_holds_what_both_sides_signed() -> None:
    """It names the last record and its chain; the office's signature stands for this panel only."""
    ack = make_ack(PANEL, 100, "ab" * 32, KEY.sign, KEY.public)
    assert parse_ack(encode_ack(ack)) == ack
    assert is_signed(ack_message(PANEL, 100, "ab" * 32), ack.signature, ack.key)
    for other in (
        ack_message("serang-02", 100, "ab" * 32),
        ack_message(PANEL, 101, "ab" * 32),
        ack_message(PANEL, 100, NO_CHAIN),
    ):
        assert not is_signed(other, ack.signature, ack.key)
    assert not is_signed(b"x", "no signature", "no key")


def test_a_stick_carries_the_acknowledgements_of_many_panels() -> None:
    """Each panel finds its own and nobody else's."""
    acks = {f"serang-{n:02}": make_ack(f"serang-{n:02}", n, "ab" * 32, KEY.sign, KEY.public) for n in range(1, 6)}
    raw = encode_acks(acks)
    assert find_ack(raw, "serang-03") == acks["serang-03"]
    assert find_ack(raw, "serang-09") is None


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"{}", b"[]", b"\xff", b"[" * 4000, b"x" * 5000, b'{"v":1,"last":0,"head":"' + b"a" * 64 + b'","signature":""}',
        b'{"v":1,"last":1,"head":"A","signature":""}', b'{"v":1,"last":1,"head":"' + b"a" * 64 + b'","signature":7}',
    ],
)  # fmt: skip
def test_what_is_no_acknowledgement_is_refused(payload: bytes) -> None:
    """Nothing that the broker sends in its place makes the panel fail."""
    with pytest.raises(RecordError):
        parse_ack(payload)
