"""A transport stream whose picture changes its size inside the film: found, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.library.vetting.sizes import find_size_change
from player.library.vetting.verdicts import Vetting
from tests.kit.encodings import H264, HEVC, MPEG2
from tests.kit.numbered import make_numbered

MOST_PIXELS = 7680 * 4320


def size_change_in(path: Path) -> tuple[tuple[int, int], tuple[int, int]] | None:
    with path.open("rb") as file:
        return find_size_change(file.fileno())


def film(folder: Path, width: int, height: int, codec: tuple[str, ...]) -> bytes:
    path = folder / f"{width}.ts"
    return make_numbered(path, 1, frames=20, size=(width, height), codec=codec).read_bytes()


@pytest.mark.live
@pytest.mark.parametrize("codec", [H264, HEVC, MPEG2], ids=["h264", "hevc", "mpeg2"])
def test_two_sizes_one_behind_the_other_are_found(tmp_path: Path, codec: tuple[str, ...]) -> None:
    """By the codec's own headers; the same film twice is one size."""
    small, large = film(tmp_path, 640, 352, codec), film(tmp_path, 1280, 720, codec)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(small + large)
    assert size_change_in(joined) == ((640, 352), (1280, 720))
    joined.write_bytes(large + large)
    assert size_change_in(joined) is None


@pytest.mark.live
def test_a_film_of_two_sizes_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """The verdict names both sizes."""
    joined = tmp_path / "joined.ts"
    joined.write_bytes(film(tmp_path, 640, 352, H264) + film(tmp_path, 1280, 720, H264))
    with Vetting(MOST_PIXELS) as vetting:
        verdict = vetting.judge(joined)
    assert verdict.kind is None
    assert "640x352, then 1280x720" in verdict.why
    assert "convert it" in verdict.why


@pytest.mark.parametrize(
    "body",
    [b"", b"G", b"G" * 100_000, b"G\0\0\1\x67\x64" * 50_000, b"\0" * 1000],
    ids=["empty", "short", "sync", "heads", "zeros"],
)
def test_what_is_no_transport_stream_has_no_sizes(tmp_path: Path, body: bytes) -> None:
    """Too short, all sync bytes, headers without an end: None, and nothing is raised."""
    path = tmp_path / "film.ts"
    path.write_bytes(body)
    assert size_change_in(path) is None
