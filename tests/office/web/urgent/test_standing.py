"""Who shows an urgent message, who does not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from player.contract.reports import NowReport, PlayerState, Reply, StateReport
from player.office.fleet import Panel
from player.office.web.urgent.sent import SentMessage
from player.office.web.urgent.standing import Showing, foreign_messages, standing_of
from player.office.web.urgent.typed import UrgentMessage
from tests.kit.reports import REPORT

WALL = datetime(2026, 11, 26, 7, 2, tzinfo=UTC)
UNTIL = WALL + timedelta(hours=1)
TEXT = "BANJIR di Jl. Veteran.\nHindari sampai 18.00. " + "Posko 112. " * 8
SENT = SentMessage("banjir-1", UrgentMessage(TEXT, "", "biru", UNTIL), "dina", WALL, ("a-1",))


def panel(*, text: str | None = None, item: str | None = "media/a.mp4", reason: str = "schedule: morning") -> Panel:
    now = NowReport(item, "morning", reason, WALL, UNTIL, text, "dina" if text else None)
    return Panel("a-1", StateReport(True, WALL), REPORT, now, seen=WALL)


def showing() -> Panel:
    """As the director tells it: one line, 80 characters."""
    line = " ".join(TEXT.split())
    told = line[:79] + "\u2026"
    return panel(text=told, item=None, reason=f'message "{told}" by dina until 15:02')


def stands(of: Panel | None, reply: Reply | None = None, sent: SentMessage = SENT) -> tuple[Showing, str]:
    replies = {} if reply is None else {"a-1": reply}
    found = standing_of(sent, {} if of is None else {"a-1": of}, replies, WALL, "en").panels[0]
    return found.showing, found.why


def answer(stage: str, code: str = "", detail: str = "") -> Reply:
    return Reply("banjir-1", stage, code, detail, WALL)


def test_a_panel_shows_what_it_reports() -> None:
    """By the text that it says is on screen, not by its answer."""
    assert stands(showing()) == (Showing.SHOWN, "")
    assert stands(panel())[0] is Showing.WAITING


def test_a_film_is_known_by_its_path() -> None:
    """While it is the message; the same film in a playlist is none."""
    sent = replace(SENT, message=UrgentMessage("", "media/a.mp4", "biru", UNTIL))
    assert stands(panel(reason="message media/a.mp4 by dina until 15:02"), sent=sent)[0] is Showing.SHOWN
    assert stands(panel(), sent=sent)[0] is Showing.WAITING


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("outranked", "more urgent"), ("not-found", "does not have this film"), ("not-usable", "taken down"),
        ("expired", "clock"), ("not-allowed", "office.allow"), ("not-kept", "restart"), ("odd", "it refused: its own words"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(code: str, words: str) -> None:
    """In the reader's words where the code is known, in the panel's own else."""
    assert stands(panel(), answer("failed", code, "its own words"))[0] is Showing.REFUSED
    assert words in stands(panel(), answer("failed", code, "its own words"))[1]


def test_a_panel_that_is_black_by_command_says_so() -> None:
    """`blank` is stronger than a message: without this word nobody would know why."""
    black = panel()
    black.health = replace(REPORT, player=replace(REPORT.player, state=PlayerState.BLANK))
    showing, why = stands(black, answer("done"))
    assert showing is Showing.HIDDEN
    assert "black by command" in why


def test_a_panel_that_took_it_and_shows_something_else_says_what() -> None:
    """What stands on its screen instead."""
    assert stands(panel(), answer("done")) == (Showing.HIDDEN, "it has the message, and shows media/a.mp4")


def test_a_panel_that_is_off_is_no_success() -> None:
    """Off, silent, never heard of: away, whatever it showed last."""
    off, silent = showing(), showing()
    off.state = StateReport(False)
    silent.seen = WALL - timedelta(hours=1)
    for each in (off, silent, None, Panel("a-1")):
        assert stands(each, answer("done"))[0] is Showing.AWAY


def test_letters_that_a_panel_lacks_are_told() -> None:
    """The message is on screen, and not as it was typed."""
    detail = "until 15:02; this panel has no letters for \U0001f6a7; install fonts-noto-color-emoji"
    showing_it, why = stands(showing(), answer("done", detail=detail))
    assert showing_it is Showing.SHOWN
    assert why == "it has no letters for \U0001f6a7; its technician installs fonts-noto-color-emoji"


def test_those_that_do_not_show_it_stand_first() -> None:
    """What needs a person is on top."""
    good = showing()
    good.name = "b-2"
    sent = replace(SENT, panels=("b-2", "a-1"))
    found = standing_of(sent, {"b-2": good}, {}, WALL, "en")
    assert [each.panel for each in found.panels] == ["a-1", "b-2"]
    assert (found.shown, [each.panel for each in found.missing]) == (1, ["a-1"])


def test_what_others_sent_is_found_on_the_panels() -> None:
    """By text and sender, several panels together; what this console sent is none of it."""
    one, two = panel(text="Halo", item=None, reason='message "Halo" by x'), showing()
    two.name = "a-1"
    one.name = "b-2"
    found = foreign_messages((one, two), (SENT,), WALL)
    assert [(each.text, each.by, each.panels) for each in found] == [("Halo", "dina", ("b-2",))]
