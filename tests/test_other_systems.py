"""The office's commands on Windows and macOS, as far as a Python can be had that finds what those have (kit/other_system.py)."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from player.base.zones import panel_zone
from tests.kit.broker import running_broker
from tests.kit.clips import make_clip
from tests.kit.forked import Forks, forks_of
from tests.kit.forked_programs import LOADED_WHEN_RUN, PROGRAMS
from tests.kit.link_room import running_office
from tests.kit.other_system import HAS_DRIVES, pretending
from tests.kit.pictures import png
from tests.kit.programs import need

pytestmark = pytest.mark.slow

SYSTEMS = ("win32", "darwin")
STICKS = {"win32": ("E:", "E:\\ FAT32 rw,removable"), "darwin": ("/Volumes/DINA", "/Volumes/DINA msdos rw,nosuid")}
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Dina//EN
BEGIN:VEVENT
UID:1@dina
SUMMARY:morning
DTSTART;TZID=Asia/Jakarta:20261201T060000
DTEND;TZID=Asia/Jakarta:20261201T090000
END:VEVENT
END:VCALENDAR
"""


class Computer:
    """The office's computer with another operating system; its folder has the content in `city`."""

    def __init__(self, system: str, forks: Forks, folder: Path) -> None:
        self.system, self.folder, self.content = system, folder, folder / "city"
        self._forks = forks
        (self.content / "playlists").mkdir(parents=True)
        (self.content / "notice.png").write_bytes(png(80))
        (self.content / "playlist.m3u8").write_text("notice.png\n")
        (self.content / "playlists" / "morning.m3u8").write_text("#EXTM3U\n../notice.png\n")
        (self.content / "schedule.ics").write_text(CALENDAR.replace("\n", "\r\n"))

    def run(self, program: str, *words: str | Path, status: int = 0, drives: str = "") -> str:
        said = self.folder / "said.txt"
        ended = self._forks.ask(
            {
                "program": program,
                "words": [*map(str, words)],
                "cwd": str(self.folder),
                "said": str(said),
                "drives": drives,
            }
        )
        assert ended.status == status, said.read_text()
        return said.read_text()


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Forks]]:
    """For each system a process that has loaded both programs as they are there; each run is a fork of it."""
    with contextlib.ExitStack() as stack:

        @cache
        def of_system(system: str) -> Forks:
            environment = {
                **os.environ,
                **pretending(system, tmp_path_factory.mktemp(system)),
                "TZ": "Asia/Jakarta",
                "COLUMNS": "200",
                "LANG": "C.UTF-8",
                "USERNAME": "dina",
                HAS_DRIVES: "1",
            }
            loads = (*PROGRAMS.values(), *LOADED_WHEN_RUN)
            return stack.enter_context(
                forks_of("tests.kit.other_system", "run_program", *loads, environment=environment)
            )

        yield of_system


@pytest.fixture(params=SYSTEMS)
def computer(request: pytest.FixtureRequest, forks: Callable[[str], Forks], tmp_path: Path) -> Computer:
    return Computer(request.param, forks(request.param), tmp_path)


def test_a_folder_is_checked(computer: Computer) -> None:
    """Playlists, calendar and pictures are read as on a panel, and a broken picture is found."""
    assert "all is well" in computer.run("panel-player", "check", computer.content)
    (computer.content / "playlist.m3u8").unlink()
    (computer.content / "broken.png").write_bytes(png(80)[:60])
    assert "broken.png" in computer.run("panel-player", "check", computer.content, status=1)


def test_films_are_said_to_be_unseen(computer: Computer) -> None:
    """Without FFmpeg's libraries a film is no fault: one remark says that the panel looks into it."""
    (computer.content / "playlist.m3u8").unlink()
    for name in ("a.mp4", "b.mp4"):
        (computer.content / name).write_bytes(b"\0\0\0\x18ftypmp42" + b"\1" * 2000)
    rows = json.loads(computer.run("panel-player", "check", computer.content, "--json"))
    assert [(row["remark"], "(2 of them here)" in row["what"]) for row in rows] == [(True, True)]


def test_a_day_is_laid_out(computer: Computer) -> None:
    """`schedule` shows the calendar's show at the computer's own time; Windows has no file that names its zone."""
    zone = ZoneInfo("Asia/Jakarta") if computer.system == "win32" else panel_zone("")
    begins = datetime(2026, 11, 30, 23, tzinfo=UTC).astimezone(zone)
    shown = computer.run("panel-player", "schedule", "--folder", computer.content, "--at", "2026-11-30T12:00+00:00")
    row = next(line for line in shown.splitlines() if "morning" in line)
    assert f"{begins:%Y-%m-%d %H:%M}" in row


@pytest.mark.parametrize("words", [("check",), ("status",), ("records",), ("run",)], ids=" ".join)
def test_what_only_a_panel_does_says_so(computer: Computer, words: tuple[str, ...]) -> None:
    """One sentence, and status 1: no traceback."""
    assert len(computer.run("panel-player", *words, status=1).splitlines()) == 1


def test_a_bundle_goes_from_the_key_to_the_stick(computer: Computer) -> None:
    """keygen, sign, verify, stick, receipt; the stick is a drive letter on Windows."""
    typed, drive = STICKS[computer.system]
    place = computer.folder / (drive.split(" ")[0] if computer.system == "win32" else "DINA")
    if computer.system == "darwin":
        typed, drive = str(place), drive.replace("/Volumes/DINA", str(place))
    place.mkdir()
    key = computer.folder / "office.key"
    computer.run("panel-office", "keygen", "--key", key, "--no-password")
    computer.run("panel-office", "sign", computer.content, "--panel", "serang-01", "--key", key)
    public = key.with_suffix(".pub")
    assert "good: serial 1" in computer.run("panel-office", "verify", computer.content, "--key", public)
    said = computer.run("panel-office", "stick", computer.content, typed, "--key", public, drives=drive)
    assert "on the stick: serial 1" in said
    assert "plug it in again" in said
    assert "good: serial 1" in computer.run("panel-office", "verify", typed, "--key", public)
    assert "no receipts" in computer.run("panel-office", "receipt", typed)
    names = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
    assert names == [
        "panel/manifest.json", "panel/manifest.json.minisig", "panel/notice.png", "panel/playlist.m3u8",
        "panel/playlists/morning.m3u8", "panel/schedule.ics",
    ]  # fmt: skip
    (computer.content / "notice.png").write_bytes(png(90))
    assert "notice.png" in computer.run("panel-office", "verify", computer.content, "--key", public, status=1)


def test_who_does_not_know_the_letter_is_told(forks: Callable[[str], Forks], tmp_path: Path) -> None:
    """A drive that is not there, and a folder that is no drive: the sticks that are plugged in are named."""
    computer = Computer("win32", forks("win32"), tmp_path)
    (tmp_path / "E:\\").mkdir()
    key = tmp_path / "office.key"
    computer.run("panel-office", "keygen", "--key", key, "--no-password")
    computer.run("panel-office", "sign", computer.content, "--panel", "serang-01", "--key", key)
    drives = "C:\\ NTFS rw,fixed\nE:\\ exFAT rw,removable"
    for typed in ("F:", tmp_path):
        words = ("stick", computer.content, typed, "--key", key.with_suffix(".pub"))
        said = " ".join(computer.run("panel-office", *words, status=1, drives=drives).split())
        assert "(sticks here: E:\\ (exfat))" in said


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with running_broker() as broker, running_office(broker.port, tmp_path / "panel", name="serang-01"):
        yield broker.port


@pytest.mark.live
def test_panels_are_watched_and_commanded(computer: Computer, port: int) -> None:
    """watch, now and send reach the broker and hear the panel."""
    way = ("--host", "127.0.0.1", "--port", str(port), "--no-tls")
    assert "done" in computer.run("panel-office", *way, "send", "serang-01", "volume", "30", "--wait", "60")
    assert "serang-01" in computer.run("panel-office", *way, "watch", "--once")


@pytest.mark.live
def test_a_film_is_made_light(computer: Computer) -> None:
    """prepare needs ffmpeg and nothing of Linux."""
    need("ffmpeg")
    film = make_clip(computer.folder / "film.mp4", seconds=1, size="320x180")
    computer.run("panel-office", "prepare", film, "-o", computer.folder / "light")
    assert (computer.folder / "light" / "film.mp4").stat().st_size > 1000
