"""The wall of panels over HTTP: one sentence on top, trouble first, and a stream that keeps it true."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.base.mqtt.messages import Account
from player.contract.reports import PlayerState
from player.office.web.live.broker_thread import BrokerLost
from player.office.web.live.hub import Hub
from player.office.web.people.roles import Role
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.heard import fill, message, said_alert, said_health, said_now, said_state
from tests.kit.loops import come_true
from tests.kit.streams import Messages, read_stream

pytestmark = pytest.mark.heavy

START = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
SCRIPT = "<script>document.title='owned'</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, now=lambda: START, records={"timezone": "Asia/Jakarta"}) as made:
        yield made


def tiles_in(page: str) -> dict[str, str]:
    """Each tile's HTML by its panel, in the order of the page."""
    return dict(re.findall(r'<li class="tile[^>]*id="tile-([a-z0-9-]+)"(.*?)</li>', page, re.S))


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    return found[1] if found else ""


def stream_of(page: str) -> str:
    found = re.search(r'data-events="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def follow(console: InsideConsole, client: PageClient, path: str, kind: str, count: int = 1) -> Messages:
    """The stream's messages until there are `count` of this kind."""
    return console.runner.run(
        read_stream(console.app, path, client.cookies, lambda heard: sum(each[0] == kind for each in heard) >= count)
    )


def test_without_panels_the_page_says_what_to_do(console: InsideConsole) -> None:
    """Nobody looks at an empty page and wonders; without a broker in the settings it says that."""
    client = console.as_role(Role.VIEWER)
    page = client.get("/").text
    assert heading(page) == "No panel yet"
    assert "name no broker" in page
    console.office.live = Hub(Account("127.0.0.1", 1883, False, "office-test", ""))
    assert "panel-player check" in client.get("/").text


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ([], "3 panels, all well"),
        (["a-01"], "1 of 3 panels needs attention"),
        (["a-01", "b-02"], "2 of 3 panels need attention"),
    ],
)
def test_one_sentence_says_whether_to_worry(console: InsideConsole, trouble: list[str], said: str) -> None:
    """It counts the panels that somebody should look at."""
    fill(console.office.live, START, "a-01", "b-02", "c-03")
    for name in trouble:
        console.office.live.take(said_alert(name, START))
    assert heading(console.as_role(Role.VIEWER).get("/").text) == said


def test_trouble_stands_first(console: InsideConsole) -> None:
    """What people see wrong, then other alerts, then the rest by name."""
    hub = console.office.live
    fill(hub, START, "a-01", "b-02", "c-03", "d-04")
    hub.take(said_alert("b-02", START, "disk.low"))
    hub.take(said_alert("c-03", START, "screen.black"))
    hub.take(said_state("d-04", START, online=False))
    page = console.as_role(Role.VIEWER).get("/").text
    assert list(tiles_in(page)) == ["c-03", "d-04", "b-02", "a-01"]


def test_a_tile_says_what_why_since_and_until(console: InsideConsole) -> None:
    """In the panels' zone, which the page names; the exact time is there for programs."""
    hub = console.office.live
    fill(hub, START, "a-01")
    hub.take(said_now("a-01", START, "media/festival.mp4", until=START + timedelta(minutes=5)))
    page = console.as_role(Role.VIEWER).get("/").text
    tile = tiles_in(page)["a-01"]
    assert "media/festival.mp4" in tile
    assert "schedule: siang until 17:00" in tile
    assert re.findall(r"<time [^>]*>([^<]+)</time>", tile) == ["10:00", "10:05"]
    assert "WIB" in page


def test_an_alert_comes_with_its_remedy_and_the_button_that_does_it(console: InsideConsole) -> None:
    """For who may command; who may not reads the remedy all the same."""
    hub = console.office.live
    fill(hub, START, "a-01")
    hub.take(said_alert("a-01", START, "screen.frozen", "the picture stands still although a film plays"))
    for role, commands in ((Role.OPERATOR, ["next", "restart-player"]), (Role.EDITOR, []), (Role.VIEWER, [])):
        tile = tiles_in(console.as_role(role).get("/").text)["a-01"]
        assert "Send “Next item”; if it comes back, send “Restart the player”" in tile
        assert re.findall(r"hx-vals='\{\"do\": \"([a-z-]+)\"\}'", tile) == commands


def test_each_reader_reads_it_in_their_language(console: InsideConsole) -> None:
    """A tile that was drawn in one language is not shown in the other."""
    hub = console.office.live
    fill(hub, START, "a-01")
    hub.take(said_alert("a-01", START, "disk.low"))
    english, other = console.as_role(Role.VIEWER), console.as_role(Role.VIEWER)
    assert "Little disk space is left" in english.get("/").text
    other.post("/me/language", {"language": "id", "back": "/"})
    page = other.get("/").text
    assert "Ruang disk tinggal sedikit" in page
    assert "jadwal: siang sampai 17:00" in page
    assert heading(page) == "1 dari 1 panel perlu perhatian"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?plain=1&group=utara", ["a-01"]),
        ("?plain=1&word=FESTIVAL", ["b-02"]),
        ("?plain=1&word=disk+space", ["c-03"]),
        ("?plain=1&word=nowhere", []),
        ("?group=utara", ["c-03", "a-01", "b-02"]),
        ("?plain=1&word=%00%F0%9F%98%80&group=" + "x" * 10_000, []),
    ],
)
def test_panels_can_be_left_out_by_group_and_word(console: InsideConsole, query: str, names: list[str]) -> None:
    """Without script the server does it; with script the page has all of them and leaves out by itself."""
    hub = console.office.live
    fill(hub, START, "a-01", "b-02", "c-03")
    hub.take(said_health("a-01", START, groups=("utara",)))
    hub.take(said_now("b-02", START, "media/Festival.mp4"))
    hub.take(said_alert("c-03", START))
    assert list(tiles_in(console.as_role(Role.VIEWER).get("/" + query).text)) == names


@pytest.mark.parametrize("path", ["/", "/panels/a-01"])
def test_a_hostile_panel_writes_nothing_into_the_page(console: InsideConsole, path: str) -> None:
    """Script in every word that a panel can say is text: nothing of it is a tag or leaves its attribute."""
    hub = console.office.live
    fill(hub, START, "a-01")
    hub.take(said_health("a-01", START, groups=(SCRIPT,), problems=(SCRIPT,)))
    hub.take(said_now("a-01", START, SCRIPT, playlist=SCRIPT, reason=SCRIPT, text=SCRIPT, by=SCRIPT, ticker=SCRIPT))
    hub.take(said_alert("a-01", START, SCRIPT.replace("/", ""), SCRIPT))
    page = console.as_role(Role.OPERATOR).get(path).text
    assert page.count("&lt;script&gt;document.title=") >= 3
    assert "<script>document" not in page
    assert "<img src=x" not in page


def test_a_change_comes_over_the_stream(console: InsideConsole) -> None:
    """The tile as it is now, and the sentence on top when that changed; not the tiles that did not change."""
    hub = console.office.live
    fill(hub, START, "a-01", "b-02")
    client = console.as_role(Role.VIEWER)
    path = stream_of(client.get("/").text)
    hub.take(said_now("b-02", START, "media/new.mp4"))
    hub.take(said_alert("b-02", START))
    heard = follow(console, client, path, "part")
    tiles = {name: html for kind, text in heard if kind == "tiles" for name, html in tiles_in(text).items()}
    assert list(tiles) == ["b-02"]
    assert "media/new.mp4" in tiles["b-02"]
    assert 'data-order="1 b-02"' in tiles["b-02"]
    assert [heading(text) for kind, text in heard if kind == "part"] == ["1 of 2 panels needs attention"]


def test_twenty_pages_hear_of_one_change(console: InsideConsole) -> None:
    """Each of them, and the tile is drawn once for all who read the same language."""
    hub = console.office.live
    fill(hub, START, "a-01", "b-02")
    clients = [console.as_role(Role.VIEWER) for _ in range(2)]
    paths = [(stream_of(client.get("/").text), client.cookies) for client in clients] * 10

    async def follow_all() -> list[Messages]:
        def has_it(heard: Messages) -> bool:
            return any("media/for-all.mp4" in text for _, text in heard)

        reading = [asyncio.ensure_future(read_stream(console.app, path, cookies, has_it)) for path, cookies in paths]
        await come_true(lambda: len(hub._followers) == 20, "all pages follow")
        hub.take(said_now("b-02", START, "media/for-all.mp4"))
        return await asyncio.gather(*reading)

    heard = console.runner.run(follow_all())
    assert len(heard) == 20
    tiles = {text for messages in heard for kind, text in messages if kind == "tiles" and "for-all" in text}
    assert len(tiles) == 1


def test_what_changes_while_the_stream_is_open_comes_once(console: InsideConsole) -> None:
    """Also what changes while something else is being told; a report that changes no word on the tile does not."""
    hub = console.office.live
    fill(hub, START, "a-01", "b-02", "c-03")
    client = console.as_role(Role.VIEWER)
    path = stream_of(client.get("/").text)
    told: list[str] = []

    def enough(heard: Messages) -> bool:
        names = [name for kind, text in heard if kind == "tiles" for name in tiles_in(text)]
        if len(names) > len(told):
            told[:] = names
            if len(names) == 1:
                hub.take(said_health("a-01", START))  # nothing new
                hub.take(said_now("c-03", START, "media/second.mp4"))
        elif not told and any(kind == "part" for kind, _ in heard):
            hub.take(said_now("b-02", START, "media/first.mp4"))
        return len(names) >= 2

    console.runner.run(read_stream(console.app, path, client.cookies, enough))
    assert told == ["b-02", "c-03"]


def test_after_a_restart_of_the_server_the_page_gets_everything_anew(console: InsideConsole) -> None:
    """What a page was drawn at by another process says nothing about this one; nor does nonsense."""
    fill(console.office.live, START, "a-01", "b-02")
    client = console.as_role(Role.VIEWER)
    for after in ("0badcafe-99", "", "x", f"{console.office.live.known.epoch}-99999999999999999999", "-", "é-٣"):
        heard = follow(console, client, f"/wall/stream?after={after}", "tiles")
        assert [sorted(tiles_in(text)) for kind, text in heard if kind == "tiles"] == [["a-01", "b-02"]]


def test_a_panel_that_leaves_goes_from_the_page(console: InsideConsole) -> None:
    """Its tile is taken away by its id."""
    hub = console.office.live
    fill(hub, START, "a-01", "b-02")
    client = console.as_role(Role.VIEWER)
    path = stream_of(client.get("/").text)
    hub.take(message("b-02/state", b""))
    assert ("gone", "tile-b-02") in follow(console, client, path, "gone")


def test_a_page_that_has_lost_the_broker_is_told_with_the_time(console: InsideConsole) -> None:
    """The sentence on top says that it is of the past."""
    hub = console.office.live
    fill(hub, START, "a-01")
    hub.take(BrokerLost("the connection was lost"))
    assert "as it was when the broker was lost" in console.as_role(Role.VIEWER).get("/").text


def test_a_screen_that_is_dark_on_purpose_is_no_trouble(console: InsideConsole) -> None:
    """And the tile says so."""
    hub = console.office.live
    fill(hub, START, "a-01")
    hub.take(said_health("a-01", START, PlayerState.DARK))
    hub.take(said_now("a-01", START, None, reason="schedule: dark until 04:30"))
    page = console.as_role(Role.VIEWER).get("/").text
    assert heading(page) == "1 panel, and all is well"
    assert "Dark as planned" in tiles_in(page)["a-01"]
