"""Films as phones, browsers, recorders and sync tools leave them, each made of a plain clip.

Knows: what is odd about each, byte by byte. Touches: the files that it is given. Must not: need a second encoder's run where a
change of some bytes is enough.
"""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

from tests.kit.programs import need

MATRICES = {
    (0, False): (1, 0, 0, 1), (90, False): (0, 1, -1, 0), (180, False): (-1, 0, 0, -1), (270, False): (0, -1, 1, 0),
    (0, True): (-1, 0, 0, 1), (90, True): (0, -1, -1, 0), (180, True): (1, 0, 0, -1), (270, True): (0, 1, 1, 0),
}  # fmt: skip
"""Degrees clockwise, mirrored before that -> a, b, c, d of the display matrix."""


def ffmpeg(*words: str | Path) -> None:
    need("ffmpeg")
    subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *map(str, words)], check=True, timeout=120)


def piped(source: Path, target: Path, *words: str) -> Path:
    """Copied by ffmpeg into something that cannot be rewound, as a browser or a crashed recorder writes: no length, no
    index, unknown sizes."""
    need("ffmpeg")
    with open(target, "wb") as out:
        subprocess.run(
            ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(source), *words, "pipe:1"],
            stdout=out, check=True, timeout=120,
        )  # fmt: skip
    return target


def turned(film: bytes, degrees: int, *, mirrored: bool = False) -> bytes:
    """The MP4 with another display matrix, as a phone writes it that was held another way."""
    at = film.index(b"tkhd") + 44
    a, b, c, d = (65536 * number for number in MATRICES[degrees, mirrored])
    return film[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + film[at + 36 :]


def with_codec(film: bytes, name: bytes) -> bytes:
    """The MP4 with another name for the codec of its pictures."""
    at = film.index(b"stsd") + 16
    return film[:at] + name + film[at + 4 :]


def naming_another_file(film: bytes) -> bytes:
    """The MP4 whose pictures are said to lie elsewhere: its `url ` is not its own file any more."""
    at = film.index(b"url ") + 4
    return film[:at] + bytes(4) + film[at + 4 :]
