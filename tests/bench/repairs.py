"""`python -m tests.bench.repairs [--times N]`: how soon the next item is on screen when the visible decoder is hurt.

A crash (SIGKILL, SIGSEGV) and a hang (SIGSTOP), each so often, on numbered clips and real libvlc; beside promise 2's
limits (player/docs/promises.md). Leave the machine alone. Exit status 1: over a limit, or black was seen.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.table import Row, print_table
from tests.kit.captor import Captor, clip_of
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

LIMITS_S = {signal.SIGKILL: 0.5, signal.SIGSEGV: 0.5, signal.SIGSTOP: 5.0}


def next_item_s(films: list[Path], hurt: signal.Signals) -> tuple[float, int]:
    """From the signal to the next item on screen; and how often black was seen."""
    with (
        running_xvfb() as display,
        Rig(display, [item_of(film) for film in films]) as rig,
        Captor(display) as captor,
    ):
        wait_for(
            lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued",
            30,
            "the next item is cued",
        )
        hurt_mono = time.monotonic()
        rig.hurt_visible(hurt)
        wait_for(lambda: clip_of(captor.last) == 2, 30, "the next item")
        shown = next(run for run in captor.runs if clip_of(run.seen) == 2)
        return shown.begin_s - hurt_mono, captor.black_runs()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.repairs")
    parser.add_argument("--times", type=int, default=3, help="for each kind of fault")
    options = parser.parse_args()
    rows, black = [], 0
    with tempfile.TemporaryDirectory(prefix="panel-bench-") as name:
        films = [make_numbered(Path(name) / f"{clip}.mp4", clip, frames=900) for clip in (1, 2)]
        for hurt, limit_s in LIMITS_S.items():
            told = [next_item_s(films, hurt) for _ in range(options.times)]
            most_s = max(seconds for seconds, _ in told)
            black += sum(runs for _, runs in told)
            rows.append(Row(f"{hurt.name}, to the next item", f"{most_s:.2f} s", f"{limit_s} s", most_s < limit_s))
    rows.append(Row("times that black was seen", str(black), "0", black == 0))
    return 0 if print_table("The visible decoder is hurt (the longest of each kind)", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
