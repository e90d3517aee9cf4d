"""Home Assistant's device discovery: held against the rules of its documentation, its templates really rendered.

The rules were read from https://www.home-assistant.io/integrations/mqtt/ and from the schemas of home-assistant/core
(homeassistant/components/mqtt/*.py) in November 2026; only the names and types are here, none of its code.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2
import pytest

from player.contract import commands
from player.contract.encoding import encode_health, encode_now, encode_reply
from player.contract.envelope import CommandRefusal, read_command, read_envelope
from player.contract.home_assistant import SCHEDULE, describe_device
from player.contract.reports import NowReport, Reply
from player.contract.topics import Topics
from player.core import effects
from player.core.alerts import ALERTS, Alert
from tests.kit.broker import Broker
from tests.kit.link_room import running_office
from tests.kit.listener import Listener
from tests.kit.reports import AT, REPORT, UNKNOWN
from tests.kit.waiting import wait_for

TOPICS = Topics("panels", "serang-01", ("east",))
PLAYLISTS = ("default", 'say "hi" \\ now', "festival")
SHARED = {"unique_id", "name", "platform", "icon", "entity_category", "qos"}
MAY = {
    "sensor": {
        "state_topic", "value_template", "expire_after", "device_class", "state_class", "unit_of_measurement", "options",
    },
    "binary_sensor": {"state_topic", "value_template", "expire_after", "device_class"},
    "button": {"command_topic", "command_template", "device_class"},
    "number": {
        "command_topic", "command_template", "min", "max", "step", "unit_of_measurement", "state_topic", "value_template",
    },
    "select": {"command_topic", "command_template", "options", "state_topic", "value_template"},
    "image": {"image_topic", "content_type"},
    "notify": {"command_topic", "command_template"},
}  # fmt: skip
MUST = {
    "sensor": {"state_topic"},
    "binary_sensor": {"state_topic"},
    "button": {"command_topic"},
    "number": {"command_topic"},
    "select": {"command_topic", "options"},
    "image": {"image_topic"},
    "notify": {"command_topic"},
}
DEVICE_CLASSES = {
    "sensor": {"enum", "timestamp", "data_size", "temperature", "duration"},
    "binary_sensor": {"connectivity", "light", "moving", "problem"},
    "button": {"identify", "restart", "update"},
}
REPLY = json.loads(encode_reply(Reply("ha-1", "failed", "cannot-dim", "this display cannot be dimmed", AT)))
STATE_CLASSES = {"measurement", "total", "total_increasing"}


def described(allow: tuple[str, ...] = ("*",), playlists: tuple[str, ...] = PLAYLISTS) -> dict[str, Any]:
    value = json.loads(describe_device(TOPICS, "0.1.0", allow, ALERTS, playlists))
    assert isinstance(value, dict)
    return value


def entities(platform: str, **more: Any) -> dict[str, dict[str, Any]]:
    return {k: e for k, e in described(**more)["components"].items() if e["platform"] == platform and len(e) > 1}


def render(template: str, **names: Any) -> str:
    """As Home Assistant does: its functions are there, None is the word None."""
    environ = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environ.globals.update(utcnow=lambda: datetime.now(UTC), timedelta=timedelta)
    environ.filters["to_json"] = json.dumps
    return environ.from_string(template).render(**names)


def test_the_message_has_device_origin_and_components() -> None:
    """The three that device discovery requires; the device has an identifier; availability follows `state`."""
    message = described()
    assert set(message) == {
        "device", "origin", "components", "availability_topic", "availability_template", "qos",
    }  # fmt: skip
    assert message["device"]["identifiers"] == ["panel-player-serang-01"]
    assert message["origin"]["name"] == "panel-player"
    assert message["availability_topic"] == "panels/serang-01/state"
    assert render(message["availability_template"], value_json={"online": True}) == "online"
    assert render(message["availability_template"], value_json={"online": False}) == "offline"


@pytest.mark.parametrize("platform", sorted(MAY))
def test_every_entity_has_what_its_platform_requires_and_nothing_it_ignores(platform: str) -> None:
    """An option that Home Assistant does not know for a platform would silently do nothing."""
    found = entities(platform)
    assert found
    for key, entity in found.items():
        options = set(entity) - SHARED
        assert MUST[platform] <= options <= MAY[platform], key
        assert entity["name"]
        assert entity.get("device_class", "") in DEVICE_CLASSES.get(platform, set()) | {""}
        assert entity.get("state_class", "") in STATE_CLASSES | {""}
        assert entity.get("entity_category", "") in ("", "diagnostic", "config")
        assert entity.get("icon", "mdi:x").startswith("mdi:")
        assert entity.get("device_class") == "enum" or platform != "sensor" or "options" not in entity
        if entity.get("device_class") == "enum":
            assert "state_class" not in entity
            assert "unit_of_measurement" not in entity
        if entity.get("entity_category") == "config":
            assert platform not in ("sensor", "binary_sensor")


def test_there_are_all_kinds_of_entities() -> None:
    """Sensors, a problem sensor for each alert, buttons, selects, numbers, the screenshot's image."""
    assert {e["platform"] for e in described()["components"].values()} == set(MAY)
    problems = [e for e in entities("binary_sensor").values() if e.get("device_class") == "problem"]
    assert len(problems) == len(ALERTS)
    assert entities("image")["screenshot_image"]["image_topic"] == "panels/serang-01/screenshot"


def test_the_ids_are_unique_and_stable() -> None:
    """unique_id carries the panel's name and a fixed key: the same after an update, other playlists, another right."""
    ids = {key: e["unique_id"] for key, e in described()["components"].items()}
    assert len(set(ids.values())) == len(ids)
    assert all(each == f"panel_player_serang-01_{key}" for key, each in ids.items())
    fewer = {
        k: e["unique_id"] for k, e in described(allow=("next",), playlists=())["components"].items() if "unique_id" in e
    }
    assert fewer.items() <= ids.items()
    assert {"state", "item", "temperature", "alert_screen_frozen", "next_button", "volume", "picture"} <= ids.keys()


@pytest.mark.parametrize("report", [REPORT, UNKNOWN])
def test_every_value_template_reads_our_reports(report: Any) -> None:
    """Each template renders from a full report and from one that knows nothing: a value, or None, Home Assistant's unknown."""
    health = json.loads(encode_health(report))
    now = json.loads(encode_now(NowReport(report.player.item, report.player.playlist, report.player.reason, AT, None)))
    for platform in ("sensor", "binary_sensor", "select", "number"):
        for key, entity in entities(platform).items():
            if "state_topic" not in entity:
                continue
            value_json = {TOPICS.health: health, TOPICS.now: now, TOPICS.reply: REPLY}[entity["state_topic"]]
            value = render(entity["value_template"], value_json=value_json)
            assert value, key
            assert len(value) <= 255
            if platform == "binary_sensor":
                assert value in ("ON", "OFF", "None")
            if "options" in entity:
                assert value in entity["options"], key
    of = {key: e["value_template"] for key, e in (entities("sensor") | entities("binary_sensor")).items()}
    if report is REPORT:
        assert render(of["temperature"], value_json=health) == "51.0"
        assert render(of["disk_free"], value_json=health) == "81.6"
        assert render(of["lit"], value_json=health) == "ON"
        assert render(of["alert_screen_frozen"], value_json=health) == "ON"
        assert render(of["alert_screen_black"], value_json=health) == "OFF"
        assert render(of["item"], value_json=now) == "media/a.mp4"
    else:
        assert render(of["temperature"], value_json=health) == "None"
        assert render(of["lit"], value_json=health) == "None"
        assert render(of["item"], value_json=now) == "None"


def pressed(entity: dict[str, Any], **names: Any) -> commands.Command:
    payload = render(entity["command_template"], **names)
    envelope = read_envelope(payload.encode())
    assert not isinstance(envelope, CommandRefusal), f"{envelope} {payload}"
    request = read_command(envelope)
    assert not isinstance(request, CommandRefusal), f"{request} {payload}"
    assert request.expires is not None
    assert timedelta(seconds=50) < request.expires - datetime.now(UTC) < timedelta(seconds=61)
    return request.command


def test_every_button_sends_a_command_of_the_contract() -> None:
    """Each press is a command that the panel accepts, with an id of its own."""
    for key, entity in entities("button").items():
        one, two = pressed(entity), pressed(entity)
        assert one.order.do.replace("-", "_") + "_button" == key
        assert one.id != two.id
        assert entity["command_topic"] == "panels/serang-01/command"


def test_selects_numbers_and_messages_send_their_values() -> None:
    """Whatever the value holds (quotes, backslashes, other scripts), the command is the one that was meant."""
    assert pressed(entities("number")["volume"], value=30.0).order == commands.Volume(30, keep=True)
    assert pressed(entities("select")["picture"], value="blank").order == commands.Blank()
    assert pressed(entities("select")["picture"], value="on").order == commands.Unblank()
    play = entities("select")["play"]
    assert play["options"] == [SCHEDULE, *PLAYLISTS]
    assert pressed(play, value=SCHEDULE).order == commands.Clear()
    for name in PLAYLISTS:
        assert pressed(play, value=name).order == commands.PlayPlaylist(name)
    text = 'Banjir "di" \\ 洪水 🌊\nsekarang'
    assert pressed(entities("notify")["message"], value=text).order == commands.Show(text=text, seconds=120.0)


def test_only_what_the_office_may_do_is_offered() -> None:
    """office.allow holds for Home Assistant as well: no button that would only be refused."""
    assert set(entities("button", allow=("next", "volume"))) == {"next_button"}
    assert set(entities("number", allow=("next", "volume"))) == {"volume"}
    assert entities("select", allow=("next",)) == {}
    assert entities("image", allow=("next",)) == {}


def test_what_is_allowed_no_more_disappears() -> None:
    """A narrower office.allow announces each removed component with its platform alone, which is how one is taken back."""
    full, narrow = described()["components"], described(allow=("next",), playlists=())["components"]
    removed = {key for key, component in narrow.items() if len(component) == 1}
    assert removed == full.keys() - {k for k, e in narrow.items() if len(e) > 1}
    assert {"volume", "brightness", "play", "picture", "screenshot_image", "previous_button"} <= removed
    assert all(narrow[key] == {"platform": full[key]["platform"]} for key in removed)
    assert not [key for key, component in full.items() if len(component) == 1]


def test_the_brightness_is_what_the_screen_has() -> None:
    """A screen that cannot be dimmed is unknown, never the percent that was asked for; the refusal is the last answer."""
    slider = entities("number")["brightness"]
    assert slider["state_topic"] == TOPICS.health
    for percent, shown in ((60, "60"), (None, "None")):
        report = replace(REPORT, screen=replace(REPORT.screen, brightness=percent))
        assert render(slider["value_template"], value_json=json.loads(encode_health(report))) == shown
    answer = entities("sensor")["answer"]
    assert answer["state_topic"] == TOPICS.reply
    said = render(answer["value_template"], value_json=REPLY)
    assert said == "failed cannot-dim: this display cannot be dimmed"
    assert render(answer["value_template"], value_json={"stage": "done", "code": "", "detail": ""}) == "done"


@pytest.mark.live
def test_the_description_is_published_retained_and_taken_back(broker: Broker, tmp_path: Path) -> None:
    """With office.home_assistant it is there, with the playlists; switched off at the next start it is removed."""
    topic = "homeassistant/device/serang-01/config"
    with Listener(broker.port) as office:
        with running_office(broker.port, tmp_path, home_assistant=True) as room:
            room.office.perform(effects.OfferPlaylists(("default", "morning")))
            wait_for(lambda: office.on(topic))
            message = json.loads(office.on(topic)[-1].payload)
            assert message["components"]["play"]["options"] == [SCHEDULE, "default", "morning"]
        with running_office(broker.port, tmp_path, home_assistant=False):
            wait_for(lambda: office.on(topic)[-1].payload == b"", 10)
        count = len(office.on(topic))
        with running_office(broker.port, tmp_path, home_assistant=False) as room:
            room.office.perform(effects.RaiseAlert(Alert.DISK_LOW, "x"))
            wait_for(lambda: office.on("panels/serang-01/alert/disk.low"))
        assert len(office.on(topic)) == count
