"""Panels for the office's tests: they publish the contract's own reports through a real broker, obey commands and answer them.

One connection carries all of them, so a thousand cost little; what a panel's own connection does is tested with the real link.
`python -m tests.kit.simulated_panels --port 1883 --count 1000` runs them in a process of their own, as a city goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from PIL import Image, ImageDraw

from player.contract.commands import Show
from player.contract.encoding import OFFLINE, encode, encode_health, encode_now
from player.contract.envelope import CommandRefusal, read_command, read_envelope
from player.contract.reports import AlertReport, HealthReport, NowReport, PlayerState, Reply, StateReport
from tests.kit.reports import REPORT

ITEMS = ("media/festival.mp4", "media/umkm-03.mp4", "media/donor-darah.png", "media/berita-pagi.mp4")
SIZES = ((1280, 720), (384, 192), (192, 96))
COLOURS = ("#0b4f6c", "#7a3b1d", "#5b2a86", "#1c6b43")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class SimulatedReports:
    """What one panel says of itself. A test may change any of it and call `tell`."""

    name: str
    groups: tuple[str, ...] = ()
    size: tuple[int, int] = SIZES[0]
    rotation: int = 0
    items: tuple[str, ...] = ITEMS
    at: int = 0
    playlist: str = "siang"
    reason: str = "schedule: siang until 17:00"
    state: PlayerState = PlayerState.PLAYING
    text: str | None = None
    by: str | None = None
    until: datetime | None = None
    brightness: int | None = 70
    problems: tuple[str, ...] = ()
    version: str = "0.1.0"
    online: bool = True
    since: datetime = field(default_factory=utc_now)
    alerts: dict[str, AlertReport] = field(default_factory=dict)
    log: tuple[str, ...] = ("player: started", "library: release 17 adopted")
    picture: bytes | None = None
    cpu: float = 9.5

    @property
    def item(self) -> str | None:
        dark = self.state in (PlayerState.DARK, PlayerState.BLANK, PlayerState.IDLE)
        return None if dark or self.text is not None else self.items[self.at % len(self.items)]

    def now(self) -> NowReport:
        return NowReport(self.item, self.playlist, self.reason, self.since, self.until, self.text, self.by)

    def health(self) -> HealthReport:
        player = replace(
            REPORT.player, state=self.state, reason=self.reason, playlist=self.playlist, item=self.item, since=self.since,
            quarantined=(), layers=REPORT.player.layers[:1],
        )  # fmt: skip
        screen = replace(
            REPORT.screen, width=self.size[0], height=self.size[1], region=(0, 0, *self.size), brightness=self.brightness,
            rotation=self.rotation, lit=self.item is not None or self.text is not None,
        )  # fmt: skip
        content = replace(REPORT.content, pending=None, problems=self.problems)
        return replace(
            REPORT, at=utc_now(), version=self.version, player=player, screen=screen, content=content,
            machine=replace(REPORT.machine, cpu_percent=self.cpu), alerts=tuple(sorted(self.alerts)), groups=self.groups,
        )  # fmt: skip

    def draw(self, width: int | None) -> bytes:
        """A JPEG of the screen, in the colour of the item; turned as the panel turns what it draws."""
        wide, high = self.size
        if width is not None and width < wide:
            wide, high = width, max(1, high * width // wide)
        wide, high = (high, wide) if self.rotation % 180 else (wide, high)
        dark = self.item is None and self.text is None
        image = Image.new("RGB", (wide, high), "black" if dark else COLOURS[self.at % len(COLOURS)])
        ImageDraw.Draw(image).text((wide // 20, high * 3 // 4), self.text or self.item or "", fill="white")
        target = io.BytesIO()
        image.rotate(-self.rotation, expand=True).save(target, "JPEG", quality=80)
        return target.getvalue()


@dataclass(frozen=True)
class Obeyed:
    """A command as a panel got it."""

    panel: str
    do: str
    args: dict[str, Any]
    by: str
    expires: datetime | None


class SimulatedPanels:
    """Open inside `with`: then every panel has said what it is. Calls may come from any thread."""

    def __init__(
        self, port: int, names: Sequence[str], root: str = "panels", now: Callable[[], datetime] = utc_now
    ) -> None:
        self._now = now
        self.panels = {
            name: SimulatedReports(
                name,
                groups=("utara",) if number % 3 == 0 else ("selatan",),
                size=SIZES[number % len(SIZES)],
                at=number,
                items=ITEMS if len(names) < 50 else tuple(f"{item[:-4]}-{number}{item[-4:]}" for item in ITEMS),
            )
            for number, name in enumerate(names)
        }
        self.obeyed: list[Obeyed] = []
        self.mute: set[str] = set()
        """Panels that hear commands and answer nothing."""
        self._port, self._root = port, root
        self._ready = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=5)  # type: ignore[arg-type]
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = self._on_message
        self.client.reconnect_delay_set(1, 1)
        self.client.max_inflight_messages_set(1000)

    def __enter__(self) -> SimulatedPanels:
        self.client.connect("127.0.0.1", self._port)
        self.client.loop_start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def __getitem__(self, name: str) -> SimulatedReports:
        return self.panels[name]

    # ---- what a test makes them do

    def tell(self, name: str) -> None:
        """State, health, now and the alerts of a panel, as they are at this moment."""
        panel = self.panels[name]
        state = encode(StateReport(True, panel.since, panel.version, "b1", None)) if panel.online else OFFLINE
        self._publish(name, "state", state, qos=1)
        if panel.online:
            self.tell_health(name)
            self._publish(name, "now", encode_now(panel.now()))

    def tell_health(self, name: str) -> None:
        self._publish(name, "health", encode_health(self.panels[name].health()))

    def next_item(self, name: str) -> str | None:
        """As a panel does when an item is over: it says only what is on screen now."""
        panel = self.panels[name]
        panel.at += 1
        panel.since = self._now()
        self._publish(name, "now", encode_now(panel.now()))
        return panel.item

    def show(self, name: str, item: str) -> None:
        """This very item is on screen."""
        panel = self.panels[name]
        panel.items, panel.at, panel.since = (item,), 0, self._now()
        self._publish(name, "now", encode_now(panel.now()))

    def raise_alert(self, name: str, alert: str, detail: str) -> None:
        report = AlertReport(self._now(), detail)
        self.panels[name].alerts[alert] = report
        self._publish(name, f"alert/{alert}", encode(report), qos=1)
        self.tell_health(name)

    def clear_alert(self, name: str, alert: str) -> None:
        self.panels[name].alerts.pop(alert, None)
        self._publish(name, f"alert/{alert}", b"", qos=1)
        self.tell_health(name)

    def go_off(self, name: str) -> None:
        self.panels[name].online = False
        self.tell(name)

    def come_back(self, name: str) -> None:
        self.panels[name].online, self.panels[name].since = True, self._now()
        self.tell(name)

    def commands(self, name: str) -> list[str]:
        """What was obeyed, but for pictures."""
        return [each.do for each in list(self.obeyed) if each.panel == name and each.do != "screenshot"]

    # ---- the connection

    def _publish(self, name: str, kind: str, payload: bytes, qos: int = 0, retain: bool = True, **more: Any) -> None:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        for key, value in more.items():
            setattr(properties, key, value)
        self.client.publish(f"{self._root}/{name}/{kind}", payload, qos, retain, properties)

    def _on_connect(self, client: Client, *_: object) -> None:
        for name, panel in self.panels.items():
            self.tell(name)
            for alert, report in panel.alerts.items():
                self._publish(name, f"alert/{alert}", encode(report), qos=1)
        client.subscribe([(f"{self._root}/+/command", 1), (f"{self._root}/group/+/command", 1)])

    def _on_message(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        levels = message.topic.removeprefix(f"{self._root}/").split("/")
        if levels[0] == "all":
            meant = list(self.panels)
        elif levels[0] == "group":
            meant = [name for name, panel in self.panels.items() if levels[1] in panel.groups]
        else:
            meant = [levels[0]] if levels[0] in self.panels else []
        for name in meant:
            if self.panels[name].online:
                self._hear(name, bytes(message.payload))

    def _hear(self, name: str, payload: bytes) -> None:
        envelope = read_envelope(payload)
        request = envelope if isinstance(envelope, CommandRefusal) else read_command(envelope)
        if isinstance(request, CommandRefusal):
            self._reply(name, request.id, "rejected", request.code, request.detail)
            return
        value = json.loads(payload)
        command = request.command
        self.obeyed.append(Obeyed(name, value["do"], value.get("args", {}), command.by, request.expires))
        if name in self.mute:
            return
        self._reply(name, command.id, "accepted")
        self._obey(name, command.id, value["do"], value.get("args", {}), command.order)

    def _obey(self, name: str, command_id: str, do: str, args: dict[str, Any], order: object) -> None:
        panel, detail = self.panels[name], ""
        panel.since = self._now()
        match do:
            case "next" | "previous":
                panel.at += 1 if do == "next" else -1
                detail = panel.item or ""
            case "pause" | "resume" | "blank" | "unblank":
                states = {"pause": PlayerState.PAUSED, "blank": PlayerState.BLANK}
                panel.state = states.get(do, PlayerState.PLAYING)
            case "brightness":
                panel.brightness = args["percent"] if isinstance(args["percent"], int) else 100
            case "show":
                assert isinstance(order, Show)
                panel.state, panel.text = PlayerState.OVERRIDE, order.text
                panel.until = order.until or self._now() + timedelta(seconds=order.seconds or 60)
            case "clear":
                panel.state, panel.text, panel.until = PlayerState.PLAYING, None, None
            case "screenshot":
                jpeg = panel.picture if panel.picture is not None else panel.draw(args.get("width"))
                self._publish(name, "screenshot", jpeg, retain=False, UserProperty=[("command", command_id)])
            case "logs":
                detail = "\n".join(panel.log[-int(args.get("lines", 50)) :])
        if do not in ("screenshot", "ping", "logs"):
            self.tell(name)
        self._reply(name, command_id, "done", detail=detail)

    def _reply(self, name: str, command_id: str | None, stage: str, code: str = "", detail: str = "") -> None:
        self._publish(name, "reply", encode(Reply(command_id, stage, code, detail, self._now())), qos=1, retain=False)


@contextlib.contextmanager
def simulated_panels(port: int, *names: str, now: Callable[[], datetime] = utc_now) -> Iterator[SimulatedPanels]:
    """now: the panels' clock."""
    with SimulatedPanels(port, names, now=now) as panels:
        yield panels


def go_on(panels: SimulatedPanels, item_s: float, health_s: float, ended: threading.Event, still: int = 0) -> None:
    """Each panel changes its item once in item_s and reports once in health_s, spread evenly, until `ended`.

    still: so many panels, the first ones, keep their item, and the others change a little more often.
    """
    names, began, items, reports = list(panels.panels), time.monotonic(), 0, 0
    moving = names[still:]
    while not ended.wait(0.02):
        passed = time.monotonic() - began
        while items < passed * len(names) / item_s:
            panels.next_item(moving[items % len(moving)])
            items += 1
        while reports < passed * len(names) / health_s:
            panels.tell_health(names[reports % len(names)])
            reports += 1


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--count", type=int, default=1000)
    words.add_argument("--item", type=float, default=15.0, help="seconds between changes of item")
    words.add_argument("--health", type=float, default=60.0)
    words.add_argument("--still", type=int, default=0, help="so many panels keep their item")
    asked = words.parse_args()
    with SimulatedPanels(asked.port, [f"panel-{number:04}" for number in range(asked.count)]) as panels:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        ended = threading.Event()
        with contextlib.suppress(KeyboardInterrupt):
            go_on(panels, asked.item, asked.health, ended, asked.still)


if __name__ == "__main__":
    main()
