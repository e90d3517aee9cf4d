"""Real parts for tests: a mosquitto, an Xvfb, clips made by ffmpeg; each is started here and ended by its own id."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def need(*programs: str) -> None:
    """Skips the test where a program is not installed; `.ci/run` (PANEL_TESTS_STRICT=1) makes that a failure."""
    for program in programs:
        if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
            pytest.skip(f"{program} is not installed (sh tests/run.sh installs it)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], object], within_s: float = 10.0, why: str = "") -> None:
    """Returns as soon as what() is true; fails the test when it is not within `within_s`."""
    deadline = time.monotonic() + within_s
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {why or what}")
        time.sleep(0.01)


def end(process: subprocess.Popen[bytes], within_s: float = 5.0) -> None:
    process.terminate()
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Broker:
    """A mosquitto on a free loopback port; `start` and `stop` again and again, its store kept in `folder`."""

    def __init__(self, folder: Path, extra: str = "", port: int | None = None) -> None:
        self.port = port or free_port()
        self.folder = folder
        self.config = folder / "mosquitto.conf"
        self.config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n{extra}"
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Broker:
        program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        assert program
        self.process = subprocess.Popen([program, "-c", str(self.config)])
        wait_for(self._answers, 5, "mosquitto listens")
        return self

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            return True
        return False

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, 18)  # SIGCONT: a frozen one cannot end
            end(self.process)
            self.process = None


@contextlib.contextmanager
def running_broker(extra: str = "") -> Iterator[Broker]:
    need("mosquitto")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        broker = Broker(Path(folder), extra).start()
        try:
            yield broker
        finally:
            broker.stop()


@contextlib.contextmanager
def running_xvfb(size: str = "1280x720", options: tuple[str, ...] = ()) -> Iterator[str]:
    """An X server without a screen; yields its display (":17"), chosen by the server itself."""
    need("Xvfb")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset", *options],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        end(server)


def make_clip(
    path: Path,
    *,
    seconds: float = 2.0,
    size: str = "1280x720",
    rate: int = 30,
    colour: str = "",
    codec: list[str] | None = None,
    sound: bool = False,
) -> Path:
    """A clip by ffmpeg: a test picture that moves, or one colour; H.264 unless `codec` (ffmpeg's words) says else."""
    need("ffmpeg")
    picture = f"color=c={colour}:s={size}:r={rate}" if colour else f"testsrc2=s={size}:r={rate}"
    words = ["ffmpeg", "-y", "-loglevel", "error", "-f", "lavfi", "-i", picture]
    if sound:
        words += ["-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac", "-shortest"]
    words += ["-t", str(seconds), *(codec or ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])]
    subprocess.run([*words, str(path)], check=True)
    return path
