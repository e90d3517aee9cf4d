"""Nothing but the picture: no cursor, title, counter, subtitle or dialogue, and no sleep; on the server's own pixels."""

from __future__ import annotations

import struct
import subprocess
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
SAMPLES = 200
WORDS = "1\n00:00:00,000 --> 00:00:20,000\nKATA SANDI: 12345\n\n"


def framebuffer(folder: Path) -> np.ndarray:
    """What Xvfb's graphics card would send to the panel, the cursor included (XWD, which GetImage cleans of it)."""
    raw = (folder / "Xvfb_screen0").read_bytes()
    head = struct.unpack(">25I", raw[:100])
    start = head[0] + head[19] * 12
    pixels = np.frombuffer(raw, np.uint8, head[12] * head[5], start).reshape(head[5], head[12] // 4, 4)
    return pixels[:, : head[4], :3]


def colours(folder: Path) -> int:
    """How many colours that differ by more than a codec's noise are on the panel."""
    pixels = framebuffer(folder)
    return int(np.ptp(pixels.reshape(-1, 3).astype(int), axis=0).max())


def point_at(display: str, x: int, y: int) -> None:
    """Moves the pointer, as a mouse that somebody knocks does."""
    connection: Any = xcffib.connect(display=display)
    root = connection.get_setup().roots[0].root
    connection.core.WarpPointer(0, root, 0, 0, 0, 0, x, y)
    connection.core.GetInputFocus().reply()
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
    with running_xvfb("640x480", ("-retro", "-fbdir", str(tmp_path))) as display:
        point_at(display, 320, 240)
        wait_for(lambda: colours(tmp_path) > 100, 5, "the bare server shows its cursor and its pattern")
        with Rig(display, [item_of(film) for film in films]) as rig:
            for number in range(len(films)):
                rig.show(number)
                wait_for(lambda: colours(tmp_path) < 8, 20, f"film {number + 1}")
                for sample in range(SAMPLES):
                    point_at(display, 100 + sample % 400, 240)
                    assert colours(tmp_path) < 8, f"film {number + 1}, sample {sample}"


def test_the_cursor_is_hidden_on_cards_too(tmp_path: Path) -> None:
    """A black screen is black to the last pixel."""
    with running_xvfb("640x480", ("-retro", "-fbdir", str(tmp_path))) as display, Rig(display, []) as rig:
        rig.order(c.Blank(), "c1")
        point_at(display, 320, 240)
        wait_for(lambda: framebuffer(tmp_path).max() == 0, 10)


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
