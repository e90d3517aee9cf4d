"""The page Sticks over HTTP: down what is signed, up what came back; and no way to a signing key."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.office.web.page import STATIC
from player.office.web.people.roles import Role
from player.office.web.sticks.signed import KEY_NAME
from tests.kit.bundles import office_key, sign_folder
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.heard import fill
from tests.kit.returned import BATCH, BATCH_NAME, REFUSED, TAKEN, text, zipped

pytestmark = pytest.mark.heavy

WALL = datetime(2026, 11, 26, 7, 2, tzinfo=UTC)
WEB = STATIC.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "kota"
    (place / "media").mkdir(parents=True)
    (place / "playlist.m3u8").write_text("media/a.mp4\n")
    (place / "media/a.mp4").write_bytes(os.urandom(300_000))
    return place


@pytest.fixture
def console(tmp_path: Path, folder: Path) -> Iterator[InsideConsole]:
    folders = [{"name": "kota", "path": str(folder), "panels": ["serang-04", "group:utara"]}]
    with console_inside(tmp_path, now=lambda: WALL, folder=folders, records={"timezone": "Asia/Jakarta"}) as made:
        fill(made.office.live, WALL, "serang-01")
        (made.office.data_folder / KEY_NAME).write_text(str(office_key().public))
        yield made


def test_an_unsigned_folder_shows_the_command_that_signs_it(console: InsideConsole, folder: Path) -> None:
    """As it can be typed; there is nothing to download."""
    client = console.as_role(Role.VIEWER)
    page = client.get("/sticks").text
    assert f"panel-office sign {folder} --panel serang-04 --until 2027-01-25" in page
    assert "/sticks/kota.zip" not in page
    assert client.get("/sticks/kota.zip").status_code == 409


def test_a_signed_folder_is_downloaded_as_a_stick(console: InsideConsole, folder: Path) -> None:
    """As long as was said, with every file as it was signed."""
    manifest = sign_folder(folder)
    client = console.as_role(Role.VIEWER)
    assert "/sticks/kota.zip" in client.get("/sticks").text
    answer = client.get("/sticks/kota.zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="stick-kota-42.zip"'
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        assert opened.testzip() is None
        assert {f"panel/{file.path}" for file in manifest.files} <= set(opened.namelist())
    assert console.office.stick_downloads.count == 0


def test_a_folder_that_changed_is_not_downloaded(console: InsideConsole, folder: Path) -> None:
    """It says which file."""
    sign_folder(folder)
    (folder / "media/b.mp4").write_bytes(b"b")
    client = console.as_role(Role.VIEWER)
    page = client.get("/sticks").text
    assert "changed since it was signed" in page
    assert "media/b.mp4" in page
    assert client.get("/sticks/kota.zip").status_code == 409


def send_files(client: PageClient, *files: tuple[str, bytes]) -> tuple[int, str]:
    """(status, what the next page says)."""
    answer = client.post("/sticks/receipts", files=[("files", each) for each in files] or {"x": ("", b"")})
    if answer.status_code != 303:
        return answer.status_code, re.sub(r"<[^>]+>", " ", answer.text)
    said = re.search(r'class="band said".*?<p>(.*?)</p>', client.get("/sticks").text, re.S)
    return 303, said[1] if said else ""


def test_what_a_stick_brought_back_is_told(console: InsideConsole) -> None:
    """Which panel took which stick; and its records are in the database, where they wait for their key."""
    client = console.as_role(Role.OPERATOR)
    packed = zipped({"panel/receipts/a.json": text(TAKEN), "panel/receipts/b.json": text(REFUSED),
                     f"panel/receipts/{BATCH_NAME}": BATCH})  # fmt: skip
    status, said = send_files(client, ("stick.zip", packed))
    assert status == 303
    assert "2 new receipts" in said
    assert "panel-office accept-key" in said
    page = client.get("/sticks").text
    assert "serial number 42" in page
    assert "serang-05" in page
    assert "refused (32)" in page
    assert (console.office.data_folder / "records.db").exists()
    assert list((console.office.data_folder / "sticks-in").iterdir()) == []


def test_a_whole_receipts_folder_is_taken(console: InsideConsole) -> None:
    """As a browser sends a folder that was chosen: each file by itself, many more than a form has otherwise."""
    client = console.as_role(Role.OPERATOR)
    files = [("files", (f"receipts/{n}.json", text(replace(TAKEN, files=n)))) for n in range(60)]
    answer = client.ask("POST", "/sticks/receipts", files=files, headers={"X-CSRF": client.csrf})
    assert answer.status_code == 303
    assert "60 new receipts" in client.get("/sticks").text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\3\4" + bytes(100), "damaged"), (zipped({"a.json": bytes(1 << 20)}), "larger than any panel writes")],
)
def test_what_is_refused_says_why(console: InsideConsole, content: bytes, words: str) -> None:
    """Nothing of it is kept, and the log has a line."""
    status, page = send_files(console.as_role(Role.OPERATOR), ("stick.zip", content))
    assert status == 400
    assert words in page
    assert console.office.audit.newest(1)[0].result.startswith("refused")
    assert not (console.office.data_folder / "records.db").exists()


def test_sending_nothing_says_what_to_choose(console: InsideConsole) -> None:
    """Instead of a page that looks as if something had been taken in."""
    status, page = send_files(console.as_role(Role.OPERATOR))
    assert status == 400
    assert "panel/receipts" in page


def test_a_receipt_writes_no_script(console: InsideConsole) -> None:
    """Whoever had the stick wrote what he liked."""
    odd = text(TAKEN).replace(b"DISKOMINFO", b"<script>alert(1)</script>")
    client = console.as_role(Role.OPERATOR)
    send_files(client, ("a.json", odd))
    page = client.get("/sticks").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_the_console_names_no_signing_key() -> None:
    """No module of the console imports what signs, asks for the key's password, or knows where the key is."""
    forbidden = {
        "signing_keys",
        "write_signed",
        "parse_secret_key",
        "sign_message",
        "PANEL_OFFICE_KEY",
        "KEY_HOME",
        "office.key",
    }
    for path in WEB.rglob("*.py"):
        tree = ast.parse(path.read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        names |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        assert names & forbidden == set(), path.name


WATCHED = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from pathlib import Path
from tests.kit.console import console_inside
from player.office.web.people.roles import Role
folder = Path(sys.argv[1])
with console_inside(folder, folder=[{"name": "kota", "path": str(folder / "kota")}]) as console:
    client = console.as_role(Role.ADMIN)
    for path in ("/sticks", "/sticks/kota.zip", "/urgent", "/records", "/people", "/log"):
        client.get(path)
print("\\n".join(opened))
"""


def test_the_server_never_opens_the_key(folder: Path, tmp_path: Path) -> None:
    """Where it would lie for whoever signs on this computer: no page touches the file, though it could read it."""
    home = tmp_path / "home/.config/panel-office"
    home.mkdir(parents=True)
    key = home / "office.key"
    key.write_text("untrusted comment: minisign encrypted secret key\n")
    environment = {**os.environ, "HOME": str(tmp_path / "home"), "PANEL_OFFICE_KEY": str(key)}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        timeout=300,
    )
    opened = done.stdout.splitlines()
    assert any("console.db" in each or "kota" in each for each in opened)
    assert [each for each in opened if each.endswith("office.key")] == []
