"""From the office's publish to the reply and to the changed pixel, with the whole player: `python -m tests.bench.office_latency`.

Goals: reply <= a bare paho echo + 20 ms; `next` pixel p95 <= 80 ms; `show` of text and of a video that was
not cued, pixel p95 <= 400 ms. Each run starts its own Xvfb, mosquitto and panel-player, and prints one table and JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from player.screen.x11.server import XServer
from tests.kit.broker import running_broker
from tests.kit.checkout import Checkout
from tests.kit.clips import make_clip
from tests.kit.programs import end
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

SIZE = (1280, 720)
COLOURS = ("red", "green", "blue", "yellow")
SETTLE_S = 1.2  # the next item is opened and painted on the hidden layer meanwhile
LIMIT_S = 15.0


def no_delay(client: Client, userdata: object, sock: Any) -> None:
    """Without, Nagle and delayed ACK add 40 ms here and there: that is not the limit of the transport."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Office:
    """A plain paho client; `replies` holds (monotonic seconds, id, stage)."""

    def __init__(self, port: int) -> None:
        self.replies: queue.SimpleQueue[tuple[float, str, str]] = queue.SimpleQueue()
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=5)  # type: ignore[arg-type]
        self.client.on_message = self._hear
        self.client.on_connect = lambda client, *_: client.subscribe([("panels/+/reply", 1), ("echo/back", 1)])
        self.client.on_socket_open = no_delay
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self._number = 0

    def _hear(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        now = time.monotonic()
        if message.topic == "echo/back":
            self.replies.put((now, message.payload.decode(), "echo"))
        else:
            value = json.loads(message.payload)
            self.replies.put((now, value["id"], value["stage"]))

    def send(self, do: str, args: dict[str, Any] | None = None) -> tuple[str, float]:
        self._number += 1
        name = f"{do}-{self._number}-{os.getpid()}"
        payload = json.dumps({"id": name, "do": do, "args": args or {}})
        began = time.monotonic()
        self.client.publish("panels/bench-01/command", payload, 1)
        return name, began

    def wait(self, name: str, stages: set[str]) -> dict[str, float]:
        """The moment of each stage of this command, until all `stages` have come (or failed has)."""
        found: dict[str, float] = {}
        deadline = time.monotonic() + LIMIT_S
        while not stages <= found.keys():
            moment, whose, stage = self.replies.get(timeout=max(0.01, deadline - time.monotonic()))
            if whose == name:
                found[stage] = moment
                if stage in ("failed", "rejected"):
                    raise RuntimeError(f"{name}: {stage}")
        return found


def measure_echo(port: int, count: int) -> list[float]:
    """The limit of the transport: publish, a bare client publishes it back, and it is here."""
    office = Office(port)
    mirror = Client(CallbackAPIVersion.VERSION2, protocol=5)  # type: ignore[arg-type]
    ready: queue.SimpleQueue[int] = queue.SimpleQueue()

    def give_back(client: Client, userdata: object, message: MQTTMessage) -> None:
        client.publish("echo/back", message.payload, 1)

    mirror.on_message = give_back
    mirror.on_connect = lambda client, *_: client.subscribe("echo/there", 1)
    mirror.on_subscribe = lambda *_: ready.put(1)
    mirror.on_socket_open = no_delay
    mirror.connect("127.0.0.1", port)
    mirror.loop_start()
    ready.get(timeout=10)
    times = []
    for number in range(count):
        began = time.monotonic()
        office.client.publish("echo/there", str(number), 1)
        moment, _, _ = office.replies.get(timeout=LIMIT_S)
        times.append(moment - began)
        time.sleep(0.02)
    for client in (office.client, mirror):
        client.disconnect()
        client.loop_stop()
    return times


def look(server: XServer) -> bytes:
    """Some pixels along the middle line: cheap enough to ask for hundreds of times a second."""
    return bytes(server.grab(server.root, (0, SIZE[1] // 3, SIZE[0], 1)))


def colour_of(seen: bytes) -> str:
    """The clip whose colour fills the line; "" for anything else (a text, black, half of each)."""
    blue, green, red = seen[0], seen[1], seen[2]
    if seen[:4] * (len(seen) // 4) != seen:
        return ""
    return {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 0): "yellow"}.get(
        (int(red > 60), int(green > 60), int(blue > 60)), ""
    )


def wait_for_change(server: XServer, before: bytes, colour: str = "") -> float:
    """The moment when the picture is another one: any other, or the clip `colour`."""
    deadline = time.monotonic() + LIMIT_S
    while True:
        seen = look(server)
        now = time.monotonic()
        if seen != before and (not colour or colour_of(seen) == colour):
            return now
        if now > deadline:
            raise RuntimeError(
                f"the picture did not change (wanted {colour or 'another one'}, see {colour_of(seen)!r})"
            )
        time.sleep(0.001)


@contextlib.contextmanager
def running_player(checkout: Checkout, folder: Path, display: str, port: int) -> Iterator[None]:
    content = folder / "content"
    content.mkdir()
    for colour in COLOURS:
        make_clip(content / f"{colour}.mp4", seconds=120, colour=colour, size="1280x720", rate=30)
    config = folder / "config.toml"
    config.write_text(
        f'[panel]\nname = "bench-01"\nstate_folder = "{folder}/state"\n'
        f'[content]\nfolder = "{content}"\nsettle_seconds = 1\n'
        f'[screen]\ndisplay = "{display}"\n'
        f'[office]\nhost = "127.0.0.1"\nport = {port}\ntls = false\ncommands_per_minute = 10000\n'
        f'[usb]\nmode = "off"\n'
    )
    (folder / "state").mkdir()
    command = checkout.words("run", "--config", str(config))
    with open(folder / "player.log", "wb") as log:
        player = subprocess.Popen(command, stdout=log, stderr=log, env=checkout.environment())
        try:
            yield
        except BaseException:
            sys.stderr.write((folder / "player.log").read_text()[-4000:])
            raise
        finally:
            end(player, 10)


def measure_player(port: int, display: str, count: int, shows: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}

    def note(key: str, seconds: float) -> None:
        times.setdefault(key, []).append(seconds)

    office = Office(port)
    with XServer(display) as server:
        wait_for(lambda: len(set(look(server))) > 1 or any(look(server)), 60, "a picture")
        wait_for_playing(office)
        for _ in range(count):
            time.sleep(SETTLE_S)
            before = look(server)
            name, began = office.send("next")
            note("next: pixel", wait_for_change(server, before) - began)
            stages = office.wait(name, {"accepted", "done"})
            note("next: accepted", stages["accepted"] - began)
            note("next: done", stages["done"] - began)
        for kind, args in (
            ("show text", lambda n: {"text": f"Banjir {n}", "colour": "#0000aa", "seconds": 60}),
            ("show video", lambda n: {"media": f"{COLOURS[n % 4]}.mp4", "seconds": 60}),
        ):
            measure_show(office, server, kind, args, shows, note)
    office.client.disconnect()
    return times


def measure_show(
    office: Office,
    server: XServer,
    kind: str,
    args: Callable[[int], dict[str, Any]],
    count: int,
    note: Callable[[str, float], None],
) -> None:
    for number in range(count):
        time.sleep(SETTLE_S)
        before = look(server)
        given = args(number)
        if "media" in given:  # never the one that is on screen: that would change no pixel
            name, _ = office.send("goto", {"item": COLOURS[(number + 2) % 4] + ".mp4"})
            with contextlib.suppress(queue.Empty):
                office.wait(name, {"done"})
            time.sleep(SETTLE_S)
            before = look(server)
        name, began = office.send("show", given)
        note(f"{kind}: pixel", wait_for_change(server, before, given.get("media", "").removesuffix(".mp4")) - began)
        office.wait(name, {"done"})
        time.sleep(0.5)
        before = look(server)
        name, _ = office.send("clear")
        office.wait(name, {"done"})
        wait_for_change(server, before)


def wait_for_playing(office: Office) -> None:
    """Until `next` works, twice."""
    good = 0
    deadline = time.monotonic() + 60
    while good < 2 and time.monotonic() < deadline:
        time.sleep(1)
        name, _ = office.send("next")
        with contextlib.suppress(RuntimeError, queue.Empty):
            office.wait(name, {"done"})
            good += 1
    if good < 2:
        raise RuntimeError("the player does not play")


def share(times: list[float], part: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


def measure_all(checkout: Checkout, count: int, shows: int) -> dict[str, dict[str, float]]:
    """The row of each thing that is measured, with an X server and a broker of its own."""
    # set_tcp_nodelay: as systemd/broker/panels.conf has it.
    with (
        running_broker("set_tcp_nodelay true\n") as broker,
        running_xvfb() as display,
        tempfile.TemporaryDirectory() as folder,
    ):
        times = {"paho echo": measure_echo(broker.port, count)}
        with running_player(checkout, Path(folder), display, broker.port):
            times |= measure_player(broker.port, display, count, shows)
    return {
        key: {"count": len(each), "p50_ms": round(share(each, 0.5), 1), "p95_ms": round(share(each, 0.95), 1),
              "max_ms": round(max(each) * 1000, 1)}
        for key, each in times.items()
    }  # fmt: skip


def print_rows(name: str, rows: dict[str, dict[str, float]]) -> None:
    sys.stdout.write(f"{name}\n")
    for key, row in rows.items():
        figures = "   ".join(f"{name[:-3]} {row[name]:8.1f} ms" for name in ("p50_ms", "p95_ms", "max_ms"))
        sys.stdout.write(f"  {key:<18} n={row['count']:<4} {figures}\n")
    sys.stdout.flush()


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--count", type=int, default=200)
    words.add_argument("--shows", type=int, default=30)
    words.add_argument("--beside", type=Path, action="append", default=[], metavar="CHECKOUT",
                       help="another checkout of the player, measured in the same run before this one")  # fmt: skip
    asked = words.parse_args()
    measured = {}
    for checkout in [*map(Checkout.at, asked.beside), Checkout.here()]:
        checkout.compile()
        rows = measured[checkout.commit] = measure_all(checkout, asked.count, asked.shows)
        print_rows(checkout.commit, rows)
    limit = rows["paho echo"]["p95_ms"]
    goals = {
        "reply <= echo + 20 ms (p95)": rows["next: accepted"]["p95_ms"] <= limit + 20,
        "next pixel p95 <= 80 ms": rows["next: pixel"]["p95_ms"] <= 80,
        "show text pixel p95 <= 400 ms": rows["show text: pixel"]["p95_ms"] <= 400,
        "show video pixel p95 <= 400 ms": rows["show video: pixel"]["p95_ms"] <= 400,
    }
    for goal, met in goals.items():
        sys.stdout.write(f"{'met   ' if met else 'MISSED'} {goal}\n")
    sys.stdout.write(json.dumps({"rows": measured, "goals": goals}) + "\n")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
