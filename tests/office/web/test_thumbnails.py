"""Thumbnails: a small JPEG of what lies in a folder, made in a child with limits, once for each content."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from player.office.web.content.thumbnail_child import SIZE
from player.office.web.content.thumbnails import Thumbnails
from tests.kit.clips import encode, make_clip
from tests.kit.encodings import H264
from tests.kit.pictures import png

pytestmark = [pytest.mark.live, pytest.mark.slow]


def made(folder: Path, file: Path, kind: str) -> bytes:
    return Thumbnails(folder / "kept").make(file, hashlib.sha256(file.read_bytes()).hexdigest(), kind)


def test_a_picture_and_a_text(tmp_path: Path) -> None:
    """No larger than the size that is asked for; a text as the panel draws it."""
    (tmp_path / "a.png").write_bytes(png(200))
    (tmp_path / "a.txt").write_text("Pasar murah\n\nSabtu")
    for name, kind in (("a.png", "image"), ("a.txt", "text")):
        picture = Image.open(io.BytesIO(made(tmp_path, tmp_path / name, kind)))
        assert picture.format == "JPEG"
        assert picture.width <= SIZE[0]
        assert picture.height <= SIZE[1]


def test_a_film(tmp_path: Path) -> None:
    """A picture from its middle; of one that is shorter than three seconds the first."""
    picture = Image.open(
        io.BytesIO(made(tmp_path, make_clip(tmp_path / "a.mp4", size="320x180", colour="red"), "video"))
    )
    red, green, _ = picture.convert("RGB").getpixel((100, 80))  # type: ignore[misc]
    assert red > 200
    assert green < 60


def test_a_film_that_begins_black_is_seen_later(tmp_path: Path) -> None:
    """The first moment that is not dark counts; a film that is dark throughout has its dark picture."""
    late = encode(
        tmp_path / "late.mp4", "-f", "lavfi", "-i", "color=c=red:s=320x180:r=5", "-t", "10", "-vf", "fade=t=in:st=6:d=1", *H264,
    )  # fmt: skip
    dark = make_clip(tmp_path / "dark.mp4", seconds=1, size="320x180", colour="black")
    seen = Image.open(io.BytesIO(made(tmp_path, late, "video"))).convert("RGB").getpixel((100, 80))
    assert isinstance(seen, tuple)
    assert seen[0] > 200
    assert made(tmp_path, dark, "video").startswith(b"\xff\xd8\xff")


def test_the_child_ends_when_nobody_waits(tmp_path: Path) -> None:
    """Several ask at once, each gets its own; afterwards no process is left."""
    thumbnails = Thumbnails(tmp_path / "kept")
    files = [tmp_path / f"{number}.png" for number in range(4)]
    for number, file in enumerate(files):
        file.write_bytes(png(40 + 50 * number))
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    with ThreadPoolExecutor() as threads:
        pictures = list(threads.map(thumbnails.make, files, digests, ["image"] * len(files)))
    assert len({*pictures}) == len(files)
    assert b"" not in pictures
    assert thumbnails.child.pid is None


def test_what_is_no_picture_is_not_tried_again(tmp_path: Path) -> None:
    """A hostile file costs its child once; the answer is kept."""
    hostile = tmp_path / "x.mp4"
    hostile.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(500))
    assert made(tmp_path, hostile, "video") == b""
    assert [path.stat().st_size for path in (tmp_path / "kept").iterdir()] == [0]


def test_a_name_that_is_no_hash_reaches_no_file(tmp_path: Path) -> None:
    """The digest is the file's name, so it is one or nothing."""
    (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8\xff secret")
    assert Thumbnails(tmp_path / "kept").kept("../secret") == b""
