"""How old the folder is: its files, what was removed from it, and the sync tool's own files."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from player.core.alerts import Alert
from player.core.events import ConditionReported, FolderAged
from player.library.folder.age import find_last_change
from player.library.room import RoomTimes
from tests.kit.library_room import Room


def read(folder: Path) -> datetime:
    found = find_last_change(folder, datetime.now(UTC))
    assert found is not None
    return found


def wait_for_the_next_moment(scratch: Path) -> None:
    """Until the file system's clock shows a later time: it moves in steps of some milliseconds."""
    scratch.touch()
    began_ns = scratch.stat().st_ctime_ns
    while scratch.stat().st_ctime_ns == began_ns:
        scratch.touch()


def test_each_change_makes_the_folder_young(tmp_path: Path) -> None:
    """A file written, one with an old time copied in, one removed, and a sync tool's own in a hidden folder."""
    scratch, tmp_path = tmp_path / "scratch", tmp_path / "content"
    (tmp_path / "media").mkdir(parents=True)
    (tmp_path / ".stfolder").mkdir()
    (tmp_path / "media" / "a.mp4").touch()
    moments = [read(tmp_path)]
    changes: list[Callable[[], object]] = [
        lambda: (tmp_path / "media" / "a.mp4").write_text("x"),
        lambda: os.utime(tmp_path / "media" / "a.mp4", (1, 1)),
        lambda: (tmp_path / "media" / "a.mp4").unlink(),
        lambda: (tmp_path / ".stfolder" / "mark").touch(),
        lambda: (tmp_path / ".sync_1.db").touch(),
    ]
    for change in changes:
        wait_for_the_next_moment(scratch)
        change()
        moments.append(read(tmp_path))
    assert moments == sorted(set(moments))


def test_what_lies_in_the_future_tells_nothing(tmp_path: Path) -> None:
    """A file that came while the clock was years ahead must not hide every later silence."""
    assert find_last_change(tmp_path, datetime.now(UTC) - timedelta(days=3)) is None
    assert find_last_change(tmp_path / "nowhere", datetime.now(UTC)) is None


def test_the_library_tells_the_age_only_when_it_is_asked_for(tmp_path: Path) -> None:
    """content.stale_days = 0 costs no look; with days the age is told at the start."""
    for days in (0, 7):
        (tmp_path / str(days)).mkdir()
        with Room(tmp_path / str(days), stale_days=days) as room:
            (room.folder / "playlist.m3u8").write_text("#EXTM3U\n")
            room.wait(lambda: room.problems)
            assert bool(room.all(FolderAged)) == bool(days)


def test_a_library_that_could_not_be_opened_is_opened_when_it_can_be(tmp_path: Path) -> None:
    """A folder whose rights are mended: the alert is over, and content is taken in, without a restart."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "library").touch()  # in the folder's place; rights would not stop root
    with Room(tmp_path, times=RoomTimes(reopen_s=0.05)) as room:
        assert "nothing new can be taken in" in str(room.condition(Alert.DISK_READ_ONLY))
        (tmp_path / "state" / "library").unlink()
        room.wait(lambda: room.condition(Alert.DISK_READ_ONLY) is None)
        (room.folder / "playlist.m3u8").write_text("#EXTM3U\n")
        room.wait(lambda: room.problems)
    assert len(room.all(ConditionReported)) >= 2
