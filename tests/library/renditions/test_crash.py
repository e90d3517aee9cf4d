"""The power goes while a rendition is made and adopted: the release is whole or not there, and the next run finishes it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from player.bundle.source import Source
from player.core.model import MediaKind
from player.library.renditions.asking import MadePiece, RenditionChildren
from player.library.renditions.maker import RenditionMaker
from player.library.renditions.recipes import Canvas, NotMade, Recipe, Wanted
from player.library.store.known_files import KnownFiles
from player.library.store.made_rows import add_renditions
from player.library.store.record import Record, item_row
from player.library.store.store import Store
from tests.library.crasher import Crasher, crasher_of, disk_of

WANTED = Wanted("0" * 64, Recipe.TEXT, Canvas(192, 96))


class LightChildren(RenditionChildren):
    """Two pages of 100,000 bytes each, in two blocks: this test is about the disk, and runs often."""

    def ask(
        self,
        path: Path,
        wanted: Wanted,
        piece: int,
        sink: Callable[[bytes], None],
        breathe: Callable[[], None] = lambda: None,
    ) -> MadePiece | NotMade:
        for _ in range(2):
            sink(bytes([piece + 1]) * 50_000)
        return MadePiece(2, MediaKind.IMAGE, 100_000, 192, 96, None, 6.0)


def make_and_adopt(question: Mapping[str, Any]) -> int:
    root, disk = Path(question["root"]), disk_of(question)
    store = Store(root, 2, disk)
    store.open()
    known_files = KnownFiles(root / "ledger.json", disk)
    known_files.load()
    maker = RenditionMaker(store, known_files)
    maker.children = LightChildren()
    made = maker.make(WANTED)
    assert not isinstance(made, NotMade)
    known_files.save()
    record = Record(Source.FOLDER)
    add_renditions(record, made)
    record.playlists["default"] = [item_row("a.txt", one.digest, stream=False, show_s=6.0) for one in made]
    now = store.current(Source.FOLDER)
    if now is None or now.signature != record.signature:
        store.adopt(record)
    store.collect()
    return disk.calls


def check(root: Path) -> Record | None:
    """Every blob is what it is called, and of a release that is there nothing is missing."""
    store = Store(root, 2)
    store.open()
    for blob in root.glob("blobs/*/*"):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    record = store.current(Source.FOLDER)
    assert record is None or not store.lost_blobs(record)
    return record


@pytest.fixture(scope="module")
def crasher() -> Iterator[Crasher]:
    with crasher_of(__name__, "make_and_adopt") as running:
        yield running


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.slow
def test_killed_at_any_call_on_the_disk(crasher: Crasher, in_memory: Path, torn: bool) -> None:
    """SIGKILL before and after every write, sync, rename and removal; going on makes it whole, and leaves no litter."""
    calls = crasher.run(root=in_memory / f"whole-{torn}")
    assert calls
    assert calls > 12
    for dies_at in range(1, calls + 1):
        root = in_memory / f"trial-{dies_at}"
        assert crasher.run(dies_at, torn=torn, root=root) is None
        check(root)
        assert crasher.run(root=root)
        record = check(root)
        assert record is not None
        assert {path.name for path in root.glob("blobs/*/*")} == set(record.media)
        assert not list((root / "incoming").iterdir()), f"litter after call {dies_at}"
        shutil.rmtree(root)
