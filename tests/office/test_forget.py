"""`panel-office forget`: a panel that was taken away for good has no row, no alert and no lost message any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from player.base.mqtt.messages import Arrived
from player.office.__main__ import app
from player.office.fleet import Fleet
from tests.kit.broker import Broker, running_broker
from tests.kit.listener import Listener
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
NOW = datetime.now(UTC).isoformat()
GONE: dict[str, dict[str, Any]] = {
    "panels/gone-01/state": {"online": False},
    "panels/gone-01/alert/disk.low": {"raised": "2026-11-25T02:00:00Z", "detail": "1 GB left"},
    "homeassistant/device/gone-01/config": {"device": {"name": "gone-01"}},
}
HERE: dict[str, dict[str, Any]] = {
    "panels/here-01/state": {"online": True, "since": NOW},
    "panels/off-02/state": {"online": False},
}


@pytest.fixture
def broker() -> Iterator[Broker]:
    """One panel that was taken away, one that is online, one that is only off."""
    with running_broker() as broker, Listener(broker.port) as panels:
        for topic, said in (GONE | HERE).items():
            panels.send(topic, said, retain=True)
        wait_for(lambda: len(panels.heard) == len(GONE | HERE), 10, "the broker has them")
        yield broker


def run(broker: Broker, *words: str, answer: str = "", status: int = 0) -> Result:
    options = ["--host", "127.0.0.1", "--port", str(broker.port), "--no-tls"]
    result = CliRunner().invoke(app, [*options, *words], input=answer)
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


def test_a_forgotten_panel_is_in_no_list_any_more(broker: Broker) -> None:
    """Asked first, then cleared; what the broker keeps of the others stays, and so `alerts` still ends with 1 for them."""
    assert set(json.loads(run(broker, "alerts", "--json", status=1).stdout)) == {"gone-01", "off-02"}
    run(broker, "forget", "gone-01", answer="n\n", status=1)
    assert "gone-01" in json.loads(run(broker, "now", "--json").stdout)
    said = run(broker, "forget", "gone-01", answer="y\n").output
    assert "The broker keeps 2 messages of gone-01" in said
    assert "gone-01 is forgotten: 2 messages" in said
    assert set(json.loads(run(broker, "now", "--json").stdout)) == {"here-01", "off-02"}
    assert set(json.loads(run(broker, "alerts", "--json", status=1).stdout)) == {"off-02"}
    with Listener(broker.port) as later:
        later.send("panels/ends", b"here")
        wait_for(lambda: later.on("panels/ends"), 10, "everything that is kept has come")
        assert {message.topic for message in later.heard} == {*HERE, "panels/ends"}
    assert "no panel gone-01 has been heard of" in run(broker, "forget", "gone-01", "--yes", status=1).output


def test_a_panel_that_is_there_is_not_forgotten(broker: Broker) -> None:
    """It would say everything again; a slip of the keyboard is told with the right name; nothing is cleared."""
    assert "here-01 is online" in run(broker, "forget", "here-01", "--yes", status=1).output
    assert "did you mean gone-01?" in run(broker, "forget", "gone-1", "--yes", status=1).output
    assert "no panel all has been heard of" in run(broker, "forget", "all", "--yes", status=1).output
    assert set(json.loads(run(broker, "now", "--json").stdout)) == {"gone-01", "here-01", "off-02"}


def test_who_listens_meanwhile_forgets_it_too() -> None:
    """`watch` and the console: an empty state takes the panel out, and what is cleared of it later does not bring it back."""
    fleet, wall = Fleet("panels"), datetime.now(UTC)

    def hear(topic: str, payload: bytes) -> None:
        fleet.take(Arrived(f"panels/gone-01/{topic}", payload, qos=1, retained=False), wall)

    hear("state", b'{"online":false}')
    hear("alert/disk.low", json.dumps(GONE["panels/gone-01/alert/disk.low"]).encode())
    hear("health", b"")
    assert fleet.panels["gone-01"].nonsense == ""
    hear("state", b"")
    assert fleet.panels == {}
    for topic in ("health", "now", "alert/disk.low"):
        hear(topic, b"")
    assert fleet.panels == {}
