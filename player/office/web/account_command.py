"""`panel-office account add | list | password | disable`: the console's accounts at its own computer, the first one too.

Knows: how they are asked for. Touches: the terminal, console.db. Must not: take a password on the command line, where every
program of this computer could read it.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from player.base.text import for_terminal
from player.office.signing import OfficeError
from player.office.terminal import out, plain_errors
from player.office.web.extra import check_web_part
from player.office.web.people.roles import Role
from player.office.web.serve_command import read_settings

if TYPE_CHECKING:
    from player.office.web.people.people import People

app = typer.Typer(no_args_is_help=True, help="The web console's accounts, at its own computer.")

BY = "panel-office"
"""Who it was, in the log: whoever may write the console's files."""
PASSWORD_FILE_BYTES = 4096

Name = Annotated[str, typer.Argument(help="The account.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help='Its first line is the password; "-" reads it from standard input.'),
]


@app.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[Role, typer.Option(help="viewer, editor (content), operator (panels) or admin.")],
    shown_name: Annotated[str, typer.Option("--name", help="As others see it. Default: the account.")] = "",
    password_file: PasswordFile = None,
) -> None:
    """Make an account. The password is asked for."""
    with plain_errors(), _people(context) as office:
        from player.office.web.people.passwords import check_new_password

        name = name.strip().lower()
        password = _new_password(name, password_file)
        check_new_password(password, name, shown_name)
        person = office.accounts.add(name, shown_name, role, office.passwords.hash(password))
        office.audit.note(BY, "added an account", person.account, f"as {role.value}")
        out.print(f"{person.account}: {role.value}", markup=False)


@app.command("list")
def list_accounts(context: typer.Context) -> None:
    """Who may sign in, as what."""
    with plain_errors(), _people(context) as office:
        table = Table(box=None, pad_edge=False)
        for heading in ("account", "name", "role", "second factor", "signed in"):
            table.add_column(heading)
        for each in office.accounts.all():
            closed = " (closed)" if each.disabled is not None else ""
            table.add_row(
                for_terminal(each.account + closed), for_terminal(each.name), each.role.value,
                "yes" if each.has_second_factor else "no", str(len(office.sessions.of(each.account))),
            )  # fmt: skip
        out.print(table)


@app.command()
def password(
    context: typer.Context,
    name: Name,
    password_file: PasswordFile = None,
    drop_second_factor: Annotated[
        bool, typer.Option("--drop-second-factor", help="For whoever lost the telephone and the recovery codes.")
    ] = False,
) -> None:
    """Give an account a new password, and sign it out everywhere."""
    with plain_errors(), _people(context) as office:
        from player.office.web.people.passwords import check_new_password

        person = office.accounts.get(name)
        fresh = _new_password(name, password_file)
        check_new_password(fresh, person.account, person.name)
        office.accounts.set_password(person.account, office.passwords.hash(fresh))
        if drop_second_factor:
            office.accounts.set_second_factor(person.account, "", 0, ())
        ended = office.sessions.end_all(person.account)
        office.audit.note(BY, "gave a new password", person.account, f"{ended} sessions ended")
        out.print(f"{person.account}: new password, {ended} sessions ended", markup=False)


@app.command()
def disable(context: typer.Context, name: Name) -> None:
    """Close an account, and sign it out everywhere. What it did stays in the log; an admin can open it again."""
    with plain_errors(), _people(context) as office:
        person = office.accounts.get(name)
        office.accounts.disable(person.account)
        ended = office.sessions.end_all(person.account)
        office.audit.note(BY, "closed the account", person.account, f"{ended} sessions ended")
        out.print(f"{person.account}: closed, {ended} sessions ended", markup=False)


@contextmanager
def _people(context: typer.Context) -> Iterator[People]:
    """The console's people; it may be running meanwhile. Raises OfficeError."""
    check_web_part()
    from player.office.web.faults import PageFault
    from player.office.web.people.database import FILE_NAME, PeopleDatabase
    from player.office.web.people.people import people_of

    settings = read_settings(context)
    try:
        with PeopleDatabase(settings.data_folder / FILE_NAME) as database:
            yield people_of(database, lambda: datetime.now(UTC), settings.web.language)
    except PageFault as fault:
        raise OfficeError(str(fault)) from fault


def _new_password(name: str, file: Path | None) -> str:
    """Asked for twice at the terminal, or the first line of a file. Raises OfficeError."""
    if file is not None:
        try:
            text = sys.stdin.read(PASSWORD_FILE_BYTES) if str(file) == "-" else file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise OfficeError(f"{file}: {error}") from error
        return text.split("\n", 1)[0].rstrip("\r")
    if not sys.stdin.isatty():
        raise OfficeError("no terminal to ask for the password at; give --password-file FILE")
    typed = getpass.getpass(f"New password of {name}: ")
    if getpass.getpass("Again: ") != typed:
        raise OfficeError("the two are not the same")
    return typed
