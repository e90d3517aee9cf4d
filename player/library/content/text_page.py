"""The text of a text page (`*.txt`): its headline, its paragraphs, the web addresses that become QR codes, its colour.

Knows: how editors save a text (UTF-8 and UTF-16, with a mark or without; Windows' own letters), and the page's few rules.
Touches nothing. Must not: lay anything out (screen/drawing/text_page.py does).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from player.base.text import drawable

ENDING = ".txt"
TICKER_NAME = "ticker.txt"
TEXT_LIMIT_BYTES = 64_000
"""A page of the longest kind holds about 300 letters: this is two hundred pages."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WINDOWS = "cp1252"
"""What an old Notepad calls ANSI."""
READING_S, SECONDS_A_LETTER, SHORTEST_S, LONGEST_S = 4.0, 0.08, 6.0, 60.0
"""A page stays for as long as it takes to find it and to read it: slow readers read 12 letters a second."""
_DIRECTIVE = re.compile(r"#\s*([A-Za-z-]+)\s*[:=]\s*(.*)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]{3,}", re.IGNORECASE)
COLOUR_WORDS = frozenset({"colour", "color", "warna"})


class NoText(ValueError):
    """The bytes are no text that a page could show; the message says why."""


@dataclass(frozen=True, slots=True)
class PageText:
    """headline "": the text is empty. paragraphs: a line each; "" is a gap. colour "": not said.

    addresses: the lines that are only a web address. unknown: directives that are not understood.
    """

    headline: str
    paragraphs: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    colour: str = ""
    unknown: tuple[str, ...] = ()


def read_page_text(raw: bytes) -> PageText:
    """Raises NoText."""
    if len(raw) > TEXT_LIMIT_BYTES:
        raise NoText(text_too_long(len(raw)))
    lines = [drawable(line).strip() for line in decode_text(raw).splitlines()]
    lines = _without_empty_ends(lines)
    colour, unknown = "", []
    while lines and (found := _DIRECTIVE.fullmatch(lines[0])):
        if found[1].lower() in COLOUR_WORDS:
            colour = found[2].strip()
        else:
            unknown.append(lines[0])
        lines = _without_empty_ends(lines[1:])
    addresses = tuple(dict.fromkeys(line for line in lines if _ADDRESS.fullmatch(line)))
    words = _without_empty_ends([line for line in lines if line not in addresses])
    if not words and not addresses:
        raise NoText("there is no text in it")
    headline = words[0] if words else ""
    return PageText(headline, tuple(_without_empty_ends(words[1:])), addresses, colour, tuple(unknown))


def is_text_page(path: str) -> bool:
    """By its name: a text is a page because its author says so. `ticker.txt` is the running text."""
    name = path.rpartition("/")[2].casefold()
    return name.endswith(ENDING) and name != TICKER_NAME


def text_too_long(size_bytes: int) -> str:
    size = f"{size_bytes / 1e6:,.0f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:,.0f} kB"
    return f"a text of {size}; a text page holds at most {TEXT_LIMIT_BYTES // 1000} kB"


def seconds_for(letters: int) -> float:
    """How long a page with so many letters stays, when nobody said so."""
    return min(LONGEST_S, max(SHORTEST_S, round(READING_S + SECONDS_A_LETTER * letters)))


def decode_text(raw: bytes) -> str:
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _strict(raw.removeprefix(mark), encoding)
    if b"\0" in raw:
        odd = raw[1::2].count(0) > raw[::2].count(0)
        return _strict(raw, "utf-16-le" if odd else "utf-16-be")
    try:
        return _strict(raw, "utf-8")
    except UnicodeDecodeError:
        return _strict(raw, WINDOWS)


def _strict(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            raise
        raise NoText("it is no text; save it as plain text (UTF-8)") from None
    if any(ord(char) < 32 and char not in "\t\n\r\f\v\x1a" for char in text) or "\ufffe" in text:
        raise NoText("it is no text; save it as plain text (UTF-8)")
    if text.lstrip().startswith("{\\rtf"):
        raise NoText("it is a WordPad or Word file; save it as plain text (UTF-8)")
    if re.match(r"\s*<(?:!doctype|html|\?xml)", text, re.IGNORECASE):
        raise NoText("it is a web page; save it as plain text (UTF-8)")
    return text


def _without_empty_ends(lines: list[str]) -> list[str]:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines
