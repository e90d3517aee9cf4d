"""Content in a real browser: files dropped, uploads cut, playlists by dragging and by keyboard, the week, publishing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.kit.browser import NARROW, USUAL, Browser, axe, faults_in, running_browser
from tests.kit.clips import make_clip
from tests.kit.console import RunningConsole, running_console
from tests.kit.desk import PLAYLIST, fill
from tests.kit.pictures import png

pytestmark = [pytest.mark.live, pytest.mark.slow]

PAGES = ("", "/file/a.png", "/playlists", "/playlists/default", "/playlists/default/play", "/schedule", "/publish", "/published",
         "/look/playlist.m3u8")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "kota"
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def console(folder: Path) -> Iterator[RunningConsole]:
    with running_console(folder.parent, folders=[("kota", folder)]) as made:
        yield made


@pytest.fixture(scope="module")
def signed_in(console: RunningConsole) -> Iterator[Browser]:
    with running_browser(console.address) as made:
        made.sign_in("edi")
        yield made


DISCARD = """
const done = arguments[arguments.length - 1];
const csrf = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRF'];
fetch('/content/kota/discard', {method: 'POST', body: new URLSearchParams({csrf})}).then((answer) => done(answer.status), done);
"""
"""As the button does that test_files_are_dropped_and_thrown_away presses; the pages up to it are most of what a test costs."""


@pytest.fixture
def browser(signed_in: Browser, folder: Path) -> Browser:
    """With the folder and the draft as they were at first."""
    (folder / "playlist.m3u8").write_text(PLAYLIST)
    assert signed_in.driver.execute_async_script(DISCARD) == 200
    signed_in.open("/content/kota")
    signed_in.complaints()
    return signed_in


def order(browser: Browser) -> list[str]:
    """The names of the playlist's rows, from the top."""
    return list(browser.script("return [...document.querySelectorAll('.entry .what-row b')].map((b) => b.textContent)"))


def choose(browser: Browser, *files: Path) -> None:
    """As the window of the operating system does after "Choose files"."""
    browser.driver.find_element("id", "upload-files").send_keys("\n".join(map(str, files)))


def test_a_film_that_no_panel_plays_is_caught_at_once(browser: Browser, tmp_path: Path) -> None:
    """The row says why and what to do; nothing of it is in the draft."""
    bad = tmp_path / "rusak.mp4"
    bad.write_bytes(b"this is not a film " * 100)
    choose(browser, bad)
    browser.sees("rusak.mp4")
    browser.until(lambda: browser.driver.find_elements("css selector", ".upload-row.is-refused"), "refused")
    assert "Everything here is published." in browser.text


def test_a_film_that_no_panel_plays_is_converted_and_put_into_a_playlist(browser: Browser, tmp_path: Path) -> None:
    """Refused with words, Convert, its progress, a card of its own, at the end of the playlist; no click is lost on the way."""
    odd = make_clip(tmp_path / "pawai.avi", seconds=1, size="320x180", codec=("-c:v", "utvideo", "-pix_fmt", "yuv420p"))
    choose(browser, odd)
    browser.until(lambda: browser.driver.find_elements("css selector", ".upload-row.is-refused"), "refused")
    browser.sees("Convert makes a film of it that every panel plays.")
    clicks = browser.clicks
    browser.press("button", "Convert")
    browser.sees("is a light film now: pawai.mp4")
    browser.find("link", "Open pawai.mp4")
    card = browser.driver.find_element("xpath", "//li[contains(@class, 'shot')][.//span[text()='pawai.mp4']]")
    card.find_element("css selector", "summary").click()
    card.find_element("css selector", "form button[type=submit]").click()
    browser.sees("pawai.mp4 is added to “Main playlist” in your draft.")
    browser.open("/content/kota/playlists/default")
    assert order(browser) == ["One", "b.png", "c.png", "pawai.mp4"]
    assert browser.clicks == clicks + 1
    assert browser.complaints() == []


def test_a_film_that_came_by_another_way_is_converted_from_its_card(browser: Browser, folder: Path) -> None:
    """Its card says what is wrong, and Convert does it; in the draft the new film takes its place."""
    codec = ("-c:v", "utvideo", "-pix_fmt", "yuv420p")
    make_clip(folder / "sinkron.avi", seconds=1, size="160x90", codec=codec)
    browser.open("/content/kota")
    browser.press("button", "Convert sinkron.avi")
    browser.sees("is a light film now: sinkron.mp4")
    browser.find("link", "Open sinkron.mp4")
    assert browser.all("link", "Open sinkron.avi") == []
    assert (folder / "sinkron.avi").exists()
    (folder / "sinkron.avi").unlink()


def test_a_picture_that_is_on_its_way_says_so(browser: Browser) -> None:
    """Until it is here its place has words; a file of which there is none says that; neither stays black."""
    words = (
        "return [...document.querySelectorAll('.shot')].map((shot) => [shot.querySelector('.name span').textContent,"
        " shot.querySelector('.soon').checkVisibility() ? shot.querySelector('.soon').textContent : ''])"
    )
    wanted = [["a.png", ""], ["b.png", "No picture can be made of this file."], ["c.png", ""]]
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/thumbnail/b.png*"]})
    try:
        browser.open("/content/kota")
        browser.until(lambda: browser.script(words) == wanted, "the pictures are here, but for one")
    finally:
        browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    assert axe(browser) == []


def test_files_are_dropped_and_thrown_away(browser: Browser, tmp_path: Path) -> None:
    """Several at once; the cards come by themselves, and the draft says that it waits, until it is thrown away."""
    for name in ("satu.png", "dua.png"):
        (tmp_path / name).write_bytes(png(120, 300))
    choose(browser, tmp_path / "satu.png", tmp_path / "dua.png")
    browser.sees("2 changes are not published yet.")
    browser.find("link", "Open satu.png")
    browser.open("/content/kota/publish")
    browser.press("button", "Throw the draft away")
    browser.press("button", "Throw it away")
    browser.sees("Everything here is published.")
    assert browser.all("link", "Open satu.png") == []


def test_what_is_typed_stays_when_another_file_comes(browser: Browser, tmp_path: Path) -> None:
    """The cards come anew; the first day that was typed for the new files is still there, and nothing is added yet."""
    for name in ("tiga.png", "empat.png"):
        (tmp_path / name).write_bytes(png(len(name), 300))
    browser.choose("Choose files", tmp_path / "tiga.png")
    browser.find("heading", "1 new file is in no playlist yet")
    browser.type("From", "12012026")
    browser.choose("Choose files", tmp_path / "empat.png")
    browser.find("heading", "2 new files are in no playlist yet")
    assert browser.find("textbox", "From").get_attribute("value") == "2026-12-01"
    browser.sees("2 changes are not published yet.")


def test_an_upload_goes_on_after_the_browser_was_closed(
    browser: Browser, console: RunningConsole, tmp_path: Path, folder: Path
) -> None:
    """Cut three ways: the page left, the server killed, the network gone. It goes on, and nothing half is seen."""
    film = tmp_path / "besar.mp4"
    with film.open("wb") as file:
        file.write(os.urandom(48 << 20))
    before = sorted(path.name for path in folder.iterdir())
    browser.driver.execute_cdp_cmd("Network.enable", {})
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 4 << 20}
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", slow)
    choose(browser, film)
    browser.until(lambda: progress(browser) > 0, "some of it is there")
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**slow, "offline": True})
    browser.sees("The connection is lost.")
    at = progress(browser)
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", slow)
    browser.until(lambda: progress(browser) > at, "it goes on by itself")
    console.kill()
    browser.sees("The connection is lost.")
    console.start()
    browser.loses("The connection is lost.")
    # So slow that it is not at its end before the page is left, however long that takes on this machine.
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**slow, "uploadThroughput": 16 << 10})
    browser.open("/content/kota/playlists")
    browser.open("/content/kota")
    browser.sees("Choose the same file again to go on.")
    assert sorted(path.name for path in folder.iterdir()) == before
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    keep_what_is_said(browser)
    choose(browser, film)
    browser.until(lambda: "goes on" in said(browser), "it says that it goes on")
    browser.until(
        lambda: browser.driver.find_elements("css selector", ".upload-row.is-refused"), "looked into: no film"
    )
    assert sorted(path.name for path in folder.iterdir()) == before


def progress(browser: Browser) -> float:
    return float(
        browser.script("const bar = document.querySelector('.upload-row progress'); return bar ? bar.value : 0")
    )


def keep_what_is_said(browser: Browser) -> None:
    """From now on: a computer that is busy with other things may look too late for a sentence that is replaced by the next."""
    browser.script(
        "const place = document.getElementById('upload-said'); window.everythingSaid = '';"
        "new MutationObserver(() => { window.everythingSaid += place.textContent + '\\n'; })"
        ".observe(place, {childList: true, characterData: true, subtree: true});"
    )


def said(browser: Browser) -> str:
    return str(browser.script("return window.everythingSaid"))


def test_a_row_is_moved_by_keyboard_and_keeps_its_focus(browser: Browser) -> None:
    """Down twice with the space bar: the row is last, announced, and the focus is still on its button."""
    browser.open("/content/kota/playlists/default")
    browser.find("button", "Down: One").send_keys(Keys.SPACE)
    browser.until(lambda: order(browser) == ["b.png", "One", "c.png"], "moved down")
    browser.until(lambda: focused(browser) == "Down: One", "the focus stays")
    browser.driver.switch_to.active_element.send_keys(Keys.SPACE)
    browser.until(lambda: order(browser) == ["b.png", "c.png", "One"], "moved down again")
    assert "One is number 3 of 3 now." in str(
        browser.script("return document.getElementById('draft-said').textContent")
    )
    browser.until(lambda: focused(browser) == "Down: One", "the focus stays at the end")
    browser.press("button", "Undo the last step")
    browser.until(lambda: order(browser) == ["b.png", "One", "c.png"], "undone")


def focused(browser: Browser) -> str:
    return str(browser.driver.switch_to.active_element.accessible_name)


def test_a_row_is_dragged_to_another_place(browser: Browser) -> None:
    """By its handle, over the others."""
    browser.open("/content/kota/playlists/default")
    handles = browser.driver.find_elements("css selector", "[data-handle]")
    rows = browser.driver.find_elements("css selector", ".entry")
    tall = rows[2].rect["y"] - rows[0].rect["y"]
    steps = ActionChains(browser.driver).click_and_hold(handles[0])
    for _ in range(4):
        steps = steps.move_by_offset(0, int(tall / 4) + 5)
    steps.release().perform()
    browser.until(lambda: order(browser) == ["b.png", "c.png", "One"], "dragged to the end")
    browser.sees("1 change is not published yet.")


def test_a_row_is_dragged_with_a_finger(browser: Browser) -> None:
    """By touch the handle moves the row and not the page."""
    browser.look(NARROW)
    browser.open("/content/kota/playlists/default")
    rows = browser.driver.find_elements("css selector", ".entry")
    browser.script("arguments[0].scrollIntoView({block: 'center'})", rows[1])
    before = browser.script("return scrollY")
    handle = browser.script(PLACE, browser.driver.find_elements("css selector", "[data-handle]")[0])
    x, first, last = handle["x"], handle["y"], browser.script(PLACE, rows[2])["bottom"] - 4
    touch(browser, "touchStart", (x, first))
    for part in range(1, 9):
        touch(browser, "touchMove", (x, first + (last - first) * part / 8))
    assert browser.script("return scrollY") == before
    touch(browser, "touchEnd")
    browser.until(lambda: order(browser) == ["b.png", "c.png", "One"], "dragged to the end")
    browser.sees("1 change is not published yet.")
    browser.look(USUAL)


PLACE = """
const box = arguments[0].getBoundingClientRect();
return {x: box.x + box.width / 2, y: box.y + box.height / 2, right: box.right, bottom: box.bottom, wide: box.width};
"""


def touch(browser: Browser, what: str, *points: tuple[float, float]) -> None:
    """One finger on the glass, as the browser hears it; no point: it is lifted."""
    places = [{"x": x, "y": y} for x, y in points]
    browser.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": what, "touchPoints": places})


def test_an_item_whose_days_are_over_can_be_read(browser: Browser, folder: Path) -> None:
    """It says so in words, and is no paler than what plays."""
    (folder / "playlist.m3u8").write_text("#EXT-X-PANEL:until=2020-02-01\na.png\nb.png\n")
    browser.open("/content/kota/playlists/default")
    browser.sees("Its days are over: it does not play any more.")
    assert axe(browser) == []


def test_what_is_typed_wrong_is_said_beside_its_field(browser: Browser) -> None:
    """Seconds that are none: the fault stands there, what was typed stays, and the right value takes it away."""
    browser.open("/content/kota/playlists/default")
    write(browser, "seconds-0", "abc")
    browser.sees("is no length.")
    assert browser.driver.find_element("id", "seconds-0").get_attribute("value") == "abc"
    write(browser, "seconds-0", "12")
    browser.loses("is no length.")
    browser.sees("1 change is not published yet.")


def write(browser: Browser, field: str, text: str) -> None:
    """Over what stands in the field, and on to the next one, as a person does."""
    browser.driver.find_element("id", field).send_keys(Keys.CONTROL, "a", Keys.NULL, text, Keys.TAB)


def test_the_playlist_plays_in_the_browser(browser: Browser) -> None:
    """Pictures with their seconds, the next by a button, the present one marked."""
    browser.open("/content/kota/playlists/default/play")
    browser.until(lambda: current(browser) == "One", "the first plays")
    browser.press("button", "Next ▶")
    browser.until(lambda: current(browser) == "b.png", "the second plays")
    browser.press("button", "◀ Previous")
    browser.until(lambda: current(browser) == "One", "the first again")
    assert browser.complaints() == []


def current(browser: Browser) -> str:
    return str(browser.script("return document.querySelector('[data-item][aria-current] button')?.textContent ?? ''"))


def test_a_time_is_drawn_into_the_week(browser: Browser) -> None:
    """The form of a new rule has the day and the hours; with a playlist it becomes a block."""
    browser.open("/content/kota/schedule?week=2026-11-30")
    hours = browser.driver.find_element("css selector", ".weekhours")
    browser.script("arguments[0].scrollIntoView({block: 'center'})", hours)
    wide, tall = hours.rect["width"], hours.rect["height"]
    start = (wide * (12 / 24 - 0.5), tall * (1.5 / 7 - 0.5))
    steps = (
        ActionChains(browser.driver).move_to_element_with_offset(hours, int(start[0]), int(start[1])).click_and_hold()
    )
    for _ in range(3):
        steps = steps.move_by_offset(int(wide / 24), 0)
    steps.release().perform()
    begins, ends = (browser.driver.find_element("id", f"{name}-new") for name in ("begins", "ends"))
    browser.until(lambda: begins.get_attribute("value") == "12:00", "the drawn hour is in the form")
    assert ends.get_attribute("value") in ("14:45", "15:00")
    playlist = browser.driver.find_element("id", "playlist-new")
    playlist.send_keys("morning")
    browser.press("button", "Add the rule")
    browser.sees("1 change is not published yet.")
    assert "Tue" in browser.driver.find_element("css selector", ".rules").text


@pytest.mark.parametrize("finger", [False, True], ids=["mouse", "finger"])
def test_the_end_of_a_block_is_dragged(browser: Browser, finger: bool) -> None:
    """To another hour; the rule says it, and the beginning stays."""
    browser.open("/content/kota/schedule?week=2026-11-30")
    (block,) = browser.driver.find_elements("css selector", '.block[data-rule="0"][data-day="2"][data-last]')
    browser.script("arguments[0].scrollIntoView({block: 'center'})", block)
    place = browser.script(PLACE, block)
    hour = browser.script(PLACE, browser.driver.find_element("css selector", ".weekhours"))["wide"] / 24
    begin, end = (place["right"] - 3, place["y"]), (place["right"] - 3 + 2.5 * hour, place["y"])
    if finger:
        touch(browser, "touchStart", begin)
        for part in range(1, 6):
            touch(browser, "touchMove", (begin[0] + (end[0] - begin[0]) * part / 5, begin[1]))
        touch(browser, "touchEnd")
    else:
        mouse = ActionChains(browser.driver)
        mouse.move_to_element_with_offset(block, int(place["wide"] / 2) - 3, 0).click_and_hold()
        for _ in range(5):
            mouse.move_by_offset(int(2.5 * hour / 5), 0)
        mouse.release().perform()
    browser.sees("1 change is not published yet.")
    rule = browser.driver.find_element("id", "rule-head-0").text
    assert "06:00" in rule
    assert "12:00" in rule


def test_a_draft_is_published_and_lies_in_the_folder(browser: Browser, folder: Path) -> None:
    """What will change is shown first; then the folder has it, and the page says who plays it."""
    browser.open("/content/kota/playlists/default")
    browser.press("button", "Take out: One")
    browser.sees("1 change is not published yet.")
    browser.press("link", "See what changes, and publish")
    browser.sees("playlist.m3u8 is changed")
    assert (folder / "playlist.m3u8").read_text() == PLAYLIST
    browser.press("button", "Publish")
    browser.find("heading", "Who plays what is published")
    assert "a.png" not in (folder / "playlist.m3u8").read_text()


def test_two_versions_stand_side_by_side(browser: Browser, folder: Path) -> None:
    """Somebody wrote the file with an editor meanwhile: both are shown, and the choice is kept."""
    browser.open("/content/kota/playlists/default")
    browser.press("button", "Take out: c.png")
    browser.sees("1 change is not published yet.")
    (folder / "playlist.m3u8").write_text("a.png\n")
    browser.press("link", "See what changes, and publish")
    browser.sees("Nothing is published yet, and nothing is lost.")
    assert axe(browser) == []
    browser.press("radio", "The folder's")
    browser.press("button", "Keep these choices, and look again")
    browser.sees("There is nothing to publish")


def test_axe_finds_nothing_on_any_page(browser: Browser) -> None:
    """Contrast, labels, order of headings, roles; nothing wider than the window; nothing forbidden by the content policy."""
    found = []
    for path in PAGES:
        browser.open(f"/content/kota{path}")
        found += faults_in(browser, path or "content")
    assert found == []
    assert browser.complaints() == []
