"""Hostile inputs, each small and made anew: films, pictures, calendars, folders."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.kit.clips import encode
from tests.kit.numbered import make_numbered

USUAL = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
"""As programs make films, with pictures that are decoded ahead of their turn; the tests' own clips have none."""
TS_NULL = b"\x47\x1f\xff\x10"
TS_PADDING_BYTES = 184


def disguise_as_sdp(honest: Path, path: Path, port: int) -> Path:
    """A transport stream with null packets in front whose padding is an SDP text that names another picture's port."""
    sdp = (
        f"\nv=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 33\n"
        "a=rtpmap:33 MP2T/90000\n"
    ).encode()
    heads = [sdp, *[b"\n"] * 13]
    packets = [TS_NULL + head + b"G" * (TS_PADDING_BYTES - len(head)) for head in heads]
    path.write_bytes(b"".join(packets) + honest.read_bytes())
    return path


def as_transport(film: Path, path: Path) -> Path:
    return encode(path, "-i", film, "-c", "copy", "-f", "mpegts")


def change_size_inside(folder: Path, clip: int) -> Path:
    """One transport stream whose picture is 640x360, then 1280x720, then 640x360, with time stamps that run on."""
    joined = b""
    for n, size in enumerate(((640, 360), (1280, 720), (640, 360))):
        film = make_numbered(folder / f"piece{n}.mp4", clip, frames=30, size=size)
        words = ("-c", "copy", "-output_ts_offset", str(n), "-muxdelay", "0", "-f", "mpegts")
        piece = encode(folder / f"piece{n}.ts", "-i", film, *words)
        joined += piece.read_bytes()
    path = folder / "sizes.ts"
    path.write_bytes(joined)
    return path


def make_tiny(path: Path, clip: int, frames: int) -> Path:
    """A film of one or two frames, as an office program saves a poster."""
    return make_numbered(path, clip, frames=frames, rate="25", size=(640, 360), codec=USUAL)


def make_png(path: Path, width: int, height: int) -> Path:
    """A grey PNG of 16 bits and four channels: the most that a pixel can weigh, and next to nothing on the disk."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    squeeze = zlib.compressobj(1)
    row = b"\0" + b"\x80\x00\x80\x00\x80\x00\xff\xff" * width
    body = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
    return path


def calendar_of(count: int, step: timedelta = timedelta(seconds=30)) -> str:
    """A calendar whose events stand back to back, one every `step`, all with the name of one playlist."""
    begin = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    form = "%Y%m%dT%H%M%SZ"
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:noon\r\nDTSTART:{begin + n * step:{form}}\r\n"
        f"DTEND:{begin + (n + 1) * step:{form}}\r\nEND:VEVENT\r\n"
        for n in range(count)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n"
