"""`python -m tests.bench.confinement [--rounds N]`: what a decoder's confinement costs its start.

Prints three medians in milliseconds: of the confinement itself, each in a process of its own, and of a decoder's start, from its
process to its first news, loaded by itself and forked from a zygote. Leave the machine alone.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from player.screen.decoder.early import decoder_command, decoder_options, spawn, start_zygote
from player.screen.decoder.forking import DecoderChild
from player.screen.x11.server import XServer
from player.settings.models import ScreenSection
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

HERE = Path(__file__).parents[2]
ALONE = """
import time
from player.base.confinement import confine
began = time.perf_counter()
why_not = confine(network=False, visible=["/tmp/.X11-unix"])
print(time.perf_counter() - began, why_not)
"""


def confinement_s() -> float:
    """RuntimeError: this machine does not let a decoder be confined."""
    told = subprocess.run([sys.executable, "-c", ALONE], cwd=HERE, capture_output=True, text=True, check=True)
    seconds, _, why_not = told.stdout.strip().partition(" ")
    if why_not:
        raise RuntimeError(why_not)
    return float(seconds)


def start_s(begin: Callable[[list[str]], DecoderChild], display: str, window: int) -> float:
    began = time.perf_counter()
    process = begin(decoder_command(decoder_options(ScreenSection(display=display), "x11", window, 640, 360)))
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        if b"ready" not in process.stdout.readline():
            raise RuntimeError("the decoder did not start")
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = range(parser.parse_args().rounds)
    alone = statistics.median(confinement_s() for _ in rounds)
    with running_xvfb() as display, XServer(display) as server:
        window = server.open_window(server.root, (0, 0, 640, 360), black=True, shown=True)
        started = statistics.median(start_s(spawn, display, window) for _ in rounds)
        zygote = start_zygote()
        wait_for(zygote.has_loaded, 60)
        forked = statistics.median(start_s(zygote.spawn, display, window) for _ in rounds)
        zygote.close()
    sys.stdout.write(
        f"confinement {alone * 1000:.1f} ms, start to first news {started * 1000:.0f} ms, forked {forked * 1000:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
