"""Before a handler runs: who asks, may this person, is the form ours, is the body small enough.

Knows: the cookie, the rights, CSRF. Touches: the sessions. Must not: know what a page does.
"""

from __future__ import annotations

import hmac
import secrets
from http.cookies import CookieError
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from player.office.web.page import PageFault, Reader, Route, fault_answer, form_of, office_of, render
from player.office.web.people.sessions import OpenSession, SessionStage
from player.office.web.words import Language, language_of

SAFE = ("GET", "HEAD")
SESSION, BEFORE, LANGUAGE = "session", "before", "language"
SET_UP = "/me/second-factor"
COOKIE_S = 7 * 24 * 3600
"""As long as the longest session; the server ends it sooner."""


def cookie_name(request: Request, what: str) -> str:
    """Over TLS `__Host-`: no other host, and no page without TLS, can set or read it.

    Plain http is for 127.0.0.1 alone, where browsers keep that prefix from us, and give the cookies of one port to all: the
    port is in the name, so that two programs do not sign each other out. What another program on this computer could set is
    no session of ours, and a new one is made at each sign-in; its forms carry Sec-Fetch-Site: same-site, which is refused.
    """
    if request.url.scheme == "https":
        return f"__Host-panel-office-{what}"
    return f"panel-office-{what}-{request.url.port or 80}"


def set_cookie(request: Request, response: Response, what: str, value: str, max_age: int | None = COOKIE_S) -> None:
    response.set_cookie(
        cookie_name(request, what), value, max_age=max_age, path="/", secure=request.url.scheme == "https", httponly=True,
        samesite="lax",
    )  # fmt: skip


def drop_cookie(request: Request, response: Response, what: str) -> None:
    response.delete_cookie(
        cookie_name(request, what), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )


class Guard:
    """One row of the table of routes as an ASGI program: the checks, then the handler."""

    def __init__(self, route: Route) -> None:
        self.route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, _bounded(receive, self.route.body_bytes))
        try:
            response = await self._answer(request)
        except PageFault as fault:
            response = fault_answer(request, fault)
        await response(scope, request.receive, send)

    async def _answer(self, request: Request) -> Response:
        route = self.route
        know_reader(request)
        reader: Reader | None = request.state.reader
        if route.right is not None:
            if reader is None:
                return _to_sign_in(request, route)
            if reader.lacks_factor and not route.without_factor:
                return _to_second_factor(request, route)
            if not reader.may(route.right):
                if request.method not in SAFE or route.stream or _is_htmx(request):
                    raise PageFault("Your account may not do this; an admin can give it another role.", status=403)
                return render(request, "forbidden.html", 403)
        if request.method not in SAFE:
            await _check_form(request)
        response = await route.handler(request)
        if reader is None and request.state.csrf_is_new and request.method in SAFE:
            set_cookie(request, response, BEFORE, request.state.csrf, None)
        return response


def know_reader(request: Request) -> None:
    """Sets request.state: session, reader, language, csrf, csrf_is_new."""
    office, state, session = office_of(request), request.state, session_of(request)
    state.session, state.reader, state.csrf_is_new = session, None, False
    state.language = _visitors_language(request, office.settings.web.language)
    if session is not None:
        person = office.accounts.find(session.account)
        if person is None or person.disabled is not None:
            state.session = session = None
        elif session.stage is SessionStage.FULL:
            state.language = person.language
            demanded = person.role in office.settings.web.second_factor
            state.reader = Reader(
                person.account, person.name, person.role, person.language, session.csrf, session.id,
                lacks_factor=demanded and not person.has_second_factor,
            )  # fmt: skip
    if session is not None:
        state.csrf = session.csrf
        return
    before = cookie_of(request, BEFORE)
    state.csrf_is_new = len(before) != 64
    state.csrf = secrets.token_hex(32) if state.csrf_is_new else before


def session_of(request: Request) -> OpenSession | None:
    """The session whose cookie the browser sent, signed in or half way."""
    token = cookie_of(request, SESSION)
    return office_of(request).sessions.find(token) if token else None


def cookie_of(request: Request, what: str) -> str:
    try:
        return request.cookies.get(cookie_name(request, what), "")
    except CookieError:
        return ""


def _visitors_language(request: Request, otherwise: Language) -> Language:
    """What the visitor chose on the sign-in page: ?language=, or the cookie of a choice before."""
    return language_of(request.query_params.get(LANGUAGE, "") or cookie_of(request, LANGUAGE), otherwise)


def _to_sign_in(request: Request, route: Route) -> Response:
    """A page leads to the sign-in page and back; a stream, or a part of a page, is told so by its status."""
    if route.stream:
        return Response(status_code=401)
    if _is_htmx(request):
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    if request.method not in SAFE:
        raise PageFault("You are not signed in any more; sign in, then do it again.", status=401)
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse("/sign-in" if asked == "/" else f"/sign-in?next={quote(asked, safe='')}", 303)


def _to_second_factor(request: Request, route: Route) -> Response:
    """A page leads to the place where a second factor is set up; nothing else is done before that."""
    if _is_htmx(request):
        return Response(status_code=403, headers={"HX-Redirect": SET_UP})
    if request.method not in SAFE or route.stream:
        raise PageFault("Your role needs a second factor: set it up first.", status=403)
    return RedirectResponse(SET_UP, 303)


def _is_htmx(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"


async def _check_form(request: Request) -> None:
    """What changes anything must come from one of our own pages. Raises PageFault."""
    not_ours = PageFault("This form is too old, or not from this page; load the page again.", status=403)
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise not_ours
    origin = request.headers.get("Origin", "null")  # which a form has under Referrer-Policy: no-referrer
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("Host", ""):
        raise not_ours
    given = request.headers.get("X-CSRF")
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if given is None and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        field = (await form_of(request)).get("csrf", "")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest((given or "").encode(), request.state.csrf.encode()):
        raise not_ours


def _bounded(receive: Receive, most: int) -> Receive:
    """Counts the body's bytes. Raises HTTPException 413."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
        return message

    return receive_some
