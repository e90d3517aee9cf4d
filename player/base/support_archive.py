"""One archive for whoever helps: files, what programs say, and a page that lists them.

Knows: limits of size and time, so that a machine in trouble makes one too. Touches: the programs that it is told of, one file.
Must not: fail because a part of it does; the reason then stands in the part's place.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

PART_BYTES = 4 << 20
"""Of a longer part the end is kept: the newest lines."""
PROGRAM_S = 60.0
READ_ME = "READ-ME.txt"


class SupportArchive:
    """Parts are added one by one; `write` makes the file. title: the first line of its page."""

    def __init__(self, title: str) -> None:
        self._parts: dict[str, bytes] = {}
        self._words = [title, ""]

    def add(self, name: str, what: str, make: Callable[[], bytes | str]) -> None:
        """what: one line for the page. An expected failure of `make` becomes the part."""
        try:
            made = make()
        except (OSError, ValueError, LookupError, RuntimeError) as error:
            made = f"not to be had: {error}\n"
        content = made.encode("utf-8", "replace") if isinstance(made, str) else made
        self._parts[name] = content[-PART_BYTES:]
        self._words.append(f"{name:<18} {what}")

    def add_program(self, name: str, what: str, words: list[str]) -> None:
        """What a program says, on both of its outputs, and its exit status when that is not 0."""
        self.add(name, what, lambda: run_program(words))

    def write(self, file: Path) -> None:
        """Readable by its owner only: a log names people. Raises OSError; a file that is there is not written over."""
        binary = getattr(os, "O_BINARY", 0)  # Windows only: else it would write line ends into the archive
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, 0o600)
        page = "\n".join([*self._words, ""]).encode("utf-8", "replace")
        with os.fdopen(number, "wb") as opened, tarfile.open(fileobj=opened, mode="w:gz") as archive:
            for name, content in {READ_ME: page, **self._parts}.items():
                entry = tarfile.TarInfo(f"{file.name.split('.')[0]}/{name}")
                entry.size, entry.mtime, entry.mode = len(content), int(time.time()), 0o600
                archive.addfile(entry, io.BytesIO(content))


def run_program(words: list[str]) -> bytes:
    """Raises OSError when it is not here, RuntimeError when it does not end."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PROGRAM_S,
            env={**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "160"}, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"{words[0]} did not end within {PROGRAM_S:.0f} s") from error
    status = b"" if done.returncode == 0 else f"\n(exit status {done.returncode})\n".encode()
    return b"$ " + " ".join(words).encode("utf-8", "replace") + b"\n" + done.stdout + status


def python_packages() -> str:
    """The Python packages of this installation with their versions, one a line."""
    from importlib.metadata import distributions

    found = {f"{each.metadata['Name']} {each.version}" for each in distributions()}
    return "\n".join(sorted(found, key=str.lower)) + "\n"
