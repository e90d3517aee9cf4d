"""The office's side for tests: a plain paho client that sends commands and keeps what comes back; a fake director."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from player.core import effects, events
from player.link.room import Office
from player.link.timing import Timing
from player.settings.models import OfficeSection, PanelSection
from tests.kit.parts import wait_for

QUICK = Timing(keep_alive_s=2, wait_s=lambda failures: 0.1, alerts_settle_s=1.0, boot_id=lambda: "boot-1")


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


class Room:
    """An Office with a small director behind it, which ends each command as done and remembers all events."""

    def __init__(self, office: Office, news: queue.SimpleQueue[events.Event], obey: bool) -> None:
        self.office = office
        self.events: list[events.Event] = []
        self.obeyed: list[str] = []
        self._news = news
        self._obey = obey
        self._thread = threading.Thread(target=self._direct, daemon=True)
        self._thread.start()

    def _direct(self) -> None:
        while True:
            event = self._news.get()
            self.events.append(event)
            match event:
                case events.CommandArrived(command):
                    self.obeyed.append(command.id)
                    if self._obey:
                        self.office.perform(effects.SendReply(command.id, "done", "", f"did {command.order.do}"))
                case events.Tick():
                    return
                case _:
                    pass

    def of(self, kind: type[events.Event]) -> list[Any]:
        return [event for event in list(self.events) if isinstance(event, kind)]

    @property
    def connected(self) -> bool:
        last = [e for e in list(self.events) if isinstance(e, events.OfficeConnected | events.OfficeDisconnected)]
        return bool(last) and isinstance(last[-1], events.OfficeConnected)


@contextlib.contextmanager
def running_office(
    port: int,
    state_folder: Path,
    /,
    *,
    timing: Timing = QUICK,
    obey: bool = True,
    wait: bool = True,
    groups: tuple[str, ...] = ("east",),
    name: str = "serang-01",
    clock_good: Callable[[], bool] = lambda: True,
    **section: Any,
) -> Iterator[Room]:
    news: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
    office = OfficeSection.model_validate({"host": "127.0.0.1", "port": port, "tls": False} | section)
    panel = PanelSection(name=name, groups=groups, state_folder=state_folder)
    with Office(office, panel, "0.1.0", news.put, timing=timing, clock_good=clock_good) as room:
        wrapped = Room(room, news, obey)
        if wait:
            wait_for(lambda: wrapped.connected, 20, "the office is connected")
        try:
            yield wrapped
        finally:
            news.put(events.Tick())
