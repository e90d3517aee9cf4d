"""Records from a clock that could not be believed, confirmed by a person who knows when they really were.

Knows: what a confirmed span changes: the rows, never what the panel signed. Touches: one transaction of the database.
Must not: confirm a record that counts already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection, insert, select, update

from player.contract.records import RecordKind
from player.office.records import schema
from player.office.records.days import in_ms
from player.office.signing import OfficeError


@dataclass(frozen=True, slots=True)
class Span:
    """Records `first` to `last` of a panel. begins: when the first of them really was; None: its clock was right after all."""

    panel: str
    first: int
    last: int
    begins: datetime | None


def read_moment(text: str, zone: tzinfo) -> datetime:
    """`2026-11-20T10:00`, in the office's zone unless it names another. Raises OfficeError."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise OfficeError(f"{text!r} is no moment; write it like 2026-11-20T10:00") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def confirm_span(connection: Connection, span: Span, who: str, why: str, wall: datetime) -> int:
    """How many records count from now on. Raises OfficeError when there are none to confirm."""
    r, k = schema.records.c, schema.keys.c
    key_id = connection.execute(
        select(r.key_id)
        .join(schema.keys, k.id == r.key_id)
        .join(schema.panels, schema.panels.c.id == r.panel_id)
        .where(schema.panels.c.name == span.panel, r.n.between(span.first, span.last), r.counts.is_(False))
        .order_by(r.key_id.desc())
        .limit(1)
    ).scalar()
    if key_id is None:
        raise OfficeError(f"no record of {span.panel} from {span.first} to {span.last} waits to be confirmed")
    waiting = (r.key_id == key_id) & r.n.between(span.first, span.last) & r.counts.is_(False)
    waiting &= r.kind != RecordKind.CLOCK.value
    at_ms = connection.execute(select(r.begins_ms).where(waiting).order_by(r.n).limit(1)).scalar()
    if at_ms is None:
        raise OfficeError(f"between {span.first} and {span.last} only the clock was set; there is nothing to confirm")
    shift_ms = 0 if span.begins is None else in_ms(span.begins) - int(at_ms)
    row = {
        "key_id": key_id, "first": span.first, "last": span.last, "shift_ms": shift_ms, "who": who, "why": why,
        "confirmed_ms": in_ms(wall),
    }  # fmt: skip
    connection.execute(insert(schema.spans).values(row))
    changed = connection.execute(
        update(schema.records).where(waiting).values(begins_ms=r.begins_ms + shift_ms, counts=True)
    )
    return changed.rowcount
