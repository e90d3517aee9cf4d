"""A small importer that kills itself at the nth call on the disk; run it in a forked child (`crasher_of`)."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

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
from tests.kit.forked import Forks, forks_of


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


class Crasher:
    """What imports, or makes, in children that are killed at a call on the disk."""

    def __init__(self, forks: Forks) -> None:
        self._forks = forks

    def run(self, dies_at: int = 0, *, torn: bool = False, **question: Path) -> int | None:
        """The number of its calls on the disk, None if it was killed. dies_at 0: it lives.

        torn: half of what the write at that moment should write is written before the end comes.
        """
        asked = {"dies_at": dies_at, "torn": torn, **{name: str(path) for name, path in question.items()}}
        ended = self._forks.ask(asked)
        assert ended.status in (0, -signal.SIGKILL), "what was to be killed failed"
        return int(ended.answer) if ended.status == 0 else None


@contextlib.contextmanager
def crasher_of(module: str, function: str) -> Iterator[Crasher]:
    with forks_of(module, function) as forks:
        yield Crasher(forks)


def disk_of(question: Mapping[str, Any]) -> DyingDisk:
    return DyingDisk(question["dies_at"], question["torn"])


def import_folder(question: Mapping[str, Any]) -> int:
    """Imports the folder into the library at `state`; the number of calls on the disk."""
    state, folder, disk = Path(question["state"]), Path(question["folder"]), disk_of(question)
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
