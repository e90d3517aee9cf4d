"""A checkout of the player that is run as a program: this one, or an older one beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkout:
    """python: the interpreter that has what this version of the player needs."""

    folder: Path
    python: str

    @classmethod
    def here(cls) -> Checkout:
        return cls(Path(__file__).resolve().parents[2], sys.executable)

    @classmethod
    def at(cls, folder: Path) -> Checkout:
        """Its own .venv where it has one (`sh tests/run.sh --collect-only` there makes it), else this interpreter."""
        own = folder.resolve() / ".venv" / "bin" / "python"
        return cls(folder.resolve(), str(own) if own.exists() else sys.executable)

    @property
    def commit(self) -> str:
        """Its short hash, with a star when files were changed since; the folder's name outside git."""
        words = ["git", "-C", str(self.folder), "describe", "--always", "--exclude=*", "--dirty=*"]
        try:
            return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return self.folder.name

    def compile(self) -> None:
        """As pip does when it installs the player. A checkout that was not run yet, or where PYTHONDONTWRITEBYTECODE is set,
        is else compiled anew in each of its processes: 0.17 of 0.56 s of processor time until the first picture (2026-11-26)."""
        subprocess.run([self.python, "-m", "compileall", "-q", str(self.folder / "player")], check=True)

    def words(self, *words: str) -> list[str]:
        """The argv of `panel-player WORDS`. -P: the working folder, which may be another checkout, is not searched."""
        return [self.python, "-P", "-m", "player", *words]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.folder)}
