"""A free port on loopback, and a network that misbehaves in front of a real broker."""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import struct
import threading
import time


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ones: two that are asked for one after the other may be the same."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]


class Proxy:
    """In front of a real broker: a network with a delay, stalls, cuts, and a black hole that takes all and answers none."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.delay_s = 0.0
        self.stall_chance = 0.0  # that a chunk waits as long as a lost TCP segment does
        self.swallow = False
        self.down = False  # nobody gets through
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._chance = random.Random(1)
        self.bytes_passed = 0

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Ends every connection at once, in both directions, with a reset."""
        for pair in self._pairs:
            for each in pair:
                with contextlib.suppress(OSError):
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    each.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                inner, _ = self._listener.accept()
                if self.down:
                    inner.close()
                    continue
                try:
                    outer = socket.create_connection(("127.0.0.1", self._target), 5)
                except OSError:
                    inner.close()
                    continue
                self._pairs.append((inner, outer))
                for one, other in ((inner, outer), (outer, inner)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        """One direction; the delay is added to each chunk, as a long way does."""
        waiting: list[tuple[float, bytes]] = []
        eye = selectors.DefaultSelector()
        eye.register(source, selectors.EVENT_READ)
        ended = False
        with contextlib.suppress(OSError):
            while not ended or waiting:
                timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 0.2
                if not ended and eye.select(timeout):
                    chunk = source.recv(65536)
                    ended = not chunk
                    late = self.delay_s
                    if self._chance.random() < self.stall_chance:
                        late += self._chance.choice((0.3, 0.6, 1.2))
                    after_last = waiting[-1][0] if waiting else 0.0
                    waiting.append((max(time.monotonic() + late, after_last), chunk))
                elif ended and waiting:
                    time.sleep(timeout)
                while waiting and waiting[0][0] <= time.monotonic():
                    chunk = waiting.pop(0)[1]
                    if not self.swallow:
                        target.sendall(chunk)
                        self.bytes_passed += len(chunk)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
