"""Signing against sha256sum on the same files: `python -m tests.bench.stick_sign --gb 10` (goal: at most 1.1 x)."""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.kit.clips import make_clip

GOAL = 1.1


def make_files(folder: Path, total_bytes: int, count: int) -> list[Path]:
    """Films that players accept (signing looks into each): a clip, then a `free` box of any size, which they skip."""
    block = os.urandom(1 << 20)
    clip = make_clip(folder / "clip.mp4", seconds=1, size="640x360").read_bytes()
    (folder / "clip.mp4").unlink()
    paths = []
    for number in range(count):
        path = folder / "media" / f"film-{number:03}.mp4"
        path.parent.mkdir(exist_ok=True)
        with open(path, "wb") as out:
            parts = total_bytes // count >> 20
            out.write(clip + struct.pack(">I4sQ", 1, b"free", 16 + (parts << 20)))
            for part in range(parts):
                out.write(part.to_bytes(8, "big") + block[8:])
        paths.append(path)
    os.sync()
    return paths


def forget_cache(paths: list[Path]) -> None:
    for path in paths:
        number = os.open(path, os.O_RDONLY)
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(number)


def timed(words: list[str], paths: list[Path], *, cold: bool) -> float:
    if cold:
        forget_cache(paths)
    began = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--gb", type=float, default=10)
    asked.add_argument("--files", type=int, default=40)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--warm", action="store_true", help="leave the files in the page cache")
    asked.add_argument("--folder", type=Path, help="where there is room (default: the temporary folder)")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name) / "content"
        folder.mkdir()
        paths = make_files(folder, int(given.gb * 1e9), given.files)
        office = [sys.executable, "-c", "from player.office.bundles import main; main()"]
        key = str(Path(name) / "k.key")
        subprocess.run([*office, "keygen", "--key", key, "--no-password"], check=True, stdout=subprocess.DEVNULL)
        sums, signs = [], []
        for _ in range(given.rounds):
            sums.append(timed(["sha256sum", *map(str, paths)], paths, cold=not given.warm))
            signs.append(timed([*office, "sign", str(folder), "-p", "*", "-k", key], paths, cold=not given.warm))
    ratio = min(signs) / min(sums)
    print(  # noqa: T201 - a benchmark speaks on the terminal
        f"{given.gb} GB in {given.files} files: sha256sum {min(sums):.2f} s, sign {min(signs):.2f} s: {ratio:.2f} x"
    )
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
