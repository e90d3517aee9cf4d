"""The office's commands for records: collect, verify-records, accept-key and what belongs to them.

Knows: how they are asked for and what they say. Touches: the terminal, and the files that are asked for.
Must not: import the database before one of its commands runs: panel-office starts without it.
"""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from player.base.disk import replace_file
from player.base.text import for_terminal
from player.office.records import report_commands
from player.office.records.opening import open_office, read_records, write_records
from player.office.settings import read_office_settings, user_name
from player.office.signing import OfficeError
from player.office.terminal import err, out, plain_errors, tell

if TYPE_CHECKING:
    from player.office.records.verification import Verified

app = typer.Typer(no_args_is_help=True)
app.add_typer(report_commands.app)

Panel = Annotated[str, typer.Argument(help="The panel's name.")]
From = Annotated[str, typer.Option("--from", help="First day, like 2026-11-01.")]
To = Annotated[str, typer.Option("--to", help="Last day. Default: yesterday.")]
Database = Annotated[str, typer.Option("--database", help="Another database than the settings'.")]


# ---- collecting


@app.command()
def collect(context: typer.Context) -> None:
    """Take the panels' records from the broker into the database; a service. Any number may run at once."""
    with plain_errors():
        office = open_office(context)
        from player.office.records.collector import Collector
        from player.office.records.database import open_database
        from player.office.records.keys import open_ack_key

        settings = read_office_settings(*context.find_root().obj)
        engine = open_database(office.url, make=True)
        key = open_ack_key(settings.records_key)
        collector = Collector(settings.account(), settings.root, engine, key, _tell_now)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: collector.stop())
        collector.run()


def _tell_now(line: str) -> None:
    """A service's line; whoever reads it reads it now."""
    sys.stdout.write(f"{for_terminal(line)}\n")
    sys.stdout.flush()


@app.command()
def records(context: typer.Context, database: Database = "") -> None:
    """What the office has: each panel's records, its key, and what is wrong. Exit status 1 when something is."""
    with plain_errors():
        office = open_office(context, database)
        from player.office.records.days import moment_of
        from player.office.records.keys import list_keys
        from player.office.records.queries import known_until, open_faults, panels_called, proofs

        with read_records(office) as connection:
            panels = panels_called(connection)
            until, keys, faults = (
                known_until(connection, panels),
                list_keys(connection),
                open_faults(connection, panels),
            )
            newest = {proof.panel: proof for proof in proofs(connection, panels)}
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for title in ("Panel", "Records", "Until", "Key", "Accepted by"):
            table.add_column(title, overflow="fold", justify="right" if title == "Records" else "left")
        for key in keys:
            proof = newest.get(key.panel)
            mine = proof is not None and proof.key == key.fingerprint
            when = (
                f"{moment_of(until[key.panel], office.zone):%Y-%m-%d %H:%M:%S}" if mine and key.panel in until else ""
            )
            table.add_row(
                for_terminal(key.panel), str(proof.n) if proof and mine else "", when, for_terminal(key.fingerprint),
                escape(for_terminal(key.accepted)) if key.accepted else "[yellow]waits: panel-office accept-key[/yellow]",
            )  # fmt: skip
        out.print(table)
        for fault in faults:
            out.print(
                f"[yellow]records.broken {escape(for_terminal(f'{fault.panel}: {fault.detail}'))}[/yellow]",
                soft_wrap=True,
            )
        if faults:
            raise typer.Exit(1)


@app.command(name="accept-key")
def accept_key(
    context: typer.Context,
    panel: Panel,
    key: Annotated[str, typer.Option("--key", help="How its fingerprint begins, when several wait.")] = "",
    by: Annotated[str | None, typer.Option(help="Who accepts it. Default: your user name.")] = None,
) -> None:
    """Accept the key of a panel whose computer was replaced, that was renamed, or that came by stick."""
    with plain_errors():
        office = open_office(context)
        from player.office.records import keys

        with write_records(office) as connection:
            accepted, taken = keys.accept_key(connection, panel, key, by or user_name() or "?", datetime.now(UTC))
        fresh = sum(one.fresh for one in taken)
        tell(f"accepted: {accepted.fingerprint} of {accepted.panel}; {fresh} records that had waited count now")
        for line in (line for one in taken for line in one.news):
            tell(line)


@app.command(name="confirm-span")
def confirm_span(
    context: typer.Context,
    panel: Panel,
    first: Annotated[int, typer.Argument(min=1, help="The first record's number.")],
    last: Annotated[int, typer.Argument(min=1, help="The last one's.")],
    why: Annotated[str, typer.Option("--why", help="How you know; it is kept with the records.")],
    begins: Annotated[str, typer.Option("--begins", help="When the first really began, like 2026-11-20T10:00.")] = "",
) -> None:
    """Let records of a clock that was wrong count, at the time when they really were."""
    with plain_errors():
        office = open_office(context)
        from player.office.records.confirming import Span, confirm_span, read_moment

        span = Span(panel, first, last, read_moment(begins, office.zone) if begins else None)
        with write_records(office) as connection:
            count = confirm_span(connection, span, user_name() or "?", why, datetime.now(UTC))
        tell(f"{count} records of {panel} count now")


# ---- checking


@app.command(name="verify-records")
def verify_records(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="An export, a batch from a stick, a segment from a panel's disk.")
    ] = None,
    database: Annotated[bool, typer.Option("--database", help="Check the whole database.")] = False,
    key: Annotated[str, typer.Option("--key", help="The panel's key, or how it begins.")] = "",
    panel: Annotated[str, typer.Option("--panel", help="Only this panel.")] = "",
) -> None:
    """Say whether records are as the panels signed them, and name the first that is not. Needs no network."""
    with plain_errors():
        if (file is None) is not database:
            raise OfficeError("give a FILE, or --database")
        office = open_office(context)
        from player.office.records import verification

        if file is not None:
            with file.open("rb") as opened:
                raw = opened.read(verification.FILE_BYTES)
            found = verification.verify_file(raw, key, panel)
        else:
            with read_records(office) as connection:
                found = verification.verify_database(connection, panel or None)
        for one in found:
            _tell_verified(one)
        if any(one.faults for one in found):
            raise typer.Exit(1)
        if not found:
            tell("there are no records")


def _tell_verified(one: Verified) -> None:
    from player.contract.record_batches import fingerprint

    name = for_terminal(one.panel) or "this file"
    signed = (
        f", signed with the key {fingerprint(one.key)}" if one.key else "; no signature is in a segment, only the chain"
    )
    if not one.faults:
        tell(f"{name}: {one.records} records up to {one.last} are unchanged{signed}")
        return
    err.print(f"[red]{escape(name)}: {escape(for_terminal(one.faults[0]))}[/red]", soft_wrap=True)
    for fault in one.faults[1:]:
        err.print(f"  {escape(for_terminal(fault))}", soft_wrap=True)


@app.command(name="export-records")
def export_records(
    context: typer.Context,
    panel: Panel,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    first: From = "",
    last: To = "",
) -> None:
    """Write a panel's records as it signed them into a file that anybody can check with verify-records."""
    with plain_errors():
        office = open_office(context)
        from player.office.records.days import day_of, day_window
        from player.office.records.verification import export_batches

        today = datetime.now(UTC).astimezone(office.zone).date()
        begins = day_window(day_of(first, today), office.zone).begins_ms if first else 0
        ends = day_window(day_of(last, today) if last else today, office.zone).ends_ms
        with read_records(office) as connection:
            lines = b"".join(export_batches(connection, panel, begins, ends))
        replace_file(output, lines, lasting=False)
        count = lines.count(b"\n")
        tell(f"{output}: {count} batches, {len(lines) / 1e6:.1f} MB")


@app.command(name="move-records")
def move_records(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", help="The new, empty database: postgresql://USER@HOST/NAME.")],
) -> None:
    """Copy all records into another database, from SQLite to PostgreSQL or back. The old one stays as it is."""
    with plain_errors():
        office = open_office(context)
        from player.office.records.database import open_database, plain_database_errors, shown
        from player.office.records.moving import move_records

        source, target = open_database(office.url), open_database(to, make=True)
        with err.status("copying") as status, plain_database_errors(to):
            counts = move_records(source, target, lambda table, rows: status.update(f"copying {table}: {rows:,}"))
        tell(f"{counts['records']:,} records in {counts['batches']:,} batches are in {shown(to)}")
        tell(f'now write into the settings, under [records]: url = "{shown(to)}"')
