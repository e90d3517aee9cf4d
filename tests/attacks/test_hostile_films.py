"""Films that are something else than they seem, judged by real pixels."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core import effects as f
from player.core.model import MediaKind
from player.library.vetting.verdicts import Vetting
from tests.attacks.make import as_transport, change_size_inside, disguise_as_sdp, make_tiny
from tests.kit.captor import Captor, clip_of
from tests.kit.encodings import H264
from tests.kit.network import free_port
from tests.kit.numbered import make_numbered
from tests.kit.programs import end
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]
OWN, STRANGER = 1, 9
MOST_PIXELS = 7680 * 4320


@pytest.fixture
def screen() -> Iterator[str]:
    with running_xvfb("640x360") as name:
        yield name


def is_let_in(path: Path) -> bool:
    with Vetting(MOST_PIXELS) as vetting:
        return vetting.judge(path).kind is MediaKind.VIDEO


def seen_clips(captor: Captor) -> set[int | str]:
    return {clip_of(run.seen) for run in captor.runs}


def test_a_film_that_is_an_address_for_ffmpeg_shows_no_strangers_picture(tmp_path: Path, screen: str) -> None:
    """A transport stream with an SDP in its padding, where a stranger sends RTP: refused, or its own picture is shown."""
    port = free_port()
    own = as_transport(make_numbered(tmp_path / "own.mp4", OWN, frames=90, size=(640, 360)), tmp_path / "own.ts")
    his = make_numbered(tmp_path / "his.mp4", STRANGER, frames=600, size=(640, 360), codec=(*H264, "-g", "15"))
    film = disguise_as_sdp(own, tmp_path / "film.ts", port)
    good = item_of(make_numbered(tmp_path / "good.mp4", 2, frames=30, size=(640, 360)))
    if not is_let_in(film):
        return
    words = [
        "ffmpeg",
        "-loglevel",
        "error",
        "-re",
        "-stream_loop",
        "-1",
        "-i",
        str(his),
        "-c",
        "copy",
        "-f",
        "rtp_mpegts",
    ]
    sender = subprocess.Popen([*words, f"rtp://127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with Captor(screen) as captor, Rig(screen, [item_of(film), good]) as rig:
            wait_for(lambda: STRANGER in seen_clips(captor) or len(rig.asked(f.StartItem)) >= 4, 60, "four items")
    finally:
        end(sender)
    assert STRANGER not in seen_clips(captor)


def test_a_decoder_whose_item_is_a_file_has_no_network(tmp_path: Path, screen: str) -> None:
    """`content.stream_hosts` is set, and films play: the decoders' network is not the machine's."""
    film = item_of(make_numbered(tmp_path / "a.mp4", OWN, frames=60, size=(640, 360)))
    with Rig(screen, [film]) as rig:
        wait_for(lambda: len(rig.asked(f.StartItem)) >= 2, 30, "two plays")
        networks = [os.readlink(f"/proc/{rig.layer_pid(layer)}/ns/net") for layer in range(2)]
    assert os.readlink("/proc/self/ns/net") not in networks


@pytest.mark.parametrize("frames", [1, 2])
def test_a_film_of_a_frame_or_two_is_seen(tmp_path: Path, screen: str, frames: int) -> None:
    """A poster saved as MP4 plays by itself: it is on screen for its time, and nothing is black between its plays."""
    film = item_of(make_tiny(tmp_path / "poster.mp4", OWN, frames))
    with Captor(screen) as captor, Rig(screen, [film]) as rig:
        wait_for(lambda: len(rig.asked(f.StartItem)) >= 6, 60, "six plays")
    assert OWN in seen_clips(captor), f"seen: {seen_clips(captor)}"
    assert captor.black_runs() == 0, captor.black_story()


def test_a_film_of_one_frame_between_films_leaves_nothing_black(tmp_path: Path, screen: str) -> None:
    """Film, poster, film, poster: each is seen, and nothing is black between them."""
    tiny = item_of(make_tiny(tmp_path / "poster.mp4", OWN, 1))
    film = item_of(make_numbered(tmp_path / "film.mp4", 2, frames=30, size=(640, 360)))
    with Captor(screen) as captor, Rig(screen, [film, tiny]) as rig:
        wait_for(lambda: len(rig.asked(f.StartItem)) >= 6, 60, "six plays")
    assert {OWN, 2} <= seen_clips(captor)
    assert captor.black_runs() == 0, captor.black_story()


def test_a_film_that_changes_its_size_is_refused_or_never_black(tmp_path: Path, screen: str) -> None:
    """640x360, 1280x720 and back inside one transport stream: refused with a word, or no black picture at the changes."""
    path = change_size_inside(tmp_path, OWN)
    if not is_let_in(path):
        return
    good = item_of(make_numbered(tmp_path / "good.mp4", 2, frames=30, size=(640, 360)))
    with Captor(screen) as captor, Rig(screen, [good, item_of(path)]) as rig:
        wait_for(lambda: len(rig.asked(f.StartItem)) >= 5, 60, "five items")
    assert captor.black_runs() == 0, captor.black_story()
