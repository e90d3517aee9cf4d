"""Recordings as people have them: joined, begun in the middle, trimmed in the telephone. All of each is seen, and no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from watchdog.events import FileOpenedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from player.core.model import MediaItem, MediaKind
from player.library.vetting.verdicts import Vetting
from tests.kit.captor import Captor, clip_of
from tests.kit.clips import encode
from tests.kit.held import HeldFrames
from tests.kit.numbered import SMALL, make_numbered
from tests.kit.odd_films import asking_for, called, piped
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]

X264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "2")
LONG_GROUP = (*X264[:-4], "-g", "500", "-bf", "2")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "3", "-g", "15", "-bf", "2")
FRAMES = 50


@pytest.fixture
def display() -> object:
    with running_xvfb("640x360") as name:
        yield name


def joined(folder: Path, ending: str, codec: tuple[str, ...]) -> MediaItem:
    """Two films of two seconds, clips 1 and 2, joined as `copy /b` does; its length is that of both."""
    parts = []
    for clip in (1, 2):
        film = make_numbered(folder / f"{clip}.{ending}.mp4", clip, frames=FRAMES, rate="25", size=SMALL, codec=codec)
        parts.append(encode(folder / f"{clip}.{ending}", "-i", film, "-c", "copy"))
    path = folder / f"joined.{ending}"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return replace(item_of(path), length_s=2 * FRAMES / 25)


@pytest.mark.parametrize(("ending", "codec"), [("ts", X264), ("mpg", MPEG2)])
def test_all_of_a_joined_recording_is_shown(display: str, tmp_path: Path, ending: str, codec: tuple[str, ...]) -> None:
    """Its clock begins anew in the middle: the second part is played to its last frame, and nothing is black."""
    other = item_of(make_numbered(tmp_path / "other.mp4", 3, frames=25, rate="25", size=SMALL))
    with (
        HeldFrames(display) as held,
        Rig(display, [joined(tmp_path, ending, codec), other], held=held) as rig,
        Captor(display) as captor,
    ):
        wait_for(lambda: (2, FRAMES - 1) in [each.seen for each in held.ended], 90, "the last frame of the second part")
        wait_for(
            lambda: len(captor.frames_of(1)) > FRAMES / 3 and len(captor.frames_of(2)) > FRAMES / 3, 60, "both parts"
        )
    assert not rig.state.playing.failures
    assert captor.black_story() == []


def test_a_recording_that_begins_in_the_middle_begins_with_its_first_whole_picture(
    display: str, tmp_path: Path
) -> None:
    """Cut between two key frames: what comes before the next key frame is never seen, as rubble or as grey."""
    film = make_numbered(tmp_path / "film.mp4", 1, frames=75, rate="25", size=SMALL, codec=X264)
    whole = encode(tmp_path / "film.ts", "-i", film, "-c", "copy").read_bytes()
    packets = len(whole) // 188
    middle = tmp_path / "middle.ts"
    middle.write_bytes(whole[188 * (packets // 6) :])
    other = item_of(make_numbered(tmp_path / "other.mp4", 3, frames=25, rate="25", size=SMALL))
    with (
        HeldFrames(display) as held,
        Rig(display, [item_of(middle), other], held=held) as rig,
        Captor(display) as captor,
    ):
        wait_for(lambda: rig.state.playing.changes >= 5, 90, "two rounds")
        wait_for(lambda: (1, 74) in [each.seen for each in held.ended], 60, "its last frame")
        wait_for(lambda: (1, 25) in [each.seen for each in held.raised], 60, "raised with its first whole picture")
    assert {clip_of(run.seen) for run in captor.after_first_picture()} <= {1, 3}
    assert min(captor.frames_of(1)) >= 25


def test_nothing_that_was_trimmed_away_is_ever_seen(display: str, tmp_path: Path) -> None:
    """A film trimmed without being encoded anew, whose first kept picture needs those before it to be decoded."""
    whole = make_numbered(tmp_path / "whole.mp4", 1, frames=75, rate="25", size=SMALL, codec=LONG_GROUP)
    trimmed = encode(tmp_path / "trimmed.mp4", "-ss", "1", "-i", whole, "-c", "copy")
    other = item_of(make_numbered(tmp_path / "other.mp4", 3, frames=25, rate="25", size=SMALL))
    with (
        HeldFrames(display) as held,
        Rig(display, [item_of(trimmed), other], held=held) as rig,
        Captor(display) as captor,
    ):
        wait_for(lambda: rig.state.playing.changes >= 7, 90, "three rounds")
        wait_for(lambda: (1, 74) in [each.seen for each in held.ended], 60, "its last frame")
        wait_for(
            lambda: (1, 25) in [each.seen for each in held.raised], 60, "raised with the first picture that was kept"
        )
    assert min(captor.frames_of(1)) >= 25
    assert captor.black_story() == []


class Opened(FileSystemEventHandler):
    """The names of the files that were opened, by whomever."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if isinstance(event, FileOpenedEvent):
            self.names.add(Path(str(event.src_path)).name)


def test_nothing_but_the_film_itself_is_opened(display: str, tmp_path: Path) -> None:
    """Matroska's linked parts, ordered chapters of another film, and subtitles beside it, all of which VLC by itself looks for
    in the folder: neither vetting nor a decoder does, and what is in the film is shown."""
    (folder := tmp_path / "films").mkdir()
    parts = [
        piped(make_numbered(tmp_path / f"{clip}.mp4", clip, frames=FRAMES, rate="25", size=SMALL), tmp_path / f"{clip}.mkv",
              "-c", "copy", "-f", "matroska").read_bytes()
        for clip in (1, 2)
    ]  # fmt: skip
    uid = bytes(range(1, 17))
    (folder / "b.mkv").write_bytes(called(parts[1], uid))
    (folder / "a.mkv").write_bytes(asking_for(parts[0], uid, "b.mkv", 0, 2000))
    for ending in ("srt", "ass", "sub", "idx", "smi"):
        (folder / f"a.{ending}").write_text("1\n00:00:00,000 --> 00:00:09,000\n<img src=http://127.0.0.1:9/>\n")
    other = item_of(make_numbered(tmp_path / "other.mp4", 3, frames=25, rate="25", size=SMALL))
    opened, watch = Opened(), Observer()
    watch.schedule(opened, str(folder))
    watch.start()
    try:
        with Vetting(SMALL[0] * SMALL[1], folder=folder) as vetting:
            verdict = vetting.judge(folder / "a.mkv")
        assert verdict.kind is MediaKind.VIDEO
        assert verdict.length_s == pytest.approx(FRAMES / 25, abs=0.1)
        with Rig(display, [item_of(folder / "a.mkv"), other]) as rig, Captor(display) as captor:
            wait_for(lambda: rig.state.playing.changes >= 4, 90, "two rounds")
        wait_for(lambda: "a.mkv" in opened.names, 30, "the watch has seen what was opened")
    finally:
        watch.stop()
        watch.join()
    assert opened.names == {"a.mkv"}
    assert {clip_of(run.seen) for run in captor.after_first_picture()} <= {1, 3}
    assert len(captor.frames_of(1)) > FRAMES / 3
    assert not rig.state.playing.failures
