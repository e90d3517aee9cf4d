"""The catalogue of bad media (promises.md): each refused with a sentence, whatever its name; good ones let through."""

from __future__ import annotations

import io
import os
import select
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from player.core.model import MediaKind
from player.library.vetting.verdicts import Vetting, VettingUndone
from tests.kit.clips import encode, make_clip
from tests.kit.encodings import VP8
from tests.kit.waiting import wait_for

pytestmark = pytest.mark.live
MAX_PIXELS = 7680 * 4320


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clip in many containers, and pictures, all good."""
    folder = tmp_path_factory.mktemp("shelf")
    clip = make_clip(folder / "a.mp4", seconds=1, size="320x180", sound=True)
    encode(folder / "fast.mp4", "-i", clip, "-c", "copy", "-movflags", "+faststart")
    for name in ("a.mkv", "a.mov", "a.ts", "a.flv"):
        encode(folder / name, "-i", clip, "-c", "copy")
    encode(folder / "a.avi", "-i", clip, "-c:v", "mpeg4", "-an")
    encode(folder / "a.mpg", "-i", clip, "-c:v", "mpeg2video", "-an")
    encode(folder / "a.webm", "-i", clip, *VP8, "-an")
    for ending in ("png", "jpg", "bmp", "webp"):
        encode(folder / f"a.{ending}", "-i", clip, "-frames:v", "1")
    encode(folder / "a.gif", "-i", clip, "-vf", "fps=5,scale=64:-1", "-frames:v", "5")
    return folder


VIDEOS = ["a.mp4", "fast.mp4", "a.mkv", "a.mov", "a.ts", "a.flv", "a.avi", "a.mpg", "a.webm"]
PICTURES = ["a.png", "a.jpg", "a.bmp", "a.gif"]


@pytest.mark.parametrize("name", [*VIDEOS, *PICTURES])
def test_good_media_pass_under_any_name(vetting: Vetting, shelf: Path, tmp_path: Path, name: str) -> None:
    """By content, not by name: the library's blobs have no ending at all. A moving GIF is to be made a film."""
    nameless = tmp_path / "blob"
    nameless.write_bytes((shelf / name).read_bytes())
    verdict = vetting.judge(nameless)
    assert verdict.kind is (MediaKind.VIDEO if name in [*VIDEOS, "a.gif"] else MediaKind.IMAGE), verdict
    assert (verdict.width, verdict.height) == ((64, 36) if name == "a.gif" else (320, 180))
    if verdict.kind is MediaKind.VIDEO:
        assert verdict.length_s == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("tenth", range(1, 10))
@pytest.mark.parametrize("name", [n for n in [*VIDEOS, *PICTURES] if n not in ("a.mpg", "a.flv")])
def test_cut_at_every_tenth(vetting: Vetting, shelf: Path, tmp_path: Path, name: str, tenth: int) -> None:
    """A file that lacks its end is refused as cut. (MPEG-PS and FLV have no end that could be missed: settling only.)"""
    content = (shelf / name).read_bytes()
    cut = tmp_path / name
    length = len(content) * tenth // 10
    if name == "a.ts" and length % 188 == 0:
        length -= 1  # a TS that ends between two packets lacks nothing that could be missed
    cut.write_bytes(content[:length])
    verdict = vetting.judge(cut)
    assert verdict.kind is None
    assert verdict.cut, verdict


@pytest.mark.parametrize("tenth", range(0, 10))
@pytest.mark.parametrize("name", ["a.mp4", "fast.mp4", "a.mkv", "a.avi", "a.png", "a.jpg", "a.gif"])
def test_zeros_where_the_end_should_be(vetting: Vetting, shelf: Path, tmp_path: Path, name: str, tenth: int) -> None:
    """Preallocated to its full size and not written to its end."""
    content = (shelf / name).read_bytes()
    kept = len(content) * tenth // 10
    file = tmp_path / name
    file.write_bytes(content[:kept] + bytes(len(content) - kept))
    verdict = vetting.judge(file)
    assert verdict.kind is None
    assert verdict.cut, verdict


def test_zeros_behind_the_first_picture_of_a_gif(vetting: Vetting, tmp_path: Path) -> None:
    """One picture is whole, the others are not written yet: cut short, and no still picture."""
    still = io.BytesIO()
    Image.new("P", (16, 16), 3).save(still, "GIF")
    file = tmp_path / "a.gif"
    file.write_bytes(still.getvalue().removesuffix(b";") + bytes(200))
    verdict = vetting.judge(file)
    assert (verdict.kind, verdict.cut) == (None, True), verdict


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nhttp://127.0.0.1:9/y.ts\n"
NASTY: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "zeros": (lambda: bytes(100_000), "zeros"),
    "random": (lambda: os.urandom(100_000), "not a video"),
    "html": (lambda: b"<!doctype html><html><body>login</body></html>", "web page"),
    "m3u": (lambda: b"#EXTM3U\na.mp4\n", "playlist"),
    "m3u with a BOM": (lambda: b"\xef\xbb\xbf#EXTM3U\nhttp://127.0.0.1:9/a.mp4\n", "playlist"),
    "hls": (lambda: HLS, "list"),
    "xspf": (lambda: b'<?xml version="1.0"?><playlist version="1"></playlist>', "playlist"),
    "pls": (lambda: b"[playlist]\nFile1=http://127.0.0.1:9/a\n", "playlist"),
    "asx": (lambda: b'<asx version="3.0"><entry><ref href="http://127.0.0.1:9/"/></entry></asx>', "playlist"),
    "svg with a script": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "text"),
    "shell script": (lambda: b"#!/bin/sh\nreboot\n", "text"),
    "huge png": (lambda: png(50_000, 50_000), "max_pixels"),
    "pdf": (lambda: b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%\xe2\xe3\xcf\xd3\n" + os.urandom(5000), "cut short"),
    "zip": (lambda: b"PK\x03\x04" + os.urandom(5000), "not a video"),
    "program": (lambda: Path(sys.executable).read_bytes()[:200_000], "not a video"),
    "mp4 head and nothing": (lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "cut"),
}


@pytest.mark.parametrize("name", NASTY)
def test_what_is_no_media_is_refused(vetting: Vetting, tmp_path: Path, name: str) -> None:
    """Named .mp4, and refused by what it is, with a sentence that says so."""
    make, said = NASTY[name]
    file = tmp_path / "a.mp4"
    file.write_bytes(make())
    verdict = vetting.judge(file)
    assert verdict.kind is None
    assert said in verdict.why


def test_sound_without_a_picture_is_refused(vetting: Vetting, shelf: Path, tmp_path: Path) -> None:
    """Audio only, and audio whose only picture is its cover."""
    tone = ["-f", "lavfi", "-i", "sine=duration=1"]
    cover = ("-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
    encode(tmp_path / "a.mp3", *tone)
    encode(tmp_path / "b.m4a", *tone)
    encode(tmp_path / "c.mp3", *tone, "-i", shelf / "a.jpg", *cover)
    encode(tmp_path / "d.wav", *tone)
    for file in sorted(tmp_path.iterdir()):
        assert vetting.judge(file).why == "it has no picture, only sound", file


@pytest.mark.parametrize(
    "words",
    [
        ["-t", "0.1"], ["-s", "18x34"], ["-r", "1", "-t", "3"], ["-r", "240"], ["-vf", "transpose=1"],
        ["-pix_fmt", "yuv420p10le", "-c:v", "libx264"],
    ],
)  # fmt: skip
def test_odd_but_good_clips_pass(vetting: Vetting, shelf: Path, tmp_path: Path, words: list[str]) -> None:
    """Very short, small, slow, fast, upright, 10 bits."""
    film = encode(tmp_path / "x.mp4", "-i", shelf / "a.mp4", *words, "-an")
    assert vetting.judge(film).kind is MediaKind.VIDEO


def test_webp_is_a_picture(vetting: Vetting, shelf: Path) -> None:
    """Pillow draws it, so it may be shown."""
    assert vetting.judge(shelf / "a.webp").kind == "image"


def test_odd_pictures_pass(vetting: Vetting, shelf: Path, tmp_path: Path) -> None:
    """A JPEG with junk after its end (phones write such), 8K exactly at the limit."""
    (tmp_path / "a.jpg").write_bytes((shelf / "a.jpg").read_bytes() + b"more")
    assert vetting.judge(tmp_path / "a.jpg").kind is MediaKind.IMAGE
    Image.new("L", (7680, 4320)).save(tmp_path / "b.png")
    assert vetting.judge(tmp_path / "b.png").kind is MediaKind.IMAGE


STANDS_FOR_THE_CHILD = """
import json, os, signal, sys, time
for line in sys.stdin:
    path = os.path.basename(json.loads(line)["path"])
    if 'hang' in path: time.sleep(600)
    if 'crash' in path: os.kill(os.getpid(), signal.SIGSEGV)
    if 'memory' in path: os.kill(os.getpid(), signal.SIGKILL)
    if 'gone' in path: os._exit(0)
    width = [] if 'lie' in path else 1
    print(json.dumps({'kind': 'video', 'width': width, 'height': 1, 'length_s': None}), flush=True)
"""


@pytest.mark.parametrize("name", ["crash.mp4", "gone.mp4", "lie.mp4"])
def test_a_file_that_ends_the_child_is_refused(tmp_path: Path, name: str) -> None:
    """A small program stands for the child on a hostile file; the next file is judged by a new child."""
    with Vetting(MAX_PIXELS, 60.0, (sys.executable, "-c", STANDS_FOR_THE_CHILD)) as vetting:
        verdict = vetting.judge(tmp_path / name)
        assert "damaged or hostile" in verdict.why
        assert not verdict.cut
        assert vetting.judge(tmp_path / "good.mp4").kind is MediaKind.VIDEO


@pytest.mark.parametrize(("name", "deadline_s"), [("memory.mp4", 60.0), ("hang.mp4", 0.3)])
def test_a_file_over_which_the_machine_ends_the_child_is_not_judged(
    tmp_path: Path, name: str, deadline_s: float
) -> None:
    """Out of memory, or no time on a busy disk: nothing is said against the file, and no child is left."""
    with Vetting(MAX_PIXELS, deadline_s, (sys.executable, "-c", STANDS_FOR_THE_CHILD)) as vetting:
        with pytest.raises(VettingUndone):
            vetting.judge(tmp_path / name)
        assert vetting.child.pid is None


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    """A daemon that is killed leaves no vetting process behind."""
    script = (
        "from player.library.vetting.verdicts import Vetting\n"
        "import time\n"
        "v = Vetting(1000)\n"
        "v.warm_up()\n"
        "print(v.child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_for(lambda: b"player.library.vetting.child" in Path(f"/proc/{child}/cmdline").read_bytes())
    handle = os.pidfd_open(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert select.select([handle], [], [], 10)[0], "the child outlived its parent"
    os.close(handle)


def test_a_relative_path_means_the_same_file_to_the_child(
    vetting: Vetting, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`panel-player check g`: the child works in another folder, and looks into the file all the same."""
    monkeypatch.chdir(shelf)
    assert vetting.judge(Path("a.mp4")).kind is MediaKind.VIDEO


def test_only_a_document_loads_what_reads_documents() -> None:
    """A film's or a picture's child does without: it starts a seventh faster."""
    words = "import sys, player.library.vetting.child; print('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], capture_output=True, check=True).stdout == b"False\n"
