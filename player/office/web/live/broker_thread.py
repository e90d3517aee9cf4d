"""The thread with the broker session: connects again and again, hands over what it hears, sends what it is given.

Knows: that an office session belongs to one thread. Touches: the broker, through office/session.py; an inlet into the event loop.
Must not: know what a message means (hub.py does), or touch what belongs to the event loop but through the inlet.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from player.base.mqtt.messages import Account, Arrived, Message
from player.office.session import Lost, OfficeSession
from player.office.signing import OfficeError

HEAR_S = 1.0
"""The thread wakes at least this often; a message to send wakes it at once."""
FELL_BEHIND = "the console fell behind and reads everything again"
GONE = "the console has no connection to the broker"
"""Also what the page says of a command that could not be sent."""


@dataclass(frozen=True, slots=True)
class BrokerFound:
    """The session is open, and all topics are granted."""


@dataclass(frozen=True, slots=True)
class BrokerLost:
    """The session ended, or could not be opened. why: for people."""

    why: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What the broker said to the messages of one `post`. refused "": it has them."""

    number: int
    refused: str


Heard = BrokerFound | BrokerLost | Posted | Arrived


class Tell(Protocol):
    """Takes what was heard, in its order. False: nothing more fits just now."""

    def __call__(self, *heard: Heard) -> bool: ...


class BrokerThread:
    """Runs from `start` until `stop`. tell: called in this thread. gather_s: as in ConnectionOptions."""

    def __init__(
        self,
        account: Account,
        topics: tuple[str, ...],
        tell: Tell,
        retry_s: float,
        keep_alive_s: int,
        gather_s: Callable[[], float],
    ) -> None:
        self._account = account
        self._topics = topics
        self._tell = tell
        self._retry_s = retry_s
        self._keep_alive_s = keep_alive_s
        self._gather_s = gather_s
        self._lock = threading.Lock()
        self._outgoing: deque[tuple[int, tuple[Message, ...]]] = deque()
        self._session: OfficeSession | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="console-broker", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def ask_to_stop(self) -> None:
        self._stopping.set()
        self._wake()

    def join(self, within_s: float) -> None:
        """The thread is a daemon's: one that hangs in a dead network does not hold the process."""
        if self._thread is not None:
            self._thread.join(within_s)

    def post(self, number: int, messages: tuple[Message, ...]) -> None:
        """Returns at once; `Posted(number, ...)` follows, also when there is no broker. Any thread may call."""
        with self._lock:
            self._outgoing.append((number, messages))
        self._wake()

    def heard_mono(self) -> float | None:
        """When the broker said anything, last; None: there is no session. Any thread may call."""
        with self._lock:
            return self._session.heard_mono if self._session is not None else None

    def ping(self) -> None:
        """Has the broker say something. Any thread may call."""
        with self._lock:
            if self._session is not None:
                self._session.ping()

    def _wake(self) -> None:
        with self._lock:
            if self._session is not None:
                self._session.wake()

    # ---- the thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with OfficeSession(self._account, keep_alive_s=self._keep_alive_s, gather_s=self._gather_s) as session:
                    session.listen(*self._topics)
                    self._follow(session)
            except OfficeError as error:
                self._say_lost(str(error))
            self._stopping.wait(self._retry_s)

    def _follow(self, session: OfficeSession) -> None:
        with self._lock:
            self._session = session
        try:
            keeps_up = self._tell(BrokerFound())
            while keeps_up and not self._stopping.is_set():
                burst = session.hear_burst(HEAR_S)
                if burst:
                    keeps_up = self._tell(*burst)
                self._send_waiting(session)
            if not keeps_up:
                raise OfficeError(FELL_BEHIND)
        finally:
            with self._lock:
                self._session = None

    def _send_waiting(self, session: OfficeSession) -> None:
        while (taken := self._take_outgoing()) is not None:
            number, messages = taken
            try:
                session.send_all(messages)
            except Lost as error:
                self._tell(Posted(number, str(error)))
                raise
            except OfficeError as error:
                self._tell(Posted(number, str(error)))
            else:
                self._tell(Posted(number, ""))

    def _take_outgoing(self) -> tuple[int, tuple[Message, ...]] | None:
        with self._lock:
            return self._outgoing.popleft() if self._outgoing else None

    def _say_lost(self, why: str) -> None:
        while (taken := self._take_outgoing()) is not None:
            self._tell(Posted(taken[0], GONE))
        if not self._stopping.is_set():
            self._tell(BrokerLost(why))
