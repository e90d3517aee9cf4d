"""Disks that fill, grow and vanish: nothing good is destroyed, blamed or promised in vain."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.base.clocks import Now
from player.base.disk import Disk
from player.base.mqtt.messages import Arrived
from player.bundle.serials import SerialBook
from player.bundle.source import Source
from player.core import effects as f
from player.core.events import Event, ReleaseAdopted
from player.core.model import SavedState
from player.library.content.snapshot import Fingerprint
from player.library.folder.patience import Patience
from player.library.store.copying import Copier, CopyFault, NotVetted
from player.library.store.importer import NothingPlayable, import_bundle
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from player.library.store.workshop import Workshop
from player.library.vetting.verdicts import Vetting, VettingFailed
from player.link.command_log import CommandLog
from player.link.intake import Intake
from player.machine.saved_state import load_saved_state, reserve_for, save_state
from player.settings.models import ContentSection, TrustSection
from tests.kit.bundles import office_key, sign_folder
from tests.kit.clips import make_clip
from tests.kit.library_room import Room
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

WALL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
JUNK = 200
COPIES = 20
"""Files that may be copied before the one good film among JUNK others: what its head shows is never copied."""

KILLED_TWICE = """
import os, pathlib, signal, sys, time
count = pathlib.Path(sys.argv[1])
count.write_text(count.read_text() + "x" if count.exists() else "x")
if len(count.read_text()) <= 2:
    sys.stdin.readline()
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()
os.execv(sys.executable, [sys.executable, "-m", "player.library.vetting.child", *sys.argv[3:]])
"""


class CountedDisk(Disk):
    """The real disk, which counts the copies begun and the bytes written, and may do something at each write."""

    def __init__(self) -> None:
        self.created = self.written = 0

    def create(self, path: Path, mode: int = 0o644, *, fresh: bool = False) -> int:
        self.created += path.suffix == ".part"
        return super().create(path, mode, fresh=fresh)

    def write(self, number: int, block: bytes | memoryview) -> int:
        self.written += len(block)
        return super().write(number, block)


def a_workshop(root: Path, folder: Path, disk: Disk | None = None) -> Workshop:
    store = Store(root / "library", 3, disk)
    store.open()
    content = ContentSection(folder=folder, settle_seconds=0.5)
    return Workshop(store, KnownFiles(root / "known_files.json", store.disk), content, UTC)


@pytest.mark.live
@pytest.mark.parametrize("how", ["killed", "slow"])
def test_a_vetting_child_killed_by_the_machine_is_no_fault_of_the_film(tmp_path: Path, how: str) -> None:
    """The vetting child dies of SIGKILL twice (out of memory), or a busy disk holds it: the film is taken at the next try."""
    folder = tmp_path / "content"
    folder.mkdir()
    make_clip(folder / "a.mp4", seconds=0.4, size="64x64")
    workshop = a_workshop(tmp_path, folder)
    program = (sys.executable, "-c", KILLED_TWICE, str(tmp_path / "count"), how)
    deadline_s = 0.5 if how == "slow" else 10.0
    with suppress(NothingPlayable, NotVetted, VettingFailed):
        import_bundle(folder, Source.FOLDER, workshop, wall=WALL, vetting=Vetting(10**8, deadline_s, program))
    record, _ = import_bundle(folder, Source.FOLDER, workshop, wall=WALL, vetting=Vetting(10**8))
    assert len(record.media) == 1


@pytest.mark.live
@pytest.mark.timeout(100)
def test_a_file_larger_than_the_disk_is_refused_alone(tmp_path: Path) -> None:
    """A sparse file larger than the disk beside a new good film: the film plays, and every older release is still there."""
    with Room(tmp_path, patience=Patience(incomplete_s=2.0)) as room:
        (room.folder / "playlist.m3u8").write_text("1.mp4\n2.mp4\n0huge.mp4\n")
        make_clip(room.folder / "1.mp4", seconds=0.4, size="64x64", colour="red")
        room.wait(lambda: room.playing() == ["1.mp4"])
        (room.folder / "playlist.m3u8").write_text("1.mp4\n")
        make_clip(room.folder / "2.mp4", seconds=0.4, size="64x64", colour="blue")
        (room.folder / "playlist.m3u8").write_text("2.mp4\n1.mp4\n")
        room.wait_for("2.mp4", "1.mp4")
        releases = sorted(path.name for path in (room.state / "library/releases").iterdir())
        state = os.statvfs(tmp_path)
        with open(room.folder / "0huge.mp4", "wb") as huge:
            huge.truncate(min(state.f_blocks * state.f_frsize * 2, 1 << 42))
        make_clip(room.folder / "3.mp4", seconds=0.4, size="64x64", colour="green")
        (room.folder / "playlist.m3u8").write_text("0huge.mp4\n3.mp4\n2.mp4\n")
        try:
            room.wait_for("3.mp4", "2.mp4", within_s=20)
        finally:
            left = {path.name for path in (room.state / "library/releases").iterdir()}
            assert set(releases) <= left, f"older releases were removed for nothing: {sorted(set(releases) - left)}"


def test_a_file_that_grows_is_copied_to_its_measured_size(tmp_path: Path) -> None:
    """Somebody appends to a film faster than it is copied: no more is written than it had when it was looked at."""
    folder = tmp_path / "content"
    folder.mkdir()
    film = folder / "a.mp4"
    film.write_bytes(b"\0\0\0\x20ftypisom" + os.urandom(1 << 20))
    status = film.stat()

    class Growing(CountedDisk):
        def write(self, number: int, block: bytes | memoryview) -> int:
            if self.written < 8 << 20:  # an end to it, for the test's sake
                with film.open("ab") as more:
                    more.write(bytes(len(block)))
            return super().write(number, block)

    disk = Growing()
    workshop = a_workshop(tmp_path, folder, disk)
    before = Fingerprint(status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    with Vetting(10**8) as vetting:
        copier = Copier(workshop.store, workshop.known_files, vetting)
        with pytest.raises(CopyFault):
            copier.take(folder, "a.mp4", before)
    assert disk.written <= status.st_size, f"{disk.written} bytes of a file of {status.st_size}"


@pytest.mark.live
def test_junk_is_not_copied_before_the_good_film(tmp_path: Path) -> None:
    """200 files of text and zeros that are called *.mp4 beside one good film: their heads tell, and hardly one is copied."""
    folder = tmp_path / "content"
    folder.mkdir()
    for n in range(JUNK):
        (folder / f"junk-{n:04}.mp4").write_bytes((b"hello world\n" if n % 2 else bytes(16)) * 40 + str(n).encode())
    make_clip(folder / "z-good.mp4", seconds=0.4, size="64x64")
    disk = CountedDisk()
    record, _ = import_bundle(folder, Source.FOLDER, a_workshop(tmp_path, folder, disk), wall=WALL)
    assert len(record.media) == 1
    assert disk.created <= COPIES, f"{disk.created} files were copied for one film"


@pytest.mark.live
@pytest.mark.timeout(100)
def test_a_state_folder_that_is_deleted_is_filled_anew(tmp_path: Path) -> None:
    """The library's folder is deleted while the panel plays: the content is copied anew, without a restart."""
    with Room(tmp_path) as room:
        make_clip(room.folder / "a.mp4", seconds=0.4, size="64x64")
        room.wait_for("a.mp4")
        assert room.release is not None
        blob = Path(room.release.playlists[0].items[0].location)
        while blob.exists():
            with suppress(OSError):  # the library may just write a file of its own there
                shutil.rmtree(room.state / "library")
        room.wait(lambda: blob.exists(), within_s=45)


@pytest.mark.live
@pytest.mark.slow
def test_a_blob_that_is_gone_is_no_fault_of_the_film(tmp_path: Path) -> None:
    """The store's file of a film vanishes while it plays: the film is not quarantined, the panel's own fault is told."""
    films = [make_numbered(tmp_path / f"{n}.mp4", n, frames=30, size=(640, 360)) for n in (1, 2)]
    with running_xvfb("640x360") as screen, Rig(screen, [item_of(path) for path in films]) as rig:
        wait_for(lambda: len(rig.asked(f.StartItem)) >= 2, 40, "two plays")
        films[0].unlink()
        wait_for(lambda: len(rig.asked(f.StartItem)) >= 7, 60, "five more")
        assert not [failure for failure in rig.state.playing.failures.values() if failure.quarantined]


@contextmanager
def small_disk(place: Path, options: str) -> Iterator[Path]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "panel-attack", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> None:
    """To the last byte, or to the last inode."""
    for n in range(100_000):
        try:
            with open(place / f"fill-{n}", "wb", buffering=0) as file:
                while file.write(b"x" * 512):
                    pass
        except OSError:
            if n and not (place / f"fill-{n}").exists():
                return
            if os.statvfs(place).f_bavail == 0:
                return


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to mount a small disk")
@pytest.mark.root
@pytest.mark.live
@pytest.mark.parametrize("options", ["size=256k", "size=4m,nr_inodes=40"], ids=["bytes", "inodes"])
def test_a_command_that_cannot_be_kept_is_not_obeyed_twice(tmp_path: Path, options: str) -> None:
    """The state disk, or its table of files, is full: the command is answered as failed, or its id is known after a kill."""
    with small_disk(tmp_path / "state", options) as state:
        log = CommandLog(state / "command_log.jsonl")
        log.open()
        fill(state)
        payload = json.dumps({"id": "c1", "do": "blank"}).encode()
        answer = Intake(log, ("*",), 100, "boot").receive(Arrived("t", payload, 1, False), Now(WALL, 1.0))
        after = CommandLog(state / "command_log.jsonl")
        after.open()
        again = Intake(after, ("*",), 100, "boot").receive(Arrived("t", payload, 1, False), Now(WALL, 2.0))
        log.close()
        after.close()
    obeyed = [a.reply.stage for a in (answer, again) if a.command is not None]
    assert len(obeyed) <= 1, "the same command was obeyed before and after the kill"


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to mount a small disk")
@pytest.mark.root
@pytest.mark.live
@pytest.mark.parametrize("options", ["size=512k", "size=4m,nr_inodes=40"], ids=["bytes", "inodes"])
def test_on_a_full_disk_commands_and_the_saved_state_have_their_reserve(tmp_path: Path, options: str) -> None:
    """Filled to the last byte after the start: twenty commands are kept and their states saved, each for a restart."""
    with small_disk(tmp_path / "state", options) as state:
        log = CommandLog(state / "command_log.jsonl")
        log.open()
        save_state(state, SavedState(volume=1))
        reserve_for(state).make()
        fill(state)
        intake = Intake(log, ("*",), 100, "boot")
        for n in range(20):
            payload = json.dumps({"id": f"c{n}", "do": "blank"}).encode()
            answer = intake.receive(Arrived("t", payload, 1, False), Now(WALL, 1.0))
            assert answer.reply.stage == "accepted"
            save_state(state, SavedState(blank=True, volume=n))
            assert load_saved_state(state) == (SavedState(blank=True, volume=n), "")
        after = CommandLog(state / "command_log.jsonl")
        after.open()
        log.close()
        after.close()
        assert all(after.get(f"c{n}") for n in range(20))


@pytest.mark.live
def test_a_serial_is_kept_before_its_release_plays(tmp_path: Path) -> None:
    """A power cut right after the adoption forgets no serial: it is on the disk before the release is told to anybody."""
    kept: list[int | None] = []

    class Watched(Room):
        def _post(self, event: Event) -> None:
            if isinstance(event, ReleaseAdopted):
                kept.append(SerialBook(self.state).last(Source.FOLDER, office_key().public.name))
            super()._post(event)

    folder = tmp_path / "content"
    folder.mkdir()
    make_clip(folder / "a.mp4", seconds=0.4, size="64x64")
    sign_folder(folder, panels=("serang-01",), serial=7)
    signed = TrustSection(folder="signed", keys=(str(office_key().public),))
    with Watched(tmp_path, trust=signed) as room:
        room.wait_for("a.mp4")
    assert kept == [7]
