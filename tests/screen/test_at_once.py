"""What is wanted at once, and what is shorter than it takes to open: found by the soak, held here."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from player.contract import commands as c
from player.core.effects import KillDecoder, RebootMachine, StartItem
from player.core.events import StageLost
from tests.kit.captor import Captor, clip_of
from tests.kit.encodings import AV1, H264, HEVC, MPEG2, VP9
from tests.kit.held import Held, HeldFrames
from tests.kit.numbered import SMALL, draw_code, make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]


SIZES = (SMALL, (320, 180), SMALL, (960, 540))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four of three seconds: as large as the screen, smaller, larger; in three codecs."""
    folder = tmp_path_factory.mktemp("films")
    return [
        make_numbered(folder / "a.mp4", 1, frames=90, size=SIZES[0]),
        make_numbered(folder / "b.mp4", 2, frames=75, rate="25", size=SIZES[1]),
        make_numbered(folder / "c.mp4", 3, frames=90, size=SIZES[2], codec=HEVC),
        make_numbered(folder / "d.webm", 4, frames=90, size=SIZES[3], codec=VP9),
    ]


@pytest.fixture
def own_display() -> object:
    with running_xvfb("640x360", options=("-background", "none")) as name:
        yield name


def test_what_is_wanted_at_once_comes_without_black_and_from_its_first_frame(
    own_display: str, films: list[Path]
) -> None:
    """Fifteen jumps at random moments: VLC's redrawing of the old frame never counts as the new item's first."""
    chance = random.Random(7)
    with (
        HeldFrames(own_display) as held,
        Rig(own_display, [item_of(film, size=size) for film, size in zip(films, SIZES, strict=True)], held=held) as rig,
        Captor(own_display) as captor,
    ):
        wait_for(lambda: isinstance(captor.last, tuple), 20)
        for number in range(15):
            frame = chance.randrange(5, 25)
            wait_for(lambda frame=frame: isinstance(captor.last, tuple) and captor.last[1] >= frame, 20)  # type: ignore[misc]
            now = clip_of(captor.last)
            there = chance.choice([k for k in range(1, 5) if k != now])
            starts = len(rig.asked(StartItem))
            rig.order(c.Goto(there), f"c{number}")
            wait_for(lambda starts=starts: len(rig.asked(StartItem)) > starts, 15)  # type: ignore[misc]
            wait_for(lambda there=there: clip_of(captor.last) == there, 15)  # type: ignore[misc]
    assert captor.black_story() == []
    assert len(held.raised) > 15
    clips = {"a.mp4": 1, "b.mp4": 2, "c.mp4": 3, "d.webm": 4}
    assert held.clips_raised() == [clips[each.path] for each in held.raised]
    assert held.most_begin_first(), held.raised


def test_a_killed_decoder_leaves_its_image_on_screen(own_display: str, films: list[Path], tmp_path: Path) -> None:
    """VLC's own window, black and below the image, is never seen."""
    picture = np.full((360, 640), 90, np.uint8)
    draw_code(picture, 30, 0)
    image = tmp_path / "image.png"
    Image.fromarray(picture).save(image)
    items = [item_of(films[0]), item_of(films[1]), item_of(image, show_s=60.0)]
    with Rig(own_display, items) as rig, Captor(own_display) as captor:
        for number in range(3):
            wait_for(lambda: rig.state.playing.visible is not None, 20)
            if clip_of(captor.last) != 30:
                rig.order(c.Goto(3), f"c{number}")
            wait_for(lambda: captor.last == (30, 0), 30, "the image")
            wait_for(
                lambda: (p := rig.state.playing.plays[1 - (rig.state.playing.visible or 0)]) and p.phase == "cued", 20
            )
            rig.hurt_visible(signal.SIGKILL)
            wait_for(lambda: captor.last != (30, 0), 20)
    assert captor.black_story() == []


def test_a_short_av1_item_is_shown_frame_by_frame(own_display: str, films: list[Path], tmp_path: Path) -> None:
    """dav1d keeps no frames back: the held first frame is followed by the second, not by the sixth."""
    short = make_numbered(tmp_path / "short.mp4", 7, frames=14, rate="24", size=(320, 180), codec=AV1)
    other = make_numbered(tmp_path / "other.mp4", 8, frames=15, size=SMALL)
    with (
        HeldFrames(own_display) as held,
        Rig(own_display, [item_of(other), item_of(short)], held=held),
        Captor(own_display) as captor,
    ):
        wait_for(lambda: captor.frames_of(7) == set(range(14)), 60, "every frame is seen, in one round or another")
    assert set(held.clips_raised()) == {7, 8}
    assert held.most_begin_first(), held.raised
    assert captor.black_story() == []


@pytest.mark.parametrize("frames", [1, 2, 4])
def test_a_film_of_a_few_frames_is_shown(own_display: str, tmp_path: Path, frames: int) -> None:
    """VLC has read it to its end before it shows anything; it was given up after ten seconds, then quarantined."""
    short = make_numbered(tmp_path / "short.mp4", 7, frames=frames, rate="10", size=(320, 180))
    other = make_numbered(tmp_path / "other.mp4", 8, frames=15, size=SMALL)
    with (
        HeldFrames(own_display) as held,
        Rig(own_display, [item_of(short), item_of(other)], held=held) as rig,
        Captor(own_display) as captor,
    ):
        wait_for(
            lambda: captor.frames_of(7) == set(range(frames)) and rig.state.playing.changes >= 9,
            60,
            "every frame is seen",
        )
    assert captor.black_story() == []
    assert set(held.clips_raised()) == {7, 8}, "nothing is raised before it is fitted to its window"
    assert not rig.state.playing.failures


def test_a_film_of_one_long_frame_stands_as_long_as_it_says(own_display: str, tmp_path: Path) -> None:
    """A picture exported as a film: it is neither hung nor frozen, and is not asked for frames that it has not."""
    poster = make_numbered(tmp_path / "poster.mp4", 7, frames=1, rate="1/9", size=(320, 180))
    other = make_numbered(tmp_path / "other.mp4", 8, frames=15, size=SMALL)
    with Rig(own_display, [item_of(other), item_of(poster)]) as rig, Captor(own_display) as captor:
        wait_for(lambda: rig.state.playing.changes >= 5, 60)
    assert captor.black_story() == []
    assert not rig.state.playing.failures
    assert not rig.asked(KillDecoder)
    raised_mono = next(
        at for at, effect in rig.log if isinstance(effect, StartItem) and rig.path_of(effect) == "poster.mp4"
    )
    left_mono = next(at for at, effect in rig.log if isinstance(effect, StartItem) and at > raised_mono)
    assert left_mono - raised_mono >= 8.9, "the log is written a moment after each decision"
    assert captor.frames_of(7) == {0}


@pytest.mark.parametrize(("name", "codec"), [("a.ts", H264), ("a.ts", MPEG2), ("a.mpg", MPEG2)])
def test_a_transport_stream_neither_waits_nor_goes_black(
    own_display: str, films: list[Path], tmp_path: Path, name: str, codec: tuple[str, ...]
) -> None:
    """Its pictures begin half a second after its clock: that is not shown as black, and does not cut its end.

    How long its first frame stands is for the bench (tests/bench/changes.py): a busy machine makes any frame stand.
    """
    stream = make_numbered(tmp_path / name, 5, frames=40, rate="25", size=(512, 288), codec=codec)
    other = make_numbered(tmp_path / "other.mp4", 8, frames=15, size=SMALL)
    with (
        HeldFrames(own_display) as held,
        Rig(own_display, [item_of(other), item_of(stream)], held=held) as rig,
        Captor(own_display) as captor,
    ):
        wait_for(lambda: held.clips_ended_at({5: 40, 8: 15}) == {5, 8}, 90, "it is shown to its last frame")
        wait_for(lambda: Held(name, (5, 0)) in held.raised, 90, "it is raised with its first frame")
    assert captor.black_story() == []
    assert "black" not in {each.seen for each in held.raised}
    assert not rig.state.playing.failures


def test_no_picture_is_shown_that_its_film_does_not_have(own_display: str, tmp_path: Path) -> None:
    """A decoder without a picture's reference makes it up from plain grey; the next whole picture is awaited instead.

    A starved decoder drops references itself; here the film's first one was taken out, so that it happens each time.
    """
    without_first = (*H264, "-g", "30", "-bsf:v", "noise=drop=eq(n\\,0)")
    torn = make_numbered(tmp_path / "torn.mkv", 5, frames=60, size=SMALL, codec=without_first)
    good = make_numbered(tmp_path / "good.mp4", 6, frames=15, size=SMALL)
    with HeldFrames(own_display) as held, Rig(own_display, [item_of(good), item_of(torn)], held=held) as rig:
        wait_for(lambda: rig.state.playing.changes >= 4, 60)
    assert set(held.clips_raised()) == {5, 6}
    frames = {each.seen[1] for each in held.raised if isinstance(each.seen, tuple) and each.seen[0] == 5}
    assert frames
    assert min(frames) >= 30, "a starved decoder may hold the next one"


def test_an_order_that_fails_does_not_disturb_the_stage(own_display: str, films: list[Path]) -> None:
    """It is logged; the stage is not even built anew."""
    with Rig(own_display, [item_of(films[0])]) as rig, Captor(own_display) as captor:
        wait_for(lambda: isinstance(captor.last, tuple), 20)
        rig.screen.perform(RebootMachine("not the screen's"))  # type: ignore[arg-type]  # a fault of ours
        rig.order(c.Next())
        wait_for(lambda: rig.state.playing.changes >= 2, 20, "it goes on playing")
    assert captor.black_story() == []
    assert not [event for event in rig.events if isinstance(event, StageLost)]


def test_a_dropped_item_leaves_the_screen_without_black_and_does_not_come_back(
    own_display: str, films: list[Path]
) -> None:
    """`drop` in the middle of a film: the next one takes its place from frame to frame, and the round goes on without it."""
    names = {1: "a.mp4", 2: "b.mp4", 3: "c.mp4", 4: "d.webm"}
    with Rig(own_display, [item_of(film) for film in films]) as rig, Captor(own_display) as captor:
        wait_for(lambda: isinstance(captor.last, tuple) and captor.last[1] >= 5, 20)
        dropped = clip_of(captor.last)
        assert isinstance(dropped, int)
        rig.order(c.Drop(names[dropped]), "d")
        wait_for(lambda: clip_of(captor.last) in names.keys() - {dropped}, 20, "the next one")
        seen, changes = len(captor.runs), rig.state.playing.changes
        wait_for(lambda: rig.state.playing.changes >= changes + 4, 60, "a whole round")
    assert captor.black_story() == []
    assert dropped not in {clip_of(run.seen) for run in list(captor.runs)[seen:]}
