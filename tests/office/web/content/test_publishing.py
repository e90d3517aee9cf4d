"""Publishing into a real folder: whole files, media first, nobody overwritten, whatever happens in between."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from player.library.content.names import is_temporary
from player.office.web.content.drafts import FolderDraft
from player.office.web.content.faults import ContentFault
from player.office.web.content.publishing import DraftConflict, PublishedDraft, publish
from player.office.web.content.schedule_rules import RuleRow
from tests.kit.desk import PLAYLIST, SCHEDULE, DeskKit, content_desk, fill
from tests.kit.disks import ActingDisk
from tests.kit.pictures import png

pytestmark = pytest.mark.heavy

NEW = png(222)
HERE = Path(__file__).parents[4]


def draft_all_kinds(kit: DeskKit) -> None:
    """A new picture and what names it, a rename, a removal, a rule."""
    fresh = kit.root / "fresh.png"
    fresh.write_bytes(NEW)
    kit.draft.take_in("media/new.png", fresh, hashlib.sha256(NEW).hexdigest())
    playlist = kit.draft.playlist("playlist.m3u8").add("media/new.png", 0, seconds=4)
    kit.draft.write("playlist.m3u8", playlist.drop(3).raw)
    kit.draft.remove("c.png")
    kit.draft.rename("a.png", "alun.png")
    kit.draft.write(
        "schedule.toml", kit.draft.schedule_file().add(RuleRow("show", "morning", begins="12:00", ends="13:00")).raw
    )


def test_the_folder_is_afterwards_as_the_draft_said(tmp_path: Path) -> None:
    """Every file under its name with its bytes, comments kept, no temporary name left, the draft empty, the log told."""
    with content_desk(tmp_path) as kit:
        draft_all_kinds(kit)
        expected = kit.draft.folder.digest_of(kit.draft.content())
        order: list[str] = []
        done = publish(kit.draft, on_file=order.append)
        assert isinstance(done, PublishedDraft)
        assert done.digest == expected
        assert order == ["alun.png", "media/new.png", "playlist.m3u8", "schedule.toml", "c.png", "a.png"]
        left = sorted(str(path.relative_to(kit.folder)) for path in kit.folder.rglob("*") if path.is_file())
        assert left == [
            "alun.png",
            "b.png",
            "media/new.png",
            "playlist.m3u8",
            "playlists/morning.m3u8",
            "schedule.toml",
        ]
        assert (kit.folder / "media" / "new.png").read_bytes() == NEW
        text = (kit.folder / "playlist.m3u8").read_text()
        assert "# by hand, please keep" in text
        assert "#EXTINF:8,One\nalun.png" in text
        assert (kit.folder / "schedule.toml").read_text().startswith(SCHEDULE)
        assert kit.draft.is_empty
        assert not kit.draft.can_undo
        told = {file.path: file for file in done.files}
        assert told["playlist.m3u8"].before == PLAYLIST
        assert told["playlist.m3u8"].after == text
        assert told["media/new.png"].after == f"{len(NEW)} bytes, SHA-256 {hashlib.sha256(NEW).hexdigest()}"
        assert told["c.png"].after == ""
        assert told["alun.png"].what == "renamed from a.png"
        assert kit.draft.folder.digest() == expected


def test_nothing_to_publish_and_a_signed_folder_are_refused(tmp_path: Path) -> None:
    """Each with a sentence that says what to do."""
    with content_desk(tmp_path) as kit:
        with pytest.raises(ContentFault, match="Nothing was changed"):
            publish(kit.draft)
        kit.draft.write("playlist.m3u8", b"a.png\n")
        (kit.folder / "manifest.json").write_text("{}")
        with pytest.raises(ContentFault, match="kota is signed"):
            publish(kit.draft)
        assert (kit.folder / "playlist.m3u8").read_text() == PLAYLIST


def test_the_second_to_publish_gets_both_versions(tmp_path: Path) -> None:
    """Two people, one playlist: nothing of either is lost, and each way to settle it goes through."""
    with content_desk(tmp_path) as kit:
        kit.draft.write("playlist.m3u8", b"a.png\n")
        kit.other.write("playlist.m3u8", b"b.png\n")
        kit.other.write("playlists/malam.m3u8", b"../c.png\n")
        assert isinstance(publish(kit.draft), PublishedDraft)
        conflict = publish(kit.other)
        assert isinstance(conflict, DraftConflict)
        (file,) = conflict.files
        assert (file.path, file.base, file.theirs, file.mine) == (
            "playlist.m3u8", PLAYLIST.encode(), b"a.png\n", b"b.png\n",
        )  # fmt: skip
        assert not (kit.folder / "playlists" / "malam.m3u8").exists()
        kit.other.resolve("playlist.m3u8", b"a.png\nb.png\n")
        assert isinstance(publish(kit.other), PublishedDraft)
        assert (kit.folder / "playlist.m3u8").read_bytes() == b"a.png\nb.png\n"
        assert (kit.folder / "playlists" / "malam.m3u8").exists()


@pytest.mark.parametrize(("choice", "result"), [("mine", b"b.png\n"), ("theirs", b"by an editor\n")])
def test_an_edit_with_a_text_editor_in_between(tmp_path: Path, choice: str, result: bytes) -> None:
    """Whoever wrote it: it is not overwritten unseen."""
    with content_desk(tmp_path) as kit:
        kit.draft.write("playlist.m3u8", b"b.png\n")
        kit.draft.remove("playlists/morning.m3u8", although_used=True)
        (kit.folder / "playlist.m3u8").write_bytes(b"by an editor\n")
        assert isinstance(publish(kit.draft), DraftConflict)
        assert (kit.folder / "playlists" / "morning.m3u8").exists()
        kit.draft.resolve("playlist.m3u8", choice)  # type: ignore[arg-type]
        assert isinstance(publish(kit.draft), PublishedDraft)
        assert (kit.folder / "playlist.m3u8").read_bytes() == result


def test_a_page_that_was_open_for_long_conflicts_too(tmp_path: Path) -> None:
    """What counts is what the person saw when the change began, not when it was sent."""
    with content_desk(tmp_path) as kit:
        seen = kit.draft.sha256_of("playlist.m3u8")
        (kit.folder / "playlist.m3u8").write_bytes(b"c.png\n")
        kit.draft.write("playlist.m3u8", b"b.png\n", began_from=seen)
        conflict = publish(kit.draft)
        assert isinstance(conflict, DraftConflict)
        assert conflict.files[0].theirs == b"c.png\n"


def test_an_editor_that_writes_while_we_publish_is_not_overwritten(tmp_path: Path) -> None:
    """Asked once more right before each rename."""
    with content_desk(tmp_path) as kit:
        kit.draft.write("playlist.m3u8", b"b.png\n")
        playlist = kit.folder / "playlist.m3u8"
        conflict = publish(kit.draft, on_file=lambda path: playlist.write_bytes(b"meanwhile\n"))
        assert isinstance(conflict, DraftConflict)
        assert conflict.files[0].theirs == b"meanwhile\n"
        assert playlist.read_bytes() == b"meanwhile\n"


def interrupted_at(moment: int, act: Callable[[], object]) -> ActingDisk:
    disk = ActingDisk()
    disk.at, disk.act = moment, act
    return disk


def fail() -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def files_of(folder: Path) -> dict[str, bytes]:
    """What lies there under a name that is no temporary one."""
    found = (path for path in folder.rglob("*") if path.is_file() and not is_temporary(path.name))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.slow
def test_a_disk_that_fails_at_any_moment_leaves_no_half_file(tmp_path: Path) -> None:
    """At each call on the disk in turn: every name holds the old or the new content, and publishing again ends it."""
    moment = 1
    with content_desk(tmp_path) as kit:
        while True:
            shutil.rmtree(kit.folder)
            fill(kit.folder)
            before = files_of(kit.folder)
            fresh = kit.root / "fresh.png"
            fresh.write_bytes(NEW)
            kit.draft.take_in("media/new.png", fresh, hashlib.sha256(NEW).hexdigest())
            kit.draft.change("edit", {"playlist.m3u8": b"media/new.png\n", "schedule.toml": b"", "c.png": None})
            content = kit.draft.content()
            after = {path: content.place_of(path).read_bytes() for path in kit.draft.files()}
            disk = interrupted_at(moment, fail)
            try:
                publish(kit.draft, disk)
            except OSError:
                left = files_of(kit.folder)
                for path, held in left.items():
                    assert held in (before.get(path), after.get(path)), path
                assert left["playlist.m3u8"] == before["playlist.m3u8"] or "media/new.png" in left
                assert isinstance(publish(kit.draft), PublishedDraft)
            assert files_of(kit.folder) == after
            assert [path for path in kit.folder.rglob("*") if is_temporary(path.name)] == []
            assert kit.draft.is_empty
            if disk.calls < moment:
                break
            moment += 3  # before and after calls in turn
    assert moment > 20


KILLED = """
import os, sys
from pathlib import Path
from player.base.disk import Disk
from player.office.web.content.publishing import publish
from tests.kit.desk import content_desk
class Killing(Disk):
    def rename(self, part, target):
        os.kill(os.getpid(), 9)
with content_desk(Path(sys.argv[1]), data=Path(sys.argv[2])) as kit:
    publish(kit.draft, Killing())
"""


@pytest.mark.parametrize("other_disk", [False, True])
def test_what_a_killed_publication_left_goes_at_the_next_start(tmp_path: Path, other_disk: bool) -> None:
    """Ours only: a temporary file of the same name that Syncthing makes stays, and publishing goes another way round it."""
    shared = Path("/dev/shm")
    if other_disk and (not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev):
        pytest.skip("no second file system here")
    with tempfile.TemporaryDirectory(dir=shared if other_disk else tmp_path) as data_text:
        data = Path(data_text)
        with content_desk(tmp_path, data=data) as kit:
            fresh = tmp_path / "fresh.png"
            fresh.write_bytes(NEW)
            kit.draft.take_in("film.png", fresh, hashlib.sha256(NEW).hexdigest())
        part, theirs = (kit.folder / f".syncthing.{name}.tmp" for name in ("film.png", "other.png"))
        killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), data_text], cwd=HERE, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert part.exists()
        theirs.write_bytes(NEW)
        with content_desk(tmp_path, data=data) as kit:
            assert not part.exists()
            assert theirs.exists()
            part.write_bytes(b"another tool's")
        with content_desk(tmp_path, data=data) as kit:
            assert isinstance(publish(kit.draft), PublishedDraft)
        assert (kit.folder / "film.png").read_bytes() == NEW
        assert part.read_bytes() == b"another tool's"
        assert sorted(path.name for path in kit.folder.iterdir() if is_temporary(path.name)) == [part.name, theirs.name]


def test_a_file_that_went_while_it_was_renamed_is_told(tmp_path: Path) -> None:
    """Somebody removed it in the folder: there is nothing to rename, and the rest of the draft can still be published."""
    with content_desk(tmp_path) as kit:
        kit.draft.rename("c.png", "d.png")
        (kit.folder / "c.png").unlink()
        assert "d.png" not in kit.draft.files()
        conflict = publish(kit.draft)
        assert isinstance(conflict, DraftConflict)
        assert [file.path for file in conflict.files] == ["d.png"]
        kit.draft.resolve("d.png", "theirs")
        assert isinstance(publish(kit.draft), PublishedDraft)
        assert "d.png" in (kit.folder / "playlist.m3u8").read_text()


def test_from_another_file_system_each_file_comes_whole(tmp_path: Path) -> None:
    """The data folder on another disk than the content folder: copied, put on the disk, renamed; nothing is left beside it."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system here")
    with tempfile.TemporaryDirectory(dir=shared) as data, content_desk(tmp_path, data=Path(data)) as kit:
        draft_all_kinds(kit)
        expected = kit.draft.folder.digest_of(kit.draft.content())
        done = publish(kit.draft)
        assert isinstance(done, PublishedDraft)
        assert done.digest == expected
        assert (kit.folder / "media" / "new.png").read_bytes() == NEW
        assert (kit.folder / "media" / "new.png").stat().st_mode & 0o777 == 0o644
        assert [path for path in kit.folder.rglob("*") if is_temporary(path.name)] == []


def test_two_who_publish_at_once_do_not_mix(tmp_path: Path) -> None:
    """One is published, the other sees the conflict; whichever was first."""
    with content_desk(tmp_path) as kit:
        kit.draft.write("playlist.m3u8", b"a.png\n")
        kit.other.write("playlist.m3u8", b"b.png\n")
        together = threading.Barrier(2)

        def go(draft: FolderDraft) -> PublishedDraft | DraftConflict:
            together.wait()
            return publish(draft)

        with ThreadPoolExecutor(2) as workers:
            results = [work.result() for work in [workers.submit(go, draft) for draft in (kit.draft, kit.other)]]
        assert sorted(type(result).__name__ for result in results) == ["DraftConflict", "PublishedDraft"]
        assert (kit.folder / "playlist.m3u8").read_bytes() in (b"a.png\n", b"b.png\n")
