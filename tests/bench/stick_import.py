"""A stick goes in while the panel plays: `python -m tests.bench.stick_import --mb 200` (as root, for the loop device).

Measured with the real daemon under Xvfb: from the mount to the stick's first item on screen, against copying and
hashing the same files (goal: 1.3 x that, plus 2 s); black frames meanwhile (goal: 0), the longest hold of one frame.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.kit.stick_story import Measured, measure

GOAL_FACTOR, GOAL_PLUS_S = 1.3, 2.0


def limit_s(measured: Measured) -> float:
    return GOAL_FACTOR * measured.copy_s + GOAL_PLUS_S


def is_good(measured: Measured) -> bool:
    return measured.on_screen_s <= limit_s(measured) and measured.black == 0


def describe(measured: Measured) -> str:
    return (
        f"stick in to first item on screen {measured.on_screen_s:.2f} s (copy and hash {measured.copy_s:.2f} s, limit "
        f"{limit_s(measured):.2f} s); {measured.black} black, longest hold {measured.hold_frames:.1f} of "
        f"{measured.frames} frames seen"
    )


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mb", type=int, default=200)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        measured = measure(Path(name), given.mb * 1_000_000, steady=True)
    print(describe(measured))  # noqa: T201 - a benchmark speaks on the terminal
    return 0 if is_good(measured) else 1


if __name__ == "__main__":
    sys.exit(main())
