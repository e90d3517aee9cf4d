"""The link for tests: the real room of the link, with a small director behind it."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from player.core import effects, events
from player.link.room import OfficeLink
from player.link.timing import Timing
from player.settings.models import OfficeSection, PanelSection
from tests.kit.waiting import wait_for

QUICK = Timing(keep_alive_s=60, wait_s=lambda failures: 0.1, alerts_settle_s=1.0, boot_id=lambda: "boot-1")


class Room:
    """A link with a small director behind it, which ends each command as done and remembers all events."""

    def __init__(self, office: OfficeLink, news: queue.SimpleQueue[events.Event], obey: bool) -> None:
        self.office = office
        self.events: list[events.Event] = []
        self.obeyed: list[str] = []
        self._news = news
        self._obey = obey
        self._thread = threading.Thread(target=self._direct, daemon=True)
        self._thread.start()

    def _direct(self) -> None:
        while True:
            event = self._news.get()
            self.events.append(event)
            match event:
                case events.CommandArrived(command):
                    self.obeyed.append(command.id)
                    if self._obey:
                        self.office.perform(effects.SendReply(command.id, "done", "", f"did {command.order.do}"))
                case events.Tick():
                    return
                case _:
                    pass

    def of(self, kind: type[events.Event]) -> list[Any]:
        return [event for event in list(self.events) if isinstance(event, kind)]

    @property
    def connected(self) -> bool:
        last = [e for e in list(self.events) if isinstance(e, events.OfficeConnected | events.OfficeDisconnected)]
        return bool(last) and isinstance(last[-1], events.OfficeConnected)


@contextlib.contextmanager
def running_office(
    port: int,
    state_folder: Path,
    /,
    *,
    timing: Timing = QUICK,
    obey: bool = True,
    wait: bool = True,
    groups: tuple[str, ...] = ("east",),
    name: str = "serang-01",
    clock_good: Callable[[], bool] = lambda: True,
    **section: Any,
) -> Iterator[Room]:
    news: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": port, "tls": False} | section
    office = OfficeSection(**settings)
    panel = PanelSection(name=name, groups=groups, state_folder=state_folder)
    with OfficeLink(office, panel, "0.1.0", news.put, timing=timing, clock_good=clock_good) as room:
        wrapped = Room(room, news, obey)
        if wait:
            wait_for(lambda: wrapped.connected, 20, "the office is connected")
        try:
            yield wrapped
        finally:
            news.put(events.Tick())
