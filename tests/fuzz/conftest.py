"""Parsers in which something is found today: the change that mends one takes its name off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.open_faults import mark_open

OPEN: dict[str, str] = {
    "test_hostile_inputs_find_nothing[decoder-lines]": "a length of millions of years ends the loop",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_open(items, Path(__file__).parent, OPEN)
