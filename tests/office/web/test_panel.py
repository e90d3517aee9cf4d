"""The page of one panel over HTTP: what it shows, its day, its content, and who may press its buttons."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.contract.reports import PendingReport, PlayerState
from player.office.web.live.controls import CONTROLS
from player.office.web.live.hub import Hub
from player.office.web.pages.panel_day import read_in_time
from player.office.web.people.roles import Role
from tests.kit.console import InsideConsole, console_inside
from tests.kit.heard import fill, said_alert, said_health, said_now, said_state
from tests.kit.streams import Messages, read_stream

pytestmark = pytest.mark.heavy

START = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, now=lambda: START, records={"timezone": "Asia/Jakarta"}) as made:
        fill(made.office.live, START, "a-01")
        yield made


def page_of(console: InsideConsole, role: Role = Role.VIEWER, path: str = "/panels/a-01") -> str:
    return console.as_role(role).get(path).text


def test_the_page_says_what_is_on_screen_and_why(console: InsideConsole) -> None:
    """With the panel's name as its heading."""
    page = page_of(console)
    assert "<h1>a-01</h1>" in page
    assert "media/a.mp4" in page
    assert "schedule: siang until 17:00" in page


@pytest.mark.parametrize("path", ["/panels/nobody", "/panels/..%2f", "/panels/a-01%00", "/panels/" + "x" * 5000])
def test_a_panel_that_nobody_has_heard_of_has_no_page(console: InsideConsole, path: str) -> None:
    """It is a plain 404, whatever the name is."""
    assert console.as_role(Role.VIEWER).get(path).status_code == 404


def test_each_button_is_there_for_who_may_command(console: InsideConsole) -> None:
    """And for nobody else: they read why."""
    buttons = {control.do for control in CONTROLS}
    for role in (Role.OPERATOR, Role.ADMIN):
        assert set(re.findall(r'name="do" value="([a-z-]+)"', page_of(console, role))) == buttons
    for role in (Role.VIEWER, Role.EDITOR):
        page = page_of(console, role)
        assert 'name="do"' not in page
        assert "does not command them" in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_may_not_command_cannot_send(console: InsideConsole, role: Role) -> None:
    """However the form was made."""
    client = console.as_role(role)
    client.get("/panels/a-01")
    assert client.post("/panels/a-01/send", {"do": "next"}).status_code == 403
    assert client.get("/panels/a-01/answers/c1").status_code == 403


@pytest.mark.parametrize("control", [each for each in CONTROLS if each.asked_twice], ids=lambda each: each.do)
def test_what_is_seen_in_the_street_is_asked_twice(console: InsideConsole, control: object) -> None:
    """The first press sends nothing: it asks, and names the panel."""
    client = console.as_role(Role.OPERATOR)
    do = control.do  # type: ignore[attr-defined]
    client.get("/panels/a-01")
    answer = client.post("/panels/a-01/send", {"do": do})
    assert answer.status_code == 200
    assert 'name="sure" value="yes"' in answer.text
    assert "a-01" in answer.text
    assert console.office.audit.newest() == [] or all("send" not in each.what for each in console.office.audit.newest())


def test_the_item_that_is_taken_down_is_named_before(console: InsideConsole) -> None:
    """It is the one on screen when the button was pressed, also if another one is on screen at the yes."""
    client = console.as_role(Role.OPERATOR)
    client.get("/panels/a-01")
    answer = client.post("/panels/a-01/send", {"do": "drop"})
    assert 'name="item" value="media/a.mp4"' in answer.text
    console.office.live.take(said_now("a-01", START, None))
    assert client.post("/panels/a-01/send", {"do": "drop"}, **{"HX-Request": "true"}).status_code == 400


@pytest.mark.parametrize("do", ["", "show", "play", "goto", "screenshot", "rm", "x" * 5000, "next\n"])
def test_no_other_command_can_be_sent_from_here(console: InsideConsole, do: str) -> None:
    """Neither one that has a page of its own nor one that is none."""
    client = console.as_role(Role.OPERATOR)
    client.get("/panels/a-01")
    assert client.post("/panels/a-01/send", {"do": do.strip("\n") + "!" if do == "next\n" else do}).status_code == 400


@pytest.mark.parametrize("do", ["volume", "brightness"])
@pytest.mark.parametrize(
    "percent",
    ["", "much", "-1", "101", "1e2", "5 5", "٣", "😀", "\u202e10", "%00", "0x10", "9" * 10_000, "<script>"],
    ids=ascii,
)
def test_a_level_that_is_none_is_said_beside_its_field(console: InsideConsole, do: str, percent: str) -> None:
    """Whatever is typed: in words, with what to write instead, or that it is too long; and nothing is sent."""
    client = console.as_role(Role.OPERATOR)
    client.get("/panels/a-01")
    answer = client.post("/panels/a-01/send", {"do": do, "percent": percent}, **{"HX-Request": "true"})
    assert answer.status_code == 400
    told = json.loads(answer.headers["HX-Trigger"])["fault"]
    assert told["field"] == "percent"
    assert "whole number" in told["sentence"] or "too long" in told["sentence"]
    assert all("send" not in each.what for each in console.office.audit.newest())


def test_without_a_broker_the_page_says_that_nothing_was_sent(console: InsideConsole) -> None:
    """In the page, in words, and in the log of what was done."""
    client = console.as_role(Role.OPERATOR)
    client.get("/panels/a-01")
    answer = client.post("/panels/a-01/send", {"do": "next"}, **{"HX-Request": "true"})
    assert answer.status_code == 503
    assert "no connection to the broker" in answer.headers["HX-Trigger"]
    newest = console.office.audit.newest()[0]
    assert (newest.who, newest.what, newest.target) == ("oki", "send next", "a-01")


def test_content_says_which_release_what_is_copied_and_what_was_refused(console: InsideConsole) -> None:
    """In words that help, and in the reader's language."""
    pending = PendingReport("folder", 1, 3, 1_000_000, 4_000_000, 90.0, "media/c.mp4")
    problem = "playlist.m3u8 line 7: media/b.mp4 is cut short; copy it again"
    console.office.live.take(said_health("a-01", START, pending=pending, problems=(problem,)))
    page = page_of(console)
    assert "release 17" in page
    assert "1 of 3 files, 1.0 MB of 4.0 MB" in page
    assert 'value="25"' in page
    assert "media/c.mp4" in page
    assert problem in page


def test_every_alert_is_there_with_its_remedy(console: InsideConsole) -> None:
    """More than the tile has room for."""
    for alert in ("disk.low", "memory.high", "temperature.high", "clock.untrusted"):
        console.office.live.take(said_alert("a-01", START, alert))
    page = page_of(console)
    for meaning in (
        "Little disk space is left",
        "The memory is nearly full",
        "The machine is too hot",
        "The clock cannot",
    ):
        assert meaning in page


def test_health_is_drawn_from_what_was_heard(console: InsideConsole) -> None:
    """With the newest value in words; what the machine cannot tell has no line."""
    page = page_of(console)
    assert page.count("<polyline") == 4
    assert "Processor <b>10 %</b>" in page


def test_the_day_is_drawn_from_what_was_heard(console: InsideConsole) -> None:
    """Without a folder and records the page says where its bar comes from."""
    hub = console.office.live
    hub.take(said_now("a-01", START, "media/b.mp4"))
    page = page_of(console)
    assert "its plan is not known here" in page
    assert "there are no records of this panel" in page
    assert page.count('class="daybar"') == 1


def hours_of(page: str, name: str) -> list[str]:
    """One of the two bars in words, as the list below them says it."""
    found = re.search(rf"<h3>{name}</h3>\s*<ul class=\"plainlist\">(.*?)</ul>", page, re.S)
    return re.sub(r"<[^>]+>", "", found[1]).split("\n")[1:-1:1] if found else []


def write_plan(folder: Path) -> None:
    """Two playlists: one of them by day, dark at night."""
    (folder / "playlists").mkdir(parents=True)
    (folder / "playlist.m3u8").write_text("a.png\n")
    (folder / "playlists" / "siang.m3u8").write_text("../a.png\n")
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "schedule.toml").write_text(
        '[[show]]\nplaylist = "siang"\nfrom = 09:00:00\nuntil = 17:00:00\n[[dark]]\nfrom = 22:00:00\nuntil = 05:00:00\n'
    )


@pytest.mark.parametrize("panels", [["*"], ["a-01"], ["group:utara", "b-02"]], ids=str)
def test_the_plan_stands_beside_what_was_shown(tmp_path: Path, panels: list[str]) -> None:
    """As the panel reads the schedule of the folder that it gets: its playlists and its dark, hour by hour; and which folder."""
    write_plan(tmp_path / "kota")
    folder = {"name": "kota", "path": str(tmp_path / "kota"), "panels": panels}
    with console_inside(tmp_path, now=lambda: START, records={"timezone": "Asia/Jakarta"}, folder=[folder]) as console:
        fill(console.office.live, START, "a-01")
        console.office.live.take(said_health("a-01", START, groups=("utara",)))
        page = page_of(console)
    assert hours_of(page, "Planned") == [
        "00:00–05:00 dark as planned", "05:00–09:00 default", "09:00–17:00 siang", "17:00–22:00 default",
        "22:00–00:00 dark as planned",
    ]  # fmt: skip
    assert page.count('class="daybar"') == 2
    assert "Planned by the folder kota" in page


@pytest.mark.parametrize(
    ("panels", "there", "words"),
    [
        (["a-01"], False, "The folder kota cannot be read just now"),
        (["b-02", "utara", "group:a-01"], True, "No folder in this console&#39;s settings goes to this panel"),
    ],
    ids=["not there", "of others"],
)
def test_a_plan_that_is_not_known_is_said_in_words(tmp_path: Path, panels: list[str], there: bool, words: str) -> None:
    """No bar that says nothing; a group's name is no panel's name, nor the other way round."""
    if there:
        write_plan(tmp_path / "kota")
    folder = {"name": "kota", "path": str(tmp_path / "kota"), "panels": panels}
    with console_inside(tmp_path, now=lambda: START, folder=[folder]) as console:
        fill(console.office.live, START, "a-01")
        console.office.live.take(said_health("a-01", START, groups=("utara",)))
        page = page_of(console)
    assert words in page
    assert page.count('class="daybar"') == 1


def test_a_panel_that_plays_from_a_stick_has_a_plan_of_its_own(tmp_path: Path) -> None:
    """The folder's plan is not taken for it."""
    write_plan(tmp_path / "kota")
    with console_inside(
        tmp_path, now=lambda: START, folder=[{"name": "kota", "path": str(tmp_path / "kota")}]
    ) as console:
        fill(console.office.live, START, "a-01")
        console.office.live.take(said_health("a-01", START, slot="stick"))
        assert "the panel plays what came on a stick" in page_of(console)


def test_a_folder_that_hangs_holds_nobody_up(console: InsideConsole) -> None:
    """Twenty looks at a share that does not answer: each page goes on without its bar, and people still sign in."""
    hangs = threading.Event()

    async def look() -> list[object]:
        return await asyncio.gather(
            *(read_in_time(console.office, hangs.wait, patience_s=0.01) for _ in range(20)),
        )

    assert console.runner.run(look()) == [None] * 20
    assert console.client().sign_in("vera").status_code == 303
    hangs.set()


def showing(hub: Hub) -> str:
    panel = hub.panel("a-01")
    return panel.showing if panel else ""


def test_the_stream_keeps_the_page_true(console: InsideConsole) -> None:
    """Parts that changed come; those that did not, do not; changes of other panels are nobody's here."""
    hub, client = console.office.live, console.as_role(Role.VIEWER)
    fill(hub, START, "b-02")

    def enough(heard: Messages) -> bool:
        parts = [text for kind, text in heard if kind == "part"]
        if len(parts) == 4:
            hub.take(said_alert("b-02", START))
            hub.take(said_alert("a-01", START))
        if any("Little disk space" in text for text in parts) and "media/z.mp4" not in showing(hub):
            hub.take(said_now("a-01", START, "media/z.mp4"))
        return any("media/z.mp4" in text for text in parts)

    heard = console.runner.run(read_stream(console.app, "/panels/a-01/stream", client.cookies, enough))
    ids = [found[1] for kind, text in heard if kind == "part" and (found := re.search(r'id="(panel-[a-z]+)"', text))]
    assert ids[:4] == ["panel-head", "panel-troubles", "panel-content", "panel-health"]
    assert ids[4:] == ["panel-head", "panel-troubles", "panel-head"]


def test_a_panel_that_is_off_says_so_and_keeps_its_page(console: InsideConsole) -> None:
    """With what it showed last, and when it was heard."""
    console.office.live.take(said_state("a-01", START + timedelta(seconds=1), online=False))
    page = page_of(console)
    assert "The panel is not connected" in page
    assert "Last:" in page


def test_an_urgent_message_is_named_with_its_sender(console: InsideConsole) -> None:
    """Its words and who sent it."""
    hub = console.office.live
    hub.take(said_health("a-01", START, PlayerState.OVERRIDE))
    hub.take(said_now("a-01", START, None, text="Banjir di Jl. Veteran", by="Dina"))
    page = page_of(console)
    assert "“Banjir di Jl. Veteran”" in page
    assert "sent by Dina" in page
