"""The office during the VM stories: listens to everything a panel says, and makes signed sticks.

Knows: the topics of mqtt.md. Touches: the broker on the host, minisign. Must not: judge.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.vm.guest import LEAST_S


class Office:
    """Everything received since `forget`, in order: (topic below the panel's name, message)."""

    def __init__(self, port: int, panel: str) -> None:
        self._prefix = f"panels/{panel}/"
        self._heard: list[tuple[str, Any]] = []
        self._news = threading.Condition()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_message = self._hear
        self._client.on_connect = self._subscribe
        self._client.connect("127.0.0.1", port)

    def __enter__(self) -> Office:
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _subscribe(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(f"{self._prefix}#", qos=1)

    def _hear(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        try:
            payload = json.loads(message.payload) if message.payload else None
        except ValueError:
            payload = message.payload
        with self._news:
            self._heard.append((message.topic.removeprefix(self._prefix), payload))
            self._news.notify_all()

    def forget(self) -> None:
        with self._news:
            self._heard.clear()

    def wait(self, topic: str, fits: Callable[[Any], object] = bool, within_s: float = 120) -> Any:
        """The first message on the topic, since `forget`, that fits."""
        within_s = max(within_s, LEAST_S)
        deadline = time.monotonic() + within_s
        with self._news:
            while True:
                for heard, payload in self._heard:
                    if heard == topic and fits(payload):
                        return payload
                left_s = deadline - time.monotonic()
                if left_s <= 0:
                    said = "\n".join(f"{t}: {str(p)[:150]}" for t, p in self._heard[-15:])
                    raise AssertionError(f"{topic} not heard within {within_s} s; the last messages:\n{said}")
                self._news.wait(left_s)

    def send(self, do: str, **args: Any) -> str:
        command_id = f"vm-{time.monotonic_ns()}"
        words = {"id": command_id, "do": do, "args": args, "by": "the VM stories"}
        self._client.publish(f"{self._prefix}command", json.dumps(words), qos=1)
        return command_id


def make_key(folder: Path) -> str:
    """A key pair by the stock minisign; the public key as trust.keys wants it."""
    folder.mkdir(parents=True, exist_ok=True)
    public, secret = folder / "office.pub", folder / "office.key"
    subprocess.run(
        ["minisign", "-G", "-f", "-W", "-p", str(public), "-s", str(secret)], check=True, stdout=subprocess.DEVNULL
    )
    return public.read_text().splitlines()[1]


def make_bundle(folder: Path, clip: Path, panel: str, serial: int, key: Path | None) -> Path:
    """A stick's content: `panel/` with one film, a playlist and a manifest; unsigned without a key."""
    inside = folder / "panel"
    (inside / "media").mkdir(parents=True)
    (inside / "receipts").mkdir()
    shutil.copy(clip, inside / "media" / "film.mp4")
    (inside / "playlist.m3u8").write_text("#EXTM3U\nmedia/film.mp4\n")
    files = [
        {"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for path in ("media/film.mp4", "playlist.m3u8")
        for data in [(inside / path).read_bytes()]
    ]
    manifest = {"format": 1, "serial": serial, "panels": [panel], "created": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "not_before": None, "not_after": None, "files": files}  # fmt: skip
    (inside / "manifest.json").write_text(json.dumps(manifest))
    if key is not None:
        subprocess.run(
            ["minisign", "-S", "-s", str(key), "-m", str(inside / "manifest.json")],
            check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return folder
