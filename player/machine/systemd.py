"""Telling systemd how the daemon is (sd_notify(3)): ready, alive, stopping, and one line of status.

Knows: the protocol, datagrams of KEY=value on NOTIFY_SOCKET. Touches: that socket.
Must not: block or fail: without systemd, and when systemd does not listen, nothing happens.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping

log = logging.getLogger(__name__)

PING_EVERY_S = 1.0
"""The loop may turn a thousand times a second; systemd need not hear each turn."""


class Notifier:
    """Use from the loop only. `ping` after each whole turn: it feeds the unit's watchdog."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._watchdog = environment.get("WATCHDOG_USEC", "")
        self._watched_pid = environment.get("WATCHDOG_PID", "")
        self._socket: socket.socket | None = None
        self._pinged_at_s = float("-inf")
        self._status = ""
        self._failed = False

    def __enter__(self) -> Notifier:
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @property
    def watchdog_s(self) -> float | None:
        """How long systemd waits for a ping before it kills the daemon; None: it does not watch."""
        if not self._watchdog.isdigit() or self._watched_pid not in ("", str(os.getpid())):
            return None
        return int(self._watchdog) / 1e6

    def ready(self) -> None:
        self._send("READY=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def status(self, line: str) -> None:
        """The line that `systemctl status` shows; sent when it changed."""
        line = line.replace("\n", " ")
        if line != self._status:
            self._status = line
            self._send(f"STATUS={line}")

    def ping(self) -> None:
        now_s = time.monotonic()
        if self._watchdog and now_s - self._pinged_at_s >= PING_EVERY_S:
            self._pinged_at_s = now_s
            self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if self._socket is None:
            return
        # A leading @ stands for the zero byte of Linux' abstract sockets.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            self._socket.sendto(message.encode(), address)
        except OSError as error:
            if not self._failed:
                log.warning("systemd does not listen on %s: %s", self._address, error)
            self._failed = True
