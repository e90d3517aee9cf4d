"""`bookings.toml`: every wrong thing has its sentence, and what is right beside it counts."""

from __future__ import annotations

from datetime import date

import pytest

from player.office.records.bookings import parse_bookings
from player.office.records.days import Hours

GOOD = """
[[booking]]
client = "Warung Bu Sri"
contract = "12/KOMINFO/2026"
items = ["media/bu-sri.mp4", "promo/*"]
plays_per_day = 400
start = 2026-11-01
end = 2026-11-30
panels = ["alun-alun", "serang-*"]
hours = ["06:00-22:00"]
"""


def test_a_booking_says_what_who_when_and_where() -> None:
    """Items by path, pattern or content; panels by name or pattern; days and hours."""
    found = parse_bookings(GOOD.encode(), "bookings.toml")
    assert found.faults == ()
    (booking,) = found.bookings
    assert (booking.plays, booking.seconds, booking.hours) == (400, None, (Hours(360, 1320),))
    assert booking.covers_item("promo/x.mp4", "")
    assert not booking.covers_item("media/other.mp4", "")
    assert booking.covers_panel("serang-02")
    assert not booking.covers_panel("cilegon-01")
    assert booking.covers_day(date(2026, 11, 30))
    assert not booking.covers_day(date(2026, 12, 1))


def test_an_item_is_named_by_its_content_too() -> None:
    """A hash stays the same when a file is renamed."""
    raw = GOOD.replace('"media/bu-sri.mp4"', f'"sha256:{"AB" * 32}"').encode()
    (booking,) = parse_bookings(raw, "bookings.toml").bookings
    assert booking.covers_item("any/name.mp4", "ab" * 32)
    assert not booking.covers_item("any/name.mp4", "ac" * 32)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("plays_per_day = 400", ""), "gives neither plays_per_day nor seconds_per_day"),
        (("plays_per_day = 400", "plays_per_day = 400\nseconds_per_day = 9"), "gives both plays_per_day and seconds_per_day"),
        (("plays_per_day = 400", "plays_per_day = 0"), "plays_per_day goes from 1 to 86,400, and not to 0"),
        (("plays_per_day", "plays_a_day"), "did you mean plays_per_day?"),
        (('items = ["media/bu-sri.mp4", "promo/*"]', "items = []"), "items names nothing"),
        (('items = ["media/bu-sri.mp4", "promo/*"]', ""), "items names nothing"),
        (('client = "Warung Bu Sri"', ""), "client is missing"),
        (("start = 2026-11-01", ""), "start is missing; write start = 2026-12-01"),
        (("start = 2026-11-01", 'start = "01/11/2026"'), "write start = 2026-11-01"),
        (("start = 2026-11-01", "start = 5"), "start = 5 is no date"),
        (("end = 2026-11-30", "end = 2026-10-30"), "its end 2026-10-30 lies before its start 2026-11-01"),
        (('hours = ["06:00-22:00"]', 'hours = ["6-22"]'), "'6-22' are no hours"),
        (('hours = ["06:00-22:00"]', "hours = []"), "hours are a list"),
        (('"alun-alun"', '"Alun Alun"'), "'Alun Alun' is no panel's name"),
    ],
)  # fmt: skip
def test_a_wrong_booking_is_named_and_the_others_count(typed: tuple[str, str], said: str) -> None:
    """One sentence with the line, what is wrong and what to write; the booking beside it is there."""
    raw = GOOD.replace(*typed) + GOOD.replace("Warung Bu Sri", "Toko Jaya").replace("bu-sri", "jaya").replace(
        "promo", "jaya"
    )
    found = parse_bookings(raw.encode(), "bookings.toml")
    assert [booking.client for booking in found.bookings] == ["Toko Jaya"]
    assert len(found.faults) == 1
    assert said in found.faults[0]
    assert found.faults[0].startswith("bookings.toml line 2: ")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[[booking]\n", "not valid TOML"),
        (
            "[[booking]]\nstart \u2013 2026-11-01\n".encode(),
            "line 2: the line holds a special dash, as Word writes them; an equals",
        ),
        (b"[[booking]]\nstart = 31/11/2026\n", "(November has 30 days); write start = 2026-11-30"),
        (b"x = '\xff'", "line 1: not UTF-8 text"),
        (b"#" * 1_100_000, "larger than 1 MB"),
        (b"x = " + b"[" * 5000, "not valid TOML"),
        (b"[booking]\nclient = 'a'\n", "write [[booking]]"),
        (b"timezone = 'Asia/Jakarta'\n", "'timezone' is not known here"),
        (b"booking = [1]\n", "it is no table"),
    ],
)
def test_a_file_that_is_no_list_of_bookings_says_so(raw: bytes, said: str) -> None:
    """Whatever the bytes are, there is a sentence and no booking."""
    found = parse_bookings(raw, "bookings.toml")
    assert found.bookings == ()
    assert any(said in fault for fault in found.faults)


def test_two_bookings_of_the_same_plays_are_told_and_both_count() -> None:
    """The same item on the same panel and day would count for both."""
    other = GOOD.replace("Warung Bu Sri", "Toko Jaya").replace("2026-11-01", "2026-11-30")
    found = parse_bookings((GOOD + other).encode(), "bookings.toml")
    assert len(found.bookings) == 2
    assert "Warung Bu Sri" in found.faults[0]
    assert "Toko Jaya" in found.faults[0]
    later = other.replace("2026-11-30", "2026-12-30").replace("2026-12-30\nend", "2026-12-01\nend")
    assert parse_bookings((GOOD + later).encode(), "bookings.toml").faults == ()
