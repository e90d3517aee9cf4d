"""Parsers in which something is found today: the change that mends one takes its name off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.open_faults import mark_open

OPEN: dict[str, str] = {
    "test_hostile_inputs_find_nothing[schedule-toml]": "a number of 5,000 digits: ValueError out of parse_schedule",
    "test_hostile_inputs_find_nothing[decoder-lines]": "a length of millions of years ends the loop",
    "test_hostile_inputs_find_nothing[known-files]": "RecursionError: the library's thread ends at each start",
    "test_hostile_inputs_find_nothing[serials]": "a serial of 1e999, OverflowError: no stick and no signed folder can be read",
    "test_hostile_inputs_find_nothing[release-record]": "KeyError, TypeError and others: the daemon does not start",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_open(items, Path(__file__).parent, OPEN)
