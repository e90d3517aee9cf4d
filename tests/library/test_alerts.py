"""What the office is told when content is wrong: the right file, the right reason, and what goes on meanwhile."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from player.core.events import ProblemsFound, ReleaseAdopted
from player.library.folder.patience import Patience
from tests.kit.clips import make_clip
from tests.kit.library_room import Room
from tests.kit.programs import need

pytestmark = pytest.mark.live

IN_PLACE = Patience(incomplete_s=2.0)
"""For a file that is written over under its own name, which waits for this patience."""
GOOD = """timezone = "Asia/Makassar"
[[show]]
playlist = "morning"
from = 06:00:00
until = 09:30:00
[[dark]]
from = 23:00:00
until = 04:30:00
"""
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//office//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20260101T000000Z
SUMMARY:DARK
DTSTART:20260101T010000
DTEND:20260101T020000
RRULE:FREQ=DAILY
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Small real clips of different content, made once."""
    need("ffmpeg")
    folder = tmp_path_factory.mktemp("clips")
    colours = ("red", "green", "blue")
    return [make_clip(folder / f"{c}.mp4", seconds=0.5, size="160x90", colour=c) for c in colours]


def change_to(room: Room, path: str, content: bytes | str) -> None:
    """Writes a file of the folder in one go, and waits until the room has said what it thinks of it."""
    before = len(room.all(ProblemsFound))
    (room.folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    room.wait(lambda: len(room.all(ProblemsFound)) > before)


def with_schedule(room: Room, clips: list[Path], name: str, text: str) -> None:
    """A default playlist, one called morning, and a schedule: adopted."""
    (room.folder / "playlists").mkdir()
    shutil.copy(clips[0], room.folder / "a.mp4")
    (room.folder / "playlist.m3u8").write_text("a.mp4\n")
    (room.folder / "playlists/morning.m3u8").write_text("../a.mp4\n")
    (room.folder / name).write_bytes(text.encode())
    room.wait(lambda: room.release)
    room.wait(lambda: room.problems == ())


def test_a_typo_in_the_schedule_ends_nothing(tmp_path: Path, clips: list[Path]) -> None:
    """The last good rules and time zone go on, also under new content; the alert names the file and the line."""
    with Room(tmp_path) as room:
        with_schedule(room, clips, "schedule.toml", GOOD)
        assert room.release is not None
        good = room.release.schedule
        assert len(good.rules) == 2
        shutil.copy(clips[1], room.folder / "b.mp4")
        (room.folder / "playlist.m3u8").write_text("#EXT-X-PANEL:from=2026-01-01\na.mp4\nb.mp4\n")
        change_to(room, "schedule.toml", GOOD + "[[show]\n")
        room.wait_for("a.mp4", "b.mp4")
        assert room.release.schedule == good
        begins = room.release.playlists[0].items[0].valid_from
        assert begins is not None
        assert str(begins.utcoffset()) == "8:00:00"
        room.wait(lambda: room.condition("content.rejected"))
        assert str(room.condition("content.rejected")).startswith("schedule.toml line 9: not valid TOML")
        assert "goes on" in str(room.condition("content.rejected"))
        change_to(room, "schedule.toml", GOOD)
        room.wait(lambda: room.condition("content.rejected") is None)
        (room.folder / "schedule.toml").unlink()
        room.wait(lambda: room.release is not None and room.release.schedule.rules == ())


def test_a_broken_schedule_without_an_earlier_one_is_told(tmp_path: Path, clips: list[Path]) -> None:
    """The default playlist plays, and the alert names the schedule."""
    with Room(tmp_path) as room:
        shutil.copy(clips[0], room.folder / "a.mp4")
        (room.folder / "schedule.toml").write_text("[[show]\n")
        room.wait_for("a.mp4")
        room.wait(lambda: room.condition("content.rejected"))
        assert str(room.condition("content.rejected")).startswith("schedule.toml line 1: ")


@pytest.mark.parametrize("slip", ["untill = 04:30:00\n", 'days = ["fry"]\n'])
def test_a_rule_that_is_left_out_is_an_alert(tmp_path: Path, clips: list[Path], slip: str) -> None:
    """One rule with a slip: the others count, and the office is told of the line."""
    with Room(tmp_path) as room:
        with_schedule(room, clips, "schedule.toml", GOOD)
        change_to(room, "schedule.toml", GOOD + slip)
        room.wait(lambda: room.condition("content.rejected"))
        assert str(room.condition("content.rejected")).startswith("schedule.toml line 9: ")
        assert room.release is not None
        assert [rule.playlist for rule in room.release.schedule.rules] == ["morning"]


@pytest.mark.parametrize("broken", [b"PK\x03\x04 not a calendar", CALENDAR[:150].encode(), b"\xff\xfe\x00"])
def test_a_calendar_that_cannot_be_read_ends_nothing(tmp_path: Path, clips: list[Path], broken: bytes) -> None:
    """The occurrences of the last good calendar go on, and the alert names the file."""
    with Room(tmp_path, patience=IN_PLACE) as room:
        with_schedule(room, clips, "schedule.ics", CALENDAR)
        assert room.release is not None
        windows = room.release.schedule.windows
        assert len(windows) > 50
        change_to(room, "schedule.ics", broken)
        room.wait(lambda: room.condition("content.rejected"))
        assert str(room.condition("content.rejected")).startswith("schedule.ics: ")
        assert room.release.schedule.windows == windows
        shutil.copy(clips[1], room.folder / "a.mp4")
        room.wait(lambda: room.release is not None and room.release.number == 2)
        assert room.release.schedule.windows == windows
        (room.folder / "schedule.ics").unlink()
        room.wait(lambda: room.release is not None and room.release.schedule.windows == ())


def test_the_alert_names_the_file_that_was_refused(tmp_path: Path, clips: list[Path]) -> None:
    """A bad file lies there; a good one comes later, when the folder was long consistent: nothing is said against it."""
    with Room(tmp_path, patience=Patience(consistent_s=2), settle_seconds=1) as room:
        shutil.copy(clips[0], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        time.sleep(2)  # the age itself, not a synchronisation
        change_to(room, "x.mp4", "<html></html>\n")
        shutil.copy(clips[1], room.folder / "c3.mp4")
        room.wait_for("a.mp4", "c3.mp4")
        room.wait(lambda: str(room.condition("content.rejected")).startswith("x.mp4: it is text or a web page"))
        told = [str(problem) for event in room.all(ProblemsFound) for problem in event.problems]
        assert not [line for line in told if "c3.mp4" in line]
        assert not [line for line in told if "not copied yet" in line]


def test_of_many_problems_the_refusal_is_the_alert(tmp_path: Path, clips: list[Path]) -> None:
    """A missing file stands first in the list; content.rejected is about the refused one, content.incomplete about it."""
    with Room(tmp_path) as room:
        shutil.copy(clips[0], room.folder / "a.mp4")
        (room.folder / "b.mp4").write_text("<html></html>")
        (room.folder / "playlist.m3u8").write_text("../outside.mp4\ngone.mp4\nb.mp4\na.mp4\n")
        room.wait_for("a.mp4")
        room.wait(lambda: room.condition("content.rejected"))
        assert str(room.condition("content.rejected")).startswith("playlist.m3u8 line 3: b.mp4: it is text")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("playlist.xspf", "<playlist><trackList>", "playlist.xspf line 1: not valid XML"),
        ("playlists/night.xspf", "<html></html>", "playlists/night.xspf: it is <html>, not a <playlist>"),
        ("playlist.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:6\ns.ts\n", "playlist.m3u8 line 2: this is a stream's own"),
        ("playlist.m3u8", "#EXTM3U\n", "playlist.m3u8: it names nothing"),
    ],
)
def test_a_playlist_that_cannot_be_read_is_an_alert(
    tmp_path: Path, clips: list[Path], name: str, content: str, words: str
) -> None:
    """Named with what is wrong and what to do; what plays goes on; it ends when the playlist is right."""
    with Room(tmp_path) as room:
        (room.folder / "playlists").mkdir()
        shutil.copy(clips[0], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        change_to(room, name, content)
        room.wait(lambda: str(room.condition("content.rejected")).startswith(words))
        assert room.playing() == ["a.mp4"]
        (room.folder / name).unlink()
        room.wait(lambda: room.condition("content.rejected") is None)


def test_a_file_that_never_comes_to_rest_hides_nothing(tmp_path: Path, clips: list[Path]) -> None:
    """While one file grows and grows the others are adopted, and the moment it is whole it is, too."""
    content = clips[2].read_bytes()
    filler = (8 + (1 << 20)).to_bytes(4, "big") + b"free"
    with Room(tmp_path, patience=Patience(consistent_s=1), settle_seconds=1) as room:
        shutil.copy(clips[0], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        shutil.copy(clips[1], room.folder / "b.mp4")
        with (room.folder / "g.mp4").open("wb", buffering=0) as file:
            file.write(content)
            file.write(filler)
            for _ in range(200):
                time.sleep(0.2)  # the slow writer itself
                if room.playing() == ["a.mp4", "b.mp4"]:
                    break
                file.write(b"x" * 64)
            assert room.playing() == ["a.mp4", "b.mp4"]
            file.write(b"x" * ((1 << 20) - (file.tell() - len(content) - 8)))
        room.wait_for("a.mp4", "b.mp4", "g.mp4")
        room.wait(lambda: room.problems == ())


def test_a_folder_that_is_not_there_is_an_alert(tmp_path: Path, clips: list[Path]) -> None:
    """With the remedy; it ends when the folder is there again."""
    room = Room(tmp_path, patience=Patience(lost_alert_s=0.5))
    room.folder.rmdir()
    with room:
        room.wait(lambda: room.condition("content.incomplete"))
        assert "is not there; make it, or mount the share" in str(room.condition("content.incomplete"))
        room.folder.mkdir()
        shutil.copy(clips[0], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        room.wait(lambda: room.condition("content.incomplete") is None)
        assert len(room.all(ReleaseAdopted)) == 1
