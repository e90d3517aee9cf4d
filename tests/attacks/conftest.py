"""Attacks that still succeed are listed here, so that the list can only become shorter.

A test in OPEN must fail today (strict): the change that mends it takes its name off. PANEL_OPEN_FAULTS=red runs
them as ordinary tests and shows what each of them says.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.open_faults import mark_open

OPEN: dict[str, str] = {}
"""Name of the test, or of one of its cases -> what it shows today."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_open(items, Path(__file__).parent, OPEN)
