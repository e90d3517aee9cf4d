"""The panel as a Home Assistant device: one retained message that describes all its entities (device discovery).

Knows: Home Assistant's MQTT discovery, https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
(2024.11 and later). Pure: makes a value. Must not: add a topic to the contract, or an id that changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, assert_never

from player.contract.commands import COMMANDS, Screenshot, allowed_commands
from player.contract.entities import Button, Entity, PercentSlider, PictureChoice, PlaylistChoice, TextMessage
from player.contract.reports import PlayerState
from player.contract.topics import Topics

Component = dict[str, Any]
"""One entry of the payload: Home Assistant's own keys."""
KINDS = (Button, PercentSlider, PictureChoice, PlaylistChoice, TextMessage)
"""In this order the payload lists them."""

SCHEDULE = "(schedule)"
"""The select's first option: back to what the schedule says."""
EXPIRES_S = 60
SHOW_S = 120
"""How long a text that Home Assistant sends stays on screen."""
GB = 10**9
SILENT_S = 300
"""A value older than this is not shown any more: health comes every minute, `now` at each item."""


ANSWER = (
    "{{ (value_json.stage ~ (' ' ~ value_json.code if value_json.code else '') ~ "
    "(': ' ~ value_json.detail if value_json.detail else ''))[:255] }}"
)
"""The newest reply in words, `failed cannot-dim: this display cannot be dimmed`: a button says nothing by itself."""


def describe_device(
    topics: Topics, version: str, allow: tuple[str, ...], alerts: Iterable[str], playlists: tuple[str, ...] = ()
) -> bytes:
    """The payload for `homeassistant/device/NAME/config`.

    allow: office.allow; what is not allowed is not offered, and taken back where it was. alerts: every alert's id.
    """
    allowed = allowed_commands(allow)
    components: dict[str, Component] = {
        **_sensors(topics),
        **_binary_sensors(topics, alerts),
        **_controls(topics, allowed, playlists),
    }
    if Screenshot.do in allowed:
        components["screenshot_image"] = {
            "platform": "image",
            "name": "Screen",
            "image_topic": topics.screenshot,
            "content_type": "image/jpeg",
        }
    for key, component in components.items():
        component["unique_id"] = f"panel_player_{topics.panel}_{key}"
    components |= _taken_back(components, topics)
    payload = {
        "device": {
            "identifiers": [f"panel-player-{topics.panel}"],
            "name": topics.panel,
            "manufacturer": "panel-player",
            "model": "LED panel",
            "sw_version": version,
        },
        "origin": {"name": "panel-player", "sw_version": version},
        "availability_topic": topics.state,
        "availability_template": "{{ 'online' if value_json.online else 'offline' }}",
        "components": components,
        "qos": 1,
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _sensor(topic: str, name: str, value: str, **more: Any) -> Component:
    return {"platform": "sensor", "name": name, "state_topic": topic, "value_template": value, **more}


def _gigabytes(topics: Topics, name: str, path: str, **more: Any) -> Component:
    """A number of bytes in GB: its MQTT knows no suggested_unit_of_measurement (2026.2), and would show bytes as they are."""
    words = f"{{{{ (value_json.{path} / {GB}) | round(2) if value_json.{path} is not none else None }}}}"
    unit = {"device_class": "data_size", "unit_of_measurement": "GB", "expire_after": SILENT_S}
    return _sensor(topics.health, name, words, **unit, **more)


def _now(topics: Topics, name: str, key: str, icon: str) -> Component:
    # A state has at most 255 characters.
    value = f"{{{{ value_json.{key}[:255] if value_json.{key} else None }}}}"
    return _sensor(topics.now, name, value, icon=icon)


def _sensors(topics: Topics) -> dict[str, Component]:
    def health(name: str, path: str, **more: Any) -> Component:
        # `None` is Home Assistant's word for unknown; a null of ours becomes just that.
        return _sensor(topics.health, name, f"{{{{ value_json.{path} }}}}", expire_after=SILENT_S, **more)

    diagnostic = {"entity_category": "diagnostic"}
    measured = diagnostic | {"state_class": "measurement"}
    counted = diagnostic | {"state_class": "total_increasing"}
    return {
        "state": health("State", "player.state", device_class="enum", options=[str(each) for each in PlayerState]),
        "item": _now(topics, "On the screen", "item", "mdi:filmstrip"),
        "playlist": _now(topics, "Playlist", "playlist", "mdi:playlist-play"),
        "reason": _now(topics, "Reason", "reason", "mdi:comment-question-outline"),
        "since": _sensor(topics.now, "Since", "{{ value_json.since }}", device_class="timestamp"),
        "release": health("Content release", "content.release", icon="mdi:package-variant", **diagnostic),
        "files": health("Content files", "content.files", icon="mdi:file-multiple", **diagnostic),
        "changes": health("Items shown", "player.changes", icon="mdi:counter", **counted),
        "failures": health("Failures", "player.failures", icon="mdi:alert-circle-outline", **counted),
        "cpu": health("Processor", "machine.cpu_percent", unit_of_measurement="%", icon="mdi:cpu-64-bit", **measured),
        "memory": health("Memory", "machine.memory_percent", unit_of_measurement="%", icon="mdi:memory", **measured),
        "disk_free": _gigabytes(topics, "Disk free", "machine.disk_free_bytes", **measured),
        "temperature": health(
            "Temperature", "machine.temperature_c", device_class="temperature", unit_of_measurement="°C", **measured
        ),
        "load": health("Load", "machine.load_1m", icon="mdi:gauge", **measured),
        "received": _gigabytes(topics, "Received", "machine.received_bytes", **counted),
        "sent": _gigabytes(topics, "Sent", "machine.sent_bytes", **counted),
        "uptime": health("Uptime", "uptime_s", device_class="duration", unit_of_measurement="s", **measured),
        "answer": _sensor(topics.reply, "Last answer", ANSWER, icon="mdi:message-reply-text-outline", **diagnostic),
        "clock": health(
            "Clock",
            "clock",
            device_class="enum",
            options=["synced", "plausible", "bad"],
            icon="mdi:clock",
            **diagnostic,
        ),
    }


def _binary_sensors(topics: Topics, alerts: Iterable[str]) -> dict[str, Component]:
    def of(name: str, test: str, **more: Any) -> Component:
        return {
            "platform": "binary_sensor",
            "name": name,
            "state_topic": topics.health,
            "value_template": test,
            "expire_after": SILENT_S,
            **more,
        }

    def seen(name: str, key: str, **more: Any) -> Component:
        return of(name, f"{{{{ {{true: 'ON', false: 'OFF'}}.get(value_json.screen.{key}, 'None') }}}}", **more)

    entities = {
        "connected": seen("Screen connected", "connected", device_class="connectivity", entity_category="diagnostic"),
        "lit": seen("Screen lit", "lit", device_class="light"),
        "moving": seen("Picture moving", "moving", device_class="moving"),
    }
    for alert in alerts:
        key = "alert_" + alert.replace(".", "_").replace("-", "_")
        words = alert.replace(".", ": ").replace("-", " ")
        test = f"{{{{ 'ON' if '{alert}' in value_json.alerts else 'OFF' }}}}"
        entities[key] = of(words[0].upper() + words[1:], test, device_class="problem", entity_category="diagnostic")
    return entities


def _controls(topics: Topics, allowed: frozenset[str], playlists: tuple[str, ...]) -> dict[str, Component]:
    """What the allowed commands give, kind after kind."""
    made: dict[str, Component] = {}
    for kind in KINDS:
        for row in COMMANDS.values():
            entity = row.entity
            if not isinstance(entity, kind) or row.name not in allowed:
                continue
            if isinstance(entity, PictureChoice | PlaylistChoice) and entity.opposite not in allowed:
                continue
            if isinstance(entity, PlaylistChoice) and not playlists:
                continue
            key, component = _control(topics, row.name, entity, playlists)
            made[key] = component
    return made


def _taken_back(offered: dict[str, Component], topics: Topics) -> dict[str, Component]:
    """What is not offered now: its platform alone removes it where it was offered before, and does nothing elsewhere."""
    everything = _controls(topics, allowed_commands(("*",)), (SCHEDULE,))
    everything["screenshot_image"] = {"platform": "image"}
    return {key: {"platform": each["platform"]} for key, each in everything.items() if key not in offered}


def _control(topics: Topics, do: str, entity: Entity, playlists: tuple[str, ...]) -> tuple[str, Component]:
    """The component that sends the command `do`, under its key."""
    match entity:
        case Button(name, icon, device_class, configuration):
            return f"{do.replace('-', '_')}_button", {
                "platform": "button",
                "name": name,
                "command_topic": topics.command,
                "command_template": command_template(do),
                **({"icon": icon} if icon else {}),
                **({"device_class": device_class} if device_class else {}),
                **({"entity_category": "config"} if configuration else {}),
            }
        case PercentSlider():
            return do, _slider(topics, do, entity)
        case PictureChoice(key, name, icon, opposite):
            return key, {
                "platform": "select",
                "name": name,
                "options": ["on", do],
                "state_topic": topics.health,
                "value_template": f"{{{{ '{do}' if value_json.player.state == '{do}' else 'on' }}}}",
                "command_topic": topics.command,
                "command_template": command_template(f"{{{{ '{do}' if value == '{do}' else '{opposite}' }}}}"),
                "icon": icon,
            }
        case PlaylistChoice(key, name, icon, opposite):
            args = '{% if value != "' + SCHEDULE + '" %}{"playlist": {{ value | to_json }}}{% else %}{}{% endif %}'
            words = f"{{{{ '{opposite}' if value == '{SCHEDULE}' else '{do}' }}}}"
            return key, {
                "platform": "select",
                "name": name,
                "options": [SCHEDULE, *playlists],
                "command_topic": topics.command,
                "command_template": command_template(words, args),
                "icon": icon,
            }
        case TextMessage(key, name, icon):
            args = '{"text": {{ value | to_json }}, "seconds": ' + f"{SHOW_S}}}"
            return key, {
                "platform": "notify",
                "name": name,
                "command_topic": topics.command,
                "command_template": command_template(do, args),
                "icon": icon,
            }
        case _ as never:
            assert_never(never)


def _slider(topics: Topics, do: str, entity: PercentSlider) -> Component:
    """Without a state of its own Home Assistant shows what was asked for, also when the panel refused."""
    value = f"{{{{ value_json.{entity.reported} }}}}"
    return {
        "platform": "number",
        "name": entity.name,
        "command_topic": topics.command,
        "command_template": command_template(do, '{"percent": {{ value | int }}, "keep": true}'),
        **({"state_topic": topics.health, "value_template": value} if entity.reported else {}),
        "min": 0,
        "max": 100,
        "step": 1,
        "unit_of_measurement": "%",
        "icon": entity.icon,
    }


def command_template(do: str, args: str = "") -> str:
    """A Jinja template that makes a command of ours, with an id of its own and an expiry, when a button is pressed."""
    return (
        '{"id": "ha-{{ utcnow().timestamp() }}", "do": "' + do + '", '
        + (f'"args": {args}, ' if args else "")
        + '"expires": "{{ (utcnow() + timedelta(seconds=' + str(EXPIRES_S) + ')).isoformat() }}", "by": "home assistant"}'
    )  # fmt: skip
