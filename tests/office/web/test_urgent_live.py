"""Urgent messages from the page to panels and back, over a real broker: sent, refused, waited for, ended, over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from player.office.web.people.roles import Role
from tests.kit.broker import Broker, running_broker
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.loops import come_true
from tests.kit.simulated_panels import SimulatedPanels
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
NAMES = ("serang-01", "serang-02")
GOOD = {"do": "send", "kind": "text", "text": "BANJIR di Jl. Veteran", "colour": "merah", "ends": "60", "to": "all"}


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as made:
        yield made


@pytest.fixture
def panels(broker: Broker) -> Iterator[SimulatedPanels]:
    with SimulatedPanels(broker.port, NAMES) as made:
        yield made


def settings(broker: Broker) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": broker.port, "tls": False, "records": {"timezone": "Asia/Jakarta"}}


def wait(viewer: PageClient, said: str) -> None:
    """Until the page says so; each time that it is asked, the console's loop goes on."""
    wait_for(lambda: said in viewer.get("/urgent").text, why=said)


def heard(console: InsideConsole) -> None:
    hub = console.office.live
    console.runner.run(
        come_true(lambda: len(hub.panels()) == len(NAMES) and all(p.now and p.health for p in hub.panels()))
    )


def test_a_message_is_shown_and_ended(tmp_path: Path, broker: Broker, panels: SimulatedPanels) -> None:
    """With the person's name, the colour and an end; the log has both."""
    with console_inside(tmp_path, **settings(broker)) as console:
        heard(console)
        operator = console.as_role(Role.OPERATOR)
        assert operator.post("/urgent", GOOD).status_code == 303
        wait(console.as_role(Role.VIEWER), "all 2 panels show it")
        shown = [each for each in panels.obeyed if each.do == "show"]
        assert {(each.panel, each.by, each.args["colour"]) for each in shown} == {
            (name, "Oki", "merah") for name in NAMES
        }
        message = console.office.urgent.book.current(datetime.now(UTC))[0]
        assert operator.post("/urgent/end", {"id": message.id}).status_code == 303
        wait(console.as_role(Role.VIEWER), "No urgent message is on screen.")
        assert [line.what for line in console.office.audit.newest(2)] == ["end of an urgent message", "urgent message"]


def test_a_panel_that_is_off_is_told_the_end_too(tmp_path: Path, broker: Broker, panels: SimulatedPanels) -> None:
    """The command that ends a message counts as long as the message would have: else a panel that comes back shows what was
    ended long ago."""
    with console_inside(tmp_path, **settings(broker)) as console:
        heard(console)
        operator = console.as_role(Role.OPERATOR)
        operator.post("/urgent", {**GOOD, "ends": "360"})
        message = console.office.urgent.book.current(datetime.now(UTC))[0]
        operator.post("/urgent/end", {"id": message.id})
        console.runner.run(come_true(lambda: len([e for e in panels.obeyed if e.do == "clear"]) == len(NAMES)))
        for each in panels.obeyed:
            if each.do in ("show", "clear"):
                assert each.expires is not None
                assert abs(each.expires - message.message.until) < timedelta(minutes=1)


def test_the_second_persons_yes_sends_it(tmp_path: Path, broker: Broker, panels: SimulatedPanels) -> None:
    """Before it nothing goes out; with it the message has both names."""
    with console_inside(tmp_path, web={"two_persons": True}, **settings(broker)) as console:
        heard(console)
        operator, admin = console.as_role(Role.OPERATOR), console.as_role(Role.ADMIN)
        operator.post("/urgent", GOOD)
        (asked,) = console.office.second_yes.waiting()
        assert operator.post("/urgent/decide", {"id": asked.id, "answer": "yes"}).status_code == 403
        assert panels.obeyed == []
        assert admin.post("/urgent/decide", {"id": asked.id, "answer": "yes"}).status_code == 303
        wait(console.as_role(Role.VIEWER), "all 2 panels show it")
        assert {each.by for each in panels.obeyed} == {"Oki, Ada"}
        assert admin.post("/urgent/decide", {"id": asked.id, "answer": "yes"}).status_code == 404


def test_a_restarted_console_knows_its_messages(tmp_path: Path, broker: Broker, panels: SimulatedPanels) -> None:
    """Who shows them, and who was not there."""
    panels.go_off("serang-02")
    with console_inside(tmp_path, **settings(broker)) as console:
        console.runner.run(come_true(lambda: len(console.office.live.panels()) == len(NAMES)))
        console.as_role(Role.OPERATOR).post("/urgent", GOOD)
        wait(console.as_role(Role.VIEWER), "1 of 2 panels show it")
    with console_inside(tmp_path, **settings(broker)) as console:
        wait(console.as_role(Role.VIEWER), "1 of 2 panels show it")
        wait(console.as_role(Role.VIEWER), "it shows the message when it is back")
