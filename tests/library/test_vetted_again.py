"""After an upgrade whose vetting looks for more: each content is looked into again where it lies, and none is copied again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.base.disk import Disk
from player.bundle.source import Source
from player.core.model import Problem
from player.library.store.importer import import_bundle
from player.library.store.known_files import KnownFiles
from player.library.store.record import Record
from player.library.store.store import Store
from player.library.store.workshop import Workshop
from player.library.vetting.verdicts import Verdict, Vetting
from player.settings.models import ContentSection
from tests.kit.bundles import a_manifest, list_files
from tests.kit.odd_media import make_moving
from tests.library.crasher import LightVetting

WALL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FILM_BYTES = 1000
NO_WORD = b"\0"


class WatchedDisk(Disk):
    """Keeps the copies into the store that were begun. full: none would fit."""

    def __init__(self, *, full: bool = False) -> None:
        self.full = full
        self.copies: list[Path] = []

    def create(self, path: Path, mode: int = 0o644, *, fresh: bool = False) -> int:
        if path.parent.name == "incoming":
            self.copies.append(path)
        return super().create(path, mode, fresh=fresh)

    def free_bytes(self, path: Path) -> int:
        return 0 if self.full else super().free_bytes(path)

    def total_bytes(self, path: Path) -> int:
        return 0


class Looking(LightVetting):
    """Keeps the names of the files that it was asked to look into; refuses those that hold `refused`."""

    def __init__(self, refused: bytes = NO_WORD * FILM_BYTES) -> None:
        super().__init__(1 << 30)
        self.asked: list[str] = []
        self._refused = refused

    def judge(self, path: Path, breathe: Callable[[], None] = lambda: None, *, as_text: bool = False) -> Verdict:
        self.asked.append(path.name)
        if self._refused in path.read_bytes():
            return Verdict(None, why="its codec (old1) is not known here")
        return super().judge(path, breathe, as_text=as_text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4"):
        (folder / name).write_bytes(b"\0\0\0\x20ftyp" + name.encode().ljust(FILM_BYTES, b"\xff"))
    (folder / "playlist.m3u8").write_text("a.mp4\nb.mp4\n")
    return folder


def bring_in(folder: Path, looking: Vetting, disk: Disk, *, signed: bool) -> tuple[Record, list[Problem]]:
    """By a new run of the program; a signed bundle's files are known by what its manifest says, as a stick's."""
    root = folder.parent
    store = Store(root / "library", 3, disk)
    store.open()
    known_files = KnownFiles(root / "known.json", disk)
    known_files.load()
    workshop = Workshop(store, known_files, ContentSection(folder=folder), UTC)
    manifest = a_manifest(files=list_files(folder)) if signed else None
    return import_bundle(
        folder, Source.FOLDER, workshop, wall=WALL, manifest=manifest, remember=not signed, vetting=looking
    )  # fmt: skip


def upgrade(folder: Path) -> None:
    """What is known counts for an earlier vetting."""
    known = folder.parent / "known.json"
    known.write_text(json.dumps({**json.loads(known.read_text()), "vetting": 0}))


@pytest.mark.parametrize("signed", [False, True])
def test_what_the_store_holds_is_looked_into_again_and_not_copied(folder: Path, *, signed: bool) -> None:
    """Each blob once, on a disk on which no copy of it would fit; the release is the same."""
    before, _ = bring_in(folder, Looking(), WatchedDisk(), signed=signed)
    upgrade(folder)
    looking, disk = Looking(), WatchedDisk(full=True)
    after, problems = bring_in(folder, looking, disk, signed=signed)
    assert after.number == before.number
    assert problems == []
    assert sorted(looking.asked) == sorted(before.media)
    assert disk.copies == []


def test_what_is_refused_now_leaves_the_release(folder: Path) -> None:
    """The new verdict counts for a content that an earlier vetting had taken."""
    bring_in(folder, Looking(), WatchedDisk(), signed=False)
    upgrade(folder)
    after, problems = bring_in(folder, Looking(refused=b"b.mp4"), WatchedDisk(full=True), signed=False)
    assert after.number == 2
    assert [row["path"] for row in after.playlists["default"]] == ["a.mp4"]
    assert [str(problem) for problem in problems] == [
        "playlist.m3u8 line 2: b.mp4: its codec (old1) is not known here; export it again as MP4, PNG or JPEG"
    ]


def test_what_the_store_lost_is_copied_again(folder: Path) -> None:
    """A blob that a hand took away meanwhile."""
    before, _ = bring_in(folder, Looking(), WatchedDisk(), signed=False)
    upgrade(folder)
    lost = min(before.media)
    (folder.parent / "library" / "blobs" / lost[:2] / lost).unlink()
    bring_in(folder, Looking(), WatchedDisk(), signed=False)
    assert (folder.parent / "library" / "blobs" / lost[:2] / lost).stat().st_size > 0


@pytest.mark.live
def test_the_vetting_process_may_read_what_the_store_holds(tmp_path: Path, clips: dict[str, Path]) -> None:
    """The real one, which sees one folder only: the copies under way, and now the blobs."""
    folder = tmp_path / "content"
    folder.mkdir()
    shutil.copy(clips["red"], folder / "a.mp4")
    make_moving(folder / "b.gif")
    (folder / "c.txt").write_text("Pasar murah")

    def take() -> tuple[Record, list[Problem], WatchedDisk]:
        disk = WatchedDisk()
        looking = Vetting(1 << 30, folder=tmp_path / "library" / "incoming")
        return *bring_in(folder, looking, disk, signed=False), disk

    before, _, _ = take()
    upgrade(folder)
    after, problems, disk = take()
    assert (after.number, after.media) == (before.number, before.media)
    assert problems == []
    assert disk.copies == []
