"""Attacks that still succeed are listed here, so that the list can only become shorter.

A test in OPEN must fail today (strict): the change that mends it takes its name off. PANEL_OPEN_FAULTS=red runs
them as ordinary tests and shows what each of them says.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.open_faults import mark_open

OPEN: dict[str, str] = {
    # row 1
    "test_a_film_that_is_an_address_for_ffmpeg_shows_no_strangers_picture": "the stranger's picture is on screen",
    "test_a_decoder_whose_item_is_a_file_has_no_network": "every decoder has the machine's network",
    # rows 2 and 3, and their brothers
    # rows 4, 5, 8, 19, 24
    "test_a_configuration_that_chokes_the_parser_falls_back": "ValueError, RecursionError",
    # rows 6, 9, 14, 16, 20, 23
    "test_a_blob_that_is_gone_is_no_fault_of_the_film": "the film is quarantined",
    # row 7
    "test_a_film_of_a_frame_or_two_is_seen": "black for its whole time",
    "test_a_film_of_one_frame_between_films_leaves_nothing_black": "black for its whole time",
    # row 10, 21
    # rows 11, 12
    "test_a_flood_of_heartbeats_ends_that_decoder_and_not_the_loop": "every heartbeat reaches the loop",
    "test_a_decoder_taken_over_can_draw_and_nothing_else": "it reads the key, signals, traces, reaches the bus",
    # row 13
    **{
        f"test_no_panel_name_leads_out_of_the_receipts_folder[{name}]": "written elsewhere, or under no panel's name"
        for name in ("up-4", "up-1", "dots", "empty", "nul", "line", "through")
    },
    "test_root_writes_nothing_outside_the_stick": "root writes into etc-cron.d",
    "test_what_cannot_be_a_receipt_leaves_the_tray": "a folder stays, and starts the writer again and again",
    # rows 15, 17, 18, 22, 25
    "test_the_second_partition_of_a_stick_is_read_too": "in use; left alone",
    "test_a_film_that_changes_its_size_is_refused_or_never_black": "0.1 s of black at each change",
    **{f"test_an_allowed_host_leads_nowhere_else[{how}]": "it does" for how in ("redirect", "hls", "file-redirect")},
    "test_a_streams_key_is_not_told": "`now` holds the whole address",
    "test_the_largest_picture_is_shown_and_no_decoder_is_killed_for_it": "taken for hung, and blamed",
}
"""Name of the test, or of one of its cases -> what it shows today."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_open(items, Path(__file__).parent, OPEN)
