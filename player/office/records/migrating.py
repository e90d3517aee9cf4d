"""The records' database brought into the shape that this program reads and writes, step by step (migrations/).

Knows: the steps, and that only one program takes them at a time. Touches: the database.
Must not: be imported by who only reads: it loads Alembic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from player.office.signing import OfficeError

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_262_023
"""Any number: of several collectors that start at once, one brings PostgreSQL up to date and the others wait."""


def bring_up_to_date(engine: Engine) -> None:
    """Raises OfficeError: the database is of a newer program."""
    steps = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])

    def upgrade(revision: Any, _: MigrationContext) -> Any:
        return steps._upgrade_revs("head", revision)

    with engine.begin() as connection, EnvironmentContext(Config(), steps, fn=upgrade) as environment:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        there = MigrationContext.configure(connection).get_current_revision()
        if there is not None and there not in {step.revision for step in steps.walk_revisions()}:
            raise OfficeError(f"the database has the shape {there}, of a newer program; update this one")
        environment.configure(connection=connection, target_metadata=None)
        environment.run_migrations()


def newest_shape() -> str | None:
    """The last step's number."""
    return ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)]).get_current_head()
