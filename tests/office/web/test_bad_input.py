"""Everything that a person can type, on every page: an answer in words, never a crash, and never a part of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import player.office.web
from player.office.web.page import Route
from player.office.web.people.roles import Role
from player.office.web.routes import ROUTES
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.heard import fill
from tests.kit.jpegs import a_jpeg

pytestmark = pytest.mark.slow

WALL = datetime(2026, 11, 26, 3, tzinfo=UTC)
WEB = Path(player.office.web.__file__).parent
SCRIPT = "<script>alert(1)</script>"
TYPED = (
    "",
    "x" * 10_000,
    "😀",
    "\u202egnp.a",
    SCRIPT,
    "25:00",
    "-1",
    "a\x00b",
    "../../etc/passwd",
    "2026-02-30",
    "1e400",
    "٣",
)
"""Nothing, too much, emoji, right to left, script, no time, no number, no text, another folder, no day, infinity, a digit."""
PARTS = {
    "folder": "kota", "account": "vera", "id": "1", "n": "1", "kind": "day", "form": "csv", "key": "0123",
    "path:path": "media/a.jpg",
}  # fmt: skip
UNTOUCHED = {"POST /sign-out", "POST /sign-in", "POST /me/language"}
"""These take no text, or are tried by their own tests: they end or begin the session that this one needs."""


def names_of_fields() -> list[str]:
    """What forms and addresses of the console have, by name."""
    found = {"csrf"}
    for path in (*WEB.rglob("*.html"), *WEB.rglob("*.py")):
        found |= set(
            re.findall(
                r'(?:name="|text_of\(form, "|(?:form|fields|query_params)\.get\("|parts\.text\(")([a-z_]+)"',
                path.read_text(),
            )
        )
    return sorted(found - {"csrf", "viewport"})


FIELDS = names_of_fields()
FORMS = (
    dict.fromkeys(FIELDS, SCRIPT),
    *({name: TYPED[(at + turn) % len(TYPED)] for at, name in enumerate(FIELDS)} for turn in (0, 4, 8)),
)
"""Script in every field; then three times something else in each."""


def address_of(route: Route) -> str:
    name = "a-01" if route.path.startswith("/panels") else "default" if "playlists" in route.path else "kota"
    return re.sub(r"\{([^}]*)\}", lambda found: PARTS.get(found[1], name), route.path)


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsideConsole]:
    """A panel and a folder with a film, a playlist and a schedule."""
    folder = tmp_path_factory.mktemp("office")
    kota = folder / "kota"
    (kota / "media").mkdir(parents=True)
    (kota / "media" / "a.jpg").write_bytes(a_jpeg())
    (kota / "playlist.m3u8").write_text("media/a.jpg\n")
    (kota / "schedule.toml").write_text("[[dark]]\nfrom = 22:00:00\nuntil = 05:00:00\n")
    with console_inside(folder, now=lambda: WALL, folder=[{"name": "kota", "path": str(kota)}]) as made:
        fill(made.office.live, WALL, "a-01")
        yield made


@pytest.fixture(scope="module")
def admin(console: InsideConsole) -> PageClient:
    client = console.as_role(Role.ADMIN)
    client.get("/me")
    return client


def test_the_fields_are_found() -> None:
    """Those of the pages of panels, urgent messages, content, records and people among them."""
    assert {
        "percent",
        "text",
        "clock",
        "colour",
        "code",
        "present",
        "role",
        "month",
        "panel",
        "seconds",
        "word",
    } <= set(FIELDS)


@pytest.mark.parametrize("route", [r for r in ROUTES if not r.stream], ids=lambda route: f"{route.method} {route.path}")
def test_whatever_is_typed_is_answered(route: Route, admin: PageClient) -> None:
    """In every field of the address and of the form; what was typed comes back as text or not at all."""
    name, path = f"{route.method} {route.path}", address_of(route)
    if name in UNTOUCHED:
        return
    for given in FORMS:
        if route.method == "GET":  # a longer address is refused by the server itself
            answer = admin.ask("GET", path, params={field: typed[:500] for field, typed in given.items()})
        else:
            answer = admin.ask(route.method, path, data=given, headers={"X-CSRF": admin.csrf})
        assert answer.status_code < 500 or answer.status_code == 503
        if "html" in answer.headers.get("Content-Type", ""):
            assert SCRIPT not in answer.text
