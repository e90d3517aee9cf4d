"""A disk that tells before and after each of its calls, so that a test can let something happen at any of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from player.base.disk import Disk


class CountedDisk(Disk):
    """calls: how often it told, from any thread. Derive and override `at_call`."""

    def __init__(self) -> None:
        self.calls = 0
        self._counting = threading.Lock()

    def at_call(self, number: int) -> None:
        """The `number`th moment (from 1) before or after a call that changes something."""

    def _tell(self) -> None:
        with self._counting:
            self.calls += 1
            number = self.calls
        self.at_call(number)

    def make_folder(self, path: Path) -> None:
        self._tell()
        super().make_folder(path)
        self._tell()

    def create(self, path: Path, mode: int = 0o644, *, fresh: bool = False) -> int:
        self._tell()
        number = super().create(path, mode, fresh=fresh)
        self._tell()
        return number

    def write(self, number: int, block: bytes | memoryview) -> int:
        self._tell()
        return super().write(number, block)

    def cut(self, number: int, size: int) -> None:
        self._tell()
        super().cut(number, size)
        self._tell()

    def sync_file(self, number: int) -> None:
        self._tell()
        super().sync_file(number)
        self._tell()

    def sync_folder(self, path: Path) -> None:
        self._tell()
        super().sync_folder(path)
        self._tell()

    def rename(self, source: Path, target: Path) -> None:
        self._tell()
        super().rename(source, target)
        self._tell()

    def remove(self, path: Path) -> None:
        self._tell()
        super().remove(path)
        self._tell()


class ActingDisk(CountedDisk):
    """Does `act` at the moment `at` (0: never), and `every` at each, in the thread that makes the call."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        self.act: Callable[[], object] = lambda: None
        self.every: Callable[[], object] = lambda: None

    def at_call(self, number: int) -> None:
        self.every()
        if number == self.at:
            self.act()
