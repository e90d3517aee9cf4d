"""When a content was last on any panel: from the records' real database, and nothing where there is none."""

from __future__ import annotations

from datetime import timedelta

from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from player.office.web.content.last_shown import AGAIN, BEHIND, LastShown
from tests.kit.city import MIDNIGHT, SimulatedPanel
from tests.kit.records import TestKey


def sha256_of(name: str) -> str:
    return (name.encode().hex() * 64)[:64]


def test_the_newest_showing_of_all_panels_counts(url: str) -> None:
    """Of two panels the later one; what was shown more than a month ago is not told, nor is what was never shown."""
    wall = MIDNIGHT + timedelta(hours=1)
    now = [wall]
    asked = LastShown(url, lambda: now[0])
    assert asked(sha256_of("a")) is None  # no collector has been here yet
    first, second = (
        SimulatedPanel("serang-01"),
        SimulatedPanel("serang-02", TestKey(2), at=MIDNIGHT + timedelta(minutes=30)),
    )
    first.plays(3)
    second.play("a")
    engine = open_database(url, make=True)
    with writing(engine) as connection:
        for panel in (first, second):
            for payload in panel.batches():
                BatchStore(connection, wall).take(panel.name, payload, Way.MQTT)
    engine.dispose()
    assert asked(sha256_of("a")) is None  # asked a moment ago
    now[0] += AGAIN
    assert asked(sha256_of("a")) == MIDNIGHT + timedelta(minutes=30)
    assert asked(sha256_of("b")) == MIDNIGHT + timedelta(seconds=15)
    assert asked(sha256_of("z")) is None
    now[0] += BEHIND
    assert asked(sha256_of("b")) is None
