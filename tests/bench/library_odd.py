"""`python -m tests.bench.library_odd`: a folder of 2,000 files, a third of them odd, dropped onto a panel that plays.

The odd ones are what offices really have: sidecars, thumbnails, doubles, second versions, downloads under way, text and zeros
under a film's name, cut and damaged films, sound without a picture, pictures of absurd sizes. Limits: the import finishes and has
exactly the good files; the daemon's memory stays below 150 MB, each other process's below its own limit of 1 GB; the picture
is never disturbed meanwhile (0 black, no frame held for more than two). Told without a limit: time and processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.bench.library_live import CLIP_FRAMES, CLIPS, WARM_UP_S, release_number, watch, watch_closely
from tests.bench.table import Row, print_table
from tests.kit.captor import Captor, clip_of
from tests.kit.clips import encode, make_clip
from tests.kit.numbered import make_numbered
from tests.kit.stick_story import running_daemon
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

DAEMON_LIMIT_BYTES = 150 << 20
CHILD_LIMIT_BYTES = 1 << 30
LOOK_S = 0.2
ALONE_S = 10.0
"""What the picture does on this machine without an import, beside which the rest is read."""
IMPORT_LIMIT_S = 3600.0


def _box(number: int) -> bytes:
    """A box that players skip: makes the same clip another content."""
    return (12).to_bytes(4, "big") + b"free" + number.to_bytes(4, "big")


def _huge_png() -> bytes:
    """60,000 by 60,000 pixels by its header, in a few bytes."""
    body = (60_000).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    chunk = b"IHDR" + body
    return b"\x89PNG\r\n\x1a\n" + len(body).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")


def make_odd(folder: Path, count: int) -> int:
    """`count` files, every third one odd; returns how many of them can be shown."""
    samples = folder.parent / "samples"
    samples.mkdir()
    film = make_clip(samples / "film.mp4", seconds=1, size="320x180").read_bytes()
    picture = encode(samples / "p.png", "-f", "lavfi", "-i", "testsrc2=s=320x180", "-frames:v", "1").read_bytes()
    sound = encode(samples / "s.mp4", "-f", "lavfi", "-i", "sine", "-t", "1", "-c:a", "aac").read_bytes()
    odd: list[tuple[str, Callable[[int], bytes]]] = [
        ("{}.THM", lambda n: picture), ("GL{}.LRV", lambda n: film + _box(n)), ("{}.AAE", lambda n: b"<plist/>"),
        ("{}.mp4:Zone.Identifier", lambda n: b"[ZoneTransfer]"),
        ("{} (conflicted copy 2026-11-25 101010).mp4", lambda n: film + _box(n)),
        ("{}.mp4.part", lambda n: film[:2000]), ("._{}.mp4", lambda n: b"\0\5\x16\7"),
        ("{}.docx", lambda n: b"PK\3\4" + os.urandom(2000)),
        ("cut-{}.mp4", lambda n: film[: len(film) // 2] + n.to_bytes(4, "big")), ("zeros-{}.mp4", lambda n: bytes(50_000 + n)),
        ("noise-{}.mp4", lambda n: os.urandom(50_000)), ("text-{}.mp4", lambda n: f"#EXTM3U\n{n}.mp4\n".encode()),
        ("page-{}.jpg", lambda n: f"<!doctype html><title>{n}</title>".encode()), ("empty-{}.png", lambda n: b""),
        ("sound-{}.mp4", lambda n: sound + _box(n)), ("huge-{}.png", lambda n: _huge_png() + n.to_bytes(4, "big")),
        ("broken-{}.png", lambda n: picture[:300] + os.urandom(300)), ("{}", lambda n: film + _box(n)),
    ]  # fmt: skip
    good = 0
    for number in range(count):
        if number % 3 == 0:
            name, content = odd[number // 3 % len(odd)]
            (folder / name.format(f"{number:05}")).write_bytes(content(number))
        else:
            good += 1
            ending, content_of = (".mp4", film) if number % 3 == 1 else (".png", picture)
            (folder / f"{number:05}{ending}").write_bytes(content_of + _box(number))
    return good


@dataclass
class Use:
    """What the daemon and the processes that it starts use while the block lasts. Bytes are resident, seconds of processor."""

    pid: int
    daemon_bytes: int = 0
    other_bytes: int = 0
    seconds: dict[int, float] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Use:
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _look_on(self) -> None:
        daemon = psutil.Process(self.pid)
        while not self._stopping.wait(LOOK_S):
            for process in [daemon, *daemon.children(recursive=True)]:
                try:
                    held, times = process.memory_info().rss, process.cpu_times()
                except psutil.Error:
                    continue
                self.seconds[process.pid] = times.user + times.system
                if process.pid == self.pid:
                    self.daemon_bytes = max(self.daemon_bytes, held)
                else:
                    self.other_bytes = max(self.other_bytes, held)


def played_files(state: Path) -> int:
    """How many different files the newest release of the folder has."""
    records = [json.loads(path.read_bytes()) for path in (state / "library" / "releases").glob("*.json")]
    return len(max(records, key=lambda record: int(record["number"]))["media"])


def measure(root: Path, count: int) -> list[Row]:
    content, fresh = root / "content", root / "fresh"
    content.mkdir()
    fresh.mkdir()
    for clip in CLIPS:
        make_numbered(content / f"{clip}.mp4", clip, frames=CLIP_FRAMES, rate="30")
    good = make_odd(fresh, count)
    with (
        running_xvfb(options=("-background", "none")) as display,
        running_daemon(root, display) as daemon,
        Captor(display, steady=True) as seen,
    ):
        watch_closely(seen)
        wait_for(lambda: clip_of(seen.last) in CLIPS, 60, "the folder's content plays")
        time.sleep(WARM_UP_S)
        alone = watch(seen, "the picture before it", lambda: time.sleep(ALONE_S), bound=False)

        def bring_in() -> None:
            fresh.rename(content / "fresh")
            wait_for(lambda: release_number(root / "daemon.log") == 2, IMPORT_LIMIT_S, "the import")

        with Use(daemon.pid) as use:
            watched = watch(seen, "the picture meanwhile", bring_in)
        played = played_files(root / "state")
    return [
        Row("files that play", f"{played}", f"{good + len(CLIPS)}", played == good + len(CLIPS)),
        Row("the daemon's memory", f"{use.daemon_bytes >> 20} MB", "150 MB", use.daemon_bytes < DAEMON_LIMIT_BYTES),
        Row("the largest other process", f"{use.other_bytes >> 20} MB", "1 GB", use.other_bytes < CHILD_LIMIT_BYTES),
        Row("time", f"{watched.took_s:.0f} s"),
        Row("processor time of all", f"{sum(use.seconds.values()):.0f} s"),
        alone.row(),
        watched.row(),
    ]


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--files", type=int, default=2000)
    words.add_argument("--folder", default=None, help="on which disk")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        root = Path(name)
        root.chmod(0o755)  # VLC runs as somebody else
        rows = measure(root, asked.files)
    return 0 if print_table(f"{asked.files} files, a third of them odd", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
