"""What a line of a playlist wants of a document, a moving picture or a text; values in, values out."""

from __future__ import annotations

from fractions import Fraction

import pytest

from player.core.model import MediaKind
from player.library.renditions.recipes import (
    MOVING_LIMIT_S,
    Canvas,
    MakeRequest,
    NotMade,
    Origin,
    Recipe,
    Rendition,
    Wanted,
    pack_made,
    unpack_made,
)
from player.screen.drawing.frames import Movement

CANVAS = Canvas(192, 96)


def wanted(recipe: Recipe, pages: int = 0, first_last: tuple[int, int] | None = None, seconds: float | None = None,
           turn_s: float | None = None) -> list[Wanted] | NotMade:  # fmt: skip
    return MakeRequest(recipe, pages, first_last, seconds, 10.0, turn_s).wanted("x", CANVAS)


@pytest.mark.parametrize(
    ("first_last", "pages"), [(None, [1, 2, 3]), ((2, 2), [2]), ((2, 3), [2, 3]), ((1, 1), [1]), ((1, 3), [1, 2, 3])]
)
def test_a_document_gives_its_pages_in_order(first_last: tuple[int, int] | None, pages: list[int]) -> None:
    """All of them, or those that the line names."""
    found = wanted(Recipe.DOCUMENT, 3, first_last)
    assert not isinstance(found, NotMade)
    assert [one.page for one in found] == pages


@pytest.mark.parametrize(
    ("pages", "first_last", "words"),
    [
        (3, (4, 4), "it has 3 pages, and no page 4"),
        (1, (1, 2), "it has 1 page, and no page 2"),
        (101, None, "these are 101 pages; at most 100 are shown: name them, like #page=1-20"),
        (500, (100, 400), "these are 301 pages; at most 100 are shown: name them, like #page=1-20"),
    ],
)
def test_pages_that_are_not_there_or_too_many_are_told(
    pages: int, first_last: tuple[int, int] | None, words: str
) -> None:
    """Before anything of them is drawn."""
    assert wanted(Recipe.DOCUMENT, pages, first_last) == NotMade(words)


@pytest.mark.parametrize(
    ("turn_s", "seconds", "lengths"),
    [
        (1.5, None, [10.5]),  # seven whole turns
        (10.0, None, [10.0]),
        (14.0, None, [14.0]),  # never cut in the middle of a turn that nobody asked to be cut
        (1.5, 4.0, [4.0]),
        (1.5, MOVING_LIMIT_S, [MOVING_LIMIT_S]),
        (1.5, 1500.0, [500.0, 500.0, 500.0]),  # the same film again and again, as items change without a gap
        (0.0, None, [10.0]),
    ],
)
def test_a_moving_picture_moves_for_its_seconds(turn_s: float, seconds: float | None, lengths: list[float]) -> None:
    """As the line says; else through whole turns, for as long as a picture stays or a little longer."""
    found = wanted(Recipe.MOVING, seconds=seconds, turn_s=turn_s)
    assert not isinstance(found, NotMade)
    assert [one.seconds for one in found] == lengths


@pytest.mark.parametrize(
    ("durations_ms", "rate", "repeats"),
    [
        ((80,) * 3, Fraction(25, 2), [1, 1, 1]),
        ((500, 500, 500), Fraction(10), [5, 5, 5]),
        ((40, 80, 120), Fraction(25), [1, 2, 3]),
        ((70, 140), Fraction(100, 7), [1, 2]),
        ((2000, 500), Fraction(10), [20, 5]),
        ((33, 33, 34), Fraction(50), [2, 1, 2]),  # two pictures more would show nothing more on a panel
    ],
)
def test_a_film_meets_each_pictures_own_time(durations_ms: tuple[int, ...], rate: Fraction, repeats: list[int]) -> None:
    """Exactly wherever fifty pictures a second are enough, and never drifting: the whole turn has its length."""
    movement = Movement(8, 8, durations_ms)
    assert movement.rate == rate
    assert list(movement.repeats()) == repeats
    assert sum(repeats) == round(movement.turn_s * rate)


def test_what_was_made_is_written_down_and_read_back() -> None:
    """Also a refusal, and where an item came from."""
    made = (
        Rendition("a" * 64, MediaKind.VIDEO, 5, 2, 2, 10.5),
        Rendition("b" * 64, MediaKind.IMAGE, 5, 2, 2, None, 8.0),
    )
    assert unpack_made(pack_made(made)) == made
    assert unpack_made(pack_made(NotMade("why"))) == NotMade("why")
    origin = Origin(Wanted("x", Recipe.DOCUMENT, CANVAS, page=2), 0, "a.pdf", True, 4.0)
    assert Origin.unpack(origin.pack()) == origin
    with pytest.raises(ValueError, match="eight fields"):
        Wanted.unpack(["x"])


def test_an_item_is_known_by_its_page() -> None:
    """In the office's reports, and for `goto`; a text or a document of one page by its name alone."""
    page = Origin(Wanted("x", Recipe.DOCUMENT, CANVAS, page=2), 0, "a.pdf", numbered=True)
    text = Origin(Wanted("x", Recipe.TEXT, CANVAS), 0, "a.txt")
    assert [page.path_of(0, 1), text.path_of(0, 1), text.path_of(1, 3)] == ["a.pdf#page=2", "a.txt", "a.txt#page=2"]


def test_the_same_of_another_region_means_the_same() -> None:
    """Its key is another one, and what the bundle said with it is not."""
    small = Wanted("x", Recipe.TEXT, CANVAS)
    large = small.on(Canvas(1280, 720))
    assert small.key != large.key
    assert Origin(small, 0, "a.txt").meant == Origin(large, 0, "a.txt").meant
