"""A small process that has loaded what a test needs, and forks a child for each question.

Knows: a Python that loads the player or its programs takes half a second of processor time, and a fork of the tests' own
process, with thousands of tests in it, 0.02 s: a fork of a small one takes a tenth of that (2026-11-26).
Touches: processes. Must not: know what is asked.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """What a child said (None: nothing), and how it ended: its exit status, or a signal's number below zero."""

    answer: Any
    status: int


class Forks:
    """Asks its process; each question goes to `function(question)` in a child of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: Mapping[str, Any]) -> Ended:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process that forks has ended"
        return Ended(**json.loads(line))


@contextlib.contextmanager
def forks_of(
    module: str, function: str, *loads: str, environment: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[Forks]:
    """Children of a process that has loaded `module` and `loads`."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__, module, function, *loads], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=cwd, env=environment,
    ) as process:  # fmt: skip
        try:
            yield Forks(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


def _answer_in_child(function: Callable[[Any], Any], question: Any) -> Ended:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        answer = function(question)  # a program ends by its own SystemExit, and the interpreter as ever
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    return Ended(json.loads(said) if said else None, os.waitstatus_to_exitcode(status))


def main(module: str, name: str, *loads: str) -> None:
    function = getattr(importlib.import_module(module), name)
    for other in loads:
        importlib.import_module(other)
    gc.freeze()  # what is loaded is never garbage: no child looks through it
    # The pipes move away from 0 and 1: a child's program reads nothing of ours, and its output is no answer.
    questions, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    while line := questions.readline():
        ended = _answer_in_child(function, json.loads(line))
        answers.write(json.dumps({"answer": ended.answer, "status": ended.status}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
