"""What the X server keeps for its clients (the X-Resource extension), and which layer is on top of the other."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import xcffib
import xcffib.res
import xcffib.xproto


@dataclass(frozen=True, slots=True)
class Count:
    """clients: connections, with the dead ones whose windows the server still keeps. windows: children of the root."""

    clients: int
    resources: int
    pixmap_bytes: int
    windows: int


class Counter:
    """`with Counter(display) as counter:`; its own connection is not counted."""

    def __init__(self, display: str) -> None:
        self._display = display
        self._conn: Any = None

    def __enter__(self) -> Counter:
        self._conn = xcffib.connect(display=self._display)
        setup = self._conn.get_setup()
        self._root = setup.roots[0].root
        self._own = setup.resource_id_base
        self._res = self._conn(xcffib.res.key)
        self._res.QueryVersion(1, 2).reply()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(xcffib.ConnectionException):
            self._conn.disconnect()

    def count(self) -> Count:
        clients = [c.resource_base for c in self._res.QueryClients().reply().clients if c.resource_base != self._own]
        resources = pixmap_bytes = 0
        for client in clients:
            with contextlib.suppress(xcffib.Error):  # it left meanwhile
                resources += sum(t.count for t in self._res.QueryClientResources(client).reply().types)
                size = self._res.QueryClientPixmapBytes(client).reply()
                pixmap_bytes += size.bytes + (size.bytes_overflow << 32)
        windows = len(self._conn.core.QueryTree(self._root).reply().children)
        return Count(len(clients), resources, pixmap_bytes, windows)

    def topmost(self, windows: list[int]) -> int | None:
        """The one of these sibling windows that covers the others; None when they are gone."""
        with contextlib.suppress(xcffib.Error):
            parent = self._conn.core.QueryTree(windows[0]).reply().parent
            stack = [w for w in self._conn.core.QueryTree(parent).reply().children if w in windows]
            return int(stack[-1]) if stack else None
        return None
