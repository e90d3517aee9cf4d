"""The decoder's end of the line on which it is told what to do: orders, and the open files that come with them.

Knows: what comes over the socket that is the decoder's stdin. Touches: that socket.
Must not: import `socket`, which would cost each start of a decoder 4 ms.
"""

from __future__ import annotations

import _socket
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
