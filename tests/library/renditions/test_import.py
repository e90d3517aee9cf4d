"""Renditions on their way into the store: adopted with the release, kept and collected with it, made anew for another region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.bundle.source import Source
from player.core.model import MediaItem, MediaKind, Release
from player.library.renditions.maker import RenditionMaker
from player.library.renditions.recipes import Canvas, Recipe, Wanted
from player.library.store.importer import NothingPlayable, import_bundle
from player.library.store.known_files import KnownFiles
from player.library.store.record import Record, release_of
from player.library.store.store import Store
from player.library.store.workshop import Easel, Workshop
from player.library.upkeep import Upkeep
from player.settings.models import ContentSection
from tests.kit.odd_media import make_moving, make_pdf, make_photo

pytestmark = pytest.mark.live
SMALL, LARGE = Canvas(192, 96), Canvas(320, 180)
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@dataclass
class Bench:
    """A library and a content folder. `take` imports the folder; items: what the panel plays then."""

    root: Path
    workshop: Workshop
    problems: tuple[str, ...] = ()

    @classmethod
    def at(cls, root: Path, canvas: Canvas = SMALL) -> Bench:
        (root / "content").mkdir(exist_ok=True)
        store = Store(root / "library", 1)
        store.open()
        known_files = KnownFiles(root / "library" / "ledger.json", store.disk)
        known_files.load()
        content = ContentSection(folder=root / "content", image_seconds=7)
        return cls(root, Workshop(store, known_files, content, UTC, Easel(canvas)))

    @property
    def folder(self) -> Path:
        return self.root / "content"

    def take(self, remember: bool = True) -> Record:
        record, problems = import_bundle(self.folder, Source.FOLDER, self.workshop, wall=NOW, remember=remember)
        self.problems = tuple(map(str, problems))
        return record

    def items(self) -> tuple[MediaItem, ...]:
        record = self.workshop.store.current(Source.FOLDER)
        assert record is not None
        assert self.workshop.store.lost_blobs(record) == set()
        return release_of(record, self.workshop.store.blob_path, UTC).playlists[0].items

    def blobs(self) -> set[str]:
        return {path.name for path in (self.root / "library" / "blobs").glob("*/*")}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench.at(tmp_path)


def test_each_page_of_a_document_is_an_item(bench: Bench) -> None:
    """With the line's seconds for each; what the line says beside them holds for all its pages."""
    make_pdf(bench.folder / "a.pdf")
    (bench.folder / "playlist.m3u8").write_text(
        "#EXTINF:4,Poster\n#EXT-X-PANEL:fit=cover\na.pdf#page=2-3\na.pdf#page=1\n"
    )
    bench.take()
    items = bench.items()
    assert [(i.path, i.kind, i.show_s, i.title) for i in items] == [
        ("a.pdf#page=2", MediaKind.IMAGE, 4.0, "Poster"),
        ("a.pdf#page=3", MediaKind.IMAGE, 4.0, "Poster"),
        ("a.pdf#page=1", MediaKind.IMAGE, 7.0, None),
    ]
    assert [i.fit for i in items] == ["cover", "cover", None]


def test_without_a_playlist_everything_that_an_office_has_plays(bench: Bench) -> None:
    """A document, a photo, a moving picture and a text, each by its name, in its order; a note beside them does not."""
    make_pdf(bench.folder / "1.pdf", [(1, 2, 3)])
    make_photo(bench.folder / "2.heic")
    make_moving(bench.folder / "3.gif", pictures=3, duration_ms=1000)
    (bench.folder / "4.txt").write_text("Pasar murah\nSabtu")
    for name in ("README.txt", "ticker.txt"):
        (bench.folder / name).write_text("not for the public")
    bench.take()
    assert [(i.path, i.kind, i.show_s, i.length_s) for i in bench.items()] == [
        ("1.pdf", MediaKind.IMAGE, 7.0, None),
        ("2.heic", MediaKind.IMAGE, 7.0, None),
        ("3.gif", MediaKind.VIDEO, None, 9.0),
        ("4.txt", MediaKind.IMAGE, 6.0, None),
    ]
    assert bench.problems == ()


def test_a_line_that_cannot_be_made_is_told_with_what_to_do(bench: Bench) -> None:
    """The others play; each fault has one piece of advice."""
    make_pdf(bench.folder / "a.pdf")
    make_pdf(bench.folder / "cut.pdf").write_bytes(b"%PDF-1.7 and no more")
    (bench.folder / "playlist.m3u8").write_text("a.pdf\na.pdf#page=4\na.pdf#page=\ncut.pdf\n")
    bench.take()
    assert len(bench.items()) == 3
    told = "\n".join(bench.problems)
    assert "playlist.m3u8 line 2: a.pdf: it has 3 pages, and no page 4" in told
    assert "playlist.m3u8 line 3: #page= is not understood; write a.pdf#page=2, or #page=2-4 for several" in told
    assert "playlist.m3u8 line 4: cut.pdf: it is cut short (its end is not there); copy it again" in told


def test_what_was_made_is_not_made_again(bench: Bench) -> None:
    """Known by content, recipe and region, over a restart: a new playlist of the same document starts no child."""
    make_pdf(bench.folder / "a.pdf")
    first = bench.take()
    source = first.playlists["default"][2]["made"][0][0]
    again = Bench.at(bench.root)
    maker = RenditionMaker(again.workshop.store, again.workshop.known_files)
    (made,) = maker.make(Wanted(source, Recipe.DOCUMENT, SMALL, page=3))  # type: ignore[misc]
    assert made.digest == first.playlists["default"][2]["sha256"]
    assert maker.children.child.pid is None


def test_renditions_are_collected_with_the_last_release_that_needs_them(bench: Bench) -> None:
    """As every blob: after the next release is adopted nothing of them is left."""
    make_pdf(bench.folder / "a.pdf")
    bench.take()
    assert len(bench.blobs()) == 4
    (bench.folder / "a.pdf").unlink()
    (bench.folder / "b.txt").write_text("Kabar")
    bench.take()
    bench.workshop.store.collect()
    assert len(bench.blobs()) == 2


def test_a_lost_rendition_is_made_again(bench: Bench) -> None:
    """A disk that lied, or a hand: the next import makes what is missing, and the release is the same."""
    make_pdf(bench.folder / "a.pdf")
    before = bench.take()
    digest = before.playlists["default"][1]["sha256"]
    bench.workshop.store.blob_path(digest).unlink()
    after = bench.take()
    assert after.number == before.number
    assert digest in bench.blobs()


def test_another_region_makes_them_anew_and_stays_the_same_release(bench: Bench) -> None:
    """Of whatever source, also without its folder; a text may take another number of pages then."""
    make_pdf(bench.folder / "a.pdf")
    (bench.folder / "b.txt").write_text("Judul\n" + "Satu kalimat untuk beberapa baris yang cukup panjang.\n" * 9)
    (bench.folder / "playlist.m3u8").write_text("#EXTINF:3,Hal\na.pdf\nb.txt\n")
    before = bench.take()
    small = bench.items()
    for path in list(bench.folder.iterdir()):
        path.unlink()
    posted: list[Release] = []
    upkeep = Upkeep(bench.workshop, Source.FOLDER, lambda: NOW, posted.append)
    maker = RenditionMaker(bench.workshop.store, bench.workshop.known_files)
    upkeep.remake_renditions(maker)
    assert posted == []
    assert bench.workshop.easel.put(LARGE)
    upkeep.remake_renditions(maker)
    (release,) = posted
    large = release.playlists[0].items
    assert release.number == before.number
    assert [i.width for i in large[:3]] == [LARGE.width] * 3
    assert [(i.path, i.show_s, i.title) for i in large[:3]] == [(i.path, i.show_s, i.title) for i in small[:3]]
    assert (large[-1].width, large[-1].height) == (LARGE.width, LARGE.height)
    assert len(large) < len(small)
    now = bench.workshop.store.current(Source.FOLDER)
    assert now is not None
    assert (now.meaning, now.signature) == (before.meaning, before.signature)
    upkeep.remake_renditions(maker)
    assert len(posted) == 1


def test_nothing_is_adopted_of_a_release_whose_only_item_cannot_be_made(bench: Bench) -> None:
    """Refused by name, and the store is as before."""
    (bench.folder / "a.pdf").write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(NothingPlayable, match=r"a\.pdf: it is cut short"):
        bench.take()
    assert bench.workshop.store.current(Source.FOLDER) is None
