"""A program that is started again whenever it ends, as systemd (Restart=always) or a `while true` loop does."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path


class Supervised:
    """`with Supervised(words, log) as program:`; `program.pid` is None between two lives. restart_s: the pause."""

    def __init__(
        self,
        words: Sequence[str],
        log: Path,
        *,
        restart_s: float = 1.0,
        environment: dict[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        """user: who it runs as, when not as we do."""
        self._words = list(words)
        self._log = log
        self._restart_s = restart_s
        self._environment = environment
        self._user = user
        self.started_mono = 0.0
        self._end = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.ends: list[int] = []

    def __enter__(self) -> Supervised:
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """SIGTERM, and SIGKILL after ten seconds."""
        self._end.set()
        self.hurt(signal.SIGCONT)
        self.hurt(signal.SIGTERM)
        self._thread.join(10)
        if self._thread.is_alive():
            self.hurt(signal.SIGKILL)
            self._thread.join(10)

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def hurt(self, number: signal.Signals) -> bool:
        """Sends a signal; False when it does not run just now."""
        pid = self.pid
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        return True

    def _run(self) -> None:
        with self._log.open("ab") as log:
            while not self._end.is_set():
                self.started_mono = time.monotonic()
                self._process = subprocess.Popen(
                    self._words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment,
                    user=self._user, group=self._user and pwd.getpwnam(self._user).pw_gid,
                    extra_groups=None if self._user is None else (),
                )  # fmt: skip
                self.starts += 1
                self.ends.append(self._process.wait())
                self._end.wait(self._restart_s)
