"""Text from outside is harmless where it goes, and otherwise as it was."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.base.text import ascii_name, breaks_a_line, drawable, excerpt, for_terminal, hide_keys, printable

ANY = st.text(alphabet=st.characters(), max_size=60)
"""Also with lone surrogates, as names of files have them."""


@given(ANY)
def test_printable_is_one_line_of_utf_8(text: str) -> None:
    """It can be encoded, and nothing in it breaks a line."""
    out = printable(text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
    out.encode("utf-8")
    assert not breaks_a_line(out)
    assert len(out.splitlines()) <= 1


@given(ANY)
def test_a_terminal_gets_nothing_that_drives_it(text: str) -> None:
    """Character by character, so that columns stay; no escape, no line break, no turned writing."""
    out = for_terminal(text)
    assert len(out) == len(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in out)


@given(ANY)
def test_an_excerpt_is_short_ascii(text: str) -> None:
    """Whatever a hostile file holds."""
    out = excerpt(text)
    assert out.isascii()
    assert out.isprintable()
    assert len(out) <= 60


@given(ANY, st.integers(1, 50))
def test_a_devices_name_is_short_ascii(text: str, limit: int) -> None:
    """As whoever formatted a stick called it."""
    out = ascii_name(text, limit)
    assert len(out) <= limit
    assert out == "" or (out.isascii() and out.isprintable())


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (printable, "Spanduk Kota \u00fcber \U0001f600 \u0627\u0644.mp4"),
        (for_terminal, "Spanduk Kota \u00fcber \u0627\u0644 50\u00a0%"),
        (drawable, "Dua baris\nSELAMAT \u062f\u0627\u062a\u0627\u06af \U0001f468\u200d\U0001f469"),
        (excerpt, "media/a b.mp4"),
    ],
)
def test_harmless_text_stays_as_it_is(function: object, text: str) -> None:
    """An operator knows the own file's name again."""
    assert function(text) == text  # type: ignore[operator]


def test_each_replacement_is_the_one_that_was_promised() -> None:
    """A question mark for a name, a dot for a terminal, an escape for a log, an underscore for a device, none drawn."""
    assert printable("a\x1b[2Jb\u2028c\udcff") == "a\ufffd[2Jb\ufffdc\ufffd"
    assert for_terminal("a\x1b[2Jb\u202ec") == "a·[2Jb·c"
    assert excerpt("a\x1bb") == "a\\x1bb"
    assert excerpt(["x" * 99])[-3:] == "..."
    assert ascii_name(" K\u00f6ta\x07 ", 9) == "K_ta_"
    assert drawable("\n a\tb\x00 \r\nc \n") == "a b\nc"


def test_no_key_of_an_address_is_told() -> None:
    """User, password, query, fragment and a part of the path that sets something go; the rest of the text stays."""
    line = (
        "cannot open 'RTSP://me:pw@h.example:554/a/user=x&password=y/b?k=z#f' (404); http://h/a.m3u8 a=b media/c?d.mp4"
    )
    assert hide_keys(line) == "cannot open 'RTSP://h.example:554/a/.../b' (404); http://h/a.m3u8 a=b media/c?d.mp4"
    assert hide_keys("rtsp://[::1]:554/live?x") == "rtsp://[::1]:554/live"
