"""`python -m tests.bench.ticker [--seconds N] [--size 1280x720]`: what the running text costs, and how evenly it runs.

Films play on Xvfb, first without and then with a running text. Prints for each: processor time of a core (X server, decoders,
the text's process), black looks and changes; and of the text: by how many pixels it had moved between two looks, 200 a second,
and how long it stood. Leave the machine alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import psutil

from player.contract import commands as c
from player.screen.x11.server import XServer
from player.settings.models import TickerSection
from tests.kit.captor import PAUSE_S, Captor
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

TEXT = "Pasar murah di alun-alun, Sabtu dan Minggu\nFestival 1-7 Desember: masuk gratis"
MOST_STEP = 64
TICKER_MODULE = "player.screen.ticker.child"


def used_s() -> dict[str, float]:
    """Processor seconds so far of each kind of process below this one."""
    found: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        try:
            words, times = process.cmdline(), process.cpu_times()
        except psutil.Error:
            continue
        kind = "text" if TICKER_MODULE in words else "X" if words[:1] == ["Xvfb"] else "decoders"
        found[kind] = found.get(kind, 0.0) + times.user + times.system
    return found


def watch_steps(server: XServer, row: tuple[int, int, int, int], seconds: float) -> tuple[Counter[int], float]:
    """How far the row had moved to the left at each change, and the longest time for which it stood."""
    steps: Counter[int] = Counter()
    before, changed, longest = server.grab(server.root, row), time.monotonic(), 0.0
    end = changed + seconds
    while (now := time.monotonic()) < end:
        seen = server.grab(server.root, row)
        if seen != before:
            steps[distance(before, seen)] += 1
            longest, changed, before = max(longest, now - changed), now, seen
        time.sleep(PAUSE_S)
    return steps, longest


def distance(before: bytes, after: bytes) -> int:
    """Pixels; -1: it is no shift of what was there."""
    one, two = (np.frombuffer(pixels, np.uint32) for pixels in (before, after))
    return next((by for by in range(1, MOST_STEP) if np.array_equal(one[by:], two[:-by])), -1)


def measure(display: str, films: list[Path], seconds: float, *, text: bool) -> None:
    with (
        Rig(display, [item_of(film) for film in films], ticker=TickerSection()) as rig,
        XServer(display) as server,
        Captor(display, steady=True) as captor,
    ):
        if text:
            rig.order(c.Ticker(TEXT))
        wait_for(lambda: rig.state.playing.changes >= 1)
        time.sleep(4.0)
        began, used, changes = time.monotonic(), used_s(), rig.state.playing.changes
        row = (0, server.height - round(server.height * 0.06), server.width, 1)
        steps, longest = watch_steps(server, row, seconds)  # also without a text: watching costs the X server something
        took, now = time.monotonic() - began, used_s()
        costs = ", ".join(f"{kind} {(now[kind] - used.get(kind, 0)) / took * 100:.1f} %" for kind in sorted(now))
        sys.stdout.write(
            f"{'with' if text else 'without'} a running text: {costs}; {captor.black_runs()} black, "
            f"{rig.state.playing.changes - changes} changes\n"
        )
        if text:
            moved = ", ".join(f"{count} x {by} px" for by, count in sorted(steps.items()))
            sys.stdout.write(f"  it moved {moved}; it stood for {longest * 1000:.0f} ms at the longest\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--size", default="1280x720")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_xvfb(words.size) as display:
        films = [make_numbered(Path(folder, f"{number}.mp4"), number, frames=120) for number in (1, 2)]
        for text in (False, True):
            measure(display, films, words.seconds, text=text)


if __name__ == "__main__":
    main()
