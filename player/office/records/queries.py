"""What the database holds of a time: sums by item and kind, the single records of a day, heads, faults.

Knows: the queries, and what they cost: a report reads the rows of its own days through an index, however old the database is.
Touches: one reading transaction. Must not: know days, bookings or words (reports/ does).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal_column, or_, select

from player.contract.record_batches import Head, fingerprint, parse_batch
from player.office.records import schema
from player.office.records.days import Window
from player.office.records.schema import LONG_MS
from player.office.records.storing import BatchState
from player.office.signing import OfficeError


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it was called when it was shown; sha256 of its content."""

    path: str
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Everything alike in a window. plays: how many began in it. ms: how much of them lies in it."""

    panel: str
    kind: str
    grade: str
    ended: str
    item: Item | None
    plays: int
    ms: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One record of a day, as a row."""

    n: int
    begins_ms: int
    length_ms: int
    kind: str
    grade: str
    ended: str
    item: Item | None
    reason: str
    playlist: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The newest head of a panel's chain that the office has: what a report stands on."""

    panel: str
    n: int
    chain: str
    key: str
    head: Head


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a panel's records that nobody has mended."""

    panel: str
    kind: str
    detail: str
    found_ms: int


Group = tuple[int, str, str, str, int | None]


class RecordReader:
    """Reads the records of some panels in one window; smaller windows inside it are asked one after another."""

    def __init__(self, connection: Connection, panels: dict[int, str], window: Window) -> None:
        self._connection = connection
        self._panels = panels
        self._items: dict[int, Item] = {}
        self._long = self._read_long(window)

    def sums(self, window: Window) -> list[Sum]:
        """What was on screen in the window, of records that count."""
        groups: dict[Group, list[int]] = defaultdict(lambda: [0, 0])
        for *group, plays, ms in self._connection.execute(self._grouped(window)):
            groups[tuple(group)][0] += plays
            groups[tuple(group)][1] += int(ms)
        for *group, begins_ms, length_ms in self._long:
            plays = int(window.begins_ms <= begins_ms < window.ends_ms)
            ms = window.overlap_ms(begins_ms, length_ms)
            if plays or ms:
                groups[tuple(group)][0] += plays
                groups[tuple(group)][1] += ms
        self._fetch_items(group[4] for group in groups)
        return [
            Sum(self._panels[panel_id], kind, grade, ended, self._items[item_id] if item_id else None, plays, ms)
            for (panel_id, kind, grade, ended, item_id), (plays, ms) in groups.items()
        ]

    def pieces(self, panel_id: int, window: Window) -> list[Piece]:
        """Every record that reaches into the window, in order of time."""
        r, why = schema.records.c, schema.reasons.c
        wanted = (
            select(r.n, r.begins_ms, r.length_ms, r.kind, r.grade, r.ended, r.item_id, why.reason, why.playlist)
            .outerjoin(schema.reasons, why.id == r.reason_id)
            .where(r.panel_id == panel_id, r.counts.is_(True))
            .where(or_(_short_within(window), _long_within(window)))
            .order_by(r.begins_ms, r.n)
        )
        rows = self._connection.execute(wanted).all()
        self._fetch_items(row.item_id for row in rows)
        return [
            Piece(
                row.n, row.begins_ms, row.length_ms, row.kind, row.grade, row.ended,
                self._items[row.item_id] if row.item_id else None, row.reason or "", row.playlist or "",
            )
            for row in rows
        ]  # fmt: skip

    def _grouped(self, window: Window) -> Any:
        r = schema.records.c
        ends = r.begins_ms + r.length_ms
        inside = case((ends < window.ends_ms, ends), else_=window.ends_ms) - case(
            (r.begins_ms > window.begins_ms, r.begins_ms), else_=window.begins_ms
        )
        began = func.sum(case((r.begins_ms >= window.begins_ms, 1), else_=0))
        return (
            select(r.panel_id, r.kind, r.grade, r.ended, r.item_id, began, func.sum(inside))
            .where(r.panel_id.in_(self._panels), r.counts.is_(True), _short_within(window))
            .group_by(r.panel_id, r.kind, r.grade, r.ended, r.item_id)
        )

    def _read_long(self, window: Window) -> Sequence[Any]:
        r = schema.records.c
        wanted = select(r.panel_id, r.kind, r.grade, r.ended, r.item_id, r.begins_ms, r.length_ms).where(
            r.panel_id.in_(self._panels), r.counts.is_(True), _long_within(window)
        )
        return self._connection.execute(wanted).all()

    def _fetch_items(self, ids: Iterable[int | None]) -> None:
        missing = sorted({number for number in ids if number} - self._items.keys())
        c = schema.items.c
        for at in range(0, len(missing), 400):
            wanted = select(c.id, c.path, c.title, c.sha256).where(c.id.in_(missing[at : at + 400]))
            for number, path, title, sha256 in self._connection.execute(wanted):
                self._items[number] = Item(path, title, sha256)


def _short_within(window: Window) -> Any:
    """The ordinary records that reach into the window: they begin at most LONG_MS before it."""
    r = schema.records.c
    return and_(
        r.length_ms.between(0, LONG_MS),
        r.begins_ms >= window.begins_ms - LONG_MS,
        r.begins_ms < window.ends_ms,
        or_(r.begins_ms >= window.begins_ms, r.begins_ms + r.length_ms > window.begins_ms),
    )


def _long_within(window: Window) -> Any:
    """The few others, found by an index of their own; SQLite uses it only for the very numbers that it was made with."""
    r = schema.records.c
    ends = r.begins_ms + r.length_ms
    return and_(
        or_(r.length_ms > literal_column(str(LONG_MS)), r.length_ms < literal_column("0")),
        or_(
            and_(r.length_ms > 0, r.begins_ms < window.ends_ms, ends > window.begins_ms),
            and_(r.length_ms < 0, ends < window.ends_ms, r.begins_ms > window.begins_ms),
        ),
    )


def panels_called(connection: Connection, names: Iterable[str] | None = None) -> dict[int, str]:
    """The panels with records, by name; only those in `names`. Raises OfficeError for one that is not there."""
    p = schema.panels.c
    known = {int(number): str(name) for number, name in connection.execute(select(p.id, p.name).order_by(p.name))}
    if names is None:
        return known
    wanted = list(names)
    for name in wanted:
        if name not in known.values():
            raise OfficeError(f"no records of a panel called {name!r}; known: {', '.join(known.values()) or 'none'}")
    return {number: name for number, name in known.items() if name in wanted}


def unconfirmed(connection: Connection, panels: dict[int, str]) -> dict[str, int]:
    """How many records of each panel do not count, as its clock could not be believed."""
    r = schema.records.c
    wanted = select(r.panel_id, func.count()).where(r.panel_id.in_(panels), r.counts.is_(False)).group_by(r.panel_id)
    return {panels[number]: count for number, count in connection.execute(wanted)}


def last_shown(connection: Connection, since_ms: int) -> dict[str, int]:
    """SHA-256 of a content -> when it was last begun to be shown on any panel, Unix time in ms; of records since then."""
    r, i = schema.records.c, schema.items.c
    newest = func.max(r.begins_ms).label("newest")
    of_panels = select(r.item_id, newest).where(
        r.panel_id.in_(select(schema.panels.c.id)), r.begins_ms >= since_ms, r.item_id.is_not(None), r.counts.is_(True)
    )
    by_item = of_panels.group_by(r.item_id).subquery()
    wanted = select(i.sha256, func.max(by_item.c.newest)).join(by_item, by_item.c.item_id == i.id).group_by(i.sha256)
    return {str(sha256): int(ms) for sha256, ms in connection.execute(wanted) if sha256}


def known_until(connection: Connection, panels: dict[int, str]) -> dict[str, int]:
    """Until when the office has the records of each panel, Unix time in ms."""
    r = schema.records.c
    found = {}
    for number, name in panels.items():
        newest = (
            select(r.begins_ms + r.length_ms)
            .where(r.panel_id == number, r.counts.is_(True))
            .order_by(r.begins_ms.desc())
            .limit(1)
        )
        if (ends := connection.execute(newest).scalar()) is not None:
            found[name] = int(ends)
    return found


def proofs(connection: Connection, panels: dict[int, str]) -> list[Proof]:
    """The newest head of each panel's newest key."""
    b, k = schema.batches.c, schema.keys.c
    found = []
    for number, name in panels.items():
        newest = (
            select(b.payload, k.public)
            .join(schema.keys, k.id == b.key_id)
            .where(b.panel_id == number, b.state == BatchState.TAKEN.value)
            .order_by(k.id.desc(), b.last.desc())
            .limit(1)
        )
        row = connection.execute(newest).first()
        if row is not None:
            head = parse_batch(row.payload).head
            found.append(Proof(name, head.n, head.chain, fingerprint(row.public), head))
    return found


def open_faults(connection: Connection, panels: dict[int, str]) -> list[Fault]:
    """What is wrong with the panels' records, newest first."""
    f = schema.faults.c
    wanted = (
        select(f.panel_id, f.kind, f.detail, f.found_ms)
        .where(f.panel_id.in_(panels), f.mended_ms.is_(None))
        .order_by(f.found_ms.desc(), f.id.desc())
    )
    return [Fault(panels[number], kind, detail, found) for number, kind, detail, found in connection.execute(wanted)]
