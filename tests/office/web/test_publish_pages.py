"""Publishing over HTTP: what will change, the yes, two people with one playlist, a folder that somebody else changed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from player.contract.reports import StateReport
from player.office.fleet import Panel
from player.office.web.people.roles import Role
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.desk import PLAYLIST, fill
from tests.kit.pictures import png
from tests.kit.reports import REPORT

pytestmark = pytest.mark.heavy

HOME = "/content/kota"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kota"
    fill(folder)
    return folder


@pytest.fixture
def console(tmp_path: Path, folder: Path) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, folder=[{"name": "kota", "path": str(folder)}]) as made:
        yield made


def do(client: PageClient, name: str, **fields: str) -> None:
    """A button of a playlist's row."""
    page = client.get(f"{HOME}/playlists/{name}").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    fields |= {"seen": seen[1]} if seen else {}
    assert client.post(f"{HOME}/playlists/{name}", fields).status_code == 303


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_publishing_nothing_says_so(console: InsideConsole, folder: Path) -> None:
    """The page says that there is nothing, and a form that comes all the same changes nothing."""
    editor, before = console.as_role(Role.EDITOR), files_of(folder)
    assert "There is nothing to publish" in editor.get(f"{HOME}/publish").text
    assert editor.post(f"{HOME}/publish", {}).status_code == 400
    assert files_of(folder) == before


def test_a_draft_is_seen_before_it_is_published_and_then_lies_in_the_folder(
    console: InsideConsole, folder: Path
) -> None:
    """Until the yes the folder is as it was; the log keeps before and after."""
    editor = console.as_role(Role.EDITOR)
    do(editor, "default", do="down", index="0")
    page = html.unescape(editor.get(f"{HOME}/publish").text)
    assert "playlist.m3u8 is changed" in page
    assert (folder / "playlist.m3u8").read_text() == PLAYLIST
    assert editor.post(f"{HOME}/publish", {}).headers["Location"] == f"{HOME}/published"
    assert (folder / "playlist.m3u8").read_text() != PLAYLIST
    line = console.office.audit.newest(1)[0]
    assert (line.who, line.what, line.target) == ("edi", "publish: changed", "kota: playlist.m3u8")
    assert (line.before, line.after) == (PLAYLIST, (folder / "playlist.m3u8").read_text())
    assert "1 file is published." in editor.get(f"{HOME}/published").text


def test_what_is_wrong_needs_a_tick(console: InsideConsole, folder: Path) -> None:
    """A playlist without items is published only when the person has read what that means."""
    editor = console.as_role(Role.EDITOR)
    editor.post(f"{HOME}/playlists", {"name": "kosong"})
    answer = editor.post(f"{HOME}/publish", {})
    assert answer.status_code == 422
    assert "tick that it is published all the same" in answer.text
    assert not (folder / "playlists" / "kosong.m3u8").exists()
    assert editor.post(f"{HOME}/publish", {"grave": "yes"}).status_code == 303
    assert (folder / "playlists" / "kosong.m3u8").exists()


def test_two_people_with_one_playlist_lose_nothing(console: InsideConsole, folder: Path) -> None:
    """The second to publish sees both versions; with "both" the folder holds what each of them added."""
    for name in ("x.png", "y.png"):
        (folder / name).write_bytes(png(90))
    edi, ada = console.as_role(Role.EDITOR), console.as_role(Role.ADMIN)
    do(edi, "default", do="add", path="x.png")
    do(ada, "default", do="add", path="y.png")
    assert edi.post(f"{HOME}/publish", {"grave": "yes"}).status_code == 303
    theirs = (folder / "playlist.m3u8").read_bytes()
    answer = ada.post(f"{HOME}/publish", {"grave": "yes"})
    assert answer.status_code == 409
    assert "Nothing is published yet, and nothing is lost." in answer.text
    assert "x.png" in answer.text
    assert "y.png" in answer.text
    assert (folder / "playlist.m3u8").read_bytes() == theirs
    assert ada.get(f"{HOME}/publish").status_code == 409, "the page says it before the button is pressed"
    seen = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert seen is not None
    choice = {"path": "playlist.m3u8", "seen": seen[1], "choice-0": "both"}
    assert ada.post(f"{HOME}/conflict", choice).headers["Location"] == f"{HOME}/publish"
    assert ada.post(f"{HOME}/publish", {"grave": "yes"}).status_code == 303
    text = (folder / "playlist.m3u8").read_text()
    assert text == theirs.decode() + "y.png\n"
    assert "by hand, please keep" in text


@pytest.mark.parametrize(("choice", "kept"), [("theirs", b"a.png\n"), ("mine", b"")])
def test_an_editor_in_between_is_a_conflict_too(console: InsideConsole, folder: Path, choice: str, kept: bytes) -> None:
    """A file that was written by hand after the draft began is overwritten only by choice."""
    ada = console.as_role(Role.ADMIN)
    do(ada, "default", do="drop", index="0")
    (folder / "playlist.m3u8").write_bytes(b"a.png\n")
    answer = ada.post(f"{HOME}/publish", {"grave": "yes"})
    seen = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert seen is not None
    assert ada.post(f"{HOME}/conflict", {"path": "playlist.m3u8", "seen": seen[1]}).status_code == 409
    ada.post(f"{HOME}/conflict", {"path": "playlist.m3u8", "seen": seen[1], "choice-0": choice})
    ada.post(f"{HOME}/publish", {"grave": "yes"})
    now = (folder / "playlist.m3u8").read_bytes()
    assert now == kept if kept else now != b"a.png\n"


def test_a_choice_counts_for_what_was_seen(console: InsideConsole, folder: Path) -> None:
    """The file changed once more while the page was open: both versions are shown again."""
    ada = console.as_role(Role.ADMIN)
    do(ada, "default", do="drop", index="0")
    (folder / "playlist.m3u8").write_bytes(b"a.png\n")
    seen = re.search(r'name="seen" value="(\w+)"', ada.get(f"{HOME}/publish").text)
    assert seen is not None
    (folder / "playlist.m3u8").write_bytes(b"a.png\nb.png\n")
    answer = ada.post(f"{HOME}/conflict", {"path": "playlist.m3u8", "seen": seen[1], "choice-0": "mine"})
    assert answer.status_code == 409
    assert (folder / "playlist.m3u8").read_bytes() == b"a.png\nb.png\n"


def test_with_two_persons_another_one_must_agree(tmp_path: Path, folder: Path) -> None:
    """Who asked cannot say yes; what changed since the asking needs another asking."""
    settings = {"folder": [{"name": "kota", "path": str(folder)}], "web": {"two_persons": True}}
    with console_inside(tmp_path, **settings) as console:  # type: ignore[arg-type]
        edi, ada = console.as_role(Role.EDITOR), console.as_role(Role.ADMIN)
        do(edi, "default", do="down", index="0")
        assert edi.post(f"{HOME}/publish", {}).headers["Location"] == f"{HOME}/publish"
        assert (folder / "playlist.m3u8").read_text() == PLAYLIST
        second = f"{HOME}/second/edi"
        assert edi.post(second, {"yes": "yes"}).status_code == 403
        assert "edi wants to publish this." in ada.get(second).text
        do(edi, "default", do="down", index="0")
        assert ada.post(second, {"yes": "yes"}).status_code == 409
        edi.post(f"{HOME}/publish", {})
        assert ada.post(second, {"yes": "yes"}).status_code in (303, 409)
        assert console.as_role(Role.VIEWER).get(second).status_code == 403


def test_panel_by_panel_who_has_it(console: InsideConsole) -> None:
    """By the digest in its health: one has it, one copies, one waits, one is off, one is older and does not say."""
    admin = console.as_role(Role.ADMIN)
    admin.get(f"{HOME}/published")
    assert console.office.content is not None
    digest = console.office.content.folders["kota"].digest()
    now = console.office.now()
    fleet = console.office.live.known.fleet
    for name, has in (("alun-alun", digest), ("ciceri", None), ("pasar", "0" * 64)):
        content = replace(REPORT.content, digest=has, pending=None, problems=())
        fleet.panels[name] = Panel(
            name, StateReport(online=True, since=now), replace(REPORT, content=content), seen=now
        )
    copying = replace(REPORT.content, digest=None, problems=())
    fleet.panels["taman"] = Panel("taman", StateReport(online=True), replace(REPORT, content=copying), seen=now)
    fleet.panels["utara"] = Panel("utara", StateReport(online=False), REPORT, seen=now)
    page = html.unescape(admin.get(f"{HOME}/published").text)
    assert "1 of 5 panels have it." in page
    said = dict(re.findall(r'<li class="(\w+)"><b>([\w-]+)</b>', page))
    assert said == {"there": "alun-alun", "silent": "ciceri", "waiting": "pasar", "coming": "taman", "absent": "utara"}
    assert f'data-events="{HOME}/published/stream"' in page
    do(admin, "default", do="down", index="0")
    assert "Publish for 5 panels" in admin.get(f"{HOME}/publish").text


def test_what_plays_on_a_panel_at_a_moment(tmp_path: Path, folder: Path) -> None:
    """Its groups decide whether it gets the folder; its digest, whether it has what is spoken of; a draft says that it is one."""
    settings = {"folder": [{"name": "kota", "path": str(folder), "panels": ["group:utara"]}]}
    with console_inside(tmp_path, **settings) as console:  # type: ignore[arg-type]
        editor, now = console.as_role(Role.EDITOR), console.office.now()
        editor.get(f"{HOME}/published")
        assert console.office.content is not None
        digest = console.office.content.folders["kota"].digest()
        for name, has, groups in (
            ("ciceri", digest, ("utara",)),
            ("pasar", "0" * 64, ("utara",)),
            ("taman", digest, ()),
        ):
            content = replace(REPORT.content, digest=has, pending=None, problems=())
            report = replace(REPORT, content=content, groups=groups)
            console.office.live.known.fleet.panels[name] = Panel(
                name, StateReport(online=True, since=now), report, seen=now
            )

        def told(panel: str) -> str:
            return html.unescape(editor.get(f"{HOME}/schedule/at?panel={panel}&day=2026-11-30&clock=07:00").text)

        assert "ciceri has this content." in told("ciceri")
        assert "pasar does not have all of this yet: waits" in told("pasar")
        assert "taman does not get this folder." in told("taman")
        assert "nowhere does not get this folder." in told("nowhere")
        do(editor, "default", do="down", index="0")
        assert "This is your draft: ciceri plays it once" in told("ciceri")
