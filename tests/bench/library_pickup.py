"""`python -m tests.bench.library_pickup`: from the last byte written to the release that holds it; and a long playlist.

Limits (issue 4): settle time + 0.5 s until the item is cued (cueing costs about 0.3 s of it: facts.md); a playlist of
100,000 lines parsed within 1 s, memory bounded.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
import tracemalloc
from datetime import UTC
from pathlib import Path

from player.core.events import ReleaseAdopted
from player.library.m3u import parse_m3u
from tests.bench.table import Row, print_table
from tests.library.parts import Room
from tests.parts import make_clip

SETTLE_S = 2.0
ROUNDS = 7


def main() -> None:
    delays = []
    with tempfile.TemporaryDirectory() as root, Room(Path(root), settle_seconds=SETTLE_S) as room:
        clip = make_clip(Path(root) / "clip.mp4", seconds=2)
        for n in range(ROUNDS):
            target = room.folder / f"{n}.mp4"
            shutil.copy(clip, target)
            with target.open("ab") as file:
                file.write((9).to_bytes(4, "big") + b"free" + bytes([n]))
            wrote = time.monotonic()
            room.wait(lambda n=n: len(room.playing()) == n + 1)  # type: ignore[misc]
            when = next(at for at, event in reversed(room.events) if isinstance(event, ReleaseAdopted))
            delays.append(when - wrote - SETTLE_S)
    text = "".join(f"#EXTINF:10,Title {n}\nmedia/{n}.mp4\n" for n in range(50_000)).encode()
    began = time.perf_counter()
    parse_m3u(text, "playlist.m3u8", UTC)
    parsing = time.perf_counter() - began
    tracemalloc.start()
    parse_m3u(text, "playlist.m3u8", UTC)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    worst, middle = max(delays), statistics.median(delays)
    print_table(
        "picking up, and a playlist of 100,000 lines",
        [
            Row(
                "last byte to release, beyond the settle time (median)",
                f"{middle * 1000:.0f} ms",
                "200 ms",
                middle <= 0.2,
            ),
            Row("the same, worst", f"{worst * 1000:.0f} ms", "", None),
            Row("parsing", f"{parsing:.2f} s", "1 s", parsing <= 1),
            Row("memory while parsing", f"{peak:.0f} MB"),
        ],
    )


if __name__ == "__main__":
    main()
