"""Payloads of commands, from noise to nearly right: drawn by hypothesis, and good ones spoilt by a seeded chance (quickly)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from player.contract.commands import COMMANDS

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=20)
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["id", "do", "args", "expires", "by", "reason", "until", "seconds", "text", "item", "percent"])
ENVELOPES = st.fixed_dictionaries(
    {"id": st.text(min_size=1, max_size=64) | JSON, "do": st.sampled_from(list(COMMANDS)) | JSON},
    optional={
        "args": st.dictionaries(NAMES | st.text(max_size=8), JSON, max_size=4) | JSON,
        "expires": JSON,
        "by": JSON,
    },
)
PAYLOADS = st.binary(max_size=200) | JSON.map(json.dumps).map(str.encode) | ENVELOPES.map(json.dumps).map(str.encode)

GOOD: dict[str, dict[str, Any]] = {
    "goto": {"item": "media/a.mp4"},
    "drop": {"item": "media/b.mp4"},
    "ticker": {"text": "Pasar murah di alun-alun", "until": "2026-11-22T18:00:00+07:00"},
    "blank": {"until": "2026-11-22T18:00:00+07:00"},
    "show": {"text": "Banjir 洪水", "seconds": 60, "colour": "red", "priority": 5},
    "play": {"playlist": "festival", "until": "2026-11-22T18:00:00Z"},
    "volume": {"percent": 30, "keep": True},
    "brightness": {"percent": "auto"},
    "screenshot": {"width": 320},
    "identify": {"seconds": 5.5},
    "test-pattern": {"seconds": 5},
    "logs": {"lines": 20},
}
NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 101, 2**63, -(2**63), 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", " ", "x",
    "auto", "50", "\x00", "a\nb", "\ud800", "\u202e", "x" * 65, "x" * 5000, "#ff00aa", "2026-11-22", "2026-11-22T18:00:00",
    "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2026-13-40T99:99:99Z", "P1D", [], [[]], [1, "x"], {}, {"id": "y"},
    {"": None},
)  # fmt: skip
SOME_BYTES = (
    b"",
    b"\x00",
    b"\xff",
    b'"',
    b"\\",
    b"{",
    b"]",
    b",",
    b":",
    b"1e999",
    b"\\ud800",
    b"\\u0000",
    b"NaN",
    b"\xed\xa0\x80",
)


def spoilt_payloads(count: int, seed: int) -> Iterator[bytes]:
    """Good commands of every name with one to three things wrong: a value, a key, or bytes of the JSON text."""
    chance = random.Random(seed)
    for number in range(count):
        do = chance.choice(list(COMMANDS))
        value: dict[str, Any] = {"id": f"c{number}", "do": do, "args": dict(GOOD.get(do, {})), "by": "dina"}
        for _ in range(chance.randint(1, 3)):
            _spoil(chance, chance.choice([value, value["args"]]) if isinstance(value.get("args"), dict) else value)
        text = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
        for _ in range(chance.choice((0, 0, 1, 2))):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(SOME_BYTES) + text[at + chance.choice((0, 1, 4, 1000)) :]
        yield text


def _spoil(chance: random.Random, table: dict[str, Any]) -> None:
    keys = [*table, "expires", "reason", "until", "seconds", "x"]
    match chance.randrange(4):
        case 0 if table:
            del table[chance.choice(list(table))]
        case 1 if table:
            table[chance.choice(keys)] = table.pop(chance.choice(list(table)))
        case _:
            table[chance.choice(keys)] = chance.choice(NASTY)
