"""The page Urgent over HTTP: what is wrong stands beside its field, and who shows what is told as it changes."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.office.web.people.roles import Role
from player.office.web.urgent.sent import SentMessage
from player.office.web.urgent.templates import FILE_NAME
from player.office.web.urgent.typed import UrgentMessage
from tests.kit.console import InsideConsole, PageClient, console_inside
from tests.kit.heard import fill, said_now, said_state
from tests.kit.streams import Messages, read_stream

pytestmark = pytest.mark.heavy

START = datetime(2026, 11, 26, 7, 2, tzinfo=UTC)
"""14:02 at the panels."""
ZONE = {"timezone": "Asia/Jakarta"}
GOOD = {"do": "send", "kind": "text", "text": "BANJIR di Jl. Veteran", "colour": "biru", "ends": "60", "to": "all"}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[InsideConsole]:
    with console_inside(tmp_path, now=lambda: START, records=ZONE) as made:
        fill(made.office.live, START, "a-01", "b-02")
        yield made


@pytest.fixture
def operator(console: InsideConsole) -> PageClient:
    return console.as_role(Role.OPERATOR)


def faults_in(page: str) -> dict[str, str]:
    """Field -> what is said beside it."""
    return {
        name: html.unescape(said) for name, said in re.findall(r'<p class="fault" id="fault-([a-z]+)">(.*?)</p>', page)
    }


def hints_in(part: str) -> dict[str, tuple[str, str]]:
    """Of a preview: field -> (fault or hint, its words)."""
    found = re.findall(r'<p class="(fault|hint)" id="urgent-([a-z]+)-hint"[^>]*>(.*?)</p>', part, re.S)
    return {name: (kind, html.unescape(said).strip()) for kind, name, said in found}


def test_the_page_says_whose_time_it_is(operator: PageClient) -> None:
    """The panels' zone and what the clock says there, wherever the office's computer stands."""
    page = operator.get("/urgent").text
    assert "Times are the panels' (WIB); it is 14:02 there." in html.unescape(page)
    assert 'value="2026-11-26"' in page


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"text": ""}, "text", "Write what"),
        ({"text": "x" * 10_000}, "text", "Shorten it by 8,000"),
        ({"clock": "25:00"}, "clock", "There is no 25:00"),
        ({"clock": "14:00"}, "clock", "14:00 is over already: it is 14:02"),
        ({"clock": "18:00", "day": "2026-11-25"}, "day", "over already"),
        ({"ends": "at"}, "clock", "always has an end"),
        ({"to": "group:nobody"}, "to", "at least one panel"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    operator: PageClient, change: dict[str, str], field: str, words: str
) -> None:
    """What was typed is still there, the field is marked, and nothing was sent."""
    answer = operator.post("/urgent", {**GOOD, **change})
    assert answer.status_code == 422
    found = faults_in(answer.text)
    assert list(found) == [field]
    assert words in found[field]
    assert GOOD["text"][:6] in answer.text or "text" in change
    assert f"fault-{field}" in re.sub(r'id="fault-[a-z]+"', "", answer.text)


def test_without_a_broker_nobody_believes_that_it_was_sent(console: InsideConsole, operator: PageClient) -> None:
    """The page says so above the form, the log too, and the text is not lost."""
    answer = operator.post("/urgent", GOOD)
    assert "no panel has heard of it" in faults_in(answer.text)["send"]
    assert GOOD["text"] in answer.text
    line = console.office.audit.newest(1)[0]
    assert (line.who, line.what, line.result[:8]) == ("oki", "urgent message", "not sent")


def test_a_key_pressed_in_a_field_sends_nothing(operator: PageClient) -> None:
    """The form's first button, which Enter presses, only looks."""
    page = operator.get("/urgent").text
    form = page[page.index('class="urgent-form"') :]
    assert re.search(r"<button[^>]*>", form)[0].count('value="look"') == 1  # type: ignore[index]
    assert operator.post("/urgent", {**GOOD, "do": "look"}).status_code == 200


def test_the_preview_says_what_a_message_comes_to(operator: PageClient) -> None:
    """A picture for each size, as the panel draws it; how long it is shown; on how many panels; who can read it."""
    part = operator.post("/urgent/preview", GOOD).text
    hints = hints_in(part)
    assert hints["ends"] == ("hint", "today until 15:02, 1 h from now")
    assert hints["to"] == ("hint", "2 panels")
    assert hints["text"][1].startswith("21 of 2,000 letters") or hints["text"][1].startswith("21 of 2000 letters")
    assert "Show it on 2 panels" in part
    assert "a-01, b-02 · 1280 × 720" in html.unescape(part)
    pictures = re.findall(r'src="(/urgent/pictures/[0-9a-f]+\.png)"', part)
    assert len(pictures) == 1
    assert operator.get(pictures[0]).content.startswith(b"\x89PNG")
    assert operator.get("/urgent/pictures/0123.png").status_code == 404


@pytest.mark.parametrize("text", ["🚧 ditutup", "تحذير", "<script>alert(1)</script>"])
def test_odd_texts_are_drawn_and_shown_as_text(operator: PageClient, text: str) -> None:
    """Emoji, right-to-left, script: a picture, and never a part of the page."""
    part = operator.post("/urgent/preview", {**GOOD, "text": text}).text
    assert "/urgent/pictures/" in part
    assert "<script>" not in part
    assert hints_in(part)["text"][0] == "hint"


def test_what_is_wrong_is_said_while_it_is_typed(operator: PageClient) -> None:
    """Beside each field; a text that is still empty is no fault yet."""
    part = operator.post("/urgent/preview", {**GOOD, "text": "", "clock": "25:00", "to": ""}).text
    hints = hints_in(part)
    assert hints["ends"][0] == "fault"
    assert hints["to"][0] == "fault"
    assert hints["text"][0] == "hint"


def test_a_viewer_looks_and_sends_nothing(console: InsideConsole) -> None:
    """No form, no button."""
    page = console.as_role(Role.VIEWER).get("/urgent").text
    assert "urgent-form" not in page
    assert "No urgent message is on screen." in page


def test_templates_are_kept_changed_and_removed(console: InsideConsole, operator: PageClient) -> None:
    """In the office's file; each step stands in the log."""
    kept = {**GOOD, "do": "save", "name": "Sungai", "text": "AIR NAIK", "ends": "180"}
    assert operator.post("/urgent", kept).status_code == 303
    page = operator.get("/urgent?template=sungai&change=1").text
    assert "AIR NAIK" in page
    assert 'name="changed" value="Sungai"' in page
    assert operator.post("/urgent", {**kept, "changed": "Sungai", "name": "Kali"}).status_code == 303
    assert "Sungai" not in (file := console.office.data_folder / FILE_NAME).read_text()
    assert "name" in faults_in(operator.post("/urgent", {**kept, "name": "KALI"}).text)
    assert operator.post("/urgent/templates/remove", {"name": "Kali"}).status_code == 303
    assert "Kali" not in file.read_text()
    assert operator.post("/urgent/templates/remove", {"name": "Kali"}).status_code == 404
    assert [line.result for line in console.office.audit.newest(3)] == ["removed", "kept", "kept"]


def test_who_shows_what_is_told_as_it_changes(console: InsideConsole, operator: PageClient) -> None:
    """The stream begins with how it stands, and says it anew when a panel shows the message."""
    until = START + timedelta(hours=1)
    sent = SentMessage("m-1", UrgentMessage("BANJIR", "", "biru", until), "Oki", START, ("a-01", "b-02"))
    console.office.urgent.book.add(sent, START)

    async def follow() -> Messages:
        def heard_all(heard: Messages) -> bool:
            parts = [text for kind, text in heard if kind == "part"]
            if len(parts) == 1 and "0 of 2" in parts[0]:
                asyncio.get_running_loop().call_soon(
                    console.office.live.take, said_now("a-01", START, None, text="BANJIR", by="Oki", until=until)
                )
            return any("1 of 2 panels show it" in text for text in parts)

        return await read_stream(console.app, "/urgent/stream", operator.cookies, heard_all)

    last = [text for kind, text in console.runner.run(follow()) if kind == "part"][-1]
    assert "<b>b-02</b>" in last
    assert "<b>a-01</b>" not in last


def test_a_panel_that_lies_writes_no_script(console: InsideConsole, operator: PageClient) -> None:
    """What other programs showed, and what a panel says instead."""
    nasty = "<script>alert(1)</script>"
    console.office.live.take(said_now("a-01", START, None, text=nasty, by=nasty))
    page = operator.get("/urgent").text
    assert "sent by another program" in page
    assert "<script>alert" not in page


def test_a_second_person_says_yes(tmp_path: Path) -> None:
    """What one asks for waits; the one who asked can take it back and not say yes; another one's yes needs the broker."""
    with console_inside(tmp_path, now=lambda: START, records=ZONE, web={"two_persons": True}) as console:
        fill(console.office.live, START, "a-01")
        oki, ada = console.as_role(Role.OPERATOR), console.as_role(Role.ADMIN)
        assert oki.post("/urgent", GOOD).status_code == 303
        (asked,) = console.office.second_yes.waiting()
        assert "BANJIR di Jl. Veteran" in asked.what
        assert "Yes, show it" not in oki.get("/urgent").text
        assert oki.post("/urgent/decide", {"id": asked.id, "answer": "yes"}).status_code in (403, 503)
        assert "Yes, show it" in ada.get("/urgent").text
        console.office.live.connected = False
        assert ada.post("/urgent/decide", {"id": asked.id, "answer": "yes"}).status_code == 503
        assert console.office.second_yes.waiting() == [asked]
        assert oki.post("/urgent/decide", {"id": asked.id, "answer": "no"}).status_code == 303
        assert console.office.second_yes.waiting() == []
        assert ada.post("/urgent/decide", {"id": asked.id, "answer": "yes"}).status_code == 404


def test_what_is_over_is_not_ended_again(operator: PageClient) -> None:
    """Neither by an id nor by a text that no panel shows."""
    assert operator.post("/urgent/end", {"id": "nothing"}).status_code == 404
    assert operator.post("/urgent/end", {"key": "x\ny"}).status_code == 404


def test_a_panel_is_away_when_it_is_off(console: InsideConsole, operator: PageClient) -> None:
    """The page says that the message waits for it."""
    sent = SentMessage("m-1", UrgentMessage("A", "", "biru", START + timedelta(hours=1)), "Oki", START, ("a-01",))
    console.office.urgent.book.add(sent, START)
    console.office.live.take(said_state("a-01", START, online=False))
    assert "it shows the message when it is back" in operator.get("/urgent").text
