"""Programs that a test needs, ends, or freezes; each by its own id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

PLACES = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
NEEDED = "panel.tests.needed"
"""The audit event of `need`: a clip from the cache starts no ffmpeg, and yet could not be had without one."""
LIVE = frozenset(
    {
        "Xvfb",
        "Xorg",
        "mosquitto",
        "postgres",
        "ffmpeg",
        "mount",
        "losetup",
        "player.screen.decoder.vlc",
        "player.screen.decoder.zygote",
        "chromium",
        "chromedriver",
    }
)


class LiveWatch:
    """Notes which of the LIVE programs this process starts, or a test asks for with `need`.

    It hears of each start from Python's audit events, so no test can start one unseen. A hook stays until the process ends.
    """

    def __init__(self) -> None:
        self.programs: set[str] = set()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event == NEEDED:
            self.programs |= {str(args[0])} & LIVE
        elif event == "subprocess.Popen" and not isinstance(args[1], str):
            self.programs |= {os.path.basename(os.fspath(word)) for word in args[1][:4]} & LIVE


def need(*programs: str) -> None:
    """Skips the test where a program is not installed; PANEL_TESTS_STRICT=1 makes that a failure."""
    for program in programs:
        sys.audit(NEEDED, program)
        if shutil.which(program, path=PLACES) is None:
            pytest.skip(f"{program} is not installed (sh tests/run.sh installs it)")


def end(process: subprocess.Popen[bytes], within_s: float = 5.0) -> None:
    process.terminate()
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def frozen(pid: int) -> Iterator[None]:
    """SIGSTOP for as long as the block lasts."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
