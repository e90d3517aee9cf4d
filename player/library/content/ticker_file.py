"""`ticker.txt`, or another text that a [[ticker]] of schedule.toml names: the messages that run along the edge, one a line.

Knows: how Notepad and its kin save a text, how much of it is read. Touches nothing: it gets the bytes.
Must not: decide what runs (core/playing/ticker.py does).
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

from player.base.text import messages_of
from player.core.model import Problem
from player.library.content.disguises import what_it_is

TICKER_NAME = "ticker.txt"
TICKER_LIMIT_BYTES = 64 << 10
MESSAGES_LIMIT = 50
LETTERS_LIMIT = 5000
"""Of all messages together: ten minutes at the usual speed. What follows is read by nobody, and drawn on each round."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(slots=True)
class ParsedTicker:
    messages: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def parse_ticker(raw: bytes, name: str) -> ParsedTicker:
    """The messages in the file `name`; none: it is empty, or cannot be read, and then a problem says so."""
    if len(raw) > TICKER_LIMIT_BYTES:
        return ParsedTicker(problems=[Problem(name, "larger than 64 KB; it is not read", "make it shorter")])
    if disguise := what_it_is(raw):
        return ParsedTicker(problems=[Problem(name, f"it is {disguise}, not a plain text", "save it as plain text")])
    mark, encoding = next(((mark, enc) for mark, enc in _MARKS if raw.startswith(mark)), (b"", "utf-8"))
    try:
        text = raw.removeprefix(mark).decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return ParsedTicker(problems=[Problem(name, "not UTF-8 text", "save it as UTF-8", line)])
    return limit_messages(messages_of(text), name)


def limit_messages(messages: tuple[str, ...], name: str, line: int | None = None) -> ParsedTicker:
    """As many of them as a running text may have; the rest is told. line: in the file `name`."""
    kept, left = [], LETTERS_LIMIT
    for message in messages[:MESSAGES_LIMIT]:
        left -= len(message)
        if left < 0:
            break
        kept.append(message)
    parsed = ParsedTicker(tuple(kept))
    if len(kept) < len(messages):
        what = f"a running text of more than {MESSAGES_LIMIT} messages or {LETTERS_LIMIT} letters; the rest is left out"
        parsed.problems.append(Problem(name, what, "make it shorter", line))
    return parsed
