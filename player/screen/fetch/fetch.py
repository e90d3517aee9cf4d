"""A stream's fetch as the screen room sees it: a process of its own that has the network, and a decoder that has what it brings.

Knows: which program fetches which kind of address. Touches: that process, by its own id.
Must not: read a byte of the stream (the decoder does), nor try again (the core does).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from urllib.parse import urlsplit

from player.screen.decoder.early import PACKAGE_PARENT

log = logging.getLogger(__name__)

WEB = ("http", "https")
GONE_S = 0.5
MOST_LINES = 10
"""What the log gets of a program's complaints about one stream."""


class FetchError(Exception):
    """Why the stream cannot be fetched, and what to do."""


class Fetch:
    """One process. `line` is what the decoder gets: a pipe with the stream, or the socket of a gate."""

    def __init__(self, address: str, hosts: Iterable[str], *, sound: bool) -> None:
        """hosts: where a web address may lead; its own host is always one of them."""
        self._address = address
        parts = urlsplit(address)
        self.by_gate = parts.scheme.casefold() in WEB
        self._told = {"address": address, "hosts": sorted({(parts.hostname or "").casefold(), *hosts}), "sound": sound}

    def start(self) -> None:
        """FetchError: it cannot be started."""
        if not self.by_gate and shutil.which("ffmpeg") is None:
            raise FetchError("this stream needs ffmpeg to fetch it, and there is none: apt install ffmpeg")
        ours, its = (end.detach() for end in socket.socketpair()) if self.by_gate else os.pipe()
        program = "player.screen.fetch.gate" if self.by_gate else "player.screen.fetch.relay"
        environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", program], stdin=subprocess.PIPE, stdout=its, stderr=subprocess.PIPE,
                env={**environment, "PYTHONPATH": PACKAGE_PARENT}, cwd="/",
            )  # fmt: skip
        except OSError as error:
            os.close(ours)
            raise FetchError(f"the process that fetches it could not be started: {error}") from error
        finally:
            os.close(its)
        self.line = ours
        threading.Thread(target=self._pass_on, name="fetch", daemon=True).start()
        # On stdin: an address may hold a key, and everybody can see a process's arguments.
        with contextlib.suppress(BrokenPipeError):  # a process that ended at once has said why
            assert self._process.stdin is not None
            with self._process.stdin as told:
                told.write(json.dumps(self._told).encode())

    def close_line(self) -> None:
        """The decoder has its own end now."""
        os.close(self.line)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def has_failed(self) -> bool:
        """Whether the process has given up by itself; one that is about to end has a moment for it."""
        try:
            return self._process.wait(GONE_S) != 0
        except subprocess.TimeoutExpired:
            return False

    def _pass_on(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for count, line in enumerate(iter(lambda: lines.readline(4096), b"")):
                if count < MOST_LINES:
                    said = line.decode("utf-8", "replace").strip()[:500].replace(self._address, "the stream")
                    log.info("fetching a stream: %s", said)
