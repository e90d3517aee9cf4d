"""One's own page, the people and the log, as an admin and as others see them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.office.web.people.roles import Role
from player.office.web.people.second_factor import code_of
from tests.kit.console import ACCOUNTS, PASSWORD, InsideConsole, PageClient, console_inside

pytestmark = pytest.mark.heavy

NEW_PASSWORD = "delapan panel di pasar"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[InsideConsole]:
    with console_inside(tmp_path) as made:
        yield made


@pytest.fixture
def admin(console: InsideConsole) -> PageClient:
    return console.as_role(Role.ADMIN)


def lines(console: InsideConsole) -> list[str]:
    return [
        f"{line.who}: {line.what}: {line.target}: {line.result}" for line in reversed(console.office.audit.newest())
    ]


def test_an_admin_makes_an_account_and_its_password_is_shown_once(console: InsideConsole, admin: PageClient) -> None:
    """The person signs in with it; no page and no log has it again."""
    answer = admin.post("/people", {"account": "Dina", "shown_name": "Dina R.", "role": "operator"})
    assert answer.status_code == 200
    password = re.search(r'id="first-password">([^<]+)<', answer.text)
    assert password is not None
    dina = console.client()
    assert dina.sign_in("dina", password[1]).status_code == 303
    assert dina.get("/people").status_code == 403
    for path in ("/people", "/people/dina", "/log", "/log/1", "/log.csv"):
        assert password[1] not in admin.get(path).text
    assert lines(console)[0] == "ada: added an account: dina: as operator"


def test_what_is_typed_wrong_is_said_beside_its_field(admin: PageClient) -> None:
    """Empty, too long, taken, no role: each with its field and what to do."""
    for fields, field in (
        ({"account": "", "role": "viewer"}, "account"),
        ({"account": "x" * 10_000, "role": "viewer"}, "account"),
        ({"account": "vera", "role": "viewer"}, "account"),
        ({"account": "😀", "role": "viewer"}, "account"),
        ({"account": "dina", "role": "king"}, "role"),
        ({"account": "dina", "role": ""}, "role"),
        ({"account": "dina", "role": "viewer", "shown_name": "\u202eanid"}, "shown_name"),
    ):
        answer = admin.post("/people", fields, **{"HX-Request": "true"})
        assert 400 <= answer.status_code < 500
        assert f'"field": "{field}"' in answer.headers["HX-Trigger"], fields
    assert "dina" not in admin.get("/people").text


def test_a_file_where_text_belongs_is_refused(admin: PageClient) -> None:
    """A form may be made by anybody."""
    answer = admin.post("/people", {"role": "viewer"}, files={"account": ("x.html", b"<script>", "text/html")})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "x" * 10_000, "\u202egnp.a"])
def test_a_name_that_cannot_be_one_is_said_beside_its_field(console: InsideConsole, name: str) -> None:
    """Nothing, too much, right to left: the name stays, and each sentence names the same limit."""
    vera = console.as_role(Role.VIEWER)
    answer = vera.post("/me/name", {"shown_name": name}, **{"HX-Request": "true"})
    assert answer.status_code == 400
    fault = json.loads(answer.headers["HX-Trigger"])["fault"]
    assert fault["field"] == "shown_name"
    assert "60" in fault["sentence"] or "seen" in fault["sentence"]
    assert "1000 fit" not in fault["sentence"]


def test_names_are_text_wherever_they_stand(console: InsideConsole, admin: PageClient) -> None:
    """A person who calls himself a script is only text, on every page that shows the name."""
    vera = console.as_role(Role.VIEWER)
    assert vera.post("/me/name", {"shown_name": "<script>alert(1)</script>\"'"}).status_code == 303
    vera.get("/me", **{"User-Agent": "<img src=x onerror=alert(1)>"})
    evil = console.client()
    evil.get("/sign-in")
    evil.post("/sign-in", {"account": "<b>x</b>", "password": "x"}, **{"User-Agent": "<img src=x onerror=alert(1)>"})
    for path in ("/people", "/people/vera", "/log", "/log/1"):
        text = admin.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>x</b>" not in text


def test_a_new_role_a_new_password_closing_and_opening(console: InsideConsole, admin: PageClient) -> None:
    """What an admin does to an account shows at once, ends its sessions, and stands in the log."""
    vera = console.as_role(Role.VIEWER)
    assert admin.post("/people/vera/role", {"role": "editor"}).status_code == 303
    assert console.office.accounts.get("vera").role is Role.EDITOR
    fresh = re.search(r'id="first-password">([^<]+)<', admin.post("/people/vera/password").text)
    assert fresh is not None
    assert vera.get("/me").status_code == 303
    assert console.client().sign_in("vera", fresh[1]).status_code == 303
    admin.post("/people/vera/close")
    assert "is closed" in admin.get("/people/vera").text
    assert console.client().sign_in("vera", fresh[1]).status_code == 403
    admin.post("/people/vera/open")
    assert console.client().sign_in("vera", fresh[1]).status_code == 303
    assert lines(console) == [
        "ada: changed the role: vera: done", "ada: gave a new password: vera: done",
        "ada: closed the account: vera: 1 sessions ended", "ada: opened the account again: vera: done",
    ]  # fmt: skip


def test_ones_own_password_is_changed_with_the_present_one(console: InsideConsole) -> None:
    """Other browsers are signed out; wrong present passwords count as wrong sign-ins do."""
    here, elsewhere = console.client("vera"), console.client("vera")
    fields = {"present": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert here.post("/me/password", {**fields, "present": "wrong"}).status_code == 403
    assert here.post("/me/password", {**fields, "again": "another one altogether"}).status_code == 400
    assert here.post("/me/password", {**fields, "new_password": "short", "again": "short"}).status_code == 400
    assert here.post("/me/password", fields).status_code == 303
    assert "Your password is changed" in here.get("/me").text
    assert "Your password is changed" not in here.get("/me").text
    assert elsewhere.get("/me").status_code == 303
    assert console.client().sign_in("vera", NEW_PASSWORD).status_code == 303


def test_a_second_factor_from_the_page_to_the_telephone_and_back(console: InsideConsole) -> None:
    """Its secret comes with the page, its first code proves the telephone; recovery codes are shown once, each good once."""
    vera = console.client("vera")
    page = vera.get("/me/second-factor").text
    assert "<svg" in page
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert secret is not None
    step = int(console.office.now().timestamp() // 30)
    fields = {"secret": secret[1], "code": code_of(secret[1], step), "present": PASSWORD}
    assert vera.post("/me/second-factor", {**fields, "code": "000000"}).status_code == 400
    assert vera.post("/me/second-factor", {**fields, "present": "wrong"}).status_code == 403
    shown = vera.post("/me/second-factor", fields)
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", shown.text)
    assert len(codes) == 10
    assert codes[0] not in vera.get("/me").text
    for status in (303, 403):
        other = console.client()
        other.sign_in("vera")
        other.get("/sign-in/code")
        assert other.post("/sign-in/code", {"code": codes[0].upper()}).status_code == status
    assert "9 recovery codes are left" in vera.get("/me").text
    assert vera.post("/me/second-factor/drop", {"present": PASSWORD}).status_code == 303
    assert console.client().sign_in("vera").headers["Location"] == "/"


@pytest.mark.parametrize(
    "code", ["", "12345", "abcdef", "٠٠٠٠٠٠", "😀", "\u202e000000", "0" * 10_000, "<script>"], ids=ascii
)
def test_what_is_no_code_sets_nothing_up(console: InsideConsole, code: str) -> None:
    """Beside its field, in words; also a secret that somebody made up, and a wrong password."""
    vera = console.as_role(Role.VIEWER)
    vera.get("/me/second-factor")
    for change in ({"code": code}, {"code": "000000", "secret": code}, {"code": "000000", "secret": "A" * 31}):
        fields = {"secret": "A" * 32, "present": PASSWORD, **change}
        answer = vera.post("/me/second-factor", fields, **{"HX-Request": "true"})
        assert answer.status_code == 400
        assert json.loads(answer.headers["HX-Trigger"])["fault"]["field"] in ("code", "secret")
    assert not console.office.accounts.get("vera").has_second_factor


def test_an_admin_helps_whoever_lost_the_telephone(console: InsideConsole, admin: PageClient) -> None:
    """The second factor goes, the sessions end, the log has it."""
    console.office.accounts.set_second_factor("vera", "A" * 32, 0, ())
    assert admin.post("/people/vera/second-factor/drop").status_code == 303
    assert console.client().sign_in("vera").headers["Location"] == "/"
    assert lines(console)[-1] == "ada: took away the second factor: vera: done"


def test_the_log_shows_what_changed_in_a_file(console: InsideConsole, admin: PageClient) -> None:
    """Before and after, line by line; searched by any word; in pages; as CSV that no spreadsheet takes for formulas."""
    audit = console.office.audit
    audit.note("edi", "published", "kota", "done", before="#EXTM3U\na.mp4\nb.mp4\n", after="#EXTM3U\na.mp4\nc.mp4\n")
    audit.note("oki", "sent volume", "=HYPERLINK(1)", "done")
    line = admin.get("/log/1").text
    assert "<del>− b.mp4</del>" in line
    assert "<ins>+ c.mp4</ins>" in line
    assert "edi" not in admin.get("/log?words=oki").text.partition("<tbody>")[2]
    rows = list(csv.reader(io.StringIO(admin.get("/log.csv").text)))
    assert [row[2:5] for row in rows[1:3]] == [["edi", "published", "kota"], ["oki", "sent volume", "'=HYPERLINK(1)"]]
    for n in range(150):
        audit.note("oki", "pinged", f"panel {n}", "done")
    page = admin.get("/log").text
    older = re.search(r'href="(/log\?words=&amp;below=\d+)"', page)
    assert older is not None
    assert "panel 10</td>" in admin.get(older[1].replace("&amp;", "&")).text
    assert "none changed" in page


def test_a_changed_log_is_told(console: InsideConsole, admin: PageClient) -> None:
    """In words and with a mark, on the page that shows it."""
    console.office.audit.note("edi", "published", "kota", "done")
    database = console.office.audit._database
    database.write("DROP TRIGGER audit_is_so")
    database.write("UPDATE audit SET who = 'oki' WHERE n = 1")
    assert "Line 1 is not as it was written" in admin.get("/log").text


def test_who_waits_for_a_second_yes_is_on_every_page(console: InsideConsole) -> None:
    """With the way to it."""
    console.office.second_yes.ask("urgent", "show BANJIR on all panels", "oki", path="/urgent/yes/{id}")
    text = console.client("vera").get("/me").text
    assert "oki asks for a second yes: show BANJIR on all panels" in text
    assert 'href="/urgent/yes/' in text


def test_each_role_sees_its_pages_in_the_menu(console: InsideConsole) -> None:
    """People and the log are the admin's."""
    for role in ACCOUNTS:
        text = console.as_role(role).get("/me").text
        assert ('href="/people"' in text) is (role is Role.ADMIN)
        assert 'href="/urgent"' in text
