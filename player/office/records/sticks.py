"""Records that came by stick, into the database; and the acknowledgements that go back in the next signed bundle.

Knows: which record of a panel is acknowledged: the last before the first gap. Touches: the stick, reading only; the database.
Must not: end because of one file: a stick is pulled out, and may hold anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from player.bundle.stick_records import list_batches, read_batch
from player.contract.record_batches import encode_acks, make_ack
from player.contract.records import Acknowledgement
from player.office.records import schema
from player.office.records.database import writing
from player.office.records.keys import AckKey
from player.office.records.storing import BatchState, BatchStore, RecordsFault, Way


@dataclass(slots=True)
class Imported:
    """fresh: new records by panel; waiting: batches of keys that nobody has accepted; news: what somebody should know."""

    batches: int = 0
    fresh: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    news: list[str] = field(default_factory=list)


def import_batches(engine: Engine, bundle: Path, wall: datetime) -> Imported:
    """Every batch on the stick, each in a transaction of its own, oldest first."""
    done = Imported()
    for panel, name in list_batches(bundle):
        try:
            payload = read_batch(bundle, name)
        except (ValueError, OSError) as error:
            done.news.append(f"{name}: cannot be read ({error})")
            continue
        with writing(engine) as connection:
            taken = BatchStore(connection, wall).take(panel, payload, Way.STICK)
        done.batches += 1
        done.fresh[panel] = done.fresh.get(panel, 0) + taken.fresh
        done.waiting += taken.state is BatchState.WAITING
        done.news += taken.news
    return done


def newest_acks(connection: Connection, key: AckKey) -> dict[str, Acknowledgement]:
    """Each panel's newest acknowledgement: up to the last record before which nothing is missing."""
    b, k, f, p = schema.batches.c, schema.keys.c, schema.faults.c, schema.panels.c
    found = {}
    keys = connection.execute(
        select(k.id, p.name).join(schema.panels, p.id == k.panel_id).where(k.accepted_ms.is_not(None)).order_by(k.id)
    ).all()
    for key_id, name in keys:
        gap = connection.execute(
            select(func.min(f.first)).where(
                f.key_id == key_id, f.kind == RecordsFault.GAP.value, f.mended_ms.is_(None), f.last >= 1
            )
        ).scalar()
        wanted = select(b.last, b.chain).where(b.key_id == key_id, b.state == BatchState.TAKEN.value)
        if gap is not None:
            wanted = wanted.where(b.last < gap)
        newest = connection.execute(wanted.order_by(b.last.desc()).limit(1)).first()
        if newest is not None:
            found[name] = make_ack(name, newest.last, newest.chain, key.sign, key.public)
    return found


def make_acks(connection: Connection, key: AckKey) -> bytes | None:
    """The file for a bundle; None: there is nothing to acknowledge."""
    acks = newest_acks(connection, key)
    return encode_acks(acks) if acks else None
