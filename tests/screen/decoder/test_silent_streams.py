"""Streams whose server says nothing, or is not there: given up, and the rest plays."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from player.core import events as e
from player.core.effects import StartItem
from player.core.model import MediaItem, MediaKind
from tests.kit.captor import Captor, clip_of
from tests.kit.network import free_port
from tests.kit.numbered import SMALL, make_numbered
from tests.kit.rig import Rig, given_up, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.waits]


def stream(address: str) -> MediaItem:
    return MediaItem(address, address, f"hash-{address}", MediaKind.STREAM, show_s=3.0)


def test_a_stream_that_never_answers_is_given_up_and_the_rest_plays(tmp_path: Path) -> None:
    """A server that takes the connection and says nothing; and one where nobody listens."""
    film = item_of(make_numbered(tmp_path / "own.mp4", 8, frames=45, size=SMALL))
    with running_xvfb("640x360") as display, socket.create_server(("127.0.0.1", 0)) as mute:
        silent = stream(f"http://127.0.0.1:{mute.getsockname()[1]}/live.m3u8")
        nobody = stream(f"rtsp://127.0.0.1:{free_port()}/live")
        items = [film, silent, replace(film, path="again.mp4"), nobody]
        with Rig(display, items) as rig, Captor(display) as captor:
            wait_for(lambda: given_up(rig) == {silent.path, nobody.path}, 90, "both are given up")
            changes = rig.state.playing.changes
            wait_for(lambda: rig.state.playing.changes >= changes + 2, 20, "the rest plays")
        assert captor.black_story() == []
        assert {clip_of(run.seen) for run in captor.after_first_picture()} <= {8, "other"}
        assert {rig.path_of(start) for start in rig.asked(StartItem)} == {"own.mp4", "again.mp4"}
        assert [event for event in rig.events if isinstance(event, e.ItemEnded)]
