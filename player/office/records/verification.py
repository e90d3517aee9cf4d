"""Checking records: in the database, in an exported file, in a batch, in a segment of a panel's disk; offline.

Knows: what must hold, and how to name the first record for which it does not. Touches: one reading transaction.
Must not: believe anything but the panel's signature: the rows are compared with the lines that the panel signed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from player.contract.record_batches import Batch, check_batch, fingerprint, parse_batch
from player.contract.records import (
    NO_CHAIN,
    ChainFault,
    ChainPlace,
    PlayRecord,
    RecordError,
    RecordKind,
    follow_chain,
    parse_record,
    split_chain,
)  # fmt: skip
from player.office.records import schema
from player.office.records.rows import Facts, facts_of, is_believed
from player.office.records.storing import BatchState, BatchStore, chains_of
from player.office.signing import OfficeError

FAULTS_TOLD = 20
FILE_BYTES = 1 << 30
BATCH_MARK = b'"records":['


@dataclass(slots=True)
class Verified:
    """One panel's records under one key. records: how many were checked. faults: the first is the first record that is wrong."""

    panel: str
    key: str
    records: int = 0
    last: int = 0
    chain: str = NO_CHAIN
    faults: list[str] = field(default_factory=list)

    def blame(self, fault: object) -> None:
        if len(self.faults) < FAULTS_TOLD:
            self.faults.append(str(fault))


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    shift_ms: int


def verify_database(connection: Connection, panel: str | None = None) -> list[Verified]:
    """Every key's records: each batch as the panel signed it, each following the one before, each row as in its batch."""
    k, p = schema.keys.c, schema.panels.c
    wanted = select(k.id, k.public, p.name, p.id).join(schema.panels, p.id == k.panel_id).order_by(p.name, k.id)
    if panel is not None:
        wanted = wanted.where(p.name == panel)
    return [_verify_key(connection, *row) for row in connection.execute(wanted).all()]


def _verify_key(connection: Connection, key_id: int, public: str, panel: str, panel_id: int) -> Verified:
    found, store = Verified(panel, public), BatchStore(connection, datetime.now(UTC))
    b, s = schema.batches.c, schema.spans.c
    spans = [
        _Span(first, last, shift)
        for first, last, shift in connection.execute(select(s.first, s.last, s.shift_ms).where(s.key_id == key_id))
    ]
    batches = connection.execution_options(yield_per=50).execute(
        select(b.payload, b.came_ms)
        .where(b.key_id == key_id, b.state == BatchState.TAKEN.value)
        .order_by(b.first, b.last)
    )
    covered: list[tuple[int, int]] = []
    for payload, came_ms in batches:
        try:
            batch = parse_batch(payload)
        except RecordError as error:
            found.blame(f"behind record {found.last}: a stored batch is damaged ({error})")
            continue
        for fault in check_batch(batch, public, panel):
            found.blame(fault)
        if batch.first > 1 and not covered and store.goes_on(panel_id, batch):
            found.last, found.chain = batch.first - 1, batch.before  # under the panel's old name, or its old key
        _follow(found, batch)
        came = datetime.fromtimestamp(came_ms / 1000, UTC)
        _compare_rows(connection, key_id, batch, spans, came, found)
        covered.append((batch.first, batch.last))
        found.records += max(0, batch.last - max(found.last, batch.first - 1))
        if batch.last > found.last:
            found.last, found.chain = batch.last, list(chains_of(batch))[-1]
    _find_inserted(connection, key_id, covered, found)
    return found


def _follow(found: Verified, batch: Batch) -> None:
    """Whether the batch goes on where the one before it ends."""
    if batch.first > found.last + 1:
        found.blame(ChainFault(batch.first, f"records {found.last + 1} to {batch.first - 1} before it are missing"))
    elif batch.first == found.last + 1:
        if batch.before != found.chain:
            found.blame(ChainFault(batch.first, f"it does not follow record {found.last}"))
    elif batch.last >= found.last and list(chains_of(batch))[found.last - batch.first] != found.chain:
        found.blame(ChainFault(batch.first, f"it contradicts another batch up to record {found.last}"))


def _compare_rows(
    connection: Connection, key_id: int, batch: Batch, spans: list[_Span], came: datetime, found: Verified
) -> None:
    """Each row against the line that the panel signed."""
    r, i, why = schema.records.c, schema.items.c, schema.reasons.c
    rows = connection.execute(
        select(
            r.n, r.begins_ms, r.length_ms, r.kind, r.grade, r.ended, r.counts, i.path, i.title, i.sha256, why.reason,
            why.playlist, why.source, why.release,
        )
        .outerjoin(schema.items, i.id == r.item_id)
        .outerjoin(schema.reasons, why.id == r.reason_id)
        .where(r.key_id == key_id, r.n.between(batch.first, batch.last))
    ).all()  # fmt: skip
    there = {row.n: row for row in rows}
    for record in batch.records:
        row = there.get(record.n)
        if row is None:
            found.blame(ChainFault(record.n, "its row was removed from the database"))
        elif difference := _difference(row, record, spans, came):
            found.blame(ChainFault(record.n, f"its row in the database was changed ({difference})"))


def _difference(row: Any, record: PlayRecord, spans: list[_Span], came: datetime) -> str:
    """The name of the first field that is not as the panel signed it; "" when all are."""
    facts, counts, shift_ms = facts_of(record), is_believed(record, came), 0
    if not counts and record.kind is not RecordKind.CLOCK:
        for span in spans:
            if span.first <= record.n <= span.last:
                counts, shift_ms = True, span.shift_ms
                break
    expected = Facts(
        facts.begins_ms + shift_ms, facts.length_ms, facts.kind, facts.grade, facts.ended, facts.item, facts.reason
    )
    stored = Facts(
        row.begins_ms, row.length_ms, row.kind, row.grade, row.ended,
        None if row.path is None else (row.path, row.title, row.sha256),
        None if row.reason is None else (row.reason, row.playlist, row.source, row.release),
    )  # fmt: skip
    for name in Facts.__slots__:
        if getattr(expected, name) != getattr(stored, name):
            return str(name)
    return "" if bool(row.counts) is counts else "counts"


def _find_inserted(connection: Connection, key_id: int, covered: list[tuple[int, int]], found: Verified) -> None:
    """Rows that no batch holds: somebody put them in."""
    r = schema.records.c
    outside: list[ColumnElement[bool]] = []
    at = 0
    for first, last in sorted(covered):
        if first > at + 1:
            outside.append(r.n.between(at + 1, first - 1))
        at = max(at, last)
    outside.append(r.n > at)
    outside.append(r.n < 1)
    wanted = select(r.n).where(r.key_id == key_id, or_(*outside)).order_by(r.n).limit(FAULTS_TOLD)
    for n in connection.execute(wanted).scalars():
        found.blame(ChainFault(n, "its row was put into the database; no panel signed it"))


# ---- files


def verify_file(raw: bytes, key: str, panel: str = "") -> list[Verified]:
    """An export, a batch or a segment. key: base64, or how it begins, of the panel; "": the one that the file names.

    Raises OfficeError for a file that is none of them.
    """
    if raw[:1] != b"{":
        batches: Iterator[bytes] = iter((raw,))
    elif BATCH_MARK in raw.split(b"\n", 1)[0]:
        batches = (zlib.compress(line, 1) for line in raw.split(b"\n") if line.strip())
    else:
        return [_verify_segment(raw)]
    found: dict[str, Verified] = {}
    for number, packed in enumerate(batches, 1):
        try:
            batch = parse_batch(packed)
        except RecordError as error:
            if not found:
                raise OfficeError(f"line {number}: {error}; it is no export, no batch and no segment") from error
            next(reversed(found.values())).blame(f"line {number} of the file: {error}")
            continue
        name = panel or batch.head.panel
        one = found.get(name)
        if one is None:
            one = found[name] = Verified(name, batch.key, last=batch.first - 1, chain=batch.before)
        if not batch.key.startswith(key.replace(" ", "")):
            one.blame(
                ChainFault(batch.first, f"it is signed with the key {fingerprint(batch.key)}, not with {key[:9]}")
            )
        for fault in check_batch(batch, one.key, name):
            one.blame(fault)
        if batch.last < one.last:
            one.blame(ChainFault(batch.first, f"it stands after record {one.last}: it was moved"))
        _follow(one, batch)
        one.records += max(0, batch.last - max(one.last, batch.first - 1))
        if batch.last > one.last:
            one.last, one.chain = batch.last, list(chains_of(batch))[-1]
    return list(found.values())


def _verify_segment(raw: bytes) -> Verified:
    """Lines with their chains, from a panel's disk. What came before the first line is not in the file."""
    found = Verified("", "")
    stored = []
    for number, line in enumerate(raw.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            stored.append(split_chain(line))
        except RecordError as error:
            if not stored:
                raise OfficeError(f"line {number}: {error}; it is no export, no batch and no segment") from error
            found.blame(f"line {number} of the file: {error}")
    first = parse_record(stored[0][0])
    found.records, found.last, found.chain = 1, first.n, stored[0][1]
    place = ChainPlace(first.n, found.chain, first.ends)
    for each in follow_chain(place, stored[1:]):
        if isinstance(each, ChainFault):
            found.blame(each)
        else:
            found.records += 1
            found.last, found.chain = each.n, each.chain
    return found


def export_batches(connection: Connection, panel: str, begins_ms: int, ends_ms: int) -> Iterator[bytes]:
    """The batches that hold the panel's records of a time, one a line, exactly as they were signed. Raises OfficeError."""
    r, b = schema.records.c, schema.batches.c
    spans = connection.execute(
        select(r.key_id, r.n)
        .join(schema.panels, schema.panels.c.id == r.panel_id)
        .where(schema.panels.c.name == panel, r.begins_ms.between(begins_ms, ends_ms))
        .order_by(r.key_id, r.n)
    ).all()
    if not spans:
        raise OfficeError(f"no records of {panel} in that time")
    for key_id in dict.fromkeys(key_id for key_id, _ in spans):
        numbers = [n for each, n in spans if each == key_id]
        wanted = select(b.payload).where(
            b.key_id == key_id, b.state == BatchState.TAKEN.value, b.first <= numbers[-1], b.last >= numbers[0]
        )
        for payload in connection.execute(wanted.order_by(b.first, b.last)).scalars():
            yield zlib.decompress(payload) + b"\n"
