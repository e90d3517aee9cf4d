"""Child processes: how a foreign parser is kept in one that may die or hang.

Knows: the limits and the confinement of such a child, its protocol (one line of JSON for a question, bytes after it where
the question has some, one line for the answer), and whose fault it is when there is no answer: the question's or the machine's.
Touches: the processes that it starts; in a child: its own limits, confinement and pipes. Must not: know what is asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from player.base.parent import die_with_parent
from player.base.strict_json import as_table, as_text, as_whole, parse_json
from player.base.text import printable

PARSER_MEMORY_BYTES = 1 << 30
"""A calendar of two months and an 8K PNG stay far below it; what needs more is hostile."""
BLOCK_BYTES = 1 << 16
ANSWER_LIMIT_BYTES = 64 << 20
"""The longest answer is a calendar's 20,000 occurrences, about 7 MB."""
RAW_LIMIT_BYTES = 512 << 20
"""The largest file that a child gives back is a film."""
BREATH_S = 1.0
"""While it waits for an answer the parent says so often that it is alive."""
END_S = 5.0
"""So long a child that has closed its pipe has for its end; then it is killed."""
CPU_S = 10
"""Processor time for one question. Text of 32 MB and an 8K PNG take two seconds; a wall clock would count the machine's
other work, and refuse a good file on a busy panel."""
SCRATCH_BYTES = 1 << 20
"""A parser makes a folder with a link in it (vetting/child.py), no more."""
WALL_S = 120.0
"""A net below CPU_S: a child that does not even use its time waits for a dead disk, or is starved."""
CRASHES = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS", "SIGXCPU")
    if hasattr(signal, name)  # Windows has four of them, and no process ends by one
)
"""Ends that the question brings about. Not SIGKILL (the machine is out of memory), nor SIGBUS (a mapped file's disk fails)."""
BROKEN_INSTALLATION = 1
"""Python's exit status after an exception: the child cannot even be imported, for what it does is caught."""
RAW = "raw_bytes"
NOT_CONFINED = "not_confined"
"""Beside the answer of a child that this kernel does not let be confined: what is in its reach, in words."""
MOST_WHY = 300
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP")
"""Of the environment. Windows starts no Python without its SYSTEMROOT."""


def child_environment() -> dict[str, str]:
    """What a child needs: this package, wherever it lies, and nothing of the panel's secrets."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    package = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    return environment


class ChildDied(Exception):
    """The child gave no answer, and has been ended. by_question: the question did it, and asking again is in vain."""

    def __init__(self, words: str, *, by_question: bool) -> None:
        super().__init__(words)
        self.by_question = by_question


class ParserChild:
    """A foreign parser in a process of its own, asked one question after another. Not thread-safe.

    `with ParserChild(("python3", "-m", "some.module")) as child:`; the module calls `answer_questions`.
    """

    def __init__(self, program: tuple[str, ...], deadline_s: float = WALL_S) -> None:
        self._program = program
        self._deadline_s = deadline_s
        self._folder: Path | None = None
        self.not_confined: str | None = None
        """What the last answer said: "" for a child that is confined, else what is in its reach; None: no answer yet."""
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of(cls, module: str, deadline_s: float = WALL_S) -> Self:
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

    def see(self, folder: Path) -> None:
        """The child may read the files below `folder` (an absolute path) only; a child that runs and may not, is ended."""
        if self._folder is None or not folder.is_relative_to(self._folder):
            self.end()
            self._folder = folder

    def start(self) -> None:
        """Starts the child unless it runs, so that its imports pass while the question is made. Raises OSError."""
        if self._process is not None and self._process.poll() is None:
            return
        self.end()
        try:
            self._process = self._spawn(_as_owner_of(self._folder))
        except PermissionError:  # root's own installation below /root: nobody else may run it
            self._process = self._spawn({})

    def _spawn(self, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
        sees = [] if self._folder is None else [str(self._folder)]
        return subprocess.Popen(
            [*self._program, *sees], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env=child_environment(), cwd="/", **identity,
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

    def ask(
        self,
        question: object,
        raw: bytes | None = None,
        breathe: Callable[[], None] = lambda: None,
        sink: Callable[[bytes], object] | None = None,
    ) -> Mapping[str, Any]:
        """The child's answer. raw: bytes that go with a question, which is then a dict; the child finds them in `RAW`.

        sink: gets the bytes that follow the answer, block by block; their number is in the answer's `RAW`. What it raises goes
        through, unless it is an OSError. None: no bytes may follow.

        breathe: called about once a second while the child works; what it raises goes through, and ends the child.
        Raises ChildDied, and OSError when no child can be started.
        """
        self.start()
        process = self._process
        assert process is not None
        answered = False
        try:
            answer = self._answer_of(process, _encode_question(question, raw), breathe, sink)
            answered = True
            return answer
        finally:
            if not answered:
                self.end()

    def _answer_of(
        self,
        process: subprocess.Popen[bytes],
        asked: bytes,
        breathe: Callable[[], None],
        sink: Callable[[bytes], object] | None,
    ) -> Mapping[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        deadline = time.monotonic() + self._deadline_s
        answers = process.stdout.fileno()
        try:
            line, rest = _exchange(process.stdin.fileno(), answers, asked, breathe, deadline)
            answer = as_table(parse_json(line))
            self.not_confined = printable(as_text(answer.pop(NOT_CONFINED, "")))[:MOST_WHY]
            if sink is not None:
                size = as_whole(answer.get(RAW, 0), len(rest), RAW_LIMIT_BYTES)
                _pour(answers, rest, size, sink, breathe, deadline)
            elif rest:
                raise ValueError("it says more than was asked")
            return answer
        except TimeoutError as error:
            raise ChildDied(f"it gave no answer within {self._deadline_s:g} s", by_question=False) from error
        except OSError as error:
            raise _death_of(process) from error
        except ValueError as error:
            raise ChildDied("its answer makes no sense", by_question=True) from error


def _exchange(
    questions: int, answers: int, asked: bytes, breathe: Callable[[], None], deadline: float
) -> tuple[bytes, bytes]:
    """Writes the question and reads the answer's line, and what has come after it.

    Raises OSError: the child's end, or the deadline.
    """
    if sys.platform == "win32":  # only sockets can be waited for together
        from player.base import threaded_pipes

        return threaded_pipes.exchange(questions, answers, asked, breathe, deadline, BLOCK_BYTES, ANSWER_LIMIT_BYTES)
    rest, line = memoryview(asked), bytearray()
    os.set_blocking(questions, False)
    with selectors.DefaultSelector() as selector:
        selector.register(questions, selectors.EVENT_WRITE)
        selector.register(answers, selectors.EVENT_READ)
        while b"\n" not in line[-BLOCK_BYTES:]:
            for key in _ready(selector, breathe, deadline):
                if key.fd == answers:
                    line += _block_of(answers)
                    if len(line) > ANSWER_LIMIT_BYTES:
                        raise BrokenPipeError("the child answers without end")
                else:
                    rest = rest[os.write(questions, rest[:BLOCK_BYTES]) :]
                    if not rest:
                        selector.unregister(questions)
    said, _, after = bytes(line).partition(b"\n")
    return said, after


def _pour(
    answers: int, begun: bytes, size: int, sink: Callable[[bytes], object], breathe: Callable[[], None], deadline: float
) -> None:
    """`size` bytes into the sink, the first of which have come. Raises OSError: the child's end, or the deadline."""
    if begun:
        sink(begun)
    done = len(begun)
    if sys.platform == "win32":
        from player.base import threaded_pipes

        threaded_pipes.pour(answers, size - done, sink, breathe, deadline, BLOCK_BYTES)
        return
    with selectors.DefaultSelector() as selector:
        selector.register(answers, selectors.EVENT_READ)
        while done < size:
            for _ in _ready(selector, breathe, deadline):
                block = _block_of(answers, size - done)
                done += len(block)
                sink(block)


def _ready(
    selector: selectors.BaseSelector, breathe: Callable[[], None], deadline: float
) -> Iterator[selectors.SelectorKey]:
    """What can be read or written now. Raises TimeoutError after the deadline."""
    left_s = deadline - time.monotonic()
    ready = selector.select(max(0.0, min(left_s, BREATH_S)))
    if not ready and left_s <= 0:
        raise TimeoutError("no answer in time")
    if not ready:
        breathe()
    return (key for key, _ in ready)


def _block_of(answers: int, most: int = BLOCK_BYTES) -> bytes:
    block = os.read(answers, min(most, BLOCK_BYTES))
    if not block:
        raise BrokenPipeError("the child has ended")
    return block


def _as_owner_of(folder: Path | None) -> dict[str, Any]:
    """For Popen: a child of root becomes the owner of the folder, since a confined root may read no other user's files."""
    if sys.platform == "win32" or folder is None or os.geteuid() != 0:
        return {}
    owner = folder.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if owner.st_uid else {}


def _encode_question(question: object, raw: bytes | None) -> bytes:
    if raw is None:
        return json.dumps(question).encode() + b"\n"
    return json.dumps({**as_table(question), RAW: len(raw)}).encode() + b"\n" + raw


def _death_of(process: subprocess.Popen[bytes]) -> ChildDied:
    """Why a child closed its pipe. One that floods us is ended by its question too, and still runs."""
    try:
        status = process.wait(END_S)
    except subprocess.TimeoutExpired:
        return ChildDied("it answers without end", by_question=True)
    if status < 0:
        return ChildDied(f"it was ended by {signal.Signals(-status).name}", by_question=-status in CRASHES)
    return ChildDied(f"it ended with status {status}", by_question=status != BROKEN_INSTALLATION)


def _encode_answer(answer: Mapping[str, Any]) -> bytes:
    """A line, and the bytes that the answer has in `RAW`."""
    raw: bytes = answer.get(RAW, b"")
    return json.dumps({**answer, RAW: len(raw)} if raw else answer).encode() + b"\n" + raw


def _confine_parser(scratch_bytes: int) -> dict[str, str]:
    """What is said beside each answer. The office's computer may be none with Linux: there it has its limits only."""
    if sys.platform != "linux":
        return {}
    from player.base.confinement import confine  # in the child only: the daemon need not load it

    why_not = confine(network=False, visible=sys.argv[1:], scratch_bytes=scratch_bytes)
    return {NOT_CONFINED: why_not} if why_not else {}


def answer_questions(
    answer: Callable[[Any], Mapping[str, Any]],
    memory_bytes: int = PARSER_MEMORY_BYTES,
    cpu_s: int = CPU_S,
    scratch_bytes: int = SCRATCH_BYTES,
) -> None:
    """The whole life of a parser's process: confinement and limits first, then a line of JSON for each question until stdin
    ends. The folder that it may read is the program's argument.

    cpu_s: the kernel ends the child (SIGXCPU) when one question has used more processor time. scratch_bytes: so much it may
    write for itself, in memory.
    """
    if not die_with_parent():
        return
    beside = _confine_parser(scratch_bytes)
    if not die_with_parent():  # new namespaces let the kernel forget it
        return
    from player.base.child_limits import limit_this_process  # in the child only, as above

    begin_question = limit_this_process(memory_bytes, cpu_s)
    # A foreign library must not be able to answer in our name: the pipe moves away from number 1.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions = sys.stdin.buffer
    try:
        while line := questions.readline():
            question = json.loads(line)
            if isinstance(question, dict) and RAW in question:
                question[RAW] = questions.read(question[RAW])
            begin_question()
            answers.write(_encode_answer({**answer(question), **beside}))
            answers.flush()
    except MemoryError:
        os.abort()  # told apart from a broken installation: the question needs more than it may have
