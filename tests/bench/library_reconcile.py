"""`python -m tests.bench.library_reconcile`: an unchanged folder of 10,000 files, looked at again, beside `find`.

Limits: at most 2 x `find -printf '%s %T@ %p\\n'`; idle CPU of the room with that folder below 1 % of a core.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from player.library.folder.scan import scan_folder
from tests.bench.table import Row, print_table
from tests.kit.clips import make_clip
from tests.kit.library_room import Room


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--files", type=int, default=10_000)
    words.add_argument("--idle-seconds", type=float, default=60)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as root, Room(Path(root)) as room:
        clip = make_clip(Path(root) / "clip.mp4", seconds=0.5, size="160x90").read_bytes()
        for n in range(asked.files):
            folder = room.folder / f"{n // 100:03}"
            folder.mkdir(exist_ok=True)
            if n < 10:
                (folder / f"{n:05}.mp4").write_bytes(clip + (9).to_bytes(4, "big") + b"free" + bytes([n]))
            else:
                os.link(room.folder / "000" / f"{n % 10:05}.mp4", folder / f"{n:05}.mp4")
        room.wait(lambda: len(room.playing()) == asked.files, 300)
        find = statistics.median(timed(lambda: run_find(room.folder)) for _ in range(9))
        scan = statistics.median(timed(lambda: scan_folder(room.folder)) for _ in range(9))
        time.sleep(5)
        before = sum(os.times()[:4])
        time.sleep(asked.idle_seconds)
        idle = (sum(os.times()[:4]) - before) / asked.idle_seconds
    print_table(
        f"reconcile of {asked.files} files",
        [
            Row("find -printf", f"{find * 1000:.1f} ms", ""),
            Row("look at everything", f"{scan * 1000:.1f} ms", f"{2 * find * 1000:.1f} ms", scan <= 2 * find),
            Row("idle CPU of the room", f"{idle * 100:.2f} %", "1 %", idle < 0.01),
        ],
    )


def run_find(folder: Path) -> None:
    subprocess.run(["find", str(folder), "-printf", r"%s %T@ %p\n"], stdout=subprocess.DEVNULL, check=True)


def timed(work: object) -> float:
    assert callable(work)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
