"""A foreign program that reads a stranger's file (ffmpeg): it sees that file and the one that it makes, and has limits.

Knows: how such a program is begun: by this module as a process, which confines and limits itself and then becomes the program.
Touches: in that process its own limits and confinement; elsewhere nothing. Must not: know what the program is asked to do.

Where the operating system has no such limits (Windows) the program is begun as it is. What a kernel does not allow is told by the
program's first line of complaints.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from player.base.children import child_environment
from player.base.parent import die_with_parent

NOT_CONFINED = "not confined: "
CANNOT_BEGIN = 127
"""As a shell says it."""
ARENAS = "4"
"""glibc reserves 64 MB of addresses for each of eight arenas a core, which count against the limit of the memory."""


@dataclass(frozen=True, slots=True)
class ProgramLimits:
    """memory_bytes: of addresses. cpu_s: processor time; then the kernel kills it. file_bytes: the size of any file it writes."""

    memory_bytes: int
    cpu_s: int
    file_bytes: int


def limited_words(
    program: Sequence[str], limits: ProgramLimits, reads: Path, writes: Path | None = None
) -> Sequence[str]:
    """What is started instead of `program`, whose first word is the path of a file. writes: a file that is there already."""
    if sys.platform == "win32":
        return program
    places = {"reads": str(reads.absolute()), "writes": "" if writes is None else str(writes.absolute())}
    return [sys.executable, "-m", "player.base.limited_program", json.dumps({**asdict(limits), **places}), *program]


def limited_environment() -> dict[str, str]:
    """For such a process."""
    return {**child_environment(), "MALLOC_ARENA_MAX": ARENAS}


def main(asked: str, program: Sequence[str]) -> int:
    """Does not return when all goes well."""
    if not die_with_parent():
        return CANNOT_BEGIN
    told = json.loads(asked)
    if sys.platform == "linux":
        from player.base.confinement import confine  # not in the process that only asks for the words

        writable = [told["writes"]] if told["writes"] else []
        if why_not := confine(network=False, visible=[told["reads"], program[0]], writable=writable):
            sys.stderr.write(f"{NOT_CONFINED}{why_not}\n")
            sys.stderr.flush()
        if not die_with_parent():  # new namespaces let the kernel forget it
            return CANNOT_BEGIN
    _limit(ProgramLimits(told["memory_bytes"], told["cpu_s"], told["file_bytes"]))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execv(program[0], list(program))
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error.strerror}\n")
    return CANNOT_BEGIN


def _limit(limits: ProgramLimits) -> None:
    try:
        import resource
    except ImportError:
        return

    for which, most in (
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, limits.file_bytes), (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, limits.memory_bytes),
    ):  # fmt: skip
        with contextlib.nullcontext() if sys.platform == "linux" else contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))  # macOS refuses some


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
