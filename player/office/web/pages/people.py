"""People: the accounts and their roles, new ones, closed ones, and the log of who signed in.

Knows: what an admin may change. Touches: accounts, sessions, both logs. Must not: show or keep a password after its one page.
"""

from __future__ import annotations

import asyncio
import secrets

from starlette.requests import Request
from starlette.responses import Response

from player.office.web.page import (
    PageFault,
    Right,
    Role,
    Route,
    back,
    form_of,
    language_here,
    office_of,
    reader_of,
    render,
    text_of,
)
from player.office.web.people.accounts import SHOWN_MOST, Person
from player.office.web.words import t

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are taken for others (l and 1, o and 0)."""


async def show_people(request: Request) -> Response:
    office = office_of(request)
    people = office.accounts.all()
    seen = {each.account: sessions[0].seen for each in people if (sessions := office.sessions.of(each.account))}
    return render(
        request, "people.html", people=people, seen=seen, roles=list(Role), sign_ins=office.sign_ins.newest(100),
        demanded=office.settings.web.second_factor,
    )  # fmt: skip


async def add_person(request: Request) -> Response:
    """Shows the first password, this once; the person changes it. Raises PageFault."""
    office, form, reader = office_of(request), await form_of(request), reader_of(request)
    password = make_password()
    async with office.hashing:
        kept = await asyncio.to_thread(office.passwords.hash, password)
    role = _role(text_of(form, "role", 20))
    person = office.accounts.add(text_of(form, "account", 64), text_of(form, "shown_name", SHOWN_MOST), role, kept)
    office.audit.note(reader.account, "added an account", person.account, f"as {role.value}")
    return render(request, "first_password.html", person=person, password=password)


async def show_person(request: Request) -> Response:
    office, person = office_of(request), _person(request)
    return render(
        request, "person.html", person=person, roles=list(Role), sessions=office.sessions.of(person.account),
        lines=office.audit.newest(20, who=person.account),
    )  # fmt: skip


async def set_role(request: Request) -> Response:
    office, form, person = office_of(request), await form_of(request), _person(request)
    role = _role(text_of(form, "role", 20))
    office.accounts.set_role(person.account, role)
    office.audit.note(
        reader_of(request).account, "changed the role", person.account, "done", person.role.value, role.value
    )
    said = t(language_here(request), "{name} is now {role}.", name=person.name, role=_spell(request, role))
    return back(request, f"/people/{person.account}", said)


async def reset_password(request: Request) -> Response:
    """A new first password, shown once; the account's sessions end."""
    office, person = office_of(request), _person(request)
    password = make_password()
    async with office.hashing:
        office.accounts.set_password(person.account, await asyncio.to_thread(office.passwords.hash, password))
    office.sessions.end_all(person.account)
    office.audit.note(reader_of(request).account, "gave a new password", person.account, "done")
    return render(request, "first_password.html", person=person, password=password)


async def drop_second_factor(request: Request) -> Response:
    """For a person who lost the telephone and the recovery codes."""
    office, person = office_of(request), _person(request)
    office.accounts.set_second_factor(person.account, "", 0, ())
    office.sessions.end_all(person.account)
    office.audit.note(reader_of(request).account, "took away the second factor", person.account, "done")
    said = t(language_here(request), "{name} signs in with the password alone now.", name=person.name)
    return back(request, f"/people/{person.account}", said)


async def close_account(request: Request) -> Response:
    office, person = office_of(request), _person(request)
    office.accounts.disable(person.account)
    ended = office.sessions.end_all(person.account)
    office.audit.note(reader_of(request).account, "closed the account", person.account, f"{ended} sessions ended")
    said = t(language_here(request), "The account {name} is closed, and signed out everywhere.", name=person.account)
    return back(request, f"/people/{person.account}", said)


async def open_account(request: Request) -> Response:
    office, person = office_of(request), _person(request)
    office.accounts.enable(person.account)
    office.audit.note(reader_of(request).account, "opened the account again", person.account, "done")
    said = t(language_here(request), "The account {name} is open again.", name=person.account)
    return back(request, f"/people/{person.account}", said)


def make_password() -> str:
    """Twenty letters in groups, for one sign-in: 100 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def _person(request: Request) -> Person:
    return office_of(request).accounts.get(str(request.path_params["account"]))


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise PageFault("Choose a role.", "role") from None


def _spell(request: Request, role: Role) -> str:
    language = language_here(request)
    match role:
        case Role.VIEWER:
            return t(language, "viewer")
        case Role.EDITOR:
            return t(language, "editor (content)")
        case Role.OPERATOR:
            return t(language, "operator (panels)")
        case Role.ADMIN:
            return t(language, "admin")


ROUTES = (
    Route("GET", "/people", Right.ADMIN, show_people),
    Route("POST", "/people", Right.ADMIN, add_person),
    Route("GET", "/people/{account}", Right.ADMIN, show_person),
    Route("POST", "/people/{account}/role", Right.ADMIN, set_role),
    Route("POST", "/people/{account}/password", Right.ADMIN, reset_password),
    Route("POST", "/people/{account}/second-factor/drop", Right.ADMIN, drop_second_factor),
    Route("POST", "/people/{account}/close", Right.ADMIN, close_account),
    Route("POST", "/people/{account}/open", Right.ADMIN, open_account),
)
