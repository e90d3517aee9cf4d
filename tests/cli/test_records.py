"""`panel-player records`: a technician sees a day of the panel without any network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.base.disk import Disk
from player.cli.records import clock_time, show_records
from player.contract.record_batches import fingerprint
from player.contract.records import PlayRecord, RecordEnd, RecordKind
from player.journal.keys import load_key
from player.journal.reading import JOURNAL_FOLDER, KEY_NAME, list_segments
from player.journal.segments import RunningFile, Segments
from tests.kit.records import some_records

BEGINS = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
"""Three in the night of the 22nd in Jakarta."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A panel with a night, a morning of films, a fault, and an open record."""
    path = tmp_path / "config.toml"
    path.write_text(f'[panel]\nname = "serang-01"\ntimezone = "Asia/Jakarta"\nstate_folder = "{tmp_path / "state"}"\n')
    folder = tmp_path / "state" / JOURNAL_FOLDER
    segments = Segments(folder, Disk())
    segments.open()
    night = PlayRecord(BEGINS, 7200, RecordKind.DARK, reason="schedule: dark until 05:00")
    segments.append(night)
    for record in some_records(40, begins=night.ends):
        segments.append(record)
    ends = segments.place.ends
    assert ends is not None
    fault = PlayRecord(ends, 30.5, RecordKind.FAULT, reason="no display: the X server went away")
    segments.append(fault)
    segments.close()
    running = RunningFile(folder, Disk())
    running.keep(PlayRecord(fault.ends, 4.0, RecordKind.ITEM, 43, "media/now.mp4", ended=RecordEnd.END))
    running.close()
    return path


def test_a_day_is_summed_up(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Time of each kind, plays and evidence of each item, and whatever was no item with its why."""
    assert show_records(config, "2026-11-22", as_json=False) == 0
    said = capsys.readouterr().out
    assert "serang-01, Sunday 2026-11-22 (Asia/Jakarta)" in said
    rows = [line.split() for line in said.splitlines()]
    assert ["dark", "2:00:00", "91.9", "%"] in rows
    assert any(row[:2] == ["media/film-1.mp4", "5"] and row[3:] == ["5", "0", "0"] for row in rows)
    assert any(row[:2] == ["media/now.mp4", "1"] for row in rows)
    assert "03:00:00 2:00:00 dark" in " ".join(" ".join(row) for row in rows)
    assert "no display: the X server went away" in said
    assert "sudo panel-player records" in said


def test_the_keys_fingerprint_is_shown_to_be_compared(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As the office shows it: whoever accepts a key there asks somebody who stands here."""
    key = load_key(config.parent / "state" / JOURNAL_FOLDER / KEY_NAME, Disk())
    assert show_records(config, "2026-11-22", as_json=False) == 0
    assert f"key {fingerprint(key.public)}" in capsys.readouterr().out


def test_programs_get_the_records_themselves(config: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """One line of JSON each, in order, the open one last."""
    assert show_records(config, "2026-11-22", as_json=True) == 0
    records = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [record["n"] for record in records] == list(range(1, 44))


def test_a_day_without_records_says_so(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An earlier day, and a day that is none."""
    assert show_records(config, "2026-11-20", as_json=False) == 1
    assert "no records of this day" in capsys.readouterr().out
    assert show_records(config, "tomorrow", as_json=False) == 1
    assert "write a day like" in capsys.readouterr().out


def test_a_damaged_line_is_told(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest of the day is shown all the same."""
    segment = list_segments(tmp_path / "state" / JOURNAL_FOLDER)[0][1]
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join([lines[0], b"x\n", *lines[2:]]))
    assert show_records(config, "2026-11-22", as_json=False) == 1
    said = capsys.readouterr().out
    assert f"{segment.name} line 2 is damaged" in said
    assert "media/film-2.mp4" in said


def test_a_panel_without_a_journal_has_no_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new panel, or one with journal.enabled = false."""
    path = tmp_path / "config.toml"
    path.write_text(f'[panel]\nname = "serang-01"\nstate_folder = "{tmp_path / "state"}"\n')
    assert show_records(path, "", as_json=False) == 1
    assert "no records of this day" in capsys.readouterr().out


def test_times_are_written_as_on_a_clock() -> None:
    """Hours, minutes, seconds; a step back of the clock is negative."""
    assert [clock_time(s) for s in (0, 59.6, 3723, 86_400, -90)] == [
        "0:00:00",
        "0:01:00",
        "1:02:03",
        "24:00:00",
        "-0:01:30",
    ]
