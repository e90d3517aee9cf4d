"""What a person types about an urgent message: read right, or answered beside its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from player.contract.commands import Show
from player.contract.envelope import CommandRefusal, read_command, read_envelope
from player.contract.timing import SESSION_S
from player.office.typed_commands import make_command
from player.office.web.urgent.typed import AT, FILM, ReadForm, UrgentForm, arguments_of, form_from, read_form

ZONE = ZoneInfo("Asia/Jakarta")
WALL = datetime(2026, 11, 26, 7, 2, tzinfo=UTC)
"""14:02 at the panels."""
GOOD = UrgentForm(text="BANJIR di Jl. Veteran", ends="60", to=("all",))
FILMS = ("media/banjir.mp4",)


def read(form: UrgentForm, *, reached: int = 3, language: str = "en") -> ReadForm:
    return read_form(form, wall=WALL, zone=ZONE, films=FILMS, reached=reached, language=language)


def test_a_length_is_the_time_from_now() -> None:
    """An hour from 14:02 is 15:02 at the panels."""
    found = read(GOOD)
    assert found.faults == {}
    assert found.until == datetime(2026, 11, 26, 15, 2, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("clock", "day", "until"),
    [
        ("18:00", "", datetime(2026, 11, 26, 18, tzinfo=ZONE)),
        ("18.00", "2026-11-26", datetime(2026, 11, 26, 18, tzinfo=ZONE)),
        ("7:30", "2026-11-27", datetime(2026, 11, 27, 7, 30, tzinfo=ZONE)),
        ("24:00", "", datetime(2026, 11, 27, 0, tzinfo=ZONE)),
    ],
)
def test_a_typed_time_is_the_panels(clock: str, day: str, until: datetime) -> None:
    """Hours and minutes with a colon or a dot; without a day it is today; 24:00 ends the day."""
    assert read(replace(GOOD, ends=AT, clock=clock, day=day)).until == until


def test_a_typed_time_counts_whatever_else_is_chosen() -> None:
    """Who typed 18:00 means 18:00, although "1 h" is still chosen."""
    found = read(replace(GOOD, ends="60", clock="18:00"))
    assert found.until == datetime(2026, 11, 26, 18, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        (replace(GOOD, text=""), "text", "Write what"),
        (replace(GOOD, text="  \n\t "), "text", "Write what"),
        (replace(GOOD, text="x" * 10_000), "text", "this has 10,000. Shorten it by 8,000."),
        (replace(GOOD, text="BANJIR di ___"), "text", "Replace ___"),
        (replace(GOOD, text="\x07\x1b"), "text", "can be drawn"),
        (replace(GOOD, colour="pink"), "colour", "colours"),
        (replace(GOOD, ends=""), "ends", "always has an end"),
        (replace(GOOD, ends="100000"), "ends", "always has an end"),
        (replace(GOOD, ends=AT), "clock", "always has an end"),
        (replace(GOOD, ends=AT, clock="25:00"), "clock", "There is no 25:00"),
        (replace(GOOD, ends=AT, clock="18:75"), "clock", "There is no 18:75"),
        (replace(GOOD, ends=AT, clock="24:01"), "clock", "There is no 24:01"),
        (replace(GOOD, ends=AT, clock="sore"), "clock", "no time"),
        (replace(GOOD, ends=AT, clock="14:02"), "clock", "14:02 is over already: it is 14:02 at the panels (WIB)"),
        (replace(GOOD, ends=AT, clock="18:00", day="2026-11-25"), "day", "2026-11-25 18:00 is over already"),
        (replace(GOOD, ends=AT, clock="18:00", day="tomorrow"), "day", "no day"),
        (replace(GOOD, ends=AT, clock="18:00", day="2026-12-24"), "day", "a week at most"),
        (replace(GOOD, kind=FILM, film="media/other.mp4"), "film", "Choose a film"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(form: UrgentForm, field: str, words: str) -> None:
    """Each wrong thing has its own field and sentence, and no message comes of it."""
    found = read(form)
    assert found.message is None
    assert list(found.faults) == [field]
    assert words in found.faults[field]
    assert found.faults[field] != read(form, language="id").faults[field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Nobody mends one thing to hear of the next."""
    found = read(replace(GOOD, text="", ends=AT, clock="25:00"), reached=0)
    assert set(found.faults) == {"text", "clock", "to"}


@pytest.mark.parametrize("text", ["🚧 JALAN DITUTUP 🚧", "تحذير: فيضان", "x" * 2000, "1\n2\n3", "{text} %s <script>"])
def test_what_panels_take_is_taken(text: str) -> None:
    """Emoji, Arabic, 2,000 letters, lines, braces: the command that comes of them is one that a panel obeys."""
    message = read(replace(GOOD, text=text)).message
    assert message is not None
    raw = make_command(Show.do, arguments_of(message), command_id="a", wall=WALL, expires_s=60, by="dina", reason="")
    envelope = read_envelope(raw)
    assert not isinstance(envelope, CommandRefusal)
    command = read_command(envelope)
    assert not isinstance(command, CommandRefusal)
    assert command.command.order == replace(message.order, until=message.until.astimezone(UTC))


def test_a_message_lasts_no_longer_than_the_broker_keeps_it() -> None:
    """The longest message is the time for which a command waits for a panel that is off."""
    last = datetime.fromtimestamp(WALL.timestamp() + SESSION_S, ZONE)
    good = read(replace(GOOD, ends=AT, clock=f"{last:%H:%M}", day=f"{last:%Y-%m-%d}"))
    assert good.until == last
    assert "day" in read(replace(GOOD, ends=AT, clock=f"{last:%H}:59", day=f"{last:%Y-%m-%d}")).faults


def test_a_form_without_fields_is_an_empty_form() -> None:
    """A browser that sends nothing gets the same answer as a person who typed nothing."""
    form = form_from({}, [])
    assert set(read(form, reached=0).faults) == {"text", "to"}


def test_a_film_is_sent_by_its_path() -> None:
    """The text beside it does not count."""
    message = read(replace(GOOD, kind=FILM, film=FILMS[0], text="")).message
    assert message is not None
    assert message.order == Show(media=FILMS[0], until=message.until)
