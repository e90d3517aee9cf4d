"""Films as phones, browsers, recorders and sync tools leave them, each made of a plain clip.

Knows: what is odd about each, byte by byte. Touches: the files that it is given. Must not: need a second encoder's run where a
change of some bytes is enough.
"""

from __future__ import annotations

import hashlib
import re
import struct
import subprocess
from pathlib import Path

from tests.kit.clip_cache import take_clip
from tests.kit.clips import encode

MATRICES = {
    (0, False): (1, 0, 0, 1), (90, False): (0, 1, -1, 0), (180, False): (-1, 0, 0, -1), (270, False): (0, -1, 1, 0),
    (0, True): (-1, 0, 0, 1), (90, True): (0, -1, -1, 0), (180, True): (1, 0, 0, -1), (270, True): (0, 1, 1, 0),
}  # fmt: skip
"""Degrees clockwise, mirrored before that -> a, b, c, d of the display matrix."""


def ffmpeg(*words: str | Path) -> None:
    """The last word is the file to write; a Path before it is a file to read."""
    *others, target = words
    assert isinstance(target, Path)
    encode(target, *others)


def piped(source: Path, target: Path, *words: str) -> Path:
    """Copied by ffmpeg into something that cannot be rewound, as a browser or a crashed recorder writes: no length, no
    index, unknown sizes."""

    def make(fresh: Path) -> None:
        with open(fresh, "wb") as out:
            subprocess.run(
                ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(source), *words, "pipe:1"],
                stdout=out, check=True, timeout=120,
            )  # fmt: skip

    return take_clip(target, ["piped", hashlib.sha256(source.read_bytes()).hexdigest(), *words], make)


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


# ---- Matroska

LISTED = rb"(?<!\x53\xab\x84)"
"""Not in the list of what stands where."""
INFO, CLUSTER = re.compile(LISTED + rb"\x15\x49\xa9\x66"), re.compile(LISTED + rb"\x1f\x43\xb6\x75")
OWN_UID, NEXT_UID, NEXT_NAME = b"\x73\xa4", b"\x3e\xb9\x23", b"\x3e\x83\xbb"
CHAPTERS, EDITION, ORDERED, DEFAULT = b"\x10\x43\xa7\x70", b"\x45\xb9", b"\x45\xdd", b"\x45\xdb"
CHAPTER, CHAPTER_UID, CHAPTER_BEGIN, CHAPTER_END = b"\xb6", b"\x73\xc4", b"\x91", b"\x92"
CHAPTER_OF = b"\x6e\x67"


def element(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return name + b"\x01" + len(body).to_bytes(7, "big") + body


def called(film: bytes, uid: bytes) -> bytes:
    """The live Matroska (`piped`) under this name, 16 bytes, by which others may ask for it."""
    return _with_info(film, element(OWN_UID, uid))


def asking_for(film: bytes, uid: bytes, name: str, begin_ms: int, end_ms: int) -> bytes:
    """The live Matroska whose next part, and whose one ordered chapter, lie in the film of this name."""
    when = [
        element(what, (at * 1_000_000).to_bytes(8, "big"))
        for what, at in ((CHAPTER_BEGIN, begin_ms), (CHAPTER_END, end_ms))
    ]
    chapter = element(CHAPTER, element(CHAPTER_UID, b"\1"), *when, element(CHAPTER_OF, uid))
    chapters = element(CHAPTERS, element(EDITION, element(DEFAULT, b"\1"), element(ORDERED, b"\1"), chapter))
    asking = _with_info(film, element(NEXT_UID, uid) + element(NEXT_NAME, name.encode()))
    at = _place_of(CLUSTER, asking)
    return asking[:at] + chapters + asking[at:]


def _with_info(film: bytes, more: bytes) -> bytes:
    """With more in the element that says what the film is. Its own name is left out."""
    at = _place_of(INFO, film)
    width = 9 - film[at + 4].bit_length()
    length = int.from_bytes(film[at + 4 : at + 4 + width], "big") & ((1 << 7 * width) - 1)
    begin = at + 4 + width
    body, rest = film[begin : begin + length], film[begin + length :]
    if (own := body.find(OWN_UID + b"\x90")) >= 0:
        body = body[:own] + body[own + 19 :]
    return film[:at] + element(film[at : at + 4], body, more) + rest


def _place_of(name: re.Pattern[bytes], film: bytes) -> int:
    found = name.search(film)
    assert found is not None
    return found.start()
