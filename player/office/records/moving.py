"""Records that move to another database: from SQLite to PostgreSQL when a city grows, or back.

Knows: the order of the tables, and that ids stay what they are. Touches: both databases; the old one is only read.
Must not: mix two histories: the new database must be empty.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, insert, select, text

from player.office.records.database import reading, writing
from player.office.records.schema import TABLES
from player.office.signing import OfficeError

AT_ONCE = 5000
"""Rows in memory at a time."""


def move_records(source: Engine, target: Engine, told: Callable[[str, int], None]) -> dict[str, int]:
    """Copies everything in one transaction, counts it, and returns how many rows each table has. Raises OfficeError."""
    with reading(source) as old, writing(target) as new:
        for table in TABLES:
            if new.execute(select(func.count()).select_from(table)).scalar_one():
                raise OfficeError("the database to move to is not empty; make a fresh one")
        counts = {}
        for table in TABLES:
            copied = 0
            key = list(table.primary_key.columns)
            rows = old.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*key)).mappings()
            for block in rows.partitions():
                new.execute(insert(table), [dict(row) for row in block])
                copied += len(block)
                told(table.name, copied)
            there = new.execute(select(func.count()).select_from(table)).scalar_one()
            if there != copied:
                raise OfficeError(f"{table.name}: {there} of {copied} rows arrived; nothing was moved")
            counts[table.name] = copied
        if new.dialect.name == "postgresql":
            _count_on(new)
        return counts


def _count_on(connection: Connection) -> None:
    """PostgreSQL numbers new rows behind those that came with their ids."""
    for table in TABLES:
        if "id" in table.columns:
            sequence = text(
                f"SELECT setval(pg_get_serial_sequence(:name, 'id'), coalesce(max(id), 0) + 1, false) FROM {table.name}"
            )
            connection.execute(sequence, {"name": table.name})
