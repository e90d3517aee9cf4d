"""The whole contract as an AsyncAPI 3.0 document, generated from the models that parse and encode it.

Knows: AsyncAPI 3.0 and its MQTT bindings. Pure: makes a value. Must not: say anything that the models do not do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from player.contract.commands import COMMANDS, CommandRow
from player.contract.envelope import COMMAND_BYTES, CORRELATION_BYTES
from player.contract.models import ARGS, ENVELOPE
from player.contract.records import MOST_RECORDS
from player.contract.reports import (
    MESSAGE_FIELDS,
    REFUSALS,
    STAGES,
    AlertReport,
    HealthReport,
    NowReport,
    Reply,
    StateReport,
)
from player.contract.timing import KEEP_ALIVE_S, SESSION_S

Document = dict[str, Any]

REF = "#/components/schemas/{model}"
MQTT_BINDING = "0.2.0"
# channel: (address below the root, summary)
CHANNELS: dict[str, tuple[str, str]] = {
    "state": ("{panel}/state", "Whether the panel is there. Also its last will."),
    "health": ("{panel}/health", "How the panel is, every office.health_seconds and after each change that matters."),
    "now": ("{panel}/now", "What is on screen, at each change of item."),
    "alert": ("{panel}/alert/{alert}", "One lasting trouble; an empty message when it is over."),
    "reply": ("{panel}/reply", "What the panel answers to commands."),
    "screenshot": ("{panel}/screenshot", "What is really on the screen."),
    "played": ("{panel}/played", "Records of what was shown, in signed batches."),
    "playedAck": ("{panel}/played/ack", "What the office has stored of the records."),
    "command": ("{panel}/command", "Commands for one panel."),
    "commandAll": ("all/command", "Commands for all panels."),
    "commandGroup": ("group/{group}/command", "Commands for a group of panels."),
}
# channel: (QoS, retained)
DELIVERY = {
    "state": (1, True),
    "health": (0, True),
    "now": (0, True),
    "alert": (1, True),
    "reply": (1, False),
    "screenshot": (0, False),
    "played": (1, False),
}
PARAMETERS: dict[str, Document] = {
    "panel": {"description": "The panel's name: 3 to 32 of a-z, 0-9 and -. It is its client id and user name."},
    "group": {"description": "A name of panel.groups in the panel's configuration."},
    "alert": {"description": "The alert's fixed id."},
}


RECORD_MESSAGES: dict[str, Document] = {
    "played": {
        "contentType": "application/zlib",
        "summary": CHANNELS["played"][1],
        "description": "JSON, packed with zlib: v, first, last, before (the chain before the first record), head (panel, n, "
        f"chain, at), signature, key, records (at most {MOST_RECORDS}). Sent again until it is acknowledged.",
        "payload": {"type": "string", "format": "binary"},
    },
    "playedAck": {
        "contentType": "application/json",
        "summary": CHANNELS["playedAck"][1],
        "payload": {
            "type": "object",
            "properties": {
                "v": {"const": 1},
                "last": {"type": "integer", "minimum": 1, "description": "the last record that the office has stored"},
                "head": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "the chain of that record"},
                "signature": {"type": "string", "description": "Ed25519, base64"},
                "key": {"type": "string", "description": "the office's public key, base64"},
            },
            "required": ["v", "last", "head", "signature"],
        },
    },
}
"""Records are written by contract/records.py itself, not by pydantic."""


def describe_contract(
    version: str, alerts: Iterable[str], root: str = "panels", home_assistant: bool = True
) -> Document:
    """The document, from the panel's point of view: it sends reports and receives commands. alerts: every alert's id."""
    schemas: dict[str, Document] = {}
    messages = _report_messages(schemas) | RECORD_MESSAGES | _command_messages(schemas)
    commands = [f"command-{name}" for name in COMMANDS]
    of_channel = {name: [name] for name in (*DELIVERY, "playedAck")} | dict.fromkeys(
        ("command", "commandAll", "commandGroup"), commands
    )
    channels = {name: _channel(name, root, of_channel[name]) for name in CHANNELS}
    channels["alert"]["parameters"]["alert"] |= {"enum": list(alerts)}
    operations = {f"send{_camel(name)}": _send(name) for name in DELIVERY}
    operations |= {f"receive{_camel(name)}": _receive(name) for name in ("command", "commandAll", "commandGroup")}
    operations["receivePlayedAck"] = _operation("receive", "playedAck", ["playedAck"], qos=1, retain=False)
    if home_assistant:
        messages["discovery"] = {
            "contentType": "application/json",
            "summary": "Home Assistant's device discovery payload (its own documentation describes it).",
            "payload": {"type": "object"},
        }
        channels["discovery"] = {
            "address": "homeassistant/device/{panel}/config",
            "summary": "Only with office.home_assistant = true.",
            "parameters": {"panel": PARAMETERS["panel"]},
            "messages": {"discovery": {"$ref": "#/components/messages/discovery"}},
        }
        operations["sendDiscovery"] = _operation("send", "discovery", ["discovery"], qos=1, retain=True)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "panel-player: the office link",
            "version": version,
            "description": f"MQTT 5. A command has at most {COMMAND_BYTES} bytes and is obeyed once; every command is "
            f"answered on the reply topic. CorrelationData of up to {CORRELATION_BYTES} bytes is echoed.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {"office": _server(root)},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _server(root: str) -> Document:
    return {
        "host": "mqtt.office.example:8883",
        "protocol": "secure-mqtt",
        "protocolVersion": "5",
        "description": "Any MQTT 5 broker; TLS 1.2 or later, with a client certificate or a user name and password.",
        "bindings": {
            "mqtt": {
                "clientId": "serang-01",
                "cleanSession": False,
                "keepAlive": KEEP_ALIVE_S,
                "sessionExpiryInterval": SESSION_S,
                "lastWill": {
                    "topic": f"{root}/serang-01/state", "qos": 1, "retain": True, "message": '{"online":false}',
                },
                "bindingVersion": MQTT_BINDING,
            }
        },
    }  # fmt: skip


def _channel(name: str, root: str, messages: list[str]) -> Document:
    below, summary = CHANNELS[name]
    made: Document = {"address": f"{root}/{below}", "summary": summary}
    parameters = {key: dict(value) for key, value in PARAMETERS.items() if f"{{{key}}}" in below}
    if parameters:
        made["parameters"] = parameters
    made["messages"] = {each: {"$ref": f"#/components/messages/{each}"} for each in messages}
    return made


def _send(name: str) -> Document:
    qos, retain = DELIVERY[name]
    return _operation("send", name, [name], qos=qos, retain=retain)


def _receive(name: str) -> Document:
    made = _operation("receive", name, [f"command-{each}" for each in COMMANDS], qos=1, retain=False)
    made["description"] = "A retained command is refused."
    made["reply"] = {
        "channel": {"$ref": "#/channels/reply"},
        "messages": [{"$ref": "#/channels/reply/messages/reply"}],
    }
    return made


def _operation(action: str, channel: str, messages: list[str], *, qos: int, retain: bool) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{each}"} for each in messages],
        "bindings": {"mqtt": {"qos": qos, "retain": retain, "bindingVersion": MQTT_BINDING}},
    }


def _report_messages(schemas: dict[str, Document]) -> dict[str, Document]:
    models: dict[str, Any] = {
        "state": StateReport,
        "health": HealthReport,
        "now": NowReport,
        "alert": AlertReport,
        "reply": Reply,
    }
    messages: dict[str, Document] = {}
    for name, model in models.items():
        payload = _schema_of(model, schemas)
        messages[name] = {"contentType": "application/json", "summary": CHANNELS[name][1], "payload": payload}
    schemas["StateReport"]["required"] = ["online"]  # the will says no more than that
    # The encoder writes every key, null where the machine cannot tell.
    for name in set(schemas) - {"StateReport"}:
        if schemas[name].get("type") == "object":
            schemas[name]["required"] = list(schemas[name]["properties"])
            schemas[name]["additionalProperties"] = False
    schemas["NowReport"]["required"] = [name for name in schemas["NowReport"]["required"] if name not in MESSAGE_FIELDS]
    schemas["HealthReport"]["properties"]["v"]["const"] = 1
    schemas["HealthReport"]["properties"]["clock"]["enum"] = ["synced", "plausible", "bad"]
    schemas["ScreenReport"]["properties"]["rotation"]["enum"] = [0, 90, 180, 270, None]
    properties = schemas["Reply"]["properties"]
    properties["stage"]["enum"] = list(STAGES)
    properties["code"]["description"] = f"Empty, or why. A rejected command has one of: {', '.join(REFUSALS)}."
    messages["screenshot"] = {
        "contentType": "image/jpeg",
        "summary": "A JPEG; the user property `command` holds the command's id.",
        "payload": {"type": "string", "format": "binary"},
    }
    return messages


def _command_messages(schemas: dict[str, Document]) -> dict[str, Document]:
    envelope = _plain(ENVELOPE.model_json_schema(ref_template=REF))
    messages = {}
    for name, row in COMMANDS.items():
        args = _schema_of(ARGS[name], schemas)
        properties: Document = dict(envelope["properties"])
        properties["do"] = {"const": name, "description": "the command's name"}
        properties["args"] = {"oneOf": [args, {"type": "null"}]}
        required = ["id", "do"]
        if schemas[row.schema_name].get("required") or row.exactly_one:
            required.append("args")
            properties["args"] = args
        messages[f"command-{name}"] = {
            "name": name,
            "contentType": "application/json",
            "summary": row.summary,
            **_description_of(row),
            "payload": {
                "type": "object", "properties": properties, "required": required, "additionalProperties": False,
            },
        }  # fmt: skip
    return messages


def _description_of(row: CommandRow) -> Document:
    """What the command's dataclass says about its arguments; nothing when it has only Python's own words."""
    words = (row.order.__doc__ or "").strip()
    return {"description": words} if words and not words.startswith(f"{row.order.__name__}(") else {}


def _schema_of(model: Any, schemas: dict[str, Document]) -> Document:
    """A reference to the model's schema, which (and whose parts) are put into `schemas`."""
    schema = _plain(TypeAdapter(model).json_schema(ref_template=REF))
    for name, part in schema.pop("$defs", {}).items():
        schemas.setdefault(name, part)
    name = model.__name__
    schemas.setdefault(name, schema)
    return {"$ref": REF.format(model=name)}


def _plain(value: Any) -> Any:
    """JSON Schema 2020-12, which pydantic writes, as the draft 7 that every AsyncAPI tool understands."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _plain(each) for key, each in value.items()}
    if "prefixItems" in plain:
        plain["items"] = plain.pop("prefixItems")
        plain["additionalItems"] = False
    return plain


def _camel(name: str) -> str:
    return name[0].upper() + name[1:]
