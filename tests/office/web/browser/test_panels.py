"""The panels' pages in a real browser: what an operator sees and presses, and what happens when broker or server go away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kit.broker import Broker, running_broker
from tests.kit.browser import Browser, faults_in, running_browser
from tests.kit.console import RunningConsole, running_console
from tests.kit.simulated_panels import SimulatedPanels, simulated_panels

pytestmark = [pytest.mark.live, pytest.mark.slow]
NAMES = ("alun-alun", "ciceri", "pasar-rau", "serang-01")
SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


@dataclass
class Scene:
    """A broker, four panels, the console as a process of its own, an operator's browser."""

    broker: Broker
    panels: SimulatedPanels
    console: RunningConsole
    browser: Browser

    def tiles(self) -> list[str]:
        """The panels as they stand on the wall; None of what is left out."""
        found = self.browser.script(
            "return [...document.querySelectorAll('li.tile:not([hidden])')].map((tile) => tile.dataset.panel)"
        )
        return [str(name) for name in found]

    def tile(self, name: str) -> str:
        return str(
            self.browser.script("return document.getElementById(arguments[0])?.textContent || ''", f"tile-{name}")
        )

    def open_wall(self) -> None:
        self.browser.open("/")
        self.browser.until(lambda: len(self.tiles()) == len(NAMES), "all panels are on the wall")
        self.browser.until(lambda: self.browser.script("return document.body.classList.contains('stale')") is False)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("console")
    with (
        running_broker() as broker,
        simulated_panels(broker.port, *NAMES) as panels,
        running_console(folder, broker_port=broker.port) as console,
        running_browser(console.address) as browser,
    ):
        browser.sign_in("oki")
        yield Scene(broker, panels, console, browser)


def test_the_wall_shows_the_panels_own_pictures(scene: Scene) -> None:
    """Each visible tile gets the picture that its panel sent, with its time."""
    scene.open_wall()
    assert scene.browser.find("heading", "4 panels, all well")
    drawn = "return [...document.querySelectorAll('.glass img')].filter((img) => img.naturalWidth > 0).length"
    scene.browser.until(lambda: scene.browser.script(drawn) == len(NAMES), "four pictures")
    assert scene.browser.script("return document.querySelector('#tile-ciceri .glass time').textContent.length") == 8


def test_a_change_of_item_is_on_the_page(scene: Scene) -> None:
    """Without a reload, and the picture stays where it is."""
    scene.open_wall()
    scene.panels.show("ciceri", "media/just-now.mp4")
    scene.browser.until(lambda: "media/just-now.mp4" in scene.tile("ciceri"), "the new item")


def test_trouble_comes_to_the_top_and_goes_again(scene: Scene) -> None:
    """The sentence says so, the tile stands first with its remedy, and its button is obeyed and answered."""
    scene.open_wall()
    scene.panels.raise_alert("serang-01", "screen.frozen", "the picture stands still although a film plays")
    scene.browser.find("heading", "1 of 4 panels needs attention")
    assert scene.tiles()[0] == "serang-01"
    scene.browser.press("button", "Next item")
    scene.browser.sees("Done.")
    assert scene.panels.commands("serang-01")[-1] == "next"
    scene.panels.clear_alert("serang-01", "screen.frozen")
    scene.browser.find("heading", "4 panels, all well")
    assert scene.tiles() == sorted(NAMES)


def test_the_keyboard_keeps_its_place_when_a_tile_changes(scene: Scene) -> None:
    """Who stands on a panel's link stays there while its item changes."""
    scene.open_wall()
    scene.browser.script("document.getElementById('link-ciceri').focus()")
    scene.panels.show("ciceri", "media/under-the-focus.mp4")
    scene.browser.until(lambda: "media/under-the-focus.mp4" in scene.tile("ciceri"))
    assert scene.browser.script("return document.activeElement.id") == "link-ciceri"


def test_panels_are_left_out_as_one_types(scene: Scene) -> None:
    """By word and by group, with how many are shown; the address keeps it."""
    scene.open_wall()
    scene.browser.type("Search panels", "rau")
    scene.browser.until(lambda: scene.tiles() == ["pasar-rau"])
    scene.browser.sees("1 of 4 panels are shown")
    assert "word=rau" in scene.browser.path
    scene.browser.type("Search panels", "nothing like this")
    scene.browser.sees("No panel fits.")
    scene.browser.open("/?group=utara")
    scene.browser.until(lambda: scene.tiles() == ["alun-alun", "serang-01"], "the group of the address")


def test_a_broker_that_goes_is_told_and_the_page_catches_up(scene: Scene) -> None:
    """In red, with a role that a screen reader announces; what changed meanwhile is right by itself afterwards."""
    scene.open_wall()
    assert scene.broker.process
    scene.broker.process.kill()
    scene.broker.process.wait()
    scene.broker.process = None
    scene.browser.until(lambda: any("The broker has not been reached" in each for each in scene.browser.texts("alert")))
    scene.browser.find("heading", "4 panels, all well")  # nobody is called silent for the broker's fault
    scene.panels["ciceri"].items = ("media/meanwhile.mp4",)
    scene.broker.start()
    scene.browser.until(lambda: "media/meanwhile.mp4" in scene.tile("ciceri"), "caught up")
    scene.browser.until(lambda: not scene.browser.all("alert"), "the band has gone")


def test_a_server_that_is_started_again_gets_its_pages_back(scene: Scene) -> None:
    """The page says that the server is away; afterwards the person is still signed in and the stream goes on."""
    scene.open_wall()
    scene.console.kill()
    scene.browser.until(lambda: any("server does not answer" in each for each in scene.browser.texts("alert")))
    scene.console.start()
    scene.browser.until(lambda: not scene.browser.all("alert"), "the band has gone")
    scene.panels.show("ciceri", "media/after-the-restart.mp4")
    scene.browser.until(lambda: "media/after-the-restart.mp4" in scene.tile("ciceri"), "the stream goes on")
    assert scene.browser.path == "/"


def test_a_hostile_panel_runs_nothing(scene: Scene) -> None:
    """Script in its item, its alert and its log is text, on the wall and on its page; the browser complains of nothing."""
    scene.open_wall()
    scene.browser.complaints()
    panel = scene.panels["pasar-rau"]
    panel.reason, panel.log, panel.problems, panel.version = SCRIPT, (SCRIPT,), (SCRIPT,), SCRIPT
    panel.picture = b"<!doctype html><script>document.title='owned'</script>"
    scene.panels.show("pasar-rau", SCRIPT)
    scene.panels.raise_alert("pasar-rau", "disk.low", SCRIPT)
    scene.browser.until(lambda: scene.tile("pasar-rau").count(SCRIPT) >= 3, "its words on the wall")
    scene.browser.open("/panels/pasar-rau")
    scene.browser.press("button", "Read its log")
    scene.browser.until(
        lambda: SCRIPT in str(scene.browser.script("return document.querySelector('pre.log')?.textContent || ''"))
    )
    assert scene.browser.text.count(SCRIPT) >= 4
    assert "owned" not in scene.browser.driver.title
    assert scene.browser.complaints() == []
    panel.reason, panel.problems, panel.version, panel.picture = "schedule: siang", (), "0.1.0", None
    scene.panels.clear_alert("pasar-rau", "disk.low")
    scene.panels.show("pasar-rau", "media/a.mp4")


def test_a_restart_is_asked_twice_and_works_by_keyboard(scene: Scene) -> None:
    """Enter on the button asks, and the No has the focus, so that a second Enter does nothing; Yes is one step away."""
    scene.browser.open("/panels/alun-alun")
    before = scene.panels.commands("alun-alun")
    scene.browser.find("button", "Restart the computer").send_keys("\ue007")
    scene.browser.sees("Restart the computer of alun-alun?")
    scene.browser.until(lambda: scene.browser.script("return document.activeElement.textContent.trim()") == "No")
    assert scene.panels.commands("alun-alun") == before
    scene.browser.press("button", "Yes: Restart the computer")
    scene.browser.sees("Done.")
    assert scene.panels.commands("alun-alun") == [*before, "reboot"]


def test_a_level_that_is_none_is_said_beside_its_field(scene: Scene) -> None:
    """And a right one is obeyed."""
    scene.browser.open("/panels/alun-alun")
    scene.browser.type("Volume, 0 to 100", "much")
    scene.browser.press("button", "Set volume")
    scene.browser.sees("Write a whole number from 0 to 100.")
    scene.browser.type("Volume, 0 to 100", "40")
    scene.browser.press("button", "Set volume")
    scene.browser.sees("Done.")
    assert scene.panels.obeyed[-1].args == {"percent": 40}


@pytest.mark.parametrize("path", ["/", "/panels/serang-01"])
def test_everybody_can_use_the_pages(scene: Scene, path: str) -> None:
    """axe-core finds nothing, with trouble and answers on the page, light and dark, on a phone and on a large screen."""
    scene.panels.raise_alert("serang-01", "screen.black", "nothing but black for 5 minutes")
    scene.panels.raise_alert("serang-01", "disk.low", "1 GB left")
    try:
        scene.browser.open(path)
        scene.browser.sees("The screen is black and should not be")
        assert faults_in(scene.browser, f"trouble {path}") == []
    finally:
        for alert in ("screen.black", "disk.low"):
            scene.panels.clear_alert("serang-01", alert)
