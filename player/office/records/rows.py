"""The row of a record: what the database keeps of it for reports, derived from the line that the panel signed.

Knows: which record counts, and how a row is found again. Touches: the tables of items and reasons.
Must not: decide whether a record is genuine (storing.py and verification.py do).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Insert, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from player.base.clocks import ClockTrust
from player.contract.records import PlayRecord, RecordKind, evidence_of, milliseconds
from player.office.records import schema
from player.office.records.days import in_ms

FIRST_YEAR = 2020
"""No panel of this program is older; a computer without a clock battery says 1970 or the year of its BIOS."""
AHEAD = timedelta(days=1)
"""A clock that is further ahead of the office's is wrong."""
ASKED_AT_ONCE = 400
"""Values in one IN (...): SQLite takes 999 in all."""
GRADED = frozenset({RecordKind.ITEM, RecordKind.MESSAGE})
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row says of a record, without the keys of other tables. item, reason: None where the record has none."""

    begins_ms: int
    length_ms: int
    kind: str
    grade: str
    ended: str
    item: tuple[str, str, str] | None
    reason: tuple[str, str, str, str] | None


def facts_of(record: PlayRecord) -> Facts:
    item = (record.item, record.title, record.sha256)
    reason = (record.reason, record.playlist, record.source, "" if record.release is None else str(record.release))
    return Facts(
        begins_ms=in_ms(record.at),
        length_ms=milliseconds(record.seconds),
        kind=record.kind.value,
        grade=evidence_of(record).value if record.kind in GRADED else "",
        ended=record.ended.value,
        item=item if any(item) else None,
        reason=reason if any(reason) else None,
    )


def is_believed(record: PlayRecord, wall: datetime) -> bool:
    """Whether the record's times count without a person's word: its clock was trusted, and they are neither old nor ahead."""
    first = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    likely = all(first <= moment <= wall + AHEAD for moment in (record.at, record.ends))
    return likely and record.clock != ClockTrust.BAD


def digest_of(texts: Iterable[str]) -> str:
    """One name for several texts: their SHA-256, each with its length before it."""
    whole = hashlib.sha256()
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        whole.update(len(raw).to_bytes(4, "big") + raw)
    return whole.hexdigest()


def insert_new(connection: Connection, table: Table) -> Insert:
    """An INSERT that passes over rows that are there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


class Dictionary:
    """A table of texts, each kept once: its id by its texts."""

    def __init__(self, connection: Connection, table: Table, names: tuple[str, ...]) -> None:
        self._connection = connection
        self._table = table
        self._names = names

    def ids_of(self, wanted: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        """The id of each, made where it is new."""
        digests = {digest_of(texts): texts for texts in wanted}
        known = self._known(list(digests))
        fresh = [
            {"digest": digest, **dict(zip(self._names, texts, strict=True))}
            for digest, texts in digests.items()
            if digest not in known
        ]
        if fresh:
            self._connection.execute(insert_new(self._connection, self._table), fresh)
            known |= self._known([row["digest"] for row in fresh])
        return {texts: known[digest] for digest, texts in digests.items()}

    def _known(self, digests: list[str]) -> dict[str, int]:
        table = self._table
        found: dict[str, int] = {}
        for at in range(0, len(digests), ASKED_AT_ONCE):
            asked = select(table.c.digest, table.c.id).where(table.c.digest.in_(digests[at : at + ASKED_AT_ONCE]))
            found |= {str(digest): int(number) for digest, number in self._connection.execute(asked)}
        return found


def item_dictionary(connection: Connection) -> Dictionary:
    return Dictionary(connection, schema.items, ("path", "title", "sha256"))


def reason_dictionary(connection: Connection) -> Dictionary:
    return Dictionary(connection, schema.reasons, ("reason", "playlist", "source", "release"))


def rows_of(
    connection: Connection,
    records: Iterable[PlayRecord],
    panel_id: int,
    key_id: int,
    believed: Callable[[PlayRecord], bool],
) -> list[Row]:
    """A row for each record, ready to be inserted."""
    facts = [(record, facts_of(record)) for record in records]
    item_ids = item_dictionary(connection).ids_of(each.item for _, each in facts if each.item)
    reason_ids = reason_dictionary(connection).ids_of(each.reason for _, each in facts if each.reason)
    return [
        {
            "key_id": key_id, "n": record.n, "panel_id": panel_id, "begins_ms": each.begins_ms,
            "length_ms": each.length_ms, "kind": each.kind, "grade": each.grade, "ended": each.ended,
            "item_id": each.item and item_ids[each.item], "reason_id": each.reason and reason_ids[each.reason],
            "counts": believed(record),
        }
        for record, each in facts
    ]  # fmt: skip
