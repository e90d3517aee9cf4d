"""The operator's five tasks in a real browser, by what one sees, in four clicks each at most; two of the panels are real ones.

What is typed is no click; a window of the operating system in which files are chosen is one, and so is a list.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from player.base.clocks import ClockTrust
from player.bundle.manifest import MANIFEST_NAME, SIGNATURE_NAME, verify_manifest
from player.contract.reports import PlayerState
from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from player.office.web.sticks.signed import KEY_NAME
from tests.kit.broker import running_broker
from tests.kit.browser import Browser, running_browser
from tests.kit.bundles import PANEL, office_key, sign_folder, trust
from tests.kit.city import ZONE, SimulatedPanel
from tests.kit.clips import make_clip
from tests.kit.console import RunningConsole, running_console
from tests.kit.panel import Panel
from tests.kit.pictures import png
from tests.kit.programs import need
from tests.kit.returned import TAKEN, text
from tests.kit.simulated_panels import SimulatedPanels, simulated_panels
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]

SQUARE = ("alun-alun-1", "alun-alun-2")
"""The real panels: both get the first folder."""
SIMULATED = ("ciceri", "pasar-rau")
PANELS = len(SQUARE) + len(SIMULATED)
CLIENT = "Batik Banten"
BOOKINGS = f"""
[[booking]]
client = "{CLIENT}"
items = ["media/batik.mp4"]
plays_per_day = 10
start = 2026-01-01
end = 2036-12-31
"""
WEEK = timedelta(days=6)
"""From the first day to the last."""


@dataclass
class City:
    """panels: those that are simulated. square, stick: the folders of the two real ones and of a panel without a network."""

    panels: SimulatedPanels
    console: RunningConsole
    square: Path
    stick: Path


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    place = tmp_path_factory.mktemp("city")
    square, stick = place / "square", place / "stick"
    for folder in (square, stick):
        folder.mkdir()
        (folder / "playlist.m3u8").write_text("# by hand\nselamat-datang.png\n")
        (folder / "selamat-datang.png").write_bytes(png(90))
    (place / "data").mkdir()
    (place / "data" / "bookings.toml").write_text(BOOKINGS)
    (place / "data" / KEY_NAME).write_text(str(office_key().public))
    record_an_hour(place / "data" / "records.db")
    with contextlib.ExitStack() as running:
        broker = running.enter_context(running_broker())
        for name in SQUARE:
            (place / name).mkdir()
            panel = Panel(
                place / name, running.enter_context(running_xvfb("320x180")), broker.port, name=name, content=square,
                timezone=ZONE,
            )  # fmt: skip
            panel.start()
            running.callback(stop, panel)
        panels = running.enter_context(simulated_panels(broker.port, *SIMULATED))
        console = running.enter_context(
            running_console(
                place, broker_port=broker.port, folders=[("square", square), ("stick", stick)],
                panels={"square": SQUARE, "stick": [PANEL]}, web=f'[records]\ntimezone = "{ZONE}"\n',
            )
        )  # fmt: skip
        yield City(panels, console, square, stick)


def stop(panel: Panel) -> None:
    """With its words, which pytest shows when a test has failed."""
    panel.stop()
    sys.stderr.write(panel.log.read_text())


def record_an_hour(database: Path) -> None:
    """Of yesterday, as a panel's batches brought it."""
    panel = SimulatedPanel(at=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1, hours=1))
    panel.plays(60, ("batik", "donor"), 30)
    engine = open_database(f"sqlite:///{database}", make=True)
    with writing(engine) as connection:
        for payload in panel.batches():
            BatchStore(connection, datetime.now(UTC)).take(panel.name, payload, Way.MQTT)
    engine.dispose()


@pytest.fixture(scope="module")
def browser(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Of somebody who may edit and command."""
    with running_browser(city.console.address) as made:
        made.keep_downloads(tmp_path_factory.mktemp("downloads"))
        made.sign_in("ada")
        made.until(lambda: len(made.all("link", "alun-alun")) == len(SQUARE), "the real panels are on the wall")
        yield made


def typed(day: date) -> str:
    """As the keys are pressed in a date's field of an English browser."""
    return f"{day:%m%d%Y}"


def test_a_film_on_two_panels_for_a_week(city: City, browser: Browser, tmp_path: Path) -> None:
    """Chosen, given its days, looked at, published; then both real panels say that they have it, and show it."""
    film = make_clip(tmp_path / "festival.mp4", seconds=1.6, size="320x180", rate=25)
    first = datetime.now(ZoneInfo(ZONE)).date()
    with browser.task("A film on two panels for a week", clicks=4):
        browser.press("link", "Content")
        browser.choose("Choose files", film)
        browser.find("heading", "1 new file is in no playlist yet")
        browser.type("From", typed(first))
        browser.type("Until and with", typed(first + WEEK))
        browser.press("button", "Add, and see what changes")
        browser.sees("festival.mp4 is new")
        browser.press("button", "Publish for 2 panels")
        browser.find("heading", "All 2 panels have it.")
    for name in SQUARE:
        browser.open(f"/panels/{name}")
        browser.until(lambda: "festival.mp4" in browser.text.partition("Commands")[0], f"{name} shows it")
    lines = (city.square / "playlist.m3u8").read_text().splitlines()
    assert lines[:2] == ["# by hand", "selamat-datang.png"]
    assert lines[-1] == "festival.mp4"
    assert str(first) in lines[-2]
    assert str(first + WEEK) in lines[-2]


def test_an_urgent_message_on_all_panels_with_its_end(city: City, browser: Browser) -> None:
    """Until a time of the clock; every panel shows it, the real ones too; ended on all of them by one click more."""
    ends = datetime.now(ZoneInfo(ZONE)) + timedelta(hours=2)
    with browser.task("An urgent message on all panels, with its end", clicks=4):
        browser.press("link", "Urgent")
        browser.type("Text", "BANJIR di Jl. Veteran")
        browser.press("radio", "until a time")
        browser.type("Time", f"{ends:%H.%M}")
        browser.type("Day", typed(ends.date()))
        browser.press("button", f"Show it on {PANELS} panels")
        browser.sees(f"all {PANELS} panels show it")
        assert city.panels["ciceri"].until == ends.replace(second=0, microsecond=0)
        browser.press("button", "End it")
        browser.sees("No urgent message is on screen.")
    assert city.panels["ciceri"].text is None


def test_why_a_panel_is_dark(city: City, browser: Browser) -> None:
    """The wall says it without a click: as planned and until when, or a fault with its button; one click for more."""
    city.panels["ciceri"].state, city.panels["ciceri"].reason = PlayerState.DARK, "schedule: dark until 04:30"
    city.panels.tell("ciceri")
    city.panels.raise_alert("pasar-rau", "screen.black", "nothing but black for 5 minutes")
    with browser.task("Why is this panel dark", clicks=1):
        browser.find("heading", f"1 of {PANELS} panels needs attention")
        planned = ("ciceri", "Dark as planned", "schedule: dark until 04:30")
        browser.until(
            lambda: any(all(word in tile for word in planned) for tile in browser.texts("listitem")), "planned"
        )
        fault = ("pasar-rau", "The screen is black and should not be")
        browser.until(lambda: all(word in browser.texts("listitem")[0] for word in fault), "trouble comes first")
        browser.find("button", "Restart the player")
        browser.press("link", "pasar-rau")
        browser.find("heading", "pasar-rau")
        browser.sees("Nothing but black for 5 minutes")
        browser.sees("What to do:")
    city.panels.clear_alert("pasar-rau", "screen.black")


def test_a_stick_there_and_back(city: City, browser: Browser, tmp_path: Path) -> None:
    """Downloaded, it is what the office signed; its receipts go in by the stick's own folder."""
    sign_folder(city.stick, not_after=datetime.now(UTC) + timedelta(days=30))
    receipts = tmp_path / "stick" / "panel" / "receipts"
    receipts.mkdir(parents=True)
    (receipts / "serang-04.json").write_bytes(text(TAKEN))
    with browser.task("A stick, there and back", clicks=4):
        browser.press("link", "Sticks")
        browser.press("link", "Download the stick's content")
        content = browser.downloaded("stick-*.zip")
        browser.choose("The folder panel/receipts", receipts)
        browser.press("button", "Take it in")
        browser.sees("1 new receipt.")
        browser.sees("serial number 42")
    with zipfile.ZipFile(content) as stick:
        raw, signature = (stick.read(f"panel/{name}") for name in (MANIFEST_NAME, SIGNATURE_NAME))
        manifest = verify_manifest(raw, signature, trust(), datetime.now(UTC), ClockTrust.SYNCED)
        assert {f"panel/{file.path}" for file in manifest.files} < set(stick.namelist())


def test_this_months_report_for_one_client(browser: Browser) -> None:
    """Chosen by name, shown, and downloaded as the file that the client gets."""
    need("pdftotext")
    with browser.task("This month's report for one client", clicks=4):
        browser.press("link", "Records")
        browser.pick("Client", CLIENT)
        browser.press("button", "Show the air time")
        browser.find("heading", "Air time report")
        browser.sees(f"client {CLIENT}")
        browser.press("link", "Download as PDF")
        report = browser.downloaded("*.pdf")
    words = subprocess.run(["pdftotext", str(report), "-"], capture_output=True, text=True, check=True).stdout
    assert CLIENT in words
