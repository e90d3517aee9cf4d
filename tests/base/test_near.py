""" "Did you mean": the right hint in a small and in a large folder, and no more of them than somebody reads."""

from __future__ import annotations

import pytest

from player.base.near import COMPARED_LIMIT, HINTS_LIMIT, NearNames

MANY = [f"media/film-{n:06}.mp4" for n in range(50 * COMPARED_LIMIT)]


@pytest.mark.parametrize(
    ("names", "asked", "near"),
    [
        (["Film.MP4"], "film.mp4", "Film.MP4"),
        (["media/pasar.mp4", "zebra.mp4"], "media/pasat.mp4", "media/pasar.mp4"),
        (["apasar.mp4"], "pasar.mp4", "apasar.mp4"),
        ([*MANY, "media/pasar.mp4"], "media/pasat.mp4", "media/pasar.mp4"),
        (MANY, "MEDIA/film-000007.mp4", "media/film-000007.mp4"),
        (MANY, "quite-another.mp4", None),
        ([], "a.mp4", None),
        (["x" * 5000], "x" * 4999, None),
    ],
)
def test_the_nearest_name(names: list[str], asked: str, near: str | None) -> None:
    """Another case, a slip of the keyboard, in a folder of two files or of two thousand."""
    assert NearNames(names).near(asked) == near


def test_after_some_hints_no_more_is_looked_for() -> None:
    """Half a sync names a thousand files that are not there: the first few get a hint."""
    names = NearNames(["a.mp4"])
    answers = [names.near("A.mp4") for _ in range(HINTS_LIMIT + 5)]
    assert answers == ["a.mp4"] * HINTS_LIMIT + [None] * 5
