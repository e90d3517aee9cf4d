"""Brokers and networks that misbehave: small programs with behaviour, in place of a mosquitto or in front of one."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator

STATE = b"panels/serang-01/state"


def packet(kind: int, body: bytes) -> bytes:
    length, size = len(body), b""
    while True:
        size += bytes([length % 128 | (128 if length > 127 else 0)])
        length //= 128
        if not length:
            return bytes([kind]) + size + body


def connack(code: int = 0, *, session: bool = False) -> bytes:
    return packet(0x20, bytes([int(session), code, 0]))


def publish(topic: bytes, payload: bytes) -> bytes:
    return packet(0x30, struct.pack("!H", len(topic)) + topic + b"\0" + payload)


class BadBroker:
    """Accepts connections and lets `behave(connection, number)` treat each of them in a thread of its own."""

    def __init__(self, behave: Callable[[socket.socket, int], None]) -> None:
        self.accepted = 0
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []

    def __enter__(self) -> BadBroker:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.accepted += 1
                self._open.append(connection)
                threading.Thread(target=self._treat, args=(connection, self.accepted), daemon=True).start()

    def _treat(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), connection:
            self._behave(connection, number)


def drop(connection: socket.socket, number: int) -> None:
    """Accepts and hangs up."""


def stay_mute(connection: socket.socket, number: int) -> None:
    """Takes everything and never says a word."""
    while connection.recv(4096):
        pass


def talk_nonsense(connection: socket.socket, number: int) -> None:
    """Random bytes in place of MQTT."""
    connection.recv(4096)
    connection.sendall(random.Random(number).randbytes(2000))
    stay_mute(connection, number)


def refuse(connection: socket.socket, number: int) -> None:
    """CONNACK 0x87: not authorized."""
    connection.recv(4096)
    connection.sendall(connack(0x87))
    stay_mute(connection, number)


def refuse_the_version(connection: socket.socket, number: int) -> None:
    """A broker of MQTT 3.1.1 as most are: CONNACK in its own form, return code 1 (unacceptable protocol version)."""
    if asked_version(connection) == 5:
        connection.sendall(b"\x20\x02\0\x01")
    else:
        connection.sendall(b"\x20\x02\0\0")
    stay_mute(connection, number)


def hang_up_on_mqtt_5(connection: socket.socket, number: int) -> None:
    """A broker of MQTT 3.1.1 that says nothing to another version and closes; it lets nobody in without a password."""
    if asked_version(connection) == 4:
        connection.sendall(b"\x20\x02\0\x05")


def ignore_mqtt_5(connection: socket.socket, number: int) -> None:
    """A broker of MQTT 3.1.1 that says nothing to another version, for ever (amqtt 0.12)."""
    if asked_version(connection) == 4:
        connection.sendall(b"\x20\x02\0\0")
    stay_mute(connection, number)


def ignore_tls(connection: socket.socket, number: int) -> None:
    """A plain port that waits for ever when it gets a TLS greeting, and answers MQTT (amqtt 0.12)."""
    if b"MQTT" in connection.recv(4096):
        connection.sendall(b"\x20\x02\0\0")
    stay_mute(connection, number)


def asked_version(connection: socket.socket) -> int:
    """The protocol level of the CONNECT packet that comes."""
    asked = connection.recv(4096)
    return asked[asked.index(b"MQTT") + 4]


def refuse_both(connection: socket.socket, number: int) -> None:
    """A broker of both versions that lets nobody in, and says so in the form that was asked for."""
    connection.sendall(connack(0x87) if asked_version(connection) == 5 else b"\x20\x02\0\x05")
    stay_mute(connection, number)


def send_off(connection: socket.socket, number: int) -> None:
    """DISCONNECT 0x8E right after the CONNACK: session taken over."""
    connection.recv(4096)
    connection.sendall(connack() + packet(0xE0, b"\x8e\0"))
    stay_mute(connection, number)


def lie_about_the_session(connection: socket.socket, number: int) -> None:
    """Says that it kept our session and grants every subscription, confirms every message, and delivers nothing."""
    connection.recv(4096)
    connection.sendall(connack(session=True))
    grant_all(connection)


def grant_all(connection: socket.socket) -> None:
    for kind, body in packets(connection):
        answer(connection, kind, body)


def answer(connection: socket.socket, kind: int, body: bytes) -> None:
    """SUBACK, PUBACK and PINGRESP; nothing for anything else."""
    if kind >> 4 == 8:
        connection.sendall(packet(0x90, body[:2] + b"\0\1\1\1\1"))
    elif kind >> 4 == 3 and kind & 6:
        topic = struct.unpack("!H", body[:2])[0]
        connection.sendall(packet(0x40, body[2 + topic : 4 + topic] + b"\0\0"))
    elif kind >> 4 == 12:
        connection.sendall(b"\xd0\0")


def packets(connection: socket.socket) -> Iterator[tuple[int, bytes]]:
    """(first byte, body) of each packet that the client sends, until it goes."""
    pending = b""
    while chunk := connection.recv(4096):
        pending += chunk
        while len(pending) > 1:
            length, shift, at = 0, 0, 1
            while at < len(pending):
                length |= (pending[at] & 127) << shift
                shift += 7
                at += 1
                if pending[at - 1] < 128:
                    break
            if len(pending) < at + length:
                break
            kind, body, pending = pending[0], pending[at : at + length], pending[at + length :]
            yield kind, body


def answer_pings_only(connection: socket.socket, number: int) -> None:
    """Alive, and so slow that nothing but pings is ever answered."""
    connection.recv(4096)
    connection.sendall(connack(session=True))
    for kind, _ in packets(connection):
        if kind >> 4 == 12:
            connection.sendall(b"\xd0\0")


def deliver_late(connection: socket.socket, number: int) -> None:
    """A line of seconds: a state comes back when the next one has been published already."""
    connection.recv(4096)
    connection.sendall(connack(session=True))
    states: list[bytes] = []
    for kind, body in packets(connection):
        answer(connection, kind, body)
        if kind >> 4 == 8 and states:
            connection.sendall(publish(STATE, states[-1]))
        elif kind >> 4 == 3 and body[2:].startswith(STATE):
            states.append(body[body.index(b"{") :])


def flood(connection: socket.socket, number: int) -> None:
    """Thousands of QoS 0 commands in one go, then life as usual (but without delivering anything)."""
    connection.recv(4096)
    connection.sendall(connack())
    command = publish(b"panels/serang-01/command", b'{"id": "x", "do": "next"}')
    for _ in range(100):
        connection.sendall(command * 200)
    grant_all(connection)


def send_a_giant(connection: socket.socket, number: int) -> None:
    """A PUBLISH that announces 256 MB, and really sends them."""
    connection.recv(4096)
    connection.sendall(connack() + b"\x30\xff\xff\xff\x7f" + b"\0\1a\0")
    for _ in range(256):
        connection.sendall(bytes(1 << 20))


HOSTILE = [
    publish(b"\xff\xfe", b"x"),  # a topic that is no UTF-8
    publish(b"", b"x"),
    publish(b"panels/serang-01/state", b"\xff" * 100),
    publish(b"panels/serang-01/command", b"{" * 5000),
    publish(b"$SYS/x", b""),
    packet(0x32, b"\0\x01a"),  # QoS 1, but the packet ends before its id
    packet(0x30, b"\xff\xff"),  # a topic longer than the packet
    packet(0x30, b"\0\1a\x03\x26\0"),  # a property that is cut
    packet(0x30, b"\0\1a\x02\x7f\0"),  # a property that does not exist
    packet(0x90, b""),
    packet(0x90, b"\0\7\0\x87"),  # SUBACK of a subscription that was never asked for
    packet(0x40, b"\xff\xff"),  # PUBACK of a message that was never sent
    packet(0xF0, b""),
    packet(0x00, b""),
    b"\x30\xff\xff\xff\xff\xff",  # a length that never ends
]


def send_hostile_packets(connection: socket.socket, number: int) -> None:
    """One packet of the catalogue for each connection."""
    connection.recv(4096)
    connection.sendall(connack() + HOSTILE[(number - 1) % len(HOSTILE)])
    grant_all(connection)
