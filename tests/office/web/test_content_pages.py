"""The pages of Content over HTTP: what an editor sees and changes, what is refused and how it says so. Nothing goes live here."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from player.office.web.people.roles import Role
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.desk import PLAYLIST, SCHEDULE, fill
from tests.kit.pictures import png
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.heavy

HOME = "/content/kota"
LONG = "x" * 10_000
BY_SCRIPT = {"HX-Request": "true"}


@dataclass
class Kota:
    """A console with one folder, and its editor."""

    console: InsideConsole
    folder: Path
    editor: PageClient

    def text(self, path: str = "") -> str:
        answer = self.editor.get(f"{HOME}{path}")
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return html.unescape(answer.text)

    def seen(self, path: str) -> str:
        """What a form of this page sends back as the version that it was made of."""
        found = re.search(r'name="seen" value="(\w+)"', self.text(path))
        assert found is not None
        return found[1]

    def change(self, name: str, **fields: str) -> httpx.Response:
        """A button of a playlist's row."""
        seen = self.seen(f"/playlists/{name}")
        return self.editor.post(f"{HOME}/playlists/{name}", {"seen": seen, **fields}, **BY_SCRIPT)

    def rows(self, name: str = "default") -> list[str]:
        return re.findall(
            r'<b dir="auto">([^<]+)</b>', self.text(f"/playlists/{name}").partition('<ol class="entries"')[2]
        )


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kota]:
    place = tmp_path_factory.mktemp("office")
    folder = place / "kota"
    fill(folder)
    with console_inside(
        place, folder=[{"name": "kota", "path": str(folder)}], records={"timezone": "Asia/Jakarta"}
    ) as console:
        yield Kota(console, folder, console.as_role(Role.EDITOR))


@pytest.fixture
def kota(opened: Kota) -> Kota:
    """With the folder as it was at first, and no draft."""
    assert opened.console.office.content is not None
    opened.console.office.content.drafts.open("kota", "edi").discard()
    shutil.rmtree(opened.folder)
    fill(opened.folder)
    return opened


# ---- looking


@pytest.mark.parametrize("part", ["/media?q=", "/playlists/default", "/schedule"])
def test_what_is_renewed_of_a_page_renews_the_count_of_changes(kota: Kota, part: str) -> None:
    """The tab Publish says how many changes wait, in the answers to scripts, too."""
    if part == "/schedule":
        answer = kota.editor.post(f"{HOME}{part}", {"do": "drop", "index": "1", "seen": kota.seen(part)}, **BY_SCRIPT)
    else:
        answer = kota.change("default", do="down", index="0")
    if part.startswith("/media"):
        answer = kota.editor.get(f"{HOME}{part}", **BY_SCRIPT)
    tabs = answer.text.partition('id="content-tabs" aria-label="Parts of the content" hx-swap-oob="true">')[2]
    assert "Publish (1)" in tabs.partition("</nav>")[0]


def test_a_page_with_nothing_new_is_not_drawn_anew(kota: Kota) -> None:
    """The cards know their mark: no picture flickers because of a question; a change is answered with the cards."""
    wait_for(lambda: "being looked into" not in kota.text(), why="everything is looked into")
    found = re.search(r'name="mark" value="(\w+)"', kota.text())
    assert found is not None
    assert kota.editor.get(f"{HOME}/media?mark={found[1]}").status_code == 204
    assert kota.editor.get(f"{HOME}/media").status_code == 200
    (kota.folder / "d.png").write_bytes(png(77))
    assert "d.png" in kota.editor.get(f"{HOME}/media?mark={found[1]}").text


def test_a_file_that_cannot_be_read_is_given_up_in_words(kota: Kota) -> None:
    """The page asks for it no more, and says what to do."""
    locked = kota.folder / "locked.png"
    locked.write_bytes(png(3))
    locked.chmod(0)
    if os.geteuid() == 0:  # root reads everything; the vetting process is the folder's owner
        os.chown(kota.folder, 65534, 65534)
    kota.text()
    wait_for(lambda: "being looked into" not in kota.text(), why="it is given up")
    assert "every 3s" not in kota.text()
    card = kota.text().partition('<span dir="auto">locked.png</span>')[2].partition("</li>")[0]
    assert "could not be looked into" in card or "may not read this file" in card
    assert "Upload it here anew" in kota.text("/file/locked.png")
    locked.chmod(0o644)
    if os.geteuid() == 0:
        os.chown(kota.folder, 0, 0)
        for each in kota.folder.glob("*.png"):
            os.utime(each)
    wait_for(lambda: "could not be looked into" not in kota.text(), why="it is tried again by itself")
    assert "may not read this file" not in kota.text()


def test_a_picture_that_is_on_its_way_says_so(kota: Kota) -> None:
    """Words stand where it will be, and others for the case that there can be none."""
    wait_for(lambda: "being looked into" not in kota.text(), why="everything is looked into")
    assert kota.text().count("The picture is on its way") == 3
    assert kota.text().count('data-none="No picture can be made of this file."') == 3


def test_the_folder_is_shown_with_what_lies_in_it(kota: Kota) -> None:
    """Each picture with its name, its playlists, and the other files by their names."""
    (kota.folder / "notes.docx").write_bytes(b"PK")
    page = kota.text()
    assert all(name in page for name in ("a.png", "b.png", "c.png", "notes.docx"))
    assert "In Main playlist, morning" in page
    assert "Everything here is published." in page
    assert kota.editor.get("/content").headers["Location"] == HOME


def test_a_search_finds_files_by_their_names(kota: Kota) -> None:
    """All words must be in the path; what is not there says so."""
    assert re.findall(r"<span dir=\"auto\">(\w\.png)</span>", kota.text("/media?q=B")) == ["b.png"]
    assert "Nothing is found." in kota.text("/media?q=zzz")
    assert "Nothing is found." in kota.text("/media?only=unused")


def test_each_page_is_there_for_a_viewer_without_its_buttons(kota: Kota) -> None:
    """A viewer looks, and finds nothing to press."""
    viewer = kota.console.as_role(Role.VIEWER)
    for path in ("", "/playlists", "/playlists/default", "/playlists/default/play", "/schedule", "/publish", "/file/a.png",
                 "/published", "/look/schedule.toml"):  # fmt: skip
        answer = viewer.get(f"{HOME}{path}")
        assert answer.status_code == 200, path
        posts = set(re.findall(r'method="post" action="([^"]+)"', answer.text))
        assert posts <= {"/sign-out", "/me/language"}, path
    assert viewer.post(f"{HOME}/remove", {"path": "a.png"}).status_code == 403


def test_a_folder_that_is_not_named_is_not_there(kota: Kota) -> None:
    """Whatever stands in the address."""
    for name in ("desa", "..", "%2e%2e", "kota%00", LONG[:500]):
        assert kota.editor.get(f"/content/{name}/playlists").status_code == 404


def test_content_opens_at_the_folder_where_a_person_was_last(tmp_path: Path) -> None:
    """Who works in the second folder has no click more than who works in the first; another person begins at the first."""
    for name in ("kota", "stasiun"):
        fill(tmp_path / name)
    folders = [{"name": name, "path": str(tmp_path / name)} for name in ("kota", "stasiun")]
    with console_inside(tmp_path, folder=folders) as console:
        editor, admin = console.as_role(Role.EDITOR), console.as_role(Role.ADMIN)
        assert editor.get("/content").headers["Location"] == "/content/kota"
        assert editor.get("/content/stasiun/schedule").status_code == 200
        assert editor.get("/content").headers["Location"] == "/content/stasiun"
        assert admin.get("/content").headers["Location"] == "/content/kota"


def test_a_console_without_a_folder_says_what_to_write(tmp_path: Path) -> None:
    """The settings' own words."""
    with console_inside(tmp_path) as console:
        assert "[[folder]]" in console.as_role(Role.EDITOR).get("/content").text


# ---- files


@pytest.mark.parametrize(
    "path",
    [
        "../outside.png", "..%2Foutside.png", "/etc/passwd", "%2Fetc%2Fpasswd", "a.png/../../outside.png", "link.png",
        ".hidden.png", "a.png%00", "playlists/../../outside.png",
    ],
)  # fmt: skip
def test_no_path_leaves_the_folder(kota: Kota, path: str) -> None:
    """Neither a file, nor its thumbnail, nor its page, nor a change of it."""
    (kota.folder.parent / "outside.png").write_bytes(png(30))
    (kota.folder / ".hidden.png").write_bytes(png(30))
    (kota.folder / "link.png").symlink_to(kota.folder.parent / "outside.png")
    for way in ("raw", "thumbnail", "file", "look"):
        assert kota.editor.get(f"{HOME}/{way}/{path}").status_code in (400, 404), way
    typed = path.replace("%2F", "/").replace("%00", "\0")
    for way, more in (("remove", {}), ("rename", {"name": "x"}), ("add", {"playlist": "default"})):
        answer = kota.editor.post(f"{HOME}/{way}", {"path": typed, **more})
        assert 400 <= answer.status_code < 500, way
    assert (kota.folder.parent / "outside.png").exists()
    assert "1 change" not in kota.text()


def test_a_file_is_given_as_what_it_is_and_nothing_that_runs(kota: Kota) -> None:
    """A picture to be looked at; a page, a script, an SVG only as a download."""
    (kota.folder / "evil.html").write_text("<script>alert(1)</script>")
    (kota.folder / "evil.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    picture = kota.editor.get(f"{HOME}/raw/a.png")
    assert (picture.headers["Content-Type"], picture.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    for name in ("evil.html", "evil.svg", "playlist.m3u8"):
        answer = kota.editor.get(f"{HOME}/raw/{name}")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_part_of_a_film_can_be_asked_for(kota: Kota) -> None:
    """A browser winds a film by asking for ranges."""
    answer = kota.editor.get(f"{HOME}/raw/a.png", Range="bytes=1-3")
    assert (answer.status_code, answer.content) == (206, b"PNG")


def test_a_used_file_goes_only_with_a_yes_and_then_everywhere(kota: Kota) -> None:
    """The first try says where it is used; the second takes it out there; one step back brings all of it again."""
    first = kota.editor.post(f"{HOME}/remove", {"path": "b.png"})
    assert first.status_code == 422
    assert "It is used in Main playlist, morning." in html.unescape(first.text)
    assert "b.png" in kota.text()
    assert kota.editor.post(f"{HOME}/remove", {"path": "b.png", "everywhere": "yes"}).status_code == 303
    assert "b.png" not in kota.rows()
    assert kota.rows("morning") == []
    kota.editor.post(f"{HOME}/undo", {})
    assert kota.rows() == ["One", "b.png", "c.png"]
    assert "Everything here is published." in kota.text()


def test_a_renamed_file_stays_in_its_playlists(kota: Kota) -> None:
    """The playlists name it by its new name; the ending cannot be lost."""
    assert kota.editor.post(f"{HOME}/rename", {"path": "b.png", "name": "baru"}).status_code == 303
    assert kota.rows() == ["One", "baru.png", "c.png"]
    assert kota.rows("morning") == ["baru.png"]
    assert (kota.folder / "b.png").exists(), "nothing is published yet"


@pytest.mark.parametrize("name", ["", LONG, "c.png", "a/b", "..", "\u202exyz"])
def test_a_bad_new_name_is_said_beside_its_field(kota: Kota, name: str) -> None:
    """Empty, too long, taken, leading out: the page again, with what was typed and what is wrong."""
    answer = kota.editor.post(f"{HOME}/rename", {"path": "b.png", "name": name})
    assert answer.status_code == 422
    assert re.search(r'id="new-name-fault">[^<]{10,}', answer.text)


def test_a_file_that_is_only_read_says_what_it_means(kota: Kota) -> None:
    """An XSPF: its items, why it is not edited here, and its text, escaped."""
    (kota.folder / "playlists" / "vlc.xspf").write_text(
        '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track>'
        "<location>../c.png</location><title>&lt;script&gt;x</title></track></trackList></playlist>"
    )
    before = (kota.folder / "playlists" / "vlc.xspf").read_bytes()
    assert kota.editor.get(f"{HOME}/playlists/vlc").headers["Location"] == f"{HOME}/look/playlists/vlc.xspf"
    page = kota.editor.get(f"{HOME}/look/playlists/vlc.xspf").text
    assert "VLC" in page
    assert "<script>x" not in page
    assert (kota.folder / "playlists" / "vlc.xspf").read_bytes() == before


# ---- playlists


def test_items_move_by_button_and_say_so(kota: Kota) -> None:
    """The order changes, the new place is announced, the focus goes to the same button of the moved row."""
    answer = kota.change("default", do="down", index="0")
    assert answer.status_code == 200
    assert "One is number 2 of 3 now." in answer.text
    assert re.search(r'id="down-1"[^>]* data-focus', answer.text)
    assert kota.rows() == ["b.png", "One", "c.png"]
    kota.change("default", do="move", index="2", to="0")
    assert kota.rows() == ["c.png", "b.png", "One"]
    assert "One" in kota.change("default", do="down", index="2").text
    assert kota.rows() == ["c.png", "b.png", "One"]


def test_an_items_values_are_kept_and_nothing_else_changes(kota: Kota) -> None:
    """Seconds, days, volume, fit are written; comments and unknown lines stay as somebody wrote them."""
    values = {"title": "Dua", "seconds": "1:30", "volume": "40", "fit": "cover", "begins_day": "2026-12-01",
              "ends_day": "2026-12-07", "ends_clock": "18:00"}  # fmt: skip
    assert kota.change("default", do="set", index="1", **values).status_code == 200
    kota.editor.post(f"{HOME}/publish", {"grave": "yes"})
    text = (kota.folder / "playlist.m3u8").read_text()
    assert "#EXTINF:90,Dua\n" in text
    assert all(word in text for word in ("from=2026-12-01", "until=2026-12-07T18:00", "volume=40", "fit=cover"))
    assert [line for line in PLAYLIST.splitlines() if line not in text] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"seconds": "abc"}, "seconds"), ({"seconds": LONG}, "seconds"), ({"seconds": "😀"}, "seconds"),
     ({"volume": "200"}, "volume"),
     ({"begins_day": "2026-12-07", "ends_day": "2026-12-01"}, "ends_day"),
     ({"ends_day": "2026-12-01", "ends_clock": "25:00"}, "ends_clock"),
     ({"title": LONG}, "title")],
)  # fmt: skip
def test_a_slip_stays_in_its_field_with_its_fault(kota: Kota, fields: dict[str, str], field: str) -> None:
    """The typed value is still there, the fault beside it, the file unchanged."""
    answer = kota.change("default", do="set", index="0", **fields)
    assert answer.status_code == 422
    assert f'id="{field}-0-fault"' in answer.text
    assert re.search(rf'id="{field}-0"[^>]*aria-invalid="true"', answer.text)
    assert html.escape(fields[field]) in answer.text
    assert "1 change" not in kota.text()


def test_a_page_that_is_out_of_date_changes_nothing(kota: Kota) -> None:
    """Somebody wrote the file with an editor in between: the list is shown as it is now, and nothing is done."""
    seen = kota.seen("/playlists/default")
    (kota.folder / "playlist.m3u8").write_text("c.png\na.png\n")
    answer = kota.editor.post(f"{HOME}/playlists/default", {"seen": seen, "do": "drop", "index": "0"}, **BY_SCRIPT)
    assert answer.status_code == 422
    assert "It has changed since this page was loaded." in answer.text
    assert kota.rows() == ["c.png", "a.png"]


@pytest.mark.parametrize("fields", [{"do": "up", "index": "x"}, {"do": "up", "index": "99"}, {"do": "fly", "index": "0"},
                                    {"do": "move", "index": "0", "to": LONG}, {"do": "drop"}])  # fmt: skip
def test_a_form_that_no_page_makes_is_refused(kota: Kota, fields: dict[str, str]) -> None:
    """Numbers that are none, places that are not there, words that nobody knows."""
    assert 400 <= kota.change("default", **fields).status_code < 500
    assert kota.rows() == ["One", "b.png", "c.png"]


def test_a_slip_in_a_cards_days_is_said_beside_its_field(kota: Kota) -> None:
    """The card's form goes by the script, which puts the fault beside the day; nothing is added."""
    forms = re.findall(rf'<form method="post" action="{HOME}/add"[^>]*>', kota.text())
    assert forms
    assert all('hx-boost="true"' in form for form in forms)
    fields = {"path": "a.png", "playlist": "default", "begins_day": "2026-12-07", "ends_day": "2026-12-01"}
    answer = kota.editor.post(f"{HOME}/add", fields, **BY_SCRIPT)
    assert json.loads(answer.headers["HX-Trigger"])["fault"]["field"] == "ends_day"
    assert "1 change" not in kota.text()


def test_files_are_added_at_the_end(kota: Kota) -> None:
    """The ticked ones; with none ticked the page says so; a path that is not there is left out."""
    (kota.folder / "d.png").write_bytes(png(200))
    assert kota.change("default", do="add", path="d.png").status_code == 200
    assert kota.rows() == ["One", "b.png", "c.png", "d.png"]
    assert "Nothing is ticked." in kota.change("default", do="add").text
    assert kota.change("default", do="add", path="../outside.png").status_code == 422


def test_an_empty_playlist_says_what_it_means(kota: Kota) -> None:
    """It is passed over by panels, and the page says so before it is published."""
    assert kota.editor.post(f"{HOME}/playlists", {"name": "siang"}).status_code == 303
    assert "This playlist has no items." in kota.text("/playlists/siang")
    assert "siang" in kota.text("/publish")


@pytest.mark.parametrize("name", ["", "default", "Morning", "a/b", "..", LONG, "\u202eabc"])
def test_a_playlist_needs_a_good_name(kota: Kota, name: str) -> None:
    """Empty, taken (whatever its case), leading out, too long."""
    answer = kota.editor.post(f"{HOME}/playlists", {"name": name})
    assert answer.status_code == 422
    assert 'id="list-name-fault"' in answer.text


@pytest.mark.parametrize("name", ["🎉 pesta", "صباح", "café #1", "100% asli"])
def test_a_playlist_may_be_called_so(kota: Kota, name: str) -> None:
    """Emoji, right-to-left writing, a hash: made, shown, filled."""
    assert kota.editor.post(f"{HOME}/playlists", {"name": name}).status_code == 303
    assert (
        kota.editor.post(f"{HOME}/playlists/{quote(name, safe='')}", {"do": "add", "path": "a.png"}).status_code == 303
    )
    assert kota.rows(quote(name, safe="")) == ["a.png"]


def test_the_main_playlist_begins_with_everything_that_plays(tmp_path: Path) -> None:
    """A folder without a playlist goes on to play all of it when a file is added with its days."""
    folder = tmp_path / "kota"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(png(50))
    with console_inside(tmp_path, folder=[{"name": "kota", "path": str(folder)}]) as console:
        kota = Kota(console, folder, console.as_role(Role.EDITOR))
        assert "Plays: without a playlist everything does" in kota.text()
        days = {"playlist": "default", "path": "b.png", "begins_day": "2026-12-01", "ends_day": "2026-12-07"}
        assert kota.editor.post(f"{HOME}/add", days).status_code == 303
        assert kota.rows() == ["a.png", "b.png"]
        assert "1 Dec 2026" in kota.text("/playlists/default")


def test_new_files_go_into_a_playlist_with_their_days(kota: Kota, tmp_path: Path) -> None:
    """All at once, in one step that can be undone; what is wrong with the days stands beside them, and nothing is added."""
    assert kota.console.office.content is not None
    draft = kota.console.office.content.drafts.open("kota", "edi")
    for name, shade in (("satu.png", 10), ("dua.png", 20)):
        (tmp_path / name).write_bytes(png(shade))
        draft.take_in(name, tmp_path / name, hashlib.sha256(png(shade)).hexdigest())
    assert "2 new files are in no playlist yet" in kota.text()
    wrong = {"playlist": "default", "begins_day": "2026-12-07", "ends_day": "2026-12-01"}
    answer = kota.editor.post(f"{HOME}/add-new", wrong)
    assert answer.status_code == 422
    assert "The end lies before the beginning." in answer.text
    assert 'value="2026-12-07"' in answer.text
    assert kota.rows() == ["One", "b.png", "c.png"]
    answer = kota.editor.post(f"{HOME}/add-new", {**wrong, "ends_day": "2026-12-13"})
    assert answer.headers["Location"] == f"{HOME}/publish"
    assert kota.rows() == ["One", "b.png", "c.png", "dua.png", "satu.png"]
    assert kota.text("/playlists/default").count("13 Dec 2026") == 2
    assert "in no playlist yet" not in kota.text()
    kota.editor.post(f"{HOME}/undo")
    assert "2 new files are in no playlist yet" in kota.text()
    assert kota.rows() == ["One", "b.png", "c.png"]


def test_a_playlist_goes_with_the_rules_that_name_it(kota: Kota) -> None:
    """The page says how many; afterwards the schedule names nothing that is gone."""
    assert "The schedule names it once" in kota.text("/playlists/morning")
    assert kota.editor.post(f"{HOME}/playlists/morning", {"do": "remove"}).status_code == 303
    assert "is removed in your draft." in kota.text("/schedule")
    assert "morning" not in kota.text("/schedule")
    assert kota.editor.get(f"{HOME}/playlists/morning").status_code == 404


def test_a_playlist_is_played_with_what_plays_now(kota: Kota) -> None:
    """An item whose days are over is left out; each has its kind, its seconds and its address."""
    kota.change("default", do="set", index="1", ends_day="2020-01-01")
    page = kota.text("/playlists/default/play")
    assert re.findall(r'data-src="([^"]+)" data-kind="(\w+)" data-seconds="([^"]*)"', page) == [
        (f"{HOME}/raw/a.png", "image", "8"), (f"{HOME}/raw/c.png", "image", "10"),
    ]  # fmt: skip


# ---- the schedule


def test_the_week_is_drawn_as_the_panel_would_play_it(kota: Kota) -> None:
    """Mornings, the rest, the dark, each with its words in the table below."""
    page = kota.text("/schedule?week=2026-11-30")
    assert page.count('class="block dark"') == 14
    assert "06:00" in page
    assert "Mon 30 Nov 2026, 06:00 to 09:30: morning" in page


def test_a_rule_is_added_changed_moved_and_removed(kota: Kota) -> None:
    """Each step is announced; comments stay."""
    fields = {
        "do": "add",
        "kind": "show",
        "playlist": "morning",
        "days": ["5", "6"],
        "begins": "10.00",
        "ends": "24:00",
    }
    assert "The rule is added." in kota.editor.post(f"{HOME}/schedule", fields, **BY_SCRIPT).text
    assert "Sat, Sun, 10:00–24:00" in kota.text("/schedule")
    seen = kota.seen("/schedule")
    fields |= {"do": "set", "index": "2", "seen": seen, "ends": "12:00", "priority": "5"}
    assert "The rule is changed." in kota.editor.post(f"{HOME}/schedule", fields, **BY_SCRIPT).text
    moved = {"do": "up", "index": "2", "seen": kota.seen("/schedule")}
    assert "The rule is number 2 of 3 now." in kota.editor.post(f"{HOME}/schedule", moved, **BY_SCRIPT).text
    dropped = {"do": "drop", "index": "1", "seen": kota.seen("/schedule")}
    assert "The rule is removed." in kota.editor.post(f"{HOME}/schedule", dropped, **BY_SCRIPT).text
    kota.editor.post(f"{HOME}/publish", {"grave": "yes"})
    assert (kota.folder / "schedule.toml").read_text() == SCHEDULE


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"begins": "25:00"}, "begins"), ({"playlist": ""}, "playlist"), ({"days": []}, "days"), ({"priority": LONG}, "priority"),
     ({"start": "2026-12-07", "end": "2026-12-01"}, "end"), ({"begins": "06:00", "ends": "06:00"}, "ends"),
     ({"kind": "ticker", "text": ""}, "text")],
)  # fmt: skip
def test_a_slip_in_a_rule_stays_beside_its_field(kota: Kota, fields: dict[str, object], field: str) -> None:
    """25:00, no day, an end before the beginning: nothing is written."""
    whole = {"do": "add", "kind": "show", "playlist": "morning", "days": ["0"], **fields}
    answer = kota.editor.post(f"{HOME}/schedule", whole, **BY_SCRIPT)
    assert answer.status_code == 422
    assert f'id="{field}-new-fault"' in answer.text
    assert "1 change" not in kota.text()


def test_what_plays_at_a_moment(kota: Kota) -> None:
    """The playlist, why, and its items; a moment that is none says so."""
    assert "<b>morning</b>" in kota.text("/schedule/at?day=2026-11-30&clock=07:00")
    assert "<b>dark</b>" in kota.text("/schedule/at?day=2026-11-30&clock=23:30")
    assert "no time of the day" in kota.text("/schedule/at?day=2026-11-30&clock=25:00")
    assert "no day" in kota.text("/schedule/at?day=yesterday&clock=12:00")


def test_a_time_in_the_past_is_taken_and_says_that_it_is_over(kota: Kota) -> None:
    """An item and a rule whose last day is over: in words beside them, with what to do, in the reader's language."""
    answer = kota.change("default", do="set", index="1", begins_day="2020-01-01", ends_day="2020-01-31")
    assert "Its days are over: it does not play any more." in answer.text
    rule = {
        "do": "add",
        "kind": "show",
        "playlist": "morning",
        "days": ["0"],
        "start": "2020-01-01",
        "end": "2020-01-31",
    }
    said = kota.editor.post(f"{HOME}/schedule", rule, **BY_SCRIPT)
    assert said.status_code == 200
    assert said.text.count("Its last day is over: it does nothing any more.") == 1
    assert kota.text("/playlists/default").count("Its days are over") == 1


def test_a_search_of_any_words_is_answered(kota: Kota) -> None:
    """Ten thousand letters, emoji, writing from the right: nothing is found, and that is said."""
    for words in (LONG, "🎉", "\u202eصباح"):
        assert "Nothing is found." in kota.text(f"?q={quote(words)}")


def test_rules_that_meet_are_named(kota: Kota) -> None:
    """Two shows of equal priority at one time: which plays, and what to do."""
    fields = {"do": "add", "kind": "show", "playlist": "default", "days": ["0"], "begins": "09:00", "ends": "10:00"}
    kota.editor.post(f"{HOME}/schedule", fields, **BY_SCRIPT)
    assert "“morning” and “Main playlist” want the same time, Mon 30 Nov 2026 09:00–09:30." in kota.text(
        "/schedule?week=2026-11-30"
    )


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_speaks_the_readers_language(kota: Kota, language: str) -> None:
    """No sentence of the other language stands on a page."""
    kota.editor.post("/me/language", {"language": language, "back": "/me"})
    other = {"id": ("Films and pictures", "Publish"), "en": ("Film dan gambar", "Terbitkan")}[language]
    for path in ("", "/playlists", "/playlists/default", "/schedule", "/publish", "/file/a.png"):
        page = kota.text(path)
        assert not any(f">{words}<" in page for words in other), path
