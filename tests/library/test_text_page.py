"""The text of a text page, as editors save it."""

from __future__ import annotations

import pytest

from player.library.content.text_page import NoText, PageText, is_text_page, read_page_text, seconds_for

TEXT = "Pengumuman\r\n\r\nPasar malam dibuka – bebas masuk\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_text_reads_the_same_however_it_was_saved(encoding: str) -> None:
    """UTF-8 and UTF-16, with a mark or without, and what an old Notepad calls ANSI."""
    assert read_page_text(TEXT.encode(encoding)) == PageText("Pengumuman", ("Pasar malam dibuka – bebas masuk",))


def test_the_first_line_is_the_headline_and_gaps_stay() -> None:
    """Empty lines at either end go, one between paragraphs is a gap."""
    page = read_page_text(b"\n\nJudul\n\nsatu\n\ndua\n\n\n")
    assert (page.headline, page.paragraphs) == ("Judul", ("satu", "", "dua"))


def test_a_line_that_is_only_an_address_becomes_a_code() -> None:
    """Once for each address; an address inside a sentence stays text."""
    page = read_page_text(b"Daftar\nhttps://serang.go.id/daftar\nwww.serang.go.id\nlihat www.a.id ya\nwww.serang.go.id")
    assert page.addresses == ("https://serang.go.id/daftar", "www.serang.go.id")
    assert page.paragraphs == ("lihat www.a.id ya",)


@pytest.mark.parametrize("line", ["# colour: red", "# color: red", "#warna:red", "# Warna = red"])
def test_the_ground_is_named_at_the_top(line: str) -> None:
    """In both languages; a line with # further down is text."""
    page = read_page_text(f"{line}\nBanjir\n# 2 jalur ditutup".encode())
    assert (page.colour, page.headline, page.paragraphs) == ("red", "Banjir", ("# 2 jalur ditutup",))


def test_a_directive_that_is_not_known_is_told_and_not_shown() -> None:
    """A slip at the top is no headline."""
    page = read_page_text(b"# colou: red\nBanjir")
    assert (page.headline, page.unknown) == ("Banjir", ("# colou: red",))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no text in it"),
        (b"\xef\xbb\xbf \r\n", "no text in it"),
        (b"# colour: red\n", "no text in it"),
        (b"MZ\x90\x01\x02\x03", "it is no text"),
        (b"\xff\xfe\x00", "it is no text"),
        (b"{\\rtf1\\ansi Banjir}", "WordPad or Word"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"a" * 70_000, "a text of 70 kB; a text page holds at most 64 kB"),
    ],
)
def test_what_is_no_text_is_refused_by_name(raw: bytes, words: str) -> None:
    """Each with what it is, so that the operator knows what to save anew."""
    with pytest.raises(NoText, match=words.replace("{", "\\{")):
        read_page_text(raw)


def test_a_page_stays_as_long_as_it_takes_to_read() -> None:
    """Never too short to be found, never so long that the panel seems to stand still."""
    assert [seconds_for(letters) for letters in (0, 100, 300, 5000)] == [6.0, 12.0, 28.0, 60.0]


def test_the_running_text_is_no_page() -> None:
    """By its name; every other text is one."""
    assert [is_text_page(path) for path in ("a.txt", "b/Kabar.TXT", "ticker.txt", "b/Ticker.TXT", "a.txt.mp4")] == [
        True, True, False, False, False,
    ]  # fmt: skip
