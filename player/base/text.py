"""Text from outside made fit for where it goes: a log line, a terminal, a picture, a name in a report.

Knows: which characters break a line, drive a terminal or turn the writing around. Touches nothing.
Must not: shorten or change what is harmless there: operators must recognise the names of their files.
"""

from __future__ import annotations

import re
import unicodedata

BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What breaks a line or controls a device: Unicode's categories Cc, Zl and Zp, which get no further characters."""
TERMINAL_FORBIDS = frozenset({"Cc", "Zl", "Zp", "Cf", "Cs", "Co"})
"""Unicode categories that break a line, drive a device, turn the writing around or hide in it: a panel may be taken over."""
LATIN_END = 0x250
"""Latin with all its accents ends here: every font has it."""
LATIN_SIGNS = frozenset("\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026")
"""What stands between Latin letters and has its code elsewhere: dashes, quotes, bullet, ellipsis."""
NEVER_DRAWN = frozenset({"Cc", "Cs", "Co"})
ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{0,15})://([^\s'\"<>]*)", re.IGNORECASE)
"""The scheme's length is bounded, so that a long line without an address costs its length and not the square of it."""
EXCERPT_LIMIT = 60
"""Characters of a foreign value that a log line holds."""


def breaks_a_line(text: str) -> bool:
    """Whether `text` holds a control character or a line break, so that it could forge a line of a log."""
    return BREAKING.search(text) is not None


def printable(text: str) -> str:
    """`text` in one line for logs, reports and MQTT: control characters and bytes that are no UTF-8 become U+FFFD."""
    if text.isprintable():  # no control character, no half of a pair: nearly always, and fifty times as fast
        return text
    return BREAKING.sub("\ufffd", text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def hide_keys(text: str) -> str:
    """`text` with each address in it shortened to what may be told: no user, no password, no query, no fragment.

    Keys stand there, and in a part of the path that sets something (".../user=admin&password=..."), as cameras have it.
    """
    return ADDRESS.sub(_without_keys, text)


def _without_keys(address: re.Match[str]) -> str:
    rest = re.split(r"[?#]", address[2], maxsplit=1)[0]
    host, *path = rest.split("/")
    shown = (host.rpartition("@")[2], *("..." if "=" in part or "@" in part else part for part in path))
    return f"{address[1]}://{'/'.join(shown)}"


def is_plain_latin(text: str) -> bool:
    """Whether every font has all of its letters."""
    return all(ord(char) < LATIN_END or char in LATIN_SIGNS for char in text)


def for_terminal(text: str) -> str:
    """`text` without what could drive a terminal or turn its writing around; a dot stands in each one's place."""
    if text.isprintable():  # Unicode's "other" and "separator" are not
        return text
    return "".join("·" if unicodedata.category(char) in TERMINAL_FORBIDS else char for char in text)


def messages_of(text: str) -> tuple[str, ...]:
    """The messages of a running text: one a line, without what cannot be drawn; a blank line is none."""
    lines = (" ".join(drawable(line).split()) for line in text.splitlines())
    return tuple(line for line in lines if line)


def drawable(text: str) -> str:
    """What can be drawn of `text`: no control characters, tabs as spaces, no blank lines at either end; lines stay."""
    lines = text.replace("\t", " ").splitlines()
    drawn = ("".join(char for char in line if unicodedata.category(char) not in NEVER_DRAWN) for line in lines)
    return "\n".join(line.strip() for line in drawn).strip()


def excerpt(value: object) -> str:
    """Something from a hostile file for a log line: ASCII with escapes, and short."""
    text = ascii(value if isinstance(value, str) else repr(value))[1:-1]
    return text if len(text) <= EXCERPT_LIMIT else text[: EXCERPT_LIMIT - 3] + "..."


def ascii_name(text: str, limit: int) -> str:
    """A device's name as whoever made it wrote it: every character that is not plain ASCII becomes "_"; shortened."""
    clean = "".join(char if char.isascii() and char.isprintable() else "_" for char in text.strip())
    return clean[:limit]
