"""How the connection's thread waits: for its socket, and for another thread that has something to ask.

Knows: Linux's eventfd and poll, and what does the same where they are missing (Windows, macOS). Touches: descriptors of its own.
Must not: know MQTT.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ready:
    """What can be done now: the socket has something to read (or has failed), somebody has called `Wakeup.wake`."""

    to_read: bool
    woken: bool


class Wakeup:
    """Made by one thread, which waits; `wake` may be called by any. Not after `close`."""

    def __init__(self) -> None:
        self._pair: tuple[socket.socket, socket.socket] | None = None
        if sys.platform == "linux":
            self._number = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        else:
            self._pair = socket.socketpair()  # Windows waits for sockets only
            for end in self._pair:
                end.setblocking(False)
            self._number = self._pair[0].fileno()

    def wake(self) -> None:
        if self._pair is None:
            os.eventfd_write(self._number, 1)
        else:
            try:
                self._pair[1].send(b"!")
            except BlockingIOError:
                return  # it has been woken often enough

    def wait(self, number: int, within_s: float, *, write: bool) -> Ready:
        """For the socket `number` (write: also until it takes bytes), for `wake`, or until the time is over."""
        if sys.platform != "win32":
            poll = select.poll()  # not select(): a process with a thousand links has descriptors above 1023
            poll.register(number, select.POLLIN | (select.POLLOUT if write else 0))
            poll.register(self._number, select.POLLIN)
            found = dict(poll.poll(within_s * 1000))
            ready = Ready(bool(found.get(number, 0) & ~select.POLLOUT), self._number in found)
        else:
            numbers = [number, self._number]
            readable, _, failed = select.select(numbers, [number] if write else [], [number], within_s)
            ready = Ready(number in readable or number in failed, self._number in readable)
        if ready.woken:
            self._calm()
        return ready

    def can_read(self, sock: object) -> bool:
        """Whether a socket has something to read now. None has not: it is closed."""
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        return isinstance(sock, socket.socket) and self.wait(sock.fileno(), 0.0, write=False).to_read

    def wait_for_wake(self, within_s: float) -> None:
        """For `wake` alone, or until the time is over."""
        if sys.platform != "win32":
            poll = select.poll()
            poll.register(self._number, select.POLLIN)
            woken = bool(poll.poll(within_s * 1000))
        else:
            woken = bool(select.select([self._number], [], [], within_s)[0])
        if woken:
            self._calm()

    def _calm(self) -> None:
        if self._pair is None:
            os.eventfd_read(self._number)
        else:
            self._pair[0].recv(4096)

    def close(self) -> None:
        if self._pair is None:
            os.close(self._number)
        else:
            for end in self._pair:
                end.close()
