"""The whole program as a user runs it: `panel-player run` on a real X server, with a real broker and real files."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.kit.broker import Broker
from tests.kit.captor import Captor, clip_of
from tests.kit.network import free_port
from tests.kit.numbered import make_numbered
from tests.kit.panel import Panel
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]


class Ear:
    """The office: everything that the panel publishes, in order, and a way to send commands."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_message = lambda _c, _u, m: self.heard.append((m.topic, bytes(m.payload), m.retain))
        self._port = port

    def __enter__(self) -> Ear:
        self._client.connect("127.0.0.1", self._port)
        ready: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._client.on_subscribe = lambda *_: ready.put(None)
        self._client.loop_start()
        self._client.subscribe("panels/#", qos=1)
        ready.get(timeout=5)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def all(self, topic: str) -> list[dict[str, Any]]:
        return [json.loads(p) for t, p, _ in list(self.heard) if t == f"panels/test-01/{topic}" and p]

    def last(self, topic: str) -> dict[str, Any]:
        told = (p for t, p, _ in reversed(list(self.heard)) if t == f"panels/test-01/{topic}" and p)
        found: dict[str, Any] = json.loads(next(told, b"{}"))  # the last alone: it is asked a hundred times a second
        return found

    def send(self, do: str, name: str, **args: Any) -> None:
        payload = json.dumps({"id": name, "do": do, "args": args})
        self._client.publish("panels/test-01/command", payload, qos=1)

    def replies(self, name: str) -> list[str]:
        return [r["stage"] for r in self.all("reply") if r["id"] == name]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Numbered clips 1 to 4, two seconds each; 9 is a minute long."""
    folder = tmp_path_factory.mktemp("films")
    made = {n: make_numbered(folder / f"f{n}.mp4", n, size=(640, 360)) for n in range(1, 5)}
    made[9] = make_numbered(folder / "f9.mp4", 9, frames=1800, size=(640, 360))
    return made


@pytest.fixture
def screen() -> Iterator[str]:
    with running_xvfb("640x360") as name:
        yield name


@pytest.fixture
def panel(tmp_path: Path, screen: str, broker: Broker) -> Iterator[Panel]:
    one = Panel(tmp_path, screen, broker.port)
    yield one
    if one.process is not None:
        one.stop()
    sys.stderr.write(one.log.read_text() if one.log.exists() else "")


def status_of(panel: Panel) -> dict[str, Any]:
    """What `status` reads: a look at the file is no process."""
    try:
        read: dict[str, Any] = json.loads((panel.state / "status.json").read_bytes())
    except FileNotFoundError:
        return {"player": {"state": "", "item": None}}
    return read


def playing(ear: Ear, item: str) -> Callable[[], bool]:
    return lambda: ear.last("now").get("item") == item


def test_from_the_first_film_to_the_last_command(
    panel: Panel, screen: str, broker: Broker, films: dict[int, Path]
) -> None:
    """A folder is picked up and played, an edit too, commands are obeyed and answered, the stop is clean."""
    with Ear(broker.port) as ear, Captor(screen) as captor:
        panel.start()
        wait_for(lambda: ear.last("health").get("player", {}).get("state") == "idle", 10, "the waiting card")
        wait_for(lambda: captor.last == "other", 5, "a card is on screen")
        shutil.copy(films[9], panel.content / "b-long.mp4")
        wait_for(lambda: clip_of(captor.last) == 9, 8, "the first film plays")
        shutil.copy(films[1], panel.content / "c.mp4")
        wait_for(lambda: ear.last("health").get("content", {}).get("files") == 2, 8, "the second is taken in")
        ear.send("next", "n1")
        wait_for(lambda: clip_of(captor.last) == 1, 5, "next is on screen")
        wait_for(lambda: ear.replies("n1") == ["accepted", "done"], 5)
        ear.send("previous", "p1")
        wait_for(lambda: clip_of(captor.last) == 9, 5, "previous is on screen")
        ear.send("pause", "h1")
        wait_for(lambda: ear.last("health")["player"]["state"] == "paused", 5)
        ear.send("resume", "h2")
        wait_for(lambda: ear.last("health")["player"]["state"] == "playing", 5)
        ear.send("show", "s1", text="Banjir di Jalan Veteran", seconds=2)
        wait_for(lambda: ear.last("health")["player"]["state"] == "override", 5)
        wait_for(lambda: captor.last == "other", 5, "the message is on screen")
        wait_for(lambda: clip_of(captor.last) == 9, 6, "and gives way by itself")
        for do in ("ping", "health", "rescan", "screenshot"):
            ear.send(do, f"x-{do}")
            wait_for(lambda do=do: ear.replies(f"x-{do}")[-1:] == ["done"], 15, do)  # type: ignore[misc]
        ear.send("sing", "bad")
        wait_for(lambda: ear.replies("bad") == ["rejected"], 5)
        jpeg = next(p for t, p, _ in ear.heard if t.endswith("/screenshot"))
        assert jpeg[:3] == b"\xff\xd8\xff"
        assert captor.black_story() == []
        assert panel.process is not None
        os.kill(panel.process.pid, signal.SIGTERM)
        assert panel.process.wait(60) == 0
        wait_for(lambda: ear.last("state") == {"online": False}, 5)


def test_a_list_and_its_order(panel: Panel, broker: Broker, films: dict[int, Path]) -> None:
    """playlist.m3u8 rules the order; a line that cannot be used is reported with its number, and the rest plays."""
    for n in (1, 2, 3):
        shutil.copy(films[n], panel.content / f"{n}.mp4")
    (panel.content / "playlist.m3u8").write_text("#EXTM3U\n3.mp4\nnosuch.mp4\n1.mp4\n")
    with Ear(broker.port) as ear:
        panel.start()
        wait_for(playing(ear, "1.mp4"), 45, "both items")
        order = [n["item"] for n in ear.all("now") if n["item"]]
        assert order[:2] == ["3.mp4", "1.mp4"]
        wait_for(lambda: any("playlist.m3u8 line 3" in p for p in ear.last("health")["content"]["problems"]), 10)


def test_what_a_stopped_and_started_panel_does(
    panel: Panel, screen: str, broker: Broker, films: dict[int, Path]
) -> None:
    """SIGKILL of the daemon: the last frame stays, the next one takes over without black and without old layers."""
    shutil.copy(films[9], panel.content / "a.mp4")
    with Ear(broker.port) as ear, Captor(screen) as captor:
        panel.start()
        wait_for(lambda: clip_of(captor.last) == 9, 15)
        layers = panel.layers()
        assert panel.process is not None
        panel.process.kill()
        panel.process.wait()
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in layers), 5, "orphans end themselves")
        frozen = captor.last
        assert clip_of(frozen) == 9
        panel.start()
        wait_for(lambda: captor.last != frozen, 10, "the new one paints")
        wait_for(lambda: "daemon.restarted" in ear.last("health").get("alerts", []), 10)
        assert captor.black_story() == []
        shutil.rmtree(panel.content)
        panel.content.mkdir()
        wait_for(lambda: "content.rejected" in ear.last("health").get("alerts", []), 10, "the emptied folder is told")
        assert clip_of(captor.last) == 9, "an emptied folder changes nothing"


def test_the_picture_does_not_care_about_the_broker(
    panel: Panel, screen: str, broker: Broker, films: dict[int, Path]
) -> None:
    """The broker dies and comes back: playing is not touched, and the panel is online again."""
    for n in (1, 2):
        shutil.copy(films[n], panel.content / f"{n}.mp4")
    panel.start()
    with Captor(screen) as captor:
        wait_for(lambda: isinstance(captor.last, tuple), 15)
        broker.stop()
        changes = len(captor.changes())
        wait_for(lambda: len(captor.changes()) >= changes + 3, 20, "items change on", every_s=0.05)
        broker.start()
        with Ear(broker.port) as ear:
            wait_for(lambda: ear.last("state").get("online") is True, 40, "online again")
            ear.send("ping", "p")
            wait_for(lambda: ear.replies("p") == ["accepted", "done"], 5)
        assert captor.black_story() == []


def test_no_broker_at_all(tmp_path: Path, screen: str, films: dict[int, Path]) -> None:
    """Nobody listens on the office's port: the picture comes all the same."""
    panel = Panel(tmp_path, screen, free_port())
    shutil.copy(films[1], panel.content / "1.mp4")
    panel.start()
    try:
        with Captor(screen) as captor:
            wait_for(lambda: clip_of(captor.last) == 1, 15)
        wait_for(lambda: status_of(panel)["player"]["state"] == "playing", 15, every_s=0.05)
        assert "playing" in panel.call("status").stdout
    finally:
        assert panel.stop() == 0


def test_status_and_check_speak_plainly(panel: Panel, films: dict[int, Path]) -> None:
    """`status` tells what plays without a network; `check` tries everything; both have an honest exit status."""
    assert panel.call("status").returncode == 1
    shutil.copy(films[1], panel.content / "1.mp4")
    panel.start()
    wait_for(lambda: status_of(panel)["player"]["item"] == "1.mp4", 20, every_s=0.05)
    said = panel.call("status")
    assert "item     1.mp4" in said.stdout
    assert "player   playing: default playlist" in said.stdout
    assert json.loads(panel.call("status", "--json").stdout)["player"]["item"] == "1.mp4"
    checked = panel.call("check")
    assert "ok    VLC: libvlc starts" in checked.stdout
    assert "takes us" in checked.stdout
    assert "FAULT" not in checked.stdout.replace("FAULT clock", "")


def test_check_says_that_rtsp_needs_ffmpeg(panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where streams are allowed: Debian's VLC cannot read rtsp:// without it."""
    monkeypatch.setenv("PANEL__CONTENT__STREAM_HOSTS", '["tv.example"]')
    assert "ok    content.stream_hosts: ffmpeg is there" in panel.call("check").stdout
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt install ffmpeg" in panel.call("check").stdout


def test_a_second_daemon_is_refused(panel: Panel) -> None:
    """One daemon per state folder: the second says so and ends with 1."""
    panel.start()
    wait_for(lambda: panel.log.exists() and "started" in panel.log.read_text(), 10)
    second = panel.call("run")
    assert second.returncode == 1
    assert "another panel-player runs with this state folder" in second.stderr


def test_a_bad_configuration_falls_back_to_the_last_good_one(panel: Panel, broker: Broker) -> None:
    """Never ran before: an error and exit 1. Ran before: it runs with the good copy and raises an alert."""
    good = panel.config.read_text()
    panel.config.write_text(good.replace("[content]", "[contents]"))
    refused = panel.call("run")
    assert refused.returncode == 1
    assert "line 5: contents is not a setting; did you mean content?" in refused.stderr
    panel.config.write_text(good)
    panel.start()
    wait_for(lambda: (panel.state / "config.good.toml").exists(), 10)
    panel.stop()
    panel.config.write_text(good.replace("[content]", "[contents]"))
    with Ear(broker.port) as ear:
        panel.start()
        wait_for(lambda: "config.bad" in ear.last("health").get("alerts", []), 15)
