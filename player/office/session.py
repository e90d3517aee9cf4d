"""The office program's connection: listens to panels, sends commands, and says in plain words what is wrong.

Knows: how to open, subscribe, wait. Touches: one connection. Must not: know what a panel is or draw anything.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from player.base.mqtt.connection import Connection
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
from player.office.signing import OfficeError

T = TypeVar("T", Opened, Granted, Delivered)

CONNECT_S = 20.0
CONFIRM_S = 10.0
KEEP_ALIVE_S = 20
QUIET_S = 0.7
"""Retained messages come right after the subscription; when nothing came for so long, all are here."""
RETAINED_S = 5.0
MAY_NOT_SEND = "send commands; ask for the role of an operator"
BURST_S = 0.01
"""In which the connection's thread reads some hundred packets that wait for it."""
BURST_MOST = 1000
HELD_MOST = 20
"""Messages that may wait for `acknowledge` at once."""
TAKEN = ("", "No matching subscribers")
"""What the broker says of a message that it has; a panel that is off may still get it."""


class Lost(OfficeError):
    """The connection ended."""


@dataclass(frozen=True, slots=True)
class _Woken:
    """`wake` was called."""


class OfficeSession:
    """Open inside `with`. What arrives waits in a bounded queue until `hear` takes it.

    hold: the broker hears that a message has been dealt with only by `acknowledge`; before that it sends a few more at most.
    keep_alive_s: a broker that has gone without a word is missed after one and a half of it. gather_s: as in ConnectionOptions.
    """

    def __init__(
        self,
        account: Account,
        *,
        hold: bool = False,
        keep_alive_s: int = KEEP_ALIVE_S,
        gather_s: Callable[[], float] | None = None,
    ) -> None:
        self._account = account
        self._hold = hold
        self._keep_alive_s = keep_alive_s
        self._gather_s = gather_s
        self._news: queue.Queue[Signal | _Woken] = queue.Queue(100_000)
        self._arrived: list[Arrived] = []
        self._connection: Connection | None = None

    def __enter__(self) -> OfficeSession:
        self._connection = Connection(
            self._account,
            ConnectionOptions(
                keep_alive_s=self._keep_alive_s,
                receive_maximum=HELD_MOST if self._hold else 1000,
                packet_bytes=1 << 24,
                gather_s=self._gather_s,
            ),
            self._put,
        )
        self._connection.open()
        self._wait_for(Opened, CONNECT_S)
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection.join(1.0)
            self._connection.abandon()

    def listen(self, *topics: str) -> None:
        """Returns when the broker has granted all of them."""
        assert self._connection is not None
        self._connection.subscribe(tuple(Filter(topic, retained=0, as_published=False) for topic in topics))
        granted = self._wait_for(Granted, CONFIRM_S)
        if granted.refused:
            raise OfficeError(f"this account may not read {', '.join(granted.refused)}; ask for the role of a viewer")

    def send(self, message: Message) -> None:
        """Returns when the broker has it. Raises OfficeError when it refuses."""
        self.send_all([message])

    def send_all(self, messages: Sequence[Message], may_not: str = MAY_NOT_SEND) -> None:
        """Returns when the broker has all of them. Raises OfficeError when it refuses one; may_not: what the account lacks."""
        assert self._connection is not None
        waiting = {self._connection.publish(message) for message in messages}
        refused = ""
        while waiting:
            delivered = self._wait_for(Delivered, CONFIRM_S)
            waiting.discard(delivered.ticket)
            refused = refused if delivered.refused in TAKEN else delivered.refused
        if refused == "Not authorized":
            raise OfficeError(f"this account may not {may_not}")
        if refused:
            raise OfficeError(f"the broker refused it: {refused}")

    @property
    def heard_mono(self) -> float:
        """When the broker said anything, last; any thread may ask."""
        assert self._connection is not None
        return self._connection.heard_mono

    def ping(self) -> None:
        """Has the broker say something; from whatever thread this is called."""
        assert self._connection is not None
        self._connection.ping()

    def acknowledge(self, arrived: Arrived) -> None:
        """The message has been dealt with; for a session that holds."""
        assert self._connection is not None
        self._connection.acknowledge(arrived)

    def wake(self) -> None:
        """`hear` returns at once, from whatever thread this is called."""
        self._put(_Woken())

    def hear(self, within_s: float) -> Arrived | None:
        """The next message; None when none came, or after `wake`. Raises Lost."""
        if self._arrived:
            return self._arrived.pop(0)
        try:
            signal = self._news.get(timeout=max(0.0, within_s))
        except queue.Empty:
            return None
        return self._sort(signal)

    def hear_burst(self, within_s: float) -> list[Arrived]:
        """The next message, and what came right after it; empty as `hear` is None. Raises Lost."""
        first = self.hear(within_s)
        if first is None:
            return []
        time.sleep(BURST_S)  # taken one by one they would wake two threads for each
        burst = [first]
        while len(burst) < BURST_MOST and (arrived := self.hear(0.0)) is not None:
            burst.append(arrived)
        return burst

    def hear_retained(self) -> list[Arrived]:
        """Everything that came until it was quiet for a moment."""
        heard = []
        deadline = time.monotonic() + RETAINED_S
        while time.monotonic() < deadline and (arrived := self.hear(QUIET_S)) is not None:
            heard.append(arrived)
        return heard

    def _put(self, signal: Signal | _Woken) -> None:
        try:
            self._news.put_nowait(signal)
        except queue.Full:
            return  # a terminal that is that far behind gains nothing from more

    def _sort(self, signal: Signal | _Woken) -> Arrived | None:
        match signal:
            case Arrived():
                if not self._hold:
                    self.acknowledge(signal)
                return signal
            case Closed(why):
                raise Lost(why)
            case _:
                return None

    def _wait_for(self, kind: type[T], within_s: float) -> T:
        deadline = time.monotonic() + within_s
        while True:
            try:
                signal = self._news.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise Lost(
                    f"{self._account.host} port {self._account.port}: no answer within {within_s:.0f} s; "
                    "look at the network, and whether the broker runs"
                ) from None
            if isinstance(signal, kind):
                return signal
            arrived = self._sort(signal)
            if arrived is not None:
                self._arrived.append(arrived)
