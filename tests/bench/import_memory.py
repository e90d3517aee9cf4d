"""`python -m tests.bench.import_memory`: what the whole tree of processes takes beyond playing, while 2 GB are imported.

The real daemon plays two clips under Xvfb; then films of 2 GB come in, and what renditions are made of: a photo of 24 million
pixels, a moving picture, a text. PSS of the daemon and of everything below it (decoders, what vets, what draws), fifty times a
second: alone for a while, while the content comes in, and afterwards. Limit: the peak of everything but the decoders at most
40 MB above its median while it only plays.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from tests.bench.library_import import drop_caches, make_media
from tests.bench.library_live import CLIP_FRAMES, RATE, release_number
from tests.bench.table import Row, print_table
from tests.kit.numbered import make_numbered
from tests.kit.stick_story import running_daemon
from tests.kit.tree import cpu_of_tree_s, measure, tree_of, words_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

LOOK_S = 0.02
LIMIT_MB = 40.0
DECODER = "screen.decoder.vlc"
PHOTO = (6000, 4000)
MOVING_FRAMES = 40
IMPORT_LIMIT_S = 1800.0
DAEMON = "the daemon"


@dataclass(slots=True)
class Looks:
    """PSS of the tree at each look, in MB, and who had how much at the highest. others: without the decoders, whose own PSS
    goes up and down by 30 MB with each change of item."""

    totals: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    peak_of: Counter[str] = field(default_factory=Counter)
    largest: Counter[str] = field(default_factory=Counter)

    @property
    def peak(self) -> float:
        return max(self.totals)

    @property
    def median(self) -> float:
        return statistics.median(self.totals)

    @property
    def beyond_decoders(self) -> tuple[float, float]:
        """Median and peak of everything else."""
        return statistics.median(self.others), max(self.others)


class Watcher(threading.Thread):
    """Looks at the tree below `root` until it is stopped; what it sees goes into `into`, which may be exchanged."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.into = Looks()
        self._root = root
        self._stopping = threading.Event()

    def run(self) -> None:
        with contextlib.suppress(OSError):  # not root
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -10)
        while not self._stopping.wait(LOOK_S):
            self._look(self.into)

    def stop(self) -> None:
        self._stopping.set()
        self.join()

    def _look(self, looks: Looks) -> None:
        by_name: Counter[str] = Counter()
        for pid in tree_of(self._root):
            by_name[DAEMON if pid == self._root else name_of(pid)] += measure([pid]).pss_bytes
        looks.totals.append(by_name.total() / 1e6)
        looks.others.append((by_name.total() - by_name[DECODER]) / 1e6)
        if looks.others[-1] >= max(looks.others):
            looks.peak_of = by_name
        looks.largest |= by_name


def name_of(pid: int) -> str:
    """The program of ours that the process runs: the module after -m, or what it calls itself."""
    words = words_of(pid)
    if "-m" in words[:-1]:
        return words[words.index("-m") + 1].removeprefix("player.")
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return "gone"


def make_odd_ones(folder: Path, photo: str) -> None:
    """What no decoder opens as it is: renditions are made of each, in the same import."""
    noise = Image.frombytes("RGB", (750, 500), os.urandom(750 * 500 * 3))
    noise.resize(PHOTO).save(folder / f"foto.{photo}", quality=80)
    frames = [Image.frombytes("L", (320, 180), os.urandom(320 * 180)).resize((640, 360)) for _ in range(MOVING_FRAMES)]
    frames[0].save(folder / "gerak.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)
    (folder / "pengumuman.txt").write_text("Kerja bakti\n\nMinggu, 29 November, pukul 07.00, di alun-alun\n" * 5)


def watch(folder: Path, media: Path, alone_s: float, *, cold: bool) -> tuple[Looks, Looks, Looks, float]:
    """(alone, importing, afterwards, processor seconds of the import)."""
    content = folder / "content"
    (content / "playlists").mkdir(parents=True)
    for clip in (1, 2):
        make_numbered(content / f"{clip}.mp4", clip, frames=CLIP_FRAMES, rate=str(RATE))
    (content / "playlist.m3u8").write_text("1.mp4\n2.mp4\n")
    names = "".join(f"../media/{path.name}\n" for path in sorted(media.iterdir()))
    log = folder / "daemon.log"
    with running_xvfb() as display, running_daemon(folder, display) as daemon:
        wait_for(lambda: release_number(log) == 1, 120, "the folder's content plays")
        watcher = Watcher(daemon.pid)
        watcher.start()
        try:
            time.sleep(alone_s)  # the bench's: until the late rooms are there and both decoders have played
            alone = watcher.into = Looks()
            time.sleep(alone_s)
            drop_caches() if cold else subprocess.run(["sync"], check=True)
            spent_s = cpu_of_tree_s(daemon.pid)
            importing = watcher.into = Looks()
            media.rename(content / "media")
            (content / "playlists" / "new.m3u8").write_text(names)
            wait_for(lambda: release_number(log) == 2, IMPORT_LIMIT_S, "the import")
            spent_s = cpu_of_tree_s(daemon.pid) - spent_s
            after = watcher.into = Looks()
            time.sleep(alone_s)
        finally:
            watcher.stop()
    return alone, importing, after, spent_s


def said_of(people: Counter[str]) -> str:
    return ", ".join(f"{name} {bytes_ / 1e6:.0f}" for name, bytes_ in people.most_common() if bytes_ > 1e6)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--megabytes", type=int, default=2000)
    words.add_argument("--files", type=int, default=20)
    words.add_argument("--alone-seconds", type=float, default=15)
    words.add_argument("--photo", choices=("jpg", "png", "webp"), default="jpg", help="a phone's is a JPEG")
    words.add_argument("--films-only", action="store_true", help="nothing that renditions are made of")
    words.add_argument("--cold", action="store_true", help="the new files are not in the page cache")
    words.add_argument("--folder", default=None, help="on which disk")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        root = Path(name)
        root.chmod(0o755)  # VLC runs as somebody else
        (media := root / "fresh").mkdir()
        make_media(media, asked.megabytes, asked.files)
        if not asked.films_only:
            make_odd_ones(media, asked.photo)
        (root / "ours").mkdir()
        alone, importing, after, spent_s = watch(root / "ours", media, asked.alone_seconds, cold=asked.cold)
    beyond = importing.beyond_decoders[1] - alone.beyond_decoders[0]
    rows = [
        Row("playing, median", f"{alone.median:.0f} MB"),
        Row("playing, peak", f"{alone.peak:.0f} MB"),
        Row("importing, peak", f"{importing.peak:.0f} MB"),
        Row(
            "importing, peak beyond playing, decoders left out",
            f"{beyond:.0f} MB",
            f"{LIMIT_MB:.0f} MB",
            beyond <= LIMIT_MB,
        ),
        Row("afterwards, median", f"{after.median:.0f} MB"),
        Row("looks while importing", f"{len(importing.totals)}"),
        Row("processor time of the import", f"{spent_s:.1f} s"),
    ]
    good = print_table(f"memory (PSS of the tree) while {asked.megabytes} MB come in", rows)
    for what, people in (
        ("playing, at its peak", alone.peak_of), ("importing, at its peak", importing.peak_of),
        ("importing, each at its own peak", importing.largest),
    ):  # fmt: skip
        sys.stdout.write(f"  {what}: {said_of(people)}\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
