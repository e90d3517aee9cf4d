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

from player.office.settings import WebSettings
from player.office.web.guard import Guard, know_reader
from player.office.web.office import WebOffice
from player.office.web.page import STATIC, CompiledTemplates, PageFault, Route, Templates, fault_answer, render
from player.office.web.routes import ROUTES
from player.office.web.words import t

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
}
NOT_SO_CALLED = "The console is not called so; use the address that its settings name."
NOT_BY_TLS = "The console is reached by https through its proxy only; the proxy must say X-Forwarded-Proto."


def make_app(
    office: WebOffice, routes: Sequence[Route] = ROUTES, compiled: CompiledTemplates | None = None
) -> Starlette:
    """The console of this office. `routes` is the table: method, path, right, handler. compiled: by another console."""
    app = Starlette(
        routes=[
            *(StarletteRoute(route.path, Guard(route), methods=[route.method]) for route in routes),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Headers), Middleware(Reach, settings=office.settings.web)],
        exception_handlers={HTTPException: _say_status, 500: _say_crash},
    )
    assert isinstance(app.router, Router)
    app.router.redirect_slashes = False  # an address that is not in the table is none
    app.state.office = office
    app.state.templates = Templates(office.zone, office.now, compiled or CompiledTemplates())
    return app


def add_headers(headers: MutableHeaders, scheme: str, *, fixed: bool) -> None:
    """fixed: what stands under this address never changes."""
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    if scheme == "https":
        headers["Strict-Transport-Security"] = f"max-age={HTTPS_FOR_S}"
    headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if fixed else "no-store")


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
                fixed = scope["path"].startswith("/static/") and scope["query_string"] and message["status"] == 200
                add_headers(MutableHeaders(scope=message), scope.get("scheme", ""), fixed=bool(fixed))
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Reach:
    """Refuses who did not come by the way that the settings name.

    On this computer alone, without TLS: a request must name this computer. Otherwise a page from outside whose host name leads to
    127.0.0.1 could ask as if it were one of ours (DNS rebinding). Behind a proxy: it must have come to the proxy by TLS.
    """

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self.app, self.language = app, settings.language
        self.behind_proxy = bool(settings.behind_proxy)
        self.local = settings.is_local and not settings.certificate_file and not self.behind_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sentence = self._refuse(scope) if scope["type"] == "http" else ""
        if sentence:
            await PlainTextResponse(t(self.language, sentence), 421)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refuse(self, scope: Scope) -> str:
        """The sentence; "": it is let through."""
        if self.local:
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if host.rpartition(":")[0] not in LOCAL_NAMES and host not in LOCAL_NAMES:
                return NOT_SO_CALLED
        if self.behind_proxy and scope.get("scheme") != "https" and scope["path"] != "/healthz":
            return NOT_BY_TLS
        return ""


LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


async def _say_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    know_reader(request)
    sentence = SENTENCES.get(error.status_code, SENTENCES[400])
    answer = fault_answer(request, PageFault(sentence, status=error.status_code))
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _say_crash(request: Request, error: Exception) -> Response:
    """Given outside of Headers; the traceback is in the service's log, where uvicorn writes it."""
    know_reader(request)
    answer = render(request, "fault.html", 500, sentence=None)
    add_headers(answer.headers, request.url.scheme, fixed=False)
    return answer
