"""Real libvlc: a film whose container can be rewound is opened paused and shows its first picture; others are played hidden.

Played hidden it would look the same on the panel, only later, so that no test of pixels sees the difference.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from player.screen.decoder.early import decoder_command
from player.screen.decoder.options import DecoderOptions
from tests.kit.encodings import H264, MJPEG, MPEG2, VP9
from tests.kit.numbered import SMALL, make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]

TRACED = Path(__file__).with_name("traced_decoder.py")
PAUSED_WAY = "OPENING_PAUSED SHOWING_FIRST FITTING_FIRST HELD RUNNING"
PLAYED_WAY = "OPENING PAUSING REWINDING HELD RUNNING"


@pytest.mark.parametrize(
    ("name", "codec", "way"),
    [
        ("film.mp4", H264, PAUSED_WAY),
        ("film.mkv", H264, PAUSED_WAY),
        ("film.webm", VP9, PAUSED_WAY),
        ("film.avi", MJPEG, PAUSED_WAY),
        ("film.ts", MPEG2, PLAYED_WAY),
        ("film.mpg", MPEG2, PLAYED_WAY),
    ],
    ids=["mp4", "mkv", "webm", "avi", "ts", "mpg"],
)
def test_the_way_of_a_film(tmp_path: Path, name: str, codec: tuple[str, ...], way: str) -> None:
    """On a busy machine VLC may be too slow for the first way; so until an item has gone it."""
    film = make_numbered(tmp_path / name, 1, frames=36, size=SMALL, codec=codec)
    notes = tmp_path / "notes"
    notes.touch()

    def command(options: DecoderOptions) -> list[str]:
        return [sys.executable, str(TRACED), str(notes), decoder_command(options)[-1]]

    def is_gone() -> bool:
        return any(line.startswith(way) for line in notes.read_text().splitlines())

    with running_xvfb("640x360") as display, Rig(display, [item_of(film, size=SMALL)], command=command):
        wait_for(is_gone, 60, f"an item goes {way}")
