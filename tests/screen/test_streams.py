"""Streams on real pixels: cued hidden and shown for their seconds, like any item; one that is dead is given up."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from player.core import events as e
from player.core.model import MediaItem, MediaKind
from tests.captor import Captor, clip_of
from tests.numbered import H264, make_numbered
from tests.parts import end, free_port, running_xvfb, wait_for
from tests.rig import Rig, item_of

pytestmark = [pytest.mark.live, pytest.mark.slow]


def stream(address: str, seconds: float) -> MediaItem:
    return MediaItem(address, address, f"hash-{address}", MediaKind.STREAM, show_s=seconds)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {
        "own": make_numbered(folder / "own.mp4", 8, frames=45),
        "sent": make_numbered(
            folder / "sent.mp4", 9, frames=600, rate="25", size=(640, 360), codec=(*H264, "-g", "25")
        ),
    }


@pytest.fixture
def own_display() -> Iterator[str]:
    with running_xvfb() as name:
        yield name


@pytest.fixture
def hls(films: dict[str, Path], tmp_path: Path) -> Iterator[str]:
    """Film 9 as HLS on loopback."""
    folder = tmp_path / "hls"
    folder.mkdir()
    words = [
        "ffmpeg",
        "-y",
        "-loglevel",
        "error",
        "-i",
        str(films["sent"]),
        "-c",
        "copy",
        "-f",
        "hls",
        "-hls_time",
        "1",
    ]
    subprocess.run([*words, "-hls_list_size", "0", str(folder / "live.m3u8")], check=True)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/live.m3u8"
        server.shutdown()


@pytest.fixture
def udp(films: dict[str, Path]) -> Iterator[str]:
    """Film 9 as a transport stream over UDP on loopback. (Debian's VLC cannot read RTSP: it is built without live555.)"""
    port = free_port()
    words = ["ffmpeg", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", str(films["sent"]), "-c", "copy"]
    sender = subprocess.Popen([*words, "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"])
    yield f"udp://@127.0.0.1:{port}"
    end(sender)


@pytest.mark.parametrize("kind", ["hls", "udp"])
def test_a_stream_is_cued_and_shown_like_any_item(
    own_display: str, films: dict[str, Path], kind: str, request: pytest.FixtureRequest
) -> None:
    """Film, stream, film, stream: nothing black between them, and the stream moves."""
    address = request.getfixturevalue(kind)
    items = [item_of(films["own"]), stream(address, 3.0)]
    with Rig(own_display, items, streams=True) as rig, Captor(own_display) as captor:
        wait_for(lambda: rig.state.changes >= 5, 60, "two rounds")
    assert captor.black_story() == []
    assert not rig.state.failures
    runs = [run.seen for run in captor.after_first_picture()]
    assert {clip_of(seen) for seen in runs} >= {8, 9}
    assert len({seen for seen in runs if clip_of(seen) == 9}) > 25, "the stream moves"


def given_up(rig: Rig) -> set[str]:
    return {failure.path for failure in rig.state.failures.values() if failure.quarantined}


def test_a_stream_that_never_answers_is_given_up_and_the_rest_plays(own_display: str, films: dict[str, Path]) -> None:
    """A server that takes the connection and says nothing; and one where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = stream(f"http://127.0.0.1:{mute.getsockname()[1]}/live.m3u8", 3.0)
        nobody = stream(f"rtsp://127.0.0.1:{free_port()}/live", 3.0)
        items = [item_of(films["own"]), silent, replace(item_of(films["own"]), path="again.mp4"), nobody]
        with Rig(own_display, items, streams=True) as rig, Captor(own_display) as captor:
            wait_for(lambda: given_up(rig) == {silent.path, nobody.path}, 90, "both are given up")
            changes = rig.state.changes
            wait_for(lambda: rig.state.changes >= changes + 2, 20, "the rest plays")
        assert captor.black_story() == []
        assert {clip_of(run.seen) for run in captor.after_first_picture()} == {8}
        assert [event for event in rig.events if isinstance(event, e.ItemEnded)]
