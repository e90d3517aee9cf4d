"""One MQTT 5 connection: opened once, then thrown away; the only file that knows paho.

Knows: paho's client and its thread rules. Touches: one socket, from one thread of its own, which calls only `sink`.
Must not: reconnect, decide, or know what the messages mean (link/ and office/ do).
"""

from __future__ import annotations

import logging
import socket
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, error_string
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from player.base.mqtt.credentials import AccountError, make_tls, read_password
from player.base.mqtt.messages import (
    Account,
    Arrived,
    Closed,
    ConnectionOptions,
    Delivered,
    Filter,
    Granted,
    Message,
    Opened,
    Signal,
)
from player.base.mqtt.network_errors import explain_error, no_tls_words
from player.base.mqtt.probe import explain_silence, only_old_words, speaks_plain
from player.base.mqtt.waiting import Wakeup

log = logging.getLogger(__name__)

TURN_S = 1.0
"""The thread wakes at least this often: for paho's keep-alive, and to show that it lives."""
ON_THE_WAY = 10
"""QoS 1 messages that the broker has not acknowledged: below every broker's receive maximum. paho keeps the rest."""
SESSION_TAKEN_OVER = 142  # MQTT 5, 2.4: another client connected with our client id
KEEP_ALIVE_TIMEOUT = 141
UNSUPPORTED_PROTOCOL_VERSION = 132
PING_FILTER = "panel-player/ping"
"""Nobody subscribes to it. Every broker answers UNSUBSCRIBE, whatever an account may do; paho sends no PINGREQ on demand."""
GATHERED_MOST = 1000  # packets in one turn: some 100 ms of work
PROBE_S = 3.0
"""How long each question of base/mqtt/probe.py may take."""


class Connection:
    """One connection, from `open` to its `Closed` signal. Any thread may call; every method returns at once."""

    def __init__(self, account: Account, options: ConnectionOptions, sink: Callable[[Signal], None]) -> None:
        self._account = account
        self._options = options
        self._sink = sink
        self._asked: deque[Callable[[Client], None]] = deque()
        self._wakeup: Wakeup | None = None
        self._client: Client | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._tickets: dict[int, int] = {}
        self._publishing = 0
        self._last_ticket = 0
        self._filters: dict[int, tuple[int, tuple[Filter, ...]]] = {}
        self._why = ""
        self._taken_over = False
        self._connected_mono: float | None = None
        self._answered = False  # CONNACK came, of any kind
        self._found: str | None = None  # why it did not come ("": not to be known); None: not asked yet
        self._goodbye = self._abandoned = False
        self._aliases: dict[str, int] = {}
        self._alias_limit = 0
        self.beat_mono = self.heard_mono = time.monotonic()
        """beat: this thread lives. heard: the broker said anything."""

    def open(self) -> None:
        self._wakeup = Wakeup()
        self._thread = threading.Thread(target=self._run, name="office-connection", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def join(self, within_s: float) -> None:
        if self._thread is not None:
            self._thread.join(max(0.0, within_s))

    def publish(self, message: Message) -> int:
        """Returns the ticket that `Delivered` will carry."""
        ticket = self._next_ticket()
        self._ask(lambda client: self._publish(client, message, ticket))
        return ticket

    def subscribe(self, filters: tuple[Filter, ...]) -> int:
        ticket = self._next_ticket()
        self._ask(lambda client: self._subscribe(client, filters, ticket))
        return ticket

    def unsubscribe(self, topic: str) -> None:
        self._ask(lambda client: client.unsubscribe(topic))

    def ping(self) -> None:
        """Has the broker say something: `heard_mono` moves."""
        self.unsubscribe(PING_FILTER)

    def acknowledge(self, arrived: Arrived) -> None:
        if arrived.qos:
            self._ask(lambda client: client.ack(arrived.mid, arrived.qos))

    def close(self) -> None:
        """Sends DISCONNECT (the broker then drops the will) as soon as everything asked before has been written."""
        self._ask(self._say_goodbye)

    def abandon(self) -> None:
        """Gives up without a goodbye to the broker: the thread ends when it can, and its signals reach nobody."""
        self._sink = lambda _: None
        self._abandoned = True
        self._wake()
        sock = self._client.socket() if self._client is not None else None
        if isinstance(sock, socket.socket):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                log.debug("the abandoned connection was closed already: %s", error)

    # ---- the caller's side

    def _next_ticket(self) -> int:
        with self._lock:
            self._last_ticket += 1
            return self._last_ticket

    def _ask(self, what: Callable[[Client], object]) -> None:
        self._asked.append(lambda client: (what(client), None)[1])
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            if self._wakeup is not None:
                self._wakeup.wake()

    # ---- the thread's side

    def _run(self) -> None:
        why = ""
        try:
            self._client = self._make_client()
            self._connect(self._client)
            self._connected_mono = time.monotonic()
            while not self._why and not self._abandoned:
                self._turn(self._client)
        except AccountError as error:
            why = str(error)
        except (OSError, ssl.SSLError) as error:
            why = explain_error(self._account, error, greeted=self._connected_mono is not None)
            if self._account.tls and isinstance(error, TimeoutError) and speaks_plain(self._account, PROBE_S):
                why = no_tls_words(self._account)
        except Exception:  # paho's own: whatever a broker can make it raise ends this connection, never the link
            log.exception("the connection to the office ended because of a fault in the MQTT library")
            why = "a fault in the MQTT library (see the log)"
        finally:
            self._clean_up()
        why = self._why or why or "closed"
        if self._connected_mono is not None and not (self._answered or self._goodbye or self._abandoned):
            why = self._find_why() or f"the broker took the connection and never answered: {why}"
        self._sink(Closed(why, self._taken_over))

    def _find_why(self) -> str:
        """Why the broker never answered, asked once for each connection; "" when that cannot be known."""
        if self._found is None:
            self.beat_mono = time.monotonic()
            # Shorter than the time after which this thread is taken for dead (link/session.py).
            self._found = explain_silence(self._account, min(PROBE_S, self._options.keep_alive_s * 0.7))
            self.beat_mono = time.monotonic()
        return self._found

    def _make_client(self) -> Client:
        account, options = self._account, self._options
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=account.client_id, protocol=5,  # type: ignore[arg-type]  # MQTTv5
            manual_ack=True, reconnect_on_failure=False,
        )  # fmt: skip
        client.connect_timeout = options.connect_timeout_s
        client.max_inflight_messages_set(ON_THE_WAY)
        password = account.password if account.password is not None else read_password(account.password_file)
        client.username_pw_set(account.username or None, password)
        if account.tls:
            client.tls_set_context(make_tls(account))
        if options.will is not None:
            properties = _new_properties(PacketTypes.WILLMESSAGE)
            properties.WillDelayInterval = options.will_delay_s
            will = options.will
            client.will_set(will.topic, will.payload, will.qos, will.retain, properties)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        return client

    def _connect(self, client: Client) -> None:
        properties = _new_properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._options.session_s
        properties.ReceiveMaximum = self._options.receive_maximum
        properties.MaximumPacketSize = self._options.packet_bytes
        clean = self._options.session_s == 0
        self.beat_mono = time.monotonic()
        client.connect(
            self._account.host, self._account.port, self._options.keep_alive_s, clean_start=clean, properties=properties
        )
        self.beat_mono = time.monotonic()
        sock = client.socket()
        if isinstance(sock, socket.socket):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # Written but never acknowledged by the other machine: let the kernel end it, not only our keep-alive.
            unheard_ms = self._options.keep_alive_s * 3 * 1000
            if sys.platform == "linux":
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unheard_ms)

    def _turn(self, client: Client) -> None:
        self.beat_mono = time.monotonic()
        sock = client.socket()
        if sock is None:
            self._why = self._why or "the connection was lost"
            return
        assert self._wakeup is not None
        waiting = sock.pending() if isinstance(sock, ssl.SSLSocket) else 0
        asked = self._asked and client.is_connected() and not client.want_write()
        within_s = 0.0 if waiting or asked else TURN_S
        ready = self._wakeup.wait(sock.fileno(), within_s, write=client.want_write())
        if waiting or ready.to_read:
            self._read(client, self._wakeup)
        while self._asked and client.is_connected() and not client.want_write():
            self._asked.popleft()(client)
        if client.want_write() and client.socket() is not None:
            self._judge(client.loop_write())
        if client.socket() is not None:
            self._judge(client.loop_misc())
        silent_s = self.beat_mono - (self._connected_mono or self.beat_mono)
        if not self._answered and self._found is None and silent_s > self._options.greeting_s and self._find_why():
            self._judge(client.loop_read())  # its answer may have come meanwhile, if its line is slow
            if not self._answered:
                self._why = self._found or ""

    def _read(self, client: Client, wakeup: Wakeup) -> None:
        """One packet; with gather_s, all that came within it."""
        gather = self._options.gather_s if self._answered else None
        if gather is not None:
            wakeup.wait_for_wake(gather())
        for _ in range(GATHERED_MOST):
            self._judge(client.loop_read())
            self.heard_mono = time.monotonic()
            self._refuse_giants(client)
            if gather is None or self._why or not wakeup.can_read(client.socket()):
                return

    def _judge(self, code: MQTTErrorCode) -> None:
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS and not self._why:
            self._why = (
                self._silence() if code is MQTTErrorCode.MQTT_ERR_KEEPALIVE else error_string(code).rstrip(".").lower()
            )

    def _silence(self) -> str:
        return "the broker stopped answering" if self._answered else "it said nothing"

    def _refuse_giants(self, client: Client) -> None:
        """paho reads whatever length a broker announces, up to 256 MB, in spite of our maximum packet size."""
        announced = getattr(client, "_in_packet", {}).get("remaining_length", 0)
        if announced > self._options.packet_bytes and not self._why:
            self._why = (
                f"the broker sends a packet of {announced} bytes, more than the {self._options.packet_bytes} we take"
            )

    def _publish(self, client: Client, message: Message, ticket: int) -> None:
        properties = _new_properties(PacketTypes.PUBLISH)
        if message.expires_s is not None:
            properties.MessageExpiryInterval = message.expires_s
        if message.correlation is not None:
            properties.CorrelationData = message.correlation
        if message.content_type:
            properties.ContentType = message.content_type
        if message.properties:
            properties.UserProperty = list(message.properties)
        topic = self._shorten(message, properties)
        self._publishing = ticket
        told = client.publish(topic, message.payload, message.qos, message.retain, properties)
        if told.rc is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._judge(told.rc)
        elif self._publishing:  # a QoS 0 message that left at once has been reported already
            self._tickets[told.mid] = ticket
        self._publishing = 0

    def _shorten(self, message: Message, properties: Properties) -> str:
        """A topic alias in place of the name of a topic used again and again (MQTT 5, 3.3.2.3.4): saves data on 4G."""
        if message.qos or (message.topic not in self._aliases and len(self._aliases) >= self._alias_limit):
            return message.topic
        known = message.topic in self._aliases
        properties.TopicAlias = self._aliases.setdefault(message.topic, len(self._aliases) + 1)
        return "" if known else message.topic

    def _subscribe(self, client: Client, filters: tuple[Filter, ...], ticket: int) -> None:
        wanted = [
            (f.topic, SubscribeOptions(qos=f.qos, retainAsPublished=f.as_published, retainHandling=f.retained))
            for f in filters
        ]
        code, mid = client.subscribe(wanted)
        self._judge(code)
        if mid is not None:
            self._filters[mid] = (ticket, filters)

    def _say_goodbye(self, client: Client) -> None:
        self._goodbye = True
        client.disconnect()

    def _clean_up(self) -> None:
        with self._lock:
            if self._wakeup is not None:
                self._wakeup.close()
            self._wakeup = None
        sock = self._client.socket() if self._client is not None else None
        if sock is not None:
            sock.close()
        self._asked.clear()

    # ---- paho's callbacks, in the thread; an exception here would end it, so `_run` turns each into `Closed`

    def _on_connect(
        self, client: Client, userdata: Any, flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        self._answered = True
        if code.value == UNSUPPORTED_PROTOCOL_VERSION:
            self._why = only_old_words(self._account)
            return
        if code.is_failure:
            self._why = f"the broker refused {self._account.username or self._account.client_id}: {code}"
            return
        self._alias_limit = int(getattr(properties, "TopicAliasMaximum", 0))
        self._sink(Opened(flags.session_present, getattr(properties, "MaximumPacketSize", None)))

    def _on_disconnect(
        self, client: Client, userdata: Any, flags: DisconnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        if self._goodbye:
            self._why = "closed by us"
        elif self._why:
            return
        elif code.value == SESSION_TAKEN_OVER and flags.is_disconnect_packet_from_server:
            self._taken_over = True
            self._why = f"another client uses the name {self._account.client_id}; give each panel its own name"
        elif flags.is_disconnect_packet_from_server:
            self._why = f"the broker ended the connection: {code}"
        elif code.value == KEEP_ALIVE_TIMEOUT:
            self._why = self._silence()
        else:
            self._why = "the connection was lost" if self._answered else "it hung up"

    def _on_message(self, client: Client, userdata: Any, message: MQTTMessage) -> None:
        properties = message.properties
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._sink(
            Arrived(
                topic, bytes(message.payload), message.qos, message.retain, message.mid,
                correlation=getattr(properties, "CorrelationData", None),
                properties=tuple(getattr(properties, "UserProperty", ())),
                expires_s=getattr(properties, "MessageExpiryInterval", None),
            )
        )  # fmt: skip

    def _on_publish(
        self, client: Client, userdata: Any, mid: int, code: ReasonCode, properties: Properties | None
    ) -> None:
        ticket = self._tickets.pop(mid, 0)
        if not ticket:
            ticket, self._publishing = self._publishing, 0
        self._sink(Delivered(ticket, str(code) if code.is_failure else ""))

    def _on_subscribe(
        self, client: Client, userdata: Any, mid: int, codes: list[ReasonCode], properties: Properties | None
    ) -> None:
        ticket, filters = self._filters.pop(mid, (0, ()))
        refused = [f.topic for f, code in zip(filters, codes, strict=False) if code.is_failure]
        self._sink(Granted(ticket, tuple(refused)))


def _new_properties(kind: int) -> Properties:
    return Properties(kind)  # type: ignore[no-untyped-call]  # paho leaves this one constructor untyped
