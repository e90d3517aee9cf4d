"""The folder as sync tools, full disks and dead shares leave it: rsync, slow writers, ENOSPC, read-only, ten thousand files."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.bundle.source import Source
from player.core.effects import RollBackLibrary
from player.core.events import ConditionReported, ImportProgressed, LibraryAnswered, ProblemsFound, ReleaseAdopted
from player.library.folder.patience import Patience
from player.library.folder.scan import scan_folder
from player.library.folder.watch import is_remote
from player.library.room import RoomTimes
from tests.kit.clips import make_clip
from tests.kit.library_room import Room
from tests.kit.programs import need
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
QUICK = Patience(retry_s=0.5)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clips of about a megabyte and a playlist: what the office syncs."""
    folder = tmp_path_factory.mktemp("office")
    for name in ("one", "two", "three"):
        make_clip(folder / f"{name}.mp4", seconds=2, size="640x360")
        (folder / f"{name}.mp4").write_bytes((folder / f"{name}.mp4").read_bytes() + _free_box(name))
    (folder / "playlist.m3u8").write_text("one.mp4\ntwo.mp4\nthree.mp4\n")
    return folder


def _free_box(text: str) -> bytes:
    """A box that players skip: makes the same clip another content."""
    return (8 + len(text)).to_bytes(4, "big") + b"free" + text.encode()


def adopted(room: Room) -> list[list[str]]:
    return [[item.path for item in event.release.playlists[0].items] for event in room.all(ReleaseAdopted)]


@pytest.mark.parametrize("how", [[], ["--inplace"], ["--delay-updates"], ["--whole-file", "--partial"]])
def test_rsync_gives_one_release_and_never_half(tmp_path: Path, office: Path, how: list[str]) -> None:
    """A slow rsync over an older state: the old list until all has come, then the new one, and nothing between."""
    need("rsync")
    with Room(tmp_path, settle_seconds=1) as room:
        shutil.copy(office / "one.mp4", room.folder / "old.mp4")
        (room.folder / "playlist.m3u8").write_text("old.mp4\n")
        room.wait_for("old.mp4")
        subprocess.run(
            ["rsync", "-a", "--bwlimit=600", "--delete-after", *how, f"{office}/", f"{room.folder}/"],
            check=True,
            timeout=60,
        )
        room.wait_for("one.mp4", "two.mp4", "three.mp4")
        assert adopted(room) == [["old.mp4"], ["one.mp4", "two.mp4", "three.mp4"]]
        room.wait(lambda: room.problems == ())


def test_a_change_is_not_picked_up_before_it_has_settled(tmp_path: Path, office: Path) -> None:
    """The settle time passes after the last write, however long it takes after that. (The bench says how long.)"""
    with Room(tmp_path, settle_seconds=2) as room:
        shutil.copy(office / "one.mp4", room.folder / "a.mp4")
        room.wait_for("a.mp4")
        shutil.copy(office / "two.mp4", room.folder / "b.mp4")
        wrote_ns = (room.folder / "b.mp4").stat().st_ctime_ns
        room.wait_for("a.mp4", "b.mp4")
        assert room.release is not None
        # The settle time is kept by the clock that never steps; this one may be slewed by a few per mille meanwhile.
        assert room.release.adopted_at.timestamp() - wrote_ns / 1e9 > 1.9


def test_syncthings_way(tmp_path: Path, office: Path) -> None:
    """Written under a temporary name, then renamed: nothing is taken before, everything after."""
    with Room(tmp_path) as room:
        shutil.copy(office / "one.mp4", room.folder / "one.mp4")
        (room.folder / "playlist.m3u8").write_text("one.mp4\n")
        room.wait_for("one.mp4")
        content = (office / "two.mp4").read_bytes()
        temporary = room.folder / ".syncthing.one.mp4.tmp"
        temporary.write_bytes(content[:1000])
        (room.folder / "playlist.m3u8").write_text("one.mp4\none.mp4\n")
        room.wait(lambda: len([e for _, e in room.events if type(e).__name__ == "FolderChanged"]) >= 1)
        time.sleep(2)  # long past the settle time: the twin alone holds the change back
        assert len(adopted(room)) == 1
        temporary.write_bytes(content)
        temporary.rename(room.folder / "one.mp4")
        room.wait_for("one.mp4", "one.mp4")
        assert len(adopted(room)) == 2


def test_a_preallocated_file_is_waited_for(tmp_path: Path, office: Path) -> None:
    """Explorer and SMB set the final size first and fill it then: not taken while its end is zeros."""
    with Room(tmp_path) as room:
        shutil.copy(office / "one.mp4", room.folder / "one.mp4")
        (room.folder / "playlist.m3u8").write_text("one.mp4\n")
        room.wait_for("one.mp4")
        content = (office / "two.mp4").read_bytes()
        (room.folder / "playlist.m3u8").write_text("one.mp4\ntwo.mp4\n")
        with (room.folder / "two.mp4").open("wb") as file:
            file.truncate(len(content))
            file.write(content[: len(content) // 2])
            file.flush()
            room.wait(lambda: any(e.progress and e.progress.waiting_for for e in room.all(ImportProgressed)))
            assert len(adopted(room)) == 1
            file.write(content[len(content) // 2 :])
        room.wait_for("one.mp4", "two.mp4")
        assert len(adopted(room)) == 2


def test_strange_names_play(tmp_path: Path, office: Path) -> None:
    """Whatever a file is called, it is only a name; what cannot be shown is replaced in what is told."""
    names = [b"-rf.mp4", b" a .mp4", b"new\nline.mp4", b"100%s.mp4", b"q'\".mp4", b"\xff\xfe.mp4", b":x.mp4",
             "\U0001f600.mp4".encode(), "\u202e4pm.mp4".encode(), b"n" * 251 + b".mp4"]  # fmt: skip
    with Room(tmp_path) as room:
        for name in names:
            shutil.copy(os.fsencode(office / "one.mp4"), os.fsencode(room.folder) + b"/" + name)
        room.wait(lambda: len(room.playing()) == len(names))
        assert room.release is not None
        assert room.release.files == 1
        for path in room.playing():
            path.encode("utf-8")
            assert "\n" not in path


def test_many_files_at_once_are_stored_once_where_they_are_the_same(tmp_path: Path, office: Path) -> None:
    """A thousand names of twenty contents are one release with twenty blobs. (The bench takes ten thousand.)"""
    make_clip(tmp_path / "small.mp4", seconds=0.5, size="160x90")
    source = (tmp_path / "small.mp4").read_bytes()
    with Room(tmp_path) as room:
        for n in range(1_000):
            folder = room.folder / f"{n // 100:02}"
            folder.mkdir(exist_ok=True)
            if n < 20:
                (folder / f"{n:05}.mp4").write_bytes(source + _free_box(str(n)))
            else:
                os.link(room.folder / "00" / f"{n % 20:05}.mp4", folder / f"{n:05}.mp4")
        room.wait(lambda: len(room.playing()) == 1_000)
        assert room.release is not None
        assert room.release.files == 20
        assert len(list((room.state / "library" / "blobs").glob("*/*"))) == 20


def test_links_and_pipes_are_reported_and_never_opened(tmp_path: Path, office: Path) -> None:
    """A link to a file outside, a link to a folder, a pipe: no hang, no content from outside."""
    with Room(tmp_path) as room:
        (room.folder / "link.mp4").symlink_to(office / "one.mp4")
        (room.folder / "linked").symlink_to(office)
        os.mkfifo(room.folder / "pipe.mp4")
        shutil.copy(office / "two.mp4", room.folder / "two.mp4")
        room.wait_for("two.mp4")
        told = "\n".join(map(str, room.problems))
        assert "link.mp4: it is a link" in told
        assert "pipe.mp4: it is a pipe" in told


# ---- disks


@contextlib.contextmanager
def loop_disk(root: Path, megabytes: int) -> Iterator[Path]:
    """A small ext4 of its own, mounted; ended by its own path."""
    need("mkfs.ext4", "mount")
    if os.geteuid() != 0:
        pytest.skip("needs root for a loop mount")
    image, place = root / "disk.img", root / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["/usr/sbin/mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    if subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=False).returncode != 0:
        pytest.skip("this machine allows no loop mounts")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.root
def test_a_full_disk_keeps_the_old_release_and_says_so(tmp_path: Path, office: Path) -> None:
    """More content than the library's disk has room for: disk.low, the old plays; less content: adopted, cleared."""
    with loop_disk(tmp_path, 24) as disk:
        (tmp_path / "content").mkdir()
        with Room(disk, folder=tmp_path / "content", patience=QUICK) as room:
            shutil.copy(office / "one.mp4", room.folder / "a.mp4")
            room.wait_for("a.mp4")
            big = (office / "two.mp4").read_bytes()
            with (room.folder / "b.mp4").open("wb") as file:
                file.write(big + (8 + (30 << 20)).to_bytes(4, "big") + b"free" + os.urandom(30 << 20))
            room.wait(lambda: room.condition("disk.low"))
            assert "31.9 MB" in str(room.condition("disk.low"))
            assert room.playing() == ["a.mp4"]
            shutil.copy(office / "two.mp4", room.folder / "b.mp4")
            room.wait_for("a.mp4", "b.mp4")
            room.wait(lambda: room.condition("disk.low") is None)


@pytest.mark.root
def test_a_disk_that_fills_up_in_the_middle_of_a_copy(tmp_path: Path, office: Path) -> None:
    """Somebody else takes the room meanwhile: ENOSPC is told as such, nothing is half, and it goes on afterwards."""
    with loop_disk(tmp_path, 24) as disk:
        (tmp_path / "content").mkdir()
        with Room(disk, folder=tmp_path / "content", patience=QUICK) as room:
            shutil.copy(office / "one.mp4", room.folder / "a.mp4")
            room.wait_for("a.mp4")
            ballast = disk / "ballast"
            with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(1 << 16))
            shutil.copy(office / "two.mp4", room.folder / "b.mp4")
            room.wait(lambda: room.condition("disk.low"))
            assert room.playing() == ["a.mp4"]
            ballast.unlink()
            room.wait_for("a.mp4", "b.mp4")


@pytest.mark.root
def test_a_disk_that_turns_read_only(tmp_path: Path, office: Path) -> None:
    """The release plays on and is there after a restart; disk.read-only is told; writable again, it goes on."""
    with loop_disk(tmp_path, 24) as disk:
        (tmp_path / "content").mkdir()
        with Room(disk, folder=tmp_path / "content", patience=QUICK) as room:
            shutil.copy(office / "one.mp4", room.folder / "a.mp4")
            room.wait_for("a.mp4")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with Room(disk, folder=tmp_path / "content", patience=QUICK) as room:
            assert room.playing() == ["a.mp4"]
            shutil.copy(office / "two.mp4", room.folder / "b.mp4")
            room.wait(lambda: room.condition("disk.read-only"))
            room.library.perform(RollBackLibrary(Source.FOLDER, "c1"))
            room.wait(lambda: room.all(LibraryAnswered))
            assert not room.all(LibraryAnswered)[0].ok
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            room.wait_for("a.mp4", "b.mp4")
            room.wait(lambda: room.condition("disk.read-only") is None)


@contextlib.contextmanager
def dead_share(place: Path) -> Iterator[None]:
    """Over `place` a FUSE file system whose server never answers: whoever touches it waits until the block ends."""
    if os.geteuid() != 0 or not os.path.exists("/dev/fuse"):
        pytest.skip("needs root and /dev/fuse")
    server = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"dead", os.fsencode(place), b"fuse", 0, options) != 0:
        os.close(server)
        pytest.skip(f"this machine allows no FUSE mounts ({os.strerror(ctypes.get_errno())})")
    try:
        yield
    finally:
        libc.umount2(os.fsencode(place), 2)  # MNT_DETACH
        os.close(server)  # the kernel ends every request with an error


@pytest.mark.root
def test_a_share_that_hangs_holds_nobody(tmp_path: Path, office: Path) -> None:
    """A dead share over the folder: commands are answered, the office is told, the room ends while it still hangs."""
    with contextlib.ExitStack() as share:
        with Room(tmp_path, times=RoomTimes(hanging_s=1.0, turn_s=0.1)) as room:
            for name in ("one", "two"):
                shutil.copy(office / f"{name}.mp4", room.folder / f"{name}.mp4")
                room.wait(lambda name=name: f"{name}.mp4" in room.playing())  # type: ignore[misc]
            share.enter_context(dead_share(room.folder))
            room.wait(lambda: any("does not answer" in str(problem) for problem in room.problems))
            room.wait(lambda: "check the network share" in str(room.condition("content.incomplete")))
            assert room.playing() == ["one.mp4", "two.mp4"]
            room.library.perform(RollBackLibrary(Source.FOLDER, "c1"))
            room.wait(lambda: room.all(LibraryAnswered))
            assert room.playing() == ["one.mp4"]
        assert any(thread.name == "library" for thread in threading.enumerate()), "the share has let its thread go"


def test_shares_are_known_by_their_mount(tmp_path: Path) -> None:
    """What is told of no remote change is polled: cifs, nfs, fuse; the longest mount point counts."""
    table = tmp_path / "mountinfo"
    table.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"30 22 0:40 / {tmp_path}/share rw shared:1 - cifs //office/panel rw\n"
        f"31 30 8:2 / {tmp_path}/share/local rw - ext4 /dev/sdb1 rw\n"
        f"32 22 0:41 / {tmp_path}/with\\040space rw - fuse.rclone remote rw\n"
    )
    for name, remote in (
        ("share", True),
        ("share/local", False),
        ("elsewhere", False),
        ("with space", True),
        ("share2", False),
    ):
        assert is_remote(tmp_path / name, table) is remote, name


def test_scanning_follows_no_link(tmp_path: Path) -> None:
    """A link loop ends nowhere; hidden folders and receipts are not content."""
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / ".stversions").mkdir()
    (tmp_path / ".stversions" / "old.mp4").write_bytes(b"x")
    (tmp_path / "a.mp4").write_bytes(b"x")
    found = scan_folder(tmp_path)
    assert list(found.files) == ["a.mp4"]
    assert found.odd == {"loop": "a link"}


def test_a_folder_that_is_not_there_is_waited_for(tmp_path: Path, office: Path) -> None:
    """The share is mounted after the daemon has started."""
    room = Room(tmp_path)
    room.folder.rmdir()
    with room:
        room.wait(lambda: room.all(ProblemsFound))
        assert "is not there" in str(room.problems[0])
        room.folder.mkdir()
        shutil.copy(office / "one.mp4", room.folder / "a.mp4")
        room.wait_for("a.mp4")
        wait_for(lambda: room.problems == (), 60)


@pytest.mark.parametrize("named", [True, False])
def test_with_nothing_on_screen_the_first_film_plays_before_the_rest_is_copied(
    tmp_path: Path, office: Path, named: bool
) -> None:
    """A folder that is full when the panel starts for the first time: a film, then all; none of them is told as missing."""
    room = Room(tmp_path, patience=Patience(first_s=0.0))
    for name in ("one", "two", "three"):
        shutil.copy(office / f"{name}.mp4", room.folder / f"{name}.mp4")
    if named:
        shutil.copy(office / "playlist.m3u8", room.folder / "playlist.m3u8")
    with room:
        room.wait(lambda: len(room.playing()) == 3)
        assert [len(paths) for paths in adopted(room)] == [1, 3]
        assert [told for told in room.all(ConditionReported) if told.alert == "content.incomplete"] == []
