"""What people write where TOML wants it otherwise: the advice for a line that is no TOML, which is TOML itself.

Knows: quotes, dashes and spaces from Word, missing quotes, commas and brackets, yes and no. Touches nothing.
Must not: know what a key means (who does passes guesses of its own), or advise what tomllib would not take.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

LINE_LIMIT = 1000
"""Characters of a line for which advice is sought: some of the patterns cost the square of a line's length."""
SHOWN_CHARACTERS = 60
PAIR = re.compile(r"""\s*([\w-]+)\s*=\s*(.*?)\s*(?:\#[^"']*)?""")
Guess = tuple[str, str, str]
"""What may be wrong, what to write, and the line as it would be then."""
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"), " ") | dict.fromkeys(
    map(ord, "\u200b\u2060\ufeff")
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb"), '"') | dict.fromkeys(
    map(ord, "\u2018\u2019\u201a\u201b"), '"'
)
_TRUTHS = {"yes": "true", "ya": "true", "on": "true", "no": "false", "tidak": "false", "off": "false", "true": "true",
           "false": "false"}  # fmt: skip


def find_slips(
    line: str, more: Callable[[str, str], Iterator[Guess]] = lambda key, value: iter(())
) -> Iterator[tuple[str, str]]:
    """What may be wrong with a line that is no TOML, and what to write. more: what the values of a key may mean."""
    if len(line) <= LINE_LIMIT:
        guesses = _guesses(line.strip(), more)
        yield from ((what, remedy) for what, remedy, mended in guesses if load_line(mended) is not None)


def load_line(line: str) -> dict[str, Any] | None:
    """The line as TOML; None: it is none."""
    try:
        return tomllib.loads(line)
    except (ValueError, RecursionError):
        return None


def _guesses(line: str, more: Callable[[str, str], Iterator[Guess]]) -> Iterator[Guess]:
    yield from _from_word(line)
    shown = f"{line[:SHOWN_CHARACTERS]!r} is not understood"
    if match := PAIR.fullmatch(line):
        yield from more(match[1], match[2])
        yield from ((shown, remedy, mended) for remedy, mended in _values(match[1], match[2]))
    if colon := re.fullmatch(r"""(\w+)\s*:\s*(.+)""", line):
        mended = f"{colon[1]} = {colon[2]}"
        if load_line(mended) is None:
            mended = f'{colon[1]} = "{colon[2]}"'
        yield shown, f"an equals sign instead of the colon: {mended}", mended


def _values(key: str, value: str) -> Iterator[tuple[str, str]]:
    separated = re.sub(r"""(["'])\s+(["'])""", r"\1, \2", value)
    remedy = "put a comma between the days" if key == "days" else "put a comma between the words"
    yield f"{remedy}: {key} = {separated}", f"{key} = {separated}"
    if value.count(",") and not value.startswith("["):
        yield f"write brackets: {key} = [{value}]", f"{key} = [{value}]"
    if words := re.fullmatch(r"\[\s*([\w' -]+(?:,\s*[\w' -]+)*),?\s*\]", value):
        quoted = ", ".join(f'"{word.strip()}"' for word in words[1].split(","))
        yield f"write it in quotes: {key} = [{quoted}]", f"{key} = [{quoted}]"
    if truth := _TRUTHS.get(value.casefold()):
        yield f"write {key} = {truth}", f"{key} = {truth}"
    if re.fullmatch(r"[^\W\d_][\w .&+-]*", value):
        yield f'write it in quotes: {key} = "{value}"', f'{key} = "{value}"'
    if re.fullmatch(r"""["'][^"']*|[^"']*["']""", value):
        bare = value.strip("\"'")
        yield f'a quote is missing: {key} = "{bare}"', f'{key} = "{bare}"'
    if re.fullmatch(r"[/~\w][\w.:/-]*", value):  # a path, a host, a key
        yield f'write it in quotes: {key} = "{value}"', f'{key} = "{value}"'


def _from_word(line: str) -> Iterator[Guess]:
    for table, held, advice in (
        (_QUOTES, "curly quotes", "write straight quotes"),
        (_SPACES, "a special space", "type the line anew"),
        (_DASHES, "a special dash", "type the line anew"),
        (_QUOTES | _SPACES | _DASHES, "special characters", "type the line anew"),
    ):
        mended = line.translate(table)
        if mended != line:
            shown = mended.partition("=")[2].strip() if table is _QUOTES and "=" in mended else mended
            yield f"the line holds {held}, as Word writes them", f"{advice}: {shown}", mended
