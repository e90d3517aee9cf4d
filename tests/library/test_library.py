"""The library's room on real files: what becomes a release, when, and what never disturbs the one that plays."""

from __future__ import annotations

import os
import shutil
import subprocess
import time as clock
from datetime import time
from pathlib import Path

import pytest

from player.bundle.source import Source
from player.core.effects import RescanLibrary, RollBackLibrary
from player.core.events import FolderChanged, ImportProgressed, LibraryAnswered, ReleaseAdopted
from player.core.model import MediaKind
from player.library.folder.patience import Patience
from tests.kit.clips import make_clip
from tests.kit.library_room import Room
from tests.kit.programs import need

pytestmark = pytest.mark.live


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small real clips and pictures of different content, made once."""
    need("ffmpeg")
    folder = tmp_path_factory.mktemp("media")
    made = {
        name: make_clip(folder / f"{name}.mp4", seconds=0.5, size="160x90", colour=name)
        for name in ("red", "green", "blue", "white")
    }
    for name in ("png", "jpg"):
        path = folder / f"still.{name}"
        subprocess.run(
            ["ffmpeg", "-y", "-loglevel", "error", "-i", str(made["red"]), "-frames:v", "1", str(path)], check=True
        )
        made[name] = path
    return made


IN_PLACE = Patience(incomplete_s=2.0)
"""For a file that is written over under its own name, which waits for this patience."""


def put(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def test_a_first_video_dropped_in_an_empty_folder_plays(tmp_path: Path, media: dict[str, Path]) -> None:
    """No playlist, no schedule, one file: it is in a release within the settle time and a little more."""
    with Room(tmp_path) as room:
        room.wait(lambda: room.problems)
        put(media["red"], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        assert room.release is not None
        item = room.release.playlists[0].items[0]
        assert (item.kind, item.width, item.height) == (MediaKind.VIDEO, 160, 90)
        assert item.length_s == pytest.approx(0.5, abs=0.1)
        assert Path(item.location).read_bytes() == media["red"].read_bytes()
        room.wait(lambda: room.problems == ())  # told after the release
        assert room.all(FolderChanged)


def test_all_media_in_natural_order_without_a_playlist(tmp_path: Path, media: dict[str, Path]) -> None:
    """spot-2 comes before spot-10; other files, hidden and temporary ones are no media; pictures have a time."""
    with Room(tmp_path, image_seconds=7) as room:
        for name, colour in (
            ("spot-10.mp4", "red"),
            ("spot-2.mp4", "green"),
            ("b/x.png", "png"),
            ("README.txt", "red"),
        ):
            put(media[colour], room.folder / name)
        put(media["blue"], room.folder / ".syncthing.c.mp4.tmp")
        put(media["blue"], room.folder / ".hidden.mp4")
        room.wait_for("b/x.png", "spot-2.mp4", "spot-10.mp4")
        assert room.release is not None
        picture = room.release.playlists[0].items[0]
        assert (picture.kind, picture.show_s) == (MediaKind.IMAGE, 7)


def test_a_playlist_decides_order_and_seconds(tmp_path: Path, media: dict[str, Path]) -> None:
    """EXTINF is a picture's time and does not cut a video; the panel's attributes reach the item."""
    with Room(tmp_path) as room:
        put(media["red"], room.folder / "media/a.mp4")
        put(media["png"], room.folder / "media/b.png")
        (room.folder / "playlist.m3u8").write_text(
            "#EXTM3U\n#EXTINF:4,Picture\nmedia/b.png\n#EXTINF:1\n#EXT-X-PANEL:volume=40,fit=cover\nmedia/a.mp4\nmedia/b.png\n"
        )
        room.wait_for("media/b.png", "media/a.mp4", "media/b.png")
        assert room.release is not None
        first, second, third = room.release.playlists[0].items
        assert (first.show_s, first.title, second.show_s, second.volume, second.fit, third.show_s) == (
            4, "Picture", None, 40, "cover", 10,
        )  # fmt: skip
        assert room.release.files == 2


def test_what_cannot_be_used_is_reported_with_its_line_and_the_rest_plays(
    tmp_path: Path, media: dict[str, Path]
) -> None:
    """A missing file, one that is text and one outside are named with line and remedy; the fourth line plays."""
    with Room(tmp_path) as room:
        put(media["red"], room.folder / "a.mp4")
        (room.folder / "b.mp4").write_text("<html></html>")
        (room.folder / "playlist.m3u8").write_text("gone.mp4\nb.mp4\n../c.mp4\na.mp4\n")
        room.wait_for("a.mp4")
        text = "\n".join(map(str, room.problems))
        assert "playlist.m3u8 line 1: gone.mp4 is missing" in text
        assert "playlist.m3u8 line 2: b.mp4: it is text or a web page" in text
        assert "playlist.m3u8 line 3: ../c.mp4 lies outside the content folder" in text
        assert "gone.mp4" in str(room.condition("content.incomplete"))
        assert room.condition("content.rejected")


def test_an_emptied_folder_changes_nothing(tmp_path: Path, media: dict[str, Path]) -> None:
    """Everything removed by mistake: the release plays on, its files are still there, the office is told."""
    with Room(tmp_path) as room:
        put(media["red"], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        (room.folder / "a.mp4").unlink()
        room.wait(lambda: room.problems)
        assert room.playing() == ["a.mp4"]
        assert room.condition("content.rejected")
        assert room.release is not None
        assert Path(room.release.playlists[0].items[0].location).exists()
        assert len(room.all(ReleaseAdopted)) == 1


def test_a_folder_deleted_and_made_again_is_watched_again(tmp_path: Path, media: dict[str, Path]) -> None:
    """watchdog's emitter dies with the folder; ours is made anew."""
    with Room(tmp_path) as room:
        put(media["red"], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        shutil.rmtree(room.folder)
        room.wait(lambda: any("is not there" in str(problem) for problem in room.problems))
        room.folder.mkdir()
        put(media["green"], room.folder / "b.mp4")
        room.wait_for("b.mp4")
        put(media["blue"], room.folder / "c.mp4")
        room.wait_for("b.mp4", "c.mp4")


def test_half_a_sync_is_never_shown(tmp_path: Path, media: dict[str, Path]) -> None:
    """The new playlist comes first, its files much later and slowly: the old release plays until all is there."""
    with Room(tmp_path) as room:
        put(media["red"], room.folder / "a.mp4")
        (room.folder / "playlist.m3u8").write_text("a.mp4\n")
        room.wait_for("a.mp4")
        (room.folder / "playlist.m3u8").write_text("b.mp4\nc.mp4\na.mp4\n")
        for name, colour in (("b.mp4", "green"), ("c.mp4", "blue")):
            content = media[colour].read_bytes()
            with (room.folder / name).open("wb") as file:
                for start in range(0, len(content), len(content) // 5):
                    file.write(content[start : start + len(content) // 5])
                    file.flush()
                    clock.sleep(0.3)  # the slow writer itself, not a synchronisation
        room.wait_for("b.mp4", "c.mp4", "a.mp4")
        seen = [[item.path for item in adopted.release.playlists[0].items] for adopted in room.all(ReleaseAdopted)]
        assert seen == [["a.mp4"], ["b.mp4", "c.mp4", "a.mp4"]]
        assert any(e.progress and e.progress.waiting_for for e in room.all(ImportProgressed))


def test_a_new_broken_file_does_not_block_the_others(tmp_path: Path, media: dict[str, Path]) -> None:
    """Without a playlist, a file that is cut short is reported and left out; the rest plays."""
    with Room(tmp_path) as room:
        content = media["red"].read_bytes()
        (room.folder / "broken.mp4").write_bytes(content[: len(content) // 2])
        put(media["green"], room.folder / "good.mp4")
        room.wait_for("good.mp4")
        (problem,) = room.problems
        assert str(problem).startswith("broken.mp4: it is cut short")


def test_a_replaced_file_is_a_new_release(tmp_path: Path, media: dict[str, Path]) -> None:
    """The same name with another content: adopted anew, and the old content is still in the library."""
    with Room(tmp_path, patience=IN_PLACE) as room:
        put(media["red"], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        assert room.release is not None
        before = room.release.playlists[0].items[0]
        put(media["green"], room.folder / "a.mp4")
        room.wait(lambda: room.release is not None and room.release.number == 2)
        assert room.release.playlists[0].items[0].content_hash != before.content_hash
        assert Path(before.location).exists()


def test_the_library_is_there_at_once_after_a_restart(tmp_path: Path, media: dict[str, Path]) -> None:
    """The release is posted inside __enter__, from the disk, and the unchanged folder makes no other one."""
    with Room(tmp_path) as room:
        put(media["red"], room.folder / "a.mp4")
        room.wait_for("a.mp4")
    again = Room(tmp_path)
    with again:
        assert again.playing() == ["a.mp4"]
        again.library.perform(RescanLibrary("c1"))
        again.wait(lambda: again.all(LibraryAnswered))
        assert again.all(LibraryAnswered) == [LibraryAnswered("c1", True, "release 1 is up to date")]
        assert len(again.all(ReleaseAdopted)) == 1


def test_a_lost_blob_is_copied_again(tmp_path: Path, media: dict[str, Path]) -> None:
    """A disk that lost a file: the item is left out at first and comes back from the folder."""
    with Room(tmp_path) as room:
        put(media["red"], room.folder / "a.mp4")
        put(media["green"], room.folder / "b.mp4")
        room.wait_for("a.mp4", "b.mp4")
        assert room.release is not None
        lost = Path(room.release.playlists[0].items[0].location)
    lost.unlink()
    with Room(tmp_path) as room:
        room.wait(
            lambda: (
                ["b.mp4"] in [[i.path for i in told.release.playlists[0].items] for told in room.all(ReleaseAdopted)]
            )
        )
        room.wait_for("a.mp4", "b.mp4")
        assert lost.exists()


def test_rollback_stays_until_the_folder_changes(tmp_path: Path, media: dict[str, Path]) -> None:
    """Back by one, also over a restart; a touched file is no change; a new file is."""
    with Room(tmp_path, patience=IN_PLACE) as room:
        put(media["red"], room.folder / "a.mp4")
        room.wait_for("a.mp4")
        put(media["green"], room.folder / "b.mp4")
        room.wait_for("a.mp4", "b.mp4")
        room.library.perform(RollBackLibrary(Source.FOLDER, "c1"))
        room.wait_for("a.mp4")
        assert room.release is not None
        assert room.release.rolled_back
        room.wait(lambda: [answer.ok for answer in room.all(LibraryAnswered)] == [True])
        os.utime(room.folder / "b.mp4")
        room.library.perform(RescanLibrary("c2"))
        room.wait(lambda: len(room.all(LibraryAnswered)) == 2)
        assert "rolled back" in room.all(LibraryAnswered)[-1].detail
        room.library.perform(RollBackLibrary(Source.FOLDER, "c3"))
        room.wait(lambda: len(room.all(LibraryAnswered)) == 3)
        assert not room.all(LibraryAnswered)[-1].ok
    with Room(tmp_path) as room:
        assert room.playing() == ["a.mp4"]
        put(media["blue"], room.folder / "c.mp4")
        room.wait_for("a.mp4", "b.mp4", "c.mp4")
        assert room.release is not None
        assert not room.release.rolled_back


SHOW = '[[show]]\nplaylist = "morning"\nfrom = {hour:02}:00:00\nuntil = 12:00:00\n'


def test_a_folder_with_a_broken_schedule_stays_rolled_back(tmp_path: Path, media: dict[str, Path]) -> None:
    """Two steps back: the schedule that is carried over is another one there, and the folder is still the same folder."""
    with Room(tmp_path) as room:
        (room.folder / "playlists").mkdir()
        put(media["red"], room.folder / "a.mp4")
        (room.folder / "playlists/morning.m3u8").write_text("../a.mp4\n")
        for number, text in enumerate([SHOW.format(hour=6), SHOW.format(hour=7), "[[show]\n"]):
            (room.folder / "schedule.toml").write_text(text)
            lines = "a.mp4\n" * (number + 1)
            (room.folder / "playlist.m3u8").write_text(lines)
            room.wait_for(*lines.split())
        third = room.release
        assert third is not None
        assert third.schedule.rules[0].begins == time(7)
        for command_id in ("c1", "c2"):
            room.library.perform(RollBackLibrary(Source.FOLDER, command_id))
            room.wait(lambda command_id=command_id: any(a.command_id == command_id for a in room.all(LibraryAnswered)))  # type: ignore[misc]
        assert room.playing() == ["a.mp4"]
        room.library.perform(RescanLibrary("c3"))
        room.wait(lambda: len(room.all(LibraryAnswered)) == 3)
        assert "rolled back" in room.all(LibraryAnswered)[-1].detail
        assert room.playing() == ["a.mp4"]
        (room.folder / "playlist.m3u8").write_text("a.mp4\n" * 4)
        room.wait_for(*["a.mp4"] * 4)


def test_a_folder_with_an_unusable_playlist_stays_rolled_back(tmp_path: Path, media: dict[str, Path]) -> None:
    """The same with a named playlist in which nothing can be used: it comes from whichever release is current."""
    with Room(tmp_path) as room:
        (room.folder / "playlists").mkdir()
        put(media["red"], room.folder / "a.mp4")
        (room.folder / "bad.mp4").write_text("<html>no film</html>")
        named = ["", "../a.mp4\n", "../bad.mp4\n"]
        for number, text in enumerate(named):
            (room.folder / "playlists/morning.m3u8").write_text(text)
            lines = "a.mp4\n" * (number + 1)
            (room.folder / "playlist.m3u8").write_text(lines)
            room.wait_for(*lines.split())
        assert room.playing("morning") == ["a.mp4"]
        for command_id in ("c1", "c2"):
            room.library.perform(RollBackLibrary(Source.FOLDER, command_id))
            room.wait(lambda command_id=command_id: any(a.command_id == command_id for a in room.all(LibraryAnswered)))  # type: ignore[misc]
        room.library.perform(RescanLibrary("c3"))
        room.wait(lambda: len(room.all(LibraryAnswered)) == 3)
        assert "rolled back" in room.all(LibraryAnswered)[-1].detail
        assert room.playing() == ["a.mp4"]
