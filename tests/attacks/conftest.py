"""Attacks that still succeed are listed here, so that the list can only become shorter.

A test in OPEN must fail today (strict): the change that mends it takes its name off. PANEL_OPEN_FAULTS=red runs
them as ordinary tests and shows what each of them says.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.open_faults import mark_open

OPEN: dict[str, str] = {
    # rows 2 and 3, and their brothers
    # rows 4, 5, 8, 19, 24
    "test_a_configuration_that_chokes_the_parser_falls_back": "ValueError, RecursionError",
    # rows 6, 9, 14, 16, 20, 23
    # row 13
    **{
        f"test_no_panel_name_leads_out_of_the_receipts_folder[{name}]": "written elsewhere, or under no panel's name"
        for name in ("up-4", "up-1", "dots", "empty", "nul", "line", "through")
    },
    "test_root_writes_nothing_outside_the_stick": "root writes into etc-cron.d",
    "test_what_cannot_be_a_receipt_leaves_the_tray": "a folder stays, and starts the writer again and again",
    # rows 15, 25
    "test_the_second_partition_of_a_stick_is_read_too": "in use; left alone",
    "test_a_streams_key_is_not_told": "`now` holds the whole address",
}
"""Name of the test, or of one of its cases -> what it shows today."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_open(items, Path(__file__).parent, OPEN)
