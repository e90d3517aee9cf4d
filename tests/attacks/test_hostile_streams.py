"""An allowed stream whose host sends the panel elsewhere, or whose address holds a key."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from player.core import effects as f
from player.core import events as e
from player.core.model import MediaItem, MediaKind
from tests.attacks.make import as_transport
from tests.kit.captor import Captor, clip_of
from tests.kit.numbered import make_numbered
from tests.kit.rig import Rig, item_of
from tests.kit.waiting import wait_for
from tests.kit.world import World, clip
from tests.kit.xvfb import running_xvfb

pytestmark = pytest.mark.waits

ELSEWHERE = "127.0.0.2"
"""Another host, for whoever believes only the name that was allowed (127.0.0.1)."""


class Site:
    """A web server: path -> (status, headers, body); `asked` holds every path that was asked for."""

    def __init__(self, host: str, pages: dict[str, tuple[int, dict[str, str], bytes]]) -> None:
        self.asked: list[str] = []
        self.pages = pages
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                status, headers, body = site.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.address = f"http://{host}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """The allowed site, and one elsewhere that has a film (number 9)."""
    film = as_transport(
        make_numbered(tmp_path / "h.mp4", 9, frames=90, size=(640, 360)), tmp_path / "h.ts"
    ).read_bytes()
    elsewhere = Site(ELSEWHERE, {"/his.ts": (200, {"Content-Type": "video/mp2t"}, film)})
    allowed = Site("127.0.0.1", {})
    yield allowed, elsewhere
    allowed.close()
    elsewhere.close()


def hls(piece: str) -> tuple[int, dict[str, str], bytes]:
    text = f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{piece}\n#EXT-X-ENDLIST\n"
    return 200, {"Content-Type": "application/vnd.apple.mpegurl"}, text.encode()


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize("how", ["redirect", "hls", "file-redirect", "file-hls"])
def test_an_allowed_host_leads_nowhere_else(tmp_path: Path, sites: tuple[Site, Site], how: str) -> None:
    """The allowed host answers 302 to another, with HLS pieces there, or with `file://`: nothing there is asked for or shown."""
    allowed, elsewhere = sites
    local = as_transport(make_numbered(tmp_path / "local.mp4", 8, frames=90, size=(640, 360)), tmp_path / "local.ts")
    allowed.pages["/live"] = {
        "redirect": (302, {"Location": f"{elsewhere.address}/his.ts"}, b""),
        "hls": hls(f"{elsewhere.address}/his.ts"),
        "file-redirect": (302, {"Location": local.as_uri()}, b""),
        "file-hls": hls(local.as_uri()),
    }[how]
    address = f"{allowed.address}/live"
    stream = MediaItem(address, address, "hash-stream", MediaKind.STREAM, show_s=3.0)
    good = item_of(make_numbered(tmp_path / "good.mp4", 2, frames=30, size=(640, 360)))
    with running_xvfb("640x360") as screen, Captor(screen) as captor, Rig(screen, [good, stream]) as rig:

        def over() -> bool:
            failed = [event for event in rig.events if isinstance(event, e.ItemFailed)]
            return bool(failed) or len(rig.asked(f.StartItem)) >= 4 or bool(elsewhere.asked)

        wait_for(over, 60, "the stream has had its turn")
        if not elsewhere.asked:
            wait_for(lambda: len(rig.asked(f.StartItem)) >= 4, 60, "four items")
    assert elsewhere.asked == []
    assert {8, 9}.isdisjoint({clip_of(run.seen) for run in captor.runs})


ADDRESSES = [
    "rtsp://camera.example/live?key=sesame",
    "rtsp://admin:sesame@camera.example/live",
    "rtsp://camera.example/live#sesame",
    "rtsp://camera.example/live/user=admin&password=sesame&channel=1",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_streams_key_is_not_told(address: str) -> None:
    """A stream runs, fails, and is quarantined: nothing told to office, log or card holds more than its host and path."""
    digest = hashlib.sha256(address.encode()).hexdigest()
    stream = replace(clip(address), content_hash=digest, kind=MediaKind.STREAM, show_s=5.0)
    world = World().open(clip("a"), stream)
    world.run(20)
    failing = World()
    failing.bad.add(address)
    failing.open(stream)
    failing.run(60)
    told = [one for _, one in [*world.log, *failing.log] if not isinstance(one, f.CueItem | f.SaveState)]
    named = {type(one) for one in told if "rtsp://camera.example/live" in str(one)}
    assert named >= {f.PublishNow, f.PublishHealth, f.RaiseAlert, f.Note, f.ShowCard}
    assert not [one for one in told if "sesame" in str(one)]
