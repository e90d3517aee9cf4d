"""A person's own page: language, name, password, second factor, and where one is signed in.

Knows: that what protects the account is changed with the present password only. Touches: accounts, sessions, both logs.
Must not: change another person's account (people.py does).
"""

from __future__ import annotations

import asyncio
import re

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from player.office.web.page import (
    PageFault,
    Right,
    Route,
    back,
    form_of,
    language_here,
    office_of,
    reader_of,
    render,
    text_of,
)
from player.office.web.pages.sign_in import address_of
from player.office.web.people import second_factor
from player.office.web.people.accounts import SHOWN_MOST
from player.office.web.people.passwords import check_new_password
from player.office.web.people.qr import draw_code_svg
from player.office.web.people.sign_ins import SignInResult
from player.office.web.words import language_of, t

ISSUER = "Panel console"
PATH = re.compile(r"/(?![/\\])[^\s\\]*")


async def show_me(request: Request) -> Response:
    office, reader = office_of(request), reader_of(request)
    person = office.accounts.get(reader.account)
    return render(
        request, "me.html", person=person, sessions=office.sessions.of(reader.account),
        recovery_left=office.accounts.recovery_left(reader.account), demanded=reader.role in office.settings.web.second_factor,
    )  # fmt: skip


async def set_language(request: Request) -> Response:
    office, form, reader = office_of(request), await form_of(request), reader_of(request)
    office.accounts.set_language(reader.account, language_of(text_of(form, "language", 8), reader.language))
    path = text_of(form, "back")
    return back(request, path if PATH.fullmatch(path) else "/me")


async def set_name(request: Request) -> Response:
    office, form, reader = office_of(request), await form_of(request), reader_of(request)
    office.accounts.set_shown_name(reader.account, text_of(form, "shown_name", SHOWN_MOST))
    after = office.accounts.get(reader.account).name
    office.audit.note(reader.account, "changed the name", reader.account, "done", reader.name, after)
    return back(request, "/me", t(language_here(request), "Your name is changed."))


async def set_password(request: Request) -> Response:
    """Ends the account's other sessions. Raises PageFault."""
    office, form, reader = office_of(request), await form_of(request), reader_of(request)
    await _check_own_password(request, form)
    fresh = _typed(form, "new_password")
    check_new_password(fresh, reader.account, reader.name, "new_password")
    if fresh != _typed(form, "again"):
        raise PageFault("The two are not the same.", "again")
    async with office.hashing:
        office.accounts.set_password(reader.account, await asyncio.to_thread(office.passwords.hash, fresh))
    ended = office.sessions.end_all(reader.account, but=reader.session)
    office.audit.note(reader.account, "changed the password", reader.account, f"{ended} other sessions ended")
    said = t(language_here(request), "Your password is changed; everywhere else you are signed out.")
    return back(request, "/me", said)


async def show_second_factor(request: Request) -> Response:
    """A new secret as a QR code. It is kept only when the first code of it comes back with it."""
    reader = reader_of(request)
    secret = second_factor.new_secret()
    address = second_factor.address_of(secret, reader.account, ISSUER)
    return render(
        request, "second_factor.html", secret=secret, spaced=second_factor.spaced(secret), code=draw_code_svg(address),
        had=office_of(request).accounts.get(reader.account).has_second_factor,
    )  # fmt: skip


async def set_second_factor(request: Request) -> Response:
    """Shows the recovery codes, this once. Raises PageFault: password or code are wrong."""
    office, form, reader = office_of(request), await form_of(request), reader_of(request)
    await _check_own_password(request, form)
    secret = text_of(form, "secret", 64)
    if re.fullmatch(r"[A-Z2-7]{32}", secret) is None:
        raise PageFault("This form is too old, or not from this page; load the page again.", "code")
    counter = second_factor.counter_of(secret, text_of(form, "code", 64), office.now().timestamp())
    if counter is None:
        raise PageFault(
            "This is not the code of this secret. Is the telephone's clock right? Type the code that it shows now.",
            "code",
        )
    codes = second_factor.new_recovery_codes()
    office.accounts.set_second_factor(
        reader.account, secret, counter, [second_factor.recovery_hash(each) for each in codes]
    )
    office.sessions.end_all(reader.account, but=reader.session)
    office.audit.note(reader.account, "set up the second factor", reader.account, "done")
    return render(request, "recovery_codes.html", codes=codes)


async def drop_second_factor(request: Request) -> Response:
    office, form, reader = office_of(request), await form_of(request), reader_of(request)
    if reader.role in office.settings.web.second_factor:
        raise PageFault("Your role needs a second factor: it can be set up anew, not taken away.", "present", 403)
    await _check_own_password(request, form)
    office.accounts.set_second_factor(reader.account, "", 0, ())
    office.audit.note(reader.account, "took away the second factor", reader.account, "done")
    return back(request, "/me", t(language_here(request), "The second factor is taken away."))


async def end_others(request: Request) -> Response:
    office, reader = office_of(request), reader_of(request)
    ended = office.sessions.end_all(reader.account, but=reader.session)
    office.audit.note(reader.account, "signed out everywhere else", reader.account, f"{ended} sessions ended")
    return back(request, "/me", t(language_here(request), "Everywhere else you are signed out."))


async def _check_own_password(request: Request, form: FormData) -> None:
    """Wrong ones count as wrong sign-ins do. Raises PageFault."""
    office, reader = office_of(request), reader_of(request)
    if office.sign_ins.wait_s(reader.account, address_of(request)) > 0:
        raise PageFault("Too many wrong tries. Wait some minutes, then try again.", "present", 429)
    kept = office.accounts.get(reader.account).password
    async with office.hashing:
        right = await asyncio.to_thread(office.passwords.is_right, _typed(form, "present")[:1000], kept)
    if not right:
        browser = request.headers.get("User-Agent", "")
        office.sign_ins.note(reader.account, address_of(request), browser, SignInResult.WRONG_PASSWORD)
        raise PageFault("This is not your present password.", "present", 403)


def _typed(form: FormData, name: str) -> str:
    """A password as it was typed, spaces and all."""
    given = form.get(name, "")
    return given if isinstance(given, str) else ""


ROUTES = (
    Route("GET", "/me", Right.LOOK, show_me),
    Route("POST", "/me/language", Right.LOOK, set_language, without_factor=True),
    Route("POST", "/me/name", Right.LOOK, set_name),
    Route("POST", "/me/password", Right.LOOK, set_password),
    Route("GET", "/me/second-factor", Right.LOOK, show_second_factor, without_factor=True),
    Route("POST", "/me/second-factor", Right.LOOK, set_second_factor, without_factor=True),
    Route("POST", "/me/second-factor/drop", Right.LOOK, drop_second_factor),
    Route("POST", "/me/sessions/end", Right.LOOK, end_others),
)
