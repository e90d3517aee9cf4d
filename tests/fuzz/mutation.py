"""New inputs out of valid ones: bytes, lines, words and JSON values are changed, joined, repeated and cut.

Everything comes from one `random.Random`, so that the same seed makes the same inputs.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

NASTY_BYTES: tuple[bytes, ...] = (
    b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\x1b[2J", b"\xc3\x28", b"\xed\xa0\x80",
    b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80", b"%s", b"%n", b"../", b"..\\", b"/", b"//", b":", b"=",
    b",", b'"', b"'", b"\\", b"[", b"]",
    b"{", b"}", b"<", b">", b"&", b";", b"-", b"-1", b"0", b"1e999", b"-1e308", b"NaN", b"Infinity", b"9" * 30,
    b"9" * 5000, b"0x7fffffff", b"18446744073709551616", b"2026-02-30", b"0000-00-00", b"9999-12-31T23:59:59-12:00",
    b"0001-01-01T00:00:00+14:00", b"24:00", b"file:///etc/passwd", b"http://127.0.0.1/", b"A" * 300, b"A" * 70000,
    b"[" * 3000, b'{"a":' * 2000, b"\xd9\xa3\xd9\xa4", "²".encode(), "½".encode(),
)  # fmt: skip
NASTY_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 1e308, -1e308, float("nan"), float("inf"),
    float("-inf"), 1e-320, "", " ", "\0", "x" * 5000, "\ud800", "../../..", "2026-02-30T00:00:00Z", "2026-11-22",
    "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "00:00", [], {}, [[]], [None], {"": None}, ["x"] * 50,
    {"a": {"a": {"a": {}}}}, "NaN", "1", "²", "panel.*", "\u202e",
)  # fmt: skip
DIGITS = re.compile(rb"[0-9]+")
LONGEST_BYTES = 1 << 18
"""A mutant grows no further: what is large is made by the shapes of the attackers' suite."""


@dataclass(frozen=True, slots=True)
class Mutator:
    """words: what the format is made of. as_json: most mutants stay JSON and have odd values in it."""

    words: Sequence[bytes] = ()
    as_json: bool = False

    def mutate(self, chance: random.Random, corpus: Sequence[bytes]) -> bytes:
        """One new input out of a few of the corpus."""
        text = chance.choice(corpus)
        if self.as_json and chance.random() < 0.75:
            changed = self._mutate_json(chance, text)
            if changed is not None:
                text = changed
                if chance.random() < 0.8:
                    return text[:LONGEST_BYTES]
        for _ in range(1 << chance.choice((0, 0, 1, 1, 2, 3, 4))):
            text = chance.choice(STEPS)(chance, text, corpus, self.words or NASTY_BYTES)
        return text[:LONGEST_BYTES]

    def _mutate_json(self, chance: random.Random, text: bytes) -> bytes | None:
        try:
            value = _value_of(text)
        except (ValueError, RecursionError):
            return None
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            value = _changed(chance, value)
        try:
            return json.dumps(value).encode("utf-8", "surrogatepass")
        except (ValueError, RecursionError):
            return None


@lru_cache(maxsize=256)
def _value_of(text: bytes) -> Any:
    """What a text of the corpus holds; it is never changed in place. Raises ValueError, RecursionError."""
    return json.loads(text)


def _changed(chance: random.Random, value: Any) -> Any:
    """The value with one place in it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        what = chance.random()
        if what < 0.12:
            return {k: v for k, v in value.items() if k != key}
        if what < 0.2:
            return {**value, chance.choice(("v", "id", "x", "", key + "s", key.upper())): chance.choice(NASTY_VALUES)}
        return {**value, key: _changed(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        what = chance.random()
        if what < 0.12:
            return value[:at] + value[at + 1 :]
        if what < 0.24:
            return value[:at] + [value[at]] * chance.choice((2, 3, 50)) + value[at:]
        return [*value[:at], _changed(chance, value[at]), *value[at + 1 :]]
    if isinstance(value, int | float) and not isinstance(value, bool) and chance.random() < 0.4:
        return chance.choice((value + 1, -value, value * 1000, value * 10**15, float(value)))
    if isinstance(value, str) and chance.random() < 0.4:
        raw = value.encode("utf-8", "replace")
        return _put(chance, raw, (raw,), NASTY_BYTES).decode("utf-8", "replace")[:20_000]
    return chance.choice(NASTY_VALUES)


# ---- steps on bytes


def _flip(chance: random.Random, text: bytes, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    if not text:
        return b"\xff"
    at = chance.randrange(len(text))
    return text[:at] + bytes([text[at] ^ (1 << chance.randrange(8))]) + text[at + 1 :]


def _byte(chance: random.Random, text: bytes, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    if not text:
        return b"\0"
    at = chance.randrange(len(text))
    return text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]


def _put(chance: random.Random, text: bytes, _corpus: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(text) + 1)
    word = chance.choice(words if chance.random() < 0.6 else NASTY_BYTES)
    behind = at + (len(word) if chance.random() < 0.5 else 0)
    return text[:at] + word + text[behind:]


def _cut(chance: random.Random, text: bytes, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    begin, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    return text[:begin] + text[end:] if chance.random() < 0.7 else text[:begin]


def _repeat(chance: random.Random, text: bytes, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    begin, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    piece = text[begin : min(end, begin + 64)]
    return text[:begin] + piece * chance.choice((1, 2, 3, 20, 200)) + text[begin:]


def _splice(chance: random.Random, text: bytes, corpus: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    other = chance.choice(corpus)
    return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]


def _lines(chance: random.Random, text: bytes, corpus: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    lines, others = text.split(b"\n"), chance.choice(corpus).split(b"\n")
    at = chance.randrange(len(lines))
    what = chance.randrange(4)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(at, chance.choice(others))
    elif what == 2:
        lines[at] = chance.choice(others)
    else:
        other = chance.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _number(chance: random.Random, text: bytes, _corpus: Sequence[bytes], _words: Sequence[bytes]) -> bytes:
    """A run of digits becomes another number."""
    found = DIGITS.search(text, chance.randrange(len(text) + 1)) or DIGITS.search(text)
    if found is None:
        return text
    number = chance.choice(
        (b"0", b"1", b"-1", b"99", b"65535", b"4294967295", b"99999999999999999999", b"9" * 4301, b"1.5")
    )
    return text[: found.start()] + number + text[found.end() :]


STEPS: tuple[Callable[[random.Random, bytes, Sequence[bytes], Sequence[bytes]], bytes], ...] = (
    _flip, _byte, _put, _put, _put, _cut, _repeat, _splice, _lines, _lines, _number,
)  # fmt: skip
