"""A real mosquitto on loopback, started and ended as often as a test wants."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.kit.network import free_port
from tests.kit.programs import end, need
from tests.kit.waiting import wait_for


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
