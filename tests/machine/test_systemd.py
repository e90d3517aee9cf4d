"""sd_notify against a real datagram socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from player.machine.systemd import Notifier


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + address[1:] if address.startswith("@") else address)
        listener.settimeout(2)
        yield listener


@pytest.mark.parametrize("abstract", [True, False])
def test_systemd_hears_it_all(tmp_path: Path, abstract: bool) -> None:
    """Ready, status (once, on one line), ping and stopping arrive, on a path and on an abstract socket."""
    address = f"@panel-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    world = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}
    with listening(address) as listener, Notifier(world) as notifier:
        assert notifier.watchdog_s == 30
        notifier.ready()
        notifier.status("playing\na.mp4")
        notifier.status("playing\na.mp4")
        for _ in range(100):
            notifier.ping()
        notifier.stopping()
        heard = [listener.recv(100).decode() for _ in range(4)]
    assert heard == ["READY=1", "STATUS=playing a.mp4", "WATCHDOG=1", "STOPPING=1"]


def test_without_systemd_nothing_happens() -> None:
    """Started by hand there is no socket: no error, no watchdog."""
    with Notifier({}) as notifier:
        assert notifier.watchdog_s is None
        notifier.ready()
        notifier.ping()


def test_a_watchdog_meant_for_another_process_is_not_ours() -> None:
    """The variables are inherited by children; the process id says whom they are for."""
    assert Notifier({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).watchdog_s is None


def test_a_systemd_that_does_not_listen_never_blocks(tmp_path: Path) -> None:
    """A full or missing socket costs the loop nothing."""
    address = str(tmp_path / "notify")
    with Notifier({"NOTIFY_SOCKET": address}) as notifier:
        notifier.ready()
        with listening(address):
            for number in range(5000):
                notifier.status(str(number))
