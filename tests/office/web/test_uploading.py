"""Uploads over HTTP, as the page's script does them: in pieces, gone on with, refused in words, never half a file anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from player.office.web.people.roles import Role
from tests.kit.clips import make_clip
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.pictures import png
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.heavy

HOME = "/content/kota"
PICTURE = png(200)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kota").mkdir()
    return tmp_path / "kota"


@pytest.fixture
def console(tmp_path: Path, folder: Path) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, folder=[{"name": "kota", "path": str(folder)}]) as made:
        yield made


@pytest.fixture
def editor(console: InsideConsole) -> PageClient:
    return console.as_role(Role.EDITOR)


def begin(client: PageClient, **asked: Any) -> httpx.Response:
    body = json.dumps({"name": "baru.png", "size": len(PICTURE), "modified": 1_700_000_000_000, **asked})
    return client.ask(
        "POST", f"{HOME}/uploads", content=body, headers={"X-CSRF": client.csrf, "Content-Type": "application/json"}
    )


def send(client: PageClient, number: str, offset: int, piece: bytes) -> httpx.Response:
    headers = {"X-CSRF": client.csrf, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.ask("PATCH", f"{HOME}/uploads/{number}", content=piece, headers=headers)


def finish(client: PageClient, number: str) -> httpx.Response:
    return client.ask("POST", f"{HOME}/uploads/{number}/finish", headers={"X-CSRF": client.csrf})


def whole(client: PageClient, name: str, content: bytes) -> dict[str, Any]:
    number = begin(client, name=name, size=len(content)).json()["id"]
    assert send(client, number, 0, content).json() == {"offset": len(content)}
    told: dict[str, Any] = finish(client, number).json()
    return told


def test_a_file_comes_in_pieces_and_goes_on_where_it_was(editor: PageClient, folder: Path) -> None:
    """The same name, size and time is the same file, also for a browser that knows nothing of before."""
    number = begin(editor).json()["id"]
    half = len(PICTURE) // 2
    assert send(editor, number, 0, PICTURE[:half]).json() == {"offset": half}
    assert begin(editor).json() == {"id": number, "offset": half}
    assert editor.get(f"{HOME}/uploads/{number}").json() == {"offset": half}
    assert "Choose the same file again to go on." in editor.get(HOME).text
    wrong = send(editor, number, 3, PICTURE[3:])
    assert (wrong.status_code, wrong.json()) == (409, {"offset": half})
    assert list(folder.iterdir()) == []
    send(editor, number, half, PICTURE[half:])
    told = finish(editor, number).json()
    assert (told["path"], told["sentence"]) == ("baru.png", "is here, in your draft")
    assert "baru.png" in editor.get(HOME).text
    assert list(folder.iterdir()) == [], "it goes into the folder when it is published"


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.png", b"<html><script>alert(1)</script></html>"), ("x.mp4", b"GIF89a" + bytes(40)), ("cut.png", PICTURE[:55]),
     ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("text.mp4", b"not a film " * 50)],
)  # fmt: skip
def test_what_no_panel_shows_is_refused_with_what_to_do(editor: PageClient, name: str, content: bytes) -> None:
    """By its content, not by its name; in words, and nothing of it is in the draft."""
    told = whole(editor, name, content)
    assert told["refused"], told
    assert told["remedy"], told
    assert "Everything here is published." in editor.get(HOME).text


def test_a_second_file_of_a_name_takes_its_place_and_says_so(editor: PageClient) -> None:
    """In the draft; the folder's stays until it is published."""
    whole(editor, "baru.png", PICTURE)
    assert whole(editor, "baru.png", png(100))["sentence"] == "is here, in the place of the one before"


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "C:\\x\\y.png", "a\u202egnp.png", "con.png", ".hidden.png",
                                  "x" * 500 + ".png",                                  "🎉.png", "film.png.part"])  # fmt: skip
def test_every_name_becomes_a_place_in_the_folder(editor: PageClient, name: str) -> None:
    """Never outside, never hidden, never a temporary name."""
    told = whole(editor, name, PICTURE)
    assert "/" not in told["path"]
    assert not told["path"].startswith(".")


@pytest.mark.parametrize("asked", [{"size": -1}, {"size": 0}, {"size": "9"}, {"size": 10**14}, {"name": 3}, {"modified": -1},
                                   {"modified": 10**30}, {"size": True}])  # fmt: skip
def test_a_nonsense_upload_is_refused(editor: PageClient, asked: dict[str, Any]) -> None:
    """With a sentence; nothing is begun."""
    answer = begin(editor, **asked)
    assert answer.status_code == 400
    assert answer.json()["sentence"]


def test_an_upload_is_its_owners(console: InsideConsole, editor: PageClient) -> None:
    """Another person neither sees it, nor writes into it, nor ends it; a viewer begins none."""
    number = begin(editor).json()["id"]
    admin = console.as_role(Role.ADMIN)
    assert admin.get(f"{HOME}/uploads/{number}").status_code == 404
    assert send(admin, number, 0, PICTURE).status_code == 404
    assert finish(admin, number).status_code == 404
    assert admin.ask("POST", f"{HOME}/uploads/{number}/cancel", headers={"X-CSRF": admin.csrf}).status_code == 404
    assert begin(console.as_role(Role.VIEWER)).status_code == 403
    for wrong in ("../x", "0" * 32, "x"):
        assert editor.get(f"{HOME}/uploads/{wrong}").status_code == 404


def test_a_piece_needs_the_forms_token_and_has_a_bound(editor: PageClient) -> None:
    """Another site's page cannot send one; a piece of 20 MB is refused before it is read."""
    number = begin(editor).json()["id"]
    bare = editor.ask("PATCH", f"{HOME}/uploads/{number}", content=PICTURE, headers={"Upload-Offset": "0"})
    assert bare.status_code == 403
    assert send(editor, number, 0, bytes(20 << 20)).status_code == 413
    assert editor.get(f"{HOME}/uploads/{number}").json() == {"offset": 0}


def test_a_cancelled_upload_leaves_nothing(editor: PageClient, tmp_path: Path) -> None:
    """Neither a part nor a row."""
    number = begin(editor).json()["id"]
    send(editor, number, 0, PICTURE[:50])
    assert editor.ask("POST", f"{HOME}/uploads/{number}/cancel", headers={"X-CSRF": editor.csrf}).status_code == 200
    assert list((tmp_path / "data" / "uploads").iterdir()) == []
    assert finish(editor, number).status_code == 404


@pytest.mark.live
@pytest.mark.slow
def test_a_film_that_no_panel_plays_is_converted(editor: PageClient, tmp_path: Path) -> None:
    """Refused with the offer; Convert makes a film of it in the draft, tells how far it is, and the upload is gone."""
    film = make_clip(tmp_path / "kamera.avi", seconds=1, size="160x96", codec=("-c:v", "utvideo"))
    number = begin(editor, name="kamera.avi", size=film.stat().st_size).json()["id"]
    send(editor, number, 0, film.read_bytes())
    refused = finish(editor, number).json()
    assert refused["can_convert"], refused
    asked = editor.ask("POST", f"{HOME}/uploads/{number}/convert", headers={"X-CSRF": editor.csrf}).json()
    told: dict[str, Any] = {}

    def ended() -> bool:
        told.update(editor.get(asked["address"]).json())
        return bool(told["state"] != "running")

    wait_for(ended, why="the conversion ends")
    assert (told["state"], told["sentence"]) == ("done", "is a light film now: kamera.mp4")
    assert "kamera.mp4" in editor.get(HOME).text
    assert editor.get(f"{HOME}/uploads/{number}").status_code == 404


@pytest.mark.live
@pytest.mark.slow
def test_a_conversion_can_be_cancelled(editor: PageClient, tmp_path: Path) -> None:
    """Nothing of it is in the draft, the upload stays, and Convert is offered again."""
    film = make_clip(tmp_path / "panjang.avi", seconds=20, size="640x360", codec=("-c:v", "utvideo", "-g", "1"))
    number = begin(editor, name="panjang.avi", size=film.stat().st_size).json()["id"]
    content = film.read_bytes()
    for offset in range(0, len(content), 8 << 20):
        send(editor, number, offset, content[offset : offset + (8 << 20)])
    assert finish(editor, number).json()["can_convert"]
    address = editor.ask("POST", f"{HOME}/uploads/{number}/convert", headers={"X-CSRF": editor.csrf}).json()["address"]
    assert editor.ask("POST", f"{address}/cancel", headers={"X-CSRF": editor.csrf}).status_code == 200
    wait_for(lambda: editor.get(address).json()["state"] == "cancelled", why="cancelled")
    page = editor.get(HOME).text
    assert "panjang.mp4" not in page
    assert 'data-can-convert="true"' in page
