"""A second factor that the office asks of a role: who lacks it sets it up after signing in, and does nothing else before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from player.office.settings import WebSettings
from player.office.web.people.roles import Role
from player.office.web.people.second_factor import code_of
from tests.kit.console import PASSWORD, InsideConsole, PageClient, console_inside
from tests.office.web.test_sign_in import BEGIN

PLACE = "/me/second-factor"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, now=lambda: BEGIN, web={"second_factor": ["admin", "operator"]}) as made:
        yield made


def set_up(client: PageClient) -> str:
    """What the page says after the form on the page was sent with the code that the telephone would show."""
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', client.get(PLACE).text)
    assert secret is not None
    code = code_of(secret[1], int(BEGIN.timestamp() // 30))
    return client.post(PLACE, {"secret": secret[1], "code": code, "present": PASSWORD}).text


def test_who_lacks_it_is_led_to_it_and_goes_on_afterwards(console: InsideConsole) -> None:
    """In words, with nothing else to click on; then the console is open, and the next sign-in asks for the code."""
    client = console.as_role(Role.ADMIN)
    assert client.get("/").headers["Location"] == PLACE
    page = client.get(PLACE).text
    assert "Your role needs a second factor." in page
    assert "<nav" not in page
    assert "data-events" not in page
    assert set(re.findall(r'(?:href|action|hx-post)="(/[^"]*)"', page)) - {"/"} <= {
        PLACE, "/me/language", "/sign-out", "#main", *re.findall(r'"(/static/[^"]+)"', page),
    }  # fmt: skip
    assert "Recovery codes" in set_up(client)
    assert client.get("/").status_code == 200
    assert client.get("/people").status_code == 200
    again = console.client()
    again.sign_in("ada")
    assert again.get("/").headers["Location"].startswith("/sign-in")


def test_it_cannot_be_taken_away_again(console: InsideConsole) -> None:
    """The page offers to set it up anew instead."""
    client = console.as_role(Role.ADMIN)
    set_up(client)
    assert "it can be set up anew, not taken away" in client.get("/me").text
    assert f'"{PLACE}/drop"' not in client.get("/me").text
    assert client.post(f"{PLACE}/drop", {"present": PASSWORD}).status_code == 403
    assert console.office.accounts.get("ada").has_second_factor


def test_other_roles_choose_for_themselves(console: InsideConsole) -> None:
    """They come in without one, and take theirs away as before."""
    client = console.as_role(Role.VIEWER)
    assert client.get("/").status_code == 200
    set_up(client)
    assert client.post(f"{PLACE}/drop", {"present": PASSWORD}).status_code == 303
    assert not console.office.accounts.get("vera").has_second_factor


def test_who_gets_such_a_role_is_asked_at_once(console: InsideConsole) -> None:
    """Also in the middle of the work; and who loses the telephone is led to it again."""
    client = console.as_role(Role.VIEWER)
    assert client.get("/urgent").status_code == 200
    console.office.accounts.set_role("vera", Role.OPERATOR)
    assert client.get("/urgent").headers["Location"] == PLACE
    assert client.post("/urgent", {"text": "x"}).status_code == 403
    set_up(client)
    assert client.get("/urgent").status_code == 200
    console.office.accounts.set_second_factor("vera", "", 0, ())
    assert client.get("/urgent").headers["Location"] == PLACE


def test_the_people_s_page_shows_who_has_to(console: InsideConsole) -> None:
    """So that an admin can remind them."""
    client = console.as_role(Role.ADMIN)
    set_up(client)
    rows = client.get("/people").text.split("<tr>")
    must = {found[1] for row in rows if "Must be set up" in row and (found := re.search(r'href="/people/(\w+)"', row))}
    assert must == {"adi", "oki"}


def test_nobody_is_told_what_waits_before(console: InsideConsole) -> None:
    """What others ask a second yes for stands on every page, but not on this one."""
    office = console.office
    office.second_yes.ask("urgent", "Banjir di Jl. Veteran", "oki", path="/urgent#wait-{id}", digest="x")
    assert "Banjir" not in console.as_role(Role.ADMIN).get(PLACE).text
    assert "Banjir" in console.as_role(Role.VIEWER).get("/me").text


@pytest.mark.parametrize("wrong", ["admin", ["king"], [""], [["admin"]], True])
def test_a_role_that_there_is_not_is_refused(wrong: object) -> None:
    """The server does not start with a setting that protects nobody."""
    with pytest.raises(ValidationError):
        WebSettings(second_factor=wrong)  # type: ignore[arg-type]
