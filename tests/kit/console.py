"""The web console for tests: asked without a network, or as the real server on a loopback port (browser.py looks at it)."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from player.office.settings import OfficeSettings
from player.office.web.app import make_app
from player.office.web.office import WebOffice, open_office, utc_now
from player.office.web.page import CompiledTemplates, Route
from player.office.web.people.database import FILE_NAME, PeopleDatabase
from player.office.web.people.passwords import Passwords
from player.office.web.people.people import People, people_of
from player.office.web.people.roles import Role
from player.office.web.routes import ROUTES
from tests.kit.network import free_port
from tests.kit.programs import end
from tests.kit.waiting import wait_for

PASSWORD = "tujuh panel di alun-alun"
ACCOUNTS: Mapping[Role, str] = {Role.VIEWER: "vera", Role.EDITOR: "edi", Role.OPERATOR: "oki", Role.ADMIN: "ada"}
SECOND_ADMIN = "adi"
OUTSIDE = "203.0.113.9"
CSRF = re.compile(r'"X-CSRF": "([0-9a-f]{64})"')


@cache
def cheap_passwords() -> Passwords:
    """For a console inside this process: what a hash costs, to sign in many times, is tried in test_people.py."""
    return Passwords(memory_kib=8, rounds=1)


@cache
def usual_passwords() -> Passwords:
    """For a console that runs as it does in an office."""
    return Passwords()


@cache
def compiled_templates() -> CompiledTemplates:
    """By every console of this process."""
    return CompiledTemplates()


@cache
def hash_of_password(passwords: Passwords) -> str:
    """Of PASSWORD; it may take its time, so it is made once."""
    return passwords.hash(PASSWORD)


def add_accounts(office: People) -> None:
    """One of each role, and a second admin, all with PASSWORD."""
    for role, account in (*ACCOUNTS.items(), (Role.ADMIN, SECOND_ADMIN)):
        office.accounts.add(account, account.title(), role, hash_of_password(office.passwords))


class PageClient:
    """A browser without a screen: keeps its cookies, sends with each form what its last page said."""

    def __init__(self, runner: asyncio.Runner, app: Starlette, address: str, source: str) -> None:
        self._runner = runner
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, client=(source, 4711), raise_app_exceptions=False),
            base_url=address,
        )
        self.csrf = ""

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """As it is; no redirect is followed."""
        answer = self._runner.run(self.client.request(method, path, **more))
        if found := CSRF.search(answer.text if "html" in answer.headers.get("Content-Type", "") else ""):
            self.csrf = found[1]
        return answer

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def post(
        self, path: str, fields: Mapping[str, Any] | None = None, files: Any = None, **headers: str
    ) -> httpx.Response:
        return self.ask("POST", path, data={"csrf": self.csrf, **(fields or {})}, files=files, headers=headers)

    def sign_in(self, account: str, password: str = PASSWORD) -> httpx.Response:
        self.get("/sign-in")
        answer = self.post("/sign-in", {"account": account, "password": password})
        self.get("/me")
        return answer

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.client.cookies.jar}


@dataclass
class InsideConsole:
    """The console in this process: its parts can be looked at."""

    runner: asyncio.Runner
    office: WebOffice
    app: Starlette

    def client(self, account: str = "", address: str = "https://office.test", source: str = OUTSIDE) -> PageClient:
        """account: signed in as this one."""
        made = PageClient(self.runner, self.app, address, source)
        if account:
            made.sign_in(account)
        return made

    def as_role(self, role: Role | None) -> PageClient:
        return self.client(ACCOUNTS[role] if role is not None else "")


@contextlib.contextmanager
def console_inside(
    folder: Path,
    /,
    *,
    now: Callable[[], datetime] = utc_now,
    routes: Sequence[Route] = ROUTES,
    web: Mapping[str, object] | None = None,
    **settings: object,
) -> Iterator[InsideConsole]:
    """With add_accounts' people. web: settings of the section [web]; by default English, and behind a proxy that does TLS."""
    section = {"data_folder": str(folder / "data"), "language": "en", "behind_proxy": "127.0.0.1", **(web or {})}
    made = OfficeSettings(**{"web": section, **settings})  # type: ignore[arg-type]  # pydantic checks what is in it
    with asyncio.Runner() as runner:
        opening = open_office(made, now, cheap_passwords())
        office = runner.run(opening.__aenter__())
        try:
            if not office.accounts.all():  # else it is the same office, started again
                add_accounts(office)
            yield InsideConsole(runner, office, make_app(office, routes, compiled_templates()))
        finally:
            office.closing.set()
            runner.run(opening.__aexit__(None, None, None))


@dataclass
class RunningConsole:
    """`panel-office serve` as a process of its own, on its own port; its words are in console.log."""

    folder: Path
    port: int
    tls: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return (self.folder / "console.log").read_text()

    def start(self) -> RunningConsole:
        with (self.folder / "console.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "player.office", "--config", str(self.folder / "config.toml"), "serve"],
                stdout=log, stderr=log,
            )  # fmt: skip
        wait_for(self.answers, why="the console answers")
        return self

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said
        unchecked = ssl.SSLContext(
            ssl.PROTOCOL_TLS_CLIENT
        )  # the usual one reads every authority of this computer: 20 ms
        unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
        asked = (
            http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=unchecked)
            if self.tls
            else http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        )
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except OSError:
            return False
        finally:
            asked.close()

    def stop(self) -> None:
        """As systemd does."""
        if self.process is not None:
            end(self.process, 20)
            self.process = None

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def running_console(
    folder: Path,
    *,
    broker_port: int | None = None,
    folders: Sequence[tuple[str, Path]] = (),
    panels: Mapping[str, Sequence[str]] | None = None,
    web: str = "",
    language: str = "en",
) -> Iterator[RunningConsole]:
    """With add_accounts' people. broker_port None: no broker is named. folders: (name, path) of [[folder]].

    panels: who gets a folder, by its name; every panel gets the others.
    """
    port = free_port()
    broker = "" if broker_port is None else f'host = "127.0.0.1"\nport = {broker_port}\ntls = false\n'
    synced = "".join(
        f'[[folder]]\nname = "{name}"\npath = "{path}"\npanels = {json.dumps(list((panels or {}).get(name, ["*"])))}\n'
        for name, path in folders
    )
    data = folder / "data"
    (folder / "config.toml").write_text(
        f'{broker}[web]\nlisten = "127.0.0.1:{port}"\ndata_folder = "{data}"\nlanguage = "{language}"\n{web}{synced}'
    )
    with PeopleDatabase(data / FILE_NAME) as database:
        add_accounts(people_of(database, utc_now, "id" if language == "id" else "en", usual_passwords()))
    console = RunningConsole(folder, port, tls="certificate_file" in web)
    try:
        yield console.start()
    finally:
        console.stop()
