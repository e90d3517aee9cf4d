"""The notifier: listens to the panels, keeps the book, and tells what is due by every way, for ever.

Knows: when to look, when to send, how to go on after each loss. Touches: the broker, the book's file, the ways.
Must not: decide what a notice is (book.py does).

A session begins with an empty fleet: what was cleared while nobody listened is over. Until everything that the broker keeps
has come, nothing is compared: a slow line would make alerts of an hour end and begin again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from player.base.mqtt.messages import Account
from player.office.fleet import Fleet
from player.office.gathering import wall_now
from player.office.notify.book import Book, Notice, is_quiet
from player.office.notify.book_file import write_book
from player.office.notify.message import make_message
from player.office.notify.settings import NotifySettings
from player.office.notify.ways import NotTold, Way
from player.office.session import OfficeSession
from player.office.signing import OfficeError

LOOK_S = 0.5
"""The book is compared so often, however much is said: a thousand panels never let it be quiet."""


@dataclass(frozen=True, slots=True)
class NotifyTiming:
    """What a test replaces. settle_s: after connecting, until what the broker keeps has come. again_s: after a way failed."""

    settle_s: float = 15.0
    retry_s: float = 5.0
    again_s: float = 60.0


class NotifyService:
    """Runs until `stop`. tell: one line for whoever reads the service's log."""

    def __init__(
        self, account: Account, root: str, settings: NotifySettings, language: str, file: Path, book: Book,
        ways: dict[str, Way], tell: Callable[[str], None], timing: NotifyTiming | None = None,
        clock: Callable[[], datetime] = wall_now,
    ) -> None:  # fmt: skip
        self._account, self._root, self._settings, self._language = account, root, settings, language
        self._file, self._book, self._ways, self._tell = file, book, ways, tell
        self._timing, self._clock = timing or NotifyTiming(), clock
        self._stopped = threading.Event()
        self._lost_after = timedelta(minutes=settings.lost_minutes)
        self._heard_wall = clock()
        self._first_waits: datetime | None = None
        self._again: dict[str, datetime] = {}
        self._said: dict[str, str] = {}

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        self._book.forget(self._ways)
        while not self._stopped.is_set():
            try:
                with OfficeSession(self._account) as session:
                    fleet = Fleet(self._root)
                    session.listen(*fleet.topics)
                    self._tell_change("link", f"listening to {self._account.host}")
                    self._listen(session, fleet)
            except OfficeError as error:
                self._tell_change("link", f"{error}; trying again")
                if self._book.lose_broker(self._heard_wall, self._clock(), self._lost_after, str(error)):
                    self._save()
                self._send_due()
                self._stopped.wait(self._timing.retry_s)

    def _listen(self, session: OfficeSession, fleet: Fleet) -> None:
        settled = self._clock() + timedelta(seconds=self._timing.settle_s)
        looked_mono = time.monotonic()
        while not self._stopped.is_set():
            arrived = session.hear(LOOK_S)
            wall = self._heard_wall = self._clock()
            if arrived is not None:
                fleet.take(arrived, wall)
                *_, panel, kind = arrived.topic.split("/")
                if kind == "state" and not arrived.payload and self._book.take_out(panel):  # panel-office forget
                    self._save()
                if time.monotonic() - looked_mono < LOOK_S:
                    continue
            looked_mono = time.monotonic()
            if wall >= settled:
                if self._book.compare(fleet.panels.values(), wall, self._lost_after):
                    self._save()
                self._send_due()

    def _send_due(self) -> None:
        """What waits is sent when the first of it has waited for gather_seconds, and no quiet hour holds it back."""
        wall = self._clock()
        due = {way: self._book.due(way) for way in self._ways}
        if not any(due.values()):
            self._first_waits = None
            return
        self._first_waits = self._first_waits or wall
        waited = wall - self._first_waits >= timedelta(seconds=self._settings.gather_seconds)
        if not waited or is_quiet(self._settings.quiet_hours, wall.astimezone()):
            return
        sent = False
        for way, notices in due.items():
            if notices and wall >= self._again.get(way, wall):
                sent |= self._send(way, notices, wall)
        if sent:
            self._book.forget(self._ways)
            self._save()

    def _send(self, way: str, notices: list[Notice], wall: datetime) -> bool:
        try:
            self._ways[way](make_message(notices, self._language, wall))
        except NotTold as error:
            self._again[way] = wall + timedelta(seconds=self._timing.again_s)
            self._tell_change(way, f"{way}: {error}; trying again")
            return False
        self._again.pop(way, None)
        self._tell(f"{way}: told {len(notices)} notice{'' if len(notices) == 1 else 's'}")
        self._said.pop(way, None)
        self._book.confirm(way, notices)
        return True

    def _save(self) -> None:
        try:
            write_book(self._file, self._book)
        except OSError as error:
            self._tell_change("file", f"{self._file}: {error.strerror}; a restart would tell things twice")

    def _tell_change(self, about: str, line: str) -> None:
        if self._said.get(about) != line:
            self._said[about] = line
            self._tell(line)
