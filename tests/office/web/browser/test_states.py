"""The states of pages that one does not see on a good day, in a real browser: each legible to everybody, none too wide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from selenium.webdriver.common.keys import Keys

from player.office.web.people.second_factor import code_of
from tests.kit.broker import Broker, running_broker
from tests.kit.browser import WIDE, Browser, faults_in, running_browser
from tests.kit.console import PASSWORD, RunningConsole, running_console
from tests.kit.programs import frozen
from tests.kit.simulated_panels import SimulatedPanels, simulated_panels

pytestmark = [pytest.mark.live, pytest.mark.slow]
NAMES = ("alun-alun", "ciceri", "pasar-rau")


@dataclass
class Office:
    """Three panels of which one is turned; two persons for what goes out, and a second factor for admins."""

    broker: Broker
    panels: SimulatedPanels
    console: RunningConsole
    browser: Browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    place = tmp_path_factory.mktemp("office")
    asked = 'second_factor = ["admin"]\n'
    with (
        running_broker() as broker,
        simulated_panels(broker.port, *NAMES) as panels,
        running_console(place, broker_port=broker.port, web=asked) as console,
        running_browser(console.address) as browser,
    ):
        browser.look(WIDE)
        yield Office(broker, panels, console, browser)


def test_a_wall_whose_broker_froze(office: Office) -> None:
    """With a panel that is off, one in trouble, and the red band."""
    office.browser.sign_in("oki")
    office.panels.go_off("pasar-rau")
    office.panels.raise_alert("ciceri", "screen.black", "nothing but black for 5 minutes")
    office.browser.open("/")
    office.browser.find("heading", "2 of 3 panels need attention")
    assert office.broker.process
    with frozen(office.broker.process.pid):
        office.browser.until(
            lambda: any("has not been reached" in each for each in office.browser.texts("alert")), "the band"
        )
        assert faults_in(office.browser, "wall lost") == []
    office.browser.until(lambda: not office.browser.all("alert"), "the band has gone")
    office.panels.come_back("pasar-rau")
    office.panels.clear_alert("ciceri", "screen.black")
    office.browser.find("heading", "3 panels, all well")


def test_a_panel_with_questions_answers_and_its_log(office: Office) -> None:
    """What is asked before a restart, a log, a panel that does not answer, and a panel that is off."""
    office.browser.sign_in("oki")
    office.browser.open("/panels/ciceri")
    office.browser.look((1280, 900))  # the log is as wide as the page, and the buttons must not lie under it
    office.browser.press("button", "Read its log")
    office.browser.sees("release 17 adopted")
    office.panels.mute.add("ciceri")
    office.browser.press("button", "Ask for an answer")
    office.browser.press("button", "Restart the computer")
    office.browser.sees("Restart the computer of ciceri?")
    office.panels.go_off("ciceri")
    office.browser.sees("The panel is not connected")
    assert faults_in(office.browser, "panel off") == []
    office.panels.mute.clear()
    office.panels.come_back("ciceri")


def test_an_urgent_form_with_everything_wrong(office: Office) -> None:
    """Beside each field; the page is sent, so that nothing depends on what was typed before."""
    office.browser.sign_in("oki")
    office.browser.open("/urgent")
    office.browser.find("radio", "until a time").click()
    office.browser.type("Time", "25:00")
    office.browser.find("checkbox", "All").click()
    office.browser.script("document.getElementById('urgent-go').click()")
    office.browser.until(
        lambda: len(office.browser.driver.find_elements("css selector", "[aria-invalid=true]")) >= 2, "faults"
    )
    assert faults_in(office.browser, "urgent wrong") == []
    said = [each.text for each in office.browser.driver.find_elements("css selector", ".fault") if each.is_displayed()]
    assert len(said) == len(set(said)) == 3
    office.browser.type("Text", "HALO")
    office.browser.find("radio", "1 h").click()
    office.browser.find("checkbox", "All").click()
    office.browser.until(
        lambda: not any(each.is_displayed() for each in office.browser.driver.find_elements("css selector", ".fault"))
    )


def test_a_message_is_sent_by_keyboard_alone(office: Office) -> None:
    """Tab, letters and Enter; the end of the message, too."""
    browser = office.browser
    browser.sign_in("oki")
    browser.open("/urgent")

    def go_to(name: str, key: str = Keys.TAB) -> None:
        for _ in range(80):
            browser.driver.switch_to.active_element.send_keys(key)
            if name in (browser.driver.switch_to.active_element.accessible_name or ""):
                return
        raise AssertionError(f"{name} is not reached")

    go_to("Text")
    browser.driver.switch_to.active_element.send_keys("AWAS ARUS DERAS")
    browser.until(lambda: any("Show it on 3 panels" in name for name in browser.names("button")), "whom it reaches")
    go_to("Show it on 3 panels")
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.sees("all 3 panels show it")
    browser.script("document.getElementById('main').focus()")
    go_to("End it")
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.sees("No urgent message is on screen.")


def test_records_where_there_are_none(office: Office) -> None:
    """The page says how to begin."""
    office.browser.sign_in("vera")
    office.browser.open("/records")
    office.browser.sees("panel-office-collect")
    assert faults_in(office.browser, "records empty") == []


def test_who_may_not_and_who_must_first(office: Office) -> None:
    """A page for admins as a viewer sees it; then the way to the second factor, to its codes, and the people with who must."""
    office.browser.sign_in("vera")
    office.browser.open("/people")
    assert faults_in(office.browser, "forbidden") == []
    office.browser.sign_in("ada")
    assert office.browser.path == "/me/second-factor"
    office.browser.sees("Your role needs a second factor.")
    assert office.browser.names("link") == ["Panel console"]
    assert faults_in(office.browser, "factor demanded") == []
    secret = str(office.browser.driver.find_element("name", "secret").get_attribute("value"))
    office.browser.type(
        "Code from the telephone", code_of(secret, int(office.browser.script("return Date.now() / 30000")))
    )
    office.browser.type("Present password", PASSWORD)
    office.browser.press("button", "Set up the second factor")
    office.browser.find("heading", "The second factor is set up")
    assert faults_in(office.browser, "recovery codes") == []
    office.browser.press("link", "I have written them down")
    office.browser.press("link", "People")
    office.browser.sees("Must be set up")  # another admin, who has not done it
