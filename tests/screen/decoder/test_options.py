"""Which items are paused from their opening on; that VLC then shows their first picture is seen in tests/screen/."""

from __future__ import annotations

import pytest

from player.screen.decoder.options import (
    CONTAINERS,
    NO_WINDOW,
    REWINDABLE,
    STREAM,
    TRANSPORTS,
    DecoderOptions,
    opens_paused,
)
from player.screen.decoder.protocol import CueOrder

SILENT = DecoderOptions(NO_WINDOW, 0, 0, "x11", 0, hardware=False, sound=False, display=":0")
LOUD = DecoderOptions(NO_WINDOW, 0, 0, "x11", 0, hardware=False, sound=True, display=":0")


def cue(kind: str) -> CueOrder:
    return CueOrder(1, "", kind, "contain", False)


@pytest.mark.parametrize("container", sorted(CONTAINERS))
def test_a_film_is_opened_paused_where_its_reader_comes_back_to_the_first_picture(container: str) -> None:
    """Not a transport stream, nor what nobody knows."""
    assert opens_paused(cue("video"), SILENT, container) is (container in REWINDABLE)


def test_no_transport_stream_can_be_rewound() -> None:
    """Nor a stream, nor what VLC finds out by itself; every name is that of a container."""
    assert CONTAINERS.keys() > REWINDABLE
    assert not REWINDABLE & (TRANSPORTS | {STREAM, ""})


@pytest.mark.parametrize("kind", ["image", "stream"])
def test_only_films_are_opened_paused(kind: str) -> None:
    """A picture in HEIF begins as an MP4 does."""
    assert not opens_paused(cue(kind), SILENT, "mp4")


def test_with_sound_a_film_is_played_hidden() -> None:
    """So that its output for sound is open before its turn comes."""
    assert not opens_paused(cue("video"), LOUD, "mp4")
