"""Uploads: each goes on where it was, nothing half has a name, and what no panel shows is refused with what to do."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from player.base.disk import Disk
from player.office.web.content.faults import ContentFault
from player.office.web.content.uploads import (
    CHUNK_LIMIT_BYTES,
    KEPT_S,
    OPEN_LIMIT,
    RefusedUpload,
    Uploads,
    VettedUpload,
    WrongOffset,
)
from tests.kit.clips import make_clip
from tests.kit.desk import DeskKit, content_desk
from tests.kit.pictures import png
from tests.kit.programs import need

pytestmark = pytest.mark.heavy


def send(kit: DeskKit, name: str, content: bytes, piece: int = 1000) -> VettedUpload | RefusedUpload:
    upload = kit.desk.uploads.begin(kit.draft, name, len(content))
    offset = upload.offset
    while offset < len(content):
        offset = kit.desk.uploads.append(upload.id, offset, content[offset : offset + piece])
    return kit.desk.uploads.finish(kit.draft, upload.id)


PICTURE = png(123, 300)


def test_an_upload_goes_on_after_the_server_was_killed(tmp_path: Path) -> None:
    """Cut three times, the last piece said twice: the same bytes, one file, and nothing in the folder until it is published."""
    with content_desk(tmp_path) as kit:
        upload = kit.desk.uploads.begin(kit.draft, "Alun-alun.png", len(PICTURE), modified=77)
        assert kit.desk.uploads.append(upload.id, 0, PICTURE[:100]) == 100
    for cut in (200, 300, 400):
        with content_desk(tmp_path) as kit:
            again = kit.desk.uploads.begin(kit.draft, "Alun-alun.png", len(PICTURE), modified=77)
            assert (again.id, again.offset) == (upload.id, cut - 100)
            with pytest.raises(WrongOffset) as wrong:
                kit.desk.uploads.append(upload.id, 0, PICTURE[:100])
            assert wrong.value.offset == cut - 100
            kit.desk.uploads.append(upload.id, cut - 100, PICTURE[cut - 100 : cut])
            assert not (kit.folder / "Alun-alun.png").exists()
    with content_desk(tmp_path) as kit:
        kit.desk.uploads.append(upload.id, 400, PICTURE[400:])
        vetted = kit.desk.uploads.finish(kit.draft, upload.id)
        assert isinstance(vetted, VettedUpload)
        assert (vetted.path, vetted.kind, vetted.width, vetted.replaces) == ("Alun-alun.png", "image", 300, False)
        assert vetted.sha256 == hashlib.sha256(PICTURE).hexdigest()
        place = kit.draft.path_of("Alun-alun.png")
        assert place is not None
        assert place.read_bytes() == PICTURE
        assert not list((tmp_path / "data" / "uploads").iterdir())
        assert not (kit.folder / "Alun-alun.png").exists()


def test_pieces_that_are_not_what_they_should_be_are_not_kept(tmp_path: Path) -> None:
    """A damaged piece, a piece too many, one that is too large: refused, and what was there stays."""
    with content_desk(tmp_path) as kit:
        uploads = kit.desk.uploads
        upload = uploads.begin(kit.draft, "a.png", 10)
        uploads.append(upload.id, 0, b"12345")
        with pytest.raises(WrongOffset):
            uploads.append(upload.id, 5, b"67890", sha256="00" * 32)
        for chunk in (b"", b"678901", b"x" * (CHUNK_LIMIT_BYTES + 1)):
            with pytest.raises(ContentFault):
                uploads.append(upload.id, 5, chunk)
        assert uploads.append(upload.id, 5, b"67890", sha256=hashlib.sha256(b"67890").hexdigest()) == 10
        with pytest.raises(ContentFault, match="not known"):
            uploads.append("../../etc/passwd", 0, b"x")
        unfinished = uploads.begin(kit.draft, "b.png", 10)
        with pytest.raises(WrongOffset):
            uploads.finish(kit.draft, unfinished.id)


def test_a_file_that_was_damaged_on_its_way_gets_no_name(tmp_path: Path) -> None:
    """When the browser has told its hash."""
    with content_desk(tmp_path) as kit:
        upload = kit.desk.uploads.begin(
            kit.draft, "a.png", len(PICTURE), sha256=hashlib.sha256(PICTURE + b"x").hexdigest()
        )
        kit.desk.uploads.append(upload.id, 0, PICTURE)
        with pytest.raises(ContentFault, match="damaged"):
            kit.desk.uploads.finish(kit.draft, upload.id)
        assert kit.desk.uploads.list(kit.draft) == []
        assert kit.draft.is_empty


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"), ("film.mp4", b"<html><script>alert(1)</script></html>"),
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), ("cut.png", PICTURE[:200]),
        ("setup.exe", b"MZ" + b"\0" * 100), ("zeros.mp4", b"\0" * 5000),
    ],
)  # fmt: skip
def test_what_no_panel_shows_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """By its content, not its name: a sentence, and nothing of it is left."""
    with content_desk(tmp_path) as kit:
        refused = send(kit, name, content)
        assert isinstance(refused, RefusedUpload)
        assert refused.sentence
        assert not refused.can_convert
        assert kit.draft.is_empty
        assert not list((tmp_path / "data" / "uploads").iterdir())


def test_an_archive_that_grows_is_never_unpacked(tmp_path: Path) -> None:
    """A zip bomb is a file that no panel shows, whatever its name."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b"\0" * 50_000_000)
    with content_desk(tmp_path) as kit:
        assert isinstance(send(kit, "poster.png", bomb.read_bytes(), 1 << 20), RefusedUpload)


def test_uploads_are_bounded(tmp_path: Path) -> None:
    """In size, in number, by the room there is; a person's uploads are nobody else's."""

    class SmallDisk(Disk):
        def free_bytes(self, path: Path) -> int:
            return (1 << 30) + 500

    with content_desk(tmp_path) as kit:
        uploads = kit.desk.uploads
        for size in (0, -1, 10**12):
            with pytest.raises(ContentFault):
                uploads.begin(kit.draft, "a.mp4", size)
        for number in range(OPEN_LIMIT):
            uploads.begin(kit.draft, f"{number}.mp4", 10)
        with pytest.raises(ContentFault, match="under way"):
            uploads.begin(kit.draft, "more.mp4", 10)
        mine = uploads.list(kit.draft)[0]
        with pytest.raises(ContentFault, match="somebody else"):
            uploads.cancel(kit.other, mine.id)
        uploads.cancel(kit.draft, mine.id)
        assert len(uploads.list(kit.draft)) == OPEN_LIMIT - 1
        full = Uploads(tmp_path / "data" / "other", kit.desk.book, SmallDisk())
        full.begin(kit.draft, "a.mp4", 400)
        with pytest.raises(ContentFault, match="no room"):
            full.begin(kit.draft, "b.mp4", 200)


def test_an_upload_that_nobody_goes_on_with_is_given_up(tmp_path: Path) -> None:
    """After a week; a younger one is kept."""
    with content_desk(tmp_path) as kit:
        upload = kit.desk.uploads.begin(kit.draft, "a.mp4", 10)
        newest = max(path.stat().st_mtime for path in (tmp_path / "data" / "uploads").iterdir())
        Uploads(tmp_path / "data" / "uploads", kit.desk.book, now=lambda: newest + KEPT_S - 1).give_up_old()
        assert kit.desk.uploads.find(upload.id) is not None
        Uploads(tmp_path / "data" / "uploads", kit.desk.book, now=lambda: newest + KEPT_S + 1).give_up_old()
        assert kit.desk.uploads.find(upload.id) is None
        assert not list((tmp_path / "data" / "uploads").iterdir())


def test_a_playlist_and_a_text_are_taken_as_they_are(tmp_path: Path) -> None:
    """A playlist replaces the one that is there, as a change of the draft; a text page is vetted as one."""
    with content_desk(tmp_path) as kit:
        playlist = send(kit, "playlist.m3u8", b"a.png\n")
        assert isinstance(playlist, VettedUpload)
        assert playlist.replaces
        text = send(kit, "Pengumuman.txt", b"Kerja bakti\nMinggu pukul 07.00\n")
        assert isinstance(text, VettedUpload)
        assert text.kind == "text"
        assert {(change.path, change.what) for change in kit.draft.changes()} == {
            ("playlist.m3u8", "changed"), ("Pengumuman.txt", "added"),
        }  # fmt: skip


def test_a_name_that_differs_only_in_its_case_is_the_file_that_is_there(tmp_path: Path) -> None:
    """The folder is synced to computers that take the two for one; a rename meets the same."""
    with content_desk(tmp_path) as kit:
        taken = send(kit, "A.PNG", PICTURE)
        assert isinstance(taken, VettedUpload)
        assert (taken.path, taken.replaces) == ("a.png", True)
        with pytest.raises(ContentFault, match="already"):
            kit.draft.rename("b.png", "C.png")
        kit.draft.rename("b.png", "B.png")
        assert kit.draft.path_of("B.png") is not None


@pytest.mark.live
@pytest.mark.slow
def test_a_film_that_only_a_conversion_can_show_stays_for_it(tmp_path: Path) -> None:
    """A codec that panels do not know: refused with its name, and what is there can be converted."""
    need("ffmpeg")
    film = make_clip(
        tmp_path / "film.avi", seconds=0.5, size="160x90", codec=("-c:v", "utvideo", "-pix_fmt", "yuv420p")
    )
    with content_desk(tmp_path) as kit:
        refused = send(kit, "film.avi", film.read_bytes(), 1 << 20)
        assert isinstance(refused, RefusedUpload)
        assert refused.can_convert
        (kept,) = kit.desk.uploads.list(kit.draft)
        assert kit.desk.uploads.part_of(kept.id).read_bytes() == film.read_bytes()
