"""Room on the panel's disk: nothing is removed before it is known to help, and one file too large keeps no other out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.base.disk import Disk
from player.bundle.source import Source
from player.library.folder.scan import scan_folder
from player.library.store.copying import StoreFull
from player.library.store.importer import Importer, import_bundle
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from player.library.store.workshop import Workshop
from player.settings.models import ContentSection
from tests.library.crasher import LightVetting

WALL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FILM_BYTES = 1000
DISK_BYTES = 4 * FILM_BYTES


class SmallDisk(Disk):
    """A disk of DISK_BYTES, of which the blobs take what they take."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def free_bytes(self, path: Path) -> int:
        return DISK_BYTES - sum(blob.stat().st_size for blob in self.root.rglob("blobs/*/*"))

    def total_bytes(self, path: Path) -> int:
        return 0


def put(folder: Path, name: str, size: int = FILM_BYTES) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\0\0\0\x20ftyp" + name.encode().ljust(size - 8, b"\xff"))


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Three releases of one film each, of which the third plays; one more film has room."""
    store = Store(tmp_path / "library", 3, SmallDisk(tmp_path / "library"))
    store.open()
    content = ContentSection(folder=tmp_path / "content")
    made = Workshop(store, KnownFiles(tmp_path / "ledger.json", store.disk), content, UTC)
    for n in range(3):
        folder = tmp_path / f"bundle-{n}"
        put(folder, f"{n}.mp4")
        bring_in(folder, made)
    assert releases(made) == ["1.json", "2.json", "3.json"]
    return made


def bring_in(folder: Path, workshop: Workshop) -> None:
    import_bundle(folder, Source.FOLDER, workshop, wall=WALL, vetting=LightVetting(1 << 30))


def releases(workshop: Workshop) -> list[str]:
    return sorted(path.name for path in (workshop.store.root / "releases").iterdir())


def test_older_releases_go_when_that_makes_room(tmp_path: Path, workshop: Workshop) -> None:
    """Two new films need what the two older releases hold."""
    put(tmp_path / "content", "a.mp4")
    put(tmp_path / "content", "b.mp4")
    bring_in(tmp_path / "content", workshop)
    assert releases(workshop) == ["3.json", "4.json"]


def test_nothing_goes_when_it_would_not_help(tmp_path: Path, workshop: Workshop) -> None:
    """A bundle larger than the disk is refused, and every release is still there to go back to."""
    put(tmp_path / "content", "huge.mp4", DISK_BYTES + 1)
    with pytest.raises(StoreFull):
        bring_in(tmp_path / "content", workshop)
    assert releases(workshop) == ["1.json", "2.json", "3.json"]


def test_a_file_without_room_is_told_alone(tmp_path: Path, workshop: Workshop) -> None:
    """Of a folder, where each file counts for itself: the other films are taken, and the disk is what is told."""
    folder = tmp_path / "content"
    put(folder, "0huge.mp4", DISK_BYTES + 1)
    put(folder, "a.mp4")
    importer = Importer(workshop, folder, Source.FOLDER, vetting=LightVetting(1 << 30))
    snapshot = scan_folder(folder)
    draft = importer.read(snapshot)
    for entry in importer.look_up(draft, snapshot):
        importer.take(*entry)
    built = importer.build(draft, WALL)
    assert built.record is not None
    assert [row["path"] for row in built.record.playlists["default"]] == ["a.mp4"]
    assert built.waiting == []
    assert "0huge.mp4" in built.full[0]
    assert releases(workshop) == ["1.json", "2.json", "3.json"]


def test_what_cannot_be_kept_before_an_adoption_keeps_it_from_happening(tmp_path: Path, workshop: Workshop) -> None:
    """The serial is written once everything is checked, and before the release plays: when that fails, nothing changes."""
    put(tmp_path / "content", "a.mp4")
    current = workshop.store.current(Source.FOLDER)

    def full() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        import_bundle(
            tmp_path / "content",
            Source.FOLDER,
            workshop,
            wall=WALL,
            vetting=LightVetting(1 << 30),
            before_adoption=full,
        )
    assert workshop.store.current(Source.FOLDER) is current


def test_a_named_film_comes_before_loose_files_and_junk_not_at_all(tmp_path: Path, workshop: Workshop) -> None:
    """What playlists name, in playing order; then the rest that is content by its name, the small ones first; nothing else."""
    folder = tmp_path / "content"
    for name, size in (("0junk", 300), ("a.mp4", 900), ("b.mp4", 600), ("z.mp4", 1200), ("y.mp4", 1300)):
        put(folder, name, size)
    (folder / "playlists").mkdir()
    (folder / "playlists/morning.m3u8").write_text("../z.mp4\n../y.mp4\n")
    importer = Importer(workshop, folder, Source.FOLDER, vetting=LightVetting(1 << 30))
    snapshot = scan_folder(folder)
    todo = [path for path, _ in importer.look_up(importer.read(snapshot), snapshot)]
    assert todo == ["z.mp4", "y.mp4", "b.mp4", "a.mp4"]


def test_a_store_that_was_emptied_is_made_anew(workshop: Workshop) -> None:
    """Records and table go while the store is open: they are written again, so that a restart knows what played."""
    for path in (*workshop.store.root.glob("releases/*.json"), workshop.store.root / "current.json"):
        path.unlink()
    workshop.store.mend()
    again = Store(workshop.store.root, 3)
    again.open()
    assert again.current(Source.FOLDER) == workshop.store.current(Source.FOLDER)
