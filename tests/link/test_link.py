"""The link against a real mosquitto: what the office sees when all is well."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.contract import commands
from player.contract.reports import NowReport
from player.core import effects, events
from player.core.alerts import Alert
from tests.kit.broker import Broker
from tests.kit.link_room import running_office
from tests.kit.listener import Listener
from tests.kit.reports import REPORT
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
COMMAND = "panels/serang-01/command"


def test_a_panel_is_online_while_it_runs_and_offline_after_a_clean_stop(broker: Broker, tmp_path: Path) -> None:
    """state is retained: online with since, version, boot and key, and false after a clean stop, before the will."""
    with Listener(broker.port) as office:
        with running_office(broker.port, tmp_path):
            wait_for(lambda: office.on("panels/serang-01/state"))
            state = office.on("panels/serang-01/state")[0]
            value = json.loads(state.payload)
            assert state.retain
            assert state.qos == 1
            assert list(value) == ["online", "since", "version", "boot", "key"]
            assert value["online"] is True
            assert datetime.fromisoformat(value["since"]).tzinfo is not None
        wait_for(lambda: json.loads(office.on("panels/serang-01/state")[-1].payload) == {"online": False})
        assert office.on("panels/serang-01/state")[-1].retain


@pytest.mark.parametrize("topic", [COMMAND, "panels/all/command", "panels/group/east/command"])
def test_a_command_is_accepted_then_done(broker: Broker, tmp_path: Path, topic: str) -> None:
    """On its own topic, everybody's and its group's a command is answered accepted, then done, with its correlation."""
    with Listener(broker.port) as office, running_office(broker.port, tmp_path) as room:
        office.send(topic, {"id": "c1", "do": "volume", "args": {"percent": 30}, "by": "dina"}, CorrelationData=b"xyz")
        wait_for(lambda: len(office.replies("c1")) == 2)
        assert office.stages("c1") == ["accepted", "done"]
        assert list(office.replies("c1")[0]) == ["id", "stage", "code", "detail", "at"]
        assert [m.properties.CorrelationData for m in office.on("panels/serang-01/reply")] == [b"xyz", b"xyz"]  # type: ignore[union-attr]
        [arrived] = room.of(events.CommandArrived)
        assert arrived.command == commands.Command("c1", commands.Volume(30), by="dina")


def test_commands_of_others_are_not_ours(broker: Broker, tmp_path: Path) -> None:
    """A command for another panel or group is neither obeyed nor answered."""
    with Listener(broker.port) as office, running_office(broker.port, tmp_path) as room:
        office.send("panels/serang-02/command", {"id": "x1", "do": "next"})
        office.send("panels/group/west/command", {"id": "x2", "do": "next"})
        office.send(COMMAND, {"id": "c1", "do": "next"})
        wait_for(lambda: len(office.replies("c1")) == 2)
        assert room.obeyed == ["c1"]
        assert not office.replies("x1")
        assert not office.replies("x2")


def test_every_refusal_has_its_code(broker: Broker, tmp_path: Path) -> None:
    """Each way to be refused is answered `rejected` with the code of mqtt.md, and nothing is obeyed."""
    past = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
    with (
        Listener(broker.port) as office,
        running_office(broker.port, tmp_path, allow=("next", "blank", "show"), commands_per_minute=2) as room,
    ):
        office.send(COMMAND, {"id": "late", "do": "next", "expires": past})
        office.send(COMMAND, {"id": "over", "do": "blank", "args": {"until": past}})
        office.send(COMMAND, {"id": "keys", "do": "next", "expire": past})
        office.send(COMMAND, b"not json")
        office.send(COMMAND, {"id": "what", "do": "dance"})
        office.send(COMMAND, {"id": "args", "do": "show", "args": {"text": "flood"}})
        office.send(COMMAND, json.dumps({"id": "huge", "do": "next", "reason": "x" * 17000}))
        office.send(COMMAND, {"id": "deny", "do": "reboot"})
        office.send(COMMAND, {"id": "kept", "do": "next"}, retain=True)
        wait_for(lambda: office.replies("kept"))
        for number in range(3):
            office.send(COMMAND, {"id": f"n{number}", "do": "next"})
        wait_for(lambda: office.replies("n2"))
        want = {
            "late": ["rejected expired"],
            "over": ["rejected expired"],
            "keys": ["rejected malformed"],
            None: ["rejected malformed"],
            "what": ["rejected unknown"],
            "args": ["rejected bad-args"],
            "huge": ["rejected too-large"],
            "deny": ["rejected not-allowed"],
            "kept": ["rejected retained"],
        }
        assert {key: office.stages(key) for key in want} == want
        assert office.stages("n2") == ["rejected too-many"]
        wait_for(lambda: office.stages("n1") == ["accepted", "done"])
        assert room.obeyed == ["n0", "n1"]


def test_a_command_that_lay_retained_at_the_broker_is_refused(broker: Broker, tmp_path: Path) -> None:
    """A retained command that was there before the panel is refused with `retained`, not obeyed."""
    with Listener(broker.port) as office:
        office.send(COMMAND, {"id": "old", "do": "reboot"}, retain=True)
        wait_for(lambda: office.on(COMMAND))
        with running_office(broker.port, tmp_path) as room:
            wait_for(lambda: office.replies("old"))
            assert office.stages("old") == ["rejected retained"]
            assert room.obeyed == []


def test_a_repeated_id_gets_its_last_reply_again(broker: Broker, tmp_path: Path) -> None:
    """The same id twice is obeyed once; the second time the last reply comes again."""
    with Listener(broker.port) as office, running_office(broker.port, tmp_path) as room:
        office.send(COMMAND, {"id": "c1", "do": "next"})
        wait_for(lambda: office.stages("c1") == ["accepted", "done"])
        office.send("panels/all/command", {"id": "c1", "do": "next"})
        wait_for(lambda: office.stages("c1") == ["accepted", "done", "done"])
        assert office.replies("c1")[1] == office.replies("c1")[2]
        assert room.obeyed == ["c1"]


def test_what_was_said_before_the_connection_is_published_once_it_is_there(tmp_path: Path, broker: Broker) -> None:
    """Only the newest health and now wait for the broker; alerts raised and cleared meanwhile are not left behind."""
    broker.stop()
    with running_office(broker.port, tmp_path, wait=False) as room:
        for number in range(50):
            room.office.perform(effects.PublishHealth(REPORT))
            moment = datetime(2026, 11, 22, 3, 0, number, tzinfo=UTC)
            room.office.perform(effects.PublishNow(NowReport(f"{number}.mp4", "morning", "schedule", moment, None)))
        room.office.perform(effects.RaiseAlert(Alert.DISK_LOW, "1 GB left; remove films"))
        room.office.perform(effects.RaiseAlert(Alert.SCREEN_BLACK, "x"))
        room.office.perform(effects.ClearAlert(Alert.SCREEN_BLACK))
        wait_for(lambda: room.of(events.OfficeDisconnected))
        broker.start()
        with Listener(broker.port) as office:
            wait_for(lambda: room.connected, 20)
            wait_for(lambda: office.on("panels/serang-01/now") and office.on("panels/serang-01/alert/disk.low"))
            assert [json.loads(m.payload)["item"] for m in office.on("panels/serang-01/now")] == ["49.mp4"]
            assert len(office.on("panels/serang-01/health")) == 1
            alert = json.loads(office.on("panels/serang-01/alert/disk.low")[0].payload)
            assert list(alert) == ["raised", "detail"]
            assert all(not m.payload for m in office.on("panels/serang-01/alert/screen.black"))


def test_alerts_of_an_earlier_run_are_cleared(broker: Broker, tmp_path: Path) -> None:
    """An alert that the last run left retained, and nobody raises now, is cleared; one that is raised stays."""
    with Listener(broker.port) as office:
        for alert in ("disk.low", "screen.frozen"):
            office.send(f"panels/serang-01/alert/{alert}", {"raised": "x", "detail": "old"}, retain=True)
        with running_office(broker.port, tmp_path) as room:
            room.office.perform(effects.RaiseAlert(Alert.SCREEN_FROZEN, "new"))
            wait_for(lambda: [m.payload for m in office.on("panels/serang-01/alert/disk.low")][-1:] == [b""])
            assert b"new" in office.on("panels/serang-01/alert/screen.frozen")[-1].payload


def test_a_screenshot_carries_its_commands_id(broker: Broker, tmp_path: Path) -> None:
    """The JPEG is published as it is, QoS 0, not retained, with the user property `command`."""
    with Listener(broker.port) as office, running_office(broker.port, tmp_path) as room:
        room.office.perform(effects.PublishScreenshot("c9", b"\xff\xd8" + bytes(300_000)))
        wait_for(lambda: office.on("panels/serang-01/screenshot"))
        picture = office.on("panels/serang-01/screenshot")[0]
        assert len(picture.payload) == 300_002
        assert picture.qos == 0
        assert not picture.retain
        assert picture.properties.UserProperty == [("command", "c9")]  # type: ignore[union-attr]


def test_without_a_host_the_room_does_nothing(tmp_path: Path) -> None:
    """No office.host: no thread, no file, and effects are taken and forgotten."""
    with running_office(1883, tmp_path, host="", wait=False) as room:
        room.office.perform(effects.PublishHealth(REPORT))
        room.office.perform(effects.SendReply("x", "done"))
    assert list(tmp_path.iterdir()) == []
