"""The stream that every page without one of its own listens to, and the two addresses that say whether the console is there.

Knows: nothing of a page. Touches nothing. Must not: tell a stranger more than that the console runs.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from player.office.web.page import Right, Route, event_stream


async def stream_news(request: Request) -> Response:
    return event_stream(request)


async def say_here(request: Request) -> Response:
    """For console.js, which asks whether the person is still signed in before the stream is opened again."""
    return Response(status_code=204)


async def say_healthy(request: Request) -> Response:
    """For whoever watches the service."""
    return PlainTextResponse("ok\n")


ROUTES = (
    Route("GET", "/news", Right.LOOK, stream_news, stream=True),
    Route("GET", "/here", Right.LOOK, say_here),
    Route("GET", "/healthz", None, say_healthy),
)
