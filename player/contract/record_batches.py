"""Records on their way: signed heads, batches from a panel to the office, acknowledgements back; and what is wrong with one.

Knows: the JSON of all three, and what their signatures are made of. Pure: verifies; whoever holds a key signs.
Must not: hold a key, read a file, or unpack more than a batch may hold.

A head says where a panel's chain stood: panel, n, chain, at. Its signature is Ed25519 over HEAD_MARK and the head's line.
An acknowledgement says how far the office has stored it; its signature is Ed25519 over ACK_MARK and the line of panel,
last and head. Keys and signatures are base64. Neither side can later deny or change what both have signed.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from player.base.ed25519 import ed25519
from player.base.strict_json import as_moment, as_table, as_text, as_whole, parse_json
from player.contract.records import (
    LINE_BYTES,
    MOST_RECORDS,
    Acknowledgement,
    ChainFault,
    ChainPlace,
    PlayRecord,
    RecordError,
    as_chain,
    as_line,
    follow_chain,
    lines_of,
    parse_record,
    to_millisecond,
)

VERSION = 1
PACKED_BYTES = 1024 * 1024
UNPACKED_BYTES = MOST_RECORDS * LINE_BYTES + 64 * 1024
ACK_BYTES = 4096
ACKS_BYTES = 1024 * 1024
"""Of a whole fleet, on a stick: some 250 bytes each."""
HEAD_MARK = b"panel-player head 1\n"
ACK_MARK = b"panel-player acknowledgement 1\n"
"""What is signed begins with its purpose, so that no signature can be passed off as another."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a panel's chain stands: after record n. at: when it was signed, by the panel's clock."""

    panel: str
    n: int
    chain: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """first, last: numbers of its records. before: the chain before the first. key: the panel's public key.

    lines: the records as they were written, from which the chain is made; chains: those kept beside them ("": none).
    """

    first: int
    last: int
    before: str
    head: Head
    signature: str
    key: str
    records: tuple[PlayRecord, ...]
    lines: tuple[bytes, ...]
    chains: tuple[str, ...]


# ---- what is signed


def head_message(head: Head) -> bytes:
    return HEAD_MARK + as_line(_head_table(head))


def ack_message(panel: str, last: int, head: str) -> bytes:
    return ACK_MARK + as_line({"panel": panel, "last": last, "head": head})


def is_signed(message: bytes, signature: str, key: str) -> bool:
    """Whether the key (base64, 32 bytes) signed the message; False for whatever is no key or no signature."""
    try:
        public, signed = base64.b64decode(key, validate=True), base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return False
    return ed25519().is_signed(public, signed, message)


def fingerprint(key: str) -> str:
    """A key's first eight characters in two groups, for people to compare: "Ab3d Ef9h"."""
    return f"{key[:4]} {key[4:8]}"


# ---- batches


def make_batch(
    stored: Sequence[tuple[bytes, str]], before: str, head: Head, signature: str, key: str, *, chains: bool
) -> bytes:
    """The packed batch. stored: each line with its chain; chains: they go along, so that a change can be told to the record."""
    lines = (line[:-1] + b',"chain":"' + chain.encode() + b'"}' if chains else line for line, chain in stored)
    outer = as_line({
        "v": VERSION, "first": head.n - len(stored) + 1, "last": head.n, "before": before, "head": _head_table(head),
        "signature": signature, "key": key,
    })  # fmt: skip
    return zlib.compress(outer[:-1] + b',"records":[' + b",".join(lines) + b"]}", 9)


def parse_batch(packed: bytes) -> Batch:
    """Says what the batch holds; nothing of it is true before `check_batch` has said so. Raises RecordError."""
    try:
        table = as_table(parse_json(unpack(packed, UNPACKED_BYTES)))
        _check_version(table)
        values = table.get("records")
        chains = tuple(_pop_chain(value) for value in values) if isinstance(values, list) else ()
        lines = lines_of(values, MOST_RECORDS)
        first, last = as_whole(table.get("first"), 1), as_whole(table.get("last"), 1)
        if last - first + 1 != len(lines):
            raise ValueError(f"it says records {first} to {last} and holds {len(lines)}")
        return Batch(
            first, last, as_chain(table.get("before")), _read_head(table.get("head")), as_text(table.get("signature")),
            as_text(table.get("key")), tuple(parse_record(line) for line in lines), lines, chains,
        )  # fmt: skip
    except ValueError as error:
        raise RecordError(f"not a batch of records: {error}") from error


def unpack(packed: bytes, most: int) -> bytes:
    """Raises RecordError: not packed, cut short, or more than `most` bytes in it."""
    if len(packed) > PACKED_BYTES:
        raise RecordError(f"{len(packed)} bytes are more than a batch may have")
    opener = zlib.decompressobj()
    try:
        raw = opener.decompress(packed, most + 1)
    except zlib.error as error:
        raise RecordError("it is not packed, or was cut short") from error
    if len(raw) > most:
        raise RecordError(f"it unpacks to more than {most} bytes")
    if not opener.eof or opener.unused_data:
        raise RecordError("it is not packed, or was cut short")
    return raw


def check_batch(batch: Batch, key: str, panel: str) -> list[ChainFault]:
    """Everything that is wrong with the batch by itself; empty: the panel with this key signed exactly these records.

    Whether it follows the batch before it is for the reader to say: its `before` and `first` beside the chain so far.
    """
    faults: list[ChainFault] = []
    place = ChainPlace(batch.first - 1, batch.before)
    for found in follow_chain(place, zip(batch.lines, batch.chains, strict=True)):
        if isinstance(found, ChainFault):
            faults.append(found)
        else:
            place = found
    head = batch.head
    if batch.key != key:
        faults.append(ChainFault(batch.last, "the batch is signed with another key than the panel's"))
    if not is_signed(head_message(head), batch.signature, batch.key):
        faults.append(ChainFault(batch.last, "the signature under the batch's head is wrong"))
    if head.panel != panel:
        faults.append(ChainFault(batch.last, f"the batch's head is of the panel {head.panel[:40]!r}"))
    if (head.n, head.chain) != (batch.last, place.chain) and not faults:
        faults.append(ChainFault(batch.last, "a record of the batch is not as the panel signed it"))
    return faults


def _pop_chain(value: object) -> str:
    """The chain that travels with a record, taken out of it: it is no part of the line. Raises ValueError."""
    return as_chain(value.pop("chain")) if isinstance(value, dict) and "chain" in value else ""


def _head_table(head: Head) -> dict[str, Any]:
    at = to_millisecond(head.at).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    return {"panel": head.panel, "n": head.n, "chain": head.chain, "at": at}


def _read_head(value: object) -> Head:
    table = as_table(value)
    at = to_millisecond(as_moment(table.get("at")))
    return Head(as_text(table.get("panel")), as_whole(table.get("n"), 1), as_chain(table.get("chain")), at)


def _check_version(table: Mapping[str, object]) -> None:
    if table.get("v") != VERSION:
        raise ValueError(f"version {str(table.get('v'))[:20]}, which this program does not know; update it")


# ---- acknowledgements


def make_ack(panel: str, last: int, head: str, sign: Callable[[bytes], bytes], key: str) -> Acknowledgement:
    """sign: of the office's key, 64 bytes."""
    return Acknowledgement(last, head, base64.b64encode(sign(ack_message(panel, last, head))).decode(), key)


def encode_ack(ack: Acknowledgement) -> bytes:
    return as_line(ack_table(ack))


def ack_table(ack: Acknowledgement) -> dict[str, Any]:
    return {"v": VERSION, "last": ack.last, "head": ack.head, "signature": ack.signature, "key": ack.key}


def parse_ack(payload: bytes) -> Acknowledgement:
    """Raises RecordError."""
    if len(payload) > ACK_BYTES:
        raise RecordError(f"{len(payload)} bytes are no acknowledgement")
    try:
        return _read_ack(parse_json(payload))
    except ValueError as error:
        raise RecordError(f"not an acknowledgement: {error}") from error


def _read_ack(value: object) -> Acknowledgement:
    table = as_table(value)
    _check_version(table)
    texts = as_text(table.get("signature")), as_text(table.get("key", ""))
    if any(len(text) > 200 for text in texts):
        raise ValueError("its signature or key is too long")
    return Acknowledgement(as_whole(table.get("last"), 1), as_chain(table.get("head")), *texts)


def encode_acks(acks: Mapping[str, Acknowledgement]) -> bytes:
    """The acknowledgements of many panels, for a stick: panel -> its newest."""
    panels = {panel: ack_table(ack) for panel, ack in sorted(acks.items())}
    return as_line({"v": VERSION, "panels": panels})


def find_ack(payload: bytes, panel: str) -> Acknowledgement | None:
    """The panel's own, of those that a stick brought; None: it has none. Raises RecordError."""
    if len(payload) > ACKS_BYTES:
        raise RecordError(f"{len(payload)} bytes are no acknowledgements")
    try:
        table = as_table(parse_json(payload))
        _check_version(table)
        panels = as_table(table.get("panels"))
        return _read_ack(panels[panel]) if panel in panels else None
    except ValueError as error:
        raise RecordError(f"not acknowledgements: {error}") from error
