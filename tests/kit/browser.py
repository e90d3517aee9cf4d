"""A real browser (Debian's chromium) that finds things as a person does: by what they are and what they are called."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from tests.kit.console import CSRF, PASSWORD
from tests.kit.programs import PLACES, need
from tests.kit.waiting import wait_for

ROLES = {
    "button": "button, [role=button], input[type=submit], summary",
    "link": "a[href]",
    "textbox": "input:not([type=hidden]), textarea, [contenteditable=true]",
    "checkbox": "input[type=checkbox]",
    "radio": "input[type=radio]",
    "combobox": "select",
    "heading": "h1, h2, h3",
    "listitem": "li",
    "alert": "[role=alert]",
    "status": "[role=status]",
    "file": "input[type=file]",
}
"""What may have a role; among these the browser itself says the name, as it says it to a screen reader."""
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-default-browser-check",
    "--force-color-profile=srgb", "--hide-scrollbars",
)  # fmt: skip
CANDIDATES = """
const flat = (text) => (text || '').replace(/\\s+/g, '');
const wanted = flat(arguments[1]);
const said = (element) => [element, ...element.querySelectorAll('*')].flatMap(
  (each) => ['aria-label', 'title', 'placeholder', 'value', 'alt'].map((name) => each.getAttribute(name)));
const named = (element) => flat([
  element.textContent, element.value, ...said(element), ...[...(element.labels || [])].map((label) => label.textContent),
  ...(element.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent),
].join('\\n'));
return [...document.querySelectorAll(arguments[0])].filter((element) => !wanted || named(element).includes(wanted));
"""
"""What may be called so, found at once; asking the browser for the name of each thing on a page takes seconds."""
HOLDS = """
const flat = (text) => text.replace(/\\s+/g, '').toLowerCase();
return document.body !== null && flat(document.body.textContent).includes(flat(arguments[0]));
"""
"""Whether the page holds this text at all, seen or not, however it is spaced and in whichever letters."""
LOOK_S = 0.1
"""Between two looks at a page: each has the browser lay out and read all of it, on cores that the page needs itself."""
USUAL, WIDE, NARROW = (1280, 900), (1920, 1080), (360, 780)
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], ...arguments[0]}).then(done, (error) => done({failed: String(error)}));
"""
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""Of axe's usual rules those about colours: the dark look can break no other, as tests/office/web/test_looks.py shows."""
PICTURES = os.environ.get("CONSOLE_PICTURES", "")
"""A folder: then each look that axe judges is kept there as a picture, to be looked at."""


class Browser:
    """One window. clicks: how often something was pressed; typing is none. size: as look was told last."""

    def __init__(self, driver: webdriver.Chrome, address: str) -> None:
        self.driver, self.address, self.clicks = driver, address, 0
        self.downloads, self.size = Path(os.devnull), USUAL

    def open(self, path: str) -> None:
        self.driver.get(f"{self.address}{path}")

    @property
    def path(self) -> str:
        return str(self.driver.current_url).removeprefix(self.address)

    def sign_in(self, account: str, password: str = PASSWORD) -> None:
        """Comes out on the first page. How a person does it is in test_frame.py; here the two pages would cost half a second."""
        self.driver.delete_all_cookies()
        name, value = session_of(self.address, account, password)
        cookie = {"name": name, "value": value, "url": self.address, "httpOnly": True, "sameSite": "Lax"}
        assert self.driver.execute_cdp_cmd("Network.setCookie", cookie)["success"]
        self.open("/")

    def all(self, role: str, name: str = "") -> list[WebElement]:
        """What is visible, has the role, and is called so (or has it in its name)."""
        found = []
        for each in self.script(CANDIDATES, ROLES[role], name):
            with contextlib.suppress(StaleElementReferenceException):
                if each.is_displayed() and (not name or name in (each.accessible_name or each.text)):
                    found.append(each)
        return found

    def find(self, role: str, name: str) -> WebElement:
        """Waits until there is exactly one, or one with exactly this name."""
        found: list[WebElement] = []

        def there() -> bool:
            here = self.all(role, name)
            with contextlib.suppress(StaleElementReferenceException):
                exact = [each for each in here if each.accessible_name == name]
                found[:] = exact if len(exact) == 1 else here
            return len(found) == 1

        try:
            self.until(there, f"one {role} called {name!r}")
        except AssertionError as error:
            raise AssertionError(f"{error}; there are {self.names(role)}") from None
        return found[0]

    def names(self, role: str) -> list[str]:
        names = []
        for each in self.all(role):
            with contextlib.suppress(StaleElementReferenceException):
                names.append(each.accessible_name or each.text)
        return names

    def texts(self, role: str) -> list[str]:
        """What stands in each that is visible and has the role, from the top; without those that the page replaces just now."""
        texts = []
        for each in self.all(role):
            with contextlib.suppress(StaleElementReferenceException):
                texts.append(each.text)
        return texts

    def press(self, role: str, name: str) -> None:
        """One click. What the page replaces between the finding and the click is looked for again, as a person does."""

        def pressed() -> bool:
            with contextlib.suppress(StaleElementReferenceException):
                self.find(role, name).click()
                return True
            return False

        self.until(pressed, f"the {role} {name!r} stands still")
        self.clicks += 1

    def choose(self, name: str, *files: Path) -> None:
        """Files for the field with this label, chosen in the window of the operating system, which one click opens."""
        self.find("file", name).send_keys("\n".join(map(str, files)))
        self.clicks += 1

    def pick(self, name: str, option: str) -> None:
        """Out of the list with this label: a click, as a person who knows no keys does it, and the letters of the option."""
        Select(self.find("combobox", name)).select_by_visible_text(option)
        self.clicks += 1

    @contextlib.contextmanager
    def task(self, what: str, clicks: int) -> Iterator[None]:
        """From the first page on, in exactly so many clicks, which are told."""
        self.open("/")
        self.clicks = 0
        yield
        sys.stdout.write(f"{what}: {self.clicks} clicks\n")
        assert self.clicks == clicks, what

    def type(self, name: str, text: str) -> WebElement:
        """Into the field with this label; what was in it goes."""
        fields: list[WebElement] = []

        def typed() -> bool:
            with contextlib.suppress(StaleElementReferenceException):
                fields[:] = [self.find("textbox", name)]
                fields[0].clear()
                fields[0].send_keys(text)
                return True
            return False

        self.until(typed, f"the field {name!r} stands still")
        return fields[0]

    def until(self, what: Callable[[], object], why: str = "") -> None:
        """Waits for what the page says, looking at it ten times a second; what is replaced meanwhile is looked at again."""

        def looked() -> object:
            with contextlib.suppress(StaleElementReferenceException):
                return what()
            return None

        wait_for(looked, why=why, every_s=LOOK_S)

    def sees(self, text: str) -> None:
        """Waits until the page has this text."""
        self.until(lambda: self.may_have(text) and text in self.text, f"{text!r} on the page")

    def loses(self, text: str) -> None:
        """Waits until the page has this text no more."""
        self.until(lambda: not (self.may_have(text) and text in self.text), f"no {text!r} on the page")

    def may_have(self, text: str) -> bool:
        """Whether it is worth while to ask for what one sees of the page: that costs ten times as much."""
        return bool(self.script(HOLDS, text))

    @property
    def text(self) -> str:
        with contextlib.suppress(NoSuchElementException, StaleElementReferenceException):
            return str(self.driver.find_element("css selector", "body").text)
        return ""

    def look(self, size: tuple[int, int] = WIDE, *, dark: bool = False) -> None:
        """The window's size in CSS pixels, and which of the two looks the person prefers."""
        width, height = self.size = size
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        wanted = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [wanted]})

    def picture(self, path: Path) -> Path:
        """The whole page as PNG, also what is below the window."""
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
        path.write_bytes(base64.b64decode(shot["data"]))
        return path

    def keep_downloads(self, folder: Path) -> None:
        """What is downloaded from now on lies there, under its own name."""
        self.downloads = folder
        self.driver.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder), "eventsEnabled": False}
        )

    def downloaded(self, pattern: str) -> Path:
        """Waits until there is one file of this name, all of it; while it comes its name ends otherwise."""
        self.until(lambda: len(list(self.downloads.glob(pattern))) == 1, f"{pattern} is downloaded")
        return next(self.downloads.glob(pattern))

    def script(self, text: str, *values: Any) -> Any:
        return self.driver.execute_script(text, *values)

    def complaints(self) -> list[str]:
        """What the browser's console holds: a script that failed, what the content policy forbade."""
        return [
            str(line["message"])
            for line in self.driver.execute("getLog", {"type": "browser"})["value"]
            if line["level"] == "SEVERE"
        ]


def session_of(address: str, account: str, password: str) -> tuple[str, str]:
    """The cookie of somebody who has signed in: its name and its value."""
    with httpx.Client(base_url=address, verify=False) as client:
        found = CSRF.search(client.get("/sign-in").text)
        assert found is not None
        answer = client.post("/sign-in", data={"csrf": found[1], "account": account, "password": password})
        assert answer.status_code == 303, answer.text
        [cookie] = [each for each in client.cookies.jar if "session" in each.name]
        return cookie.name, str(cookie.value)


@contextlib.contextmanager
def running_browser(address: str) -> Iterator[Browser]:
    """Ends with the block, with everything that it wrote."""
    need("chromium", "chromedriver")
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as home:
        options = Options()
        options.binary_location = shutil.which("chromium", path=PLACES) or ""
        for flag in (*FLAGS, f"--user-data-dir={home}/profile"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = Service(shutil.which("chromedriver", path=PLACES), env={**os.environ, "HOME": home})
        driver = webdriver.Chrome(options=options, service=service)
        try:
            made = Browser(driver, address)
            made.look(USUAL)
            yield made
        finally:
            driver.quit()


@cache
def axe_source() -> str:
    """axe-core, which judges whether everybody can use a page."""
    return (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def axe(browser: Browser, only: Mapping[str, object] | None = None) -> list[str]:
    """What axe-core finds wrong on the page as it is now: rule, what it means, where. only: which of its rules; else all."""
    if not browser.script("return 'axe' in window"):
        browser.script(axe_source())
    report = browser.driver.execute_async_script(AXE, only or {})
    assert "violations" in report, report
    return [
        f"{each['id']}: {each['help']}: {' | '.join(node['html'][:200] for node in each['nodes'][:5])}"
        for each in report["violations"]
    ]


def faults_in(browser: Browser, state: str) -> list[str]:
    """What axe finds on the page as it is now and what is too wide, on a telephone and on a wide screen, light and dark."""
    found, before = [], browser.size
    for size, dark in ((WIDE, False), (WIDE, True), (NARROW, False), (NARROW, True)):
        browser.look(size, dark=dark)
        look = f"{size[0]} {'dark' if dark else 'light'}"
        found += [f"{state} {look}: {each}" for each in axe(browser, COLOURS if dark else None)]
        if browser.script("return document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{state} {look}: the page is wider than the window")
        if PICTURES:
            name = f"{state.strip('/').partition('?')[0]} {look}.png"
            browser.picture(Path(PICTURES) / re.sub("[ /]", "-", name))
    browser.look(before)
    return found
