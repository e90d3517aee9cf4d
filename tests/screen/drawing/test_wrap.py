"""Text in lines: facts about breaking and filling, with letters that are all half as wide as they are high."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from player.base.text import drawable
from player.screen.drawing.wrap import (
    LEFT_TO_RIGHT,
    LINE_HEIGHT,
    LONG_WORD,
    RIGHT_TO_LEFT,
    Letters,
    break_lines,
    clusters,
    fit_pages,
    fit_text,
    page_end,
    pieces,
    reads_right_to_left,
)

MARKS = LEFT_TO_RIGHT + RIGHT_TO_LEFT


def half(text: str) -> float:
    return len(text.strip(MARKS)) / 2


HALF = Letters(lambda text, size: half(text))
ADDRESS = "https://www.serangkota.go.id/pengumuman/lalu-lintas?jalan=veteran"


def test_text_fills_the_box_with_the_largest_letters() -> None:
    """Two words that fit side by side only when small are set larger, one below the other."""
    fitted = fit_text("AWAS BANJIR", 300, 200, HALF, 8, 999)
    assert fitted.lines == ("AWAS", "BANJIR")
    assert fitted.size == 81, "200 pixels for two lines of 1.22 letters each"


def test_lines_are_even() -> None:
    """The last line is not left with one short word when the lines above can give some of theirs."""
    fitted = fit_text("aaa bbb ccc d", 60, 30, HALF, 10, 10)
    assert fitted.lines == ("aaa bbb", "ccc d")


def test_a_word_longer_than_the_box_is_cut_only_at_the_smallest_size() -> None:
    """First the letters shrink; at the smallest size the word is cut rather than lost."""
    assert fit_text("x" * 20, 100, 100, HALF, 8, 99).lines == ("x" * 20,)
    assert fit_text("x" * 20, 60, 100, HALF, 8, 99).lines == ("x" * 15, "x" * 5)


def test_an_address_does_not_shrink_the_whole_text() -> None:
    """What is longer than words are is broken, behind a slash where there is one, in lines that hold enough of it."""
    alone = fit_text("Awas banjir di Jalan Veteran", 300, 200, HALF, 8, 99)
    both = fit_text(f"Awas banjir di Jalan Veteran {ADDRESS}", 300, 200, HALF, 8, 99)
    assert both.size >= alone.size / 2
    assert 300 / both.size > len(ADDRESS) / 2 / 3, "whole, it would need letters of a third of that"
    ends = [line[-1] for line in both.lines[:-1] if line in ADDRESS]
    assert ends
    assert set(ends) <= set("/-?=.")


def test_a_word_as_long_as_words_are_stays_whole() -> None:
    """Letters shrink for a word of LONG_WORD letters; a longer one is broken, but never into crumbs."""
    assert fit_text("x" * LONG_WORD, 240, 100, HALF, 8, 99).lines == ("x" * LONG_WORD,)
    broken = fit_text("x" * (LONG_WORD + 1), 240, 400, HALF, 8, 99).lines
    assert broken == ("x" * 13, "x" * 12)


def test_the_ending_of_a_name_stays_with_it() -> None:
    """media/pembukaan-festival.mp4 is never broken between the name and .mp4."""
    lines = break_lines("media/pembukaan-festival.mp4", 13.5, half, cut_words=True)
    assert lines == ["media/pembukaan-", "festival.mp4"]
    card = fit_text("media/festival-serang-2026/pembukaan.mp4: terpotong", 340, 60, HALF, 8, 99)
    assert [line for line in card.lines if line.endswith(("mp4:", "mp4: terpotong"))]
    assert not [line for line in card.lines if line.startswith((":", ".", "mp4"))]


@given(st.integers(8, 60), st.integers(20, 400), st.integers(10, 300))
def test_no_line_begins_with_a_colon(letters: int, width: int, height: int) -> None:
    """Wherever a long word is cut, what belongs to the letter before it stays there."""
    lines = fit_text("x" * letters + ": y", width, height, HALF, 8, 99).lines
    assert not [line for line in lines if line.startswith(":")]


def test_a_line_never_begins_with_a_dash() -> None:
    """A dash between two words stays with the word before it."""
    assert break_lines("SELESAI - CABUT USB", 9 / 2, half, cut_words=False) == ["SELESAI -", "CABUT USB"]
    assert list(pieces("sampai \u2013 23:00 -5")) == ["sampai \u2013 ", "23:00 ", "-5"]


def test_what_does_not_fit_goes_on_on_the_next_page() -> None:
    """Every word of the text is on one of the pages, in order, and no page has more lines than there is room for."""
    text = "Banjir di Jalan Veteran\nLewat Jalan Ahmad Yani"
    pages = fit_pages(text, 60, 28, HALF, 8, 99)
    assert [page.lines for page in pages] == [("Banjir di Jalan", "Veteran"), ("Lewat Jalan", "Ahmad Yani")]
    assert fit_pages(text, 600, 280, HALF, 8, 99) == [fit_text(text, 600, 280, HALF, 8, 99)]


def test_a_typed_line_goes_over_to_the_next_page_whole() -> None:
    """Where the page before it stays half full and it fits on one; a line that is longer than a page is divided."""
    text = "Senin\nPuskesmas Cipocok Jaya\nBawa buku"
    assert [page.lines for page in fit_pages(text, 60, 28, HALF, 8, 99)] == [
        ("Senin",), ("Puskesmas", "Cipocok Jaya"), ("Bawa buku",)
    ]  # fmt: skip
    ends = [True, False, True]
    assert (page_end(ends, 2), page_end(ends[1:], 2), page_end(ends, 3)) == (1, 2, 3)
    assert page_end([True, False, False, False, True], 3) == 3, "it fits on no page"
    assert page_end([True, False, False, True], 4) == 4
    assert page_end([True, False, False, True, True, True], 3) == 3, "the page before it would be nearly empty"


def test_too_much_text_ends_in_an_ellipsis() -> None:
    """What does not fit even in the smallest letters is cut off, and seen to be."""
    fitted = fit_text("kata " * 500, 100, 40, HALF, 8, 99)
    assert len(fitted.lines) == 4
    assert fitted.lines[-1].endswith("…")


def test_scripts_without_spaces_break_anywhere_but_before_closing_marks() -> None:
    """Chinese breaks between any two characters, never before a full stop; a hyphen is a place to break too."""
    assert list(pieces("请绕行。请")) == ["请", "绕", "行。", "请"]
    assert list(pieces("alun-alun kota")) == ["alun-", "alun ", "kota"]
    assert list(pieces("-5 2026-12-01")) == ["-5 ", "2026-12-01"]


def test_what_is_drawn_as_one_is_never_parted() -> None:
    """Accents, families of emoji and flags stay whole."""
    assert list(clusters("e\u0301👨‍👩‍👧🇮🇩🇲🇾👍🏽")) == ["e\u0301", "👨‍👩‍👧", "🇮🇩", "🇲🇾", "👍🏽"]


def test_direction_is_that_of_the_first_letter() -> None:
    """Digits and signs have no say."""
    assert reads_right_to_left("18:00 تحذير")
    assert not reads_right_to_left("18:00 Awas تحذير")


def test_every_line_is_read_in_the_direction_of_its_paragraph() -> None:
    """A line that begins with a word of the other direction is marked; one that begins as its paragraph does is not."""
    assert break_lines("تحذير\nAwas", 20, half, cut_words=False) == ["تحذير", "Awas"]
    arabic = break_lines("مفتوح Indomaret 18", 9 / 2, half, cut_words=False)
    assert arabic == ["مفتوح", RIGHT_TO_LEFT + "Indomaret", RIGHT_TO_LEFT + "18"]
    assert break_lines("Awas تحذير", 5 / 2, half, cut_words=False) == ["Awas", LEFT_TO_RIGHT + "تحذير"]


def test_clean_leaves_what_can_be_drawn() -> None:
    """Control characters and lone surrogates are gone, inner lines stay."""
    assert drawable("\n a\tb\x00\x1b[31m \r\nc\ud800 \n\n") == "a b[31m\nc"


@given(st.text(max_size=200), st.integers(20, 400), st.integers(10, 300))
def test_whatever_the_text_it_fits(text: str, width: int, height: int) -> None:
    """No line is wider than the box, and there are never more lines than it has room for."""
    fitted = fit_text(drawable(text), width, height, HALF, 8, 99)
    assert len(fitted.lines) <= max(1, height / (LINE_HEIGHT * fitted.size))
    assert all(half(line) * fitted.size <= width or len(list(clusters(line))) <= 2 for line in fitted.lines)


@given(st.text(max_size=60), st.integers(1, 30))
def test_breaking_loses_no_letter(text: str, limit: int) -> None:
    """All that breaking takes away are spaces at the ends of lines; all that it adds are marks of direction."""
    lines = break_lines(drawable(text), limit, half, cut_words=True)
    assert lines is not None
    assert _bare("".join(lines)) == _bare(drawable(text))


@given(st.text(max_size=200), st.integers(20, 400), st.integers(10, 300))
def test_pages_lose_no_letter(text: str, width: int, height: int) -> None:
    """However small the panel, every letter of a message stands on one of its pages."""
    pages = fit_pages(drawable(text), width, height, HALF, 8, 99)
    assert _bare("".join("".join(page.lines) for page in pages)) == _bare(drawable(text))
    assert all(len(page.lines) <= HALF.room(height, page.size) for page in pages)


def _bare(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in MARKS)
