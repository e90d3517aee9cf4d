"""A small importer that kills itself at the nth call on the disk; run it in a forked child (`run_importer`)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from player.bundle.source import Source
from player.core.model import MediaKind
from player.library.content.playlist_entry import Parsed
from player.library.content.texts import ParsedHere
from player.library.store.importer import import_bundle
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from player.library.store.workshop import Workshop
from player.library.vetting.texts import TextReader
from player.library.vetting.verdicts import Verdict, Vetting
from player.settings.models import ContentSection
from tests.kit.disks import CountedDisk


class DyingDisk(CountedDisk):
    """Dies before, or (odd) after, the nth call that changes something."""

    def __init__(self, dies_at: int, torn: bool) -> None:
        super().__init__()
        self._dies_at = dies_at
        self._torn = torn

    def at_call(self, number: int) -> None:
        if number == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, number: int, block: bytes | memoryview) -> int:
        if self._torn and self.calls + 1 == self._dies_at:
            os.write(number, bytes(block)[: len(block) // 2])
        return super().write(number, block)


class LightVetting(Vetting):
    """Everything is a clip: this test is about the disk, and runs hundreds of times."""

    def warm_up(self) -> None:
        pass

    def judge(self, path: Path, breathe: Callable[[], None] = lambda: None, *, as_text: bool = False) -> Verdict:
        return Verdict(MediaKind.VIDEO, 16, 16, 1.0)


class LightTexts(TextReader):
    """Playlists are parsed in this process: a child for each of hundreds of runs costs minutes."""

    def playlist(self, raw: bytes, file: str, title: str, zone: tzinfo, hashed: Collection[str] = ()) -> Parsed:
        return ParsedHere().playlist(raw, file, title, zone, hashed)


def run_importer(state: Path, folder: Path, dies_at: int = 0, *, torn: bool = False) -> int | None:
    """Imports `folder` into the library at `state` in a child process: the number of its calls, None if it was killed.

    torn: half of what the write at that moment should write is written before the end comes.
    """
    return run_dying(lambda disk: _import(state, folder, disk), DyingDisk(dies_at, torn))


def run_dying(work: Callable[[DyingDisk], int], disk: DyingDisk) -> int | None:
    """What `work` says of itself, done in a child process; None if it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(writer, str(work(disk)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as answer:
        calls = answer.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the importer failed"
    return int(calls) if calls else None


def _import(state: Path, folder: Path, disk: DyingDisk) -> int:
    store = Store(state, 2, disk)
    store.open()
    known_files = KnownFiles(state / "ledger.json", disk)
    known_files.load()
    workshop = Workshop(store, known_files, ContentSection(folder=folder), UTC)
    record, _ = import_bundle(
        folder, Source.FOLDER, workshop, wall=datetime.now(UTC), remember=True, vetting=LightVetting(1 << 30),
        texts=LightTexts(),
    )  # fmt: skip
    store.collect(record.media.keys())
    return disk.calls
