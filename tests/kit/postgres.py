"""A real PostgreSQL of the test's own, in a temporary folder, as a user without rights."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kit.programs import end, need
from tests.kit.waiting import wait_for

BINARIES = Path("/usr/lib/postgresql")
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""For tests that pull no plug."""


@dataclass
class Cluster:
    """A running server; `create` makes a fresh schema and returns its address: a database of its own has 300 files."""

    folder: Path
    programs: Path
    user: str | None
    settings: tuple[str, ...] = FAST
    process: subprocess.Popen[bytes] | None = None
    made: int = 0

    def start(self) -> None:
        words = [word for setting in self.settings for word in ("-c", setting)]
        self.process = subprocess.Popen(
            [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), "-c", "listen_addresses=",
             *words],
            user=self.user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
        )  # fmt: skip
        wait_for(self._answers, 20, "PostgreSQL answers")

    def stop(self) -> None:
        """Ends every connection and the server."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: whoever is connected is sent away
            end(self.process)
            self.process = None

    def create(self) -> str:
        self.made += 1
        name = f"test{self.made}"
        self._run("psql", "-d", "postgres", "-c", f"CREATE SCHEMA {name}")
        return f"postgresql://panel@/postgres?host={self.folder}&options=-csearch_path%3D{name}"

    def _answers(self) -> bool:
        return self._run("pg_isready", check=False) == 0

    def _run(self, program: str, *words: str, check: bool = True) -> int:
        return subprocess.run(
            [str(self.programs / program), "-h", str(self.folder), "-U", "panel", *words],
            check=check, capture_output=True, cwd=self.folder,
        ).returncode  # fmt: skip


@contextlib.contextmanager
def running_postgres() -> Iterator[Cluster]:
    found = sorted(BINARIES.glob("*/bin/postgres"))
    if not found:
        need("postgres")
    programs = found[-1].parent
    user = _plain_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path is short
    cluster = Cluster(folder, programs, user)
    try:
        if user is not None:
            shutil.chown(folder, user)
        subprocess.run(
            [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "panel", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"],
            check=True, capture_output=True, user=user, cwd=folder,
        )  # fmt: skip
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _plain_user() -> str | None:
    """PostgreSQL refuses to run as root. None: this process is nobody special already."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    pytest.skip("there is no user without rights to run PostgreSQL as")
