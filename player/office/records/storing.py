"""A batch on its way into the database: genuine or not, whole or with a gap, new or seen before; nothing is dropped.

Knows: what follows from a batch and from what is stored already. Touches: one transaction of the database.
Must not: acknowledge a batch (collector.py does, when the transaction is over), or read a clock.

A batch ends in one of three states. "taken": the panel with this key signed it, its records are rows, and it may be
acknowledged. "waiting": as good, but the key is not accepted yet (`panel-office accept-key`). "apart": it is kept for the
one who has to look at it, and nothing of it counts: its signature is wrong, or it contradicts what is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from player.contract.record_batches import Batch, check_batch, fingerprint, head_message, is_signed, parse_batch
from player.contract.records import NO_CHAIN, RecordError, next_chain
from player.office.records import schema
from player.office.records.days import in_ms
from player.office.records.rows import insert_new, is_believed, rows_of

KEPT_ASIDE = 1000
"""Batches of one panel that are kept without counting. A panel that was taken over could else fill the disk; an honest one
sends the same batch again until it is acknowledged."""
FAULTS_SHOWN = 3
"""Of one batch; where one record was changed, every record behind it may say so."""


class Way(StrEnum):
    """How a batch came."""

    MQTT = "mqtt"
    STICK = "stick"
    FILE = "file"


class BatchState(StrEnum):
    """What became of a batch."""

    TAKEN = "taken"
    WAITING = "waiting"
    APART = "apart"


class RecordsFault(StrEnum):
    """What can be wrong with a panel's records; together they are `records.broken` of the office."""

    GAP = "gap"
    """Records are missing before a batch."""
    BREAK = "break"
    """The batch does not follow what is stored before it, although the panel signed both."""
    CHANGED = "changed"
    """The batch is not as the panel signed it."""
    FOREIGN = "foreign"
    """The batch is signed by the key of another panel."""
    CONTRADICTS = "contradicts"
    """Other records with the same numbers are stored already."""
    KEY = "key"
    """The key is new and waits for accept-key."""
    UNREADABLE = "unreadable"
    """What came is no batch."""
    FULL = "full"
    """So much is kept aside for the panel that no more is."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch. last, chain: what may be acknowledged; None: nothing. news: what was found, each once."""

    state: BatchState
    fresh: int = 0
    last: int | None = None
    chain: str = ""
    news: tuple[str, ...] = ()


class BatchStore:
    """Stores batches of records in one transaction. wall: the office's clock at this moment."""

    def __init__(self, connection: Connection, wall: datetime) -> None:
        self._connection = connection
        self._wall = wall
        self._now_ms = in_ms(wall)
        self._news: list[str] = []

    def take(self, panel: str, payload: bytes, way: Way) -> Taken:
        """Stores what came from `panel`. The same batch again changes nothing."""
        self._news = []
        digest = hashlib.sha256(payload).hexdigest()
        panel_id = self._panel_id(panel)
        known = self._stored(panel_id, digest)
        if known is not None and known["state"] == BatchState.TAKEN:
            return Taken(BatchState.TAKEN, 0, known["last"], known["chain"])
        try:
            batch = parse_batch(payload)
        except RecordError as error:
            self._note(
                panel, panel_id, None, RecordsFault.UNREADABLE, 0, 0, digest, f"{len(payload)} bytes that are {error}"
            )
            return Taken(BatchState.APART, news=tuple(self._news))
        if known is not None:
            return Taken(BatchState(known["state"]))
        key = self._key(panel, panel_id, batch, way)
        state = self._judge(panel, panel_id, key, batch, digest)
        chains = list(chains_of(batch))
        fresh: list[int] = []
        if state is BatchState.TAKEN:
            assert key is not None
            state, fresh = self._compare(panel, panel_id, key, batch, chains, digest)
        if state is not BatchState.TAKEN and self._is_full(panel, panel_id):
            return Taken(BatchState.APART, news=tuple(self._news))
        self._connection.execute(
            insert(schema.batches).values(
                panel_id=panel_id, key_id=key and key["id"], first=batch.first, last=batch.last, before=batch.before,
                chain=chains[-1], digest=digest, payload=payload, state=state.value, came_ms=self._now_ms, way=way.value,
            )
        )  # fmt: skip
        if state is not BatchState.TAKEN:
            return Taken(state, news=tuple(self._news))
        assert key is not None
        self._add_rows(panel_id, key, batch, fresh)
        return Taken(state, len(fresh), batch.last, chains[-1], tuple(self._news))

    def take_waiting(self, panel: str) -> list[Taken]:
        """Takes in what waited for the panel's key, oldest first, now that the key is accepted."""
        panel_id = self._panel_id(panel)
        c = schema.batches.c
        accepted = select(schema.keys.c.id).where(schema.keys.c.accepted_ms.is_not(None))
        waiting = self._connection.execute(
            select(c.id, c.payload, c.way)
            .where(c.panel_id == panel_id, c.state == BatchState.WAITING.value, c.key_id.in_(accepted))
            .order_by(c.first)
        ).all()
        taken = []
        for number, payload, way in waiting:
            self._connection.execute(schema.batches.delete().where(c.id == number))
            taken.append(self.take(panel, payload, Way(way)))
        return taken

    # ---- the panel and its keys

    def _panel_id(self, panel: str) -> int:
        """The panel's number. Its row is locked until the transaction ends: two collectors take its batches in turn."""
        table = schema.panels
        self._connection.execute(insert_new(self._connection, table), {"name": panel})
        wanted = select(table.c.id).where(table.c.name == panel).with_for_update()
        number = int(self._connection.execute(wanted).scalar_one())
        self._connection.execute(update(table).where(table.c.id == number).values(heard_ms=self._now_ms))
        return number

    def _key(self, panel: str, panel_id: int, batch: Batch, way: Way) -> RowMapping | None:
        """The key that signed the batch, remembered when it is new; None: the batch is signed by no key at all.

        A panel's first key is accepted when it comes by MQTT, where the broker lets nobody else speak for the panel. A second
        one (the computer was replaced), one that belongs to another panel (it was renamed) and one on a stick wait for a person.
        """
        if batch.head.panel != panel or not is_signed(head_message(batch.head), batch.signature, batch.key):
            return None
        c = schema.keys.c
        there = self._connection.execute(
            select(c.id, c.panel_id, c.public, c.accepted_ms).where((c.panel_id == panel_id) | (c.public == batch.key))
        ).mappings()
        known = list(there)
        for key in known:
            if key["panel_id"] == panel_id and key["public"] == batch.key:
                return key
        first = not known and way is Way.MQTT
        row = {
            "panel_id": panel_id, "public": batch.key, "seen_ms": self._now_ms,
            "accepted_ms": self._now_ms if first else None, "accepted_by": "the first that came" if first else None,
        }  # fmt: skip
        self._connection.execute(insert(schema.keys).values(row))
        if first:
            self._news.append(
                f"{panel}: a new panel with the key {fingerprint(batch.key)}; `sudo panel-player records` shows it there"
            )
        made = select(c.id, c.panel_id, c.public, c.accepted_ms).where(c.panel_id == panel_id, c.public == batch.key)
        return self._connection.execute(made).mappings().one()

    # ---- is it genuine, and does it fit?

    def _judge(self, panel: str, panel_id: int, key: RowMapping | None, batch: Batch, digest: str) -> BatchState:
        """Whether the panel signed exactly this, with an accepted key."""
        if key is None and (owner := self._owner(batch)) is not None:
            detail = f"signed by the key {fingerprint(batch.key)} of {owner}, for the panel {batch.head.panel[:32]!a}"
            self._note(panel, panel_id, None, RecordsFault.FOREIGN, batch.first, batch.last, digest, detail)
            return BatchState.APART
        wrong = check_batch(batch, batch.key, panel)
        if wrong:
            key_id = None if key is None else int(key["id"])
            detail = "; ".join(map(str, wrong[:FAULTS_SHOWN]))
            self._note(panel, panel_id, key_id, RecordsFault.CHANGED, batch.first, batch.last, digest, detail)
            return BatchState.APART
        assert key is not None
        if key["accepted_ms"] is not None:
            return BatchState.TAKEN
        others = self._owner(batch, but=panel)
        whose = f"the key of {others}: was that panel renamed?" if others else "a key that is new here."
        detail = f"signed by {fingerprint(batch.key)}, {whose} If it is right: panel-office accept-key {panel}"
        self._note(panel, panel_id, key["id"], RecordsFault.KEY, 0, 0, batch.key[:64], detail)
        return BatchState.WAITING

    def _owner(self, batch: Batch, but: str = "") -> str | None:
        """The panel (not `but`) whose key signed the batch's head; None: no known one."""
        if not is_signed(head_message(batch.head), batch.signature, batch.key):
            return None
        wanted = (
            select(schema.panels.c.name)
            .join(schema.keys, schema.keys.c.panel_id == schema.panels.c.id)
            .where(schema.keys.c.public == batch.key, schema.panels.c.name != but)
        )
        return self._connection.execute(wanted).scalars().first()

    def _compare(
        self, panel: str, panel_id: int, key: RowMapping, batch: Batch, chains: Sequence[str], digest: str
    ) -> tuple[BatchState, list[int]]:
        """Whether a genuine batch fits what is stored, and which of its numbers are new."""
        c = schema.records.c
        there = self._connection.execute(
            select(c.n).where(c.key_id == key["id"], c.n.between(batch.first, batch.last)).order_by(c.n)
        ).scalars()
        stored = set(there)
        if stored:
            newest = max(stored)
            if self.chain_at(batch.key, newest) != chains[newest - batch.first]:
                detail = f"other records up to {newest} are stored already; was the panel's disk copied or set back?"
                self._note(
                    panel, panel_id, key["id"], RecordsFault.CONTRADICTS, batch.first, batch.last, digest, detail
                )
                return BatchState.APART, []
        before = self.chain_at(batch.key, batch.first - 1)
        if before is None and self.goes_on(panel_id, batch):
            before = batch.before
        if before is None:
            missing = self._last_before(batch) + 1
            detail = f"records {missing} to {batch.first - 1} have not come"
            self._note(panel, panel_id, key["id"], RecordsFault.GAP, missing, batch.first - 1, digest, detail)
        elif before != batch.before:
            detail = f"record {batch.first} does not follow record {batch.first - 1} as it is stored here"
            self._note(panel, panel_id, key["id"], RecordsFault.BREAK, batch.first, batch.last, digest, detail)
        after = select(schema.batches.c.before).where(
            schema.batches.c.key_id == key["id"],
            schema.batches.c.first == batch.last + 1,
            schema.batches.c.state == BatchState.TAKEN.value,
        )
        if any(follows != chains[-1] for follows in self._connection.execute(after).scalars()):
            detail = f"record {batch.last + 1} as it is stored here does not follow record {batch.last}"
            self._note(panel, panel_id, key["id"], RecordsFault.BREAK, batch.last, batch.last + 1, digest, detail)
        return BatchState.TAKEN, [n for n in range(batch.first, batch.last + 1) if n not in stored]

    def chain_at(self, public: str, n: int) -> str | None:
        """The chain after record n of a key, as it is stored, under whatever name the panel had; None: not stored."""
        if n == 0:
            return NO_CHAIN
        c = schema.batches.c
        wanted = (
            select(c.last, c.chain, c.payload)
            .join(schema.keys, schema.keys.c.id == c.key_id)
            .where(schema.keys.c.public == public, c.state == BatchState.TAKEN.value, c.first <= n, c.last >= n)
            .order_by(c.last)
            .limit(1)
        )
        found = self._connection.execute(wanted).first()
        if found is None:
            return None
        last, chain, payload = found
        if last == n:
            return str(chain)
        batch = parse_batch(payload)
        return list(chains_of(batch))[n - batch.first]

    def goes_on(self, panel_id: int, batch: Batch) -> bool:
        """Whether the batch follows what the panel sent under another key or another name."""
        b, k = schema.batches.c, schema.keys.c
        wanted = (
            select(b.id)
            .join(schema.keys, k.id == b.key_id)
            .where(b.last == batch.first - 1, b.chain == batch.before, b.state == BatchState.TAKEN.value)
            .where((b.panel_id == panel_id) | (k.public == batch.key))
        )
        return self._connection.execute(wanted.limit(1)).first() is not None

    def _last_before(self, batch: Batch) -> int:
        """The newest stored number before the batch; 0: none."""
        c = schema.batches.c
        wanted = (
            select(func.max(c.last))
            .join(schema.keys, schema.keys.c.id == c.key_id)
            .where(schema.keys.c.public == batch.key, c.state == BatchState.TAKEN.value, c.last < batch.first)
        )
        return int(self._connection.execute(wanted).scalar() or 0)

    # ---- into the tables

    def _add_rows(self, panel_id: int, key: RowMapping, batch: Batch, fresh: Sequence[int]) -> None:
        wanted = set(fresh)
        records = [record for record in batch.records if record.n in wanted]
        if records:
            rows = rows_of(
                self._connection, records, panel_id, key["id"], lambda record: is_believed(record, self._wall)
            )
            self._connection.execute(insert(schema.records), rows)
        self._mend_gaps(key["id"])

    def _mend_gaps(self, key_id: int) -> None:
        """A gap whose records have all come is none any more."""
        f, c = schema.faults.c, schema.records.c
        open_gaps = select(f.id, f.first, f.last).where(
            f.key_id == key_id, f.kind == RecordsFault.GAP.value, f.mended_ms.is_(None)
        )
        for number, first, last in self._connection.execute(open_gaps).all():
            came = select(func.count()).where(c.key_id == key_id, c.n.between(first, last))
            if self._connection.execute(came).scalar_one() == last - first + 1:
                mended = update(schema.faults).where(f.id == number).values(mended_ms=self._now_ms)
                self._connection.execute(mended)

    def _stored(self, panel_id: int, digest: str) -> RowMapping | None:
        c = schema.batches.c
        wanted = select(c.state, c.last, c.chain).where(c.panel_id == panel_id, c.digest == digest)
        return self._connection.execute(wanted).mappings().first()

    def _is_full(self, panel: str, panel_id: int) -> bool:
        c = schema.batches.c
        aside = select(func.count()).where(c.panel_id == panel_id, c.state != BatchState.TAKEN.value)
        if self._connection.execute(aside).scalar_one() < KEPT_ASIDE:
            return False
        detail = f"{KEPT_ASIDE} batches of this panel are kept aside; no more are until somebody has looked at them"
        self._note(panel, panel_id, None, RecordsFault.FULL, 0, 0, "", detail)
        return True

    def _note(
        self,
        panel: str,
        panel_id: int,
        key_id: int | None,
        kind: RecordsFault,
        first: int,
        last: int,
        digest: str,
        detail: str,
    ) -> None:
        """Marks what is wrong, once, and tells it, once."""
        f = schema.faults.c
        known = select(f.id).where(f.panel_id == panel_id, f.kind == kind.value, f.first == first, f.digest == digest)
        if self._connection.execute(known).first() is not None:
            return
        count = select(func.count()).where(f.panel_id == panel_id, f.kind == kind.value, f.mended_ms.is_(None))
        if self._connection.execute(count).scalar_one() >= KEPT_ASIDE:
            return
        self._connection.execute(
            insert(schema.faults).values(
                panel_id=panel_id, key_id=key_id, kind=kind.value, first=first, last=last, digest=digest, detail=detail,
                found_ms=self._now_ms,
            )
        )  # fmt: skip
        self._news.append(f"{panel}: {detail}")


def chains_of(batch: Batch) -> Iterator[str]:
    """The chain after each record of the batch, from its lines."""
    chain = batch.before
    for line in batch.lines:
        chain = next_chain(chain, line)
        yield chain
