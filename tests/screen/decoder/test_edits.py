"""Edit lists in MP4 and MOV files: films by ffmpeg, trimmed as a telephone trims them, and rubbish."""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.screen.decoder.edits import MOST_BOXES, is_ordered, is_trimmed
from player.screen.decoder.options import CONTAINERS, FFMPEG_READS, reader_of
from tests.kit.clips import encode, make_clip
from tests.kit.odd_films import CHAPTERS, EDITION, ORDERED, element

LATE = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "3", "-g", "300")


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def track(edits: list[int], timescale: int = 1000, version: int = 0) -> bytes:
    form = ">QqI" if version else ">IiI"
    rows = b"".join(struct.pack(form, 500, begin, 1 << 16) for begin in edits)
    elst = box(b"elst", struct.pack(">B3xI", version, len(edits)), rows)
    times = bytes(16 if version else 8)
    mdhd = box(b"mdhd", struct.pack(">B3x", version), times, struct.pack(">I", timescale), bytes(12))
    return box(b"trak", box(b"edts", elst), box(b"mdia", mdhd))


def asked(content: bytes) -> bool:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return is_trimmed(file.fileno())


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize(
    ("edits", "trimmed"),
    [([], False), ([0], False), ([80], False), ([-1, 0], False), ([1000], True), ([-1, 300], True), ([0, 4000], True)],
)
def test_an_edit_list_that_leaves_something_out(edits: list[int], trimmed: bool, version: int) -> None:
    """Beginning later than B-frames need, or leaving out a middle; an empty edit at the begin leaves nothing out."""
    film = box(b"ftyp", b"isom") + box(b"mdat", bytes(50)) + box(b"moov", track([0]), track(edits, version=version))
    assert asked(film) is trimmed


def test_boxes_of_large_files_are_found() -> None:
    """A size of 64 bits, and one of "to the end"."""
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 40) + bytes(40)
    last = struct.pack(">I4s", 0, b"moov") + track([2000])
    assert asked(large + last) is True


def test_a_hostile_file_costs_little() -> None:
    """Boxes without end, boxes in boxes, sizes that point back or out, four billion edits: an answer all the same."""
    assert asked(box(b"free") * (MOST_BOXES * 3) + box(b"moov", track([2000]))) is False
    nested = b""
    for _ in range(3000):
        nested = box(b"moov", nested)
    assert asked(nested) is False
    assert asked(struct.pack(">I4s", 4, b"moov") * 50) is False
    many = box(b"elst", struct.pack(">B3xI", 0, 0xFFFFFFFF), struct.pack(">IiI", 1, 0, 1))
    mdhd = box(b"mdhd", bytes(12), struct.pack(">I", 1000))
    assert asked(box(b"moov", box(b"trak", box(b"edts", many), box(b"mdia", mdhd)))) is False


@given(st.binary(max_size=400), st.integers(0, 400), st.integers(0, 255))
def test_rubbish_is_not_trimmed_or_is(content: bytes, at: int, value: int) -> None:
    """Whatever the bytes are, there is an answer."""
    good = bytearray(box(b"ftyp", b"isom") + box(b"moov", track([0, 4000])))
    good[at % len(good)] = value
    assert asked(bytes(good)) in (True, False)
    assert asked(content) in (True, False)


@pytest.mark.live
def test_a_film_trimmed_in_the_telephone_is_read_by_ffmpeg(tmp_path: Path) -> None:
    """Cut without encoding anew: FFmpeg's reader. A film with B-frames, one mirrored, one that cannot be read: as ever."""
    whole = make_clip(tmp_path / "whole.mp4", seconds=3, size="320x180", codec=LATE)
    trimmed = encode(tmp_path / "trimmed.mp4", "-ss", "1", "-i", whole, "-c", "copy")
    assert FFMPEG_READS["mp4"] in CONTAINERS
    for film, mirrored, reader in ((whole, False, "mp4"), (trimmed, False, "mov"), (whole, True, "mov")):
        with open(film, "rb") as file:
            assert reader_of(file.fileno(), mirrored=mirrored)[0] == reader, film.name
    number = os.open("/", os.O_RDONLY)
    try:
        assert reader_of(number, mirrored=False)[0] == ""
    finally:
        os.close(number)


FLAG, NO_FLAG = element(ORDERED, b"\1"), element(ORDERED, b"\0")
LISTED = b"\x53\xab\x84" + CHAPTERS


@pytest.mark.parametrize(
    ("content", "ordered"),
    [
        (element(CHAPTERS, element(EDITION, element(b"\x45\xbc", bytes(8)), FLAG)), True),
        (CHAPTERS + b"\x88" + EDITION + b"\x84" + ORDERED + b"\x81\1", True),
        (b"\xff" * 600_000 + element(CHAPTERS, element(EDITION, FLAG)), True),
        (element(CHAPTERS, element(EDITION, FLAG)) + b"\xff" * 600_000, True),
        (element(CHAPTERS, element(EDITION, NO_FLAG, b"\xb6\x80")), False),
        (CHAPTERS + b"\x88" + EDITION + b"\x84" + ORDERED + b"\x81\0\xb6\x80", False),
        (element(CHAPTERS, element(EDITION)), False),
        (LISTED + FLAG, False),
        (FLAG, False),
        (CHAPTERS * 100_000, False),
        (b"", False),
    ],
    ids=[
        "flag",
        "short sizes",
        "at the end",
        "at the begin",
        "not set",
        "not set, short",
        "no flag",
        "listed",
        "elsewhere",
        "rubbish",
        "empty",
    ],
)
def test_ordered_chapters_are_found(tmp_path: Path, content: bytes, *, ordered: bool) -> None:
    """By the flag of their edition, wherever the chapters stand; a place in the list of places is none."""
    (path := tmp_path / "a.mkv").write_bytes(content)
    with path.open("rb") as file:
        assert is_ordered(file.fileno()) is ordered
