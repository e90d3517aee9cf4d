"""Sync tools, the real programs: Syncthing, rclone, rsync and Unison bring content, stop in the middle, are killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.core.events import ImportProgressed, ReleaseAdopted
from player.library.content.names import final_name, is_temporary
from player.library.folder.patience import Patience
from tests.kit.clips import make_clip
from tests.kit.library_room import Room
from tests.kit.programs import need
from tests.kit.syncthing import syncthing_pair
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
TELLS_SOON = Patience(incomplete_alert_s=0.5)
NEVER_DONE = Patience(incomplete_alert_s=0.5, incomplete_s=3600.0)
"""The file's patience outlasts every test, so that only the sync tool's own going on could end it."""
NAMES = ("one", "two", "three")
BIG = 3 << 20


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Three clips and a playlist: what the office syncs."""
    folder = tmp_path / "office"
    folder.mkdir()
    for name in NAMES:
        make_clip(folder / f"{name}.mp4", seconds=0.5, size="320x180")
        _append(folder / f"{name}.mp4", name.encode())
    (folder / "playlist.m3u8").write_text("one.mp4\ntwo.mp4\n")
    return folder


def _append(path: Path, content: bytes) -> None:
    """A box that players skip: makes the same clip another content."""
    with path.open("ab") as file:
        file.write((8 + len(content)).to_bytes(4, "big") + b"free" + content)


def _replace(path: Path) -> None:
    """Another version of the film, some megabytes long, put in its place at once."""
    fresh = path.with_name("fresh")
    shutil.copy(path, fresh)
    _append(fresh, os.urandom(BIG))
    fresh.rename(path)


def adopted(room: Room) -> list[list[str]]:
    return [[item.path for item in event.release.playlists[0].items] for event in room.all(ReleaseAdopted)]


def content_of(room: Room, path: str) -> str:
    assert room.release is not None
    return next(i.content_hash for p in room.release.playlists for i in p.items if i.path == path)


def waits_for(room: Room, path: str) -> bool:
    return any(event.progress and event.progress.waiting_for == path for event in room.all(ImportProgressed))


def incomplete(room: Room) -> str:
    return room.condition("content.incomplete") or ""


# ---- Syncthing


def test_a_syncthing_pair_brings_whole_releases(tmp_path: Path, office: Path) -> None:
    """Send only here, receive only there: what the office changes is adopted as a whole, and nothing is said against it."""
    with Room(tmp_path) as room, syncthing_pair(tmp_path, office, room.folder):
        room.wait_for("one.mp4", "two.mp4")
        before = len(adopted(room))
        (office / "playlist.m3u8").write_text("three.mp4\none.mp4\n")
        _replace(office / "one.mp4")
        room.wait(lambda: room.release and room.playing() == ["three.mp4", "one.mp4"], 120)
        room.wait(lambda: room.condition("content.incomplete") is None, 60)
        assert all(paths == ["three.mp4", "one.mp4"] for paths in adopted(room)[before:])
        room.wait(lambda: room.problems == ())


@pytest.mark.slow
def test_a_sync_that_dies_while_it_replaces_a_film_is_told(tmp_path: Path, office: Path) -> None:
    """The office's Syncthing is killed in the middle of a named film: the panel says what it waits for, at once and as an
    alert, and plays the old one; when Syncthing is back, the new one comes and the alert ends.
    """
    with Room(tmp_path, patience=TELLS_SOON) as room, syncthing_pair(tmp_path, office, room.folder) as (sender, panel):
        room.wait_for("one.mp4", "two.mp4")
        old = content_of(room, "one.mp4")
        sender.stop()
        sender.send_limit = 100
        _replace(office / "one.mp4")
        sender.start(panel)
        wait_for(lambda: (room.folder / ".syncthing.one.mp4.tmp").exists(), 120)
        sender.kill()
        room.wait(lambda: waits_for(room, "one.mp4"))
        room.wait(lambda: "waiting for one.mp4" in incomplete(room))
        assert content_of(room, "one.mp4") == old
        sender.send_limit = 0
        sender.start(panel)
        room.wait(lambda: content_of(room, "one.mp4") != old, 120)
        room.wait(lambda: not incomplete(room))


# ---- rclone


def test_rclone_gives_the_old_release_or_the_new_one(tmp_path: Path, office: Path) -> None:
    """rclone sync over an older state, slowly: no release has half of it, whatever it calls its files meanwhile."""
    need("rclone")
    with Room(tmp_path) as room:
        shutil.copy(office / "two.mp4", room.folder / "old.mp4")
        (room.folder / "playlist.m3u8").write_text("old.mp4\n")
        room.wait_for("old.mp4")
        environ = {**os.environ, "RCLONE_CONFIG": str(tmp_path / "rclone.conf")}
        words = ["rclone", "sync", "--bwlimit", "200k", "--transfers", "1", str(office), str(room.folder)]
        subprocess.run(words, check=True, timeout=120, env=environ, capture_output=True)
        room.wait_for("one.mp4", "two.mp4")
        assert adopted(room) == [["old.mp4"], ["one.mp4", "two.mp4"]]


# ---- rsync


@contextlib.contextmanager
def stalled(words: list[str], begun: Callable[[], object]) -> Iterator[subprocess.Popen[bytes]]:
    """The program stopped in the middle (SIGSTOP), as soon as begun() is true; ended with the block."""
    process = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(begun, 60)
        os.killpg(process.pid, signal.SIGSTOP)
        assert process.poll() is None, "it ended before it could be stopped"
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_film_that_rsync_rewrites_in_place_waits_for_the_longer_patience(tmp_path: Path, office: Path) -> None:
    """rsync --inplace stops in the middle of a film that plays: half old and half new decodes, and yet is not taken."""
    need("rsync")
    with Room(tmp_path, patience=NEVER_DONE) as room:
        _replace(office / "one.mp4")
        for name in ("one.mp4", "two.mp4", "playlist.m3u8"):
            shutil.copy(office / name, room.folder / name)
        room.wait_for("one.mp4", "two.mp4")
        film, old = room.folder / "one.mp4", (office / "one.mp4").read_bytes()
        (office / "one.mp4").write_bytes(old[:-BIG] + os.urandom(BIG))
        inode = film.stat().st_ino
        words = [
            "rsync",
            "-a",
            "--ignore-times",
            "--inplace",
            "--whole-file",
            "--bwlimit=300",
            f"{office}/one.mp4",
            f"{film}",
        ]
        with stalled(words, lambda: film.read_bytes() != old):
            room.wait(lambda: waits_for(room, "one.mp4"))
            room.wait(lambda: "waiting for one.mp4" in incomplete(room))
            assert (film.stat().st_ino, film.stat().st_size) == (inode, len(old))
            assert len(adopted(room)) == 1


def test_a_film_that_was_rewritten_in_place_is_taken_in_the_end(tmp_path: Path, office: Path) -> None:
    """After the longer patience the new content plays, under the same name."""
    need("rsync")
    with Room(tmp_path, patience=Patience(incomplete_s=1.0)) as room:
        for name in ("one.mp4", "two.mp4", "playlist.m3u8"):
            shutil.copy(office / name, room.folder / name)
        room.wait_for("one.mp4", "two.mp4")
        old = content_of(room, "one.mp4")
        _replace(office / "one.mp4")
        subprocess.run(["rsync", "-a", "--inplace", f"{office}/", f"{room.folder}/"], check=True, timeout=60)
        room.wait(lambda: content_of(room, "one.mp4") != old)
        assert [paths for paths in adopted(room) if paths != ["one.mp4", "two.mp4"]] == []


def test_a_killed_rsync_is_told_and_the_next_one_ends_it(tmp_path: Path, office: Path) -> None:
    """rsync is killed while it replaces a named film: what is waited for is named; after a second rsync its left-over
    temporary file holds nothing back, as the film is newer than that.
    """
    need("rsync")
    with Room(tmp_path, patience=TELLS_SOON) as room:
        for name in ("one.mp4", "two.mp4", "playlist.m3u8"):
            shutil.copy(office / name, room.folder / name)
        room.wait_for("one.mp4", "two.mp4")
        old = content_of(room, "one.mp4")
        _replace(office / "one.mp4")
        words = ["rsync", "-a", "--bwlimit=300", f"{office}/", f"{room.folder}/"]
        with stalled(words, lambda: any(room.folder.glob(".one.mp4.??????"))):
            room.wait(lambda: waits_for(room, "one.mp4"))
        room.wait(lambda: "waiting for one.mp4" in incomplete(room))
        assert content_of(room, "one.mp4") == old
        assert any(room.folder.glob(".one.mp4.??????"))
        subprocess.run(["rsync", "-a", f"{office}/", f"{room.folder}/"], check=True, timeout=60)
        room.wait(lambda: content_of(room, "one.mp4") != old)
        room.wait(lambda: not incomplete(room))


def test_on_a_fresh_panel_what_is_whole_plays_while_the_next_film_comes(tmp_path: Path, office: Path) -> None:
    """With nothing on screen a temporary file of a named film holds nothing back: two whole films play at once."""
    need("rsync")
    with Room(tmp_path, patience=TELLS_SOON) as room:
        _replace(office / "three.mp4")
        (office / "playlist.m3u8").write_text("one.mp4\ntwo.mp4\nthree.mp4\n")
        for name in ("one.mp4", "two.mp4"):
            shutil.copy(office / name, tmp_path / name)
        words = ["rsync", "-a", "--bwlimit=300", f"{office}/three.mp4", f"{room.folder}/"]
        with stalled(words, lambda: any(room.folder.glob(".three.mp4.??????"))):
            for name in ("one.mp4", "two.mp4", "playlist.m3u8"):
                shutil.copy(office / name, room.folder / name)
            room.wait_for("one.mp4", "two.mp4")
            room.wait(lambda: "three.mp4" in incomplete(room))


# ---- Unison


def test_what_unison_leaves_behind_is_a_twin_of_its_film(tmp_path: Path, office: Path) -> None:
    """Unison is killed while it replaces a named film: its temporary file is known, and what is waited for is named."""
    need("unison", "prlimit")
    with Room(tmp_path, patience=TELLS_SOON) as room:
        for name in ("one.mp4", "two.mp4", "playlist.m3u8"):
            shutil.copy(office / name, room.folder / name)
        room.wait_for("one.mp4", "two.mp4")
        _replace(office / "one.mp4")
        environ = {**os.environ, "HOME": str(tmp_path), "UNISON": str(tmp_path / "unison")}
        unison = ["unison", "-batch", "-ui", "text", "-prefer", str(office), str(office), str(room.folder)]
        # A limit on what one file may hold ends it by a signal in the middle of the film (SIGXFSZ).
        limited = ["prlimit", f"--fsize={BIG // 2}", *unison]
        subprocess.run(limited, check=False, env=environ, timeout=60, capture_output=True)
        (left,) = [path for path in room.folder.iterdir() if "unison" in path.name]
        assert is_temporary(left.name)
        assert final_name(left.name) == "one.mp4"
        room.wait(lambda: waits_for(room, "one.mp4"))
        room.wait(lambda: "waiting for one.mp4" in incomplete(room))


# ---- what breaks off for good


def test_a_copy_that_broke_off_is_told_as_long_as_the_old_version_plays(tmp_path: Path, office: Path) -> None:
    """A panel with nothing on screen plays the whole films at once; when nobody writes on, the office reads which one is old,
    until what was left behind is gone.
    """
    with Room(tmp_path, patience=Patience(incomplete_alert_s=0.0, twin_s=5.0)) as room:
        for name in ("one.mp4", "two.mp4", "playlist.m3u8"):
            shutil.copy(office / name, room.folder / name)
        left = room.folder / ".one.mp4.Xy12Zq"
        left.write_bytes(b"x")
        room.wait_for("one.mp4", "two.mp4")
        room.wait(lambda: "the old version plays of one.mp4" in incomplete(room))
        room.wait(lambda: any(problem.where == "one.mp4" for problem in room.problems))
        left.unlink()
        room.wait(lambda: not incomplete(room))
        assert adopted(room) == [["one.mp4", "two.mp4"]]
