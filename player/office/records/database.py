"""The records' database: SQLite in a file, or PostgreSQL by its address; opened, brought up to date, read and written.

Knows: what the two need to behave alike, and what their errors mean in plain words. Touches: the database.
Must not: know what a record is (schema.py has the tables).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from player.office.records.schema import SHAPE, shapes
from player.office.signing import OfficeError

BUSY_S = 60
"""A report may read so long while a collector waits to write (SQLite has one lock for the whole file)."""


def open_database(url: str, *, make: bool = False) -> Engine:
    """The database at `url`, in this program's shape. make: brings it into that shape where it is not; else that is an error.

    Raises OfficeError.
    """
    with plain_database_errors(url):
        engine = _engine(url, make)
        if make:
            # Here: who only reads (the web server) need not hold what changes a database's shape, 15 MB.
            from player.office.records.migrating import bring_up_to_date

            bring_up_to_date(engine)
        else:
            with reading(engine) as connection:
                _expect_shape(connection)
        return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One look at the database as it is at one moment, whatever is written meanwhile."""
    options: dict[str, Any] = {"reads": True}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection:
        connection.execution_options(**options)
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is kept, or nothing."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def plain_database_errors(url: str) -> Iterator[None]:
    """What the database or its driver says, in one line that names the database without its password."""
    try:
        yield
    except NoSuchModuleError as error:
        raise OfficeError(f"{shown(url)}: only sqlite and postgresql are known") from error
    except ArgumentError as error:
        raise OfficeError(
            "records.url is no address of a database; write postgresql://USER@HOST/NAME, or leave it out"
        ) from error
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        raise OfficeError(f"{shown(url)}: {said[0]}") from error


def is_set_up(url: str) -> bool:
    """Whether records were ever collected here; of PostgreSQL the address alone says that somebody has set it up."""
    try:
        address = make_url(url)
    except ArgumentError:
        return True  # let it be said
    return address.get_backend_name() != "sqlite" or Path(address.database or "").exists()


def shown(url: str) -> str:
    """The address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "the database"


def _engine(url: str, make: bool) -> Engine:
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise NoSuchModuleError(address.drivername)
    if address.get_backend_name() == "postgresql":
        return create_engine(address, pool_pre_ping=True)
    file = Path(address.database or "")
    if make:
        file.parent.mkdir(parents=True, exist_ok=True)
    elif not file.exists():
        raise OfficeError(f"{file} is not there; no collector has been here yet (panel-office collect)")
    engine = create_engine(address, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: Any, _: object) -> None:
    """Transactions are begun by `_begin_sqlite` alone: Python's own way begins them too late.

    The rollback journal and not the write-ahead log: SQLite 3.40 (Debian 12) can damage a file with that when two
    processes write (sqlite.org/wal.html, "the WAL-reset bug").
    """
    raw.isolation_level = None
    for words in ("journal_mode = DELETE", "synchronous = FULL", "foreign_keys = ON"):
        raw.execute(f"PRAGMA {words}").close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _expect_shape(connection: Connection) -> None:
    """Raises OfficeError when the database is older or newer than this program."""
    there = None
    if connection.dialect.has_table(connection, shapes.name):
        there = connection.execute(select(shapes.c.version_num)).scalar()
    if there is None:
        raise OfficeError("the database holds no records yet; no collector has been here (panel-office collect)")
    if there != SHAPE:
        raise OfficeError(
            f"the database has the shape {there}, this program {SHAPE}; update this program, or start its collector once"
        )
