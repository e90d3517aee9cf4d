"""The link's waiting times and what it needs from outside, in one value that a test may change.

Knows: keep-alive, proof, back-off, how a connection is made. Touches: the kernel's boot id, when asked.
Must not: run anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from player.base.boot import read_boot_id
from player.base.mqtt.messages import Account, Arrived, ConnectionOptions, Filter, Message, Signal
from player.contract.timing import KEEP_ALIVE_S
from player.link import backoff
from player.settings.models import OfficeSection

PROOF_S = 10.0
"""So long the panel's own state may take to come back from the broker before it is published again."""
STABLE_S = 60.0
"""A connection that lasted this long counts as good: the next wait is a short one again."""
RESTATE_S = 10.0
"""A wrong state of this panel at the broker is corrected at most once in so many seconds."""
ALERTS_SETTLE_S = 20.0
"""So long after a start, alerts that nobody has raised are cleared at the broker: the last run may have left them."""
CERTIFICATES_S = 10.0
"""So long after a start the certificates are looked at: after the picture, and before alerts that nobody raised are cleared."""


class ConnectionLike(Protocol):
    """What the link needs of a connection; `connection.Connection` is the real one."""

    beat_mono: float

    @property
    def alive(self) -> bool: ...
    def open(self) -> None: ...
    def publish(self, message: Message) -> int: ...
    def subscribe(self, filters: tuple[Filter, ...]) -> int: ...
    def unsubscribe(self, topic: str) -> None: ...
    def acknowledge(self, arrived: Arrived) -> None: ...
    def close(self) -> None: ...
    def abandon(self) -> None: ...
    def join(self, within_s: float) -> None: ...


def _real_connection(account: Account, options: ConnectionOptions, sink: Callable[[Signal], None]) -> ConnectionLike:
    from player.base.mqtt.connection import (
        Connection,  # here, because it loads paho, which a panel without an office does not need
    )

    return Connection(account, options, sink)


@dataclass(frozen=True, slots=True)
class Timing:
    """What a test replaces: the waiting times, the machine's boot, the connection.

    minute_s: the minute of office.commands_per_minute.
    """

    keep_alive_s: int = KEEP_ALIVE_S
    proof_s: float = PROOF_S
    stable_s: float = STABLE_S
    restate_s: float = RESTATE_S
    alerts_settle_s: float = ALERTS_SETTLE_S
    certificates_s: float = CERTIFICATES_S
    wait_s: Callable[[int], float] = lambda failures: backoff.wait_s(failures, random.uniform)
    minute_s: float = 60.0
    boot_id: Callable[[], str] = read_boot_id
    make_connection: Callable[[Account, ConnectionOptions, Callable[[Signal], None]], ConnectionLike] = _real_connection


def account_of(office: OfficeSection, panel: str) -> Account:
    return Account(
        host=office.host,
        port=office.port,
        tls=office.tls,
        client_id=panel,
        username=office.username or panel,
        ca_file=office.ca_file,
        cert_file=office.cert_file,
        key_file=office.key_file,
        password_file=office.password_file,
    )
