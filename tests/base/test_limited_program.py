"""A program that reads a stranger's file sees that file and what it makes, no network, and is ended when it takes too much."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from player.base.limited_program import NOT_CONFINED, ProgramLimits, limited_environment, limited_words

pytestmark = pytest.mark.heavy

LIMITS = ProgramLimits(memory_bytes=512 << 20, cpu_s=60, file_bytes=1 << 20)
ALL_IT_CAN = """
cat "$1"; cat "$2" && echo "a neighbour is seen"
echo made > "$3" && echo written
echo x > "$1" && echo "its film is changed"
echo x > "$3.other" && echo "another file is made"
rm -f "$3" && echo "its file is gone"
(exec 3<>/dev/tcp/127.0.0.1/$4) && echo connected
kill -0 $5 && echo "others are signalled"
"""


def run(
    *words: str, film: Path, part: Path | None = None, limits: ProgramLimits = LIMITS
) -> subprocess.CompletedProcess[str]:
    program = [shutil.which(words[0]) or words[0], *words[1:]]
    done = subprocess.run(
        limited_words(program, limits, film, part), capture_output=True, text=True, timeout=60, check=False,
        env=limited_environment(),
    )  # fmt: skip
    if NOT_CONFINED in done.stderr and "Operation not permitted" in done.stderr:
        pytest.skip("this machine forbids user namespaces")
    return done


def test_it_reads_one_file_and_writes_one(tmp_path: Path) -> None:
    """It cannot read a neighbour, write another file, change its film, connect, or signal others."""
    film, other, part = (tmp_path / name for name in ("film.mp4", "secret.mp4", "made.mp4"))
    film.write_text("the film\n")
    other.write_text("a secret\n")
    part.touch()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        me = subprocess.run(["sh", "-c", "echo $PPID"], capture_output=True, text=True, check=True).stdout.strip()
        done = run("bash", "-c", ALL_IT_CAN, "bash", str(film), str(other), str(part), port, me, film=film, part=part)
    assert done.stdout == "the film\nwritten\n"
    assert (film.read_text(), other.read_text(), part.read_text()) == ("the film\n", "a secret\n", "made\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "made.mp4", "secret.mp4"]


def test_what_takes_too_much_is_ended(tmp_path: Path) -> None:
    """Memory is refused, processor time ends it, and a file grows no further; it writes no core."""
    film, part = tmp_path / "film.mp4", tmp_path / "made.mp4"
    film.touch()
    part.touch()
    python = sys.executable
    memory = run(python, "-c", "bytearray(600 << 20)", film=film)
    assert "MemoryError" in memory.stderr
    busy = ProgramLimits(LIMITS.memory_bytes, 1, LIMITS.file_bytes)
    assert run(python, "-c", "while True: pass", film=film, limits=busy).returncode == -9
    large = run("sh", "-c", 'head -c 5000000 /dev/zero > "$1"', "sh", str(part), film=film, part=part)
    assert large.returncode != 0
    assert part.stat().st_size == LIMITS.file_bytes


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As a shell tells it: by its status."""
    film = tmp_path / "film.mp4"
    film.touch()
    assert run("/nowhere/ffmpeg", film=film).returncode == 127
