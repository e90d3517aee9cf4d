"""Promises 1-3 on real pixels: real libvlc on a real X server, with numbered clips."""

from __future__ import annotations

import itertools
import signal
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from player.contract import commands as c
from player.core import events as e
from player.core.effects import HoldItem, KillDecoder, StartItem
from tests.kit.captor import Captor, clip_of
from tests.kit.encodings import AV1, HEVC, MJPEG, MPEG2, VP8, VP9
from tests.kit.held import HeldFrames
from tests.kit.numbered import SMALL, draw_code, make_numbered
from tests.kit.rig import Rig, item_of, release_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Numbered clips in different codecs, sizes and rates, and an image with the code 31, 0."""
    folder = tmp_path_factory.mktemp("numbered")
    made = {
        "h264": make_numbered(folder / "h264.mp4", 1, frames=45),
        "small": make_numbered(folder / "small.mp4", 2, frames=40, rate="25", size=(640, 360)),
        "hevc": make_numbered(folder / "hevc.mp4", 3, frames=30, codec=HEVC),
        "vp9": make_numbered(folder / "vp9.webm", 4, frames=30, size=(640, 360), codec=VP9),
        "vp8": make_numbered(folder / "vp8.webm", 11, frames=30, size=(640, 360), codec=VP8),
        "mpeg2": make_numbered(folder / "mpeg2.mpg", 5, frames=30, rate="25", size=(1024, 576), codec=MPEG2),
        "mjpeg": make_numbered(folder / "mjpeg.avi", 6, frames=30, codec=MJPEG),
        "av1": make_numbered(folder / "av1.mp4", 10, frames=24, rate="12", size=(640, 360), codec=AV1),
        "short": make_numbered(folder / "short.mp4", 7, frames=15),
        "long": make_numbered(folder / "long.mp4", 8, frames=900, size=SMALL),
        "other": make_numbered(folder / "other.mp4", 9, frames=900, size=SMALL),
    }  # fmt: skip
    picture = np.full((720, 1280), 90, np.uint8)
    draw_code(picture, 31, 0)
    made["image"] = folder / "image.png"
    Image.fromarray(picture).save(made["image"])
    return made


@pytest.fixture
def own_display() -> object:
    with running_xvfb() as name:
        yield name


@pytest.fixture
def small_display() -> object:
    """For the long clips, which are as large as this."""
    with running_xvfb("640x360") as name:
        yield name


FRAMES = {1: 45, 2: 40, 3: 30, 4: 30, 5: 30, 6: 30, 7: 15, 10: 24, 11: 30}
"""Clip -> how many frames it has."""


def test_changes_between_codecs_sizes_and_images_are_whole(own_display: str, numbered: dict[str, Path]) -> None:
    """Any pair of codecs, sizes, rates and images: no black, each clip raised with its first frame, left with its last.

    A busy machine makes VLC drop late frames, the last one among them: so each clip has until it was shown whole once.
    """
    names = ["h264", "small", "hevc", "image", "vp9", "vp8", "av1", "mpeg2", "mjpeg", "short"]
    items = [item_of(numbered[name], show_s=1.0 if name == "image" else None) for name in names]
    with HeldFrames(own_display) as held, Rig(own_display, items, held=held) as rig, Captor(own_display) as captor:
        wait_for(lambda: held.clips_ended_at(FRAMES) == set(FRAMES), 100, "each clip has ended with its last frame")
        wait_for(lambda: rig.state.playing.changes >= len(names) + 2, 60, "a whole round")
    assert captor.black_story() == []
    assert set(held.clips_raised()) == {*FRAMES, 31}
    assert held.most_begin_first(), held.raised


def test_one_clip_alone_loops_whole(own_display: str, numbered: dict[str, Path]) -> None:
    """An item repeated alone goes from its last frame to its first, again and again."""
    with (
        HeldFrames(own_display) as held,
        Rig(own_display, [item_of(numbered["short"])], held=held) as rig,
        Captor(own_display) as captor,
    ):
        wait_for(lambda: rig.state.playing.changes >= 8, 60, "eight rounds")
        wait_for(lambda: [each.seen for each in held.ended].count((7, 14)) >= 3, 60, "three of them whole")
    assert captor.black_story() == []
    assert set(held.clips_raised()) == {7}
    assert held.most_begin_first(), held.raised


def test_an_image_is_shown_for_its_seconds(own_display: str, numbered: dict[str, Path]) -> None:
    """Never shorter; what comes after it is held ready by then."""
    items = [item_of(numbered["image"], show_s=2.0), item_of(numbered["short"])]
    with HeldFrames(own_display) as held, Rig(own_display, items, held=held) as rig, Captor(own_display) as captor:
        wait_for(lambda: rig.state.playing.changes >= 6, 60)
    raises = [(at, rig.path_of(effect)) for at, effect in rig.log if isinstance(effect, StartItem)]
    stood = [then - at for (at, path), (then, _) in itertools.pairwise(raises) if path == "image.png"]
    assert len(stood) >= 2
    assert min(stood) >= 1.95, "the log is written a moment after each decision"
    assert set(held.clips_raised()) == {31, 7}
    assert captor.black_story() == []


@pytest.mark.parametrize("hurt", [signal.SIGKILL, signal.SIGSEGV])
def test_a_crash_of_the_visible_decoder_costs_no_black_frame(
    small_display: str, numbered: dict[str, Path], hurt: signal.Signals
) -> None:
    """The next item comes, and playing goes on; how soon is for the bench (tests/bench/changes.py)."""
    items = [item_of(numbered["long"]), item_of(numbered["other"])]
    with Rig(small_display, items) as rig, Captor(small_display) as captor:
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", 20)
        rig.hurt_visible(hurt)
        wait_for(lambda: clip_of(captor.last) == 9, 20, "the next item")
        wait_for(lambda: rig.state.decoders[0].usable, 20, "a new decoder")
        wait_for(lambda: rig.state.playing.plays[0] and rig.state.playing.plays[0].phase == "cued", 20)
    assert {clip_of(run.seen) for run in captor.after_first_picture()} <= {8, 9, "other"}
    assert captor.black_story() == []


def test_a_crash_of_the_hidden_decoder_is_not_seen(small_display: str, numbered: dict[str, Path]) -> None:
    """The picture does not even jump."""
    with (
        Rig(small_display, [item_of(numbered["long"]), item_of(numbered["other"])]) as rig,
        Captor(small_display) as captor,
    ):
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", 20)
        rig.hurt_hidden(signal.SIGKILL)
        wait_for(lambda: rig.state.decoders[1].restarts == 1 and rig.state.playing.plays[1], 20)
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", 20)
    assert captor.black_story() == []
    assert {clip_of(run.seen) for run in captor.after_first_picture()} == {8}


def test_a_hung_visible_decoder_is_replaced(small_display: str, numbered: dict[str, Path]) -> None:
    """SIGSTOP: the last frame stays, then the next item plays; never black."""
    with (
        Rig(small_display, [item_of(numbered["long"]), item_of(numbered["other"])]) as rig,
        Captor(small_display) as captor,
    ):
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", 20)
        hung = rig.state.playing.visible
        rig.hurt_visible(signal.SIGSTOP)
        wait_for(lambda: clip_of(captor.last) == 9, 30, "the next item")
    assert [kill.layer for kill in rig.asked(KillDecoder)][:1] == [hung]
    assert captor.black_story() == []


def test_a_decoder_that_waits_for_its_turn_costs_nothing(small_display: str, numbered: dict[str, Path]) -> None:
    """Its process is stopped, for longer than a decoder may be silent, and plays from frame 0 when its turn comes."""
    with (
        Rig(small_display, [item_of(numbered["long"]), item_of(numbered["other"])]) as rig,
        Captor(small_display) as captor,
    ):
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", 20)
        waiting = psutil.Process(rig.layer_pid(1))
        wait_for(lambda: waiting.status() == psutil.STATUS_STOPPED, 20)
        spent, beats = waiting.cpu_times(), rig.heartbeats(0)
        wait_for(lambda: rig.heartbeats(0) >= beats + 5, 30, "longer than a decoder may be silent")
        assert waiting.cpu_times() == spent
        rig.order(c.Volume(30))
        rig.order(c.Next(), "c2")
        wait_for(lambda: clip_of(captor.last) == 9, 20)
        assert rig.state.decoders[1].restarts == 0
        assert psutil.Process(rig.layer_pid(1)).status() != psutil.STATUS_STOPPED
    assert captor.black_story() == []
    assert captor.changes()[-1][1] == (9, 0)


def test_next_changes_the_picture(small_display: str, numbered: dict[str, Path]) -> None:
    """`next` with a cued item: the very item that was held comes, with its first frame, and nothing between."""
    items = [item_of(numbered["long"]), item_of(numbered["other"])]
    with (
        HeldFrames(small_display) as held,
        Rig(small_display, items, held=held) as rig,
        Captor(small_display) as captor,
    ):
        wait_for(lambda: rig.state.playing.plays[1] and rig.state.playing.plays[1].phase == "cued", 20)
        rig.order(c.Next())
        wait_for(lambda: clip_of(captor.last) == 9, 20)
    assert captor.black_story() == []
    assert held.clips_raised() == [8, 9]


def test_the_picture_stays_when_the_screen_room_ends_and_the_next_takes_over(
    small_display: str, numbered: dict[str, Path]
) -> None:
    """The last frame of the old stage stays until the new one has a picture; nothing of the old one is left."""
    from player.screen.x11.server import XServer

    item = item_of(numbered["long"])
    with Captor(small_display) as captor:
        with Rig(small_display, [item]) as rig:
            wait_for(lambda: rig.state.playing.changes and isinstance(captor.last, tuple), 20)
        wait_for(lambda looks=captor.looks: captor.looks > looks + 1, 20)  # type: ignore[misc]
        frozen = captor.last
        wait_for(lambda looks=captor.looks: captor.looks > looks + 5, 20)  # type: ignore[misc]
        assert captor.last == frozen
        with Rig(small_display, [item_of(numbered["other"])]):
            wait_for(lambda: clip_of(captor.last) == 9, 20)
            with XServer(small_display) as server:
                wait_for(lambda: len(server.marked_windows()) == 1, 20, "the old stage is gone")
    assert captor.black_story() == []


def test_pause_holds_the_frame_and_resume_goes_on(small_display: str, numbered: dict[str, Path]) -> None:
    """The very frame stays for as long as the pause, and it goes on from there."""
    with Rig(small_display, [item_of(numbered["long"])]) as rig, Captor(small_display) as captor:
        wait_for(lambda: rig.state.playing.changes and isinstance(captor.last, tuple) and captor.last[1] > 10, 20)
        rig.order(c.Pause())
        wait_for(lambda: rig.asked(HoldItem), 20)
        layer, beats = rig.state.playing.visible or 0, rig.heartbeats(rig.state.playing.visible or 0)
        wait_for(lambda: rig.heartbeats(layer) >= beats + 2, 20, "VLC has taken hold")
        frame = captor.last
        assert isinstance(frame, tuple)
        wait_for(lambda: rig.heartbeats(layer) >= beats + 4, 20)
        assert captor.last == frame
        rig.order(c.Resume())
        wait_for(lambda: captor.last != frame, 20)
        seen = captor.last
    assert captor.black_story() == []
    assert isinstance(seen, tuple)
    assert seen[0] == 8
    assert seen[1] > frame[1]


def test_new_content_does_not_disturb_what_plays(own_display: str, numbered: dict[str, Path]) -> None:
    """A new release takes over after the present item, from its first frame."""
    with (
        HeldFrames(own_display) as held,
        Rig(own_display, [item_of(numbered["h264"])], held=held) as rig,
        Captor(own_display) as captor,
    ):
        wait_for(lambda: rig.state.playing.changes and isinstance(captor.last, tuple), 20)
        rig.tell(e.ReleaseAdopted(release_of(item_of(numbered["short"]), number=2)))
        wait_for(lambda: clip_of(captor.last) == 7, 20)
    assert held.ended[0].path == "h264.mp4", "the present item came to its end first"
    assert held.clips_raised()[:2] == [1, 7]
