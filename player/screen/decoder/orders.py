"""The decoder's end of the line on which it is told what to do: orders, and the open files that come with them.

Knows: what comes over the socket that is the decoder's stdin. Touches: that socket, and the one on which VLC asks for the web.
Must not: import `socket`, which would cost each start of a decoder 4 ms.
"""

from __future__ import annotations

import _socket
import os
import queue
import struct
from collections.abc import Iterator

from player.screen.decoder.protocol import Order, decode_order

CHUNK_BYTES = 65_536
MOST_FILES = 8


class OrderLine:
    """`files` holds the open files in the order in which they came, each before its order."""

    def __init__(self) -> None:
        self.files: queue.SimpleQueue[int] = queue.SimpleQueue()

    def read(self) -> Iterator[Order]:
        """Until the daemon closes its end. ProtocolError: something came that is no order."""
        line = _socket.socket(-1, -1, -1, 0)
        space = _socket.CMSG_SPACE(MOST_FILES * struct.calcsize("i"))
        rest = b""
        while True:
            chunk, beside, _, _ = line.recvmsg(CHUNK_BYTES, space, _socket.MSG_CMSG_CLOEXEC)
            for level, kind, packed in beside:
                if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
                    for (number,) in struct.iter_unpack("i", packed):
                        self.files.put(number)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from map(decode_order, lines)


class WayOut:
    """The one address in the decoder's own network: VLC's proxy, served by the process that fetches (fetch/gate.py)."""

    def __init__(self) -> None:
        self._listening: _socket.socket | None = None

    def open(self, gate: int) -> None:
        """gate: the socket of the process that will serve the next stream."""
        if self._listening is None:
            self._listening = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
            self._listening.bind(("127.0.0.1", 0))
            self._listening.listen()
            where = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
            os.environ.update(dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), where))
        handed = struct.pack("i", self._listening.fileno())
        line = _socket.socket(-1, -1, -1, gate)
        line.sendmsg([b"g"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, handed)])
        line.detach()
