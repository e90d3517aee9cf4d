"""Drafts over a real folder: what they say of it as it would be, what can be taken back, what outlives a restart."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from pathlib import Path

import pytest

from player.office.web.content.draft_record import DraftRecord
from player.office.web.content.facts_book import FILE_NAME
from player.office.web.content.faults import ContentFault
from player.office.web.content.schedule_rules import RuleRow
from tests.kit.desk import PLAYLIST, content_desk
from tests.kit.pictures import png

pytestmark = pytest.mark.heavy


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_draft_touches_nothing_of_the_folder(tmp_path: Path) -> None:
    """Written, removed, renamed: the folder is as it was, and the draft says how it would be."""
    with content_desk(tmp_path) as kit:
        before = files_of(kit.folder)
        draft = kit.draft
        draft.write("playlist.m3u8", b"a.png\nc.png\n")
        draft.rename("a.png", "kota/alun.png")
        draft.remove("b.png", although_used=True)
        draft.write("playlists/malam.m3u8", b"../c.png\n")
        assert files_of(kit.folder) == before
        assert {(change.path, change.what, change.was) for change in draft.changes()} == {
            ("b.png", "removed", ""), ("kota/alun.png", "renamed", "a.png"), ("playlist.m3u8", "changed", ""),
            ("playlists/malam.m3u8", "added", ""),
        }  # fmt: skip
        assert sorted(draft.files()) == [
            "c.png", "kota/alun.png", "playlist.m3u8", "playlists/malam.m3u8", "playlists/morning.m3u8", "schedule.toml",
        ]  # fmt: skip
        assert draft.read("playlist.m3u8") == b"kota/alun.png\nc.png\n"
        place = draft.path_of("kota/alun.png")
        assert place is not None
        assert place.read_bytes() == before["a.png"]


def test_each_step_can_be_taken_back(tmp_path: Path) -> None:
    """In turn, over a restart, until the draft is empty and says just what the folder says."""
    with content_desk(tmp_path) as kit:
        kit.draft.write("playlist.m3u8", b"a.png\n")
        kit.draft.write("playlist.m3u8", b"b.png\n")
        kit.draft.rename("c.png", "d.png")
    with content_desk(tmp_path) as kit:
        draft = kit.draft
        assert [change.path for change in draft.changes()] == ["d.png", "playlist.m3u8"]
        assert draft.undo() == "d.png"
        assert draft.read("playlist.m3u8") == b"b.png\n"
        draft.undo()
        assert draft.read("playlist.m3u8") == b"a.png\n"
        draft.undo()
        assert draft.is_empty
        assert not draft.can_undo
        assert draft.read("playlist.m3u8").decode() == PLAYLIST
        assert draft.undo() == ""
        assert not [
            path for path in (tmp_path / "data" / "drafts").rglob("files/*") if not path.name.startswith("base-")
        ]


def test_two_people_have_two_drafts(tmp_path: Path) -> None:
    """Each sees their own, and who else has begun is told."""
    with content_desk(tmp_path) as kit:
        kit.draft.write("playlist.m3u8", b"a.png\n")
        kit.desk.drafts.open("kota", "../..\u202e").write("playlist.m3u8", b"b.png\n")
        assert kit.other.is_empty
        assert kit.other.read("playlist.m3u8").decode() == PLAYLIST
        assert {draft.account for draft in kit.desk.drafts.begun("kota")} == {"ratna", "../..\u202e"}
        assert {path.name for path in (tmp_path / "data").iterdir()} >= {"drafts", "facts.db"}
        with pytest.raises(ContentFault):
            kit.desk.drafts.open("desa", "ratna")


def test_what_is_used_is_not_removed_unseen(tmp_path: Path) -> None:
    """It says which playlists name it, of a playlist how many rules; a file that nothing names goes at once."""
    with content_desk(tmp_path) as kit:
        draft = kit.draft
        assert draft.uses("b.png") == (("default", 1), ("morning", 1))
        assert draft.uses("playlists/morning.m3u8") == (("schedule", 1),)
        for path in ("b.png", "playlists/morning.m3u8"):
            with pytest.raises(ContentFault, match="is used in"):
                draft.remove(path)
        draft.write("playlist.m3u8", b"a.png\nc.png\n")
        draft.write("playlists/morning.m3u8", b"../c.png\n")
        draft.remove("b.png")
        assert draft.path_of("b.png") is None
        with pytest.raises(ContentFault, match="not there"):
            draft.remove("b.png")


def test_the_listing_knows_what_vetting_found(tmp_path: Path) -> None:
    """Kinds, sizes, where used, what cannot be shown and why; nothing is looked into twice."""
    with content_desk(tmp_path) as kit:
        (kit.folder / "broken.png").write_bytes(png(7)[:60])
        (kit.folder / "notes.docx").write_bytes(b"PK")
        draft = kit.draft
        assert not any(media.looked for media in draft.listing().media)
        looked = []
        while path := draft.look_into_next():
            looked.append(path)
        assert sorted(looked) == ["a.png", "b.png", "broken.png", "c.png"]
        listing = draft.listing()
        media = {each.path: each for each in listing.media}
        assert (media["a.png"].kind, media["a.png"].width, media["a.png"].used_in) == ("image", 64, ("default",))
        assert media["b.png"].used_in == ("default", "morning")
        assert media["broken.png"].refused
        assert media["broken.png"].problem
        assert not media["broken.png"].can_convert
        assert media["a.png"].sha256 == hashlib.sha256((kit.folder / "a.png").read_bytes()).hexdigest()
        assert [(each.name, each.path, each.items) for each in listing.playlists] == [
            ("default", "playlist.m3u8", 3), ("morning", "playlists/morning.m3u8", 1),
        ]  # fmt: skip
        assert (listing.schedule, listing.other, listing.signed) == ("schedule.toml", ("notes.docx",), False)
    with content_desk(tmp_path) as kit:
        assert all(media.looked for media in kit.draft.listing().media)
        (kit.folder / "a.png").write_bytes(png(200))
        assert [media.path for media in kit.draft.listing().media if not media.looked] == ["a.png"]


def test_the_panels_own_check_speaks_of_the_folder_as_it_would_be(tmp_path: Path) -> None:
    """A line that names nothing, a rule without its playlist, a broken picture: told before it is published."""
    with content_desk(tmp_path) as kit:
        draft = kit.draft
        assert [problem for problem in draft.check() if not problem.remark] == []
        broken = tmp_path / "broken.png"
        broken.write_bytes(png(9)[:60])
        draft.take_in("x.png", broken, hashlib.sha256(png(9)[:60]).hexdigest())
        draft.write("playlist.m3u8", b"a.png\nx.png\ngone.png\n")
        draft.write("schedule.toml", draft.schedule_file().add(RuleRow("show", "siang", begins="12:00")).raw)
        told = "\n".join(map(str, draft.check()))
        assert "playlist.m3u8 line 2: x.png: " in told
        assert "playlist.m3u8 line 3: gone.png is missing" in told
        assert "there is no playlist 'siang'" in told


def test_a_signed_folder_is_not_edited(tmp_path: Path) -> None:
    """Panels take only what was signed, and no key is here: it says which folder, and what signs it."""
    with content_desk(tmp_path) as kit:
        (kit.folder / "manifest.json").write_text("{}")
        with pytest.raises(ContentFault, match=r"kota is signed.*panel-office sign"):
            kit.draft.write("playlist.m3u8", b"a.png\n")


@pytest.mark.parametrize("path", ["../x.m3u8", "/etc/x", "manifest.json", ".git/x", "a\\b.m3u8"])
def test_nothing_outside_is_read_or_written(tmp_path: Path, path: str) -> None:
    """Whatever a browser asks for."""
    with content_desk(tmp_path) as kit:
        assert kit.draft.path_of(path) is None
        with pytest.raises(ContentFault):
            kit.draft.write(path, b"x")
        with pytest.raises(ContentFault):
            kit.draft.remove(path)
        with pytest.raises(ContentFault):
            kit.draft.rename("a.png", path)
        assert kit.draft.is_empty


def test_a_damaged_draft_is_set_aside(tmp_path: Path) -> None:
    """The server opens, the folder can be edited, and somebody can look at what was left."""
    with content_desk(tmp_path) as kit:
        kit.draft.write("playlist.m3u8", b"a.png\n")
    (record,) = (tmp_path / "data" / "drafts").rglob("draft.json")
    record.write_bytes(record.read_bytes()[:40])
    with content_desk(tmp_path) as kit:
        assert kit.draft.is_empty
        assert record.with_name("draft.json.unreadable").exists()


def test_a_record_is_the_same_after_a_round_trip(tmp_path: Path) -> None:
    """Edits, what each began from, and the steps back."""
    with content_desk(tmp_path) as kit:
        kit.draft.rename("a.png", "d.png")
        kit.draft.write("playlist.m3u8", b"d.png\n")
        record = kit.draft.record
        assert DraftRecord.decode(record.encode()) == record


def test_a_file_that_changed_is_looked_into_again(tmp_path: Path) -> None:
    """Each content once; what only a playlist names, whatever its ending, is looked into, too."""
    with content_desk(tmp_path) as kit:
        (kit.folder / "poster.bild").write_bytes(png(99))
        kit.draft.write("playlist.m3u8", b"a.png\nposter.bild\n")
        looked = []
        while path := kit.draft.look_into_next():
            looked.append(path)
        assert sorted(looked) == ["a.png", "b.png", "c.png", "poster.bild"]
        (kit.folder / "a.png").write_bytes(png(201, 90))
        assert kit.draft.look_into_next() == "a.png"
        assert kit.draft.look_into_next() == ""


def test_the_book_forgets_the_files_of_drafts_that_are_gone(tmp_path: Path) -> None:
    """It keeps what it knows of the folder, and does not grow with every upload."""
    upload = tmp_path / "new.png"
    upload.write_bytes(png(7))
    with content_desk(tmp_path) as kit:
        kit.draft.take_in("d.png", upload, hashlib.sha256(png(7)).hexdigest())
        place = kit.draft.path_of("d.png")
        kit.draft.folder.digest()
        assert {str(place), str(kit.folder / "a.png")} <= places_in(tmp_path)
        kit.draft.discard()
    with content_desk(tmp_path) as kit:
        assert str(place) not in places_in(tmp_path)
        assert str(kit.folder / "a.png") in places_in(tmp_path)


def places_in(root: Path) -> set[str]:
    """The files that the book knows."""
    with contextlib.closing(sqlite3.connect(root / "data" / FILE_NAME)) as database:
        return {place for (place,) in database.execute("SELECT place FROM hashes")}
