"""How the operator's words become the contract's JSON, and when everybody has answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from player.base.text import for_terminal
from player.contract.commands import COMMANDS
from player.contract.reports import Reply
from player.office import typed_commands
from player.office.answers import Answers
from player.office.fleet import ago
from player.office.signing import OfficeError
from player.screen.drawing.colours import colour_of

WALL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def test_ids_are_new_each_time_and_can_be_read() -> None:
    """An urgent message carries its first words; the rest the command's name; any text gives an id that is accepted."""
    assert typed_commands.make_id("show", {"text": "Banjir di Jalan Veteran, hindari!"}).startswith(
        "banjir-di-jalan-veteran-"
    )
    assert typed_commands.make_id("show", {"text": "洪水"}).startswith("show-")
    assert typed_commands.make_id("next", {}).startswith("next-")
    assert len({typed_commands.make_id("next", {}) for _ in range(1000)}) == 1000
    assert len(typed_commands.make_id("show", {"text": "x" * 2000})) <= 64


@pytest.mark.parametrize(
    ("do", "words", "args"),
    [
        ("next", [], {}),
        ("volume", ["30"], {"percent": 30}),
        ("brightness", ["auto"], {"percent": "auto"}),
        ("volume", ["percent=30", "keep=true"], {"percent": 30, "keep": True}),
        ("goto", ["media/a=b.mp4"], {"item": "media/a=b.mp4"}),
        ("goto", ["3"], {"item": 3}),
        ("goto", ["item=3"], {"item": 3}),
        ("play", ["2026"], {"playlist": "2026"}),
        ("show", ["100", "seconds=5"], {"text": "100", "seconds": 5}),
        ("show", ["1+1=2", "seconds=5"], {"text": "1+1=2", "seconds": 5}),
        ("show", ["media=films/a.mp4", "until=2026-11-22T18:00:00+07:00"],
         {"media": "films/a.mp4", "until": "2026-11-22T11:00:00Z"}),
        ("blank", ["+30m"], {"until": "2026-11-22T03:30:00Z"}),
        ("logs", ["200"], {"lines": 200}),
    ],
)  # fmt: skip
def test_words_become_arguments(do: str, words: list[str], args: dict[str, Any]) -> None:
    """NAME=VALUE, or one bare value; numbers where the contract has numbers, text where it has text."""
    assert typed_commands.read_arguments(do, words, WALL) == args
    payload = typed_commands.make_command(do, args, command_id="c", wall=WALL, expires_s=60, by="dina", reason="")
    assert json.loads(payload).get("args", {}) == args
    assert json.loads(payload)["expires"] == "2026-11-22T03:01:00Z"


def test_a_time_of_the_day_is_the_next_one_here() -> None:
    """18:00 is today's, or tomorrow's when that is over; in this computer's zone."""
    local = WALL.astimezone()
    later, earlier = local + timedelta(hours=1), local - timedelta(hours=1)
    soon = datetime.fromisoformat(typed_commands.read_moment(f"{later:%H:%M}", WALL))
    assert soon - WALL == timedelta(hours=1)
    tomorrow = datetime.fromisoformat(typed_commands.read_moment(f"{earlier:%H:%M}", WALL))
    assert tomorrow - WALL == timedelta(hours=23)


@pytest.mark.parametrize("word", ["25:00", "tomorrow", "+5y", "", "18.00"])
def test_what_is_no_time_is_refused(word: str) -> None:
    """Nothing is guessed about when an urgent message ends."""
    with pytest.raises(OfficeError, match="is no time"):
        typed_commands.read_moment(word, WALL)


def test_a_day_alone_counts_to_its_end() -> None:
    """`until=2026-11-25` on that day is not over: the last day counts, as in playlists and schedules."""
    local = datetime.fromisoformat(typed_commands.read_moment("2026-11-25", WALL)).astimezone()
    assert (local.date().isoformat(), local.hour, local.minute) == ("2026-11-26", 0, 0)


@pytest.mark.parametrize(
    ("do", "words", "said"),
    [
        ("show", ["Banjir", "color=merah"], "show has no 'color'; did you mean colour?"),
        ("show", ["Banjir", "warna=merah"], "show has no 'warna'; did you mean colour?"),
        ("show", ["Banjir", "jam=18:00"], "show has no 'jam'; did you mean until?"),
        ("show", ["Banjir", "untill=18:00"], "show has no 'untill'; did you mean until?"),
        ("show", ["Banjir", "x=y"], "show has no 'x'; it has: media, text, colour, until, seconds, priority"),
        ("show", ["Banjir", "colour=mrah"], "no colour is called mrah; did you mean merah?"),
        ("show", ["Banjir", "colour=xyzzy"], "no colour is called xyzzy; there are: merah, "),
        ("volume", ["persen=30"], "volume has no 'persen'; did you mean percent?"),
        ("shwo", [], "no command is called 'shwo'; did you mean show?"),
        ("show", ["Banjir", "until=18.00"], "'18.00' is no time; did you mean 18:00?"),
        ("volume", ["130"], "volume: percent goes from 0 to 100"),
        ("brightness", ["130"], "brightness: percent goes from 0 to 100"),
        ("logs", ["0"], "logs: lines goes from 1 to 200"),
        ("identify", ["0"], "identify: seconds is more than 0, and 86400 at most"),
    ],
)
def test_a_slip_is_told_with_the_nearest_right_word(do: str, words: list[str], said: str) -> None:
    """English and Indonesian words for an argument, letters exchanged, numbers out of range."""

    def typed() -> bytes:
        args = typed_commands.read_arguments(do, words, WALL)
        return typed_commands.make_command(do, args, command_id="c", wall=WALL, expires_s=60, by="", reason="")

    with pytest.raises(OfficeError) as refused:
        typed()
    assert said in str(refused.value)
    assert not str(refused.value).count("Input should")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("Merah", "merah"), ("abu-abu", "#5a6470"), ("ABU-ABU", "#5a6470"), ("#FF0000", "#ff0000"), ("#f00", "#ff0000")],
)
def test_colours_as_people_write_them(typed: str, sent: str) -> None:
    """Any case, a name with a hyphen, a short form: sent as a panel of any version takes it, and it is that colour."""
    args = typed_commands.read_arguments("show", ["Banjir", f"colour={typed}", "seconds=5"], WALL)
    assert args["colour"] == sent
    assert colour_of(sent) == colour_of(typed)
    typed_commands.make_command("show", args, command_id="c", wall=WALL, expires_s=60, by="", reason="")


def test_an_urgent_message_may_be_obeyed_as_long_as_it_lasts() -> None:
    """A panel that was off shows it when it is back; other commands are worth nothing after a minute."""
    assert typed_commands.expiry_s({"until": "2026-11-22T05:00:00Z"}, WALL, None) == 7200
    assert typed_commands.expiry_s({"seconds": 600}, WALL, None) == 600
    assert typed_commands.expiry_s({}, WALL, None) == 60
    assert typed_commands.expiry_s({"seconds": 600}, WALL, 5) == 5


def test_everybody_has_answered_when_each_expected_panel_has_ended() -> None:
    """accepted is not the end; an `accepted` that comes late changes nothing."""
    answers = Answers({"a-1", "b-1"})
    accepted, done = Reply("c", "accepted", "", "", WALL), Reply("c", "done", "", "", WALL)
    assert answers.take("a-1", accepted)
    assert answers.take("a-1", done)
    assert not answers.take("a-1", accepted)
    assert (answers.complete, answers.silent) == (False, ["b-1"])
    answers.take("b-1", accepted)
    assert (answers.complete, answers.unfinished, answers.good) == (False, ["b-1"], False)
    answers.take("b-1", done)
    assert answers.complete
    assert answers.good


def test_ages_are_short_and_honest() -> None:
    """Seconds, minutes, hours, days; a panel whose clock is ahead is told apart."""
    assert [ago(WALL - timedelta(seconds=s), WALL) for s in (0, 119, 120, 7200, 172800)] == [
        "0 s", "119 s", "2 min", "2 h", "2 d",
    ]  # fmt: skip
    assert ago(None, WALL) == ""
    assert ago(WALL + timedelta(hours=1), WALL) == "its clock is ahead"


def test_printable_keeps_every_script_and_drops_what_drives_a_terminal() -> None:
    """Letters of any script and pictures stay; escapes, bells, zero-width and turning marks do not."""
    assert for_terminal("Banjir 洪水 🌊 ñ") == "Banjir 洪水 🌊 ñ"
    assert for_terminal("a\x1b[31m\x07\u202e\u200b\ud800\n") == "a·[31m·····"


def test_the_help_lists_every_command_with_its_bare_argument() -> None:
    """One line each, in the table's order; brackets where the command does without the argument."""
    lines = typed_commands.list_commands().splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    heads = [line.split("  ")[0] for line in lines]
    assert {"next", "show TEXT", "volume PERCENT", "blank [UNTIL]"} <= set(heads)
