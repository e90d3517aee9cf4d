"""A child's pipes where nobody can wait for several at once (Windows): each of the two has a thread for one question.

Knows: as much as children.py asks of pipes. Touches: the two pipes. Must not: read more than it is asked for: what follows an
answer belongs to the next question.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable

BREATH_S = 1.0


class PipeReader:
    """Reads a block when it is asked to, and not before. The pipe's end is an empty block, as is a pipe that fails."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._wanted: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="pipe-reader", daemon=True).start()

    def __enter__(self) -> PipeReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._wanted.put(0)

    def block(self, most: int, breathe: Callable[[], None], deadline: float) -> bytes:
        """Raises TimeoutError after the deadline, and BrokenPipeError at the pipe's end."""
        self._wanted.put(most)
        while True:
            left_s = deadline - time.monotonic()
            try:
                came = self._came.get(timeout=max(0.0, min(left_s, BREATH_S)))
            except queue.Empty:
                if left_s <= 0:
                    raise TimeoutError("no answer in time") from None
                breathe()
                continue
            if not came:
                raise BrokenPipeError("the child has ended")
            return came

    def _read(self) -> None:
        while most := self._wanted.get():
            block = b""
            with contextlib.suppress(OSError):
                block = os.read(self._number, most)
            self._came.put(block)


def exchange(
    questions: int,
    answers: int,
    asked: bytes,
    breathe: Callable[[], None],
    deadline: float,
    most: int,
    limit_bytes: int,
) -> tuple[bytes, bytes]:
    """Writes the question and reads the answer's line, and what has come after it.

    most: of one block. Raises OSError: the child's end, or the deadline.
    """
    threading.Thread(target=_write, args=(questions, asked), name="pipe-writer", daemon=True).start()
    line = bytearray()
    with PipeReader(answers) as reader:
        while b"\n" not in line[-most:]:
            line += reader.block(most, breathe, deadline)
            if len(line) > limit_bytes:
                raise BrokenPipeError("the child answers without end")
    said, _, after = bytes(line).partition(b"\n")
    return said, after


def pour(
    answers: int, size: int, sink: Callable[[bytes], object], breathe: Callable[[], None], deadline: float, most: int
) -> None:
    """`size` bytes into the sink. Raises OSError: the child's end, or the deadline."""
    with PipeReader(answers) as reader:
        while size:
            block = reader.block(min(most, size), breathe, deadline)
            size -= len(block)
            sink(block)


def _write(questions: int, asked: bytes) -> None:
    """A child that has ended tells it by its answers' end."""
    rest = memoryview(asked)
    with contextlib.suppress(OSError):
        while rest:
            rest = rest[os.write(questions, rest[: 1 << 16]) :]
