"""The known word that was meant: what counts as near, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.base.spelling import LONGEST, did_you_mean, nearest

KNOWN = ("root", "port", "host", "tls", "colour", "alun-alun", "pasar-lama", "pasar-baru")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("prot", "port"), ("color", "colour"), ("PORT", "port"), ("hots", "host"), ("tsl", "tls"), ("alun", "alun-alun"),
        ("rooot", "root"), ("pasar", None), ("x", None), ("", None), ("keep_alive", None), ("z" * 500, None),
    ],
)  # fmt: skip
def test_the_nearest_word(word: str, meant: str | None) -> None:
    """Letters exchanged, left out, doubled, another case, the beginning of one name only; nothing is forced."""
    assert nearest(word, KNOWN) == meant
    assert did_you_mean(word, KNOWN) == (f"did you mean {meant}?" if meant else "")


@given(st.text(max_size=LONGEST), st.lists(st.text(min_size=1, max_size=LONGEST), max_size=5))
def test_a_known_word_is_nearest_to_itself(word: str, others: list[str]) -> None:
    """Whatever else is known."""
    if word:
        found = nearest(word, [*others, word])
        assert found is not None
        assert found.casefold() == word.casefold() or len(word.casefold()) > LONGEST
