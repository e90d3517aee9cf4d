"""Child processes: how one ends with its parent, and how a foreign parser is kept in one that may die or hang.

Knows: the limits of such a child, its protocol (one line of JSON for a question, one for its answer).
Touches: the processes that it starts; in a child: its own limits and pipes. Must not: know what is asked.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

PARSER_MEMORY_BYTES = 1 << 30
"""A calendar of two months and an 8K PNG stay far below it; what needs more is hostile."""
BLOCK_BYTES = 1 << 16
ANSWER_LIMIT_BYTES = 64 << 20
"""The longest answer is a calendar's 20,000 occurrences, about 7 MB."""
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> bool:
    """The kernel kills this process when the thread that started it ends; False: its parent has gone already."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent


def child_environment() -> dict[str, str]:
    """What a child needs: this package, wherever it lies, and nothing of the panel's secrets."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    package = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    return environment


class ParserChild:
    """A foreign parser in a process of its own, asked one question after another. Not thread-safe.

    `with ParserChild(("python3", "-m", "some.module"), deadline_s=10) as child:`; the module calls `answer_questions`.
    """

    def __init__(self, program: tuple[str, ...], deadline_s: float) -> None:
        self._program = program
        self._deadline_s = deadline_s
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of(cls, module: str, deadline_s: float) -> Self:
        """The child that runs `module` with this Python."""
        return cls((sys.executable, "-m", module), deadline_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def pid(self) -> int | None:
        """The running child's; None: there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Starts the child unless it runs, so that its imports pass while the question is made. Raises OSError."""
        if self._process is not None and self._process.poll() is None:
            return
        self.end()
        self._process = subprocess.Popen(
            self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env=child_environment(), cwd="/",
        )  # fmt: skip

    def end(self) -> None:
        """Kills the child; the next question starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()

    def ask(self, question: object) -> Mapping[str, Any] | None:
        """The child's answer; None: the child died of the question, or did not answer in time, and has been ended.

        Raises OSError when no child can be started.
        """
        self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        asked = json.dumps(question).encode() + b"\n"
        try:
            answer: object = json.loads(self._exchange(process.stdin.fileno(), process.stdout.fileno(), asked))
        except (OSError, ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            self.end()
            return None
        return answer

    def _exchange(self, questions: int, answers: int, asked: bytes) -> bytes:
        """Writes the question and reads the line of the answer. Raises OSError: the child's end, or the deadline."""
        deadline = time.monotonic() + self._deadline_s
        rest, line = memoryview(asked), bytearray()
        os.set_blocking(questions, False)
        with selectors.DefaultSelector() as selector:
            selector.register(questions, selectors.EVENT_WRITE)
            selector.register(answers, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise TimeoutError("no answer in time")
                for key, _ in ready:
                    if key.fd == answers:
                        block = os.read(answers, BLOCK_BYTES)
                        if not block or len(line) > ANSWER_LIMIT_BYTES:
                            raise BrokenPipeError("the child has ended, or answers without end")
                        line += block
                    else:
                        rest = rest[os.write(questions, rest[:BLOCK_BYTES]) :]
                        if not rest:
                            selector.unregister(questions)
        return bytes(line)


def answer_questions(answer: Callable[[Any], Mapping[str, Any]], memory_bytes: int = PARSER_MEMORY_BYTES) -> None:
    """The whole life of a parser's process: limits first, then a line of JSON for each question until stdin ends."""
    if not die_with_parent():
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A foreign library must not be able to answer in our name: the pipe moves away from number 1.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
