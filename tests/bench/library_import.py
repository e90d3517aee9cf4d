"""`python -m tests.bench.library_import`: new media into the library, beside `cp` and `sha256sum` on the same files.

Limit: 2 GB in at most 1.15 x the time of `cp` + `sha256sum`, cold and warm.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from player.base.disk import Disk
from player.bundle.source import Source
from player.library.store.importer import import_bundle
from player.library.store.known_files import KnownFiles
from player.library.store.store import Store
from player.library.store.workshop import Workshop
from player.settings.models import ContentSection
from tests.bench.table import Row, print_table
from tests.kit.clips import make_clip


def make_media(folder: Path, megabytes: int, files: int) -> None:
    clip = make_clip(folder / "clip.mp4", seconds=1).read_bytes()
    size = megabytes * 1_000_000 // files - len(clip)
    (folder / "clip.mp4").unlink()
    for n in range(files):
        with (folder / f"{n}.mp4").open("wb") as file:
            file.write(clip + size.to_bytes(4, "big") + b"free")
            left = size - 8
            while left:
                left -= file.write(os.urandom(min(left, 1 << 20)))


def drop_caches() -> None:
    subprocess.run(["sync"], check=True)
    with contextlib.suppress(PermissionError):
        Path("/proc/sys/vm/drop_caches").write_text("3")


def copy_and_hash(folder: Path, target: Path) -> float:
    began = time.perf_counter()
    subprocess.run(["cp", "-r", str(folder), str(target)], check=True)
    files = sorted(str(path) for path in folder.iterdir())
    subprocess.run(["sha256sum", *files], stdout=subprocess.DEVNULL, check=True)
    took = time.perf_counter() - began
    shutil.rmtree(target)
    return took


def bring_in(folder: Path, state: Path) -> float:
    store = Store(state, 3)
    store.open()
    workshop = Workshop(store, KnownFiles(state / "ledger.json", Disk()), ContentSection(folder=folder), UTC)
    began = time.perf_counter()
    import_bundle(folder, Source.FOLDER, workshop, wall=datetime.now(UTC))
    took = time.perf_counter() - began
    shutil.rmtree(state)
    return took


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--megabytes", type=int, default=2000)
    words.add_argument("--files", type=int, default=20)
    words.add_argument("--folder", default=None, help="on which disk")
    asked = words.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(dir=asked.folder) as root:
        media = Path(root) / "media"
        media.mkdir()
        make_media(media, asked.megabytes, asked.files)
        for name in ("warm", "cold"):
            plain = ours = 0.0
            for _ in range(2):  # each twice, in turns: the disk's mood weighs on both
                for kind in ("plain", "ours"):
                    drop_caches()
                    if name == "warm":
                        subprocess.run(f"cat {media}/* > /dev/null", shell=True, check=True)  # noqa: S602  # our own path
                    if kind == "plain":
                        plain += copy_and_hash(media, Path(root) / "copy") / 2
                    else:
                        ours += bring_in(media, Path(root) / "state") / 2
            limit = 1.15 * plain
            rows.append(Row(f"{name}: cp + sha256sum", f"{plain:.2f} s"))
            rows.append(Row(f"{name}: import", f"{ours:.2f} s", f"{limit:.2f} s", ours <= limit))
    print_table(f"import of {asked.megabytes} MB in {asked.files} files", rows)


if __name__ == "__main__":
    main()
