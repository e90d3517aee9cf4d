"""Text in lines: facts about breaking and filling, with letters that are all half as wide as they are high."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from player.base.text import drawable
from player.screen.drawing.wrap import break_lines, clusters, fit_text, pieces, reads_right_to_left


def half(text: str) -> float:
    return len(text) / 2


def test_text_fills_the_box_with_the_largest_letters() -> None:
    """Two words that fit side by side only when small are set larger, one below the other."""
    fitted = fit_text("AWAS BANJIR", 300, 200, half, 8, 999)
    assert fitted.lines == ("AWAS", "BANJIR")
    assert fitted.size == 81, "200 pixels for two lines of 1.22 letters each"


def test_lines_are_even() -> None:
    """The last line is not left with one short word when the lines above can give some of theirs."""
    fitted = fit_text("aaa bbb ccc d", 60, 30, half, 10, 10)
    assert fitted.lines == ("aaa bbb", "ccc d")


def test_a_word_longer_than_the_box_is_cut_only_at_the_smallest_size() -> None:
    """First the letters shrink; at the smallest size the word is cut rather than lost."""
    assert fit_text("x" * 20, 100, 100, half, 8, 99).lines == ("x" * 20,)
    assert fit_text("x" * 40, 100, 100, half, 8, 99).lines == ("x" * 25, "x" * 15)


def test_too_much_text_ends_in_an_ellipsis() -> None:
    """What does not fit even in the smallest letters is cut off, and seen to be."""
    fitted = fit_text("kata " * 500, 100, 40, half, 8, 99)
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


def test_clean_leaves_what_can_be_drawn() -> None:
    """Control characters and lone surrogates are gone, inner lines stay."""
    assert drawable("\n a\tb\x00\x1b[31m \r\nc\ud800 \n\n") == "a b[31m\nc"


@given(st.text(max_size=200), st.integers(20, 400), st.integers(10, 300))
def test_whatever_the_text_it_fits(text: str, width: int, height: int) -> None:
    """No line is wider than the box, and there are never more lines than it has room for."""
    fitted = fit_text(drawable(text), width, height, half, 8, 99)
    assert len(fitted.lines) <= max(1, height / (1.22 * fitted.size))
    assert all(half(line) * fitted.size <= width or len(list(clusters(line))) <= 2 for line in fitted.lines)


@given(st.text(max_size=60), st.integers(1, 30))
def test_breaking_loses_no_letter(text: str, limit: int) -> None:
    """All that breaking takes away are spaces at the ends of lines."""
    lines = break_lines(drawable(text), limit, half, cut_words=True)
    assert lines is not None
    assert "".join("".join(lines).split()) == "".join(drawable(text).split())
