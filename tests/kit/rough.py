"""A terrible network between a program and a broker: 300 ms each way, 20 % loss, cuts; the kernel's netem, or a proxy.

The proxy stands in where the kernel has no netem: a loss becomes what TCP makes of it, a wait of a retransmission.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.kit.network import Proxy, free_port
from tests.kit.shaped import join
from tests.kit.supervised import Supervised

DELAY_MS, LOSS_PERCENT = 300, 20


class Rough:
    """port: where the program finds the broker. kind: what makes it rough."""

    kind = ""
    port = 0

    def wrap(self, words: list[str]) -> list[str]:
        """The words that run the program in this network."""
        raise NotImplementedError

    @contextlib.contextmanager
    def hole(self, player: Supervised) -> Iterator[None]:
        """Everything is swallowed, without a word to either side."""
        raise NotImplementedError
        yield

    def cut(self) -> None:
        """Ends every connection."""
        raise NotImplementedError


class ByProxy(Rough):
    kind = "a proxy (this kernel has no netem)"

    def __init__(self, network: Proxy) -> None:
        self._network = network
        self.port = network.port
        network.delay_s, network.stall_chance = DELAY_MS / 1000, LOSS_PERCENT / 100

    def wrap(self, words: list[str]) -> list[str]:
        return words

    @contextlib.contextmanager
    def hole(self, player: Supervised) -> Iterator[None]:
        self._network.swallow = True
        yield
        self._network.swallow = False

    def cut(self) -> None:
        self._network.cut()


class ByKernel(Rough):
    kind = "tc netem"

    def __init__(self, folder: Path, broker_port: int, qdisc: str) -> None:
        self._qdisc = qdisc
        self._path = folder / "way-out"
        self._broker_port = broker_port
        self._open: list[socket.socket] = []
        self.port = free_port()

    def __enter__(self) -> ByKernel:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                inner, _ = self._listener.accept()
                try:
                    outer = socket.create_connection(("127.0.0.1", self._broker_port), 5)
                except OSError:
                    inner.close()
                    continue
                self._open += [inner, outer]
                join(inner, outer)

    def wrap(self, words: list[str]) -> list[str]:
        inside = [
            sys.executable,
            "-m",
            "tests.kit.shaped",
            str(self._path),
            str(self.port),
            self._qdisc,
            "--",
            *words,
        ]
        return ["unshare", "--net", "--", *inside]

    @contextlib.contextmanager
    def hole(self, player: Supervised) -> Iterator[None]:
        self._change(player, "netem loss 100%")
        yield
        self._change(player, self._qdisc)

    def _change(self, player: Supervised, qdisc: str) -> None:
        inside = ["nsenter", "--net", "--target", str(player.pid), "tc", "qdisc", "change", "dev", "lo", "root"]
        if self._qdisc:
            subprocess.run([*inside, *qdisc.split()], check=True)

    def cut(self) -> None:
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()


def has_netem() -> bool:
    """Whether this kernel shapes, and lets us."""
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ("unshare", "nsenter", "ip", "tc")):
        return False
    shell = "ip link set lo up && tc qdisc add dev lo root netem delay 1ms"
    return subprocess.run(["unshare", "--net", "sh", "-c", shell], capture_output=True, check=False).returncode == 0


@contextlib.contextmanager
def rough_network(folder: Path, broker_port: int) -> Iterator[Rough]:
    if has_netem():
        with ByKernel(folder, broker_port, f"netem delay {DELAY_MS}ms loss {LOSS_PERCENT}%") as shaped:
            yield shaped
    else:
        with Proxy(broker_port) as network:
            yield ByProxy(network)
