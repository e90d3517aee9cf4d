"""The clock inside a transport or program stream: does it run on, or does it jump where recordings were joined?

Knows: where a transport stream has its clock (PCR) and a program stream its own (SCR), ISO/IEC 13818-1.
Touches: the open file of a film: a decoder reads at most WINDOWS x WINDOW_BYTES of it as it cues, vetting the whole.
Must not: import a library for it, nor trust a byte: what is no clock is passed over.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import NamedTuple

from player.base.portable import read_at

WINDOWS = 64
WINDOW_BYTES = 128 * 1024
"""A film up to 8 MB is read whole, some 20 ms of Python; of a longer one every sixty-fourth part shows its beginning."""
TICKS_A_SECOND = 90_000
WRAP = 1 << 33
"""The clock has 33 bits, and begins again after 26 hours: that is no jump."""
LONGEST_STEP_S = 2.0
"""The standard asks for a clock every 0.1 s (0.7 s in a program stream)."""
UNEVEN = 4.0
"""So much more than usual may pass between two windows of one film: its bytes a second change."""
WALK_BYTES = 1 << 20
PACKETS = ((0, 188), (4, 192), (0, 204))
HEAD_OF_PACKETS = 2 * 204 + 1
PACK = b"\0\0\1\xba"
SYNC = 0x47


class StreamClock(NamedTuple):
    """length_s: of all parts together; 0.0: no clock was found."""

    jumps: bool = False
    length_s: float = 0.0


NO_CLOCK = StreamClock()


def read_transport_clock(film: int, begin: int, packet: int) -> StreamClock:
    """begin: where the first packet's sync byte stands. packet: bytes from one to the next, 188, 192 or 204."""
    pids: list[int] = []
    return _judge([list(_pcrs(window, pids, packet)) for window in _windows(film, begin, packet)])


def read_program_clock(film: int) -> StreamClock:
    return _judge([list(_scrs(window)) for window in _windows(film, 0, 1)])


def packets_of(head: bytes) -> tuple[int, int] | None:
    """Where a transport stream's first packet begins, and the bytes of each; None: it is none."""
    return next(((at, size) for at, size in PACKETS if head[at : at + 2 * size + 1 : size] == b"GGG"), None)


def steps_of(film: int) -> Iterator[float]:
    """From each clock of the whole film to the next, in seconds; negative: it goes back. Nothing for a file without one.

    Raises OSError.
    """
    head = read_at(film, HEAD_OF_PACKETS, 0)
    packets = packets_of(head)
    if packets is None and not head.startswith(PACK):
        return iter(())
    begin, unit = packets or (0, 1)
    pids: list[int] = []
    length = WALK_BYTES // unit * unit
    windows = (read_at(film, length, at) for at in range(begin, os.fstat(film).st_size, length))
    clocks = (clock for window in windows for clock in (_pcrs(window, pids, unit) if packets else _scrs(window)))
    return itertools.starmap(_step_s, itertools.pairwise(clocks))


def _windows(film: int, begin: int, unit: int) -> Iterator[bytes]:
    """Evenly spread over the film, each beginning with a packet; without gaps when the film is short."""
    try:
        size = os.fstat(film).st_size - begin
        length = WINDOW_BYTES // unit * unit
        step = max(length, size // WINDOWS // unit * unit)
        for at in range(0, size, step):
            yield read_at(film, length, begin + at)
    except OSError:
        return  # VLC says what is wrong with it


def _pcrs(window: bytes, pids: list[int], packet: int) -> Iterator[int]:
    """Of the first program that has a clock. pids: it, once it is known."""
    for at in range(0, len(window) - 10, packet):
        if window[at] != SYNC or not window[at + 3] & 0x20 or window[at + 4] < 7 or not window[at + 5] & 0x10:
            continue  # no clock in it
        pid = (window[at + 1] & 0x1F) << 8 | window[at + 2]
        if not pids:
            pids.append(pid)
        if pid == pids[0]:
            yield int.from_bytes(window[at + 6 : at + 11], "big") >> 7


def _scrs(window: bytes) -> Iterator[int]:
    at = window.find(PACK)
    while 0 <= at < len(window) - 9:
        bits = int.from_bytes(window[at + 4 : at + 9], "big")
        if bits >> 38 == 1:  # MPEG-2
            yield (bits >> 35 & 7) << 30 | (bits >> 19 & 0x7FFF) << 15 | bits >> 3 & 0x7FFF
        elif bits >> 36 == 2:  # MPEG-1
            yield (bits >> 33 & 7) << 30 | (bits >> 17 & 0x7FFF) << 15 | bits >> 1 & 0x7FFF
        at = window.find(PACK, at + 4)


def _judge(windows: list[list[int]]) -> StreamClock:
    """windows: what the clock said in each, in its order."""
    found = [window for window in windows if window]
    inside = [_step_s(a, b) for window in found for a, b in itertools.pairwise(window)]
    between = [_step_s(a[-1], b[0]) for a, b in itertools.pairwise(found)]
    forward = sorted(step for step in between if step > 0) or [0.0]
    usual_s = forward[len(forward) // 2]  # the module statistics would cost a decoder's start 10 ms
    most_s = LONGEST_STEP_S + UNEVEN * usual_s
    good = [step for step in inside if 0 <= step <= LONGEST_STEP_S] + [step for step in between if 0 <= step <= most_s]
    jumps = len(inside) + len(between) - len(good)
    return StreamClock(jumps > 0, sum(good) + jumps * usual_s)


def _step_s(before: int, after: int) -> float:
    """Negative: backwards."""
    return ((after - before + WRAP // 2) % WRAP - WRAP // 2) / TICKS_A_SECOND
