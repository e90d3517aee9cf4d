"""A parser of foreign files that was taken over: answers with what it can still do. Run as a ParserChild's program."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from player.base.children import answer_questions
from tests.attacks.decoder_taken_over import attach, connect, read, what_succeeds


def _write_scratch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "file").symlink_to("/dev/null")


def _see_run() -> None:
    if not os.listdir("/run"):
        raise OSError("empty")


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """asked: a new film in the folder that is looked into; key, bus, port, daemon and other: what is not for this process."""
    film, daemon, other = Path(asked["film"]), asked["daemon"], asked["other"]
    attempts: dict[str, Callable[[], object]] = {
        "film": lambda: read(str(film)),
        "scratch": _write_scratch,
        "overwrite": lambda: film.write_bytes(b"another film"),
        "beside": lambda: film.with_name("another").touch(),
        "remove": film.unlink,
        "chmod": lambda: film.chmod(0o777),
        "tmp": lambda: Path("/tmp/panel-taken-over").touch(),
        "key": lambda: read(asked["key"]),
        "signal-daemon": lambda: os.kill(daemon, signal.SIGCONT),
        "signal-other": lambda: os.kill(other, signal.SIGCONT),
        "signal-group": lambda: os.kill(0, 0),
        "environment": lambda: read(f"/proc/{daemon}/environ"),
        "trace": lambda: attach(other),
        "bus": lambda: connect(asked["bus"]),
        "network": lambda: socket.create_connection(("127.0.0.1", asked["port"]), 2).close(),
        "run": _see_run,
    }
    return {"done": what_succeeds(attempts), "user": os.getuid()}


if __name__ == "__main__":
    answer_questions(answer)
