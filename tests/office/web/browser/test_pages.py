"""Urgent messages, records and sticks in a real browser, with a real broker and panels that answer: by what one sees."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.office.records.database import open_database, writing
from player.office.records.storing import BatchStore, Way
from tests.kit.broker import running_broker
from tests.kit.browser import Browser, faults_in, running_browser
from tests.kit.bundles import sign_folder
from tests.kit.city import SimulatedPanel, record_a_day
from tests.kit.console import RunningConsole, running_console
from tests.kit.returned import REFUSED, TAKEN, text, zipped
from tests.kit.simulated_panels import SimulatedPanels, simulated_panels

pytestmark = [pytest.mark.live, pytest.mark.slow]

NAMES = ("alun-alun", "ciceri", "pasar-rau")
PAGES = (
    "/urgent",
    "/records",
    "/records/day?panel=serang-01&day=2026-11-22",
    "/records/airtime?month=2026-11",
    "/sticks",
)


@dataclass
class City:
    """A broker, three panels of different sizes, the console, and a folder that is not signed yet."""

    panels: SimulatedPanels
    console: RunningConsole
    folder: Path


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    place = tmp_path_factory.mktemp("city")
    folder = place / "kota"
    (folder / "media").mkdir(parents=True)
    (folder / "playlist.m3u8").write_text("media/a.mp4\n")
    (folder / "media/a.mp4").write_bytes(os.urandom(200_000))
    data = place / "data"
    data.mkdir()
    panel = SimulatedPanel()
    record_a_day(panel)
    engine = open_database(f"sqlite:///{data / 'records.db'}", make=True)
    with writing(engine) as connection:
        for payload in panel.batches():
            BatchStore(connection, datetime.now(UTC)).take(panel.name, payload, Way.MQTT)
    engine.dispose()
    with (
        running_broker() as broker,
        simulated_panels(broker.port, *NAMES) as panels,
        running_console(
            place, broker_port=broker.port, folders=[("kota", folder)], web='[records]\ntimezone = "Asia/Jakarta"\n'
        ) as console,
    ):
        yield City(panels, console, folder)


@pytest.fixture(scope="module")
def browser(city: City) -> Iterator[Browser]:
    with running_browser(city.console.address) as made:
        made.sign_in("oki")
        yield made


NO_FAULTS = ("422", "htmx:sendAbort", "htmx:sendError", "htmx:afterRequest")
"""A form that was answered with its faults; a question that a page left behind when one went on to another."""


def faults_of_scripts(browser: Browser) -> list[str]:
    """What the browser complained of since it was asked last, without what is no fault."""
    return [each for each in browser.complaints() if not any(word in each for word in NO_FAULTS)]


def test_a_message_on_all_panels_is_four_clicks_at_most(city: City, browser: Browser) -> None:
    """Typed, seen as each panel will draw it, sent, shown by all; and ended."""
    browser.open("/")
    browser.clicks = 0
    browser.press("link", "Urgent")
    browser.type("Text", "BANJIR di Jl. Veteran. Hindari!")
    browser.sees("readable while driving past")
    browser.until(lambda: len(browser.driver.find_elements("css selector", ".urgent-previews img")) == 3, "three sizes")
    browser.press("button", "Show it on 3 panels")
    browser.sees("all 3 panels show it")
    assert browser.clicks <= 4
    assert city.panels["ciceri"].text == "BANJIR di Jl. Veteran. Hindari!"
    assert {each.by for each in city.panels.obeyed if each.do == "show"} == {"Oki"}
    browser.press("button", "End it")
    browser.sees("No urgent message is on screen.")
    assert city.panels["ciceri"].text is None


def test_a_panel_that_does_not_show_it_says_why(city: City, browser: Browser) -> None:
    """It is off: the page says so while it is, and that it shows the message when it is back, without being loaded again."""
    city.panels.go_off("pasar-rau")
    browser.open("/urgent")
    browser.type("Text", "JALAN DITUTUP")
    browser.press("button", "Show it on 3 panels")
    browser.sees("2 of 3 panels show it")
    browser.sees("it shows the message when it is back")
    city.panels["pasar-rau"].text, city.panels["pasar-rau"].by = "JALAN DITUTUP", "Oki"
    city.panels.come_back("pasar-rau")
    browser.sees("all 3 panels show it")
    browser.press("button", "End it")
    browser.sees("No urgent message is on screen.")


def test_what_is_typed_wrong_is_said_while_it_is_typed(city: City, browser: Browser) -> None:
    """25:00 has its answer beside it, and pressing the button sends nothing."""
    browser.open("/urgent")
    before = len(city.panels.obeyed)
    browser.type("Text", "HALO")
    browser.find("radio", "until a time").click()
    browser.type("Time", "25:00")
    browser.sees("There is no 25:00")
    browser.press("button", "Show it on 3 panels")
    browser.until(
        lambda: browser.driver.find_elements("css selector", "#urgent-clock[aria-invalid=true]"),
        "the field is marked",
    )
    assert browser.find("textbox", "Text").get_attribute("value") == "HALO"
    assert [each for each in city.panels.obeyed[before:] if each.do == "show"] == []


def test_a_day_of_a_panel_and_its_file(browser: Browser) -> None:
    """From the page's form to the bar; the file is one click more."""
    browser.open("/records")
    browser.find("button", "Show the day")
    browser.script("document.getElementById('day-day').value = '2026-11-22'")
    browser.press("button", "Show the day")
    browser.find("heading", "Report of a day: serang-01")
    browser.sees("24:00:00")
    assert str(browser.find("link", "Download as PDF").get_attribute("href")).endswith(
        "day.pdf?panel=serang-01&day=2026-11-22"
    )
    assert faults_of_scripts(browser) == []


def test_a_stick_there_and_back(city: City, browser: Browser, tmp_path: Path) -> None:
    """The command while the folder is not signed; the download when it is; and what the stick brought back."""
    browser.open("/sticks")
    browser.sees("panel-office sign")
    sign_folder(city.folder, not_after=datetime.now(UTC) + timedelta(days=30))
    browser.open("/sticks")
    assert str(browser.find("link", "Download the stick's content").get_attribute("href")).endswith("/sticks/kota.zip")
    back = tmp_path / "receipts.zip"
    back.write_bytes(zipped({"panel/receipts/a.json": text(TAKEN), "panel/receipts/b.json": text(REFUSED)}))
    assert zipfile.is_zipfile(back)
    browser.press("button", "Or a zip file, or single files")
    browser.driver.find_element("id", "stick-files").send_keys(str(back))
    browser.press("button", "Take it in")
    browser.sees("2 new receipts.")
    browser.sees("serial number 42")


def test_axe_finds_nothing_and_no_script_complains(browser: Browser) -> None:
    """On each page, light and dark, on a telephone and on a wide screen; nothing reaches over the edge."""
    browser.open("/urgent")
    browser.type("Text", "BANJIR di Jl. Veteran")
    browser.press("button", "Show it on 3 panels")
    browser.sees("all 3 panels show it")
    found = []
    for path in PAGES:
        browser.open(path)
        if path == "/urgent":
            browser.type("Text", "BANJIR di Jl. Veteran")
            browser.until(
                lambda: len(browser.driver.find_elements("css selector", ".urgent-previews img")) == 3, "drawn"
            )
        if path == "/records":
            browser.find("button", "Show the day")
        found += faults_in(browser, path)
    assert found == []
    assert faults_of_scripts(browser) == []
