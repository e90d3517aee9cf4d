"""What people write where TOML wants it otherwise: the advice for a line that is no TOML, which is TOML itself.

Knows: quotes, dashes and spaces from Word and other keyboards, missing quotes, commas and brackets, yes and no. Touches nothing.
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
_WIDTHS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_SPACES = dict.fromkeys(map(ord, _WIDTHS), " ") | dict.fromkeys(map(ord, _INVISIBLE), "")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-")
_QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02"), '"')
_QUOTES |= dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4\uff07"), '"')
_WIDE = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_WIDE |= {0xFF07: '"', 0x2044: "/", 0x2215: "/", 0x2236: ":"}
"""The letters and signs of a Chinese or Japanese keyboard, each as wide as a square; the slash and colon of typesetters."""
_SPECIAL = (
    (_QUOTES, "curly quotes", "write straight quotes"),
    (_SPACES, "a special space", "type the line anew"),
    (_DASHES, "a special dash", "type the line anew"),
    (_WIDE, "full-width characters", "type the line anew"),
    (_WIDE | _QUOTES | _DASHES | _SPACES, "special characters", "type the line anew"),
)
"""What Word and keyboards of other scripts put in the place of what TOML wants, what it is called, and what to do. Last: all."""
_TRUTHS = {"yes": "true", "ya": "true", "on": "true", "no": "false", "tidak": "false", "off": "false", "true": "true",
           "false": "false"}  # fmt: skip


More = Callable[[str, str], Iterator[Guess]]
"""What the value of a key may have been meant to be, said by who knows the keys."""


def no_more(key: str, value: str) -> Iterator[Guess]:
    return iter(())


def find_slips(line: str, more: More = no_more) -> Iterator[tuple[str, str]]:
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


def _guesses(line: str, more: More) -> Iterator[Guess]:
    everything = _SPECIAL[-1][0]
    plain = line.translate(everything)
    if plain == line:
        yield from _plain_guesses(line, more)
        return
    table, held, advice = next(row for row in _SPECIAL if line.translate(row[0]) == plain)
    what = f"the line holds {held}, as Word writes them"
    shown = plain.partition("=")[2].strip() if table is _QUOTES and "=" in plain else plain
    yield what, f"{advice}: {shown}", plain
    yield from ((what, remedy, mended) for _, remedy, mended in _plain_guesses(plain, more))
    # Whatever the line was meant to be: these characters are what nobody sees in it.
    yield what, "type the line anew", ""


def _plain_guesses(line: str, more: More) -> Iterator[Guess]:
    shown = f"{line[:SHOWN_CHARACTERS]!r} is not understood"
    for sign, name in (("-", "dash"), (":", "colon")):
        if found := re.fullmatch(rf"""(\w+)\s*{sign}\s*(.+)""", line):
            value = _TRUTHS.get(found[2].casefold(), found[2])
            mended = f"{found[1]} = {value}"
            if load_line(mended) is None:
                mended = f'{found[1]} = "{value}"'
            yield shown, f"an equals sign instead of the {name}: {mended}", mended
    if found := re.fullmatch(r"""(\w+\s*=.*?\S|\[+\w+\]+)\s*-+\s+([^\W\d_].*)""", line):
        mended = f"{found[1]}  # {found[2]}"
        yield shown, f"write # before a remark: {mended}", mended
    if match := PAIR.fullmatch(line):
        yield from more(match[1], match[2])
        yield from ((shown, remedy, mended) for remedy, mended in _values(match[1], match[2]))


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
