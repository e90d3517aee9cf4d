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
    "test_four_times_the_problems_cost_four_times_the_steps": "12 times the steps",
    "test_a_turn_with_a_hundred_thousand_items_that_are_over_is_bounded": "more than 40,000 steps in a turn",
    # rows 4, 5, 8, 19, 24
    "test_no_foreign_text_is_parsed_in_the_daemons_process": "M3U, XSPF and TOML are",
    "test_a_key_of_390000_parts_is_not_valid_and_the_rest_goes_on": "the library's thread is stuck",
    "test_a_number_of_5000_digits_in_a_schedule_is_not_valid": "ValueError",
    "test_a_worker_that_dies_is_an_alert_and_every_command_is_answered": "no alert, no answer",
    "test_a_half_synced_playlist_of_many_lines_costs_a_step_or_two_for_each": "more than 2,000 steps a line",
    "test_playlists_are_bounded_in_their_sum": "200,000 lines are kept",
    # rows 6, 9, 14, 16, 20, 23
    "test_a_vetting_child_killed_by_the_machine_is_no_fault_of_the_film": "the film is refused for good",
    "test_a_file_larger_than_the_disk_is_refused_alone": "nothing new plays, and an older release is gone",
    "test_a_file_that_grows_is_copied_to_its_measured_size": "9 MB are written of a file of 1 MB",
    "test_junk_is_not_copied_before_the_good_film": "201 files are copied for one film",
    "test_a_state_folder_that_is_deleted_is_filled_anew": "nothing is copied until a restart",
    "test_a_blob_that_is_gone_is_no_fault_of_the_film": "the film is quarantined",
    "test_a_serial_is_kept_before_its_release_plays": "the release is told first",
    # row 7
    "test_a_film_of_a_frame_or_two_is_seen": "black for its whole time",
    "test_a_film_of_one_frame_between_films_leaves_nothing_black": "black for its whole time",
    # row 10, 21
    "test_a_temporary_file_from_the_future_is_given_up": "its age is taken from the wall clock",
    # rows 11, 12
    "test_a_flood_of_heartbeats_ends_that_decoder_and_not_the_loop": "every heartbeat reaches the loop",
    "test_a_decoder_taken_over_can_draw_and_nothing_else": "it reads the key, signals, traces, reaches the bus",
    # rows 15, 17, 18, 22, 25
    "test_a_film_that_changes_its_size_is_refused_or_never_black": "0.1 s of black at each change",
    **{f"test_an_allowed_host_leads_nowhere_else[{how}]": "it does" for how in ("redirect", "hls", "file-redirect")},
    "test_the_largest_picture_is_shown_and_no_decoder_is_killed_for_it": "taken for hung, and blamed",
}
"""Name of the test, or of one of its cases -> what it shows today."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_open(items, Path(__file__).parent, OPEN)
