"""The web console with a thousand panels: `python -m tests.bench.console`, which prints a table and what was wanted.

A real mosquitto, the real server as a process of its own, simulated panels in another process (an item each 15 s, a report each
minute), Debian's chromium for the first paint and the time from an MQTT message to the page, and 20 pages' streams at once.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from player.contract.encoding import encode_now
from player.contract.reports import NowReport
from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from player.office.web.people.roles import Role
from tests.kit.broker import Broker, running_broker
from tests.kit.browser import Browser, running_browser
from tests.kit.city import SimulatedPanel, record_a_day
from tests.kit.console import ACCOUNTS, CSRF, PASSWORD, RunningConsole, running_console
from tests.kit.jpegs import a_jpeg
from tests.kit.programs import end, frozen, need
from tests.kit.simulated_panels import utc_now
from tests.kit.waiting import wait_for

CHANGES = 60
STILL = 100
"""Panels whose items only this bench changes: a tile whose item is replaced before it is drawn is never drawn with it."""
STREAMS = 20
REPORT_S = 60.0
"""Between two health reports of a simulated panel."""
GOALS = {
    "first paint, ms": 1000.0,
    "change on the page, p95, ms": 300.0,
    "change in 20 streams, p95, ms": 300.0,
    "broker killed, said on the page after, ms": 3000.0,
    "broker frozen, said on the page after, ms": 3000.0,
    "server memory, MB": 150.0,
    "server idle, % of a core": 5.0,
}
"""What the console promises with 1,000 panels."""
PAGES = (
    "/panels/panel-0001", "/urgent", "/content/kota", "/content/kota/playlists", "/content/kota/schedule",
    "/content/kota/publish", "/records", "/records/overview", "/sticks", "/people", "/log", "/me",
)  # fmt: skip
SEEN = """
const [name, item] = arguments, tile = document.getElementById(`tile-${name}`);
window.seenAt = 0;
const look = () => {
  const here = document.getElementById(`tile-${name}`);
  if (!window.seenAt && here && here.textContent.includes(item)) window.seenAt = Date.now();
};
window.seer?.disconnect();
window.seer = new MutationObserver(look);
window.seer.observe(document.getElementById("wall"), {childList: true, subtree: true, characterData: true});
look();
"""


class City:
    """The simulated panels in a process of their own, and a client that says what this bench wants said."""

    def __init__(self, port: int, count: int, item_s: float) -> None:
        words = [sys.executable, "-m", "tests.kit.simulated_panels", "--port", str(port), "--count", str(count)]
        words += ["--item", str(item_s), "--health", str(REPORT_S), "--still", str(STILL)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=5)  # type: ignore[arg-type]
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def show(self, name: str, item: str) -> float:
        """Publishes that `item` is on screen; returns when, in Unix time."""
        payload = encode_now(NowReport(item, "siang", "schedule: siang until 17:00", utc_now(), None))
        moment = time.time()
        self.client.publish(f"panels/{name}/now", payload, 0, True)
        return moment

    def end(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
        end(self.process)


@dataclass
class Visitor:
    """One page's stream, read as a browser reads it. seen: item -> when it came, in Unix time."""

    port: int
    cookie: str
    address: str
    seen: dict[str, float] = field(default_factory=dict)
    wanted: str = "\0"
    bytes_read: int = 0
    ended: bool = False

    def read(self) -> None:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        asked.request("GET", self.address, headers={"Cookie": self.cookie})
        answer, before = asked.getresponse(), b""
        while not self.ended:
            some = answer.read1(1 << 16)
            if not some:
                return
            self.bytes_read += len(some)
            wanted = self.wanted
            if wanted.encode() in before + some:
                self.seen.setdefault(wanted, time.time())
            before = some[-len(wanted) :]


def sign_in(console: RunningConsole, role: Role = Role.VIEWER) -> httpx.Client:
    client = httpx.Client(base_url=console.address, timeout=60)
    page = client.get("/sign-in")
    found = CSRF.search(page.text)
    assert found
    fields = {"csrf": found[1], "account": ACCOUNTS[role], "password": PASSWORD}
    assert client.post("/sign-in", data=fields).status_code in (200, 303)
    return client


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def load_of(server: psutil.Process, seconds: float) -> float:
    """Percent of a core."""
    before, began = sum(server.cpu_times()[:2]), time.monotonic()
    time.sleep(seconds)  # the time over which the load is measured
    return (sum(server.cpu_times()[:2]) - before) / (time.monotonic() - began) * 100


def measure_page(browser: Browser, count: int) -> dict[str, float]:
    """The first paint of the wall, the median of five loads."""
    paints, loads = [], []
    for _ in range(5):
        browser.open("/")
        wait_for(lambda: len(browser.driver.find_elements("css selector", "li.tile")) == count, why="all tiles")
        wait_for(lambda: browser.script("return performance.getEntriesByType('paint').length") >= 1)
        paint = "return performance.getEntriesByName('first-contentful-paint')[0].startTime"
        load = "const n = performance.getEntriesByType('navigation')[0]; return n.domContentLoadedEventEnd"
        paints.append(float(browser.script(paint)))
        loads.append(float(browser.script(load)))
    return {"first paint, ms": statistics.median(paints), "page ready, ms": statistics.median(loads)}


def measure_changes(browser: Browser, city: City) -> dict[str, float]:
    """From the MQTT message to the words on the page, for tiles in sight and far below."""
    times = []
    for number in range(CHANGES):
        name, item = f"panel-{number * 37 % STILL:04}", f"media/bench-{number}-{time.time_ns()}.mp4"
        browser.script(SEEN, name, item)
        sent = city.show(name, item)
        wait_for(lambda: browser.script("return window.seenAt") > 0, why=f"{item} on the page")
        times.append(float(browser.script("return window.seenAt")) - sent * 1000)
    return {
        "change on the page, median, ms": statistics.median(times),
        "change on the page, p95, ms": percentile(times, 0.95),
        "change on the page, longest, ms": max(times),
    }


def measure_streams(console: RunningConsole, city: City, server: psutil.Process) -> dict[str, float]:
    """20 pages at once: the time until the last of them has a change, and what the server needs for all of them."""
    client = sign_in(console)
    page = client.get("/").text
    address = page.split('data-events="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    cookie = "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)
    visitors = [Visitor(console.port, cookie, address) for _ in range(STREAMS)]
    for visitor in visitors:
        threading.Thread(target=visitor.read, daemon=True).start()
    wait_for(lambda: all(visitor.bytes_read for visitor in visitors), why="all streams begin")
    load = load_of(server, 20.0)
    times: list[float] = []
    for number in range(CHANGES):
        name, item = f"panel-{number * 37 % STILL:04}", f"media/stream-{number}-{time.time_ns()}.mp4"
        for visitor in visitors:
            visitor.wanted = item
        sent = city.show(name, item)
        wait_for(lambda item=item: all(item in visitor.seen for visitor in visitors), why="in all streams")  # type: ignore[misc]
        times += [(visitor.seen[item] - sent) * 1000 for visitor in visitors]
    for visitor in visitors:
        visitor.ended = True
    return {
        "change in 20 streams, median, ms": statistics.median(times),
        "change in 20 streams, p95, ms": percentile(times, 0.95),
        "server with 20 streams, % of a core": load,
        "server memory with 20 streams, MB": server.memory_info().rss / 1e6,
    }


def measure_page_bytes(console: RunningConsole) -> dict[str, float]:
    client = sign_in(console)
    times = []
    for _ in range(5):
        began = time.monotonic()
        page = client.get("/")
        times.append((time.monotonic() - began) * 1000)
    return {"page of all panels, KB": len(page.content) / 1000, "page made and sent, ms": statistics.median(times)}


def open_every_page(console: RunningConsole) -> None:
    """What a page loads only when it is asked for is then loaded: records, thumbnails, schedules."""
    client = sign_in(console, Role.ADMIN)
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)


def measure_freeze(browser: Browser, broker: Broker) -> dict[str, float]:
    """The broker stands still and closes nothing: when the page says so in red, and when the band has gone again."""
    waits = "return document.getElementById('lost').hidden"
    wait_for(lambda: browser.script(waits), why="no band")
    assert broker.process is not None
    with frozen(broker.process.pid):
        begins = time.monotonic()
        wait_for(lambda: not browser.script(waits), why="the red band")
        said = time.monotonic()
    back = time.monotonic()
    wait_for(lambda: browser.script(waits), why="the band has gone")
    return {
        "broker frozen, said on the page after, ms": (said - begins) * 1000,
        "broker goes on, band gone after, ms": (time.monotonic() - back) * 1000,
    }


def measure_loss(browser: Browser, city: City, broker: Broker) -> dict[str, float]:
    """The broker is killed and started again: when the page says so in red, and when it has caught up."""
    waits = "return document.getElementById('lost').hidden"
    wait_for(lambda: browser.script(waits), why="no band")
    assert broker.process is not None
    broker.process.kill()
    broker.process.wait()
    broker.process = None
    killed = time.monotonic()
    wait_for(lambda: not browser.script(waits), why="the red band")
    said = time.monotonic()
    broker.start()
    back = time.monotonic()
    wait_for(lambda: browser.script(waits), why="the band has gone")
    wait_for(city.client.is_connected, why="the bench's own client")
    gone = time.monotonic()
    item = f"media/after-the-loss-{time.time_ns()}.mp4"
    browser.script(SEEN, "panel-0001", item)
    city.show("panel-0001", item)
    wait_for(lambda: browser.script("return window.seenAt") > 0, why="news again")
    return {
        "broker killed, said on the page after, ms": (said - killed) * 1000,
        "broker back, band gone after, ms": (gone - back) * 1000,
        "broker back, news again after, ms": (time.monotonic() - back) * 1000,
    }


@contextlib.contextmanager
def running_city(count: int, item_s: float) -> Iterator[tuple[RunningConsole, City, Broker]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keep_something(folder)
        broker = stack.enter_context(running_broker("set_tcp_nodelay true\nmax_queued_messages 20000\n"))
        city = City(broker.port, count, item_s)
        stack.callback(city.end)
        synced = [("kota", folder / "kota")]
        yield stack.enter_context(running_console(folder, broker_port=broker.port, folders=synced)), city, broker


def keep_something(folder: Path) -> None:
    """A synced folder and a day of records, so that every page has something to show."""
    (folder / "kota" / "media").mkdir(parents=True)
    (folder / "kota" / "media" / "a.jpg").write_bytes(a_jpeg(640, 360))
    (folder / "kota" / "playlist.m3u8").write_text("media/a.jpg\n")
    (folder / "data").mkdir()
    panel = SimulatedPanel("panel-0001")
    record_a_day(panel)
    engine = open_database(f"sqlite:///{folder / 'data' / 'records.db'}", make=True)
    with writing(engine) as connection:
        for payload in panel.batches():
            BatchStore(connection, utc_now()).take(panel.name, payload, Way.MQTT)
    engine.dispose()


def run(count: int, item_s: float) -> dict[str, float]:
    found: dict[str, float] = {"panels": count}
    with running_city(count, item_s) as (console, city, broker):
        assert console.process is not None
        server = psutil.Process(console.process.pid)
        viewer = sign_in(console)
        wait_for(lambda: viewer.get("/").text.count('<li class="tile') == count, 60, "all panels are on the wall")
        time.sleep(5)  # what is said because of a start is no steady load
        found["server idle, % of a core"] = load = load_of(server, 30.0)
        messages_a_second = count / item_s + count / REPORT_S
        found["server idle, processor s for 10,000 messages"] = load / 100 / messages_a_second * 10_000
        found["server memory at the beginning, MB"] = server.memory_info().rss / 1e6
        open_every_page(console)
        found |= measure_page_bytes(console)
        found |= measure_streams(console, city, server)
        with running_browser(console.address) as browser:
            browser.sign_in(ACCOUNTS[Role.VIEWER])
            found |= measure_page(browser, count)
            found |= measure_changes(browser, city)
            found |= measure_freeze(browser, broker)
            found |= measure_loss(browser, city, broker)
        found["server memory, MB"] = server.memory_info().rss / 1e6
    return found


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--panels", type=int, default=1000)
    words.add_argument("--item", type=float, default=15.0, help="seconds between two items of a panel")
    asked = words.parse_args()
    need("mosquitto", "chromium", "chromedriver")
    found = run(asked.panels, asked.item)
    missed = 0
    for name, value in found.items():
        goal = GOALS.get(name)
        verdict = "" if goal is None else f"met, at most {goal:g}" if value <= goal else f"MISSED, at most {goal:g}"
        missed += verdict.startswith("MISSED")
        sys.stdout.write(f"{name:<44} {value:>10.1f}  {verdict}\n")
    rounded: dict[str, Any] = {name: round(value, 1) for name, value in found.items()}
    sys.stdout.write(json.dumps(rounded) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
