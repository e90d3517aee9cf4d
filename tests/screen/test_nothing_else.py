"""Nothing but the picture: no cursor, title, counter, subtitle or dialogue, and no sleep; on the server's own pixels."""

from __future__ import annotations

import contextlib
import itertools
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xcffib

from player.contract import commands as c
from tests.kit.clips import encode
from tests.kit.encodings import H264
from tests.kit.programs import need
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xorg import running_xorg
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]
SIZE = (640, 480)
NOISE = 8
"""How far a codec lets the levels of one colour differ."""
LOOK_S = 3.0
"""So far each film is watched: VLC shows a title for the first five seconds, these subtitles stand from the first on."""
PAUSE_S = 0.02
WORDS = "1\n00:00:00,000 --> 00:00:20,000\nKATA SANDI: 12345\n\n"


def framebuffer(folder: Path) -> np.ndarray:
    """What Xvfb's graphics card would send to the panel, the cursor included (XWD, which GetImage cleans of it)."""
    raw = (folder / "Xvfb_screen0").read_bytes()
    head = struct.unpack(">25I", raw[:100])
    start = head[0] + head[19] * 12
    pixels = np.frombuffer(raw, np.uint8, head[12] * head[5], start).reshape(head[5], head[12] // 4, 4)
    return pixels[:, : head[4]]


def colours(folder: Path) -> int:
    """How far the colours on the panel differ; a codec's noise is a little."""
    pixels = framebuffer(folder)
    return int((pixels.max(0).max(0) - pixels.min(0).min(0))[:3].max())  # by rows first: that is how they lie in memory


@contextlib.contextmanager
def pointer(display: str) -> Iterator[Callable[[int, int], None]]:
    """Moves the pointer to a place, as a mouse that somebody knocks does."""
    connection: Any = xcffib.connect(display=display)
    root = connection.get_setup().roots[0].root

    def point_at(x: int, y: int) -> None:
        connection.core.WarpPointer(0, root, 0, 0, 0, 0, x, y)
        connection.core.GetInputFocus().reply()

    yield point_at
    connection.disconnect()


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Films of one colour: with a subtitle beside it, and with one inside that asks to be shown; both with a title."""
    folder = tmp_path_factory.mktemp("films")
    (folder / "beside.srt").write_text(WORDS)
    beside, inside, small = folder / "beside.mp4", folder / "inside.mkv", folder / "small.mp4"
    picture = ("-f", "lavfi", "-i", "color=c=0x306090:s=640x480:r=10")
    h264 = ("-t", "20", *H264, "-metadata", "title=JUDUL")
    encode(beside, *picture, *h264)
    encode(inside, *picture, "-i", folder / "beside.srt", *h264, "-c:s", "srt", "-disposition:s:0", "default+forced")
    encode(small, *picture, "-i", folder / "beside.srt", *h264, "-c:s", "mov_text", "-disposition:s:0", "default")
    return [beside, inside, small]


def test_neither_a_subtitle_nor_a_title_nor_the_cursor_is_ever_seen(films: list[Path], tmp_path: Path) -> None:
    """Films of one colour are of one colour in every sample, with the pointer in the middle of them."""
    server, places = running_xvfb("640x480", ("-retro", "-fbdir", str(tmp_path))), itertools.cycle(range(100, 500))
    with server as display, pointer(display) as point_at:
        point_at(320, 240)
        wait_for(lambda: colours(tmp_path) > 100, 5, "the bare server shows its cursor and its pattern")
        with Rig(display, [item_of(film) for film in films]) as rig:

            def is_watched(film: Path) -> bool:
                point_at(next(places), 240)
                assert colours(tmp_path) < NOISE, film.name
                play = rig.state.playing.current
                return play is not None and (play.position_s or 0.0) >= LOOK_S

            for number, film in enumerate(films):
                rig.show(number)
                wait_for(lambda: colours(tmp_path) < NOISE, 20, f"film {number + 1}")
                wait_for(lambda film=film: is_watched(film), 20, every_s=PAUSE_S)  # type: ignore[misc]


def test_the_cursor_is_hidden_on_cards_too(tmp_path: Path) -> None:
    """A black screen is black to the last pixel."""
    server = running_xvfb("640x480", ("-retro", "-fbdir", str(tmp_path)))
    with server as display, pointer(display) as point_at, Rig(display, []) as rig:
        rig.order(c.Blank(), "c1")
        point_at(320, 240)
        wait_for(lambda: framebuffer(tmp_path)[..., :3].max() == 0, 10)


def test_the_screen_never_sleeps(films: list[Path]) -> None:
    """The screen saver is off on a server that had it on (Xorg's dummy driver has no DPMS to be tried)."""
    need("xset")
    with running_xorg() as server:

        def says() -> str:
            words = ["xset", "-display", server.display, "q"]
            return subprocess.run(words, capture_output=True, text=True, check=True, timeout=10).stdout

        subprocess.run(["xset", "-display", server.display, "s", "60"], check=True, timeout=10)
        assert "timeout:  60 " in says()
        with Rig(server.display, [item_of(films[0])]) as rig:
            wait_for(lambda: rig.state.playing.changes, 20)
            assert "DPMS is Enabled" not in says()
            assert "timeout:  0 " in says()
