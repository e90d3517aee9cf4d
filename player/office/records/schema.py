"""The tables of the records' database, as this program reads and writes them.

Knows: names, types, keys. Touches nothing. Must not: make or change a table (migrations/ does).

A record stands twice: in its batch, exactly as the panel signed it (`batches.payload`), and as a row of `records`, from which
reports are made. Checking the database (verification.py) compares the two, so that neither can be changed unseen.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

META = MetaData()
SHAPE = "0001"
"""The last step in migrations/, which the collector takes; Alembic notes it in the table `shapes`."""
LONG_MS = 3_600_000
"""A record longer than this (a dark night, a panel that was off) has an index of its own: the others that reach into a day
begin at most this long before it."""
NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in a column that it calls INTEGER."""

shapes = Table("alembic_version", MetaData(), Column("version_num", String(32)))
"""Alembic's own; not among the tables that the migrations make."""

panels = Table(
    "panels", META,
    Column("id", Integer, primary_key=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("heard_ms", BigInteger),  # the last batch
)  # fmt: skip

keys = Table(
    "keys", META,
    Column("id", Integer, primary_key=True),
    Column("panel_id", ForeignKey("panels.id"), nullable=False),
    Column("public", String(64), nullable=False),  # base64, as the batches carry it
    Column("seen_ms", BigInteger, nullable=False),
    Column("accepted_ms", BigInteger),  # None: it waits for accept-key
    Column("accepted_by", Text),
)  # fmt: skip

batches = Table(
    "batches", META,
    Column("id", NUMBER, primary_key=True),
    Column("panel_id", ForeignKey("panels.id"), nullable=False),
    Column("key_id", ForeignKey("keys.id")),  # None: no key of this panel signed it
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("before", String(64), nullable=False),  # the chain before `first`, hex
    Column("chain", String(64), nullable=False),  # the chain after `last`, hex
    Column("digest", String(64), nullable=False),  # SHA-256 of the payload
    Column("payload", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),  # "taken", "waiting" or "apart" (storing.py)
    Column("came_ms", BigInteger, nullable=False),
    Column("way", String(8), nullable=False),  # "mqtt", "stick" or "file"
)  # fmt: skip

items = Table(
    "items", META,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # of the three that follow
    Column("path", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
)  # fmt: skip

reasons = Table(
    "reasons", META,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("reason", Text, nullable=False),  # the director's words
    Column("playlist", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("release", Text, nullable=False),
)  # fmt: skip

records = Table(
    "records", META,
    Column("key_id", ForeignKey("keys.id"), primary_key=True, autoincrement=False),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", ForeignKey("panels.id"), nullable=False),
    Column("begins_ms", BigInteger, nullable=False),  # Unix time; with the shift of a confirmed span
    Column("length_ms", BigInteger, nullable=False),  # below zero: a clock was set back
    Column("kind", String(8), nullable=False),
    Column("grade", String(8), nullable=False),  # "" for what is no item
    Column("ended", String(12), nullable=False),
    Column("item_id", ForeignKey("items.id")),
    Column("reason_id", ForeignKey("reasons.id")),
    Column("counts", Boolean, nullable=False),  # False: its clock was not to be believed, and nobody has confirmed it
)  # fmt: skip

faults = Table(
    "faults", META,
    Column("id", NUMBER, primary_key=True),
    Column("panel_id", ForeignKey("panels.id"), nullable=False),
    Column("key_id", ForeignKey("keys.id")),
    Column("kind", String(12), nullable=False),
    Column("first", BigInteger, nullable=False),  # the numbers that it is about; 0: none
    Column("last", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the payload that showed it
    Column("detail", Text, nullable=False),
    Column("found_ms", BigInteger, nullable=False),
    Column("mended_ms", BigInteger),
)  # fmt: skip

spans = Table(
    "spans", META,
    Column("id", Integer, primary_key=True),
    Column("key_id", ForeignKey("keys.id"), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("shift_ms", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("confirmed_ms", BigInteger, nullable=False),
)  # fmt: skip

TABLES = (panels, keys, batches, items, reasons, records, faults, spans)
"""Parents before their children: the order in which they are filled when records move to another database."""
