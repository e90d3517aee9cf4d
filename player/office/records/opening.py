"""What each of the records' commands opens first: the settings, the zone, the database.

Knows: what is missing when the office's extra is not installed. Touches: the settings file, the database.
Must not: import the database before a command needs it, or the terminal, which the console's reports do not need.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from player.base.zones import panel_zone, zone_named
from player.office.records.extra import WITHOUT_RECORDS_PART, missing_libraries
from player.office.settings import OfficeSettings, read_office_settings
from player.office.signing import OfficeError

if TYPE_CHECKING:
    import typer
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class RecordsOffice:
    """The settings as the records' commands need them."""

    settings: OfficeSettings
    zone: tzinfo
    url: str


def open_office(context: typer.Context, database: str = "") -> RecordsOffice:
    """Raises OfficeError: settings that are wrong, or the extra is not installed."""
    if missing := missing_libraries():
        raise OfficeError(f"this needs {', '.join(missing)}; {WITHOUT_RECORDS_PART}")
    config, given = context.find_root().obj or (None, {})
    return records_office(read_office_settings(config, given, broker=False), database)


def records_office(settings: OfficeSettings, database: str = "") -> RecordsOffice:
    """Raises OfficeError: no time zone is called as the settings say."""
    name = settings.records.timezone
    try:
        zone: tzinfo = zone_named(name) if name else panel_zone("")
    except ValueError:
        raise OfficeError(f"records.timezone: no time zone is called {name!r}; write one like Asia/Jakarta") from None
    return RecordsOffice(settings, zone, database or settings.records_url)


@contextmanager
def read_records(office: RecordsOffice) -> Iterator[Connection]:
    from player.office.records.database import open_database, plain_database_errors, reading

    engine = open_database(office.url)
    with plain_database_errors(office.url), reading(engine) as connection:
        yield connection


@contextmanager
def write_records(office: RecordsOffice) -> Iterator[Connection]:
    from player.office.records.database import open_database, plain_database_errors, writing

    engine = open_database(office.url, make=True)
    with plain_database_errors(office.url), writing(engine) as connection:
        yield connection
