"""`ticker.txt`, or another text that a [[ticker]] of schedule.toml names: the messages that run along the edge, one a line.

Knows: how much of it is read (how editors save a text: text_page.py). Touches nothing: it gets the bytes.
Must not: decide what runs (core/playing/ticker.py does).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from player.base.text import messages_of
from player.core.model import Problem
from player.library.content.disguises import what_it_is
from player.library.content.text_page import NoText, decode_text

TICKER_LIMIT_BYTES = 64 << 10
MESSAGES_LIMIT = 50
LETTERS_LIMIT = 5000
"""Of all messages together: ten minutes at the usual speed. What follows is read by nobody, and drawn on each round."""


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
    try:
        return limit_messages(messages_of(decode_text(raw)), name)
    except NoText as error:
        what, _, remedy = str(error).partition("; ")
        return ParsedTicker(problems=[Problem(name, what, remedy)])


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
