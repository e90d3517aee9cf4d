"""A picture that a panel sent is looked at by its structure alone, and served without what a picture does not need."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from player.office.web.live.jpeg import MOST_BYTES, read_jpeg, upright
from tests.kit.jpegs import a_jpeg


@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"subsampling": 0}, {"comment": b"a comment"}], ids=str)
def test_a_jpeg_keeps_its_pixels(more: dict[str, Any]) -> None:
    """What is served decodes to the same pixels as what was sent, and says its size."""
    sent = a_jpeg(**more)
    read = read_jpeg(sent)
    assert read is not None
    assert (read.width, read.height) == (64, 36)
    assert Image.open(io.BytesIO(read.data)).tobytes() == Image.open(io.BytesIO(sent)).tobytes()


def test_what_stands_behind_the_picture_and_in_its_comments_is_not_served() -> None:
    """Script in a comment, in EXIF or after the end marker does not leave the console."""
    exif = Image.Exif()
    exif[270] = "<script>exif()</script>"
    sent = a_jpeg(comment=b"<script>comment()</script>", exif=exif.tobytes()) + b"<script>behind()</script>"
    read = read_jpeg(sent)
    assert read is not None
    assert sent.count(b"<script>") == 3
    assert b"<script>" not in read.data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a<script>",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8<script>alert(1)</script>\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x04ab<html>\xff\xd9",
        b"\xff\xd8\xff\xda\x00\x04ab\xff\xd9",
        a_jpeg()[:-2],
        a_jpeg()[:40] + b"\xff\xd9",
        b"\xff\xd8" + b"\xff\xfe\x00\x02" * 5000 + a_jpeg()[2:],
        a_jpeg() + bytes(MOST_BYTES),
    ],
    ids=["nothing", "html", "gif", "empty", "script", "no frame", "scan first", "no end", "cut", "endless", "huge"],
)
def test_what_is_no_whole_jpeg_is_refused(data: bytes) -> None:
    """HTML, another format, a cut or an endless one: none of it is a picture."""
    assert read_jpeg(data) is None


def test_a_picture_larger_than_a_screen_is_refused() -> None:
    """A small file that decodes to a gigabyte would end the browser."""
    sent = bytearray(a_jpeg())
    frame = sent.index(b"\xff\xc0")
    sent[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    assert read_jpeg(bytes(sent)) is None


@pytest.mark.parametrize("rotation", [None, 0, 45, 90, 180, 270])
def test_a_turned_panels_picture_is_seen_upright(rotation: int | None) -> None:
    """A program that shows it turns it back; a rotation that no panel has turns nothing."""
    drawn = Image.new("RGB", (64, 32), "black")
    drawn.paste("white", (0, 0, 16, 16))
    target, turned_by = io.BytesIO(), rotation if rotation in (90, 180, 270) else 0
    drawn.rotate(-turned_by, expand=True).save(target, "JPEG")
    read = read_jpeg(target.getvalue())
    assert read is not None
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(upright(read, rotation)))).convert("L")
    assert shown.size == (64, 32)
    corners = [max(shown.crop((x, y, x + 4, y + 4)).tobytes()) > 128 for x, y in ((4, 4), (56, 4), (4, 24), (56, 24))]
    assert corners == [True, False, False, False]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_are_answered(noise: bytes, at: int) -> None:
    """Noise by itself or inside a picture raises nothing."""
    sent = a_jpeg()
    for data in (noise, b"\xff\xd8" + noise, sent[:at] + noise + sent[at:]):
        read = read_jpeg(data)
        assert read is None or read.data.startswith(b"\xff\xd8")
