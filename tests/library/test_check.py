"""`panel-player check FOLDER` and the schedule's table, as the operator at the office meets them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player.core.model import Problem
from player.core.playing.schedule import list_choices
from player.library.vetting.folder_check import UNLISTED_TOLD, check_folder, read_schedule
from player.settings.models import PanelSection, Settings

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SETTINGS = Settings(panel=PanelSection(name="serang-01", timezone="Asia/Jakarta"))


def test_everything_wrong_is_told_in_one_go(tmp_path: Path, clips: dict[str, Path]) -> None:
    """Playlist, media, schedule, leftovers: each with file and line, and nothing of the folder is changed."""
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    (tmp_path / "cut.mp4").write_bytes(clips["green"].read_bytes()[:900])
    (tmp_path / "playlist.m3u8").write_text(
        "a.mp4\ncut.mp4\nA2.mp4\n#EXT-X-PANEL:until=2020-01-01\na.mp4\nhttp://tv.example/x\n"
    )
    (tmp_path / "schedule.toml").write_text('[[show]]\nplaylist = "mornig"\nfrom = 06:00:00\n')
    (tmp_path / "a.sync-conflict-20261122-100000-ABCDEFG.mp4").write_bytes(b"x")
    before = sorted(path.name for path in tmp_path.iterdir())
    told = "\n".join(map(str, check_folder(tmp_path, SETTINGS, NOW)))
    for words in (
        "playlist.m3u8 line 2: cut.mp4: it is cut short",
        "playlist.m3u8 line 3: A2.mp4 is missing",
        "playlist.m3u8 line 5: a.mp4 is over since 2020-01-02",
        "playlist.m3u8 line 6: tv.example is not one of content.stream_hosts",
        "schedule.toml line 2: there is no playlist 'mornig'",
        "a.sync-conflict-20261122-100000-ABCDEFG.mp4: the sync tool kept it as a second version of a.mp4",
    ):
        assert words in told
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_letters_of_a_running_text_that_no_font_has_are_told(tmp_path: Path, clips: dict[str, Path]) -> None:
    """In ticker.txt and in a rule of the schedule, each by its file."""
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    (tmp_path / "ticker.txt").write_text("Selamat datang\ufdd0\n")
    (tmp_path / "schedule.toml").write_text('[[ticker]]\ntext = "Festival \ufdd1"\n')
    words = [sys.executable, "-m", "player", "check", str(tmp_path), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    told = [(row["where"], row["what"]) for row in json.loads(done.stdout)]
    assert told == [
        ("schedule.toml", "no font here has the letters \ufdd1"),
        ("ticker.txt", "no font here has the letters \ufdd0"),
    ]


def test_a_good_folder_has_no_problems(tmp_path: Path, clips: dict[str, Path]) -> None:
    """Nothing is told where nothing is wrong; a folder that is not there is one clear line."""
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    assert check_folder(tmp_path, SETTINGS, NOW) == []
    (problem,) = check_folder(tmp_path / "nowhere", SETTINGS, NOW)
    assert "is not there" in str(problem)


def test_the_table_of_a_day(tmp_path: Path, clips: dict[str, Path]) -> None:
    """schedule.toml and schedule.ics together, as rows with their reasons."""
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    (tmp_path / "playlists").mkdir()
    for name in ("morning", "festival"):
        (tmp_path / "playlists" / f"{name}.m3u8").write_text("../a.mp4\n")
    (tmp_path / "playlist.m3u8").write_text("a.mp4\n")
    (tmp_path / "schedule.toml").write_text(
        '[[show]]\nplaylist = "morning"\nfrom = 06:00:00\nuntil = 09:30:00\n[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n'
    )
    (tmp_path / "schedule.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
        "SUMMARY:Festival\r\nPRIORITY:1\r\nDTSTART:20261123T080000\r\nDTEND:20261123T100000\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    schedule, known, problems = read_schedule(tmp_path, SETTINGS, NOW)
    assert problems == []
    begins = datetime(2026, 11, 22, 17, tzinfo=UTC)  # midnight in Jakarta
    rows = [choice.reason for _, choice in list_choices(schedule, begins, begins + timedelta(days=1), known)]
    assert rows == [
        "schedule: dark until 04:30",
        "default playlist",
        "schedule: morning until 08:00",
        "schedule: festival until 10:00",
        "default playlist",
        "schedule: dark until 04:30",
    ]


def terminal(*words: str) -> subprocess.CompletedProcess[str]:
    """`panel-player` with these words, on a terminal of 200 columns."""
    return subprocess.run(
        [sys.executable, "-m", "player", *words], capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "200", "PANEL__PANEL__NAME": "office-01"},
    )  # fmt: skip


def test_where_a_show_and_the_dark_meet_is_a_remark(tmp_path: Path, clips: dict[str, Path]) -> None:
    """`check` and `schedule` say it, and it is no fault; a show that is never seen is one."""
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    (tmp_path / "playlists").mkdir()
    (tmp_path / "playlist.m3u8").write_text("a.mp4\n")
    (tmp_path / "playlists" / "festival.m3u8").write_text("a.mp4\n")
    dark = "[[dark]]\nfrom = 23:00:00\nuntil = 04:30:00\n"
    (tmp_path / "schedule.toml").write_text(f'{dark}[[show]]\nplaylist = "festival"\npriority = 10\n')
    for words in (("check", str(tmp_path)), ("schedule", "--folder", str(tmp_path))):
        told = terminal(*words)
        assert told.returncode == 0, told.stdout + told.stderr
        assert "the dark wins over 'festival'" in told.stdout
        assert "through_dark = true in its [[show]] would let it go on" in told.stdout
    (tmp_path / "schedule.toml").write_text(
        f'{dark}[[show]]\nplaylist = "festival"\nfrom = 01:00:00\nuntil = 02:00:00\n'
    )
    told = terminal("check", str(tmp_path))
    assert told.returncode == 1
    assert "'festival' is never seen" in told.stdout


def test_schedule_never_drops_a_playlist_silently(tmp_path: Path, clips: dict[str, Path]) -> None:
    """A playlist whose films are missing is not in the table: the missing film and the playlist are named."""
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    (tmp_path / "playlists").mkdir()
    (tmp_path / "playlist.m3u8").write_text("a.mp4\n")
    (tmp_path / "playlists" / "pagi.m3u8").write_text("Film 2.mp4\n")
    (tmp_path / "schedule.toml").write_text('[[show]]\nplaylist = "pagi"\n')
    told = terminal("schedule", "--folder", str(tmp_path))
    assert told.returncode == 1
    assert "playlists/pagi.m3u8 line 1: Film 2.mp4 is missing" in told.stdout
    assert "nothing in it can be played, so 'pagi' is passed over" in told.stdout


def test_the_printed_table_cuts_no_name_off(tmp_path: Path, clips: dict[str, Path]) -> None:
    """At 80 columns every moment stands on one line, and of a long name every letter is there."""
    name = "festival-of-the-whole-city-and-its-surroundings"
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    (tmp_path / "playlists").mkdir()
    (tmp_path / "playlist.m3u8").write_text("a.mp4\n")
    (tmp_path / "playlists" / f"{name}.m3u8").write_text("../a.mp4\n")
    (tmp_path / "schedule.toml").write_text(f'[[show]]\nplaylist = "{name}"\nfrom = 06:00:00\nuntil = 09:30:00\n')
    words = ["schedule", "--folder", str(tmp_path), "--at", "2026-12-01T05:00", "--days", "1"]
    told = subprocess.run(
        [sys.executable, "-m", "player", *words], capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "80", "PANEL__PANEL__NAME": "office-01"},
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    lines = told.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines[1:])  # the first names the folder, however long that is
    begins = next(n for n, line in enumerate(lines) if "Tue 2026-12-01 06:00  09:30" in line)
    column = lines[begins].index("festival")
    plays = "".join(line[column:].split("  ")[0].strip() for line in lines[begins : begins + 3])
    assert plays == name


def test_what_is_left_out_is_listed_and_is_no_problem(tmp_path: Path, clips: dict[str, Path]) -> None:
    """A camera's card: its film plays, what lies beside it is listed with the reason, and all is well."""
    shutil.copy(clips["red"], tmp_path / "GX010001.MP4")
    for name in ("GX010001.THM", "GL010001.LRV", "IMG_0001.AAE", "notes.docx", "film.mp4.part", ".hidden.mp4"):
        (tmp_path / name).write_bytes(b"x")
    left_out: list[Problem] = []
    assert check_folder(tmp_path, SETTINGS, NOW, on_left_out=left_out.append) == []
    assert list(map(str, left_out)) == [
        ".hidden.mp4: left out: it is hidden, as its name begins with a dot",
        "film.mp4.part: left out: it is a copy or a download under way",
        "GL010001.LRV: left out: it is a camera's low-resolution double",
        "GX010001.THM: left out: it is a thumbnail",
        "IMG_0001.AAE: left out: it is a sidecar, which describes another file",
        "notes.docx: left out: it is a document; save it as PDF or MP4",
    ]
    words = [sys.executable, "-m", "player", "check", str(tmp_path)]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "GL010001.LRV: left out" in said.stdout
    assert said.stdout.rstrip().endswith("all is well")


def test_where_a_playlist_says_what_plays_the_rest_is_told(tmp_path: Path, clips: dict[str, Path]) -> None:
    """What somebody meant to show and no playlist names, documents too; not what a camera lays beside its films."""
    for name in ("film.dat", "poster.mp4", "GX1.MP4", "morning.mp4"):
        shutil.copy(clips["red"], tmp_path / name)
    for name in ("notes.docx", "GX1.THM", "GX1.LRV", "IMG_1.AAE", ".hidden.mp4", "slides.pptx"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "flood.txt").write_text("Banjir\n")
    (tmp_path / "schedule.toml").write_text('[[ticker]]\nfile = "texts/flood.txt"\n')
    (tmp_path / "playlist.m3u8").write_text("film.dat\n")
    (tmp_path / "playlists").mkdir()
    (tmp_path / "playlists" / "morning.m3u8").write_text("../morning.mp4\n")
    left_out: list[Problem] = []
    assert check_folder(tmp_path, SETTINGS, NOW, on_left_out=left_out.append) == []
    assert list(map(str, left_out)) == [
        "GX1.MP4: left out: it is in no playlist; add it to one, if it is to be shown",
        "notes.docx: left out: it is a document; save it as PDF or MP4",
        "poster.mp4: left out: it is in no playlist; add it to one, if it is to be shown",
        "slides.pptx: left out: it is a document; save it as PDF or MP4",
    ]
    for number in range(UNLISTED_TOLD + 5):
        (tmp_path / f"archive-{number}.mp4").write_bytes(b"x")
    left_out.clear()
    check_folder(tmp_path, SETTINGS, NOW, on_left_out=left_out.append)
    assert str(left_out[-1]) == "the playlists: 7 more files are in no playlist"


def test_a_playlist_whose_ending_windows_hid_has_one_advice(tmp_path: Path, clips: dict[str, Path]) -> None:
    """It is named once, with what to do, and not as a note that is left out."""
    shutil.copy(clips["red"], tmp_path / "a.mp4")
    (tmp_path / "playlist.m3u8.txt").write_text("a.mp4\n")
    left_out: list[Problem] = []
    (problem,) = check_folder(tmp_path, SETTINGS, NOW, on_left_out=left_out.append)
    assert "rename it to playlist.m3u8" in str(problem)
    assert left_out == []
