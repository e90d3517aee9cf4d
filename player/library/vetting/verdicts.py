"""Vetting from the daemon's side: a verdict on each new content, asked of a child process that may die or hang.

Knows: the child's life (kept while an import runs, ended afterwards), its deadline, how a verdict is kept.
Touches: child processes. Must not: look into a media file itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from player.core.model import MediaKind

VETTING_VERSION = 1
"""Raised when the rules change, so that every content is looked into again."""

DEADLINE_S = 10.0
"""libmediainfo needs milliseconds; a file that holds it for so long is hostile, or the disk is dying."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """kind None: refused, and `why` says so. cut: it may be whole later, when the rest of it has come."""

    kind: MediaKind | None
    width: int = 0
    height: int = 0
    length_s: float | None = None
    why: str = ""
    cut: bool = False

    def pack(self) -> list[Any]:
        return [self.kind, self.width, self.height, self.length_s, self.why, self.cut]

    @classmethod
    def unpack(cls, row: list[Any]) -> Self:
        kind, width, height, length_s, why, cut = row
        return cls(MediaKind(kind) if kind else None, width, height, length_s, why, cut)


def child_environment() -> dict[str, str]:
    """What a child of the library needs: this package, wherever it lies, and nothing of the panel's secrets."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    package = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    return environment


class VettingFailed(Exception):
    """The child could not be started or asked: the machine's fault, not the file's."""


class Vetting:
    """Asks one child after another. Not thread-safe: one for each import."""

    def __init__(self, max_pixels: int, deadline_s: float = DEADLINE_S, program: tuple[str, ...] = ()) -> None:
        self._max_pixels = max_pixels
        self._deadline_s = deadline_s
        self._program = program or (sys.executable, "-m", "player.library.vetting.child")
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    def warm_up(self) -> None:
        """Starts the child now, so that its 0.1 s of imports pass while the file is still being copied."""
        if self._child is None or self._child.poll() is not None:
            self.rest()
            try:
                self._child = subprocess.Popen(
                    self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    env=child_environment(), cwd="/",
                )  # fmt: skip
            except OSError as error:
                raise VettingFailed(f"the vetting process cannot be started: {error}") from error

    def rest(self) -> None:
        """Ends the child; the next question starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            child.wait()

    def judge(self, path: Path) -> Verdict:
        """The verdict on the content of `path`. A child that dies on it, or hangs, refuses it. Raises VettingFailed."""
        answer = self._ask(path)
        if answer is None:  # it may have died of its age or of a signal that was not this file's fault: once more
            self.rest()
            answer = self._ask(path)
        if answer is None:
            self.rest()
            return Verdict(None, why="looking into it kills or hangs the vetting process; it is damaged or hostile")
        if "error" in answer:
            raise VettingFailed(f"it cannot be read ({answer['error']})")
        if "why" in answer:
            return Verdict(None, why=answer["why"], cut=answer["cut"])
        pixels = answer["width"] * answer["height"]
        if pixels > self._max_pixels:
            size = f"{answer['width']}x{answer['height']}"
            why = f"{size} pixels are more than content.max_pixels ({self._max_pixels}); scale it down"
            return Verdict(None, answer["width"], answer["height"], why=why)
        return Verdict(MediaKind(answer["kind"]), answer["width"], answer["height"], answer["length_s"])

    def _ask(self, path: Path) -> dict[str, Any] | None:
        self.warm_up()
        child = self._child
        assert child is not None
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(str(path.absolute())).encode() + b"\n")
            child.stdin.flush()
        except OSError:
            return None
        line = self._read_line(child.stdout.fileno())
        if line is None:
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _read_line(self, number: int) -> bytes | None:
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(number, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(self._deadline_s):
                    return None
                block = os.read(number, 65536)
                if not block:
                    return None
                line += block
        return line
