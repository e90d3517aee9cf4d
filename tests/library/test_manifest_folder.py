"""A synced folder with a manifest: adopted when every size and hash is right, at once, and never before."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.bundle.manifest import ListedFile, Manifest, write_manifest
from player.core.events import ReleaseAdopted
from player.library.folder.patience import Patience
from player.settings.models import TrustSection
from tests.kit.library_room import Room

pytestmark = pytest.mark.live


def manifest_of(folder: Path, serial: int = 1, panel: str = "serang-01") -> bytes:
    files = tuple(
        ListedFile(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.iterdir())
        if not path.name.startswith("manifest")
    )
    return write_manifest(Manifest(serial, (panel,), datetime(2026, 11, 22, tzinfo=UTC), None, None, files, "", ""))


QUICK = Patience(refuse_after_s=0.5, retry_s=0.5)


@pytest.fixture
def office(tmp_path: Path, clips: dict[str, Path]) -> Path:
    """Two clips and a playlist."""
    folder = tmp_path / "office"
    folder.mkdir()
    for name in ("red", "green"):
        shutil.copy(clips[name], folder / f"{name}.mp4")
    (folder / "playlist.m3u8").write_text("red.mp4\ngreen.mp4\n")
    return folder


def test_the_manifest_may_come_first_or_last(tmp_path: Path, office: Path) -> None:
    """Media before or after it: one release, with the manifest's serial and date, when all has come."""
    with Room(tmp_path) as room:
        (room.folder / "manifest.json").write_bytes(manifest_of(office, 42))
        shutil.copy(office / "playlist.m3u8", room.folder)
        shutil.copy(office / "red.mp4", room.folder)
        room.wait(lambda: any(type(e).__name__ == "ImportProgressed" for _, e in room.events))
        assert room.release is None
        shutil.copy(office / "green.mp4", room.folder)
        room.wait_for("red.mp4", "green.mp4")
        assert room.release is not None
        assert (room.release.serial, room.release.created) == (42, datetime(2026, 11, 22, tzinfo=UTC))
        assert len(room.all(ReleaseAdopted)) == 1


def test_a_changed_file_is_waited_for_and_an_unlisted_one_does_not_count(tmp_path: Path, office: Path) -> None:
    """The old release plays while a byte differs; what the manifest does not list is not played."""
    with Room(tmp_path) as room:
        for path in office.iterdir():
            shutil.copy(path, room.folder)
        (room.folder / "manifest.json").write_bytes(manifest_of(office, 1))
        room.wait_for("red.mp4", "green.mp4")
        content = bytearray((office / "green.mp4").read_bytes())
        content[-1] ^= 1
        (room.folder / "green.mp4").write_bytes(content)
        (office / "playlist.m3u8").write_text("green.mp4\nstray.mp4\n")
        shutil.copy(office / "playlist.m3u8", room.folder)
        shutil.copy(office / "red.mp4", room.folder / "stray.mp4")
        (room.folder / "manifest.json").write_bytes(manifest_of(office, 2))
        room.wait(
            lambda: any(
                "green.mp4" in str(getattr(getattr(e, "progress", None), "waiting_for", "")) for _, e in room.events
            )
        )
        assert room.playing() == ["red.mp4", "green.mp4"]
        shutil.copy(office / "green.mp4", room.folder)
        room.wait_for("green.mp4")
        assert room.release is not None
        assert room.release.serial == 2
        room.wait(lambda: any("stray.mp4 is missing" in str(problem) for problem in room.problems))


def test_refusals_of_a_folder_are_told_and_change_nothing(tmp_path: Path, office: Path) -> None:
    """For another panel; an older serial than the last accepted one: content.rejected with the reason."""
    with Room(tmp_path, patience=QUICK) as room:
        for path in office.iterdir():
            shutil.copy(path, room.folder)
        (room.folder / "manifest.json").write_bytes(manifest_of(office, 5))
        room.wait_for("red.mp4", "green.mp4")
        for serial, panel, said in ((6, "serang-02", "another panel"), (4, "serang-01", "older")):
            (office / "playlist.m3u8").write_text("green.mp4\n")
            shutil.copy(office / "playlist.m3u8", room.folder)
            (room.folder / "manifest.json").write_bytes(manifest_of(office, serial, panel))
            room.wait(lambda said=said: said in str(room.condition("content.rejected")))  # type: ignore[misc]
            assert room.playing() == ["red.mp4", "green.mp4"]
        (room.folder / "manifest.json").write_bytes(manifest_of(office, 6))
        room.wait_for("green.mp4")
        room.wait(lambda: room.condition("content.rejected") is None)


def test_a_folder_that_must_be_signed_and_is_not(tmp_path: Path, office: Path) -> None:
    """trust.folder = "signed": without a manifest nothing is played, and the office is told why."""
    with Room(tmp_path, trust=TrustSection(folder="signed"), patience=QUICK) as room:
        shutil.copy(office / "red.mp4", room.folder)
        room.wait(lambda: "refused (21)" in str(room.condition("content.rejected")))
        assert room.release is None
