"""The gate of a web stream: the only way from a decoder to the network. Run as `python -m player.screen.fetch.gate`.

Knows: HTTP's first lines, and which hosts the stream may be fetched from. Touches: the network, and the socket inside the
decoder's own network on which VLC, which takes this for its proxy, asks. Must not: look into what is fetched, open a file,
nor connect to any other host, whatever the stream's server answers: the decoder asks here for each address that it follows.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import selectors
import socket
import sys
import threading
from urllib.parse import urlsplit

from player.base.confinement import confine
from player.base.parent import die_with_parent

CONNECT_S = 10.0
HEAD_BYTES = 65_536
MOST_CONNECTIONS = 24
"""VLC has one or two for each track; more asked for at once is no stream."""
BLOCK_BYTES = 65_536
OWN_NAMES = frozenset({"localhost", "localhost.localdomain"})


class Refused(Exception):
    """What was asked for is not fetched."""


class Gate:
    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def serve(self, listening: socket.socket) -> None:
        """Until the decoder, whose socket this is, has gone."""
        while True:
            try:
                asking, _ = listening.accept()
            except OSError:
                return
            if self._places.acquire(blocking=False):
                threading.Thread(target=self._serve_one, args=(asking,), daemon=True).start()
            else:
                asking.close()

    def _serve_one(self, asking: socket.socket) -> None:
        try:
            with asking, contextlib.suppress(OSError):
                asking.settimeout(CONNECT_S)
                try:
                    self._answer(asking)
                except Refused as refused:
                    sys.stderr.write(f"{refused}\n")
                    asking.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        finally:
            self._places.release()

    def _answer(self, asking: socket.socket) -> None:
        head, rest = _read_head(asking)
        method, host, port, forwarded = read_request(head)
        with self.connect(host, port) as server:
            if method == "CONNECT":
                asking.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                server.sendall(forwarded)
            server.sendall(rest)
            _pump(asking, server)

    def connect(self, host: str, port: int) -> socket.socket:
        """Refused: the host is not allowed. OSError: it is not there."""
        if host not in self._hosts:
            raise Refused(f"the stream leads to {host!r}, which is not one of content.stream_hosts; it is not followed")
        for family, kind, number, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            found = ipaddress.ip_address(str(address[0]).partition("%")[0])
            if found.is_loopback and host != str(found) and host not in OWN_NAMES:
                raise Refused(f"the name {host!r} leads to this machine itself; it is not followed")
            with contextlib.suppress(OSError):
                server = socket.socket(family, kind, number)
                server.settimeout(CONNECT_S)
                server.connect(address)
                return server
        raise OSError(f"{host} does not answer")


def read_request(head: bytes) -> tuple[str, str, int, bytes]:
    """Method, host, port, and what the server is told. Each request has a connection of its own, so that each is checked.

    Refused: it is no request for a proxy.
    """
    first, *fields = head.decode("latin-1").split("\r\n")
    try:
        method, target, version = first.split(" ")
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        host, port = (parts.hostname or "").casefold(), parts.port or 80
    except ValueError as error:
        raise Refused("the decoder asks for what is no address") from error
    if method == "CONNECT":
        return method, host, port, b""
    if parts.scheme != "http" or method not in ("GET", "HEAD"):
        raise Refused(f"the decoder asks for {method} {parts.scheme}://, which is not fetched")
    kept = [
        field for field in fields if field and not field.lower().startswith(("proxy-", "connection:", "keep-alive:"))
    ]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    told = "\r\n".join([f"{method} {path} {version}", *kept, "Connection: close", "", ""])
    return method, host, port, told.encode("latin-1")


def _read_head(asking: socket.socket) -> tuple[bytes, bytes]:
    head = b""
    while b"\r\n\r\n" not in head:
        block = asking.recv(BLOCK_BYTES)
        if not block or len(head) > HEAD_BYTES:
            raise Refused("the decoder asks for nothing")
        head += block
    head, _, rest = head.partition(b"\r\n\r\n")
    return head, rest


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Both ways, until both have ended; a side that has ended is told so."""
    one.settimeout(None)
    other.settimeout(None)
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while selector.get_map():
            for key, _ in selector.select():
                source, target = key.fileobj, key.data
                assert isinstance(source, socket.socket)
                block = source.recv(BLOCK_BYTES)
                if block:
                    target.sendall(block)
                else:
                    selector.unregister(source)
                    if source is other:
                        return
                    with contextlib.suppress(OSError):
                        target.shutdown(socket.SHUT_WR)


def main() -> None:
    told = json.load(sys.stdin)
    why_not = confine(network=True)
    if why_not:
        sys.stderr.write(f"the gate is not confined ({why_not})\n")
    if not die_with_parent():
        return
    with socket.socket(fileno=1) as decoder:
        _, files, _, _ = socket.recv_fds(decoder, 1, 1)
        if files:  # none: the decoder has gone
            threading.Thread(
                target=Gate(frozenset(told["hosts"])).serve, args=(socket.socket(fileno=files[0]),), daemon=True
            ).start()
            decoder.recv(1)  # until it closes its end


if __name__ == "__main__":
    main()
