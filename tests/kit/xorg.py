"""A real Xorg with the dummy driver: outputs that can be turned off, modes that change, a server that can be killed."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.programs import end, need

DRIVER = Path("/usr/lib/xorg/modules/drivers/dummy_drv.so")
CONFIG = """
Section "ServerFlags"
    Option "AutoAddDevices" "false"
    Option "AutoEnableDevices" "false"
    Option "AutoAddGPU" "false"
EndSection
Section "Device"
    Identifier "dummy"
    Driver "dummy"
    VideoRam 65536
EndSection
Section "Monitor"
    Identifier "monitor"
    HorizSync 5.0 - 1000.0
    VertRefresh 5.0 - 200.0
EndSection
Section "Screen"
    Identifier "screen"
    Device "dummy"
    Monitor "monitor"
    DefaultDepth 24
    SubSection "Display"
        Depth 24
        Modes "1280x720" "1024x768" "800x600" "640x480"
        Virtual 1920 1080
    EndSubSection
EndSection
"""
OUTPUT = "DUMMY0"
NUMBERS = itertools.count(1000 + os.getpid() % 1000 * 20)
"""Of displays: far from where a server looks for a free one by itself, which would take the place of one that is killed for a
moment; and other numbers in each process of the tests."""


class Xorg:
    """`with Xorg() as server:`; `kill` and `start` again on the same display as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self._config = folder / "xorg.conf"
        self._config.write_text(CONFIG)
        self._log = folder / "Xorg.log"
        self.display = f":{next(NUMBERS)}"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        reader, writer = os.pipe()
        words = ["Xorg", "-config", str(self._config), "-logfile", str(self._log), "-nolisten", "tcp", "-noreset"]
        words += ["-background", "none", "-novtswitch", "-sharevts", "-displayfd", str(writer), self.display]
        self._server = subprocess.Popen(
            words, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        assert number, f"Xorg did not start: {self._log.read_text()[-2000:]}"

    def kill(self) -> None:
        """As a crash of the driver does it."""
        assert self._server is not None
        self._server.kill()
        self._server.wait()
        self._server = None

    def stop(self) -> None:
        if self._server is not None:
            end(self._server)

    def xrandr(self, *words: str) -> str:
        done = subprocess.run(
            ["xrandr", "--display", self.display, *words], capture_output=True, text=True, check=True, timeout=10
        )
        return done.stdout


@contextlib.contextmanager
def running_xorg() -> Iterator[Xorg]:
    need("Xorg", "xrandr")
    if not DRIVER.exists():
        pytest.skip("xserver-xorg-video-dummy is not installed (sh tests/run.sh installs it)")
    with tempfile.TemporaryDirectory() as folder:
        server = Xorg(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
