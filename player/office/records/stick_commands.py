"""What `receipt` and `sign` do with records: take them in from a stick, and put the acknowledgements into the next bundle.

Knows: when there is nothing to do, and that a bundle is signed although the records are not at hand.
Touches: the terminal, the folder to sign, the database. Must not: be imported before one of the two needs it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.markup import escape

from player.base.disk import replace_file
from player.base.text import for_terminal
from player.bundle.stick_records import ACKNOWLEDGEMENTS_NAME
from player.office.records.database import is_set_up, open_database, plain_database_errors, reading
from player.office.records.keys import open_ack_key
from player.office.records.opening import open_office
from player.office.records.sticks import import_batches, make_acks
from player.office.signing import OfficeError
from player.office.terminal import err, tell


def take_records(context: typer.Context, bundle: Path) -> None:
    """The batches in the stick's receipts folder, into the database. Raises OfficeError."""
    office = open_office(context)
    engine = open_database(office.url, make=True)
    with plain_database_errors(office.url):
        done = import_batches(engine, bundle, datetime.now(UTC))
    for panel, fresh in done.fresh.items():
        tell(f"{panel}: {fresh} new records")
    if done.waiting:
        tell(f"{done.waiting} batches wait for a key to be accepted (panel-office records)")
    for line in done.news:
        err.print(f"[yellow]{escape(for_terminal(line))}[/yellow]", soft_wrap=True)
    if any(done.fresh.values()):
        tell("the panels hear of it with the next bundle that is signed here")


def put_acknowledgements(context: typer.Context, folder: Path) -> None:
    """Writes what the office has stored of each panel into the folder to be signed; where there are no records, nothing."""
    try:
        office = open_office(context)
        if not is_set_up(office.url):
            return
        with plain_database_errors(office.url), reading(open_database(office.url)) as connection:
            acks = make_acks(connection, open_ack_key(office.settings.records_key))
        if acks is not None:
            replace_file(folder / ACKNOWLEDGEMENTS_NAME, acks, lasting=False)
    except (OfficeError, OSError) as error:
        err.print(
            f"[yellow]without the acknowledgements of records: {escape(for_terminal(str(error)))}[/yellow]",
            soft_wrap=True,
        )
