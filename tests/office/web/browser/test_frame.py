"""The frame in a real browser: signing in by what one sees, faults beside fields, the red band, keyboard, axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from player.office.web.people.second_factor import code_of
from tests.kit.browser import Browser, faults_in, running_browser
from tests.kit.console import PASSWORD, RunningConsole, running_console

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with running_console(tmp_path_factory.mktemp("console")) as made:
        yield made


@pytest.fixture(scope="module")
def browser(console: RunningConsole) -> Iterator[Browser]:
    with running_browser(console.address) as made:
        yield made


def test_one_signs_in_by_what_one_sees(browser: Browser) -> None:
    """A wrong password stands beside its field, and what was typed stays; the right one comes in; out again by its button."""
    browser.open("/sign-in?next=/me")
    browser.type("Account", "vera")
    browser.type("Password", "wrong wrong wrong")
    browser.press("button", "Sign in")
    browser.sees("This account and this password do not belong together.")
    field = browser.find("textbox", "Password")
    assert field.get_attribute("aria-invalid") == "true"
    assert browser.find("textbox", "Account").get_attribute("value") == "vera"
    browser.type("Password", PASSWORD)
    browser.press("button", "Sign in")
    browser.sees("Where you are signed in")
    browser.press("button", "Bahasa Indonesia")
    browser.sees("Di mana Anda masuk")
    browser.press("button", "English")
    browser.sees("Where you are signed in")
    browser.press("button", "Sign out")
    browser.find("heading", "Sign in")


def test_the_page_says_when_the_server_is_gone_and_goes_on_when_it_is_back(
    browser: Browser, console: RunningConsole
) -> None:
    """A red band with how old the news is; it goes by itself, and the person is still signed in."""
    browser.sign_in("ada")
    browser.open("/people")
    console.kill()
    browser.sees("The console's server does not answer")
    assert browser.all("alert", "")
    console.start()
    browser.loses("does not answer")
    assert browser.path == "/people"
    browser.press("link", "Log")
    browser.find("heading", "Who did what")


def test_a_second_factor_is_set_up_with_a_telephone(browser: Browser, console: RunningConsole) -> None:
    """From the page's secret to the recovery codes; then a code is asked for."""
    browser.sign_in("edi")
    browser.open("/me/second-factor")
    secret = str(browser.driver.find_element("name", "secret").get_attribute("value"))
    browser.type("Code from the telephone", code_of(secret, int(browser.script("return Date.now() / 30000"))))
    browser.type("Present password", PASSWORD)
    browser.press("button", "Set up the second factor")
    browser.find("heading", "The second factor is set up")
    browser.press("link", "I have written them down")
    browser.sees("10 recovery codes are left")


def test_everything_is_reached_by_keyboard(browser: Browser) -> None:
    """Tab alone comes to the skip link, every page of the menu, and the form's button; Enter presses it."""
    browser.sign_in("ada")
    browser.open("/people")
    reached = []
    for _ in range(60):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(browser.driver.switch_to.active_element.accessible_name)
        if reached[-1] == "Make the account":
            break
    assert reached[0] == "To the content"
    assert {"Panels", "Urgent", "Content", "Records", "Sticks", "People", "Log", "Sign out", "Make the account"} <= set(
        reached
    )
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.until(lambda: browser.driver.switch_to.active_element.get_attribute("name") == "account", "the field asks")


PAGES = ("/sign-in", "/me", "/me/second-factor", "/people", "/people/vera", "/log", "/log/1", "/no-such-page")


def test_axe_finds_nothing_and_no_script_complains(browser: Browser) -> None:
    """On each page, light and dark, on a telephone and on a wide screen; nothing reaches over the edge."""
    browser.sign_in("ada")
    browser.open("/people")
    browser.type("Account", "dina")
    browser.press("button", "Make the account")
    browser.find("heading", "First password")
    found = []
    for path in PAGES:
        if path == "/sign-in":
            browser.driver.delete_all_cookies()
        elif browser.path.startswith("/sign-in"):
            browser.sign_in("ada")
        browser.open(path)
        found += faults_in(browser, path)
    assert found == []
    assert [
        each for each in browser.complaints() if "404" not in each and "ERR_" not in each and "403" not in each
    ] == []
