"""The notifier beside a real broker: one message for many, quiet hours, and once over a restart and a lost link."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.base.mqtt.messages import Account
from player.office.notify.book_file import read_book
from player.office.notify.message import Told
from player.office.notify.service import NotifyService, NotifyTiming
from player.office.notify.settings import NotifySettings
from player.office.notify.ways import NotTold
from tests.kit.broker import running_broker
from tests.kit.listener import Listener
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
ALERT = json.dumps({"raised": "2026-11-25T02:00:00Z", "detail": "1 GB left"}).encode()


@dataclass
class People:
    """Who is told; `away` while the mail server is."""

    told: list[Told] = field(default_factory=list)
    away: bool = False

    def __call__(self, message: Told) -> None:
        if self.away:
            raise NotTold("no route to the mail server")
        self.told.append(message)

    @property
    def ids(self) -> list[tuple[str, str, str]]:
        return [(n["panel"], n["id"], n["event"]) for message in self.told for n in message.notices]


@contextlib.contextmanager
def notifier(
    port: int, folder: Path, people: People, lines: list[str], ahead: list[timedelta], **more: object
) -> Iterator[None]:
    """The service in a thread. ahead: its clock goes so far before the computer's."""
    settings = NotifySettings.model_validate({"gather_seconds": 1, "lost_minutes": 1, **more})
    file = folder / "notify.json"
    service = NotifyService(
        Account("127.0.0.1", port, False, "notify", "notify"), "panels", settings, "en", file, read_book(file)[0],
        {"mail": people}, lines.append, NotifyTiming(settle_s=1.0, retry_s=0.1, again_s=0.1),
        lambda: datetime.now(UTC) + ahead[0],
    )  # fmt: skip
    thread = threading.Thread(target=service.run)
    thread.start()
    try:
        yield
    finally:
        service.stop()
        thread.join()


NOW = [timedelta()]


def test_each_is_told_once_also_over_a_restart(tmp_path: Path) -> None:
    """Three panels' alerts are one message; the next start tells only what was over meanwhile."""
    people, lines = People(), []  # type: ignore[var-annotated]
    with running_broker() as broker, Listener(broker.port) as office:
        names = ("serang-01", "serang-02", "serang-03")
        for name in names:
            office.send(f"panels/{name}/state", b'{"online":true}', retain=True)
            office.send(f"panels/{name}/alert/disk.low", ALERT, retain=True)
        with notifier(broker.port, tmp_path, people, lines, NOW):
            wait_for(lambda: people.told)
            assert [notice["panel"] for notice in people.told[0].notices] == list(names)
        office.send("panels/serang-02/alert/disk.low", b"", retain=True)
        with notifier(broker.port, tmp_path, people, lines, NOW):
            wait_for(lambda: len(people.told) > 1)
            office.send("panels/serang-01/alert/screen.black", ALERT, retain=True)
            wait_for(lambda: len(people.told) > 2)
    raised = [(name, "disk.low", "raised") for name in names]
    assert people.ids == [*raised, ("serang-02", "disk.low", "cleared"), ("serang-01", "screen.black", "raised")]


def test_quiet_hours_hold_back_and_nothing_is_lost(tmp_path: Path) -> None:
    """In the night the notice waits in the book; the start in the morning sends it."""
    people, lines = People(), []  # type: ignore[var-annotated]
    local = datetime.now().astimezone()
    night = f"{local - timedelta(hours=2):%H:%M}-{local + timedelta(hours=2):%H:%M}"
    ahead, file = [timedelta()], tmp_path / "notify.json"
    with running_broker() as broker, Listener(broker.port) as office:
        office.send("panels/serang-01/state", b'{"online":true}', retain=True)
        with notifier(broker.port, tmp_path, people, lines, ahead, quiet=[night]):
            for count, alert in enumerate(("disk.low", "screen.black", "memory.high"), 1):
                office.send(f"panels/serang-01/alert/{alert}", ALERT, retain=True)
                wait_for(lambda count=count: len(read_book(file)[0].waiting) == count)  # type: ignore[misc]
                ahead[0] += timedelta(minutes=20)  # long after gather_seconds, and still night
        assert people.told == []
        with notifier(broker.port, tmp_path, people, lines, [timedelta(hours=5)], quiet=[night]):
            wait_for(lambda: people.told)
    assert [(trouble, what) for _, trouble, what in people.ids] == [
        ("disk.low", "raised"), ("screen.black", "raised"), ("memory.high", "raised"),
    ]  # fmt: skip


def test_a_way_and_a_broker_that_are_away_are_told_and_tried_again(tmp_path: Path) -> None:
    """The log names each once; the notice comes through in the end, and the broker's own is about no panel."""
    people, lines = People(away=True), []  # type: ignore[var-annotated]
    with running_broker() as broker:
        with Listener(broker.port) as office:
            office.send("panels/serang-01/state", b'{"online":true}', retain=True)
            office.send("panels/serang-01/alert/disk.low", ALERT, retain=True)
            wait_for(lambda: office.on("panels/serang-01/alert/disk.low"))  # the broker has it
        with notifier(broker.port, tmp_path, people, lines, NOW):
            wait_for(lambda: "mail: no route to the mail server; trying again" in lines)
            people.away = False
            wait_for(lambda: people.told)
            broker.stop()
            wait_for(lambda: any("trying again" in line and "mail" not in line for line in lines))
    assert people.ids == [("serang-01", "disk.low", "raised")]
    assert lines.count("mail: no route to the mail server; trying again") == 1
