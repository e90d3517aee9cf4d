"""A small library: takes a bundle by reading and hashing its files, can be slow, held, full, or broken."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from player.bundle.imported import ImportedBundle, ImportStopped
from player.bundle.manifest import Manifest
from player.bundle.refusals import BundleRefused, Why
from player.bundle.source import Source
from player.core.model import ImportProgress


class FakeImporter:
    """gate: closed, it waits after the first chunk until it is opened or stopped. fault: raised instead of finishing."""

    def __init__(self) -> None:
        self.taken: list[Manifest | None] = []
        self.stopped: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.at_gate = threading.Event()
        self.fault: Exception | None = None
        self.seconds_left = 3.0
        self.rolled_back = False
        self.ready = False
        self.starts = 0
        self.was_ready: list[bool] = []

    def holds(self, source: Source, manifest: Manifest) -> bool:
        last = self.taken[-1] if self.taken else None
        return last is not None and last.digest == manifest.digest

    def get_ready(self) -> None:
        self.ready = True
        self.starts += 1

    def stand_down(self) -> None:
        self.ready = False

    def went_back(self, source: Source) -> bool:
        return self.rolled_back

    def take(
        self,
        source: Source,
        bundle: Path,
        manifest: Manifest | None,
        progress: Callable[[ImportProgress], None],
        stopped: Callable[[], bool],
        accept: Callable[[], None],
    ) -> ImportedBundle:
        self.was_ready.append(self.ready)
        files = manifest.files if manifest else ()
        done = 0
        total = sum(file.size_bytes for file in files)
        for number, file in enumerate(files):
            path = bundle / file.path
            if not path.exists():
                raise BundleRefused(Why.FILE_MISSING, file.path)
            raw = path.read_bytes()
            if hashlib.sha256(raw).hexdigest() != file.sha256:
                raise BundleRefused(Why.FILE_CHANGED, file.path)
            done += len(raw)
            progress(ImportProgress(source, number, len(files), done, total, self.seconds_left))
            self.at_gate.set()
            while not self.gate.wait(0.01):
                if stopped():
                    self.stopped.append(str(bundle))
                    raise ImportStopped
        if self.fault is not None:
            raise self.fault
        accept()
        self.taken.append(manifest)
        media = [file for file in files if file.path.startswith("media/")]  # a release counts no playlists
        return ImportedBundle(len(self.taken), len(media), sum(file.size_bytes for file in media))
