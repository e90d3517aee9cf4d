"""The clock in transport and program streams, read from bytes: films by ffmpeg, joined as people join them, and rubbish."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.base.stream_clock import (
    TICKS_A_SECOND,
    WINDOW_BYTES,
    WINDOWS,
    WRAP,
    StreamClock,
    read_program_clock,
    read_transport_clock,
    steps_of,
)
from player.screen.decoder.options import CONTAINERS, JOINED, TRANSPORTS, clock_of, container_of
from tests.kit.clips import encode
from tests.kit.encodings import H264, MPEG2

PACKET = 188


def packet_with_clock(seconds: float, pid: int = 256) -> bytes:
    ticks = round(seconds * TICKS_A_SECOND) % WRAP
    head = bytes([0x47, pid >> 8, pid & 0xFF, 0x30, 7, 0x10])
    return (head + (ticks << 7).to_bytes(5, "big")).ljust(PACKET, b"\xff")


def stream_of(*clocks: float, filling: int = 0) -> bytes:
    """A packet for each clock, and so many without one after it."""
    return b"".join(packet_with_clock(each) + b"\x47\x1f\xff\x10".ljust(PACKET, b"\xff") * filling for each in clocks)


def clock_in(content: bytes) -> StreamClock:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return read_transport_clock(file.fileno(), 0, PACKET)


def evenly(begin: float, end: float, step: float = 0.1) -> list[float]:
    return [begin + number * step for number in range(int((end - begin) / step))]


@pytest.mark.parametrize(
    ("clocks", "jumps", "length_s"),
    [
        (evenly(1.4, 61.4), False, 60),
        (evenly(1.4, 31.4) + evenly(1.4, 31.4), True, 60),
        (evenly(100, 130) + evenly(5000, 5030), True, 60),
        (evenly(95430, 95460), False, 30),
        ([5.0], False, 0),
        ([], False, 0),
        ([5.0] * 50, False, 0),
    ],
    ids=["runs on", "begins anew", "jumps ahead", "comes round", "once", "never", "stands still"],
)
def test_the_clock_of_a_transport_stream(clocks: list[float], jumps: bool, length_s: float) -> None:
    """A clock that comes round after 26 hours runs on; one that begins anew, or jumps ahead, does not."""
    found = clock_in(stream_of(*clocks))
    assert found.jumps is jumps
    assert found.length_s == pytest.approx(length_s, abs=0.3)


def test_each_step_of_a_whole_film_is_told() -> None:
    """Of all its parts, and across their edges."""
    clocks = [*evenly(1.4, 601.4), *evenly(604.4, 1200)]
    with tempfile.TemporaryFile() as file:
        file.write(stream_of(*clocks, filling=17))
        file.flush()
        steps = list(steps_of(file.fileno()))
    assert len(steps) == len(clocks) - 1
    assert [round(step, 1) for step in steps if step > 0.2] == [3.1]


def test_a_large_film_is_looked_at_in_parts() -> None:
    """Of 40 MB a fifth is read, and the place where two recordings were joined is found all the same."""
    one = stream_of(*evenly(1.4, 601.4), filling=17)
    assert len(one) * 2 > 2 * WINDOWS * WINDOW_BYTES
    assert clock_in(one).jumps is False
    joined = clock_in(one + one)
    assert joined.jumps is True
    assert joined.length_s == pytest.approx(1200, rel=0.05)


def test_another_programs_clock_does_not_count() -> None:
    """A recording of a whole transponder holds several programs, each with its own clock."""
    both = b"".join(packet_with_clock(at) + packet_with_clock(at + 1000, 300) for at in evenly(1, 20))
    assert clock_in(both).jumps is False


@given(st.binary(max_size=3000), st.sampled_from([188, 192, 204]))
def test_rubbish_has_no_clock_that_hurts(content: bytes, packet: int) -> None:
    """Whatever the bytes are, the answer is a length of at most what they could hold."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        for found in (read_transport_clock(file.fileno(), 0, packet), read_program_clock(file.fileno())):
            assert 0 <= found.length_s < 1e5


def test_a_file_that_cannot_be_read_has_no_clock() -> None:
    """A folder's handle, for one; VLC says later what is wrong with it."""
    number = os.open("/", os.O_RDONLY)
    try:
        assert read_program_clock(number) == StreamClock()
    finally:
        os.close(number)


@pytest.mark.live
@pytest.mark.parametrize(
    ("name", "words"), [("a.ts", H264), ("a.mpg", MPEG2), ("a.m2ts", (*H264, "-mpegts_m2ts_mode", "1"))]
)
def test_films_joined_with_copy_b_are_told_apart(tmp_path: Path, name: str, words: tuple[str, ...]) -> None:
    """`copy /b a.ts + a.ts b.ts` jumps and is twice as long; the film alone does not."""
    film = encode(tmp_path / name, "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-t", "4", *words)
    joined = tmp_path / f"joined-{name}"
    joined.write_bytes(film.read_bytes() * 2)
    for path, jumps, length_s in ((film, False, 4), (joined, True, 8)):
        with open(path, "rb") as file:
            container = container_of(file.fileno())
            found = clock_of(file.fileno(), container)
            assert container in TRANSPORTS
            assert container + JOINED in CONTAINERS
            assert found.jumps is jumps
            assert found.length_s == pytest.approx(length_s, abs=0.6)
