"""Runs one parser over many inputs in a child with limits, and makes each finding as small as it goes.

A finding: an exception that is not documented, more steps than the input's size allows, more memory, a hang, a crash.
Steps are lines of Python (sys.settrace), counted on a sample; the same sample says which inputs reach new lines, and these
join the corpus. A hang is so much processor time that no honest input comes near (HANG_CPU_S), and a net, not a measure.
"""

from __future__ import annotations

import hashlib
import json
import logging
import mmap
import multiprocessing
import random
import resource
import shutil
import signal
import struct
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz.mutation import LONGEST_BYTES
from tests.fuzz.parsers import Call, Parser, folder_in_memory

STEPS_AT_LEAST = 200_000
"""What an input of a few bytes may cost, whatever it says."""
MEMORY_BYTES = 768 << 20
"""More than the worker has at its start: an input of 256 KB has no use for it."""
HANG_CPU_S = 20
SAMPLE_EVERY = 23
MINIMISE_TRIES = 400
FINDINGS_PER_PARSER = 12
LONGEST_KEPT_BYTES = 2_000
"""Of the corpus: mutants of long texts cost the most and reach the least, and the long seeds are faults that were found before
(two thirds of the time on settings, 2026-11). They are tried as they are; a mutant of a short text may still become long."""
MOST_REMEMBERED = 1 << 17
"""Inputs that were tried: a third of what is drawn from a small corpus was drawn before (2026-11)."""
_HEAD = struct.Struct("<QI")


@dataclass(frozen=True, slots=True)
class Finding:
    """kind: what is wrong and where, the same for the same fault. input: as small as it was made."""

    parser: str
    kind: str
    input: bytes

    @property
    def name(self) -> str:
        return f"{self.parser}-{hashlib.sha256(self.kind.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one parser's run came to. seconds: wall time, for the rate that is reported."""

    parser: str
    inputs: int
    seconds: float
    corpus: int
    findings: tuple[Finding, ...]


class _Steps:
    """Counts lines of Python while `call` runs, and remembers which lines it came by."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.seen: set[tuple[str, int]] = set()
        self.over = False

    def run(self, call: Call, text: bytes) -> None:
        left, see = self._most, self.seen.add

        def trace(frame: FrameType, event: str, _value: Any) -> Any:  # a closure: it is called for each line
            nonlocal left
            left -= 1
            if event == "line":
                see((frame.f_code.co_filename, frame.f_lineno))
            if left < 0 and not self.over:
                self.over = True
                raise _TooManySteps
            return trace

        sys.settrace(trace)
        try:
            call(text)
        finally:
            sys.settrace(None)


class _TooManySteps(BaseException):
    """Not an Exception: no parser may catch it by chance."""


def try_one(parser: Parser, call: Call, text: bytes, *, counted: bool) -> tuple[str, set[tuple[str, int]]]:
    """("" or what is wrong, the lines reached when counted)."""
    steps = _Steps(STEPS_AT_LEAST + parser.steps_per_byte * len(text))
    try:
        if counted:
            steps.run(call, text)
        else:
            call(text)
    except parser.documented as error:
        return ("memory: MemoryError" if isinstance(error, MemoryError) else ""), steps.seen
    except _TooManySteps:
        return "steps: more than its size allows", steps.seen
    except MemoryError:
        return "memory: MemoryError", steps.seen
    except Exception as error:  # noqa: BLE001  # whatever comes out is the finding
        return _kind_of(error), steps.seen
    return ("steps: more than its size allows" if steps.over else ""), steps.seen


def _kind_of(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "/player/" in f.filename] or frames
    place = f"{ours[-1].filename.rpartition('/player/')[2]}:{ours[-1].name}"
    deepest = f" in {Path(frames[-1].filename).name}:{frames[-1].name}" if frames[-1] is not ours[-1] else ""
    return f"{type(error).__name__} out of {place}{deepest}"


def minimise(parser: Parser, call: Call, text: bytes, kind: str) -> bytes:
    """Pieces are left out as long as the same thing goes wrong."""
    counted = kind.startswith("steps")
    tries, size = MINIMISE_TRIES, max(1, len(text) // 2)
    while size and tries > 0:
        at = 0
        while at < len(text) and tries > 0:
            tries -= 1
            shorter = text[:at] + text[at + size :]
            if try_one(parser, call, shorter, counted=counted)[0] == kind:
                text = shorter
            else:
                at += size
        size //= 2
    return text


# ---- the worker


def _work(
    parser: Parser, seed: int, first: int, inputs: int, seconds: float, current: mmap.mmap, answers: Connection
) -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY_BYTES, mapped + MEMORY_BYTES))
    folder = folder_in_memory()
    try:
        _run_inputs(parser, parser.make(folder), seed, first, inputs, seconds, current, answers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_inputs(
    parser: Parser,
    call: Call,
    seed: int,
    first: int,
    inputs: int,
    seconds: float,
    current: mmap.mmap,
    answers: Connection,
) -> None:
    corpus = [seed for seed in parser.seeds if len(seed) < LONGEST_KEPT_BYTES]
    reached: set[tuple[str, int]] = set()
    kinds: set[str] = set()
    tried: set[tuple[int, bool]] = set()
    deadline = time.monotonic() + seconds
    done = 0
    for number in range(first, inputs):
        if seconds and number % 64 == 0 and time.monotonic() > deadline:
            break
        chance = random.Random(f"{seed}/{parser.name}/{number}")
        text = parser.seeds[number] if number < len(parser.seeds) else parser.mutator.mutate(chance, corpus)
        counted = number % SAMPLE_EVERY == 0 or number < len(parser.seeds)
        done += 1
        before = len(tried)
        tried.add((hash(text), counted))
        if len(tried) == before:
            continue
        if before > MOST_REMEMBERED:
            tried.clear()
        current[: _HEAD.size + len(text)] = _HEAD.pack(number, len(text)) + text
        signal.setitimer(signal.ITIMER_PROF, HANG_CPU_S)
        kind, seen = try_one(parser, call, text, counted=counted)
        if seen - reached and not kind:
            reached |= seen
            if len(text) < LONGEST_KEPT_BYTES:
                corpus.append(text)
        if kind and kind not in kinds and len(kinds) < FINDINGS_PER_PARSER:
            kinds.add(kind)
            signal.setitimer(signal.ITIMER_PROF, 0)
            answers.send(("finding", kind, minimise(parser, call, text, kind)))
    signal.setitimer(signal.ITIMER_PROF, 0)
    answers.send(("done", done, len(corpus)))


def run_parser(parser: Parser, *, inputs: int, seconds: float = 0.0, seed: int = 1) -> Outcome:
    """The parser over `inputs` inputs, or for so many `seconds` (0: no limit). A worker that dies is a finding, not the end."""
    began = time.monotonic()
    findings: list[Finding] = []
    first = done = corpus = 0
    with mmap.mmap(-1, LONGEST_BYTES + 4096) as current:
        while first < inputs:
            left = seconds - (time.monotonic() - began) if seconds else 0.0
            if seconds and left <= 0:
                break
            ours, theirs = multiprocessing.Pipe(duplex=False)
            fork = multiprocessing.get_context("fork")
            worker = fork.Process(target=_work, args=(parser, seed, first, inputs, left, current, theirs))
            worker.start()
            theirs.close()
            ended = False
            try:
                while True:
                    word = ours.recv()
                    if word[0] == "finding":
                        findings.append(Finding(parser.name, word[1], word[2]))
                    else:
                        ended, done, corpus = True, done + word[1], word[2]
            except EOFError:
                pass
            worker.join()
            number, size = _HEAD.unpack(current[: _HEAD.size])
            if ended:
                break
            text = bytes(current[_HEAD.size : _HEAD.size + size])
            how = (
                signal.Signals(-worker.exitcode).name
                if worker.exitcode is not None and worker.exitcode < 0
                else f"exit status {worker.exitcode}"
            )
            word = f"hang: more than {HANG_CPU_S} s of processor time" if how == "SIGPROF" else f"crash: {how}"
            if all(f.kind != word for f in findings):
                findings.append(Finding(parser.name, word, text))
            done += number + 1 - first
            first = number + 1
            if sum(f.kind == word for f in findings) > FINDINGS_PER_PARSER:
                break
    return Outcome(parser.name, done, time.monotonic() - began, corpus, tuple(findings))


def keep(finding: Finding, folder: Path) -> Path:
    """The input as a file, beside it what goes wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{finding.name}.input"
    path.write_bytes(finding.input)
    (folder / f"{finding.name}.json").write_text(
        json.dumps({"parser": finding.parser, "kind": finding.kind}, indent=1) + "\n"
    )
    return path


def repeat(parser: Parser, text: bytes) -> str:
    """What goes wrong with this one input, in this process; "" when nothing does."""
    folder = folder_in_memory()
    try:
        call = parser.make(folder)
        return try_one(parser, call, text, counted=False)[0] or try_one(parser, call, text, counted=True)[0]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
