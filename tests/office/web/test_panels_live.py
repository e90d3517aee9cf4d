"""The pages of panels with a real broker and panels that answer: what is pressed is obeyed, and its answer is in the page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from player.office.web.people.roles import Role
from tests.kit.broker import Broker
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.loops import come_true
from tests.kit.simulated_panels import SimulatedPanels, simulated_panels
from tests.kit.streams import Messages, read_stream

pytestmark = pytest.mark.live
NAMES = ("a-01", "b-02", "c-03")


@pytest.fixture
def panels(broker: Broker) -> Iterator[SimulatedPanels]:
    with simulated_panels(broker.port, *NAMES) as made:
        yield made


@pytest.fixture
def console(tmp_path: Path, broker: Broker, panels: SimulatedPanels) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, host="127.0.0.1", port=broker.port, tls=False) as made:
        hub = made.office.live
        made.runner.run(come_true(lambda: len([p for p in hub.panels() if p.now and p.health]) == len(NAMES)))
        yield made


def press(client: PageClient, do: str, **fields: str) -> str:
    client.get("/panels/a-01")
    answer = client.post("/panels/a-01/send", {"do": do, **fields}, **{"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return answer.text


def answer_of(console: InsideConsole, client: PageClient, said: str) -> str:
    """What the page says once it has asked until there is nothing more to ask."""
    while (more := re.search(r'hx-get="([^"]+)"', said)) is not None:
        said = client.get(more[1].replace("&amp;", "&")).text
    return said


def test_a_button_is_obeyed_and_the_panel_s_answer_is_in_the_page(
    console: InsideConsole, panels: SimulatedPanels
) -> None:
    """By that panel alone, under the person's name; the log of what was done has it."""
    client = console.as_role(Role.OPERATOR)
    said = answer_of(console, client, press(client, "next"))
    assert "Done." in said
    assert str(panels["a-01"].item) in said
    assert (panels.commands("a-01"), panels.commands("b-02")) == (["next"], [])
    assert {each.by for each in panels.obeyed if each.do == "next"} == {"Oki"}
    assert console.office.audit.newest()[0].what == "send next"


def test_what_is_asked_twice_is_obeyed_after_the_yes(console: InsideConsole, panels: SimulatedPanels) -> None:
    """And not before."""
    client = console.as_role(Role.OPERATOR)
    press(client, "reboot")
    assert panels.commands("a-01") == []
    assert "Done." in answer_of(console, client, press(client, "reboot", sure="yes"))
    assert panels.commands("a-01") == ["reboot"]


def test_levels_and_the_log_come_from_the_panel(console: InsideConsole, panels: SimulatedPanels) -> None:
    """Brightness with its number; the log line by line, and script in it is text."""
    client = console.as_role(Role.OPERATOR)
    answer_of(console, client, press(client, "brightness", percent="35", keep="yes"))
    assert panels.obeyed[-1].args == {"percent": 35, "keep": True}
    panels["a-01"].log = ("<script>alert(1)</script>", "library: release 18 adopted")
    said = answer_of(console, client, press(client, "logs"))
    assert "library: release 18 adopted" in said
    assert "&lt;script&gt;alert(1)" in said
    assert "<script>" not in said


def test_a_panel_that_does_not_answer_is_said_to_be_silent(console: InsideConsole, panels: SimulatedPanels) -> None:
    """The page stops asking, and takes silence for no success."""
    panels.mute.add("a-01")
    client = console.as_role(Role.OPERATOR)
    said = answer_of(console, client, press(client, "ping"))
    assert "No answer. The panel may be off" in said
    assert "Done." not in said


def test_a_command_that_was_never_sent_has_no_answer(console: InsideConsole) -> None:
    """Nor one with an id that somebody made up."""
    client = console.as_role(Role.OPERATOR)
    for made_up in ("c1", "..%2f", "x" * 3000):
        assert client.get(f"/panels/a-01/answers/{made_up}?do=next&asked=NaN").status_code == 404


def test_pictures_are_told_of_and_fetched(console: InsideConsole, panels: SimulatedPanels) -> None:
    """Who looks at the wall has the panels asked; nothing on the way may keep a picture."""
    client = console.as_role(Role.VIEWER)
    path = "/wall/pictures?of=a-01,b-02,nobody,%00"
    client.get(path)
    console.runner.run(come_true(lambda: all(console.office.live.newest_picture(name) for name in ("a-01", "b-02"))))
    told = client.get(path).json()
    assert sorted(told) == ["a-01", "b-02"]
    answer = client.get("/panels/a-01/picture?at=x")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"\xff\xd8")
    assert client.get("/panels/c-03/picture").status_code == 404
    assert [each.do for each in panels.obeyed] == ["screenshot", "screenshot"]


def test_the_picture_of_a_turned_panel_stands_upright(console: InsideConsole, panels: SimulatedPanels) -> None:
    """The panel sends what its computer draws, lying on its side."""
    panels["a-01"].rotation = 90
    panels.tell("a-01")
    hub = console.office.live
    console.runner.run(
        come_true(lambda: (panel := hub.panel("a-01")) and panel.health and panel.health.screen.rotation == 90)
    )
    client = console.as_role(Role.VIEWER)
    client.get("/wall/pictures?of=a-01")
    console.runner.run(come_true(lambda: hub.newest_picture("a-01")))
    sent = Image.open(io.BytesIO(client.get("/panels/a-01/picture").content))
    assert (sent.size, ImageOps.exif_transpose(sent).size) == ((480, 270), (270, 480))


def test_a_new_picture_is_told_over_the_stream(console: InsideConsole) -> None:
    """So that the page fetches it."""
    client = console.as_role(Role.VIEWER)
    asked: list[bool] = []

    def enough(heard: Messages) -> bool:
        if not asked and any(kind == "part" for kind, _ in heard):
            asked.append(True)
            console.office.live.want_pictures(["a-01"])
        return any(kind == "picture" for kind, _ in heard)

    after = f"{console.office.live.known.epoch}-{console.office.live.known.version}"
    heard = console.runner.run(read_stream(console.app, f"/wall/stream?after={after}", client.cookies, enough))
    assert '"a-01"' in next(text for kind, text in heard if kind == "picture")


def test_a_picture_that_is_html_is_never_served(console: InsideConsole, panels: SimulatedPanels) -> None:
    """A panel that was taken over has no picture; the page goes on without one."""
    panels["a-01"].picture = b"<!doctype html><script>alert(1)</script>"
    client = console.as_role(Role.VIEWER)
    client.get("/wall/pictures?of=a-01,b-02")
    console.runner.run(come_true(lambda: console.office.live.newest_picture("b-02")))
    console.runner.run(come_true(lambda: {each.panel for each in panels.obeyed} == {"a-01", "b-02"}))
    assert client.get("/panels/a-01/picture").status_code == 404
