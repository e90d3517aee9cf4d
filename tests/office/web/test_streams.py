"""The event stream: what it says, how often, and what ends it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from player.base.mqtt.messages import Account
from player.office.web.live.broker_thread import BrokerFound, BrokerLost
from player.office.web.live.hub import Hub
from player.office.web.page import Right, Route, StreamPart, event_stream
from player.office.web.people.sessions import SessionStage
from player.office.web.routes import ROUTES
from tests.kit.console import InsideConsole, console_inside
from tests.kit.loops import a_turn

pytestmark = pytest.mark.heavy

TURNS = 30
"""Turns of the loop, in which no time passes: more than a message needs from the hub to the stream."""


async def two_parts() -> AsyncIterator[StreamPart]:
    yield StreamPart("part", '<li id="a">one\ntwo</li>')
    yield StreamPart("gone", "b")


async def stream_two(request: Request) -> Response:
    return event_stream(request, two_parts())


@pytest.fixture
def console(tmp_path: Path) -> Iterator[InsideConsole]:
    routes = [*ROUTES, Route("GET", "/two", Right.LOOK, stream_two, stream=True)]
    with console_inside(tmp_path, routes=routes) as made:
        yield made


class Reading:
    """One stream as it comes, straight from the program: (event, data) of each message."""

    def __init__(self, console: InsideConsole, path: str) -> None:
        self.console = console
        self.token = console.office.sessions.begin("vera", SessionStage.FULL, "203.0.113.9", "a browser")
        self.scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "https",
            "headers": [(b"host", b"office.test"), (b"cookie", f"__Host-panel-office-session={self.token}".encode())],
            "client": ("203.0.113.9", 1), "server": ("office.test", 443), "http_version": "1.1", "root_path": "",
        }  # fmt: skip
        self.chunks: asyncio.Queue[str] = asyncio.Queue()
        self.status = 0
        self.left = asyncio.Event()

    async def receive(self) -> dict[str, object]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            self.status = int(str(message["status"]))
        elif body := message.get("body"):
            assert isinstance(body, bytes)
            self.chunks.put_nowait(body.decode())

    async def run(self) -> None:
        await self.console.app(self.scope, self.receive, self.send)  # type: ignore[arg-type]

    async def next(self) -> tuple[str, str]:
        chunk = await asyncio.wait_for(self.chunks.get(), 180)
        lines = chunk.rstrip("\n").split("\n")
        return lines[0].removeprefix("event: "), "\n".join(line.removeprefix("data: ") for line in lines[1:])


def test_a_stream_tells_its_parts_and_ends_with_them(console: InsideConsole) -> None:
    """The news first, then each part, line by line."""

    async def read() -> list[tuple[str, str]]:
        reading = Reading(console, "/two")
        await reading.run()
        return [await reading.next() for _ in range(reading.chunks.qsize())]

    told = console.runner.run(read())
    assert json.loads(told[0][1]) == {"broker": True, "since": "", "why": ""}
    assert [each for each in told if each[0] != "news"] == [("part", '<li id="a">one\ntwo</li>'), ("gone", "b")]


def test_a_lost_broker_is_told_with_since_when_and_why(console: InsideConsole) -> None:
    """With the next beat, and when it is there again."""
    hub = Hub(
        Account("127.0.0.1", 1883, False, "office-test", ""), wall=lambda: datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    )
    hub.take(BrokerFound())
    console.office.live = hub

    async def read() -> list[dict[str, object]]:
        reading = Reading(console, "/news")
        running = asyncio.create_task(reading.run())
        told = [json.loads((await reading.next())[1])]
        hub.take(BrokerLost("refused"))
        while (news := json.loads((await reading.next())[1]))["broker"]:
            pass
        told.append(news)
        hub.take(BrokerFound())
        while not (news := json.loads((await reading.next())[1]))["broker"]:
            pass
        told.append(news)
        reading.left.set()
        await running
        return told

    assert console.runner.run(read()) == [
        {"broker": True, "since": "", "why": ""},
        {"broker": False, "since": "2026-11-26T03:00:00+00:00", "why": "refused"},
        {"broker": True, "since": "", "why": ""},
    ]


def test_a_lost_broker_is_told_at_once(console: InsideConsole) -> None:
    """Not with the next beat: the stream has it before any time passes."""
    hub = Hub(Account("127.0.0.1", 1883, False, "office-test", ""))
    hub.take(BrokerFound())
    console.office.live = hub

    async def read() -> list[bool]:
        reading = Reading(console, "/news")
        running = asyncio.create_task(reading.run())
        told = [json.loads((await reading.next())[1])["broker"]]
        for _ in range(3):
            for heard in (BrokerLost("refused"), BrokerFound()):
                hub.take(heard)
                for _ in range(TURNS):
                    await a_turn()
                told.append(json.loads(reading.chunks.get_nowait().split("data: ")[1])["broker"])
        reading.left.set()
        await running
        return told

    assert console.runner.run(read()) == [True, False, True, False, True, False, True]


def test_the_broker_is_watched_while_a_page_is_open(console: InsideConsole) -> None:
    """A page that is closed leaves nothing behind."""
    link = console.office.live.link

    async def read() -> list[bool]:
        reading = Reading(console, "/news")
        running = asyncio.create_task(reading.run())
        await reading.next()
        seen = [link.watched]
        reading.left.set()
        await running
        return [*seen, link.watched]

    assert console.runner.run(read()) == [True, False]


def test_a_stream_ends_with_its_session(console: InsideConsole) -> None:
    """Who is signed out, or whose account is closed, hears nothing more."""

    async def read() -> str:
        reading = Reading(console, "/news")
        running = asyncio.create_task(reading.run())
        await reading.next()
        console.office.sessions.end_all("vera")
        while (told := (await reading.next())[0]) == "news":
            pass
        await running
        return told

    assert console.runner.run(read()) == "over"


def test_a_stream_ends_with_the_server(console: InsideConsole) -> None:
    """So that the server need not wait for people who are looking."""

    async def read() -> None:
        reading = Reading(console, "/news")
        running = asyncio.create_task(reading.run())
        await reading.next()
        console.office.closing.set()
        await asyncio.wait_for(running, 180)

    console.runner.run(read())


def test_nobody_hears_without_a_session(console: InsideConsole) -> None:
    """401, and no page: the script goes to the sign-in page."""
    answer = console.client().get("/news")
    assert (answer.status_code, answer.text) == (401, "")
