"""Programs that a test needs, ends, or freezes; each by its own id."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest


def need(*programs: str) -> None:
    """Skips the test where a program is not installed; `.ci/run` (PANEL_TESTS_STRICT=1) makes that a failure."""
    for program in programs:
        if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
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
    os.kill(pid, 19)
    try:
        yield
    finally:
        os.kill(pid, 18)
