"""The console as an ASGI program: the table of routes behind its guard, the headers on every answer, the pages for errors.

Knows: how the parts are put together. Touches nothing by itself. Must not: know what a page does.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Router
from starlette.routing import Route as StarletteRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from player.office.web.guard import Guard
from player.office.web.office import WebOffice
from player.office.web.page import STATIC, PageFault, Route, Templates, fault_answer, render
from player.office.web.routes import ROUTES

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer, whoever gives it."""
HTTPS_FOR_S = 365 * 24 * 3600
SENTENCES = {
    400: "The browser sent something that cannot be read; load the page again.",
    404: "There is no such page, or what it was about is gone.",
    405: "There is no such page, or what it was about is gone.",
    413: "This is larger than what may be sent here.",
    421: "The console is not called so; use the address that its settings name.",
}


def make_app(office: WebOffice, routes: Sequence[Route] = ROUTES) -> Starlette:
    """The console of this office. `routes` is the table: method, path, right, handler."""
    app = Starlette(
        routes=[
            *(StarletteRoute(route.path, Guard(route), methods=[route.method]) for route in routes),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Headers), Middleware(OurName, local=_plain_and_local(office))],
        exception_handlers={HTTPException: _say_status, 500: _say_crash},
    )
    assert isinstance(app.router, Router)
    app.router.redirect_slashes = False  # an address that is not in the table is none
    app.state.office = office
    app.state.templates = Templates(office.zone, office.now)
    return app


def _plain_and_local(office: WebOffice) -> bool:
    web = office.settings.web
    return web.is_local and not web.certificate_file and not web.behind_proxy


class Headers:
    """Adds what every answer has; pages are kept nowhere, static files (whose address changes with them) for long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                if scope.get("scheme") == "https":
                    headers["Strict-Transport-Security"] = f"max-age={HTTPS_FOR_S}"
                fixed = scope["path"].startswith("/static/") and scope["query_string"] and message["status"] == 200
                headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if fixed else "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


class OurName:
    """Where it is open on this computer alone and without TLS, a request must name this computer.

    Otherwise a page from outside whose host name leads to 127.0.0.1 could ask as if it were one of ours (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, local: bool) -> None:
        self.app, self.local = app, local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.local:
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if host.rpartition(":")[0] not in LOCAL_NAMES and host not in LOCAL_NAMES:
                await PlainTextResponse(SENTENCES[421], 421)(scope, receive, send)
                return
        await self.app(scope, receive, send)


LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


async def _say_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    _know_language(request)
    sentence = SENTENCES.get(error.status_code, SENTENCES[400])
    answer = fault_answer(request, PageFault(sentence, status=error.status_code))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _say_crash(request: Request, error: Exception) -> Response:
    """The traceback is in the service's log; uvicorn writes it there."""
    _know_language(request)
    return render(request, "fault.html", 500, sentence=None)


def _know_language(request: Request) -> None:
    """A request that came to no guard has no reader."""
    if not hasattr(request.state, "language"):
        request.state.language = request.app.state.office.settings.web.language
