"""Streams on real pixels: cued hidden and shown for their seconds, like any item; one that is dead is given up."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from player.core.model import MediaItem, MediaKind
from tests.kit.captor import Captor, clip_of
from tests.kit.encodings import H264
from tests.kit.network import free_port
from tests.kit.numbered import SMALL, make_numbered
from tests.kit.programs import end
from tests.kit.rig import Rig, given_up, item_of
from tests.kit.waiting import wait_for
from tests.kit.xvfb import running_xvfb

pytestmark = [pytest.mark.live, pytest.mark.slow]


def stream(address: str, seconds: float) -> MediaItem:
    return MediaItem(address, address, f"hash-{address}", MediaKind.STREAM, show_s=seconds)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {
        "own": make_numbered(folder / "own.mp4", 8, frames=45, size=SMALL),
        "sent": make_numbered(folder / "sent.mp4", 9, frames=600, rate="25", size=SMALL, codec=(*H264, "-g", "25")),
    }


@pytest.fixture
def own_display() -> Iterator[str]:
    with running_xvfb("640x360") as name:
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
    """Film 9 as a transport stream over UDP on loopback."""
    port = free_port()
    words = ["ffmpeg", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", str(films["sent"]), "-c", "copy"]
    sender = subprocess.Popen([*words, "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"])
    yield f"udp://@127.0.0.1:{port}"
    end(sender)


@contextlib.contextmanager
def running_rtsp(film: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    words = [sys.executable, "-m", "tests.screen.decoder.rtsp_server", str(film), str(port)]
    server = subprocess.Popen(words, cwd=Path(__file__).parents[3], stderr=subprocess.DEVNULL)

    def listens() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return True
        return False

    try:
        wait_for(listens, 20, "the RTSP server listens")
        yield f"rtsp://127.0.0.1:{port}/live", server
    finally:
        end(server)


@pytest.fixture
def rtsp(films: dict[str, Path]) -> Iterator[str]:
    """Film 9 over RTSP on loopback."""
    with running_rtsp(films["sent"]) as (address, _):
        yield address


@pytest.mark.parametrize("kind", ["hls", "udp", "rtsp"])
def test_a_stream_is_cued_and_shown_like_any_item(
    own_display: str, films: dict[str, Path], kind: str, request: pytest.FixtureRequest
) -> None:
    """Film, stream, film, stream: nothing black between them, and the stream moves."""
    address = request.getfixturevalue(kind)
    items = [item_of(films["own"]), stream(address, 3.0)]
    with Rig(own_display, items) as rig, Captor(own_display) as captor:
        wait_for(
            lambda: rig.state.playing.changes >= 5 and len(captor.frames_of(9)) > 5,
            100,
            "two rounds, and the stream moves",
        )
    assert captor.black_story() == []
    assert not rig.state.playing.failures
    assert {clip_of(run.seen) for run in captor.after_first_picture()} >= {8, 9}


def relays() -> set[int]:
    """The ffmpegs that this process has started for its decoders."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for file in children for pid in file.read_text().split() if runs(int(pid))}


def runs(pid: int) -> bool:
    """Whether the process is an ffmpeg that has not ended."""
    try:
        name, rest = Path(f"/proc/{pid}/stat").read_text().split("(", 1)[1].rsplit(")", 1)
    except OSError:
        return False
    return name == "ffmpeg" and rest.split()[0] != "Z"


def test_an_rtsp_server_that_dies_is_given_up_and_the_rest_plays(own_display: str, films: dict[str, Path]) -> None:
    """Its server is killed while it is shown: nothing black then, and no ffmpeg is left."""
    with running_rtsp(films["sent"]) as (address, server):
        live = stream(address, 30.0)
        items = [item_of(films["own"]), live, replace(item_of(films["own"]), path="again.mp4")]
        with Rig(own_display, items) as rig, Captor(own_display) as captor:
            wait_for(lambda: rig.shows(live), 60, "the stream is shown")
            assert relays()
            server.kill()
            wait_for(lambda: given_up(rig) == {live.path}, 90, "it is given up")
            wait_for(lambda: not relays(), 20, "no ffmpeg is left")
            changes = rig.state.playing.changes
            wait_for(lambda: rig.state.playing.changes >= changes + 2, 20, "the rest plays")
        assert captor.black_story() == []


def test_ffmpeg_is_gone_with_its_item_and_with_its_decoder(own_display: str, films: dict[str, Path]) -> None:
    """ffmpeg ends when its item's time is up, and with its decoder, also while nothing comes that it could write.

    No other user of the machine can read the address, which may hold a key.
    """
    with running_rtsp(films["sent"]) as (address, server):
        live = stream(f"{address}?key=secret", 4.0)
        with Rig(own_display, [item_of(films["own"]), live]) as rig:
            wait_for(lambda: rig.shows(live), 60, "the stream is shown")
            first = relays()
            assert len(first) == 1
            assert b"secret" not in b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in first)
            wait_for(lambda: not any(runs(pid) for pid in first), 30, "its ffmpeg is gone when its time is up")
            wait_for(lambda: rig.shows(live) and relays(), 60, "it is shown again")
            second = relays()
            server.send_signal(signal.SIGSTOP)
            rig.hurt_visible(signal.SIGKILL)
            wait_for(lambda: not any(runs(pid) for pid in second), 30, "it is gone with its decoder")
            server.kill()


def test_without_ffmpeg_the_failure_says_what_to_install(
    own_display: str, films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's VLC reads no RTSP by itself, so the office reads which package is missing."""
    live = stream(f"rtsp://127.0.0.1:{free_port()}/live", 3.0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with Rig(own_display, [item_of(films["own"]), live]) as rig:
        wait_for(lambda: given_up(rig) == {live.path}, 60, "it is given up")
        assert "apt install ffmpeg" in rig.state.playing.failures[live.content_hash].why
