"""Signing in and out: the password, then the second factor's code where the account has one.

Knows: that no answer tells whether an account is there. Touches: sessions, the sign-in log.
Must not: go on with a session that was there before signing in; each step makes a new one.
"""

from __future__ import annotations

import asyncio
import math
import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from player.office.web.guard import LANGUAGE, SESSION, drop_cookie, set_cookie
from player.office.web.page import (
    PageFault,
    Right,
    Route,
    form_of,
    language_here,
    office_of,
    reader_of,
    render,
    text_of,
)
from player.office.web.people.accounts import Person
from player.office.web.people.second_factor import counter_of, recovery_hash
from player.office.web.people.sessions import OpenSession, SessionStage
from player.office.web.people.sign_ins import SignInResult
from player.office.web.words import language_of

PATH = re.compile(r"/(?![/\\])[^\s\\]*")
"""A page of the console, and nowhere else."""
PASSWORD_MOST = 1000


async def show_sign_in(request: Request) -> Response:
    office, state = office_of(request), request.state
    if state.reader is not None:
        return RedirectResponse("/", 303)
    chosen = LANGUAGE in request.query_params
    shown = render(
        request, "sign_in.html", next=_path(request.query_params.get("next", "/")), chosen=chosen,
        nobody=not office.accounts.all(),
    )  # fmt: skip
    if chosen:
        set_cookie(request, shown, LANGUAGE, language_here(request))
    return shown


async def sign_in(request: Request) -> Response:
    """The password. Raises PageFault: it is wrong, or it is too early to try again."""
    office, form = office_of(request), await form_of(request)
    account = text_of(form, "account", 64).lower()
    password = form.get("password", "")
    if not account or not isinstance(password, str) or not password:
        raise PageFault("Type your account and its password.", "account" if not account else "password")
    person = office.accounts.find(account)
    kept = person.password if person is not None else ""
    async with office.hashing:  # also what is noted, so that many tries at once do not come before the first one is
        _check_wait(request, account)
        right = len(password) <= PASSWORD_MOST and await asyncio.to_thread(office.passwords.is_right, password, kept)
        if not right:
            _note(request, account, SignInResult.WRONG_PASSWORD)
    if person is None or not right:
        raise PageFault("This account and this password do not belong together.", "password", 403)
    if person.disabled is not None:
        _note(request, account, SignInResult.DISABLED)
        raise PageFault("This account is closed; an admin can open it again.", "account", 403)
    if office.passwords.is_old(kept):
        async with office.hashing:
            office.accounts.set_password(account, await asyncio.to_thread(office.passwords.hash, password))
    if text_of(form, "language", 8):
        office.accounts.set_language(account, language_of(text_of(form, "language", 8), person.language))
    after = _path(text_of(form, "next") or "/")
    if person.has_second_factor:
        _note(request, account, SignInResult.HALF)
        return _begin(request, person, SessionStage.PASSWORD, f"/sign-in/code?next={quote(after, safe='/')}")
    _note(request, account, SignInResult.RIGHT)
    return _begin(request, person, SessionStage.FULL, after)


async def show_code(request: Request) -> Response:
    if _half_way(request) is None:
        return RedirectResponse("/sign-in", 303)
    return render(request, "sign_in_code.html", next=_path(request.query_params.get("next", "/")))


async def check_code(request: Request) -> Response:
    """The code of the second factor, or a recovery code. Raises PageFault: it is wrong, or used."""
    office, form, session = office_of(request), await form_of(request), _half_way(request)
    if session is None:
        raise PageFault("That took too long; sign in again.", "code", 403)
    person = office.accounts.get(session.account)
    _check_wait(request, person.account, "code")
    typed = text_of(form, "code", 64)
    counter = counter_of(person.secret, typed, office.now().timestamp())
    right = counter is not None and office.accounts.use_counter(person.account, counter)
    recovered = not right and office.accounts.use_recovery(person.account, recovery_hash(typed))
    if not right and not recovered:
        _note(request, person.account, SignInResult.WRONG_CODE)
        raise PageFault("This code is wrong, or was used already; wait for the next one.", "code", 403)
    _note(request, person.account, SignInResult.RIGHT)
    if recovered:
        left = office.accounts.recovery_left(person.account)
        office.audit.note(person.account, "signed in with a recovery code", person.account, f"{left} codes left")
    office.sessions.end(session.id)
    return _begin(request, person, SessionStage.FULL, _path(text_of(form, "next") or "/"))


async def sign_out(request: Request) -> Response:
    reader = reader_of(request)
    office_of(request).sessions.end(reader.session)
    _note(request, reader.account, SignInResult.OUT)
    answer = _go(request, "/sign-in")
    drop_cookie(request, answer, SESSION)
    return answer


def _begin(request: Request, person: Person, stage: SessionStage, path: str) -> Response:
    """A new session in a new cookie; the one that the browser had ends."""
    office = office_of(request)
    old: OpenSession | None = request.state.session
    if old is not None:
        office.sessions.end(old.id)
    token = office.sessions.begin(person.account, stage, address_of(request), request.headers.get("User-Agent", ""))
    answer = _go(request, path)
    set_cookie(request, answer, SESSION, token)
    return answer


def _go(request: Request, path: str) -> Response:
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def _half_way(request: Request) -> OpenSession | None:
    session: OpenSession | None = request.state.session
    return session if session is not None and session.stage is SessionStage.PASSWORD else None


def _check_wait(request: Request, account: str, field: str = "password") -> None:
    wait = office_of(request).sign_ins.wait_s(account, address_of(request))
    if wait > 0:
        _note(request, account, SignInResult.TOO_MANY)
        raise PageFault("Too many wrong tries. Wait {n} s, then try again.", field, 429, n=math.ceil(wait))


def address_of(request: Request) -> str:
    """Where the browser is; behind a proxy uvicorn has put the proxy's word here, if the proxy is ours."""
    return request.client.host if request.client is not None else ""


def _note(request: Request, account: str, result: SignInResult) -> None:
    office_of(request).sign_ins.note(account, address_of(request), request.headers.get("User-Agent", ""), result)


def _path(given: str) -> str:
    return given if PATH.fullmatch(given) else "/"


ROUTES = (
    Route("GET", "/sign-in", None, show_sign_in),
    Route("POST", "/sign-in", None, sign_in),
    Route("GET", "/sign-in/code", None, show_code),
    Route("POST", "/sign-in/code", None, check_code),
    Route("POST", "/sign-out", Right.LOOK, sign_out, without_factor=True),
)
