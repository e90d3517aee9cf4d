"""What one panel's link costs in a day: bytes on the connection with TLS, by topic: `python -m tests.bench.office_traffic`.

The real link, with a certificate, behind a proxy that counts what the two TLS ends write to each other. A day is put
together from the measured cost of each kind of message, times how often it is sent at default settings with an item
change every 15 s. Goal: 1 MB a day.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from player.contract.reports import HealthReport, NowReport
from player.contract.timing import KEEP_ALIVE_S
from player.core import effects, events
from player.core.alerts import Alert
from tests.kit.broker import Broker
from tests.kit.link_room import QUICK, Room, running_office
from tests.kit.listener import Listener
from tests.kit.network import Proxy, free_port
from tests.kit.programs import need
from tests.kit.reports import REPORT
from tests.kit.waiting import wait_for

DAY_S = 86400
ITEM_S = 15
HEALTH_S = 60
ACK_BYTES = 52  # IPv4 and TCP headers with timestamps; each message costs one packet there and one acknowledgement back
SETUP = Path(__file__).parents[2] / "systemd" / "broker"
GOAL_BYTES = 1_000_000


def report(number: int) -> HealthReport:
    """A panel on a good day: one alert, no problems; the figures change as they do."""
    player = dataclasses.replace(
        REPORT.player, quarantined=(), layers=REPORT.player.layers[:1] * 2, changes=8000 + number
    )
    content = dataclasses.replace(REPORT.content, pending=None, problems=())
    moment = datetime.now(UTC)
    return dataclasses.replace(
        REPORT, at=moment, uptime_s=86400 + 60 * number, player=player, content=content, alerts=()
    )


def now(number: int) -> NowReport:
    moment = datetime.now(UTC)
    return NowReport(
        f"media/film-{number:03}.mp4",
        "morning",
        "schedule: morning until 09:30",
        moment,
        moment + timedelta(seconds=15),
    )


class Meter:
    """Bytes and messages of one kind of traffic, told apart by sending nothing else meanwhile."""

    def __init__(self, network: Proxy) -> None:
        self._network = network

    def settle(self) -> int:
        """Waits until nothing has been passed on for a moment."""
        last = -1
        while last != self._network.bytes_passed:
            last = self._network.bytes_passed
            time.sleep(0.3)
        return last

    def cost(self, room: Room, effects_: list[effects.LinkEffect], office: Listener, topic: str) -> float:
        """Bytes for each of the effects, sent one by one."""
        before = self.settle()
        for number, effect in enumerate(effects_, 1):
            seen = len(office.on(topic))
            room.office.perform(effect)
            wait_for(lambda seen=seen: len(office.on(topic)) > seen, 10, f"{topic} {number}")  # type: ignore[misc]
        return (self.settle() - before) / len(effects_)


def measure(folder: Path, count: int) -> dict[str, tuple[float, float]]:
    """kind -> (bytes of TLS for each, how often in a day)."""
    subprocess.run(
        [str(SETUP / "make-certificates"), str(folder), "localhost", "serang-01"], check=True, capture_output=True
    )
    tls_port = free_port()
    listener = (
        f"listener {tls_port} 127.0.0.1\ncafile {folder}/ca.crt\ncertfile {folder}/broker.crt\nkeyfile {folder}/broker.key\n"
        "require_certificate true\nuse_identity_as_username true\nset_tcp_nodelay true\nuser root\n"
    )
    broker = Broker(folder, listener).start()
    home = folder / "panels" / "serang-01"
    section: dict[str, Any] = {
        "host": "localhost", "tls": True, "ca_file": str(home / "ca.crt"), "cert_file": str(home / "panel.crt"),
        "key_file": str(home / "panel.key"),
    }  # fmt: skip
    costs: dict[str, tuple[float, float]] = {}
    try:
        with Listener(broker.port) as office, Proxy(tls_port) as network:
            meter = Meter(network)
            settled = dataclasses.replace(QUICK, keep_alive_s=600, alerts_settle_s=0.2)
            with running_office(0, folder / "state", port=network.port, timing=settled, **section) as room:
                costs["connect, state"] = (meter.settle(), 1.0)
                room.office.perform(effects.PublishHealth(report(0)))  # the first of each also says its topic's name
                room.office.perform(effects.PublishNow(now(0)))
                meter.settle()
                topic = "panels/serang-01/"
                costs["now"] = (
                    meter.cost(room, [effects.PublishNow(now(n)) for n in range(count)], office, topic + "now"),
                    DAY_S / ITEM_S,
                )
                costs["health"] = (
                    meter.cost(
                        room, [effects.PublishHealth(report(n)) for n in range(count)], office, topic + "health"
                    ),
                    DAY_S / HEALTH_S,
                )
                alerts: list[effects.LinkEffect] = [
                    effects.RaiseAlert(Alert.DISK_LOW, f"{n} GB left; remove films") for n in range(10)
                ]
                costs["alert raised or cleared"] = (meter.cost(room, alerts, office, topic + "alert/disk.low"), 10.0)
                before = meter.settle()
                for number in range(20):
                    office.send(topic + "command", {"id": f"c{number}" * 9, "do": "next", "by": "dina"})
                    wait_for(lambda n=number: len(room.of(events.CommandArrived)) > n, 10)  # type: ignore[misc]
                wait_for(lambda: len(office.on(topic + "reply")) == 40, 10)
                costs["command with replies"] = ((meter.settle() - before) / 20, 20.0)
            pinging = dataclasses.replace(QUICK, keep_alive_s=1, alerts_settle_s=0.2)
            with running_office(0, folder / "state", port=network.port, timing=pinging, **section):
                meter.settle()
                before, began = network.bytes_passed, time.monotonic()
                time.sleep(10.2)  # pings come by themselves, one for each keep-alive
                pings = (time.monotonic() - began) // 1
                costs["ping"] = ((network.bytes_passed - before) / pings, DAY_S / KEEP_ALIVE_S)
    finally:
        broker.stop()
    return costs


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--count", type=int, default=200)
    asked = words.parse_args()
    need("mosquitto", "openssl")
    with tempfile.TemporaryDirectory() as name:
        costs = measure(Path(name), asked.count)
    total = 0.0
    connection = 0.0
    sys.stdout.write(f"{'':<26}{'bytes each':>12}{'a day':>8}{'bytes a day':>14}{'with TCP/IP':>14}\n")
    for kind, (each, often) in costs.items():
        packets = {"connect, state": 30, "command with replies": 8, "ping": 3}.get(kind, 2)
        total += each * often
        connection += (each + packets * ACK_BYTES) * often
        row = (
            f"{kind:<26}{each:>12.0f}{often:>8.0f}{each * often:>14.0f}{(each + packets * ACK_BYTES) * often:>14.0f}\n"
        )
        sys.stdout.write(row)
    sys.stdout.write(f"{'a day':<26}{'':>12}{'':>8}{total:>14.0f}{connection:>14.0f}\n")
    met = total <= GOAL_BYTES
    sys.stdout.write(f"{'met   ' if met else 'MISSED'} at most {GOAL_BYTES} bytes a day (TLS bytes, both directions)\n")
    rounded = {kind: [round(each, 1), often] for kind, (each, often) in costs.items()}
    sys.stdout.write(json.dumps({"costs": rounded, "total": round(total), "with_tcp_ip": round(connection)}) + "\n")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
