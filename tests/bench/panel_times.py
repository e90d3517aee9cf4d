"""`python -m tests.bench.panel_times`: how soon the whole player takes in a film, comes back after a kill, and ends.

Limits: a film that was copied into the folder is taken in within 3 s (settle time included); after a SIGKILL of the
daemon the next one changes the picture within 2 s; after a SIGTERM it has ended within 5 s.
"""

from __future__ import annotations

import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.table import Row, print_table
from tests.kit.captor import Captor, clip_of
from tests.kit.network import free_port
from tests.kit.numbered import make_numbered
from tests.kit.panel import Panel
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

ROUNDS = 5
LIMITS_S = {"a film taken in": 3.0, "another picture after SIGKILL": 2.0, "the end after SIGTERM": 5.0}


def seconds_until(what: Callable[[], object], why: str) -> float:
    began = time.monotonic()
    wait_for(what, why=why)
    return time.monotonic() - began


def measure_round(root: Path) -> dict[str, float]:
    """One fresh panel: a first film, a second one beside it, a kill, a stop. It is offline: no broker is on its port."""
    with running_xvfb() as display, Captor(display, steady=True) as captor:
        panel = Panel(root, display, free_port())
        long = make_numbered(root / "long.mp4", 9, frames=1800, size=(640, 360))
        other = make_numbered(root / "other.mp4", 1, size=(640, 360))
        panel.start()
        assert panel.process is not None
        shutil.copy(long, panel.content / "long.mp4")
        wait_for(lambda: clip_of(captor.last) == 9, 60, "the first film plays")
        shutil.copy(other, panel.content / "other.mp4")
        found = {"a film taken in": seconds_until(lambda: "2 files" in panel.log.read_text(), "the second is taken in")}
        layers = panel.layers()
        panel.process.kill()
        panel.process.wait()
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in layers), why="no layer is left")
        frozen = captor.last
        panel.start()
        found["another picture after SIGKILL"] = seconds_until(lambda: captor.last != frozen, "the new one paints")
        panel.process.send_signal(signal.SIGTERM)
        process = panel.process
        found["the end after SIGTERM"] = seconds_until(lambda: process.poll() is not None, "it ended")
        return found


def main() -> int:
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="panel-bench-") as name:
            rounds.append(measure_round(Path(name)))
    rows = [
        Row(what, f"{statistics.median(found):.2f} s", f"{limit_s:.1f} s", max(found) <= limit_s)
        for what, limit_s in LIMITS_S.items()
        for found in [[each[what] for each in rounds]]
    ]
    return 0 if print_table(f"The whole player, median of {ROUNDS} (within: the slowest of them)", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
