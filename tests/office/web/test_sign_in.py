"""Signing in and out: what a session is, what ends it, and how somebody who guesses is slowed down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from player.office.settings import OfficeSettings
from player.office.web.office import open_office
from player.office.web.people.second_factor import code_of
from player.office.web.people.sessions import HALFWAY, IDLE, LONGEST
from tests.kit.console import PASSWORD, InsideConsole, console_inside

pytestmark = pytest.mark.heavy

SESSION = "__Host-panel-office-session"
BEGIN = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Clock:
    """The console's time, which a test moves."""

    def __init__(self) -> None:
        self.wall = BEGIN

    def __call__(self) -> datetime:
        return self.wall

    def pass_time(self, span: timedelta) -> None:
        self.wall += span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console(tmp_path: Path, clock: Clock) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, now=clock) as made:
        yield made


def with_second_factor(console: InsideConsole, account: str) -> None:
    console.office.accounts.set_second_factor(account, SECRET, 0, ())


def code_at(moment: datetime) -> str:
    return code_of(SECRET, int(moment.timestamp() // 30))


def test_a_password_signs_in_and_leads_to_the_page_that_was_asked_for(console: InsideConsole) -> None:
    """The page's address survives signing in; an address elsewhere does not."""
    client = console.client()
    asked = client.get("/me")
    assert asked.headers["Location"] == "/sign-in?next=%2Fme"
    client.get(asked.headers["Location"])
    answer = client.post("/sign-in", {"account": "Vera", "password": PASSWORD, "next": "/me"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert client.get("/me").status_code == 200
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a b", ""):
        other = console.client()
        other.get("/sign-in")
        sent = other.post("/sign-in", {"account": "vera", "password": PASSWORD, "next": path})
        assert sent.headers["Location"] == "/", path


def test_a_wrong_password_and_an_unknown_account_are_told_alike(console: InsideConsole) -> None:
    """Nobody learns from the answer which accounts there are."""
    said = set()
    for account in ("vera", "nobody"):
        client = console.client()
        client.get("/sign-in")
        answer = client.post("/sign-in", {"account": account, "password": "wrong wrong wrong"})
        assert answer.status_code == 403
        said.add(re.sub(r"[0-9a-f]{64}|data-now=\"[^\"]*\"", "", answer.text))
    assert len(said) == 1


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(console: InsideConsole) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite; over http on this computer the name has the port instead."""
    client = console.client()
    client.get("/sign-in")
    given = client.post("/sign-in", {"account": "vera", "password": PASSWORD}).headers["Set-Cookie"]
    assert given.startswith(f"{SESSION}=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(given.split("; "))
    assert "Domain" not in given


def test_signing_in_makes_a_new_session_and_ends_the_old(console: InsideConsole) -> None:
    """A session that somebody put into the browser before is no session afterwards (fixation)."""
    client = console.client("vera")
    before = client.cookies[SESSION]
    client.client.cookies.set(SESSION, before, domain="office.test")
    client.sign_in("edi")
    assert client.cookies[SESSION] != before
    assert console.office.sessions.find(before) is None
    planted = console.client()
    planted.client.cookies.set(SESSION, "a-token-of-an-attacker", domain="office.test")
    planted.get("/sign-in")
    planted.post("/sign-in", {"account": "edi", "password": PASSWORD})
    assert console.office.sessions.find("a-token-of-an-attacker") is None


def test_signing_out_ends_the_session_on_the_server(console: InsideConsole) -> None:
    """A copy of the cookie is worth nothing afterwards."""
    client = console.client("vera")
    token = client.cookies[SESSION]
    assert client.post("/sign-out").status_code == 303
    assert console.office.sessions.find(token) is None
    assert client.get("/me").status_code == 303


@pytest.mark.parametrize(("span", "stays"), [(IDLE - timedelta(minutes=1), True), (IDLE + timedelta(minutes=1), False)])
def test_a_session_ends_when_nobody_used_it(span: timedelta, stays: bool, console: InsideConsole, clock: Clock) -> None:
    """After twelve hours."""
    client = console.client("vera")
    clock.pass_time(span)
    assert (client.get("/me").status_code == 200) is stays


def test_a_session_that_is_used_ends_after_a_week(console: InsideConsole, clock: Clock) -> None:
    """However often it is used."""
    client = console.client("vera")
    used = []
    for _ in range(40):
        used.append(client.get("/me").status_code)
        clock.pass_time(timedelta(hours=6))
    assert used == [200] * (LONGEST // timedelta(hours=6) + 1) + [303] * 11


def test_sessions_outlive_the_server(tmp_path: Path, clock: Clock) -> None:
    """Started again, it knows everybody who was signed in; its file holds no token, no password."""
    with console_inside(tmp_path, now=clock) as console:
        token = console.client("vera").cookies[SESSION]
        settings = console.office.settings

    async def look(settings: OfficeSettings) -> str:
        async with open_office(settings, clock) as office:
            found = office.sessions.find(token)
            return found.account if found is not None else ""

    assert asyncio.run(look(settings)) == "vera"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert token.encode() not in kept
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept


def test_wrong_passwords_make_the_account_wait_at_this_address_only(console: InsideConsole, clock: Clock) -> None:
    """After five, longer and longer; the right password waits too, and another address does not."""
    client = console.client()
    client.get("/sign-in")
    statuses = [client.post("/sign-in", {"account": "vera", "password": f"wrong {n}"}).status_code for n in range(7)]
    assert statuses == [403] * 5 + [429] * 2
    assert client.post("/sign-in", {"account": "vera", "password": PASSWORD}).status_code == 429
    elsewhere = console.client(source="198.51.100.7")
    assert elsewhere.sign_in("vera").status_code == 303
    clock.pass_time(timedelta(seconds=10))
    assert client.post("/sign-in", {"account": "vera", "password": PASSWORD}).status_code == 303
    assert client.get("/me").status_code == 200


def test_one_address_that_tries_many_accounts_waits(console: InsideConsole) -> None:
    """After twenty, whatever the account."""
    client = console.client()
    client.get("/sign-in")
    statuses = [client.post("/sign-in", {"account": f"name{n}", "password": "x"}).status_code for n in range(21)]
    assert statuses == [403] * 20 + [429]


def test_a_closed_account_is_out_at_once(console: InsideConsole) -> None:
    """Its sessions too; its right password is told that it is closed, a wrong one is not."""
    client = console.client("vera")
    console.office.accounts.disable("vera")
    assert client.get("/me").status_code == 303
    client.get("/sign-in")
    assert "closed" in client.post("/sign-in", {"account": "vera", "password": PASSWORD}).text
    assert "closed" not in client.post("/sign-in", {"account": "vera", "password": "wrong"}).text


def test_a_role_that_is_taken_away_is_gone_with_the_next_page(console: InsideConsole) -> None:
    """The role is the account's, not the session's."""
    client = console.client("adi")
    assert client.get("/people").status_code == 200
    console.office.accounts.set_role("adi", console.office.accounts.get("vera").role)
    assert client.get("/people").status_code == 403


def test_the_password_alone_is_half_of_it(console: InsideConsole, clock: Clock) -> None:
    """With a second factor no page opens before the code; the code makes a session of its own."""
    with_second_factor(console, "vera")
    client = console.client()
    assert client.sign_in("vera").headers["Location"] == "/sign-in/code?next=/"
    half = client.cookies[SESSION]
    assert client.get("/me").status_code == 303
    client.get("/sign-in/code")
    assert client.post("/sign-in/code", {"code": "000000"}).status_code == 403
    right = code_at(clock.wall)
    assert client.post("/sign-in/code", {"code": f"{right[:3]} {right[3:]}"}).status_code == 303
    assert client.cookies[SESSION] != half
    assert client.get("/me").status_code == 200


def test_a_code_is_good_once(console: InsideConsole, clock: Clock) -> None:
    """Who looked over the shoulder comes too late."""
    with_second_factor(console, "vera")
    code = code_at(clock.wall)
    for status in (303, 403):
        client = console.client()
        client.sign_in("vera")
        client.get("/sign-in/code")
        assert client.post("/sign-in/code", {"code": code}).status_code == status


def test_the_code_has_ten_minutes(console: InsideConsole, clock: Clock) -> None:
    """Then the password is asked for again."""
    with_second_factor(console, "vera")
    client = console.client()
    client.sign_in("vera")
    client.get("/sign-in/code")
    clock.pass_time(HALFWAY + timedelta(seconds=1))
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_codes_cannot_be_guessed_either(console: InsideConsole, clock: Clock) -> None:
    """Wrong codes count as wrong passwords do, and a right password between them does not wipe them out."""
    with_second_factor(console, "vera")
    client = console.client()
    client.sign_in("vera")
    client.get("/sign-in/code")
    statuses = [client.post("/sign-in/code", {"code": f"{n:06d}"}).status_code for n in range(4)]
    client.sign_in("vera")
    client.get("/sign-in/code")
    statuses += [client.post("/sign-in/code", {"code": f"{n:06d}"}).status_code for n in range(4, 7)]
    assert statuses == [403] * 5 + [429] * 2


def test_a_fault_stands_beside_its_field(console: InsideConsole) -> None:
    """htmx is told the sentence and the field, in the visitor's language; without a script it is a page."""
    client = console.client()
    client.get("/sign-in?language=id")
    told = client.post("/sign-in", {"account": "vera", "password": "salah"}, **{"HX-Request": "true"})
    assert told.status_code == 403
    assert told.headers["HX-Trigger"] == (
        '{"fault": {"sentence": "Akun dan kata sandi ini tidak cocok.", "field": "password"}}'
    )
    assert (
        "Akun dan kata sandi ini tidak cocok." in client.post("/sign-in", {"account": "vera", "password": "salah"}).text
    )


def test_the_chosen_language_stays(console: InsideConsole) -> None:
    """Chosen before signing in, it is the person's afterwards, on every browser."""
    client = console.client()
    client.get("/sign-in?language=id")
    client.post("/sign-in", {"account": "vera", "password": PASSWORD, "language": "id"})
    assert '<html lang="id">' in client.get("/me").text
    assert '<html lang="id">' in console.client("vera").get("/me").text
    client.post("/me/language", {"language": "en", "back": "/me"})
    assert '<html lang="en">' in client.get("/me").text


def test_before_the_first_account_the_page_says_what_to_do(tmp_path: Path) -> None:
    """The first visitor gets nothing but the command for the console's own computer."""
    with console_inside(tmp_path) as console:
        for person in console.office.accounts.all():
            console.office.accounts._database.write("DELETE FROM accounts WHERE name = ?", (person.account,))
        assert "panel-office account add" in console.client().get("/sign-in").text


def test_an_old_hash_is_made_anew(console: InsideConsole) -> None:
    """A password that was kept at another cost is kept at today's once it was typed."""
    cheap = "$argon2id$v=19$m=1024,t=1,p=1$"
    console.office.accounts.set_password(
        "vera", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    )
    assert console.office.accounts.get("vera").password.startswith(cheap)
    assert console.client().sign_in("vera").status_code == 303
    assert not console.office.accounts.get("vera").password.startswith(cheap)
    assert not console.office.passwords.is_old(console.office.accounts.get("vera").password)
