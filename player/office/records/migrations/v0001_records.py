"""The first shape: panels and their keys, batches as they were signed, their records as rows, faults, confirmed spans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
LONG = sa.text("length_ms > 3600000 OR length_ms < 0")
UNCONFIRMED_POSTGRESQL, UNCONFIRMED_SQLITE = sa.text("counts IS false"), sa.text("counts IS 0")


def upgrade() -> None:
    make_panels()
    make_batches()
    make_records()
    make_findings()


def make_panels() -> None:
    op.create_table(
        "panels",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        sa.Column("heard_ms", sa.BigInteger),
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("panel_id", sa.Integer, sa.ForeignKey("panels.id"), nullable=False),
        sa.Column("public", sa.String(64), nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
        sa.Column("accepted_ms", sa.BigInteger),
        sa.Column("accepted_by", sa.Text),
        sa.UniqueConstraint("panel_id", "public", name="keys_once"),
    )


def make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("panel_id", sa.Integer, sa.ForeignKey("panels.id"), nullable=False),
        sa.Column("key_id", sa.Integer, sa.ForeignKey("keys.id")),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("came_ms", sa.BigInteger, nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.UniqueConstraint("panel_id", "digest", name="batches_once"),
    )
    op.create_index("batches_by_number", "batches", ["key_id", "last"])


def make_records() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_table(
        "reasons",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("playlist", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("key_id", sa.Integer, sa.ForeignKey("keys.id"), primary_key=True, autoincrement=False),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("panel_id", sa.Integer, sa.ForeignKey("panels.id"), nullable=False),
        sa.Column("begins_ms", sa.BigInteger, nullable=False),
        sa.Column("length_ms", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("grade", sa.String(8), nullable=False),
        sa.Column("ended", sa.String(12), nullable=False),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("items.id")),
        sa.Column("reason_id", sa.Integer, sa.ForeignKey("reasons.id")),
        sa.Column("counts", sa.Boolean, nullable=False),
    )
    op.create_index("records_by_time", "records", ["panel_id", "begins_ms"])
    op.create_index("records_long", "records", ["panel_id", "begins_ms"], postgresql_where=LONG, sqlite_where=LONG)
    op.create_index(
        "records_unconfirmed", "records", ["panel_id"],
        postgresql_where=UNCONFIRMED_POSTGRESQL, sqlite_where=UNCONFIRMED_SQLITE,
    )  # fmt: skip


def make_findings() -> None:
    op.create_table(
        "faults",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("panel_id", sa.Integer, sa.ForeignKey("panels.id"), nullable=False),
        sa.Column("key_id", sa.Integer, sa.ForeignKey("keys.id")),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("found_ms", sa.BigInteger, nullable=False),
        sa.Column("mended_ms", sa.BigInteger),
        sa.UniqueConstraint("panel_id", "kind", "first", "digest", name="faults_once"),
    )
    op.create_table(
        "spans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key_id", sa.Integer, sa.ForeignKey("keys.id"), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("shift_ms", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger, nullable=False),
    )
