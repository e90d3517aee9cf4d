"""The office's side for tests: a plain paho client that sends commands and keeps what comes back."""

from __future__ import annotations

import json
import threading
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties


class Listener:
    """Subscribed to everything below `panels` and `homeassistant`, over its own connection."""

    def __init__(self, port: int, **login: Any) -> None:
        self.heard: list[MQTTMessage] = []
        self._ready = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=5)  # type: ignore[arg-type]
        if login:
            self.client.username_pw_set(login["username"], login["password"])
        self.client.on_connect = lambda client, *_: client.subscribe([("panels/#", _options()), ("homeassistant/#", 1)])
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = lambda client, userdata, message: self.heard.append(message)
        self.client.reconnect_delay_set(1, 1)
        self.client.max_inflight_messages_set(1000)
        self._port = port

    def __enter__(self) -> Listener:
        self.client.connect("127.0.0.1", self._port)
        self.client.loop_start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def send(self, topic: str, payload: bytes | str | dict[str, Any], qos: int = 1, **more: Any) -> None:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        for name, value in more.items():
            if name != "retain":
                setattr(properties, name, value)
        raw = json.dumps(payload) if isinstance(payload, dict) else payload
        self.client.publish(topic, raw, qos, bool(more.get("retain")), properties)

    def on(self, topic: str) -> list[MQTTMessage]:
        return [message for message in list(self.heard) if message.topic == topic]

    def replies(self, command_id: str | None, panel: str = "serang-01") -> list[dict[str, Any]]:
        said = [json.loads(message.payload) for message in self.on(f"panels/{panel}/reply")]
        return [reply for reply in said if reply["id"] == command_id]

    def stages(self, command_id: str | None) -> list[str]:
        return [reply["stage"] + (f" {reply['code']}" if reply["code"] else "") for reply in self.replies(command_id)]


def _options() -> Any:
    from paho.mqtt.subscribeoptions import SubscribeOptions

    return SubscribeOptions(qos=1, retainAsPublished=True)
