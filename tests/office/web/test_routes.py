"""The table of routes: each address with each role, and what every answer has."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as StarletteRoute

from player.office.web import pages
from player.office.web.app import SECURITY_HEADERS
from player.office.web.guard import Guard
from player.office.web.page import Right, Route
from player.office.web.people.roles import RIGHTS, Role
from player.office.web.people.sessions import SessionStage
from player.office.web.routes import ROUTES
from tests.kit.console import ACCOUNTS, InsideConsole, PageClient, console_inside
from tests.office.web.who_may import BEFORE_THE_FACTOR, EVERYBODY, WHO_MAY

pytestmark = pytest.mark.heavy

LET_IN = 299
"""The status of a handler that was reached; no page answers so."""
ROLES: tuple[Role | None, ...] = (None, *Role)


async def say_let_in(request: Request) -> Response:
    return PlainTextResponse("", LET_IN)


async def crash(request: Request) -> Response:
    raise RuntimeError("a fault of the program")


def address_of(route: Route) -> str:
    return re.sub(r"\{[^}]*\}", "1", route.path)


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsideConsole]:
    """The whole table behind its guard; each handler only says that it was reached."""
    routes = [replace(route, handler=say_let_in) for route in ROUTES]
    with console_inside(
        tmp_path_factory.mktemp("guarded"), routes=[*routes, Route("GET", "/crash", None, crash)]
    ) as made:
        yield made


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsideConsole]:
    with console_inside(tmp_path_factory.mktemp("console")) as made:
        yield made


@pytest.fixture(scope="module")
def clients(guarded: InsideConsole) -> dict[Role | None, PageClient]:
    """For each role a browser at the guarded table, signed in or not."""
    return {role: signed_in(guarded, role) for role in ROLES}


def signed_in(console: InsideConsole, role: Role | None) -> PageClient:
    """A browser with a session of this role, or with none; without the cost of a password."""
    client = console.client()
    if role is None:
        client.client.cookies.set("__Host-panel-office-before", "0" * 64, domain="office.test")
        client.csrf = "0" * 64
        return client
    token = console.office.sessions.begin(ACCOUNTS[role], SessionStage.FULL, "203.0.113.9", "a browser")
    client.client.cookies.set("__Host-panel-office-session", token, domain="office.test")
    session = console.office.sessions.find(token)
    assert session is not None
    client.csrf = session.csrf
    return client


def admin(console: InsideConsole) -> PageClient:
    return signed_in(console, Role.ADMIN)


def test_no_address_stands_twice() -> None:
    """A method and a path are one route, and a route that changes something is no GET."""
    names = [name_of(route) for route in ROUTES]
    assert len(names) == len(set(names))
    assert {route.method for route in ROUTES} <= {"GET", "POST", "PUT", "PATCH", "DELETE"}


def test_each_route_is_written_down_with_who_may_use_it() -> None:
    """Who adds a route says so in who_may.py; a right that is wrong in one of the two places is seen here."""
    meant = {name_of(route): {role for role in ROLES if has_right(role, route)} for route in ROUTES}
    assert meant == WHO_MAY, "who_may.py says who may use each route"


def has_right(role: Role | None, route: Route) -> bool:
    return route.right is None or (role is not None and route.right in RIGHTS[role])


def test_the_program_answers_nothing_but_its_table(console: InsideConsole) -> None:
    """Behind each address stands the guard; beside them there are the static files alone."""
    beside = [
        each for each in console.app.routes if not (isinstance(each, StarletteRoute) and isinstance(each.app, Guard))
    ]
    assert [each.path for each in beside if isinstance(each, Mount)] == ["/static"]
    assert len(beside) == 1
    assert len(console.app.routes) == len(ROUTES) + 1


def test_no_page_is_left_out_of_the_table() -> None:
    """Each module of pages that has routes has all of them in it."""
    modules = [
        importlib.import_module(f"{pages.__name__}.{each.name}") for each in pkgutil.iter_modules(pages.__path__)
    ]
    made = [route for module in modules for route in getattr(module, "ROUTES", ())]
    assert sorted(map(name_of, made)) == sorted(map(name_of, ROUTES))


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_each_route_lets_in_whom_it_is_for(route: Route, clients: dict[Role | None, PageClient]) -> None:
    """Every role, and nobody: who may reaches the handler, and nobody else does; a stream without a session is no page."""
    for role, client in clients.items():
        answer = client.ask(route.method, address_of(route), headers={"X-CSRF": client.csrf})
        may = role in WHO_MAY.get(name_of(route), ())
        assert (answer.status_code == LET_IN) is may, f"{role}: {answer.status_code}"
        if role is None and not may:
            assert answer.status_code == (303 if route.method == "GET" and not route.stream else 401)
            assert answer.status_code == 401 or answer.headers["Location"].startswith("/sign-in")
        elif not may:
            assert answer.status_code == 403


@pytest.fixture(scope="module")
def demanding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsideConsole]:
    """As `guarded`, in an office that asks a second factor of its admins."""
    routes = [replace(route, handler=say_let_in) for route in ROUTES]
    with console_inside(tmp_path_factory.mktemp("demanding"), routes=routes, web={"second_factor": ["admin"]}) as made:
        yield made


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_without_the_second_factor_that_the_role_needs_nothing_is_reached(
    route: Route, demanding: InsideConsole
) -> None:
    """But the place where it is set up, signing out and the language; other roles are asked for none."""
    accounts, account = demanding.office.accounts, ACCOUNTS[Role.ADMIN]
    client, other = signed_in(demanding, Role.ADMIN), signed_in(demanding, Role.EDITOR)
    name, path = name_of(route), address_of(route)
    first = WHO_MAY.get(name, ()) == EVERYBODY or name in BEFORE_THE_FACTOR
    answer = client.ask(route.method, path, headers={"X-CSRF": client.csrf})
    assert (answer.status_code == LET_IN) is first
    if not first:
        assert answer.status_code == (303 if route.method == "GET" and not route.stream else 403)
        assert answer.headers.get("Location", "/me/second-factor") == "/me/second-factor"
        part = client.ask(route.method, path, headers={"X-CSRF": client.csrf, "HX-Request": "true"})
        assert (part.status_code, part.headers["HX-Redirect"]) == (403, "/me/second-factor")
    asked = other.ask(route.method, path, headers={"X-CSRF": other.csrf})
    assert (asked.status_code == LET_IN) is (Role.EDITOR in WHO_MAY.get(name, ()))
    accounts.set_second_factor(account, "A" * 32, 0, ())
    assert client.ask(route.method, path, headers={"X-CSRF": client.csrf}).status_code == LET_IN
    accounts.set_second_factor(account, "", 0, ())


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method != "GET"], ids=name_of)
def test_a_form_from_elsewhere_changes_nothing(route: Route, clients: dict[Role | None, PageClient]) -> None:
    """Without the page's own value, from another site, or from another port of this computer: refused with 403."""
    client = clients[None if route.right is None else Role.ADMIN]
    path, ours = address_of(route), {"X-CSRF": client.csrf}
    assert client.ask(route.method, path, headers=ours | {"Sec-Fetch-Site": "same-origin"}).status_code == LET_IN
    for headers in (
        {},
        {"X-CSRF": "0" * 63 + "1"},
        {"X-CSRF": "é"},
        ours | {"Sec-Fetch-Site": "cross-site"},
        ours | {"Sec-Fetch-Site": "same-site"},
        ours | {"Sec-Fetch-Site": "none"},
        ours | {"Origin": "https://office.test.example.org"},
        ours | {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ):
        encoded = {name: value.encode() for name, value in headers.items()}
        assert client.ask(route.method, path, headers=encoded).status_code == 403, headers


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "GET" and not r.stream], ids=name_of)
def test_no_page_crashes_on_an_address_that_leads_nowhere(route: Route, console: InsideConsole) -> None:
    """Every page with parameters that name nothing, or something nasty, answers with a page."""
    for filled in ("1", "no-such-thing", "..%2F..%2Fetc%2Fpasswd", "%00", "%3Cscript%3E", "9" * 40):
        path = re.sub(r"\{[^}]*\}", filled, route.path)
        answer = admin(console).get(path)
        assert answer.status_code in (200, 204, 303, 400, 404), (path, answer.status_code)
        assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/sign-in", LET_IN), ("/static/console.css", 200), ("/no-such-page", 404), ("/me", 303), ("/crash", 500),
     ("/static/../app.py", 404), ("/news", 401)],
)  # fmt: skip
def test_every_answer_has_its_headers(path: str, status: int, guarded: InsideConsole) -> None:
    """Pages, files, refusals, crashes: the content policy and the others; nothing is kept that must not be."""
    answer = guarded.client().get(path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_file_whose_address_has_its_hash_is_kept(guarded: InsideConsole) -> None:
    """The address changes with the file."""
    answer = guarded.client().get("/static/console.css?0123456789ab")
    assert answer.headers["Cache-Control"].endswith("immutable")


def test_a_crash_tells_nothing_of_the_program(guarded: InsideConsole) -> None:
    """No traceback and no word of it on the page."""
    assert "RuntimeError" not in (text := guarded.client().get("/crash").text)
    assert "a fault of the program" not in text


def test_a_body_larger_than_the_route_takes_is_refused(console: InsideConsole) -> None:
    """Before it is all read, with 413 and a page."""
    client = admin(console)
    assert client.post("/me/name", {"shown_name": "x" * 3_000_000}).status_code == 413


def test_on_this_computer_alone_it_answers_to_its_own_name(tmp_path: Path) -> None:
    """Another host's name that leads to 127.0.0.1 is refused: a page from outside could ask as ours."""
    with console_inside(tmp_path, web={"behind_proxy": ""}) as console:
        for address, status in (
            ("http://127.0.0.1:8080", 200), ("http://localhost:8080", 200), ("http://[::1]:8080", 200),
            ("http://evil.example:8080", 421), ("http://127.0.0.1.evil.example:8080", 421),
        ):  # fmt: skip
            answer = console.client(address=address).get("/sign-in")
            assert answer.status_code == status, address
            assert "Strict-Transport-Security" not in answer.headers


def test_nobody_walks_around_the_proxy(tmp_path: Path) -> None:
    """Behind one, what did not come to it by TLS is refused; only whether the service lives is told."""
    with console_inside(tmp_path) as console:
        client = console.client(address="http://192.0.2.5:8080")
        assert client.get("/sign-in").status_code == 421
        assert client.get("/healthz").status_code == 200


def test_rights_of_the_roles() -> None:
    """A viewer looks; an editor does not command; an operator does not edit; an admin may all."""
    assert {role: {right.value for right in RIGHTS[role]} for role in Role} == {
        Role.VIEWER: {"look"}, Role.EDITOR: {"look", "edit"}, Role.OPERATOR: {"look", "command"},
        Role.ADMIN: {right.value for right in Right},
    }  # fmt: skip
