"""What people type about items and rules: each value, and each slip with its sentence beside its field."""

from __future__ import annotations

from datetime import date

import pytest

from player.core.model import Fit
from player.office.web.content.typed import (
    read_clock,
    read_day,
    read_file_name,
    read_item,
    read_name,
    read_rule,
    read_seconds,
)
from player.office.web.words import INDONESIAN, LANGUAGES

LONG = "x" * 10_000
ALL = tuple("0123456")


def test_seconds_as_people_write_them() -> None:
    """Numbers, a comma, minutes and seconds, the unit in both languages."""
    typed = {"15": 15, "7,5": 7.5, "1:30": 90, "20 s": 20, "20 detik": 20, "86400": 86400, "٣٠": 30}
    assert {text: read_seconds(text, "en") for text in typed} == typed


@pytest.mark.parametrize("typed", ["0", "-3", "abc", "1:2:3", "86401", "1e3", "😀", LONG, "15 min"])
def test_no_seconds(typed: str) -> None:
    """Zero, signs, words, other digits, more than a day: a sentence, in both languages."""
    for language in LANGUAGES:
        with pytest.raises(ValueError, match=r"."):
            read_seconds(typed, language)


def test_hours_as_people_write_them() -> None:
    """With a dot or a colon, the hour alone, the zone's name, the end of the day."""
    typed = {
        "06:00": "06:00",
        "6.30": "06:30",
        "6": "06:00",
        "pukul 18.05 WIB": "18:05",
        "24:00": "24:00",
        "24.00": "24:00",
    }
    assert {text: read_clock(text, "id") for text in typed} == typed


@pytest.mark.parametrize("typed", ["25:00", "24:01", "12:60", "-1", "noon", "12:3", "\u202e00:81", LONG])
def test_no_hours(typed: str) -> None:
    """25:00 and its like say how an hour is written."""
    with pytest.raises(ValueError, match="no time of the day"):
        read_clock(typed, "en")


def test_days() -> None:
    """As the browser's field sends it, and as people write it."""
    assert (
        read_day("2026-12-31", "en")
        == read_day("31.12.2026", "en")
        == read_day("31/12/2026", "en")
        == date(2026, 12, 31)
    )
    for typed in ("31.02.2026", "2026-13-01", "tomorrow", "31.12.26", LONG):
        with pytest.raises(ValueError, match="no day"):
            read_day(typed, "en")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        LONG,
        "a/b",
        "a\\b",
        "a:b",
        "..",
        ".hidden",
        "#one",
        "-one",
        "con",
        "LPT1.x",
        "a\u202eb",
        "a\nb",
        "film.part",
    ],
)
def test_no_names(typed: str) -> None:
    """A name that some file system, sync tool or playlist does not bear is refused with the reason."""
    with pytest.raises(ValueError, match=r"."):
        read_name(typed, "en")


def test_names_in_every_alphabet() -> None:
    """Emoji, right-to-left writing and accents are names."""
    for name in ("pagi", "Festival Banten 2026", "صباح", "🎉 pesta", "café"):
        assert read_name(f" {name} ", "en") == name
    assert read_file_name("Baru.MP4", ".mp4", "en") == "Baru.mp4"
    assert read_file_name("Baru", ".mp4", "en") == "Baru.mp4"


def test_an_item() -> None:
    """All fields filled, all empty."""
    fields = {
        "title": " Pasar\tmurah ", "seconds": "15", "volume": "40 %", "fit": "cover", "begins_day": "2026-12-01",
        "begins_clock": "", "ends_day": "2026-12-07", "ends_clock": "18.00",
    }  # fmt: skip
    item, faults = read_item(fields, "en")
    assert faults == {}
    assert (item.title, item.seconds, item.volume, item.fit) == ("Pasar murah", 15, 40, Fit.COVER)
    assert (item.begins, item.ends) == ("2026-12-01", "2026-12-07T18:00")
    empty, faults = read_item({}, "en")
    assert (faults, empty.seconds, empty.volume, empty.fit, empty.begins) == ({}, None, None, None, "")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ends_day": "2026-12-01", "begins_day": "2026-12-02"}, "ends_day"),
        (
            {"begins_day": "2026-12-01", "ends_day": "2026-12-01", "begins_clock": "18:00", "ends_clock": "18:00"},
            "ends_day",
        ),
        ({"begins_clock": "18:00"}, "begins_day"),
        ({"volume": "101"}, "volume"),
        ({"volume": "loud"}, "volume"),
        ({"fit": "zoom"}, "fit"),
        ({"title": LONG}, "title"),
        ({"seconds": "-1"}, "seconds"),
    ],
)
def test_a_slip_in_an_item_is_said_beside_its_field(fields: dict[str, str], wrong: str) -> None:
    """In the reader's language, and never as English in an Indonesian page."""
    for language in LANGUAGES:
        _, faults = read_item(fields, language)
        assert list(faults) == [wrong]
    assert faults[wrong] in INDONESIAN or read_item(fields, "id")[1][wrong] != read_item(fields, "en")[1][wrong]


def test_one_day_is_a_day() -> None:
    """From and until the same day: that day counts."""
    _, faults = read_item({"begins_day": "2026-12-01", "ends_day": "2026-12-01"}, "en")
    assert faults == {}


def test_a_rule() -> None:
    """Hours over midnight are fine; a dark rule takes no playlist and no priority."""
    fields = {
        "kind": "show",
        "playlist": "pagi",
        "begins": "22.00",
        "ends": "2",
        "priority": "10",
        "through_dark": "yes",
    }
    rule, faults = read_rule(fields, ("0", "4"), "en")
    assert faults == {}
    assert (rule.days, rule.begins, rule.ends, rule.priority, rule.through_dark) == ((0, 4), "22:00", "02:00", 10, True)
    dark, faults = read_rule({**fields, "kind": "dark"}, ALL, "en")
    assert (faults, dark.playlist, dark.priority, dark.through_dark) == ({}, "", 0, False)


@pytest.mark.parametrize(
    ("fields", "days", "wrong"),
    [
        ({"playlist": ""}, ALL, "playlist"),
        ({"begins": "25:00"}, ALL, "begins"),
        ({"begins": "24:00"}, ALL, "begins"),
        ({"begins": "06:00", "ends": "6.00"}, ALL, "ends"),
        ({}, (), "days"),
        ({}, ("9", "-1", "x", "12"), "days"),
        ({"start": "2026-12-07", "end": "2026-12-01"}, ALL, "end"),
        ({"start": "soon"}, ALL, "start"),
        ({"priority": "high"}, ALL, "priority"),
        ({"priority": "10000000"}, ALL, "priority"),
        ({"kind": "ticker", "text": ""}, ALL, "text"),
        ({"kind": "ticker", "text": LONG}, ALL, "text"),
    ],
)
def test_a_slip_in_a_rule_is_said_beside_its_field(fields: dict[str, str], days: tuple[str, ...], wrong: str) -> None:
    """25:00, an end before the beginning, no playlist: each beside its own field."""
    _, faults = read_rule({"kind": "show", "playlist": "pagi", **fields}, days, "id")
    assert list(faults) == [wrong]
