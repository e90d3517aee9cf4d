"""What a connection is asked for, and the signals that it gives, as values.

Knows: accounts, messages, options, signals. Touches nothing.
Must not: import paho (base/mqtt/connection.py does).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach the broker and as whom. `password_file` is read anew at each connect, so it may be changed."""

    host: str
    port: int
    tls: bool
    client_id: str
    username: str
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    password_file: str = ""
    password: str | None = None  # as typed at a terminal; a panel has only the file

    def __repr__(self) -> str:
        """Without the password: this may end up in a log."""
        return f"Account({self.username or self.client_id!r} at {self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to publish. expires_s: MQTT message expiry. correlation: echoed CorrelationData."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    expires_s: int | None = None
    correlation: bytes | None = None
    properties: tuple[tuple[str, str], ...] = ()
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """How a connection is made.

    session_s: how long the broker keeps our subscriptions and unread commands after we are gone; 0: not at all.
    receive_maximum: QoS 1 messages that may wait for our acknowledgement; the broker holds back the rest.
    greeting_s: a broker that has not answered for so long is asked what else it speaks; its answer is waited for all the same.
    gather_s: asked at each turn: so long the first message waits for others, which are then read together, because to wake for
    each costs more than to read it. None: each is read when it comes.
    """

    will: Message | None = None
    will_delay_s: int = 0
    keep_alive_s: int = 60
    session_s: int = 0
    receive_maximum: int = 20
    packet_bytes: int = 1024 * 1024
    connect_timeout_s: float = 15.0
    greeting_s: float = 5.0
    gather_s: Callable[[], float] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One topic filter to subscribe to. as_published: keep the retain flag of live messages too."""

    topic: str
    qos: int = 1
    as_published: bool = True
    retained: int = 1  # MQTT 5 retain handling: 0 send at subscribe, 1 only for a new subscription, 2 never


# ---- what the connection reports


@dataclass(frozen=True, slots=True)
class Opened:
    """CONNACK with success. packet_bytes: the largest packet the broker takes (None: any)."""

    session_present: bool
    packet_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection is over, or could not be made; the connection's thread ends. `why` is for people."""

    why: str
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message. mid is needed to acknowledge it when qos is 1."""

    topic: str
    payload: bytes
    qos: int
    retained: bool
    mid: int = 0
    correlation: bytes | None = None
    properties: tuple[tuple[str, str], ...] = ()
    expires_s: int | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """SUBACK: `refused` lists the filters that the broker did not grant."""

    ticket: int
    refused: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Delivered:
    """QoS 1: the broker has it; QoS 0: it left this program. `refused`: in words, when the broker said no."""

    ticket: int
    refused: str = ""


Signal = Opened | Closed | Arrived | Granted | Delivered
