"""The panel as a Home Assistant device: one retained message that describes all its entities (device discovery).

Knows: Home Assistant's MQTT discovery, https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload
(2024.11 and later). Pure: makes a value. Must not: add a topic to the contract, or an id that changes.
"""

from __future__ import annotations

import json
from typing import Any

from player.contract.arguments import ARGS
from player.contract.messages import ALERTS, Topics
from player.contract.reports import PlayerState

Entity = dict[str, Any]

SCHEDULE = "(schedule)"
"""The select's first option: back to what the schedule says."""
EXPIRES_S = 60
SHOW_S = 120
"""How long a text that Home Assistant sends stays on screen."""
SILENT_S = 300
"""A value older than this is not shown any more: health comes every minute, `now` at each item."""

BUTTONS: tuple[tuple[str, str, str], ...] = (
    ("next", "Next item", "mdi:skip-next"),
    ("previous", "Previous item", "mdi:skip-previous"),
    ("pause", "Pause", "mdi:pause"),
    ("resume", "Resume", "mdi:play"),
    ("clear", "Clear message", "mdi:message-off"),
    ("screenshot", "Take screenshot", "mdi:monitor-screenshot"),
    ("identify", "Identify", ""),
    ("test-pattern", "Test pattern", "mdi:television-guide"),
    ("rescan", "Look for new content", "mdi:folder-refresh"),
    ("rollback", "Previous content", "mdi:history"),
    ("restart-player", "Restart player", ""),
    ("reboot", "Reboot", ""),
)
DEVICE_CLASS_OF_BUTTON = {"identify": "identify", "restart-player": "restart", "reboot": "restart"}
CONFIG_BUTTONS = ("identify", "test-pattern", "rescan", "rollback", "restart-player", "reboot")


def describe_device(topics: Topics, version: str, allow: tuple[str, ...], playlists: tuple[str, ...] = ()) -> bytes:
    """The payload for `homeassistant/device/NAME/config`. allow: office.allow; what is not allowed is not offered."""
    entities: dict[str, Entity] = {
        **_sensors(topics),
        **_binary_sensors(topics),
        **_controls(topics, frozenset(ARGS) if "*" in allow else frozenset(allow), playlists),
    }
    if "*" in allow or "screenshot" in allow:
        entities["screenshot_image"] = {
            "platform": "image",
            "name": "Screen",
            "image_topic": topics.screenshot,
            "content_type": "image/jpeg",
        }
    for key, entity in entities.items():
        entity["unique_id"] = f"panel_player_{topics.panel}_{key}"
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
        "components": entities,
        "qos": 1,
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _sensors(topics: Topics) -> dict[str, Entity]:
    def of(topic: str, name: str, value: str, **more: Any) -> Entity:
        return {"platform": "sensor", "name": name, "state_topic": topic, "value_template": value, **more}

    def health(name: str, path: str, **more: Any) -> Entity:
        # `None` is Home Assistant's word for unknown; a null of ours becomes just that.
        return of(topics.health, name, f"{{{{ value_json.{path} }}}}", expire_after=SILENT_S, **more)

    def now(name: str, key: str, icon: str) -> Entity:
        # A state has at most 255 characters.
        value = f"{{{{ value_json.{key}[:255] if value_json.{key} else None }}}}"
        return of(topics.now, name, value, icon=icon)

    diagnostic = {"entity_category": "diagnostic"}
    measured = diagnostic | {"state_class": "measurement"}
    counted = diagnostic | {"state_class": "total_increasing"}
    size = {"device_class": "data_size", "unit_of_measurement": "B", "suggested_unit_of_measurement": "GB"}
    return {
        "state": health("State", "player.state", device_class="enum", options=[str(each) for each in PlayerState]),
        "item": now("On the screen", "item", "mdi:filmstrip"),
        "playlist": now("Playlist", "playlist", "mdi:playlist-play"),
        "reason": now("Reason", "reason", "mdi:comment-question-outline"),
        "since": of(topics.now, "Since", "{{ value_json.since }}", device_class="timestamp"),
        "release": health("Content release", "content.release", icon="mdi:package-variant", **diagnostic),
        "files": health("Content files", "content.files", icon="mdi:file-multiple", **diagnostic),
        "changes": health("Items shown", "player.changes", icon="mdi:counter", **counted),
        "failures": health("Failures", "player.failures", icon="mdi:alert-circle-outline", **counted),
        "cpu": health("Processor", "machine.cpu_percent", unit_of_measurement="%", icon="mdi:cpu-64-bit", **measured),
        "memory": health("Memory", "machine.memory_percent", unit_of_measurement="%", icon="mdi:memory", **measured),
        "disk_free": health("Disk free", "machine.disk_free_bytes", **size, **measured),
        "temperature": health(
            "Temperature", "machine.temperature_c", device_class="temperature", unit_of_measurement="°C", **measured
        ),
        "load": health("Load", "machine.load_1m", icon="mdi:gauge", **measured),
        "received": health("Received", "machine.received_bytes", **size, **counted),
        "sent": health("Sent", "machine.sent_bytes", **size, **counted),
        "uptime": health("Uptime", "uptime_s", device_class="duration", unit_of_measurement="s", **measured),
        "clock": health(
            "Clock",
            "clock",
            device_class="enum",
            options=["synced", "plausible", "bad"],
            icon="mdi:clock",
            **diagnostic,
        ),
    }


def _binary_sensors(topics: Topics) -> dict[str, Entity]:
    def of(name: str, test: str, **more: Any) -> Entity:
        return {
            "platform": "binary_sensor",
            "name": name,
            "state_topic": topics.health,
            "value_template": test,
            "expire_after": SILENT_S,
            **more,
        }

    def seen(name: str, key: str, **more: Any) -> Entity:
        return of(name, f"{{{{ {{true: 'ON', false: 'OFF'}}.get(value_json.screen.{key}, 'None') }}}}", **more)

    entities = {
        "connected": seen("Screen connected", "connected", device_class="connectivity", entity_category="diagnostic"),
        "lit": seen("Screen lit", "lit", device_class="light"),
        "moving": seen("Picture moving", "moving", device_class="moving"),
    }
    for alert in ALERTS:
        key = "alert_" + alert.replace(".", "_").replace("-", "_")
        words = alert.replace(".", ": ").replace("-", " ")
        test = f"{{{{ 'ON' if '{alert}' in value_json.alerts else 'OFF' }}}}"
        entities[key] = of(words[0].upper() + words[1:], test, device_class="problem", entity_category="diagnostic")
    return entities


def _controls(topics: Topics, allowed: frozenset[str], playlists: tuple[str, ...]) -> dict[str, Entity]:
    entities: dict[str, Entity] = {}
    for do, name, icon in BUTTONS:
        if do in allowed:
            entities[f"{do.replace('-', '_')}_button"] = {
                "platform": "button",
                "name": name,
                "command_topic": topics.command,
                "command_template": command_template(do),
                **({"icon": icon} if icon else {}),
                **({"device_class": DEVICE_CLASS_OF_BUTTON[do]} if do in DEVICE_CLASS_OF_BUTTON else {}),
                **({"entity_category": "config"} if do in CONFIG_BUTTONS else {}),
            }
    for do, name, icon in (("volume", "Volume", "mdi:volume-high"), ("brightness", "Brightness", "mdi:brightness-6")):
        if do in allowed:
            entities[do] = {
                "platform": "number",
                "name": name,
                "command_topic": topics.command,
                "command_template": command_template(do, '{"percent": {{ value | int }}, "keep": true}'),
                "min": 0,
                "max": 100,
                "step": 1,
                "unit_of_measurement": "%",
                "icon": icon,
            }
    if {"blank", "unblank"} <= allowed:
        entities["picture"] = {
            "platform": "select",
            "name": "Picture",
            "options": ["on", "blank"],
            "state_topic": topics.health,
            "value_template": "{{ 'blank' if value_json.player.state == 'blank' else 'on' }}",
            "command_topic": topics.command,
            "command_template": command_template("{{ 'blank' if value == 'blank' else 'unblank' }}"),
            "icon": "mdi:television",
        }
    if {"play", "clear"} <= allowed and playlists:
        args = '{% if value != "' + SCHEDULE + '" %}{"playlist": {{ value | to_json }}}{% else %}{}{% endif %}'
        entities["play"] = {
            "platform": "select",
            "name": "PlayPlaylist",
            "options": [SCHEDULE, *playlists],
            "command_topic": topics.command,
            "command_template": command_template("{{ 'clear' if value == '" + SCHEDULE + "' else 'play' }}", args),
            "icon": "mdi:playlist-play",
        }
    if "show" in allowed:
        entities["message"] = {
            "platform": "notify",
            "name": "Urgent message",
            "command_topic": topics.command,
            "command_template": command_template("show", '{"text": {{ value | to_json }}, "seconds": ' + f"{SHOW_S}}}"),
            "icon": "mdi:message-alert",
        }
    return entities


def command_template(do: str, args: str = "") -> str:
    """A Jinja template that makes a command of ours, with an id of its own and an expiry, when a button is pressed."""
    return (
        '{"id": "ha-{{ utcnow().timestamp() }}", "do": "' + do + '", '
        + (f'"args": {args}, ' if args else "")
        + '"expires": "{{ (utcnow() + timedelta(seconds=' + str(EXPIRES_S) + ')).isoformat() }}", "by": "home assistant"}'
    )  # fmt: skip
