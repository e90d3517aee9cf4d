"""The comparison with other players, where those are not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1]


def test_the_bench_names_the_packages_that_are_missing(tmp_path: Path) -> None:
    """Before anything is played, and without a traceback; a player that is left out is not asked for."""
    words = [sys.executable, "-m", "tests.bench.peers"]
    everyone, ours = (
        subprocess.run(
            [*words, *more], cwd=HERE, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
        )
        for more in ([], ["--only", "ours"])
    )  # fmt: skip
    assert (everyone.returncode, ours.returncode) == (2, 2)
    assert everyone.stderr.startswith("not installed here: xvfb, ffmpeg, vlc-bin, mpv. ")
    assert ours.stderr.startswith("not installed here: xvfb, ffmpeg. ")
    assert everyone.stdout == ""
