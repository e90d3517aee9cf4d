"""The AsyncAPI document, the models and the manual (mqtt.md) say the same; the contract stands here once more, as examples."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from player.base.clocks import ClockTrust
from player.contract import commands
from player.contract.asyncapi import describe_contract
from player.contract.decoding import decode_health
from player.contract.encoding import OFFLINE, encode, encode_health, encode_now, encode_reply
from player.contract.envelope import CommandRefusal, read_command, read_envelope
from player.contract.models import ARGS
from player.contract.reports import REFUSALS, AlertReport, NowReport, Reply, StateReport
from player.contract.topics import Topics
from player.core.alerts import ALERTS
from tests.kit.reports import AT, REPORT, UNKNOWN

DOCUMENT = describe_contract("0.1.0", ALERTS)

# The topics: topic, QoS, retained, who writes.
TOPICS = [
    ("panels/{panel}/state", 1, True, "send"),
    ("panels/{panel}/health", 0, True, "send"),
    ("panels/{panel}/now", 0, True, "send"),
    ("panels/{panel}/alert/{alert}", 1, True, "send"),
    ("panels/{panel}/command", 1, False, "receive"),
    ("panels/all/command", 1, False, "receive"),
    ("panels/group/{group}/command", 1, False, "receive"),
    ("panels/{panel}/reply", 1, False, "send"),
    ("panels/{panel}/screenshot", 0, False, "send"),
    ("panels/{panel}/played", 1, False, "send"),
    ("panels/{panel}/played/ack", 1, False, "receive"),
    ("homeassistant/device/{panel}/config", 1, True, "send"),
]
# The commands: name -> its arguments. A change here is a change of the contract.
COMMANDS: dict[str, set[str]] = {
    "next": set(), "previous": set(), "goto": {"item"}, "pause": set(), "resume": set(), "blank": {"until"},
    "unblank": set(), "show": {"media", "text", "colour", "until", "seconds", "priority"}, "clear": set(), "drop": {"item"},
    "ticker": {"text", "until"}, "clear-ticker": set(),
    "play": {"playlist", "until"}, "volume": {"percent", "keep"}, "brightness": {"percent", "keep"},
    "screenshot": {"width"}, "identify": {"seconds"}, "test-pattern": {"seconds"}, "rescan": set(), "rollback": set(),
    "health": set(), "ping": set(), "logs": {"lines"}, "restart-player": set(), "reboot": set(),
}  # fmt: skip
# The example of a health report in mqtt.md.
HEALTH = """
{"v": 1, "at": "2026-11-22T03:00:00Z", "clock": "synced", "version": "0.1.0", "uptime_s": 86400,
 "player": {"state": "playing", "reason": "schedule: morning until 09:30", "playlist": "morning", "item": "media/a.mp4",
            "position_s": 3.2, "since": "2026-11-22T03:00:00Z", "changes": 8123, "failures": 2,
            "quarantined": ["media/broken.mp4: decoder died twice"],
            "layers": [{"state": "running", "restarts": 0, "memory_bytes": 71303168, "confined": true}], "ticker": null},
 "screen": {"width": 1280, "height": 720, "region": [0, 0, 1280, 720], "connected": true, "lit": true,
  "moving": true, "brightness": 60, "rotation": 90},
 "content": {"slot": "folder", "release": 17, "serial": 42, "adopted_at": "2026-11-22T03:00:00Z", "files": 31,
             "bytes": 734003200, "pending": null, "problems": [], "confined": true, "digest": null},
 "machine": {"cpu_percent": 9.5, "memory_percent": 31.0, "disk_free_bytes": 81604378624, "temperature_c": 51.0,
             "load_1m": 0.4, "received_bytes": 123, "sent_bytes": 456},
 "alerts": ["screen.frozen"], "groups": ["east"]}
"""
# The alerts' fixed ids.
ALERT_IDS = {
    "config.bad",
    "screen.frozen", "screen.black", "screen.disconnected", "layer.failing", "item.quarantined", "content.rejected",
    "item.too-heavy", "item.stutters",
    "content.incomplete", "content.stale", "content.rolled-back", "stick.rejected", "disk.low", "disk.read-only",
    "memory.high", "temperature.high", "clock.untrusted", "daemon.restarted", "library.failing",
    "journal.failing", "journal.unsent", "certificate.ending",
}  # fmt: skip
REFUSAL_CODES = {"retained", "expired", "malformed", "unknown", "bad-args", "too-large", "not-allowed", "too-many"}


def validator(message: str) -> jsonschema.Draft7Validator:
    """For one message's payload; references point into the document."""
    schema = {**DOCUMENT["components"]["messages"][message]["payload"], "components": DOCUMENT["components"]}
    if "$ref" in schema:
        schema = {"allOf": [{"$ref": schema["$ref"]}], "components": DOCUMENT["components"]}
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_it_is_an_asyncapi_3_document_whose_references_all_lead_somewhere() -> None:
    """The version, the required parts, and no reference into nothing; it survives JSON unchanged."""
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    for reference in set(references(DOCUMENT)):
        place: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] in ("send", "receive")
        channel = operation["channel"]["$ref"]
        assert all(each["$ref"].startswith(f"{channel}/messages/") for each in operation["messages"])
    for channel in DOCUMENT["channels"].values():
        named = set(channel.get("parameters", {}))
        assert named == {part[1:-1] for part in channel["address"].split("/") if part.startswith("{")}


def test_the_topics_are_those_of_the_table() -> None:
    """Every topic with its QoS, its retain flag and who writes it; none besides; and the link's own topics are the same."""
    found = []
    for operation in DOCUMENT["operations"].values():
        channel = DOCUMENT["channels"][operation["channel"]["$ref"].split("/")[-1]]
        mqtt = operation["bindings"]["mqtt"]
        found.append((channel["address"], mqtt["qos"], mqtt["retain"], operation["action"]))
    assert sorted(found) == sorted(TOPICS)
    topics = Topics("panels", "{panel}", ("{group}",))
    ours = [topics.state, topics.health, topics.now, topics.alert("{alert}"), topics.reply, topics.screenshot]
    ours += [topics.played, topics.played_ack]
    assert sorted([*ours, *topics.commands, topics.discovery]) == sorted(address for address, *_ in TOPICS)


def test_the_commands_are_those_of_the_table() -> None:
    """The same names and arguments in the table, the models, core's values and the document."""
    assert {do: set(model.model_fields) for do, model in ARGS.items()} == COMMANDS
    assert {row.name: {field.name for field in dataclasses.fields(row.order)} for row in commands.ROWS} == COMMANDS
    messages = DOCUMENT["components"]["messages"]
    assert {name.removeprefix("command-") for name in messages if name.startswith("command-")} == set(COMMANDS)
    for name in ("command", "commandAll", "commandGroup"):
        assert set(DOCUMENT["channels"][name]["messages"]) == {f"command-{do}" for do in COMMANDS}


def test_alerts_codes_and_stages_are_those_of_the_contract() -> None:
    """The fixed ids, the codes of a refusal, the stages of a reply, the clock's trust."""
    assert set(ALERTS) == ALERT_IDS == set(DOCUMENT["channels"]["alert"]["parameters"]["alert"]["enum"])
    assert set(REFUSALS) == REFUSAL_CODES
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["Reply"]["properties"]["stage"]["enum"] == ["accepted", "done", "failed", "rejected"]
    assert all(code in schemas["Reply"]["properties"]["code"]["description"] for code in REFUSAL_CODES)
    assert schemas["HealthReport"]["properties"]["clock"]["enum"] == [str(each) for each in ClockTrust]
    assert schemas["PlayerState"]["enum"] == ["playing", "paused", "blank", "dark", "override", "idle"]


def test_the_contracts_example_of_a_report_fits_document_and_model() -> None:
    """It validates, it is read, and written again it is the same value."""
    example = json.loads(HEALTH)
    validator("health").validate(example)
    assert json.loads(encode_health(decode_health(HEALTH.encode()))) == example


@pytest.mark.parametrize(
    ("message", "payload"),
    [
        ("health", encode_health(REPORT)),
        ("health", encode_health(UNKNOWN)),
        ("now", encode_now(NowReport("a.mp4", "morning", "schedule", AT, None))),
        ("now", encode_now(NowReport(None, None, "waiting", AT, AT))),
        ("now", encode_now(NowReport(None, None, 'message "Banjir" by dina', AT, AT, "Banjir", "dina"))),
        ("state", encode(StateReport(True, AT, "0.1.0", "ab"))),
        ("state", OFFLINE),
        ("alert", encode(AlertReport(AT, "disk is full; remove films"))),
        ("reply", encode_reply(Reply("c", "done", "", "", AT))),
        ("reply", encode_reply(Reply(None, "rejected", "malformed", "not JSON", AT))),
    ],
)
def test_what_the_link_publishes_fits_the_document(message: str, payload: bytes) -> None:
    """The encoder's own output, full and with nothing known, validates against the generated schema."""
    validator(message).validate(json.loads(payload))


@pytest.mark.parametrize(
    ("message", "payload"),
    [
        ("health", {**json.loads(HEALTH), "v": 2}),
        ("health", {**json.loads(HEALTH), "extra": 1}),
        ("health", {key: value for key, value in json.loads(HEALTH).items() if key != "machine"}),
        ("state", {}),
        ("reply", {"id": "c", "stage": "perhaps", "code": "", "detail": "", "at": "2026-11-22T03:00:00Z"}),
        ("alert", {"raised": 5, "detail": ""}),
    ],
)
def test_what_is_no_report_does_not_fit(message: str, payload: dict[str, Any]) -> None:
    """The schemas are not so loose that everything fits."""
    with pytest.raises(jsonschema.ValidationError):
        validator(message).validate(payload)


@pytest.mark.parametrize(
    ("do", "args"),
    [
        ("next", {}), ("next", None), ("next", {"x": 1}), ("goto", {"item": 1}), ("goto", {"item": "a.mp4"}), ("goto", {}),
        ("goto", {"item": 0}), ("goto", None), ("show", {"text": "x", "seconds": 5}), ("show", {"text": "x"}),
        ("show", {"seconds": 1}),
        ("show", {"text": "x", "media": "y", "seconds": 5}), ("show", {"media": "y", "until": "2026-11-22T18:00:00Z"}),
        ("show", {"media": "y", "until": "2026-11-22T18:00:00Z", "seconds": 1}), ("show", None),
        ("show", {"text": "x", "seconds": 0}), ("volume", {"percent": 50}), ("volume", {"percent": 101}),
        ("volume", {"percent": "50"}), ("volume", {"percent": 50, "keep": True}), ("volume", {"percent": 50, "keep": 1}),
        ("logs", {"lines": 200}), ("logs", {"lines": 201}), ("screenshot", {"width": 320}), ("screenshot", {"width": 1}),
        ("play", {"playlist": ""}), ("play", {"playlist": "x"}), ("blank", {"until": None}), ("identify", {"seconds": 86401}),
    ],
)  # fmt: skip
def test_document_and_parser_agree_about_commands(do: str, args: dict[str, Any] | None) -> None:
    """A command that the schema accepts is obeyed, one that it refuses is refused, one by one."""
    payload: dict[str, Any] = {"id": "c", "do": do, "args": args, "by": "dina"}
    envelope = read_envelope(json.dumps(payload).encode())
    assert not isinstance(envelope, CommandRefusal)
    obeyed = not isinstance(read_command(envelope), CommandRefusal)
    assert validator(f"command-{do}").is_valid(payload) == obeyed


@pytest.mark.parametrize(
    ("change", "good"),
    [
        ({}, True),
        ({"id": "x" * 64}, True),
        ({"id": "x" * 65}, False),
        ({"id": ""}, False),
        ({"id": 5}, False),
        ({"expires": "2026-11-22T03:05:00Z", "reason": "test"}, True),
        ({"expires": 5}, False),
        ({"expire": "2026-11-22T03:05:00Z"}, False),
        ({"do": "previous"}, False),
    ],
)
def test_document_and_parser_agree_about_the_envelope(change: dict[str, Any], good: bool) -> None:
    """id, expires and unknown keys: the schema is as strict as the parser."""
    payload = {"id": "c", "do": "next", **change}
    assert validator("command-next").is_valid(payload) == good
    if payload["do"] == "next":
        assert isinstance(read_envelope(json.dumps(payload).encode()), CommandRefusal) != good
