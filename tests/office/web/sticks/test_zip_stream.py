"""A zip that goes out block by block: its length is known before, and every program opens it."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.office.web.sticks import zip_stream
from player.office.web.sticks.zip_stream import ZipBroken, ZipEntry, ZipStream, read_checked

MADE = datetime(2026, 11, 26, 14, 2, 30, tzinfo=UTC)


def entry(path: Path, content: bytes) -> ZipEntry:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return ZipEntry(f"panel/{path.name}", path, len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture
def entries(tmp_path: Path) -> list[ZipEntry]:
    return [
        ZipEntry("panel/receipts/", b"", 0),
        entry(tmp_path / "a.mp4", os.urandom(1_000_000)),
        entry(tmp_path / "leer.txt", b""),
        entry(tmp_path / "Jembatan \u00e9 \u6d2a\u6c34.png", b"\x89PNG" * 7),
        ZipEntry("panel/manifest.json", b"{}", 2),
    ]


def test_its_length_is_known_before_the_first_byte(entries: list[ZipEntry]) -> None:
    """What a browser is told is what comes, to the byte."""
    for count in range(len(entries) + 1):
        stream = ZipStream(entries[:count], MADE)
        assert len(b"".join(stream.blocks())) == stream.length


def test_python_opens_it(entries: list[ZipEntry]) -> None:
    """Names, contents, checksums, time; and the folder is one."""
    with zipfile.ZipFile(io.BytesIO(b"".join(ZipStream(entries, MADE).blocks()))) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [each.name for each in entries]
        assert opened.getinfo("panel/receipts/").is_dir()
        assert opened.getinfo("panel/manifest.json").date_time == (2026, 11, 26, 14, 2, 30)
        for each in entries[1:4]:
            assert isinstance(each.source, Path)
            assert opened.read(each.name) == each.source.read_bytes()


def test_other_programs_open_it(entries: list[ZipEntry], tmp_path: Path) -> None:
    """Those that are on this computer: bsdtar, unzip, 7z; and Python's reader as a program."""
    packed, out = tmp_path / "stick.zip", tmp_path / "out"
    packed.write_bytes(b"".join(ZipStream(entries, MADE).blocks()))
    programs = {"bsdtar": ["-xf"], "unzip": ["-q"], "7z": ["x", "-y"], "python3": ["-m", "zipfile", "-e"]}
    opened = 0
    for program, words in programs.items():
        if shutil.which(program) is None:
            continue
        place = out / program
        place.mkdir(parents=True)
        rest = [str(place)] if program == "python3" else []
        subprocess.run([program, *words, str(packed), *rest], cwd=place, check=True, capture_output=True)
        assert (place / "panel/a.mp4").read_bytes() == (tmp_path / "a.mp4").read_bytes()
        assert (place / "panel/receipts").is_dir()
        opened += 1
    assert opened


def test_a_zip_beyond_4_gib_has_large_fields(tmp_path: Path) -> None:
    """A film of over 4 GiB, of which only the place is kept: the length is right, and the table leads to what is behind it."""
    size = (4 << 30) + 7
    entries = [ZipEntry("panel/long.mp4", tmp_path / "long.mp4", size), ZipEntry("panel/manifest.json", b"{}", 2)]
    film = b"the film"

    def read(entry: ZipEntry) -> Iterator[bytes]:
        """4 GiB take 13 s to read, and the fields come from the entry's size."""
        return iter([film]) if entry.size_bytes == size else read_checked(entry)

    stream = ZipStream(entries, MADE, read)
    packed = tmp_path / "stick.zip"
    with packed.open("wb") as out:
        for block in stream.blocks():
            if block is film:
                out.seek(size, os.SEEK_CUR)
            else:
                out.write(block)
    assert packed.stat().st_size == stream.length
    with zipfile.ZipFile(packed) as opened:
        assert opened.getinfo("panel/long.mp4").file_size == size
        assert opened.read("panel/manifest.json") == b"{}"


@pytest.mark.parametrize("change", ["shorter", "longer", "other", "gone"])
def test_a_file_that_is_not_what_was_signed_breaks_the_zip(entries: list[ZipEntry], change: str) -> None:
    """What went out until then is opened by no program as a zip."""
    film = entries[1].source
    assert isinstance(film, Path)
    content = film.read_bytes()
    match change:
        case "shorter":
            film.write_bytes(content[:-1])
        case "longer":
            film.write_bytes(content + b"x")
        case "other":
            film.write_bytes(b"x" + content[1:])
        case _:
            film.unlink()
    got = bytearray()

    def receive() -> None:
        for block in ZipStream(entries, MADE).blocks():
            got.extend(block)

    with pytest.raises((ZipBroken, OSError)):
        receive()
    assert not zipfile.is_zipfile(io.BytesIO(got))


def test_no_block_is_large(entries: list[ZipEntry]) -> None:
    """The server holds one block of a film, whatever its length."""
    longest = max(len(block) for block in ZipStream(entries, MADE).blocks())
    assert longest <= zip_stream.BLOCK_BYTES
