"""A page's event stream as its messages, read from the console in this process until a test has what it waits for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette

Messages = list[tuple[str, str]]
"""(kind, text) of each message."""


def messages_in(text: str) -> Messages:
    """Of a stream's text; one that is cut off at its end is left out."""
    found = []
    for block in text.split("\n\n")[:-1]:
        lines = block.split("\n")
        kind = next((line[7:] for line in lines if line.startswith("event: ")), "message")
        found.append((kind, "\n".join(line[6:] for line in lines if line.startswith("data: "))))
    return found


async def read_stream(
    app: Starlette, path: str, cookies: dict[str, str], enough: Callable[[Messages], bool], host: str = "office.test"
) -> Messages:
    """The messages from the beginning until `enough` says so; then the browser hangs up."""
    heard: list[bytes] = []
    done = asyncio.Event()
    address, _, query = path.partition("?")
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "https", "path": address,
        "raw_path": address.encode(), "query_string": query.encode(), "root_path": "", "server": (host, 443),
        "client": ("203.0.113.9", 4711), "headers": [(b"host", host.encode()), (b"cookie", cookie.encode())],
    }  # fmt: skip
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await done.wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start" and message["status"] != 200:
            done.set()
        heard.append(message.get("body", b""))
        if enough(messages_in(b"".join(heard).decode())) or not message.get("more_body", True):
            done.set()

    answering = asyncio.ensure_future(app(scope, receive, send))
    await asyncio.wait({answering, asyncio.ensure_future(done.wait())}, return_when=asyncio.FIRST_COMPLETED)
    answering.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await answering
    return messages_in(b"".join(heard).decode())
