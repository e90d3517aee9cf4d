"""The collector: takes the panels' batches from the broker, stores each, and only then tells the panel that it is kept.

Knows: the order (commit, acknowledge to the panel, acknowledge to the broker), and how to go on after every loss.
Touches: the broker, the database. Must not: judge a batch (storing.py does), or end because of one.

Any number of collectors share one subscription. One that is killed anywhere loses nothing: the panel sends again what it has
no acknowledgement for, and a batch that is stored already changes nothing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from player.base.mqtt.messages import Account, Arrived, Message
from player.contract.record_batches import encode_ack, make_ack
from player.office.records.database import writing
from player.office.records.keys import AckKey
from player.office.records.storing import BatchStore, Taken, Way
from player.office.session import Lost, OfficeSession
from player.office.signing import OfficeError
from player.settings.models import PANEL_NAME

GROUP = "records"
"""The name of the shared subscription; collectors of one office use one."""
RETRY_S = 5.0
LISTEN_S = 0.5
A_PANEL = re.compile(PANEL_NAME)


def wall_now() -> datetime:
    return datetime.now(UTC)


class Collector:
    """Runs until `stop` is called. tell: one line for each thing that a person should know."""

    def __init__(
        self,
        account: Account,
        root: str,
        engine: Engine,
        key: AckKey,
        tell: Callable[[str], None],
        clock: Callable[[], datetime] = wall_now,
        retry_s: float = RETRY_S,
    ) -> None:
        self._account = account
        self._root = root
        self._engine = engine
        self._key = key
        self._tell = tell
        self._clock = clock
        self._retry_s = retry_s
        self._stopped = threading.Event()
        self._said = ""

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        """Connects, listens, connects again; a broker that is away is told once."""
        while not self._stopped.is_set():
            try:
                with OfficeSession(self._account, hold=True) as session:
                    session.listen(f"$share/{GROUP}/{self._root}/+/played")
                    self._tell_change(f"collecting from {self._account.host}")
                    self._listen(session)
            except OfficeError as error:  # also Lost: the broker went away, or will not have us yet
                self._tell_change(f"{error}; trying again")
                self._stopped.wait(self._retry_s)

    def _listen(self, session: OfficeSession) -> None:
        while not self._stopped.is_set():
            arrived = session.hear(LISTEN_S)
            if arrived is not None:
                self._take(session, arrived)

    def _take(self, session: OfficeSession, arrived: Arrived) -> None:
        panel = arrived.topic.removeprefix(f"{self._root}/").removesuffix("/played")
        if A_PANEL.fullmatch(panel):
            taken = self._store(panel, arrived.payload)
            if taken is None:
                return  # stopped while the database was away: the panel sends it again
            for line in taken.news:
                self._tell(line)
            if taken.last is not None:
                self._acknowledge(session, panel, taken.last, taken.chain)
        session.acknowledge(arrived)

    def _store(self, panel: str, payload: bytes) -> Taken | None:
        """In one transaction; again and again while the database is away. None: stopped meanwhile."""
        while not self._stopped.is_set():
            try:
                with writing(self._engine) as connection:
                    return BatchStore(connection, self._clock()).take(panel, payload, Way.MQTT)
            except DBAPIError as error:
                said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
                self._tell_change(f"the database does not take the records: {said[0]}; trying again")
                self._stopped.wait(self._retry_s)
        return None

    def _acknowledge(self, session: OfficeSession, panel: str, last: int, chain: str) -> None:
        ack = make_ack(panel, last, chain, self._key.sign, self._key.public)
        try:
            session.send(Message(f"{self._root}/{panel}/played/ack", encode_ack(ack), qos=1))
        except Lost:
            raise
        except OfficeError as error:
            self._tell_change(
                f"the acknowledgement for {panel} was refused ({error}); use the broker's account collector"
            )

    def _tell_change(self, line: str) -> None:
        if line != self._said:
            self._said = line
            self._tell(line)
