"""ffmpeg at work on a film from anywhere: confined to that film and to what it makes, with limits, followed and ended.

Knows: how much memory, processor time and room a film may take, and ffmpeg's words for what went wrong.
Touches: one ffmpeg process, which may open these two files and no address. Must not: know what is asked of ffmpeg.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from player.base.disk import Disk
from player.base.limited_program import CANNOT_BEGIN, NOT_CONFINED, ProgramLimits, limited_environment, limited_words
from player.office.probed_film import PrepareError, ProbedFilm, program_called, why_unreadable

log = logging.getLogger(__name__)

MEMORY_BYTES = 3 << 30
"""Of addresses: a film in 4K and HDR is made within half of it on two cores (2026-11-26); more cores have more threads."""
CPU_S, CPU_PER_S, MOST_CPU_S = 600, 120, 48 * 3600
"""Processor time: at first, for each second of the film (4K in HDR takes 25 on a slow office computer), and at most."""
UNSAID_S = 3 * 3600.0
"""A film whose length is not known counts as so long."""
FILE_BYTES, FILE_BYTES_PER_S, MOST_FILE_BYTES = 64 << 20, 2_000_000, 50 * 10**9
"""What is made: 12 Mbit/s of picture and 0.16 of sound are 1.5 MB a second."""
RESERVE_BYTES = 256 << 20
"""What stays free on the disk, whatever a film grows to."""
OUT_OF_CTRL_C: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if sys.platform == "win32"
    else {"start_new_session": True}
)
"""Ctrl-C in a terminal is for the command, which then ends ffmpeg."""
LOOK_S = 0.3
STALL_S = 300.0
"""ffmpeg that tells no progress for so long waits for a dead share."""
SAID_BYTES = 64 << 10
"""Of its complaints the last are kept: a hostile film makes millions of them."""
LINE_LIMIT = 4096
CRASHES = frozenset({"SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL", "SIGBUS", "SIGSYS", "SIGTRAP"})
NO_MEMORY = ("Cannot allocate memory", "Out of memory", "malloc of size", "get_buffer() failed")
TOO_MUCH = "it takes more memory or time than a film may; export it again as MP4, not larger than 1920x1080"


class PrepareCancelled(Exception):
    """It was asked to end; nothing is left of what it wrote."""


def run_ffmpeg(
    words: list[str],
    film: Path,
    part: Path | None,
    facts: ProbedFilm,
    tell: Callable[[float], None],
    stop: threading.Event,
    limits: ProgramLimits | None = None,
) -> str:
    """What ffmpeg said besides its progress. words: without the program. part: what it makes. limits None: by its length.

    Raises PrepareError, PrepareCancelled and OSError; ffmpeg has ended then.
    """
    limits = limits or limits_for(facts, part)
    if part is not None:
        os.close(Disk().create(part))
    program = [program_called("ffmpeg"), *words]
    process = subprocess.Popen(
        limited_words(program, limits, film, part), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, errors="replace", env=limited_environment(), **OUT_OF_CTRL_C,
    )  # fmt: skip
    said = _Complaints(process.stderr)
    try:
        assert process.stdout is not None
        _follow(process.stdout, facts.length_s, tell, stop)
        status = process.wait(STALL_S)
    except subprocess.TimeoutExpired as error:
        raise PrepareError(
            f"{film.name}: ffmpeg does not get on with it; copy the film to this computer first"
        ) from error
    finally:
        process.kill()
        process.wait()
        complaints = said.all()
        with contextlib.suppress(OSError):
            assert process.stdout is not None
            process.stdout.close()
    if complaints.startswith(NOT_CONFINED):
        log.warning("ffmpeg is not confined on this computer: %s", complaints.splitlines()[0])
    if status != 0:
        raise PrepareError(f"{film.name}: {why_failed(status, complaints)}")
    return complaints


def limits_for(facts: ProbedFilm, part: Path | None) -> ProgramLimits:
    """By the length that the film says; what a clock says of it is not believed. Raises OSError."""
    length_s = facts.length_s if facts.length_is_said and facts.length_s is not None else UNSAID_S
    cpu_s = min(MOST_CPU_S, CPU_S + length_s * CPU_PER_S)
    room = MOST_FILE_BYTES if part is None else max(0, Disk().free_bytes(part.parent) - RESERVE_BYTES)
    file_bytes = min(MOST_FILE_BYTES, FILE_BYTES + length_s * FILE_BYTES_PER_S, room)
    return ProgramLimits(MEMORY_BYTES, int(cpu_s), int(file_bytes))


def why_failed(status: int, said: str) -> str:
    """A sentence from how ffmpeg ended and from its complaints."""
    ended_by = signal.Signals(-status).name if status < 0 else ""
    if "File too large" in said or "No space left" in said:
        return "there is no room left on the disk for it; make room and try again"
    if ended_by == "SIGKILL" or any(words in said for words in NO_MEMORY):
        return TOO_MUCH
    if ended_by in CRASHES:
        return f"it ends ffmpeg ({ended_by}): it is damaged or hostile; export it again as MP4"
    if status == CANNOT_BEGIN:
        return "ffmpeg cannot be started here; install it again (Debian: apt install ffmpeg)"
    return why_unreadable(said)


class _Complaints:
    """The last of what a process says, read by a thread, as a full pipe would hold it up."""

    def __init__(self, pipe: IO[str] | None) -> None:
        assert pipe is not None
        self._pipe, self._said = pipe, ""
        self._thread = threading.Thread(target=self._read, name="ffmpeg-complaints", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while block := self._pipe.readline(LINE_LIMIT):
                self._said = (self._said + block)[-SAID_BYTES:]

    def all(self) -> str:
        """When the process has ended."""
        self._thread.join(STALL_S)
        with contextlib.suppress(OSError):
            self._pipe.close()
        return self._said


def _follow(progress: IO[str], length_s: float | None, tell: Callable[[float], None], stop: threading.Event) -> None:
    """Until ffmpeg closes its end. A thread reads: Windows cannot wait for a pipe and look at `stop` meanwhile."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(progress, lines), name="ffmpeg-progress", daemon=True).start()
    heard_mono = time.monotonic()
    while True:
        if stop.is_set():
            raise PrepareCancelled
        try:
            line = lines.get(timeout=LOOK_S)
        except queue.Empty:
            if time.monotonic() - heard_mono > STALL_S:
                raise subprocess.TimeoutExpired("ffmpeg", STALL_S) from None
            continue
        heard_mono = time.monotonic()
        if not line:
            return
        key, _, value = line.strip().partition("=")
        if key == "out_time_us" and value.lstrip("-").isdigit() and length_s:
            tell(min(0.99, max(0.0, int(value) / 1e6 / length_s)))


def _read_lines(progress: IO[str], lines: queue.SimpleQueue[str]) -> None:
    """Each line, and "" at the end."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: closed by the other thread, whose ffmpeg has ended
        while line := progress.readline(LINE_LIMIT):
            lines.put(line)
    lines.put("")
