"""The gate of a web stream: to listed hosts and nowhere else, whatever the decoder asks."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from player.screen.fetch.gate import Gate, Refused, read_request
from player.screen.fetch.relay import script_for

ALLOWED = "127.0.0.1"


@pytest.fixture
def server() -> Iterator[tuple[socket.socket, int]]:
    with socket.create_server((ALLOWED, 0)) as listening:
        listening.settimeout(20)
        yield listening, listening.getsockname()[1]


@contextlib.contextmanager
def asking(head: bytes) -> Iterator[socket.socket]:
    """A connection to a gate that serves 127.0.0.1, with this asked."""
    with socket.create_server((ALLOWED, 0)) as door:
        gate = Gate(frozenset({ALLOWED}))
        threading.Thread(target=gate.serve, args=(door,), daemon=True).start()
        with socket.create_connection(door.getsockname(), 20) as asked:
            asked.sendall(head)
            yield asked


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_a_listed_host_is_asked_in_its_own_words(server: tuple[socket.socket, int]) -> None:
    """The path without the host, no word for proxies, one request to a connection; the answer comes back as it was."""
    listening, port = server
    fields = f"Host: {ALLOWED}\r\nProxy-Authorization: x\r\nConnection: keep-alive"
    head = f"GET http://{ALLOWED}:{port}/a/b?c=d HTTP/1.1\r\n{fields}\r\n\r\n"
    with asking(head.encode()) as asked:
        connection, _ = listening.accept()
        with connection:
            told = connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nfilm")
        assert read_all(asked) == b"HTTP/1.1 200 OK\r\n\r\nfilm"
    assert told == f"GET /a/b?c=d HTTP/1.1\r\nHost: {ALLOWED}\r\nConnection: close\r\n\r\n".encode()


def test_an_encrypted_connection_goes_through_as_it_is(server: tuple[socket.socket, int]) -> None:
    """CONNECT to a listed host: whatever is said then, both ways."""
    listening, port = server
    with asking(f"CONNECT {ALLOWED}:{port} HTTP/1.1\r\n\r\n".encode()) as asked:
        connection, _ = listening.accept()
        with connection:
            assert asked.recv(100) == b"HTTP/1.1 200 OK\r\n\r\n"
            asked.sendall(b"\x16\x03hello")
            assert connection.recv(100) == b"\x16\x03hello"
            connection.sendall(b"\x16\x03back")
            assert asked.recv(100) == b"\x16\x03back"


@pytest.mark.parametrize(
    "first",
    [
        "GET http://127.0.0.2:{port}/ HTTP/1.1", "GET http://127.0.0.1.example:{port}/ HTTP/1.1",
        "CONNECT 127.0.0.2:{port} HTTP/1.1",
        "GET http://127.0.0.1@127.0.0.2:{port}/ HTTP/1.1", "GET file:///etc/passwd HTTP/1.1",
        "POST http://127.0.0.1:{port}/ HTTP/1.1",
        "GET / HTTP/1.1", "GET http://127.0.0.1:99999/ HTTP/1.1", "nothing", "GET http://[::1/ HTTP/1.1",
    ],
)  # fmt: skip
def test_everything_else_is_refused(server: tuple[socket.socket, int], first: str) -> None:
    """Other hosts, files, other methods, no address at all: 403, and nobody is connected to."""
    listening, port = server
    with asking(f"{first.format(port=port)}\r\n\r\n".encode()) as asked:
        assert read_all(asked).startswith(b"HTTP/1.1 403")
    listening.settimeout(0)
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_a_listed_name_that_leads_to_this_machine_is_refused() -> None:
    """The name of a host that resolves to the loopback (here the machine's own, as a rebound name would): not followed."""
    with pytest.raises(Refused, match="this machine itself"):
        Gate(frozenset({"127.1"})).connect("127.1", 80)


def test_a_request_without_a_path_asks_for_the_root() -> None:
    """http://host -> GET /."""
    assert read_request(b"GET http://a.example HTTP/1.1\r\n")[3].startswith(b"GET / HTTP/1.1\r\n")


def test_an_address_cannot_leave_its_line_of_ffmpegs_script() -> None:
    """Quotes, line ends and spaces in an address are escaped; only RTSP gets RTSP's words."""
    assert script_for("rtsp://a/b'\nfile /etc/passwd").splitlines()[1] == "file 'rtsp://a/b%27%0Afile%20/etc/passwd'"
    assert script_for("udp://a:1").splitlines() == ["ffconcat version 1.0", "file 'udp://a:1'"]
