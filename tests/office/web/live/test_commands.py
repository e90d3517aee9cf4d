"""Commands leave as the contract wants them, and what comes back is said in words."""

from __future__ import annotations

import asyncio
import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta

import pytest

from player.contract import commands as c
from player.contract.commands import COMMANDS, Order
from player.contract.envelope import Request, read_command, read_envelope
from player.contract.reports import REFUSALS, STAGES, Reply
from player.office.signing import OfficeError
from player.office.web.faults import PageFault
from player.office.web.live.answer_words import words_of_answer
from player.office.web.live.controls import CONTROLS, label_of, question_of, read_control
from player.office.web.live.sending import REMEMBERED_MOST, Commands, Sent, arguments_of, messages_for

WALL = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
GIVEN: list[Order] = [
    c.Goto("media/a.mp4"), c.Blank(WALL), c.Show(text="Banjir", seconds=60), c.Show(media="a.mp4", until=WALL), c.Drop(3),
    c.Ticker("Banjir"), c.PlayPlaylist("pagi"), c.Volume(0), c.Volume(100, keep=True), c.Brightness(None), c.Brightness(55),
    c.Screenshot(480), c.Logs(200), c.Identify(),
]  # fmt: skip
WITHOUT: list[Order] = [
    row.order()  # type: ignore[call-arg]
    for row in COMMANDS.values()
    if all(field.default is not MISSING for field in fields(row.order)) and row.order is not c.Show
]
"""Each command that can do without arguments."""


@pytest.mark.parametrize("order", [*GIVEN, *WITHOUT], ids=str)
def test_a_command_arrives_as_it_was_meant(order: Order) -> None:
    """What a panel parses from the message is the very value that the page sent."""
    (message,) = messages_for("panels", ["serang-01"], order, command_id="c1", wall=WALL, by="Dina", reason="")
    envelope = read_envelope(message.payload)
    request = read_command(envelope)  # type: ignore[arg-type]
    assert isinstance(request, Request)
    assert (request.command.order, request.command.by, request.command.id) == (order, "Dina", "c1")


def test_each_panel_gets_a_message_of_its_own_that_expires() -> None:
    """All with the same id; never retained, and nobody obeys later than a minute."""
    messages = messages_for("panels", ["a-01", "b-02"], c.Next(), command_id="c1", wall=WALL, by="Dina", reason="")
    assert [each.topic for each in messages] == ["panels/a-01/command", "panels/b-02/command"]
    for each in messages:
        assert (each.qos, each.retain, each.expires_s) == (1, False, 61)
        assert json.loads(each.payload)["expires"] == "2026-11-26T03:01:00Z"


def test_an_urgent_message_lives_as_long_as_it_is_shown() -> None:
    """A panel that comes back in time still gets it."""
    order = c.Show(text="Banjir", until=WALL + timedelta(hours=3))
    (message,) = messages_for("panels", ["serang-01"], order, command_id="c1", wall=WALL, by="", reason="")
    assert message.expires_s == 3 * 3600 + 1


@pytest.mark.parametrize("name", ["Dina\nS.", "x" * 1000, "دينا\u202e"], ids=["lines", "long", "turned"])
def test_a_name_never_makes_a_command_malformed(name: str) -> None:
    """What a person is called is cut to what the contract takes."""
    (message,) = messages_for("panels", ["serang-01"], c.Next(), command_id="c1", wall=WALL, by=name, reason="")
    assert isinstance(read_command(read_envelope(message.payload)), Request)  # type: ignore[arg-type]


def test_what_a_panel_would_refuse_is_refused_here() -> None:
    """Also a panel's name that is a topic of its own."""
    with pytest.raises(OfficeError):
        messages_for("panels", ["serang-01"], c.Volume(200), command_id="c1", wall=WALL, by="", reason="")
    with pytest.raises(OfficeError):
        messages_for("panels", ["a/b/#"], c.Next(), command_id="c1", wall=WALL, by="", reason="")


def reply(stage: str, code: str = "", detail: str = "", command_id: str = "c1") -> Reply:
    return Reply(command_id, stage, code, detail, WALL)


def test_answers_end_when_all_have_said_how_it_ended() -> None:
    """An `accepted` is no end; a panel that was not asked, and a second end, say nothing."""
    commands, sent = Commands(), Sent("c1", "next", ("a-01", "b-02"), WALL)
    commands.begin(sent)

    async def ask() -> list[str]:
        waiting = asyncio.ensure_future(commands.answers(sent, 60.0))
        taken = [
            commands.take("a-01", reply("accepted")), commands.take("c-03", reply("done")),
            commands.take("a-01", reply("done")), commands.take("a-01", reply("failed")),
            commands.take("b-02", reply("rejected", "too-many")), commands.take("b-02", reply("done", command_id="c2")),
        ]  # fmt: skip
        assert taken == [True, False, True, False, True, False]
        return [each.stage for each in (await waiting).last.values()]

    assert asyncio.run(ask()) == ["done", "rejected"]


def test_who_waits_in_vain_learns_who_is_silent() -> None:
    """When the time is over the answers so far come."""
    commands, sent = Commands(), Sent("c1", "next", ("a-01", "b-02"), WALL)
    commands.begin(sent)
    commands.take("a-01", reply("done"))
    assert asyncio.run(commands.answers(sent, 0.0)).silent == ["b-02"]


def test_old_commands_are_forgotten() -> None:
    """As many are remembered as a page may ask about."""
    commands = Commands()
    for n in range(REMEMBERED_MOST + 5):
        commands.begin(Sent(f"c{n}", "next", ("a-01",), WALL))
    assert commands.so_far("c4") is None
    assert commands.so_far("c5") is not None


def test_arguments_with_their_default_are_left_out() -> None:
    """A panel of an older version need not know them."""
    assert arguments_of(c.Identify()) == {}
    assert arguments_of(c.Brightness(None)) == {"percent": "auto"}
    assert arguments_of(c.Volume(0)) == {"percent": 0}


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.do)
def test_each_button_has_its_words_and_what_is_asked_twice_its_question(control: object) -> None:
    """In both languages, and each is a command of the contract."""
    do = control.do  # type: ignore[attr-defined]
    assert do in COMMANDS
    assert label_of("en", do) != do
    if control.asked_twice:  # type: ignore[attr-defined]
        assert len({question_of(language, do, "serang-01") for language in ("id", "en")}) == 2
        assert "serang-01" in question_of("id", do, "serang-01")


def test_each_question_is_another_one() -> None:
    """None is asked by mistake for another."""
    asked = [control.do for control in CONTROLS if control.asked_twice]
    assert len({question_of("en", do, "serang-01") for do in asked}) == len(asked)


@pytest.mark.parametrize(
    ("do", "given", "order"),
    [
        ("volume", {"percent": " 40 "}, c.Volume(40)),
        ("volume", {"percent": "40 %", "keep": "yes"}, c.Volume(40, keep=True)),
        ("brightness", {"percent": "auto"}, c.Brightness(None)),
        ("brightness", {"percent": "Otomatis"}, c.Brightness(None)),
        ("brightness", {"percent": "0"}, c.Brightness(0)),
        ("drop", {"item": "media/a.mp4"}, c.Drop("media/a.mp4")),
        ("next", {"percent": "7", "item": "x"}, c.Next()),
        ("logs", {}, c.Logs(200)),
    ],
)
def test_a_form_becomes_its_command(do: str, given: dict[str, str], order: Order) -> None:
    """As people type it."""
    assert read_control(do, given) == order


@pytest.mark.parametrize("percent", ["", "-1", "101", "1e2", "٤٠", "auto", "40.5", "0" * 5000, "😀"])
def test_what_is_no_volume_is_said_beside_its_field(percent: str) -> None:
    """With what to write instead."""
    with pytest.raises(PageFault) as fault:
        read_control("volume", {"percent": percent})
    assert (fault.value.field, fault.value.status) == ("percent", 400)


def test_an_item_that_is_no_item_is_said() -> None:
    """An empty path is refused here, not by the panel."""
    with pytest.raises(PageFault):
        read_control("drop", {"item": ""})


@pytest.mark.parametrize("stage", [*STAGES, None])
@pytest.mark.parametrize("waited", [False, True])
@pytest.mark.parametrize("language", ["id", "en"])
def test_each_answer_has_words_and_silence_is_no_success(stage: str | None, waited: bool, language: str) -> None:
    """Only `done` is good; and who has waited long enough is told so."""
    said = words_of_answer(language, "next", reply(stage) if stage else None, waited=waited)
    assert (said.tone == "good") == (stage == "done")
    assert said.over == (waited or stage in ("done", "failed", "rejected"))
    assert said.sentence
    assert said.mark


@pytest.mark.parametrize("code", [*REFUSALS, "a new one"])
def test_a_refusal_says_more_than_its_code(code: str) -> None:
    """In both languages."""
    words = {words_of_answer(each, "next", reply("rejected", code), waited=False).sentence for each in ("id", "en")}
    assert len(words) == 2
    assert code not in words


def test_a_log_comes_line_by_line_and_harmless() -> None:
    """Lines with control characters cannot forge others; no more than a page can show."""
    detail = "\n".join([*["x" * 10_000] * 300, "<script>alert(1)</script>\x1b[31m"])
    said = words_of_answer("en", "logs", reply("done", detail=detail), waited=False)
    assert len(said.lines) == 200
    assert all(line.isprintable() and len(line) <= 2000 for line in said.lines)
