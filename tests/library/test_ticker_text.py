"""The content's running texts: ticker.txt and [[ticker]] in schedule.toml, from the bytes to what the core gets."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from player.bundle.source import Source
from player.core.model import ScheduleRule
from player.library.content.draft import Draft, read_bundle
from player.library.content.schedule_file import parse_schedule
from player.library.content.snapshot import Fingerprint, Snapshot
from player.library.content.texts import ParsedHere, Texts
from player.library.content.ticker_file import LETTERS_LIMIT, MESSAGES_LIMIT, parse_ticker
from player.library.content.ticker_rule import TickerRule
from player.library.store.record import Record, decode_record, encode_record, release_of
from player.library.vetting.texts import TextReader

ZONE = ZoneInfo("Asia/Jakarta")
RULES = """
[[ticker]]
text = "Pasar murah di alun-alun"
days = ["sat", "sun"]
from = 08:00:00
until = 12:00:00
[[ticker]]
file = "teks/banjir.txt"
start = 2026-12-01
priority = 5
"""


def read(texts: Texts | None = None, **files: str | bytes) -> Draft:
    """The draft of a folder with these text files; "__" stands for / and "_" for the dot."""
    held = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    raw = {name: text.encode() if isinstance(text, str) else text for name, text in held.items()}
    snapshot = Snapshot({name: Fingerprint(1, 1, 1) for name in raw})
    return read_bundle("/srv", snapshot, lambda path, limit: raw[path][: limit + 1], ZONE, (), texts=texts)


@pytest.mark.parametrize(
    "raw",
    [b"satu\ndua\n", "\ufeffsatu\r\ndua".encode(), "\ufeffsatu\r\n\r\n  dua \r\n".encode("utf-16-le"),
     "\ufeffsatu\ndua".encode("utf-16-be"), b"satu\t\n\n  \ndua", "satu\ndua".encode("utf-16-le")],
    ids=["plain", "utf-8-mark", "notepad-unicode", "big-endian", "blank", "no-mark"],
)  # fmt: skip
def test_a_message_a_line_however_it_was_saved(raw: bytes) -> None:
    """UTF-8 and UTF-16 as Notepad writes them; blank lines and spaces are no messages."""
    parsed = parse_ticker(raw, "ticker.txt")
    assert (parsed.messages, parsed.problems) == (("satu", "dua"), [])


def test_an_empty_text_is_no_text_and_no_fault() -> None:
    """Empty or gone: nothing runs."""
    assert parse_ticker(b" \n\n", "ticker.txt").messages == ()
    assert parse_ticker(b" \n\n", "ticker.txt").problems == []
    assert read(ticker_txt="").problems == read().problems


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"x" * (65 << 10), "ticker.txt: larger than 64 KB"), (b"a\x00\x01\x02\x81" * 9, "ticker.txt: it is no text"),
        (b"PK\x03\x04....", "ticker.txt: it is a Word file"), (b"x\n" * (MESSAGES_LIMIT + 1), "more than 50 messages"),
        ((b"x" * 900 + b"\n") * 6, f"or {LETTERS_LIMIT} letters"),
    ],
    ids=["large", "garbage", "word", "many", "long"],
)  # fmt: skip
def test_a_text_that_cannot_be_read_is_told(raw: bytes, said: str) -> None:
    """With what to do; of one that is only too long the beginning runs."""
    parsed = parse_ticker(raw, "ticker.txt")
    [problem] = map(str, parsed.problems)
    assert said in problem
    assert len(parsed.messages) <= MESSAGES_LIMIT
    assert sum(map(len, parsed.messages)) <= LETTERS_LIMIT
    assert bool(parsed.messages) == ("left out" in problem)


def test_rules_name_their_text_or_its_file() -> None:
    """The same rules of time as shows have."""
    parsed = parse_schedule(RULES.encode(), "schedule.toml", ())
    assert parsed.problems == []
    assert parsed.tickers == [
        TickerRule(ScheduleRule(None, frozenset({5, 6}), time(8), time(12)), text="Pasar murah di alun-alun", line=2),
        TickerRule(ScheduleRule(None, start=date(2026, 12, 1), priority=5), file="teks/banjir.txt", line=7),
    ]
    assert parsed.readable


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", "[[ticker]] has no text"), ('text = "a"\nfile = "b.txt"', "has both text and file"),
        ("text = 5", "text = 5 is not understood"), ('text = " "', "is not understood"),
        ('text = "a"\nplaylist = "b"', "'playlist' is not known in [[ticker]]"),
        ('text = "a"\nfrom = 25:00', "the rule is left out"),
    ],
)  # fmt: skip
def test_one_bad_rule_costs_that_rule(entry: str, said: str) -> None:
    """It is told with its line, and the others run."""
    parsed = parse_schedule(f'[[ticker]]\n{entry}\n[[ticker]]\ntext = "good"\n'.encode(), "schedule.toml", ())
    assert [rule.text for rule in parsed.tickers] == ["good"]
    [problem] = map(str, parsed.problems)
    assert said in problem
    assert "schedule.toml line " in problem


def test_a_rule_whose_file_is_not_there_waits_for_it_alone() -> None:
    """The rest of the content does not wait; the problem names file and line, and goes when the file has come."""
    draft = read(schedule_toml=RULES, ticker_txt="satu")
    assert [ticker.messages for ticker in draft.tickers] == [("Pasar murah di alun-alun",)]
    assert any("schedule.toml line 7: [[ticker]] names 'teks/banjir.txt'" in str(p) for p in draft.problems)
    whole = read(schedule_toml=RULES, ticker_txt="satu", teks__banjir_txt="Hindari jalan A\nJalan B dibuka")
    assert [t.messages for t in whole.tickers] == [("Pasar murah di alun-alun",), ("Hindari jalan A", "Jalan B dibuka")]
    assert whole.ticker == ("satu",)
    assert whole.playlists == [], "none of them is a page"
    assert not any("ticker" in str(problem) for problem in whole.problems)


def test_the_child_gives_what_the_parser_gives() -> None:
    """Every text is parsed outside the daemon, and comes through the pipe unchanged."""
    files: dict[str, str | bytes] = {
        "schedule_toml": RULES,
        "ticker_txt": "satu\nمرحبا\n",
        "teks__banjir_txt": b"\xff\xfeA\x00",
    }
    with TextReader() as reader:
        assert read(reader, **files) == read(ParsedHere(), **files)


def test_a_release_holds_its_running_texts() -> None:
    """Over the record on the disk to the core's value; without any, the record means what it meant before."""
    rule = {
        "playlist": None,
        "days": [5, 6],
        "from": "08:00:00",
        "until": "12:00:00",
        "start": None,
        "end": None,
        "priority": 0,
    }
    record = Record(Source.FOLDER, adopted_at=datetime(2026, 11, 26, tzinfo=UTC))
    plain, meant = record.signature, record.meaning
    record.ticker, record.tickers = ["satu"], [{**rule, "messages": ["dua"]}]
    assert record.signature != plain
    assert record.meaning != meant
    again = decode_record(encode_record(record))
    assert again == record
    plan = release_of(again, Path, ZONE).ticker
    assert plan is not None
    assert (plan.messages, plan.texts) == (("satu",), {"ticker 1": ("dua",)})
    assert plan.schedule.rules[0].playlist == "ticker 1"
    table = json.loads(encode_record(record))
    del table["ticker"], table["tickers"]
    old = decode_record(json.dumps(table).encode())
    assert (old.signature, old.meaning, release_of(old, Path, ZONE).ticker) == (plain, meant, None)


@pytest.mark.parametrize(
    "damage", [{"ticker": "satu"}, {"ticker": [5]}, {"tickers": [{}]}, {"tickers": [{"messages": ["x"]}]}]
)
def test_a_damaged_record_is_told_from_a_good_one(damage: dict[str, object]) -> None:
    """ValueError, and nothing that fails later."""
    record = Record(Source.FOLDER, adopted_at=datetime(2026, 11, 26, tzinfo=UTC))
    with pytest.raises(ValueError, match=r"."):
        decode_record(json.dumps({**json.loads(encode_record(record)), **damage}).encode())
