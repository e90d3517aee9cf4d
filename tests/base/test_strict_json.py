"""JSON from a damaged disk: whatever is not as it was written is a ValueError, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from player.base import strict_json as s


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (s.as_table, []),
        (s.as_list, {}),
        (s.as_text, 3),
        (s.as_whole, True),
        (s.as_whole, 1.0),
        (s.as_whole, -1),
        (s.as_whole, 2**63),
        (s.as_seconds, math.inf),
        (s.as_seconds, math.nan),
        (s.as_seconds, 10**400),
        (s.as_seconds, True),
        (s.as_truth, 1),
        (s.as_moment, "2026-11-22T03:00:00"),
        (s.as_moment, None),
        (s.parse_json, "[" * 100_000),
        (s.parse_json, "9" * 5_000),
    ],
    ids=lambda value: value.__name__ if callable(value) else f"{value!r:.12}",
)
def test_another_value_is_a_value_error(read: Callable[[object], object], wrong: object) -> None:
    """A value of another kind or size raises the one exception that the readers of our own files know."""
    with pytest.raises(ValueError, match=r"."):
        read(wrong)


def test_the_right_value_is_returned_unchanged() -> None:
    """What was written comes back as itself, whole numbers for seconds too."""
    assert s.as_whole(s.MOST) == s.MOST
    assert str(s.as_seconds(4)) == "4"
    assert s.as_moment("2026-11-22T03:00:00+00:00") == datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert s.perhaps(s.as_text, None) is None
